"""An environment made again from its lock: conda packages by py-rattler, Python packages by uv, or by pip without it.

No conda is needed. Every conda package is fetched here, by its exact address, and only used when its sha256 is the
lock's. The folder is the last place: what is installed can't be moved, so that a failure takes the whole folder away.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import RepoError
from . import conda_packages
from .client import RepoClient
from .environment import without_credentials
from .lockfile import Lock
from .progress import Progress
from .transport import segment

SAID = 1_500
"""characters of an installer's last words that are shown"""
_NAMED = re.compile(r"^[A-Za-z0-9_.-]+=")
"""the name that an index may have before its address"""


class BuildFailed(RepoError):
    """An environment that could not be made; nothing of it is left."""

    status, code = 502, "build_failed"


@dataclass(frozen=True)
class Source:
    """The repository that a lock came from, and the channel whose packages are taken first."""

    client: RepoClient
    channel: str

    @property
    def index(self) -> str:
        """The channel's Python packages, with the person's token where there is one."""
        token = f"/t/{self.client.token}" if self.client.token else ""
        return f"{self.client.url}{token}/pypi/{segment(self.channel)}/simple/"


def indexes(source: Source) -> list[str]:
    """Where Python packages would come from, in the order of asking: the channel, then what is configured here.

    Without the credentials that addresses may hold: these are shown to people.
    """
    if _uv():
        first = os.environ.get("UV_DEFAULT_INDEX") or os.environ.get("UV_INDEX_URL")
        more = os.environ.get("UV_EXTRA_INDEX_URL", "")
    else:
        first, more = _pip_says("index-url"), _pip_says("extra-index-url")
    configured = [*more.split(), first or f"the default index of {'uv' if _uv() else 'pip'}"]
    own = f"{source.client.url}/pypi/{segment(source.channel)}/simple/"
    return list(dict.fromkeys([own, *(without_credentials(_NAMED.sub("", one)) for one in configured)]))


def _pip_says(setting: str) -> str:
    if said := os.environ.get(f"PIP_{setting.replace('-', '_').upper()}"):
        return said
    command = [sys.executable, "-m", "pip", "config", "get", f"global.{setting}"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - words of ours
    return answer.stdout.strip() if answer.returncode == 0 else ""


def build(lock: Lock, prefix: Path, source: Source, progress: Progress) -> Path:
    """Make the environment in `prefix`, which must not be there yet; returns its Python, which has ipykernel.

    BuildFailed or Unavailable; then, or when it is cancelled, `prefix` is gone again.
    """
    try:
        prefix.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if lock.conda:
            with tempfile.TemporaryDirectory(dir=prefix.parent, prefix=".fetched-") as folder:
                conda_packages.install(lock, prefix, Path(folder), source.client, source.channel, progress)
        python = python_of(prefix)
        if not python.exists():
            progress.say("Making a Python")
            _venv(lock, prefix, progress)
        progress.say("Installing Python packages")
        if lock.pip:
            _install(python, ["--no-deps", *lock.pip], source, progress)
        if not _has_ipykernel(python):
            _install(python, ["ipykernel"], source, progress)
        return python
    except BaseException:
        shutil.rmtree(prefix, ignore_errors=True)
        raise


def _has_ipykernel(python: Path) -> bool:
    """Can it run as a kernel?"""
    command = [str(python), "-I", "-c", "import ipykernel"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603 - words of ours


def python_of(prefix: Path) -> Path:
    """Where an environment has its Python, be it conda's or a virtual one."""
    if sys.platform == "win32":
        found = prefix / "python.exe"
        return found if found.exists() else prefix / "Scripts" / "python.exe"
    return prefix / "bin" / "python"


def _venv(lock: Lock, prefix: Path, progress: Progress) -> None:
    """A virtual environment of the lock's Python; on top of what conda made, where that had no Python."""
    wanted = ".".join(lock.python.split(".")[:2])
    mine = f"{sys.version_info[0]}.{sys.version_info[1]}" == wanted
    if uv := _uv():
        python = sys.executable if mine else wanted
        _run([uv, "venv", "--quiet", "--allow-existing", "--python", python, str(prefix)], progress)
    elif mine:
        _run([sys.executable, "-m", "venv", str(prefix)], progress)
    else:
        raise BuildFailed(f"The environment needs Python {wanted}, which is not on this machine; install it, or uv")


def _install(python: Path, requirements: Sequence[str], source: Source, progress: Progress) -> None:
    """Install Python packages: those of the channel first, then those of the index that is configured here."""
    if uv := _uv():
        command = [uv, "pip", "install", "--quiet", "--python", str(python), *requirements]
        # in the environment: the address may hold a token, and arguments are for everybody to see
        _run(command, progress, {"UV_INDEX": source.index})
    else:
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements]
        _run(command, progress, {"PIP_EXTRA_INDEX_URL": source.index})


def _uv() -> str | None:
    try:
        from uv import find_uv_bin
    except ImportError:
        return shutil.which("uv")
    try:
        return str(find_uv_bin())
    except FileNotFoundError:
        return shutil.which("uv")


def _run(command: Sequence[str], progress: Progress, environment: dict[str, str] | None = None) -> None:
    """Run an installer to its end, or to the person's; BuildFailed with its last words."""
    # a Python that is missing is not fetched from somewhere nobody was shown
    settings = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "UV_NO_CONFIG": "1", **(environment or {})}
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 - an argument list of ours and checked requirements, and no shell
            command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=settings, start_new_session=True
        )
        try:
            while True:
                try:
                    process.wait(0.2)
                    break
                except subprocess.TimeoutExpired:
                    progress.advance(0, None)
        except BaseException:
            _end(process)
            raise
        if process.returncode:
            said.seek(0)
            words = said.read().decode("utf-8", "replace").replace((environment or {}).get("UV_INDEX", "\0"), "…")
            raise BuildFailed(f"{Path(command[0]).name} could not make the environment: {words[-SAID:].strip()}")


def _end(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
