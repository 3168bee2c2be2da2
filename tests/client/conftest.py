"""`home`: a person without a past; `repository`: a real one, shared by the tests of a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_repo.client import credentials

from ..running import Running, running_repository


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Jupyter folders of its own, no repository in the environment, no keyring."""
    for name in ("JUPYTER_REPO_URL", "JUPYTER_REPO_TOKEN", "JPY_PARENT_PID", "JPY_SESSION_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    credentials._keyring.cache_clear()
    return tmp_path


@pytest.fixture
def jp_server_cleanup() -> None:
    """Nothing to clean up: no Jupyter server runs in these tests."""


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_repository(tmp_path_factory.mktemp("repository")) as running:
        yield running
