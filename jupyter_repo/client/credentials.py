"""Where tokens are kept between runs: the desktop's keyring where there is a real one, else a 0600 file.

A credential is kept under a *key*: the repository's address, or the data folder of an embedded repository
(`embedded_key`), whose port may be another program's tomorrow.
"""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from .files import read_json, write_json
from .locks import holding

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

SERVICE = "jupyter-repo"
PATIENCE = 3.0
"""Seconds for the keyring to answer; a locked or absent D-Bus may otherwise never do."""


def embedded_key(data_dir: Path) -> str:
    """The key of the repository that lives in `data_dir`, at whatever port."""
    return data_dir.resolve().as_uri()


def url_key(url: str) -> str:
    """The key of the repository at `url`."""
    return url.rstrip("/")


def _within(seconds: float, call: Callable[[], T]) -> T | None:
    """What `call` returns, or None if it fails or takes longer (it is then left behind)."""
    answers: list[T] = []

    def run() -> None:
        with contextlib.suppress(Exception):  # backends raise what they like; all of it means "no keyring here"
            answers.append(call())

    thread = threading.Thread(target=run, daemon=True, name="jupyter-repo-keyring")
    thread.start()
    thread.join(seconds)
    return answers[0] if answers else None


def _real_keyring() -> KeyringBackend | None:
    import keyring

    backend = keyring.get_keyring()
    # below 1 are the backends that refuse, forget, or write plain text with wider permissions than our file
    return backend if backend.priority >= 1 else None


@functools.cache
def _keyring() -> KeyringBackend | None:
    return _within(PATIENCE, _real_keyring)


class CredentialStore:
    """Tokens by key; `folder` is where the file stands if there is no keyring."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "credentials.json"

    def get(self, key: str) -> str | None:
        """The token kept under `key`."""
        backend = _keyring()
        found = _within(PATIENCE, lambda: backend.get_password(SERVICE, key)) if backend else None
        if found:
            return found
        value = read_json(self.path).get(key)
        return value if isinstance(value, str) else None

    def set(self, key: str, token: str) -> None:
        """Keep `token` under `key`."""
        backend = _keyring()

        def keep() -> bool:
            assert backend is not None
            backend.set_password(SERVICE, key, token)
            return True

        kept = backend is not None and bool(_within(PATIENCE, keep))
        self._change(key, None if kept else token)

    def delete(self, key: str) -> None:
        """Forget what is kept under `key`."""
        backend = _keyring()
        if backend is not None:
            _within(PATIENCE, lambda: backend.delete_password(SERVICE, key))
        self._change(key, None)

    def _change(self, key: str, token: str | None) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if token is None and not self.path.exists():
            return
        with holding(self.path.with_suffix(".lock")):
            kept = read_json(self.path)
            kept.pop(key, None)
            if token is not None:
                kept[key] = token
            write_json(self.path, kept)
