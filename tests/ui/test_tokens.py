"""Access tokens, made and revoked in the panel, used by another program."""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import expect

from ..builders import make_wheel
from .conftest import Open
from .labs import Lab
from .panel import Panel, copied, press


def test_a_token_opens_a_private_package_until_it_is_revoked(open_lab: Open, lab: Lab, tmp_path: Path) -> None:
    status = lab.api("/jupyter-repo/status")
    panel = Panel(open_lab())
    panel.choose([make_wheel(tmp_path, name="hidden")])
    panel.dialog.get_by_label("Access").select_option("private")
    panel.confirm("Upload")
    expect(panel.row("hidden")).to_be_visible()

    panel.menu("Access Tokens")
    panel.button("New token").click()
    form = panel.region.get_by_role("form", name="New access token")
    create = form.get_by_role("button", name="Create token")
    expect(create).to_be_disabled()
    form.get_by_label("Name").fill("laptop")
    expect(form.get_by_text("Download private Python packages.")).to_be_visible()
    create.click()
    secret = copied(panel.page, panel.button("Copy the token"))
    panel.button("I have copied it").click()
    expect(panel.region.get_by_text(secret)).to_have_count(0)

    index = f"/pypi/{status['account']}/simple/hidden/"
    with urllib.request.urlopen(f"{status['url']}/t/{secret}{index}", timeout=60) as answer:
        assert b"hidden-1.0" in answer.read()
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(status["url"] + index, timeout=60)

    press(panel.button("Rotate the token laptop"))
    expect(panel.dialog.get_by_text("The old one works for another week")).to_be_visible()
    press(panel.dialog.get_by_role("button", name="Rotate", exact=True))
    expect(panel.dialog).to_be_hidden()
    old, secret = secret, copied(panel.page, panel.button("Copy the token"))
    assert secret != old
    for one in (old, secret):
        with urllib.request.urlopen(f"{status['url']}/t/{one}{index}", timeout=60) as answer:
            assert b"hidden-1.0" in answer.read()

    revoke = panel.region.get_by_role("button", name="Revoke the token laptop", exact=True)  # not the one it replaced
    press(revoke)
    panel.confirm("Revoke")
    expect(revoke).to_have_count(0)
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(f"{status['url']}/t/{secret}{index}", timeout=60)
