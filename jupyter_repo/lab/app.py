"""JupyterRepo: the Jupyter Server extension, its settings and its life."""

from __future__ import annotations

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_server.extension.application import ExtensionApp
from traitlets import Bool, Int, Unicode, default

from ..client import profiles
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
    url_fixed = Bool(False, config=True, help="Whether people may not choose another address in JupyterLab's settings.")
    port = Int(8890, config=True, help="The port of the own repository, or the next free one; 0: any.")
    max_upload_mib = Int(4096, config=True, help="The largest file, in MiB, that the browser may upload.")
    max_contents_mib = Int(
        512,
        config=True,
        help="""The largest file, in MiB, that is read from or saved to the file browser: such a file passes through
        memory. Larger ones can be uploaded with the panel's Upload button or with %repo upload.""",
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
        self.connection = Connection(self.url, self.data_folder, self.port, self.log, fixed=self.url_fixed)
        self.preferences = Preferences()
        self.pool = ThreadPoolExecutor(8, thread_name_prefix="jupyter-repo")
        self.jobs = Jobs(self.log)

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
