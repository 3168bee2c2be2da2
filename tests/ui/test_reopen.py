"""A published notebook opened with its environment: looked at first, made, run, listed and removed."""

from __future__ import annotations

import contextlib
import json
import re
import sysconfig
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from jupyter_repo.client import rebuilding
from jupyter_repo.client.client import RepoClient

from ..builders import make_conda, make_notebook, make_wheel
from ..endless import builder, is_running, make_endless
from ..locks import OTHER, conda, document
from . import axe
from .conftest import Open
from .labs import Lab
from .menus import choose
from .panel import Panel, press
from .themes import THEMES, in_theme

LAUNCHER = f"""
import sys
sys.path.insert(0, {sysconfig.get_path("purelib")!r})
from ipykernel.kernelapp import launch_new_instance
launch_new_instance()
"""
"""starts the kernel that the tests have, in the Python that was made: no index is asked for it"""


@pytest.fixture(scope="module")
def client(lab: Lab) -> RepoClient:
    """The repository, as the account that is signed in."""
    status = lab.api("/jupyter-repo/status")
    body = {"channel": status["account"], "name": "reopening", "scopes": ["all"], "expires_in_days": 1}
    return RepoClient(status["url"], lab.api("/jupyter-repo/tokens", body)["token"])


@pytest.fixture(scope="module")
def rain(lab: Lab, client: RepoClient, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A notebook whose environment has a conda package, and Python packages of the same channel."""
    account: str = lab.api("/jupyter-repo/status")["account"]
    folder = tmp_path_factory.mktemp("packages")
    packages = [
        make_conda(folder, name="tiny", version="1.0", files={"share/tiny/words.txt": b"from conda\n"}),
        make_wheel(folder, name="clouds", version="1.0", module_source="WORD = 'made again'\n"),
        make_wheel(folder, name="ipykernel", version="6.99"),
        make_wheel(folder, name="ipykernel-launcher", version="1.0", module_source=LAUNCHER),
    ]
    upload(lab, *packages)
    [file] = lab.api(f"/jupyter-repo/things/{account}/tiny")["files"]
    url = f"{client.url}/conda/{account}/{file['basename']}"
    exact = {"name": "tiny", "version": "1.0", "build": "0", "channel": account, "url": url, "sha256": file["sha256"]}
    pip = ["clouds==1.0", "ipykernel==6.99", "ipykernel-launcher==1.0"]
    send(client, account, "rain", document(conda=[exact], pip=pip), folder)
    return f"{account}/rain"


def upload(lab: Lab, *packages: Path) -> None:
    """Upload packages to the channel of the account that is signed in."""
    account = lab.api("/jupyter-repo/status")["account"]
    for path in packages:
        path.rename(lab.root / path.name)
        lab.finish(lab.api("/jupyter-repo/upload", {"path": path.name, "channel": account}))
        (lab.root / path.name).unlink()


YML = "dependencies:\n  - python\n"


def send(client: RepoClient, account: str, name: str, lock: dict[str, Any], folder: Path, yml: str = YML) -> None:
    """Publish a notebook with its environment and a lock."""
    make_notebook(folder, f"{name}.ipynb", cells=[("code", "import clouds\nprint(clouds.WORD)")])
    (folder / "environment.yml").write_text(yml)
    (folder / "environment.lock.json").write_text(json.dumps(lock))
    names = (f"{name}.ipynb", "environment.yml", "environment.lock.json")
    with contextlib.ExitStack() as stack:
        files = [(one, stack.enter_context((folder / one).open("rb"))) for one in names]
        client.upload_release(account, files, options={"kind": "ipynb", "package": name})


def made(lab: Lab, full_name: str) -> list[Any]:
    """The environments that are there for a notebook."""
    return [one for one in lab.api("/jupyter-repo/environments")["environments"] if one["full_name"] == full_name]


def open_link(page: Page, link: str) -> Locator:
    """File > Open from Repository…, by keyboard; the dialog that asks for a link is filled in and sent."""
    choose(page, "File", "Open from Repository…")
    dialog = page.get_by_role("dialog")
    field = dialog.get_by_label("Link or name")
    expect(field).to_be_focused()
    field.fill(link)
    field.press("Enter")
    return dialog


def test_a_notebook_opens_in_its_environment(open_lab: Open, lab: Lab, client: RepoClient, rain: str) -> None:
    page = open_lab()
    panel = Panel(page)
    panel.open("rain").get_by_role("button", name="Open with its environment", exact=True).click()
    dialog = panel.dialog
    expect(dialog.get_by_text(f"Open {rain} 1")).to_be_visible()
    account = rain.split("/")[0]
    for said in (
        "1 conda package from",
        f"{client.url}/conda/{account}",
        "3 Python packages from",
        f"{client.url}/pypi/{account}/simple/",
        rebuilding.indexes(rebuilding.Source(client, account))[-1],  # the index that is configured here
        "These packages are installed on this computer",
    ):
        expect(dialog.get_by_text(said).first).to_be_visible()
    for theme in THEMES:
        in_theme(page, theme)
        assert axe.dialog(page) == [], theme
    press(dialog.get_by_role("button", name="Open", exact=True))
    expect(panel.region.get_by_role("region", name="Activity")).to_be_visible()
    expect(page.get_by_role("tab", name="rain.ipynb")).to_be_visible(timeout=120_000)
    notebook = page.locator(".jp-NotebookPanel:visible")
    expect(notebook.locator(".jp-KernelName")).to_contain_text(f"{rain} 1")
    expect(page.get_by_role("button", name=f"{rain} 1 | Idle")).to_be_visible(timeout=120_000)
    notebook.locator(".jp-CodeCell .cm-content").first.click()
    page.keyboard.press("Shift+Enter")
    expect(notebook.get_by_text("made again", exact=True)).to_be_visible(timeout=120_000)
    saved = json.loads((lab.root / "rain.ipynb").read_text())
    assert saved["metadata"]["kernelspec"]["display_name"] == f"{rain} 1"
    change_and_publish(page, panel, rain)
    keep_and_remove(panel, lab, rain)


def change_and_publish(page: Page, panel: Panel, rain: str) -> None:
    """What was opened knows where it comes from: it is compared with that, and becomes its next version."""
    notebook = page.locator(".jp-NotebookPanel:visible")
    notebook.locator(".jp-CodeCell .cm-content").nth(1).fill("print('more')")
    notebook.get_by_role("button", name="Show what differs").click()
    comparison = page.get_by_role("region", name="Comparison")
    expect(comparison.get_by_role("combobox", name="From")).to_have_value("1")
    expect(comparison.get_by_role("insertion").filter(has_text="print('more')")).to_be_visible()
    page.get_by_role("tab", name="rain.ipynb").click()
    notebook.get_by_role("button", name="Publish", exact=True).click()
    expect(panel.dialog.get_by_text(f"Will become version 2 of {rain}.")).to_be_visible()
    expect(panel.dialog.get_by_text("whose versions are published by others")).to_have_count(0)
    panel.dialog.get_by_role("checkbox", name="Attach this environment").uncheck()
    panel.confirm("Publish")
    expect(page.get_by_text(f"Published {rain}, version 2")).to_be_visible(timeout=120_000)


def keep_and_remove(panel: Panel, lab: Lab, rain: str) -> None:
    """The environment is in the list, stays while its kernel runs, and is removed when asked twice."""
    panel.menu("Environments on This Computer")
    kept = panel.region.get_by_role("list", name="Environments on this computer")
    expect(kept.get_by_text("1 kernel runs")).to_be_visible()
    expect(kept.get_by_text("4 packages")).to_be_visible()
    expect(
        kept.get_by_role("button", name=f"Shut its kernels down to remove the environment of {rain}")
    ).to_be_disabled()
    for theme in THEMES:
        in_theme(panel.page, theme)
        assert axe.panel(panel.page) == [], theme
    for session in lab.api("/api/sessions"):
        lab.api(f"/api/sessions/{session['id']}", method="DELETE")
    panel.button("Refresh").click()
    kept.get_by_role("button", name=f"Remove the environment of {rain} 1").click()
    assert axe.dialog(panel.page) == []
    panel.confirm("Remove")
    expect(panel.region.get_by_role("heading", name="No environment yet")).to_be_visible()
    assert made(lab, rain) == []


def test_a_person_stops_what_takes_too_long(
    open_lab: Open, lab: Lab, client: RepoClient, rain: str, tmp_path: Path
) -> None:
    account = rain.split("/")[0]
    building = tmp_path / "builder.pid"
    upload(lab, make_endless(tmp_path, building))
    url = f"https://conda.example/conda-forge/{OTHER}/tiny-0.9-0.conda"
    yml = f"channels: ['{client.url}/conda/{account}']\ndependencies: [tiny=0.9, {{pip: [endless==1.0]}}]\n"
    send(client, account, "slow", conda(url=url) | {"platform": OTHER}, tmp_path, yml)
    page = open_lab()
    panel = Panel(page)
    dialog = open_link(page, f"{account}/slow")
    expect(dialog.get_by_text(f"The environment was made for {OTHER}.")).to_contain_text("it is solved anew")
    assert axe.dialog(page) == []
    press(dialog.get_by_role("button", name="Open", exact=True))
    activity = panel.region.get_by_role("region", name="Activity")
    expect(activity.get_by_text(re.compile(r"Installing Python packages \(\d of \d\)"))).to_be_visible(timeout=120_000)
    expect(activity.get_by_role("progressbar", name=f"{account}/slow")).to_be_visible()
    lab.until(lambda: builder(building))
    assert axe.panel(page) == []
    press(activity.get_by_role("button", name=f"Cancel {account}/slow"))
    expect(activity.get_by_text("Cancelled")).to_be_visible(timeout=120_000)
    lab.until(lambda: not is_running(builder(building)))  # what it started ends with it, if not at the same moment
    assert made(lab, f"{account}/slow") == []
    expect(page.get_by_role("tab", name="slow.ipynb")).to_have_count(0)


def test_a_link_opens_without_an_environment_that_is_refused(
    open_lab: Open, lab: Lab, client: RepoClient, tmp_path: Path
) -> None:
    account = lab.api("/jupyter-repo/status")["account"]
    send(client, account, "hostile", conda(url="http://127.0.0.1:1/c/linux-64/tiny-1.0-0.conda"), tmp_path)
    page = open_lab()
    dialog = open_link(page, "https://elsewhere.example/alice/rain")
    expect(dialog.get_by_role("alert").filter(has_text="elsewhere.example")).to_be_visible()
    assert axe.dialog(page) == []
    dialog.get_by_label("Link or name").fill(f"{client.url}/{account}/hostile")
    dialog.get_by_label("Link or name").press("Enter")
    expect(dialog.get_by_text(f"Open {account}/hostile 1")).to_be_visible()
    refused = dialog.get_by_role("alert").filter(has_text="Its environment can’t be made")
    expect(refused).to_contain_text("a machine of this network")
    assert axe.dialog(page) == []
    press(dialog.get_by_role("button", name="Open", exact=True))
    expect(page.get_by_role("tab", name="hostile.ipynb")).to_be_visible()
    assert made(lab, f"{account}/hostile") == []
