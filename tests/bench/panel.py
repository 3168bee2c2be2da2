"""How fast the panel is, in a real JupyterLab with Chromium: `python -m tests.bench.panel`.

Prints, as medians: the size of the bundle; how long JupyterLab's start takes with and without it; how long it takes
from pressing the panel's tab to the first row on the screen, with 1,000 packages, and from pressing Publish to the
link, for a notebook of 1 MB.
"""

from __future__ import annotations

import gzip
import json
import statistics
import tempfile
import time
from pathlib import Path

import requests
from playwright.sync_api import Browser, Page, expect, sync_playwright

from ..builders import make_notebook, make_wheel
from ..ui.conftest import ARGUMENTS, chromium
from ..ui.labs import Lab

BUNDLE = Path(__file__).parents[2] / "jupyter_repo" / "labextension" / "static"
TIMES = 5
PACKAGES = 1000

STARTED = """async () => { await window.jupyterapp.restored; return performance.now(); }"""
PAINTED = """() => new Promise(resolve => {
  const begin = performance.now();
  const look = () => document.querySelector('#jupyter-repo-panel .jp-Repo-row')?.checkVisibility()
    ? requestAnimationFrame(() => resolve(performance.now() - begin)) : requestAnimationFrame(look);
  void window.jupyterapp.commands.execute('jupyter-repo:show-panel');
  look();
})"""


def say(what: str, milliseconds: list[float]) -> None:
    """The median, and the span."""
    median, least, most = statistics.median(milliseconds), min(milliseconds), max(milliseconds)
    print(f"{what}: {median:,.0f} ms ({least:,.0f} to {most:,.0f}, {len(milliseconds)} times)", flush=True)


def bundle() -> None:
    """Its size, as it is and as a server sends it."""
    files = [file.read_bytes() for file in BUNDLE.glob("*.js")]
    whole, packed = sum(map(len, files)), sum(len(gzip.compress(file)) for file in files)
    print(f"bundle: {whole:,} bytes of JavaScript and styles, {packed:,} compressed", flush=True)


def opened(browser: Browser, lab: Lab, path: str = "/lab?reset") -> Page:
    """JupyterLab in a browser that has seen nothing."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{lab.url}{path}{'&' if '?' in path else '?'}token={lab.token}")
    page.wait_for_function("window.jupyterapp !== undefined")
    return page


def start(browser: Browser, folder: Path, lab: Lab) -> None:
    """JupyterLab's start with the extension and without it, in turns."""
    switched_off = folder / "config" / "labconfig"
    switched_off.mkdir(parents=True)
    (switched_off / "page_config.json").write_text(json.dumps({"disabledExtensions": {"jupyter-repo": True}}))
    without = Lab(folder, extra=("--ServerApp.jpserver_extensions=jupyter_repo=False",)).wait(ready=False)
    try:
        took: dict[Lab, list[float]] = {lab: [], without: []}
        for _ in range(TIMES + 1):
            for server, times in took.items():
                page = opened(browser, server)
                times.append(page.evaluate(STARTED))
                page.context.close()
    finally:
        without.close()
    say("start of JupyterLab with it", took[lab][1:])  # the first warms the server
    say("start of JupyterLab without it", took[without][1:])


def fill(lab: Lab, folder: Path) -> None:
    """Upload as many packages as a busy channel has."""
    status = lab.api("/jupyter-repo/status")
    body = {"channel": status["account"], "name": "bench", "scopes": ["all"], "expires_in_days": 1}
    session = requests.Session()
    session.headers["Authorization"] = f"token {lab.api('/jupyter-repo/tokens', body)['token']}"
    for number in range(PACKAGES):
        path = make_wheel(folder, name=f"package-{number:04}")
        where = f"{status['url']}/api/upload/{status['account']}/{path.name}"
        session.put(where, data=path.read_bytes(), timeout=60).raise_for_status()


def paint(browser: Browser, lab: Lab) -> None:
    """From the tab to the first row."""
    times = []
    for _ in range(TIMES):
        page = opened(browser, lab)
        page.evaluate(STARTED)
        times.append(page.evaluate(PAINTED))
        page.context.close()
    say(f"panel with {PACKAGES:,} packages, to its first row", times)


def publish(browser: Browser, lab: Lab) -> None:
    """From Publish to the link."""
    for attach in (True, False):
        times = []
        for number in range(TIMES):
            name = f"{'with' if attach else 'without'}-{number}"
            make_notebook(lab.root, f"{name}.ipynb", cells=[("markdown", "It rained. " * 95_000)])
            page = opened(browser, lab, f"/lab/tree/{name}.ipynb?reset")
            page.locator(".jp-NotebookPanel-toolbar").get_by_role("button", name="Publish", exact=True).click()
            dialog = page.get_by_role("dialog")
            dialog.get_by_label("Attach this environment").set_checked(attach)
            button = dialog.get_by_role("button", name="Publish", exact=True)
            expect(button).to_be_enabled(timeout=60_000)
            begin = time.perf_counter()
            button.click()
            page.get_by_role("button", name="Copy link").wait_for(timeout=60_000)
            times.append(1000 * (time.perf_counter() - begin))
            page.context.close()
        say(f"a notebook of 1 MB, from Publish to its link, {'with' if attach else 'without'} its environment", times)


def main() -> None:
    """Measure."""
    bundle()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        lab = Lab(Path(folder) / "with").wait()
        try:
            start(browser, Path(folder) / "without", lab)
            publish(browser, lab)
            (Path(folder) / "wheels").mkdir()
            fill(lab, Path(folder) / "wheels")
            paint(browser, lab)
        finally:
            lab.close()
            browser.close()


if __name__ == "__main__":
    main()
