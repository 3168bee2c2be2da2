"""The conda packages of a lock: fetched by their exact addresses, checked, and installed by py-rattler."""

from __future__ import annotations

import asyncio
import contextvars
import hashlib
import json
from collections.abc import Awaitable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import requests

from ..errors import RepoError, TooLarge, Unavailable
from .client import RepoClient
from .lockfile import CondaPackage, Lock, LockRefused
from .progress import Progress
from .transport import CONNECT_SECONDS, READ_SECONDS, segment

T = TypeVar("T")
MAX_PACKAGE = 4 << 30
"""bytes of one package"""
EXTRA = "pip install 'jupyter-repo[env]'"


def install(lock: Lock, prefix: Path, folder: Path, client: RepoClient, channel: str, progress: Progress) -> None:
    """Install the lock's packages in `prefix`, fetching them to `folder`: those of `channel` from there.

    Unavailable, LockRefused for what is not what the lock says, RepoError for what can't be installed.
    """
    try:
        import rattler
    except ImportError:
        raise Unavailable(f"conda packages are installed by py-rattler, which is missing here: {EXTRA}") from None
    progress.say("Fetching packages")
    own = _own_files(lock, client, channel)
    records = []
    for number, package in enumerate(lock.conda):
        progress.advance(number, len(lock.conda))
        path = folder / f"{number}" / package.filename
        path.parent.mkdir()
        _fetch(package, own.get(package.sha256, package.url), path, client, progress)
        records.append(_record(rattler, package, path))
    progress.say("Installing")
    installing = rattler.install(
        records=records,
        target_prefix=prefix,
        cache_dir=folder / "cache",
        execute_link_scripts=False,
        show_progress=False,
    )
    try:
        finish(watched(installing, progress))
    except NotDone as error:
        raise RepoError(f"The conda packages can't be installed: {error}", code="build_failed") from error
    _tell_origin(lock, prefix)


def _own_files(lock: Lock, client: RepoClient, channel: str) -> dict[str, str]:
    """Which of the lock's packages the channel has itself: sha256 -> address."""
    wanted, found = {package.sha256 for package in lock.conda}, {}
    base = f"/conda/{segment(channel)}"
    for subdir in sorted({lock.platform, "noarch"}):
        try:
            answer = client.request("GET", f"{base}/{subdir}/repodata.json", root="")
            document: dict[str, Any] = client.document(answer, dict)
        except RepoError:
            continue  # the channel may have none for this platform: the lock says where else they are
        for group in ("packages", "packages.conda"):
            for name, record in dict(document.get(group) or {}).items():
                if record.get("sha256") in wanted:
                    found[str(record["sha256"])] = f"{client.url}{base}/{subdir}/{segment(name)}"
    return found


def _fetch(package: CondaPackage, url: str, path: Path, client: RepoClient, progress: Progress) -> None:
    """Save a package whose sha256 is the lock's."""
    digest, size = hashlib.sha256(), 0
    # the person's token goes to their repository and nowhere else
    own = url.startswith(f"{client.url}/")
    headers = {"Authorization": f"token {client.token}"} if own and client.token else {}
    patience = (CONNECT_SECONDS, READ_SECONDS)
    try:
        with (
            requests.get(url, headers=headers, stream=True, timeout=patience, allow_redirects=not own) as answer,
            path.open("xb") as file,
        ):
            answer.raise_for_status()
            for chunk in answer.iter_content(1 << 18):
                progress.advance(size, size + len(chunk) if size else None)
                digest.update(chunk)
                size += file.write(chunk)
                if size > MAX_PACKAGE:
                    raise TooLarge(f"{package.filename} is larger than {MAX_PACKAGE >> 30} GiB")
    except requests.RequestException as error:
        raise Unavailable(f"{package.filename} can't be fetched from {url.rsplit('/', 2)[0]}: {error}") from error
    if digest.hexdigest() != package.sha256:
        raise LockRefused(f"{package.filename} is not the file that the lock means: its sha256 differs")


def _record(rattler: Any, package: CondaPackage, path: Path) -> Any:
    """What py-rattler installs, from what the package says of itself; its address is the fetched file."""
    try:
        index = rattler.IndexJson.from_package_archive(path)
    except rattler.exceptions.ExtractError as error:
        raise LockRefused(f"{package.filename} can't be read as a conda package: {error}") from error
    if index.name.normalized != package.name:
        raise LockRefused(f"{package.filename} holds {index.name.normalized}, not {package.name}")
    record = rattler.PackageRecord(
        index.name,
        index.version,
        index.build,
        index.build_number,
        package.url.split("/")[-2],
        noarch=index.noarch,
        depends=index.depends,
        constrains=index.constrains,
        sha256=bytes.fromhex(package.sha256),
        size=path.stat().st_size,
        python_site_packages_path=index.python_site_packages_path,
    )
    return rattler.RepoDataRecord(record, package.filename, path.as_uri(), path.parent.as_uri())


class NotDone(Exception):
    """What py-rattler could not do, in its words; it raises classes of its own."""


def finish(work: Coroutine[Any, Any, T]) -> T:
    """What `work` gives, when it is done; in a kernel too, in whose thread a loop is running already."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    begun: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[Any] | None]] = []

    async def held() -> T:
        begun.append((asyncio.get_running_loop(), asyncio.current_task()))
        return await work

    with ThreadPoolExecutor(1) as beside:
        # in the cell's context, or what it shows would belong to no cell
        running = beside.submit(contextvars.copy_context().run, asyncio.run, held())
        try:
            return running.result()
        except KeyboardInterrupt:
            for loop, task in begun:
                if task is not None:
                    loop.call_soon_threadsafe(task.cancel)
            raise


async def watched(work: Awaitable[T], progress: Progress) -> T:
    """What py-rattler's `work` gives; it is ended when the person asks to stop. NotDone."""
    running = asyncio.ensure_future(work)
    try:
        while not running.done():
            await asyncio.wait([running], timeout=0.2)
            progress.advance(0, None)
    except BaseException:
        running.cancel()
        await asyncio.wait([running])
        raise
    if error := running.exception():
        raise NotDone(str(error)) from error
    return running.result()


def _tell_origin(lock: Lock, prefix: Path) -> None:
    """Write the real addresses where py-rattler noted those of the fetched files: the next lock is made of them."""
    origins = {package.sha256: package for package in lock.conda}
    for path in (prefix / "conda-meta").glob("*.json"):
        record = json.loads(path.read_bytes())
        if package := origins.get(str(record.get("sha256"))):
            record |= {"url": package.url, "channel": package.channel}
            path.write_text(json.dumps(record), encoding="utf-8")
