"""The kernel is interrupted while `%repo open` makes an environment: what it started ends, and nothing stays behind."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jupyter_repo.client.client import RepoClient

from ..builders import make_conda, make_notebook, make_wheel
from ..endless import builder, is_running, make_endless
from ..running import Running
from .conftest import Cell

STOPPED = "UsageError: Stopped, as the kernel was interrupted"


@pytest.fixture(scope="module")
def client(repository: Running, work: Path) -> RepoClient:
    """The owner, with a conda package, and the kernel that every environment gets."""
    client = repository.client()
    for path in (make_conda(work, name="tiny", version="1.0"), make_wheel(work, name="ipykernel", version="6.99")):
        with path.open("rb") as file:
            client.upload_release("ada", [(path.name, file)])
    return client


def publish(client: RepoClient, work: Path, name: str, packages: str) -> None:
    """Publish a notebook whose environment is solved when it is opened; the file is gone then."""
    notebook = make_notebook(work, f"{name}.ipynb")
    environment = work / "environment.yml"
    environment.write_text(f"name: nb\nchannels: [{client.url}/conda/ada]\ndependencies: [{packages}]\n")
    with notebook.open("rb") as first, environment.open("rb") as second:
        files = [(notebook.name, first), (environment.name, second)]
        client.upload_release("ada", files, options={"kind": "ipynb", "package": name})
    notebook.unlink()


@pytest.fixture
def pid(cell: Cell) -> int:
    """The process of the kernel."""
    return int(cell("import os; print(os.getpid())").text)


class Answering:
    """The repository answers until it is held, and again when it is let go."""

    def __init__(self, repository: Running) -> None:
        self._loop = repository.loop
        self._go_on = threading.Event()

    def hold(self) -> None:
        self._loop.call_soon_threadsafe(self._go_on.wait)

    def go_on(self) -> None:
        self._go_on.set()


@pytest.fixture
def answering(repository: Running) -> Iterator[Answering]:
    """Holds the repository back; it goes on at the end in any case."""
    answering = Answering(repository)
    yield answering
    answering.go_on()


def interrupting(pid: int, when: Callable[[str], bool]) -> Callable[[str], None]:
    """Interrupts the kernel once, at the first line for which `when` holds."""
    done: list[str] = []

    def watch(line: str) -> None:
        if not done and when(line):
            done.append(line)
            os.kill(pid, signal.SIGINT)

    return watch


def left(home: Path) -> list[str]:
    """What is left of environments and their kernels."""
    places = [path for name in ("environments", "kernels") for path in home.rglob(name) if path.is_dir()]
    return sorted(path.name for place in places for path in place.iterdir() if path.suffix != ".lock")


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_interrupted_while_it_solves(
    cell: Cell, pid: int, home: Path, work: Path, repository: Running, client: RepoClient, answering: Answering
) -> None:
    publish(client, work, "solved", "tiny, {pip: [ipykernel==6.99]}")
    assert cell("%repo login ada", "correct horse").error == ""
    interrupt = interrupting(pid, lambda line: line.startswith("Solving for"))

    def watch(line: str) -> None:
        if "Go on?" in line:
            answering.hold()  # the channel is asked next, and does not answer
        interrupt(line)

    stopped = cell("%repo open ada/solved", "yes", watch=watch)
    assert (stopped.error, stopped.stderr.count("\n")) == (STOPPED, 1)
    assert left(home) == []
    assert not (work / "solved.ipynb").exists()
    answering.go_on()
    opened = cell("%repo open ada/solved", "yes")
    assert (opened.error, opened.text.startswith("Saved solved.ipynb")) == ("", True)
    [made, *_] = cell("%repo env list").text.split("\n")[-1].split()
    assert cell(f"%repo env remove {made}").error == ""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_interrupted_while_it_builds(
    cell: Cell, pid: int, home: Path, work: Path, repository: Running, client: RepoClient
) -> None:
    building = work / "builder.pid"
    endless = make_endless(work, building)
    with endless.open("rb") as file:
        client.upload_release("ada", [(endless.name, file)])
    publish(client, work, "built", "tiny, {pip: [endless==1.0, ipykernel==6.99]}")
    begun = interrupting(pid, lambda line: line.startswith("Installing Python") and bool(builder(building)))
    stopped = cell("%repo open ada/built", "yes", watch=begun)
    assert (stopped.error, stopped.stderr.count("\n")) == (STOPPED, 1)
    assert left(home) == []
    assert builder(building)
    while is_running(builder(building)):  # it is ended with what started it, if not at the same moment
        time.sleep(0.1)
