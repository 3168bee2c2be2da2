"""Save something of the repository among this Jupyter server's files."""

from __future__ import annotations

import io

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...client import actions
from ...client.actions import Wanted
from ...client.client import RepoClient
from ...client.documents import FileDocument
from ...names import check_filename
from .base import RepoHandler


def main_file(client: RepoClient, wanted: Wanted) -> FileDocument:
    """The file a person means by a package's name: the notebook, not the environment beside it."""
    package = client.package(wanted.channel, wanted.name)
    files = actions.select(package, wanted)
    return next((file for file in files if file["type"] == package["kind"]), files[0])


def fetch(client: RepoClient, file: FileDocument) -> bytes:
    """The checked bytes of a file."""
    into = io.BytesIO()
    actions.fetch(client, file, into)
    return into.getvalue()


class DownloadHandler(RepoHandler):
    """Never overwrites: the file gets a free name."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Body: `full_name`, `version`?, `directory`; answers the path it was saved at."""
        await self.check_may("write", "contents")
        fields, client = self.fields(), self.connection.client()
        wanted = Wanted.parse(fields.text("full_name"))
        if version := fields.optional("version"):
            wanted = Wanted(wanted.channel, wanted.name, version, wanted.basename)
        file = await self.off_loop(main_file, client, wanted)
        name = check_filename(file["basename"].rpartition("/")[2])
        self.contents.check_size(name, file["size"])
        content = await self.off_loop(fetch, client, file)
        self.send({"path": await self.contents.save(fields.text("directory", ""), name, content)}, 201)


ROUTES = [(r"/jupyter-repo/download", DownloadHandler)]
