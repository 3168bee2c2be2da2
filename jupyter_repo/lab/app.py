"""JupyterRepo: the Jupyter Server extension, its settings and its life."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_server.extension.application import ExtensionApp
from traitlets import Bool, Int, List, Unicode, default

from ..client import profiles
from ..errors import Conflict
from .connection import Connection
from .handlers import ROUTES
from .jobs import Jobs
from .preferences import Preferences

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


class JupyterRepo(ExtensionApp):
    """A repository for notebooks, environments and packages inside JupyterLab."""

    name = "jupyter_repo"
    extension_url = "/lab"
    load_other_extensions = True

    url = Unicode(
        config=True,
        help="""The address of a team's repository, e.g. https://repo.example.org. If empty (the default, unless
        JUPYTER_REPO_URL is set), an own repository is started on this machine.""",
    )
    data_dir = Unicode(
        config=True,
        help="Where the own repository keeps its database and files: by default in the Jupyter data folder.",
    )
    port = Int(8890, config=True, help="The port of the own repository, or the next free one; 0: any.")
    max_upload_mib = Int(4096, config=True, help="The largest file, in MiB, that the browser may upload.")
    max_contents_mib = Int(
        512,
        config=True,
        help="""The largest file, in MiB, that is read from or saved to the file browser: such a file passes through
        memory. Larger ones can be uploaded with the panel's Upload button or with %repo upload.""",
    )

    mirror_hosts = List(
        Unicode(),
        config=True,
        help="The hosts that mirrors in the own repository may ask: HOST or HOST:PORT, with * as wildcard.",
    )

    hub = Bool(
        True,
        config=True,
        help="""In a server of JupyterHub: be signed in as the hub's user, by showing this server's hub token to the
        repository at `url`, if that takes them. Never to an address that was chosen in the settings editor.""",
    )

    @default("url")
    def _default_url(self) -> str:
        return profiles.configured_url()

    @default("data_dir")
    def _default_data_dir(self) -> str:
        return str(profiles.data_folder())

    connection: Connection
    preferences: Preferences
    jobs: Jobs
    pool: ThreadPoolExecutor
    """for the handlers' questions to the repository"""

    _starting: asyncio.Task[None] | None = None

    @property
    def data_folder(self) -> Path:
        """`data_dir` as a path."""
        return Path(self.data_dir).expanduser()

    def initialize_settings(self) -> None:
        """Make what the handlers use; nothing is started yet."""
        self.preferences = Preferences(self.data_folder)
        self.connection = self._connect()
        self.pool = ThreadPoolExecutor(8, thread_name_prefix="jupyter-repo")
        self.jobs = Jobs(self.log)

    def _connect(self) -> Connection:
        url = self.url or self.preferences.url
        # a hub token opens this server: it goes where the configuration says, not where somebody may be talked into
        by_hub = os.environ.get("JUPYTERHUB_API_TOKEN", "") if self.url and self.hub else ""
        return Connection(
            url,
            self.data_folder,
            self.port,
            self.log,
            self.preferences,
            hub_token=by_hub,
            mirror_hosts=self.mirror_hosts,
        )

    async def change_settings(self, changes: Mapping[str, object]) -> None:
        """Keep settings, and go to another repository if they say so; Conflict where the configuration says which."""
        url = changes.get("url")
        if self.url and url is not None and url != self.url:
            raise Conflict(
                f"The configuration of this Jupyter server says which repository is used: {self.url} "
                "(JupyterRepo.url or JUPYTER_REPO_URL)",
                code="fixed",
            )
        before = self.preferences.url
        await asyncio.get_running_loop().run_in_executor(self.pool, self.preferences.change, changes)
        if not self.url and self.preferences.url != before:
            left, self.connection = self.connection, self._connect()
            await left.stop()
            self._starting = asyncio.create_task(self.connection.start())
            await self._starting

    def initialize_handlers(self) -> None:
        """Add our routes; the server's base address is put in front of them."""
        self.handlers.extend(ROUTES)

    async def _start_jupyter_server_extension(self, serverapp: ServerApp) -> None:  # noqa: ARG002 - the hook's form
        """Start the repository beside the server's own start, which does not wait for it."""
        self._starting = asyncio.create_task(self.connection.start())

    async def stop_extension(self) -> None:
        """Stop jobs and the embedded repository."""
        self.jobs.stop()
        if self._starting is not None:
            self._starting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._starting
        await self.connection.stop()
        self.pool.shutdown(wait=False, cancel_futures=True)


main = launch_new_instance = JupyterRepo.launch_instance
