"""Save something of the repository among this Jupyter server's files."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...client import versions
from ...client.actions import Wanted
from ...names import check_filename
from .base import RepoHandler


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
        package = await self.off_loop(client.package, wanted.channel, wanted.name)
        file = versions.main_file(package, wanted.version, wanted.basename)
        name = check_filename(file["basename"].rpartition("/")[2])
        self.contents.check_size(name, file["size"])
        content = await self.off_loop(versions.fetched, client, file)
        self.send({"path": await self.contents.save(fields.text("directory", ""), name, content)}, 201)


ROUTES = [(r"/jupyter-repo/download", DownloadHandler)]
