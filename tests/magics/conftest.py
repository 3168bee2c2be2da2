"""`cell`: runs code in a live kernel whose Jupyter server has a real repository."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from jupyter_client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from jupyter_repo.client import credentials, profiles

from ..running import Running, running_repository

FOLDERS = ("JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR", "HOME")


@pytest.fixture
def jp_server_cleanup() -> None:
    """Nothing to clean up: no Jupyter server runs in this process."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Jupyter folders of its own, for this process and for its kernels."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in FOLDERS:
            patch.setenv(name, str(folder / name.lower()))
        for name in ("JUPYTER_REPO_URL", "JUPYTER_REPO_TOKEN", "JPY_PARENT_PID", "JPY_SESSION_NAME"):
            patch.delenv(name, raising=False)
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
        credentials._keyring.cache_clear()
        yield folder


@pytest.fixture(scope="module")
def repository(home: Path) -> Iterator[Running]:
    """A repository that this process announces, as the Jupyter server that starts the kernels would."""
    with running_repository(home / "repository", ["conda.example"]) as running:
        running.set_owner(name="ada", password="correct horse")
        profiles.credentials().set("key", running.token)
        announcement = profiles.Announcement()
        announcement.announce(running.url, "key")
        yield running
        announcement.withdraw()


@dataclass
class Output:
    """What a cell showed."""

    text: str = ""
    html: str = ""
    stderr: str = ""
    error: str = ""
    """`Name: message` of what was raised"""
    asked: list[tuple[str, bool]] = field(default_factory=list)
    """the questions, and whether the answer was hidden"""


Cell = Callable[..., Output]


def run(
    client: BlockingKernelClient, code: str, answers: tuple[str, ...] = (), watch: Callable[[str], None] | None = None
) -> Output:
    """Execute `code`, answering its questions in turn; what it showed is as it stands at the end.

    `watch` is told every question, and every line that is shown while it works.
    """
    output, left = Output(), list(answers)
    displays: dict[str, str] = {}
    told = watch or (lambda _: None)

    def show(message: dict[str, Any]) -> None:
        kind, content = message["msg_type"], message["content"]
        identity = content.get("transient", {}).get("display_id")
        if kind == "stream" and content["name"] == "stderr":
            output.stderr += content["text"]
        elif kind == "stream":
            output.text += content["text"]
        elif identity:
            displays[identity] = content["data"]["text/plain"]
            told(displays[identity])
        elif kind in ("execute_result", "display_data"):
            output.text += content["data"].get("text/plain", "")
            output.html += content["data"].get("text/html", "")
        elif kind == "error":
            output.stderr += "\n".join(content["traceback"])

    def ask(message: dict[str, Any]) -> None:
        output.asked.append((message["content"]["prompt"], message["content"]["password"]))
        told(message["content"]["prompt"])
        client.input(left.pop(0))

    reply = client.execute_interactive(code, allow_stdin=bool(answers), output_hook=show, stdin_hook=ask, timeout=120)[
        "content"
    ]
    output.text += "".join(displays.values())
    if reply["status"] == "error":
        output.error = f"{reply['ename']}: {reply['evalue']}"
    return output


@pytest.fixture(scope="module")
def work(home: Path) -> Path:
    """The folder that the kernel runs in."""
    folder = home / "work"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def kernel(repository: Running, work: Path) -> Iterator[BlockingKernelClient]:
    manager = KernelManager()
    manager.start_kernel(cwd=str(work), env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])})
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(120)
    assert run(client, "%load_ext jupyter_repo").error == ""
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    manager.cleanup_resources()


@pytest.fixture
def cell(kernel: BlockingKernelClient) -> Cell:
    return lambda code, *answers, watch=None: run(kernel, code, answers, watch)
