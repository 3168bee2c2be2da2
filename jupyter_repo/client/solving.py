"""An environment.yml solved for this machine, where its lock was made on another kind of machine, or was never made.

What comes out is a lock of this platform, so that it is fetched, checked and installed as every other. A stranger's
text is checked before: it names packages and channels, and no paths, options, or machines of this network.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from packaging.requirements import InvalidRequirement, Requirement

from ..errors import Unavailable
from . import lockfile
from .conda_packages import EXTRA, NotDone, finish, watched
from .environment import without_credentials
from .lockfile import CondaPackage, Lock, LockRefused
from .progress import Progress

MAX_BYTES = 1 << 20
MAX_SPECS = 2_000
DEFAULTS = ("main", "r")
"""what conda calls `defaults`, by the names that py-rattler finds it at"""
_CHANNEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}(?:/label/[A-Za-z0-9._-]{1,99})?")
_SPEC = re.compile(r"([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})\s*((?:[=<>!~]=?|==)\s*[A-Za-z0-9_.,*+!<>=~| -]{1,120})?")


@dataclass(frozen=True)
class Wishes:
    """What a checked environment.yml asks for; `channels`: addresses or names, the repository's own channel first."""

    channels: tuple[str, ...]
    conda: tuple[str, ...]
    pip: tuple[str, ...]
    digest: str
    """sha256 of its text and of this platform: environments are kept by it"""

    @property
    def hosts(self) -> list[str]:
        """The hosts that its addresses name, and the channels that have no more than a name."""
        direct = (Requirement(spec).url for spec in self.pip)
        return sorted({urlsplit(url).netloc or url for url in [*self.channels, *(url for url in direct if url)]})

    @property
    def python(self) -> str:
        """Which Python it asks for, as far as it says."""
        said = next((spec for spec in self.conda if _name(spec) == "python"), "")
        return found[0] if (found := re.search(r"3\.\d+(?:\.\d+)?", said)) else ""


def read(content: bytes, repository: str, channel: str) -> Wishes:
    """A stranger's environment.yml, checked; `channel` is where it was published. LockRefused."""
    if len(content) > MAX_BYTES:
        raise LockRefused(f"The environment.yml is larger than {MAX_BYTES >> 20} MiB: no environment needs that")
    try:
        document = yaml.safe_load(content)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise LockRefused("The environment.yml is no YAML: publish the notebook again") from error
    listed = document.get("dependencies") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(listed, list) or len(listed) > MAX_SPECS:
        raise LockRefused(f"The environment.yml needs 'dependencies:' with a list of up to {MAX_SPECS} under it")
    pip: list[object] = []
    for one in listed:
        if isinstance(one, dict):
            inner = one.get("pip")
            if list(one) != ["pip"] or not isinstance(inner, list):
                raise LockRefused("The environment.yml lists something that is neither a package nor 'pip:'")
            pip += inner[:MAX_SPECS]
    named = document.get("channels") or ["conda-forge"]
    own = f"{repository}/conda/{channel}"
    return Wishes(
        tuple(dict.fromkeys([own, *(url for one in _texts(named) for url in _channel(one, repository))])),
        tuple(_spec(one) for one in listed if not isinstance(one, dict)),
        tuple(_requirement(one, repository) for one in pip[:MAX_SPECS]),
        hashlib.sha256(b"solved\0" + lockfile.here().encode() + b"\0" + content).hexdigest(),
    )


def _texts(named: object) -> list[str]:
    if not isinstance(named, list) or not all(isinstance(one, str) for one in named) or len(named) > 20:
        raise LockRefused("The environment.yml names its channels in no list of up to 20 names")
    return [one for one in named if one != "nodefaults"]


def _channel(said: str, repository: str) -> list[str]:
    if said == "defaults":
        return list(DEFAULTS)
    if _CHANNEL.fullmatch(said):
        return [said]  # py-rattler knows where channels are that have no more than a name
    return [lockfile.check_address(said.rstrip("/"), repository)]


def _spec(one: object) -> str:
    if not isinstance(one, str) or not _SPEC.fullmatch(one.strip()):
        said = repr(one[:100]) if isinstance(one, str) else "something"
        raise LockRefused(f"The environment.yml asks for {said}, which is no package with a version")
    return one.strip()


def _requirement(one: object, repository: str) -> str:
    text = one if isinstance(one, str) else ""
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        raise LockRefused(f"The environment.yml asks for a Python package that can't be one: {text[:100]!r}") from None
    if requirement.url:
        lockfile.check_address(requirement.url, repository, schemes=("https", "http", "git+https"))
    return text


def _name(spec: str) -> str:
    return re.split(r"[\s=<>!~]", spec, maxsplit=1)[0].lower()


def solve(wishes: Wishes, token: str, repository: str, folder: Path, progress: Progress) -> Lock:
    """A lock of this platform; `folder` is for what is fetched on the way. LockRefused where nothing fits.

    The versions that were published are taken where they are there for this platform, else what comes nearest to them:
    the same Python, and the newest of what else there is.
    """
    here = lockfile.here()
    records: list[Any] = []
    missing: list[str] = []
    if wishes.conda:
        progress.say(f"Solving for {here}")
        records, missing = finish(_solved(wishes, token, repository, folder, progress))
    conda = tuple(sorted((_exact(one, repository) for one in records), key=lambda package: package.name))
    python = next((package.version for package in conda if package.name == "python"), "")
    mine = ".".join(map(str, sys.version_info[:3]))
    return Lock(python or wishes.python or mine, here, conda, wishes.pip, tuple(missing), wishes.digest)


async def _solved(
    wishes: Wishes, token: str, repository: str, folder: Path, progress: Progress
) -> tuple[list[Any], list[str]]:
    try:
        import rattler
    except ImportError:
        raise Unavailable(f"environments are solved by py-rattler, which is missing here: {EXTRA}") from None
    # the token goes to the repository alone, in its addresses
    secret = f"{repository}/t/{token}" if token else repository
    sources = [secret + url.removeprefix(repository) if _is_own(url, repository) else url for url in wishes.channels]
    platforms: Any = [lockfile.here(), "noarch"]
    gateway = rattler.Gateway(cache_dir=folder / "index")
    virtual = rattler.VirtualPackage.detect()
    try:
        answer = await watched(gateway.names(sources, platforms), progress)
    except NotDone as error:
        raise Unavailable(f"A channel does not answer: {without_token(str(error), token)[:800]}") from error
    there = {name.normalized for name in answer.names}
    wanted = [spec for spec in wishes.conda if _name(spec) in there]
    missing = [spec for spec in wishes.conda if _name(spec) not in there]
    for specs in (wanted, _loosened(wanted)):
        try:
            solving = rattler.solve(sources, specs, gateway=gateway, platforms=platforms, virtual_packages=virtual)
            return await watched(solving, progress), missing
        except NotDone as error:
            last = without_token(str(error), token)
    raise LockRefused(f"Its packages can't be had together on {lockfile.here()}: {last[:800]}")


def _loosened(specs: Iterable[str]) -> list[str]:
    """The same packages in whatever version there is, but for Python, whose minor version stays."""
    return [_minor(spec) if _name(spec) == "python" else _name(spec) for spec in specs]


def _minor(spec: str) -> str:
    found = re.search(r"3\.\d+", spec)
    return f"python {found[0]}.*" if found else "python"


def _is_own(url: str, repository: str) -> bool:
    return url == repository or url.startswith(f"{repository}/")


def without_token(text: str, token: str) -> str:
    """`text` without the person's token."""
    return text.replace(f"/t/{token}", "") if token else text


def _exact(record: Any, repository: str) -> CondaPackage:
    if not record.sha256:
        raise LockRefused(
            f"The channel doesn't say what the sha256 of {record.name.normalized} is: it can't be checked"
        )
    url = lockfile.check_address(without_credentials(record.url), repository)
    return CondaPackage(record.name.normalized, str(record.version), record.build, url, record.sha256.hex())
