"""`jupyter repo serve`: the settings of a team's repository as traits, and the process that serves it."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jupyter_core.application import JupyterApp
from traitlets import Bool, Dict, Enum, Integer, List, Unicode, default, observe

from . import __version__
from .errors import InvalidRequest
from .http.base import LOOPBACK
from .http.site import Site
from .hub_traits import HubTraits
from .running import Service, bind, default_data_dir, new_pool, open_repository
from .service import oauth_clients, plan_catalogue, throttles
from .service.work import GIB, Settings


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
