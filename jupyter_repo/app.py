"""The service as a program: settings as traits, and one process that serves."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jupyter_core.application import JupyterApp
from jupyter_core.paths import jupyter_data_dir
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from traitlets import Bool, Dict, Enum, Integer, List, Unicode, default, observe

from . import __version__
from .db.engine import POOL, open_engine, url_of
from .db.migrate import upgrade
from .errors import InvalidRequest, Unavailable
from .http.application import MAX_BODY, make_app
from .http.base import LOOPBACK
from .http.site import Site, Taken
from .hub_traits import HubTraits
from .service import collector, oauth_clients, plan_catalogue, sessions, settling, throttles, tokens
from .service.jobs import Job
from .service.work import GIB, Repository, Settings
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
        self._server = HTTPServer(make_app(site), max_body_size=MAX_BODY, chunk_size=1 << 20)
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


class ServeApp(HubTraits, JupyterApp):
    """`jupyter repo serve`: the repository as a server of its own, for a team."""

    name = "jupyter-repo-serve"
    version = __version__
    description = "Serve a repository of conda packages, Python packages, notebooks and environments."

    ip = Unicode(config=True, help="The address to listen on; 0.0.0.0 for all.")
    port = Integer(config=True, help="The port to listen on.")
    repository_dir = Unicode(
        config=True,
        help="The folder that holds database and files. Default: jupyter_repo in the Jupyter data directory.",
    )
    public_url = Unicode(
        "",
        config=True,
        help="The address users see, behind a proxy: https://repo.example.org, or with a path: "
        "https://example.org/repo. conda., pypi. and api. of its host name are served too, where they lead here.",
    )
    db_url = Unicode(
        "",
        config=True,
        help="The database: sqlite:///FILE, or postgresql://USER@HOST/NAME. Default: SQLite in the folder.",
    )
    store_url = Unicode(
        "", config=True, help="Where files are kept: a folder or file:///FOLDER. Default: in the folder."
    )
    max_file = Integer(10 * GIB, config=True, help="The largest file that may be uploaded, in bytes.")
    max_token_days = Integer(0, config=True, help="How many days a token may live at most; 0: no limit.")
    token_days = Integer(365, config=True, help="How many days a new token lives unless asked otherwise.")
    session_days = Integer(14, config=True, help="How many days a browser stays signed in.")
    accel_redirect = Unicode(
        "",
        config=True,
        help="Behind nginx: its internal location over the folder store/blobs (/blobs, say); nginx then sends files.",
    )
    restore_days = Integer(30, config=True, help="How many days a deleted or replaced file can be restored.")
    sign_up = Enum(
        ["open", "invitation", "closed"], "open", config=True, help="Who may make an account for themselves."
    )
    admins_lock_labels = Bool(
        False,
        config=True,
        help="May people with Admin on every package that carries a label lock it? Else only owners.",
    )
    academic_suffixes = List(
        Unicode(), [".edu"], config=True, help="Ends of confirmed e-mail domains that get the academic add-on."
    )
    plans = List(
        Dict(),
        plan_catalogue.DEFAULT,
        config=True,
        help="The plans, the first for each kind of account being everybody's; [] for no limits. See the README.",
    )
    oauth_clients = List(
        Dict(), config=True, help='Programs that may sign people in by browser: {"id": …, "name": …, "redirects": […]}.'
    )
    throttles = Dict(
        Integer(),
        config=True,
        help='How often before others wait, 0 for no limit: {"sign_ups": 10} (an hour, from one address; a class-room '
        "may need more). "
        f"{throttles.Throttles()}.",
    )
    mirror_hosts = List(
        Unicode(),
        config=True,
        help="The hosts that mirrors may ask: HOST or HOST:PORT, with * as wildcard; without any there are no mirrors. "
        "An index of Python packages often keeps its files at another host, which is asked too.",
    )
    mirror_private_addresses = Bool(
        False, config=True, help="Let mirrors ask those hosts also on loopback and private networks, and over http."
    )
    mirror_seconds = Integer(300, config=True, help="How many seconds a mirror trusts what its upstream said.")
    smtp_url = Unicode(
        "", config=True, help="The mail server: smtp://, smtp+starttls:// or smtps://[USER:PASSWORD@]HOST[:PORT]."
    )
    mail_from = Unicode("", config=True, help="The address that mail comes from.")
    gravatar_url = Unicode(
        "https://gravatar.com/avatar/",
        config=True,
        help="Where pictures of people are fetched from (by the server, never by browsers); empty: made here.",
    )
    contact = Unicode(
        "", config=True, help="Who runs the repository: an e-mail or https: address, for the pages and security.txt."
    )
    terms = Unicode("", config=True, help="A Markdown file with the terms of use; plain ones are shown without it.")
    trust_proxy = Bool(
        False,
        config=True,
        help="Believe X-Forwarded-For, -Proto, -Host and -Prefix; only behind a proxy that sets them.",
    )

    aliases = {  # noqa: RUF012  # as traitlets has it
        "ip": "ServeApp.ip",
        "port": "ServeApp.port",
        "data-dir": "ServeApp.repository_dir",
        "public-url": "ServeApp.public_url",
        "db-url": "ServeApp.db_url",
        "store-url": "ServeApp.store_url",
        "config": "JupyterApp.config_file",
        "log-level": "Application.log_level",
    }

    @default("ip")
    def _default_ip(self) -> str:
        socket = self.hub_socket()
        return socket[0] if socket else "127.0.0.1"

    @default("port")
    def _default_port(self) -> int:
        socket = self.hub_socket()
        return socket[1] if socket else 8890

    @default("public_url")
    def _default_public_url(self) -> str:
        return self.hub_public_url

    def _log_level_default(self) -> int:
        return logging.INFO

    def _config_file_name_default(self) -> str:
        return "jupyter_repo_config"

    @property
    def folder(self) -> Path:
        """The folder that holds database and files."""
        return Path(self.repository_dir).expanduser() if self.repository_dir else default_data_dir()

    def rules(self) -> Settings:
        """The traits that the service's rules need."""
        return Settings(
            max_file=self.max_file,
            token_days=self.token_days,
            max_token_days=self.max_token_days,
            admins_lock_labels=self.admins_lock_labels,
            academic_suffixes=tuple(self.academic_suffixes),
            plans=plan_catalogue.from_config(self.plans),
            oauth_clients=oauth_clients.from_config(self.oauth_clients),
            session_days=self.session_days,
            restore_days=self.restore_days,
            throttles=throttles.from_config(self.throttles),
            mirror_hosts=tuple(self.mirror_hosts),
            mirror_private=self.mirror_private_addresses,
            mirror_seconds=self.mirror_seconds,
            sign_up=self.sign_up if self.local_passwords else "closed",
            hub=self.hub(self.public_url),
            local_passwords=self.local_passwords,
            smtp_url=self.smtp_url,
            mail_from=self.mail_from,
            contact=self.contact,
            terms=self.terms,
            gravatar=self.gravatar_url,
        )

    def load_config_file(self, suppress_errors: bool = False) -> None:  # type: ignore[override]  # as JupyterApp has it
        """Read the configuration. InvalidRequest where it can't be: with defaults in its place anybody might get in."""
        self.raise_config_file_errors = True
        if self.config_file and not Path(self.config_file).expanduser().is_file():
            raise InvalidRequest(f"there is no configuration file {self.config_file}")
        try:
            super().load_config_file(suppress_errors)
        except Exception as error:
            raise InvalidRequest(f"the configuration can't be read: {type(error).__name__}: {error}") from error

    @observe("public_url")
    def _check_public_url(self, change: Any) -> None:
        parts = urlsplit(change["new"])
        if change["new"] and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise InvalidRequest(
                f"--public-url is a whole address, https://repo.example.org, and {change['new']!r} is none"
            )

    def start(self) -> None:
        """Serve until SIGINT or SIGTERM, then drain and stop."""
        super().start()
        logging.getLogger("jupyter_repo").handlers = self.log.handlers
        logging.getLogger("jupyter_repo").setLevel(self.log.level)
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        repository = open_repository(self.folder, db_url=self.db_url, store_url=self.store_url, settings=self.rules())
        sockets = bind(self.port, self.ip)
        port = sockets[0].getsockname()[1]
        url = self.public_url.rstrip("/") or f"http://{self.ip if LOOPBACK.fullmatch(self.ip) else '127.0.0.1'}:{port}"
        site = Site(
            repository,
            new_pool(),
            public_url=self.public_url.rstrip("/") or None,
            path=self.hub_path,
            # behind the hub's proxy it is asked for by the hub's name, which it need not know
            loopback=bool(LOOPBACK.fullmatch(self.ip)) and not self.hub_path,
            accel=self.accel_redirect or None,
            trust_proxy=self.trust_proxy,
        )
        service = Service(site, self.log)
        service.listen(sockets)
        # what was imported stays: the collector of garbage need not walk through it every time
        gc.collect()
        gc.freeze()
        self.log.info("Jupyter Repo %s serves %s at %s", __version__, self.folder, url)
        await _until_told_to_stop()
        self.log.info("stopping: running requests may end")
        await service.stop()


async def _until_told_to_stop() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
