"""Which repository, and as whom. The only module below the front doors that reads the environment.

The address is, in this order: what was said explicitly; `JUPYTER_REPO_URL`; in a kernel, the repository of
the Jupyter server that started it; what `login --url` chose; the repository of the newest running Jupyter
server; the address where `jupyter repo serve` listens by default. The token is what was said explicitly,
`JUPYTER_REPO_TOKEN`, or what is kept for that repository.

Each running Jupyter server has a *record* in the Jupyter runtime folder, named by its process id and
locked while it lives. So a kernel finds its own server's repository (`JPY_PARENT_PID`), two servers never
confuse each other's kernels, and what a killed server left is seen to be dead.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from ..errors import InvalidRequest
from .credentials import CredentialStore, url_key
from .files import read_json, write_json
from .locks import is_locked, lock

DEFAULT_URL = "http://127.0.0.1:8890"
"""Where `jupyter repo serve` listens if nothing else is said."""


@dataclass(frozen=True)
class Profile:
    """A repository and who one is there; `source` says in words where the address comes from."""

    url: str
    token: str | None
    credential: str
    """the key of the token in the credential store"""
    source: str
    pinned: bool = False
    """the token is the environment's: logging in or out does not change it"""


def data_folder() -> Path:
    """Where what lasts is kept: `<Jupyter data folder>/jupyter_repo`."""
    from jupyter_core.paths import jupyter_data_dir

    return Path(jupyter_data_dir()) / "jupyter_repo"


def runtime_folder() -> Path:
    """Where running Jupyter servers leave their records."""
    from jupyter_core.paths import jupyter_runtime_dir

    return Path(jupyter_runtime_dir())


def credentials() -> CredentialStore:
    """The person's credential store."""
    return CredentialStore(data_folder())


def check_url(url: str) -> str:
    """`url` without trailing slashes and without `/api`; raises InvalidRequest if it is no http address."""
    plain = url.strip().rstrip("/").removesuffix("/api")
    try:
        parts = urlsplit(plain)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        sound = False
    if not sound:
        raise InvalidRequest(f"{url!r} is not a repository's address: write it like https://repo.example.org")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise InvalidRequest(f"The address of {parts.hostname} may not hold a name, password or query: log in instead")
    return plain


def is_loopback(url: str) -> bool:
    """Is `url` this very machine?"""
    host = urlsplit(url).hostname or ""
    return host == "localhost" or host.startswith("127.") or host == "::1"


def choose(url: str) -> None:
    """Remember `url` as the repository of this person's terminals (`login --url`)."""
    write_json(data_folder() / "client.json", {"url": check_url(url)})


def configured_url() -> str:
    """The repository that the environment names; "" if it names none."""
    return os.environ.get("JUPYTER_REPO_URL", "")


def resolve(url: str | None = None, token: str | None = None) -> Profile:
    """The repository to talk to and the token to use; raises InvalidRequest for an address that is none."""
    address, credential, source = _address(url)
    pinned = os.environ.get("JUPYTER_REPO_TOKEN", "") if token is None else ""
    secret = token or pinned or credentials().get(credential)
    return Profile(address, secret or None, credential, source, pinned=bool(pinned))


def _address(url: str | None) -> tuple[str, str, str]:
    """Address, credential key and source."""
    if explicit := url or configured_url():
        address = check_url(explicit)
        return address, _key_of(address), "as given" if url else "from JUPYTER_REPO_URL"
    parent = os.environ.get("JPY_PARENT_PID", "")
    if parent.isdigit() and (record := read_record(int(parent))):
        return record.url, record.credential, "of this Jupyter server"
    chosen = read_json(data_folder() / "client.json").get("url")
    if isinstance(chosen, str) and chosen:
        address = check_url(chosen)
        return address, _key_of(address), "chosen at login"
    for record in live_records():
        return record.url, record.credential, "of a running Jupyter server"
    return DEFAULT_URL, url_key(DEFAULT_URL), "the default"


def _key_of(address: str) -> str:
    """The key under which the token for `address` is kept: a running server may embed just this one."""
    return next((record.credential for record in live_records() if record.url == address), url_key(address))


@dataclass(frozen=True)
class Record:
    """What a running Jupyter server says of its repository."""

    pid: int
    url: str
    credential: str


def _record_path(pid: int) -> Path:
    return runtime_folder() / f"jupyter_repo-{pid}.json"


class Announcement:
    """This process's record: written at `announce`, locked while the process lives, removed at `withdraw`."""

    def __init__(self) -> None:
        self._path = _record_path(os.getpid())
        self._file: IO[bytes] | None = None

    def announce(self, url: str, credential: str) -> None:
        """Tell this server's kernels, and terminals, that its repository is at `url`."""
        self.withdraw()
        record: dict[str, object] = {"pid": os.getpid(), "host": socket.gethostname(), "url": url}
        write_json(self._path, record | {"credential": credential})
        self._file = open(self._path, "r+b")  # noqa: SIM115 - open, and so locked, until withdraw or the end
        lock(self._file, patience=1.0)  # a reader may be looking at it just now

    def withdraw(self) -> None:
        """Remove the record."""
        if self._file is not None:
            self._path.unlink(missing_ok=True)
            self._file.close()
            self._file = None


def read_record(pid: int) -> Record | None:
    """The record of the Jupyter server with this process id, if that server lives on this machine."""
    path = _record_path(pid)
    data = read_json(path)
    url, credential = data.get("url"), data.get("credential")
    if not isinstance(url, str) or not isinstance(credential, str) or data.get("host") != socket.gethostname():
        return None
    try:
        with open(path, "r+b") as file:
            return Record(pid, url, credential) if is_locked(file) else None
    except OSError:
        return None


def live_records() -> Iterator[Record]:
    """The records of running Jupyter servers, the newest first."""
    paths = sorted(runtime_folder().glob("jupyter_repo-*.json"), key=_modified, reverse=True)
    for path in paths:
        pid = path.stem.rpartition("-")[2]
        if pid.isdigit() and (record := read_record(int(pid))):
            yield record


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
