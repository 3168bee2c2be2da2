"""environment.lock.json: exactly what a Python had, beside the environment.yml that says what it needs.

    {"format": "jupyter-repo-lock", "version": 1, "python": "3.12.4", "platform": "linux-64",
     "conda": [{"name", "version", "build", "channel", "url", "sha256"}, …],
     "pip":   ["numpy==2.1.0", "tool @ git+https://host/tool@commit", …],
     "left_out": ["mine 0.1", …]}

`conda` is empty for a Python that conda did not make; `url` and `sha256` are empty where conda-meta does not say. The
same rules as in environment.yml keep this machine out of it: addresses lose credentials, local things are only named.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import platform as machine
import re
import sysconfig
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from packaging.requirements import InvalidRequirement, Requirement

from ..errors import InvalidRequest

FILENAME = "environment.lock.json"
FORMAT, VERSION = "jupyter-repo-lock", 1
MAX_BYTES = 4 << 20
MAX_PACKAGES = 5_000
_NAME = re.compile(r"[a-z0-9_][a-z0-9_.-]{0,127}")
_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+!-]{0,250}\.(?:conda|tar\.bz2)")
_SUBDIR = re.compile(r"noarch|(?:linux|osx|win|freebsd|emscripten|wasi|zos)-[a-z0-9_]{1,20}")
_PYTHON = re.compile(r"3\.\d{1,2}(?:\.\d{1,3}\w{0,6})?")


class LockRefused(InvalidRequest):
    """A lock that can't be read, or that would reach where it has no business."""

    code = "lock_refused"


@dataclass(frozen=True)
class CondaPackage:
    """One conda package, exactly."""

    name: str
    version: str
    build: str
    url: str
    sha256: str

    @property
    def filename(self) -> str:
        """The last segment of its address."""
        return urlsplit(self.url).path.rpartition("/")[2]

    @property
    def channel(self) -> str:
        """The address without platform and file name."""
        return self.url.rsplit("/", 2)[0]


@dataclass(frozen=True)
class Lock:
    """A lock that was checked: nothing in it names a path, an option, or anything but http(s) addresses."""

    python: str
    platform: str
    conda: tuple[CondaPackage, ...]
    pip: tuple[str, ...]
    left_out: tuple[str, ...]
    digest: str
    """sha256 of its text: environments are kept by it"""

    @property
    def channels(self) -> list[str]:
        """Where the conda packages come from."""
        return sorted({package.channel for package in self.conda})

    @property
    def hosts(self) -> list[str]:
        """The hosts that its addresses name."""
        direct = (Requirement(spec).url for spec in self.pip)
        urls = [*(package.url for package in self.conda), *(url for url in direct if url)]
        return sorted({urlsplit(url).netloc for url in urls})


def compose(
    *, python: str, platform: str, conda: Sequence[Mapping[str, str]], pip: Sequence[str], left_out: Sequence[str]
) -> str:
    """The text of a lock; sorted, so that the same environment is the same bytes and the same hash."""
    document = {
        "format": FORMAT,
        "version": VERSION,
        "python": python,
        "platform": subdir(platform),
        "conda": sorted((dict(package) for package in conda), key=lambda package: package["name"]),
        "pip": list(pip),
        "left_out": sorted(left_out),
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def here() -> str:
    """The platform of this machine, in conda's word."""
    return subdir(sysconfig.get_platform())


def subdir(platform: str) -> str:
    """The word of conda (`linux-64`, `osx-arm64`) for a platform as Python names it (`linux-x86_64`)."""
    system, _, rest = platform.lower().partition("-")
    processor = (rest or machine.machine().lower()).rpartition("-")[2]
    system = {"macosx": "osx", "win32": "win"}.get(system, system)
    word = {"x86_64": "64", "amd64": "64", "i686": "32", "i386": "32"}.get(processor, processor)
    return f"{system}-{'aarch64' if (system, word) == ('linux', 'arm64') else word}"


def parse(content: bytes, repository: str) -> Lock:
    """A stranger's lock, checked before anything of it is used; `repository` may lie on this very machine.

    LockRefused, which says what is wrong with it.
    """
    if len(content) > MAX_BYTES:
        raise LockRefused(f"The lock is larger than {MAX_BYTES >> 20} MiB: no environment needs that")
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise LockRefused("The lock is not JSON: publish the notebook again") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise LockRefused("The file is not a lock of this program: publish the notebook again")
    if document.get("version") != VERSION:
        raise LockRefused(f"The lock has the format {document.get('version')!r}, which a newer Jupyter Repo reads")
    python, platform = str(document.get("python")), subdir(str(document.get("platform"))[:100])
    if not _PYTHON.fullmatch(python) or not _SUBDIR.fullmatch(platform):
        raise LockRefused(f"The lock names no Python or platform there is: {python[:40]!r}, {platform[:40]!r}")
    conda, pip = _list(document, "conda"), _list(document, "pip")
    if len(conda) + len(pip) > MAX_PACKAGES:
        raise LockRefused(f"The lock names more than {MAX_PACKAGES} packages")
    return Lock(
        python,
        platform,
        tuple(_conda(one, repository) for one in conda),
        tuple(_pip(one, repository) for one in pip),
        tuple(str(one)[:200] for one in _list(document, "left_out")[:200]),
        hashlib.sha256(content).hexdigest(),
    )


def check_address(url: str, repository: str, *, schemes: Sequence[str] = ("http", "https")) -> str:
    """`url` if it may be fetched for somebody else's lock: http(s), no credentials, not this machine or its network."""
    try:
        parts, own = urlsplit(url), urlsplit(repository)
        host, same = parts.hostname or "", (parts.hostname, parts.port) == (own.hostname, own.port)
    except ValueError:
        raise LockRefused(f"The lock names an address that is none: {url[:200]!r}") from None
    if parts.scheme not in schemes or not host or any(letter.isspace() or letter == "\\" for letter in url):
        raise LockRefused(f"The lock names {url[:200]!r}: only http(s) addresses are fetched")
    if parts.username or parts.password:
        raise LockRefused(f"The lock holds a name or password for {host}")
    if ".." in parts.path.split("/") or "%2e" in parts.path.lower():
        raise LockRefused(f"The lock names an address that climbs: {url[:200]!r}")
    if not same and _is_inner(host):
        raise LockRefused(f"The lock leads to {host}, a machine of this network, and not to a channel")
    return url


def _is_inner(host: str) -> bool:
    if host == "localhost" or host.endswith((".localhost", ".internal")):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        # `127.1` and `2130706433` are addresses, too; no top-level domain is a number
        return "." not in host or re.fullmatch(r"0x[0-9a-f]*|\d+", host.rstrip(".").rpartition(".")[2]) is not None


def _list(document: Mapping[str, object], name: str) -> list[object]:
    value = document.get(name, [])
    if not isinstance(value, list):
        raise LockRefused(f"{name!r} in the lock is no list")
    return value


def _conda(one: object, repository: str) -> CondaPackage:
    if not isinstance(one, dict):
        raise LockRefused("A conda package of the lock is no object")
    name, version, build, url, sha256 = (
        str(one.get(key) or "") for key in ("name", "version", "build", "url", "sha256")
    )
    if not _NAME.fullmatch(name) or len(version + build) > 200:
        raise LockRefused(f"The lock names a conda package that can't be one: {name[:60]!r}")
    if not url or not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise LockRefused(
            f"The lock says of {name} not where it is or what its sha256 is, so that it can't be checked: "
            "publish from an environment whose packages came from a channel"
        )
    package = CondaPackage(name, version, build, check_address(url, repository), sha256)
    if not _FILE.fullmatch(package.filename) or not _SUBDIR.fullmatch(url.split("/")[-2]):
        raise LockRefused(f"The lock names a conda package at {url[:200]!r}, which is no address in a channel")
    return package


def _pip(one: object, repository: str) -> str:
    text = str(one)
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        raise LockRefused(f"The lock names a Python package that can't be one: {text[:100]!r}") from None
    if requirement.url:
        check_address(requirement.url, repository, schemes=("https", "http", "git+https"))
    elif not (len(requirement.specifier) == 1 and next(iter(requirement.specifier)).operator == "=="):
        raise LockRefused(f"The lock doesn't say which version of {requirement.name} it means")
    return text
