"""Point 3: upload packages and environments, list, install command, access, delete."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from ..builders import make_conda, make_environment, make_sdist, make_wheel
from .conftest import Open
from .labs import Lab
from .menus import close
from .panel import Panel, copied


def test_upload_by_file_picker_and_list_by_kind(open_lab: Open, tmp_path: Path) -> None:
    (tmp_path / "Sales figures.csv").write_text("month,sum\n1,2\n")
    panel = Panel(open_lab())
    panel.choose(
        [
            make_conda(tmp_path, name="breeze", version="1.0"),
            make_conda(tmp_path, name="gale", version="2.1", ext=".tar.bz2"),
            make_wheel(tmp_path, name="wave", version="0.3.1"),
            make_sdist(tmp_path, name="tide", version="1.4"),
            make_environment(tmp_path, "climate"),
            tmp_path / "Sales figures.csv",
        ]
    )
    expect(panel.dialog.get_by_label("Name")).to_have_count(1)  # only the plain file has no name of its own
    expect(panel.dialog.get_by_label("Name")).to_have_value("sales-figures")
    panel.confirm("Upload")
    expect(panel.page.get_by_text("Uploaded 6 files")).to_be_visible()

    for kind, names in {
        "conda": ["breeze", "gale"],
        "Python": ["wave", "tide"],
        "Environments": ["climate"],
        "Files": ["sales-figures"],
    }.items():
        panel.chip(kind).click()
        expect(panel.chip(kind)).to_have_attribute("aria-pressed", "true")
        for name in names:
            expect(panel.row(name)).to_be_visible()
        expect(panel.row("wave")).to_have_count(1 if kind == "Python" else 0)
    panel.chip("All").click()
    panel.search.fill("gale")
    expect(panel.row("gale")).to_be_visible()
    expect(panel.row("wave")).to_have_count(0)


def test_upload_from_the_file_browser(open_lab: Open, lab: Lab) -> None:
    folder = lab.root / "dist"
    folder.mkdir()
    make_wheel(folder, name="from-browser", version="5")
    (folder / "notes.txt").write_text("no package")
    page = open_lab("/lab/tree/dist?reset")
    page.get_by_role("listitem", name=re.compile("notes.txt")).click(button="right")
    expect(page.get_by_role("menuitem", name="Rename")).to_be_visible()
    expect(page.get_by_role("menuitem", name="Upload to Repository")).to_have_count(0)
    close(page)
    page.get_by_role("listitem", name=re.compile("from_browser-5")).click(button="right")
    page.get_by_role("menuitem", name="Upload to Repository").click()
    page.get_by_role("dialog").get_by_role("button", name="Upload", exact=True).click()
    expect(page.get_by_text(re.compile("Uploaded .*/from-browser, version 5"))).to_be_visible()


def test_access_install_command_and_deletion(open_lab: Open, lab: Lab, tmp_path: Path) -> None:
    account = lab.api("/jupyter-repo/status")["account"]
    panel = Panel(open_lab())
    panel.choose([make_wheel(tmp_path, name="secret-sauce", version=version) for version in ("1", "2")])
    panel.confirm("Upload")
    expect(panel.page.get_by_text("Uploaded 2 files")).to_be_visible()

    article = panel.open("secret-sauce")
    command = copied(panel.page, article.get_by_role("button", name="Copy the command: pip"))
    assert command.startswith("pip install")
    assert f"/pypi/{account}/simple" in command
    assert "TOKEN" not in command

    with panel.page.expect_response(lambda answer: answer.request.method == "PATCH") as answer:
        article.get_by_label("Access").select_option("private")
    assert answer.value.status == 200
    expect(article.get_by_text("Put an access token in the place of")).to_be_visible()
    assert "/t/<TOKEN>/" in copied(panel.page, article.get_by_role("button", name="Copy the command: pip"))
    panel.back()
    expect(panel.row("secret-sauce").get_by_role("img", name="Private")).to_be_visible()

    article = panel.open("secret-sauce")
    article.get_by_role("button", name=re.compile("^Delete the file .*-2-")).click()
    expect(panel.dialog.get_by_text(re.compile("Delete secret_sauce-2-.*?"))).to_be_visible()
    panel.confirm("Delete file")
    expect(article.get_by_text(re.compile("secret_sauce-2-"))).to_have_count(0)
    expect(article.get_by_text(re.compile("secret_sauce-1-"))).to_have_count(1)

    article.get_by_role("button", name="Delete secret-sauce…").click()
    panel.confirm("Delete secret-sauce")
    expect(panel.search).to_be_visible()
    expect(panel.row("secret-sauce")).to_have_count(0)


def test_bad_files_are_refused_by_name_and_the_same_file_can_be_replaced(open_lab: Open, tmp_path: Path) -> None:
    broken = tmp_path / "broken-1.0-0.conda"
    broken.write_bytes(b"this is no package")
    good = make_conda(tmp_path, name="twice")
    panel = Panel(open_lab())
    panel.choose([broken, good])
    panel.confirm("Upload")
    activity = panel.region.get_by_role("region", name="Activity")
    expect(activity.get_by_role("alert").filter(has_text="broken-1.0-0.conda")).to_be_visible()
    expect(panel.row("twice")).to_be_visible()
    expect(panel.row("broken")).to_have_count(0)

    other = make_conda(tmp_path, name="twice", summary="other bytes under the same name")
    panel.choose([other])
    panel.confirm("Upload")
    expect(activity.get_by_role("alert").filter(has_text="twice-1.0-0.conda")).to_be_visible()
    activity.get_by_role("button", name="Replace the file").click()
    expect(panel.page.get_by_role("button", name="Replace the file")).to_have_count(0)
    expect(activity.get_by_role("alert").filter(has_text="twice-1.0-0.conda")).to_have_count(0)


def test_an_upload_can_be_cancelled_and_leaves_nothing(open_lab: Open, tmp_path: Path) -> None:
    big = tmp_path / "big.bin"
    with big.open("wb") as file:
        file.truncate(300 << 20)
    panel = Panel(open_lab())
    session = panel.page.context.new_cdp_session(panel.page)
    session.send("Network.enable")
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 2 << 20}
    session.send("Network.emulateNetworkConditions", slow)
    panel.choose([big])
    panel.confirm("Upload")
    expect(panel.region.get_by_role("progressbar", name="big.bin")).to_be_visible()
    expect(panel.region.get_by_text(re.compile(r"Sending… \d+ %"))).to_be_visible()
    panel.button("Cancel big.bin").click()
    expect(panel.region.get_by_text("Cancelled")).to_be_visible()
    expect(panel.row("big")).to_have_count(0)
