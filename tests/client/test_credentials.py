"""Tokens between runs: a 0600 file where there is no keyring, and never a wait for one that is stuck."""

from __future__ import annotations

import stat
import sys
import threading
import time
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend

from jupyter_repo.client import credentials
from jupyter_repo.client.credentials import CredentialStore


def test_the_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    store = CredentialStore(tmp_path / "new")
    store.set("https://a", "one")
    store.set("https://b", "two")
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.path.parent.stat().st_mode) == 0o700
    assert (store.get("https://a"), store.get("https://b"), store.get("https://c")) == ("one", "two", None)
    store.delete("https://a")
    assert (store.get("https://a"), store.get("https://b")) == (None, "two")
    assert not [path for path in store.path.parent.iterdir() if "two" in path.name or path.suffix == ".tmp"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"https://a": 5}', "\x00"])
def test_a_damaged_file_is_no_credential_and_is_mended(tmp_path: Path, content: str) -> None:
    store = CredentialStore(tmp_path)
    store.path.write_text(content)
    assert store.get("https://a") is None
    store.set("https://a", "one")
    assert store.get("https://a") == "one"


def test_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    stores = [CredentialStore(tmp_path) for _ in range(8)]
    threads = [
        threading.Thread(target=lambda store=store, n=n: store.set(f"key{n}", f"token{n}"))  # type: ignore[misc]
        for n, store in enumerate(stores)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [CredentialStore(tmp_path).get(f"key{n}") for n in range(8)] == [f"token{n}" for n in range(8)]


class Desktop(KeyringBackend):
    """A keyring as desktops have one."""

    priority = 5

    def __init__(self, delay: float = 0.0) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.delay = delay

    def get_password(self, service: str, username: str) -> str | None:
        time.sleep(self.delay)
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        time.sleep(self.delay)
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


def _use(monkeypatch: pytest.MonkeyPatch, backend: KeyringBackend) -> None:
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    credentials._keyring.cache_clear()


def test_a_real_keyring_is_used_and_the_file_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, desktop = CredentialStore(tmp_path), Desktop()
    store.set("https://a", "old")
    _use(monkeypatch, desktop)
    store.set("https://a", "one")
    assert desktop.kept == {("jupyter-repo", "https://a"): "one"}
    assert "old" not in store.path.read_text()
    assert store.get("https://a") == "one"
    store.delete("https://a")
    assert desktop.kept == {}
    assert store.get("https://a") is None


def test_a_keyring_that_never_answers_is_passed_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _use(monkeypatch, Desktop(delay=60))
    monkeypatch.setattr(credentials, "PATIENCE", 0.2)
    store, began = CredentialStore(tmp_path), time.monotonic()
    store.set("https://a", "one")
    assert store.get("https://a") == "one"
    assert time.monotonic() - began < 5


def test_keyring_is_not_imported_before_it_is_needed() -> None:
    import subprocess

    program = "import sys, jupyter_repo.client.client, jupyter_repo.client.profiles; print('keyring' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout == "False\n"
