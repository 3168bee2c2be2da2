"""What mirrors keep of their upstreams: documents that are asked for again when they are old, files that were verified.

Nothing is asked within a transaction. What is old is served while one process, one thread of it, asks again; what was
never there is waited for. An upstream that is down changes nothing: what is kept is served.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgpack
import sqlalchemy as sa
import zstandard

from ..db import tables as t
from ..errors import InvalidName, InvalidPackage, RepoError, TooLarge, Unavailable
from ..models import Account, Actor, Kind
from ..names import check_package, check_subdir
from ..upstream import reading
from . import mirrors
from .mirrors import Mirror
from .work import Repository, Work, unheld

log = logging.getLogger("jupyter_repo")

LEASE = timedelta(minutes=3)
RETRY = timedelta(seconds=30)
"""how long an upstream that could not be reached is left alone where nothing is kept of it"""
DOCUMENT, UNPACKED, PAGE = 256 << 20, 2 << 30, 32 << 20
"""bytes of repodata as it is sent, of the same unpacked, and of a project's page"""
PIECE = 1 << 20
SUFFIXES = ("repodata.json.zst", "repodata.json")
ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
THREADS = 4


@dataclass(frozen=True)
class Key:
    """One document of one channel's upstream: a platform (conda) or a project in its normal form (PyPI)."""

    account_id: int
    kind: Kind
    path: str


class Missing(Exception):  # nothing is wrong: it has to be fetched
    """A document that nobody has asked the upstream for yet."""

    def __init__(self, key: Key) -> None:
        """Ask for `key`."""
        super().__init__(key)
        self.key = key


@dataclass(frozen=True)
class Wanted:
    """A file that an upstream has and that this channel gives on."""

    mirror: Mirror
    address: str
    url: str
    sha256: str
    size: int
    kept: bool


class Mirrors:
    """Asks upstreams for one process. Safe to share among threads."""

    def __init__(self, repository: Repository) -> None:
        """Nothing is asked before somebody needs it."""
        self._repository = repository
        self._fetcher = mirrors.fetcher(repository.settings)
        self.pool = ThreadPoolExecutor(THREADS, thread_name_prefix="jupyter-repo-upstream")
        self._turns: dict[object, threading.Lock] = {}
        self._waiting: Counter[object] = Counter()
        self._lock = threading.Lock()

    def close(self) -> None:
        """Let what is being fetched end, and drop the rest."""
        self.pool.shutdown(wait=True, cancel_futures=True)

    def due(self, work: Work, actor: Actor, channel: Account, kind: Kind, path: str) -> datetime | None:
        """See that the upstream's document is at hand; until when it is taken as it is (None: there is no mirror).

        Raises Missing where it must be fetched first, Unavailable where that has just failed.
        """
        mirror = mirrors.of(work, channel.id, kind)
        if mirror is None or not mirrors.shown(work, actor, channel, mirror):
            return None
        try:
            check_subdir(path) if kind is Kind.CONDA else check_package(path)
        except InvalidName:
            return None
        if kind is Kind.PYPI and not mirrors.takes(work, mirror, path):
            return None
        key, row = Key(channel.id, kind, path), row_of(work, Key(channel.id, kind, path))
        if row is None:
            raise Missing(key)
        until: datetime = row.checked_at + timedelta(seconds=work.settings.mirror_seconds)
        if row.sha256 is None and row.error:
            if work.now - row.checked_at > RETRY:
                raise Missing(key)
            raise Unavailable(f"the upstream of {channel.name} can't be reached ({row.error}); try again later")
        if until <= work.now:
            with contextlib.suppress(RuntimeError):  # the service is stopping
                self.pool.submit(self._refresh_quietly, key)
            return work.now + RETRY
        return until

    def _refresh_quietly(self, key: Key) -> None:
        try:
            self.refresh(key)
        except Exception:  # a background task has nobody to tell
            log.exception("asking the upstream of channel %d again failed", key.account_id)

    def refresh(self, key: Key) -> None:
        """Ask the upstream, unless somebody has since, and keep what it says."""
        with self._turn(key):
            with self._repository.write() as work:
                claimed = self._claim(work, key)
            if claimed is None:
                return
            mirror, row = claimed
            try:
                found = self._ask(mirror, key, row)
            except RepoError as error:
                found = _Said(error=error.message[:300])
                log.warning("mirror of channel %d, %s %s: %s", key.account_id, key.kind, key.path, error.message)
            with self._repository.write() as work:
                _keep(work, mirror, key, found)

    @contextlib.contextmanager
    def _turn(self, key: object) -> Any:
        """One at a time in this process; who waited finds it done."""
        with self._lock:
            turn = self._turns.setdefault(key, threading.Lock())
            self._waiting[key] += 1
        try:
            with turn:
                yield
        finally:
            with self._lock:
                self._waiting[key] -= 1
                if not self._waiting[key]:
                    del self._waiting[key], self._turns[key]

    def _claim(self, work: Work, key: Key) -> tuple[Mirror, Any] | None:
        """The right to ask, for a while; None where it is fresh, or another process asks and something is kept."""
        mirror, row = mirrors.of(work, key.account_id, key.kind), row_of(work, key)
        if mirror is None:
            return None
        d = t.mirror_documents
        lease = work.now + LEASE
        if row is None:
            values = {"account_id": key.account_id, "kind": str(key.kind), "path": key.path}
            work.db.execute(sa.insert(d).values(**values, checked_at=work.now - RETRY * 2, error="not asked yet"))
            row = row_of(work, key)
            assert row is not None
        else:
            has_content = row.sha256 is not None or not row.error
            fresh = row.checked_at + (timedelta(seconds=work.settings.mirror_seconds) if has_content else RETRY)
            others = row.leased_until is not None and row.leased_until > work.now
            if fresh > work.now or (others and has_content):
                return None
        work.db.execute(sa.update(d).where(d.c.id == row.id).values(leased_until=lease))
        return mirror, row

    def _ask(self, mirror: Mirror, key: Key, row: Any) -> _Said:
        if key.kind is Kind.PYPI:
            return self._ask_simple(mirror, key, row)
        for suffix in SUFFIXES:
            said = self._ask_repodata(mirror, key, row, suffix)
            if said is not None:
                return said
        return _Said(absent=True)

    def _ask_repodata(self, mirror: Mirror, key: Key, row: Any, suffix: str) -> _Said | None:
        url = f"{mirror.upstream.url}/{key.path}/{suffix}"
        with self._fetcher.open(url, mirror.upstream, _condition(row, suffix), seconds=600) as answer:
            if answer.status == 304:
                return _Said(unchanged=True)
            if answer.status in (404, 403, 401) and suffix != SUFFIXES[-1]:
                return None
            if not _found(answer.status, answer.url):
                return None
            content = answer.body(DOCUMENT)
            if suffix.endswith(".zst"):
                content = _unpacked(content)
            return _Said(_packed(*reading.repodata(content, answer.url)), _etag(answer.headers, suffix))

    def _ask_simple(self, mirror: Mirror, key: Key, row: Any) -> _Said:
        url = f"{mirror.upstream.url}/{key.path}/"
        headers = {"Accept": ACCEPT, **_condition(row, "simple")}
        with self._fetcher.open(url, mirror.upstream, headers) as answer:
            if answer.status == 304:
                return _Said(unchanged=True)
            if not _found(answer.status, answer.url):
                return _Said(absent=True)
            kind = answer.headers.get("Content-Type") or ""
            found = reading.simple(answer.body(PAGE), kind, answer.url, key.path)
            return _Said(msgpack.packb(found), _etag(answer.headers, "simple"))

    def bring(self, wanted: Wanted) -> None:
        """Fetch a file and keep it, if its bytes are those that the upstream's index announced.

        Raises Unavailable where they are not, or where nobody answers.
        """
        mirror, limit = wanted.mirror, self._repository.settings.max_file
        with self._turn((mirror.account_id, mirror.kind, wanted.address)):
            with self._repository.read() as work:
                if file_of(work, mirror, wanted.address, wanted.sha256) is not None:
                    return
            with (
                self._fetcher.open(wanted.url, mirror.upstream, seconds=1800) as answer,
                self._repository.store.new_upload(limit) as upload,
            ):
                if answer.status != 200:
                    raise Unavailable(f"the upstream answers {answer.status} for {wanted.address}; try again later")
                for chunk in answer.chunks(limit):
                    upload.write(chunk)
                if upload.sha256 != wanted.sha256 or (wanted.size and upload.size != wanted.size):
                    raise Unavailable(
                        f"the upstream's {wanted.address} is not the file that its index announces "
                        f"(sha256 {upload.sha256}, announced {wanted.sha256}); it was thrown away",
                        code="upstream_mismatch",
                    )
                upload.flush()
                with self._repository.write() as work:
                    _keep_fetched(work, wanted, upload.size)
                    upload.commit()


@dataclass(frozen=True)
class _Said:
    content: bytes | None = None
    etag: str = ""
    unchanged: bool = False
    absent: bool = False
    error: str = ""


def _found(status: int, url: str) -> bool:
    if status in (404, 410):
        return False
    if status != 200:
        raise Unavailable(f"{url.split('/')[2]} answers {status}")
    return True


def _packed(base: str, found: Sequence[reading.CondaFile]) -> bytes:
    packer = msgpack.Packer(autoreset=False)
    packer.pack_array_header(2)
    packer.pack(base)
    packer.pack_array_header(len(found))
    for one in found:
        packer.pack((one.name, one.filename, one.record))
    packed: bytes = packer.bytes()
    return packed


def _unpacked(content: bytes) -> bytes:
    plain = bytearray()
    try:
        with zstandard.ZstdDecompressor().stream_reader(content, read_across_frames=True) as reader:
            # in pieces: what is asked for at once is allocated at once
            while piece := reader.read(PIECE):
                plain += piece
                if len(plain) > UNPACKED:
                    raise TooLarge(f"the upstream's repodata is larger than {UNPACKED} bytes")
    except zstandard.ZstdError as error:
        raise InvalidPackage("what the upstream sends can't be unpacked") from error
    return bytes(plain)


def _etag(headers: Any, form: str) -> str:
    # of one form only: a condition must not be sent with another one
    etag = headers.get("ETag") or ""
    return f"{form} {etag}" if etag and len(etag) < 200 else ""


def _condition(row: Any, form: str) -> dict[str, str]:
    kept_form, _, etag = row.etag.partition(" ")
    return {"If-None-Match": etag} if etag and kept_form == form and row.sha256 is not None else {}


def row_of(work: Work, key: Key) -> Any:
    """What is kept of a document; None where nobody asked for it."""
    d = t.mirror_documents
    return work.db.execute(
        sa.select(d).where(d.c.account_id == key.account_id, d.c.kind == str(key.kind), d.c.path == key.path)
    ).first()


def _keep(work: Work, asked: Mirror, key: Key, said: _Said) -> None:
    d = t.mirror_documents
    work.hold(key.account_id)
    row, mirror = row_of(work, key), mirrors.of(work, key.account_id, key.kind)
    if row is None or mirror is None or mirror.upstream.url != asked.upstream.url:
        return  # it mirrors something else by now
    values: dict[str, object] = {"checked_at": work.now, "leased_until": None, "error": said.error}
    if not said.error and not said.unchanged:
        values |= {"sha256": None, "etag": said.etag}
        if said.content is not None:
            values["sha256"] = hashlib.sha256(said.content).hexdigest()
            with work.store.new_upload() as upload:
                upload.write(said.content)
                upload.commit()
    work.db.execute(sa.update(d).where(d.c.id == row.id).values(**values))
    if "sha256" in values and values["sha256"] != row.sha256:
        work.bump(key.account_id, key.path if key.kind is Kind.PYPI else "")


def _keep_fetched(work: Work, wanted: Wanted, size: int) -> None:
    f, mirror = t.mirror_files, wanted.mirror
    here = sa.and_(f.c.account_id == mirror.account_id, f.c.kind == str(mirror.kind), f.c.address == wanted.address)
    work.db.execute(sa.delete(f).where(here))
    work.db.execute(
        sa.insert(f).values(
            account_id=mirror.account_id,
            kind=str(mirror.kind),
            address=wanted.address,
            sha256=wanted.sha256,
            size=size,
            fetched_at=work.now,
        )
    )


def file_of(work: Work, mirror: Mirror, address: str, sha256: str) -> Any:
    """A fetched file of those bytes; None where there is none."""
    f = t.mirror_files
    return work.db.execute(
        sa.select(f).where(
            f.c.account_id == mirror.account_id,
            f.c.kind == str(mirror.kind),
            f.c.address == address,
            f.c.sha256 == sha256,
        )
    ).first()


def sweep(work: Work) -> None:
    """Forget names that an upstream does not have and nobody asked for since a day."""
    d = t.mirror_documents
    old = sa.and_(d.c.sha256.is_(None), d.c.checked_at < work.now - timedelta(days=1))
    work.db.execute(sa.delete(d).where(unheld(d, old)))
