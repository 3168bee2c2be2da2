"""One running repository: opened, served by HTTP in this process, looked after, stopped without losing anything.

`app` runs one for a team, `embedded` one inside a Jupyter server, the commands of `cli` open one beside it.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_data_dir
from tornado.netutil import bind_sockets

from .db.engine import POOL, open_engine, url_of
from .db.migrate import upgrade
from .errors import InvalidRequest, Unavailable
from .http.application import MAX_BODY, make_app
from .http.listening import PlainServer
from .http.site import Site, Taken
from .service import collector, sessions, settling, tokens
from .service.jobs import Job
from .service.work import Repository, Settings
from .storage import open_store

FLUSH_SECONDS = 10
DUE_SECONDS = 60
"""how often the process looks whether a job is due"""
DRAIN_SECONDS = 30


def default_data_dir() -> Path:
    """Where a person's own repository lives: `jupyter_repo` in their Jupyter data directory."""
    return Path(jupyter_data_dir()) / "jupyter_repo"


def open_repository(
    data_dir: Path, *, db_url: str = "", store_url: str = "", settings: Settings | None = None
) -> Repository:
    """The repository kept in `data_dir` (or at the given addresses); created and migrated when need be."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise InvalidRequest(f"the data folder {data_dir} can't be made: {error.strerror}; choose another") from error
    url = db_url or url_of(data_dir)
    upgrade(url)
    repository = Repository(open_engine(url), open_store(store_url or data_dir / "store"), settings or Settings())
    settling.mend(repository)
    return repository


class Service:
    """One running repository: its HTTP server, and what has to be done now and then."""

    def __init__(self, site: Site, log: logging.Logger) -> None:
        """Nothing listens before `listen`."""
        self.site = site
        self._log = log
        self._server = PlainServer(make_app(site), max_body_size=MAX_BODY, chunk_size=1 << 20)
        self._chores: list[asyncio.Task[None]] = []
        says = "Writes down what each process has gathered: downloads, uses of tokens, browsers seen."
        every = timedelta(seconds=FLUSH_SECONDS)
        site.jobs.add(Job("counts", "Counts", says, self.flush, every, own=True))
        says = "Flushes small files to the disk; until then the database holds their bytes, too."
        site.jobs.add(Job("settle", "Small files", says, lambda: settling.settle(site.repository), every, own=True))

    def listen(self, sockets: list[socket.socket]) -> None:
        """Begin to answer on these sockets."""
        self._server.add_sockets(sockets)
        self._chores = [
            asyncio.create_task(self._every(FLUSH_SECONDS, self.site.jobs.run_own)),
            asyncio.create_task(self._every(DUE_SECONDS, self.site.jobs.run_due)),
        ]

    async def _every(self, seconds: float, chore: Any) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await asyncio.get_running_loop().run_in_executor(self.site.pool, chore)
            except Exception:  # noqa: BLE001  # the database may be away for a moment; the service goes on
                self._log.exception("housekeeping failed; trying again in %d s", seconds)

    def flush(self) -> str:
        """Write what was gathered down: download counts, uses of tokens, when browsers were seen; says how much."""
        taken = self.site.tally.take()
        if not (taken.downloads or taken.uses or taken.seen):
            return ""
        try:
            with self.site.repository.write() as work:
                left = collector.count_downloads(work, taken.downloads)
                tokens.record_use(work, taken.uses)
                sessions.record_seen(work, taken.seen)
        except BaseException:
            self.site.tally.put_back(taken)
            raise
        self.site.tally.put_back(Taken(left, {}, {}))
        noted = {"downloads": sum(taken.downloads.values()), "tokens": len(taken.uses), "browsers": len(taken.seen)}
        return "Noted " + ", ".join(f"{what}: {count}" for what, count in noted.items() if count)

    async def stop(self, *, drain: float = DRAIN_SECONDS) -> None:
        """Take no more connections, let running requests end (for `drain` seconds), write everything down."""
        self._server.stop()
        for chore in self._chores:
            chore.cancel()
        loop = asyncio.get_running_loop()
        until = loop.time() + drain
        while self.site.running and loop.time() < until:
            await asyncio.sleep(0.05)
        if self.site.running:
            self._log.warning("%d requests did not end within %d s", len(self.site.running), drain)
        await self._server.close_all_connections()
        await loop.run_in_executor(None, self.site.mirrors.close)
        await loop.run_in_executor(None, lambda: self.site.pool.shutdown(wait=True))
        await loop.run_in_executor(None, self.flush)
        self.site.hot.pulse.close()
        await loop.run_in_executor(None, self.site.repository.close)


def new_pool() -> ThreadPoolExecutor:
    """As many threads as the database has connections."""
    return ThreadPoolExecutor(max_workers=POOL, thread_name_prefix="jupyter-repo")


def bind(port: int, ip: str) -> list[socket.socket]:
    """Sockets on that port. Raises Unavailable that says what is in the way."""
    try:
        return bind_sockets(port, ip)
    except OSError as error:
        raise Unavailable(
            f"can't listen on {ip or '*'} port {port}: {error.strerror or error}; choose another"
        ) from error
