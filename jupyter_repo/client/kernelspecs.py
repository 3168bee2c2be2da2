"""Environments that were made again, as kernels of this person: found by the hash of their lock, listed, removed."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..errors import Conflict, NotFound
from . import rebuilding, solving
from .files import read_json, write_json
from .lockfile import Lock
from .locks import lock as take
from .profiles import data_folder
from .progress import Progress
from .rebuilding import Source
from .solving import Wishes

PATIENCE = 900.0
"""seconds to wait for somebody who makes the same environment"""
RECORD = "jupyter-repo.json"


@dataclass(frozen=True)
class Made:
    """An environment that is there whole; `id` is also how its folder is called."""

    id: str
    kernel: str
    display_name: str
    full_name: str
    version: str
    python: str
    platform: str
    size: int
    packages: int
    created_at: str
    last_used_at: str

    @property
    def prefix(self) -> Path:
        """Its folder."""
        return folder() / self.id


def folder() -> Path:
    """Where environments are kept."""
    return data_folder() / "environments"


def key_of(wanted: Lock | Wishes) -> str:
    """The id of the environment that a lock makes, or that is solved for on this platform."""
    return wanted.digest[:20]


def find(key: str) -> Made | None:
    """The environment of that id, if it is there whole, and its kernel too."""
    record = read_json(folder() / key / RECORD)
    try:
        made = Made(**record)  # type: ignore[arg-type]  # a file of ours: another form raises
    except TypeError:
        return None
    whole = rebuilding.python_of(made.prefix).exists() and (_kernels() / made.kernel / "kernel.json").is_file()
    return made if whole and made.id == key else None


def listing() -> list[Made]:
    """All of them, what was used last first."""
    names = [path.name for path in folder().iterdir() if path.is_dir()] if folder().is_dir() else []
    found = [made for name in names if (made := find(name))]
    return sorted(found, key=lambda made: made.last_used_at, reverse=True)


def ensure(wanted: Lock | Wishes, source: Source, *, full_name: str, version: str, progress: Progress) -> Made:
    """The environment of a lock, or of wishes that are solved, made if it is not there.

    What fails or is cancelled leaves no kernel and no folder.
    """
    key = key_of(wanted)
    with _alone(key, progress):
        if made := find(key):
            return _used(made)
        prefix = folder() / key
        shutil.rmtree(prefix, ignore_errors=True)  # what a killed process left
        lock = wanted if isinstance(wanted, Lock) else _solved(wanted, source, progress)
        python = rebuilding.build(lock, prefix, source, progress)
        progress.say("Registering the kernel")
        now = datetime.now(UTC).isoformat(timespec="seconds")
        made = Made(
            id=key,
            kernel=f"repo-{key}",
            display_name=f"{full_name} {version}",
            full_name=full_name,
            version=version,
            python=lock.python,
            platform=lock.platform,
            size=_size(prefix),
            packages=len(lock.conda) + len(lock.pip),
            created_at=now,
            last_used_at=now,
        )
        try:
            write_json(prefix / RECORD, asdict(made))
            _register(made, python)
        except BaseException:
            _unregister(made.kernel)
            shutil.rmtree(prefix, ignore_errors=True)
            raise
        return made


def _solved(wishes: Wishes, source: Source, progress: Progress) -> Lock:
    with tempfile.TemporaryDirectory(dir=folder(), prefix=".solving-") as place:
        return solving.solve(wishes, source.client.token or "", source.client.url, Path(place), progress)


def remove(key: str, *, running: int = 0) -> None:
    """Remove an environment and its kernel; Conflict while `running` kernels use it."""
    made = find(key)
    if made is None:
        raise NotFound(f"There is no environment {key}")
    if running:
        raise Conflict(f"{made.display_name} runs in {running} kernel(s): shut them down first", code="in_use")
    _unregister(made.kernel)
    shutil.rmtree(made.prefix)


def _kernels() -> Path:
    from jupyter_core.paths import jupyter_data_dir

    return Path(jupyter_data_dir()) / "kernels"


def _register(made: Made, python: Path) -> None:
    programs = python.parent
    spec: dict[str, object] = {
        "argv": [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": made.display_name,
        "language": "python",
        "interrupt_mode": "signal",
        "env": {"PATH": f"{programs}{os.pathsep}${{PATH}}", "CONDA_PREFIX": str(made.prefix)},
        "metadata": {"debugger": True, "jupyter_repo": {"id": made.id, "full_name": made.full_name}},
    }
    write_json(_kernels() / made.kernel / "kernel.json", spec)


def _unregister(kernel: str) -> None:
    shutil.rmtree(_kernels() / kernel, ignore_errors=True)


def _used(made: Made) -> Made:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    again = Made(**{**asdict(made), "last_used_at": now})
    write_json(made.prefix / RECORD, asdict(again))
    return again


def _size(prefix: Path) -> int:
    total = 0
    for where, _, names in os.walk(prefix):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(where, name)).st_size
    return total


@contextlib.contextmanager
def _alone(key: str, progress: Progress) -> Iterator[None]:
    """One at a time makes an environment: the others find it made."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(os.open(folder() / f".{key}.lock", os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        for _ in range(int(PATIENCE)):
            if take(file, patience=1.0):
                break
            progress.say("Waiting for another session that makes the same environment")
        else:
            raise Conflict("Another session has been making this environment for long; try again later")
        yield
