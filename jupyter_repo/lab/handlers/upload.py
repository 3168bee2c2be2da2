"""Upload files to the repository: those of the file browser, and those the browser sends."""

from __future__ import annotations

import io
from typing import Any, BinaryIO, cast

from jupyter_server.auth.decorator import authorized
from tornado import web
from tornado.http1connection import HTTP1Connection

from ...client import actions
from ...client.actions import UploadOptions
from ...client.client import RepoClient
from ...client.progress import Progress
from ...errors import InvalidRequest
from ...names import check_filename
from ..incoming import MIB, Incoming
from ..jobs import Job, Jobs
from ..preferences import Preferences
from .base import SEGMENT, RepoHandler
from .fields import Fields, check_visibility


def start_upload(
    jobs: Jobs, client: RepoClient, filename: str, file: BinaryIO, *, channel: str, options: UploadOptions
) -> Job:
    """Upload in the background; `file` is closed at the end, whatever that is."""

    def work(progress: Progress) -> actions.Published:
        return actions.upload_file(client, filename, file, channel=channel, options=options, progress=progress)

    return jobs.start(f"Uploading {filename}", work, finally_=file.close)


class UploadHandler(RepoHandler):
    """A file of the contents manager."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Body: `path`, `channel`, `visibility`, `package`?, `version`?, `force`?; answers a job."""
        await self.check_may("read", "contents")
        fields, client = self.fields(), self.connection.signed_in()
        path, channel = fields.text("path"), fields.text("channel")
        options = _options(fields, self.app.preferences)
        filename = check_filename(path.rpartition("/")[2])
        file = io.BytesIO(await self.contents.file(path))
        self.send_job(start_upload(self.app.jobs, client, filename, file, channel=channel, options=options))


def _options(fields: Fields, preferences: Preferences) -> UploadOptions:
    return UploadOptions(
        new_visibility=preferences.visibility,
        visibility=fields.visibility(),
        package=fields.text("package", ""),
        version=fields.text("version", ""),
        force=fields.flag("force"),
    )


@web.stream_request_body
class IncomingHandler(RepoHandler):
    """A file from the browser's file picker, streamed to disk.

    The verb's decorators run after the body is in, so `prepare` asks the same questions before it.
    """

    incoming: Incoming | None = None

    async def prepare(self) -> None:  # type: ignore[override]  # as APIHandler's own
        """Refuse before the bytes: who may not, what has no legal name, what is too large."""
        await super().prepare()
        if self.request.method != "PUT" or self._finished:
            return
        if not self.current_user or not await self.may("write", self.auth_resource):
            raise web.HTTPError(403, "You may not upload on this Jupyter server")
        self.connection.signed_in()
        filename = check_filename(self.path_args[0])
        check_visibility(self.query("visibility"))
        if not self.query("channel"):
            raise InvalidRequest("'channel' is missing")
        limit = self.app.max_upload_mib * MIB
        # tornado would just hang up on what is too large; ours says so
        cast(HTTP1Connection, self.request.connection).set_max_body_size(1 << 62)
        announced = self.request.headers.get("Content-Length", "")
        self.incoming = Incoming(filename, self.app.data_folder, limit)
        self.incoming.expect(int(announced) if announced.isdigit() else 0)

    async def data_received(self, chunk: bytes) -> None:
        """Take the next bytes."""
        if self.incoming is not None:
            await self.off_loop(self.incoming.write, chunk)

    def on_connection_close(self) -> None:
        """The browser went away or cancelled: forget what came so far."""
        if self.incoming is not None:
            self.incoming.discard()
        super().on_connection_close()

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Refuse, and forget what came so far."""
        if self.incoming is not None:
            self.incoming.discard()
        super().write_error(status_code, **kwargs)

    @web.authenticated
    @authorized
    async def put(self, filename: str) -> None:
        """Query as the body of POST; the body is the file; answers a job."""
        assert self.incoming is not None
        client = self.connection.signed_in()
        options = UploadOptions(
            visibility=self.query("visibility"),
            new_visibility=self.app.preferences.visibility,
            package=self.query("package"),
            version=self.query("version"),
            force=self.query("force") in ("1", "true"),
        )
        file = self.incoming.take()
        self.send_job(
            start_upload(self.app.jobs, client, filename, file, channel=self.query("channel"), options=options)
        )


ROUTES = [
    (r"/jupyter-repo/upload", UploadHandler),
    (rf"/jupyter-repo/upload/{SEGMENT}", IncomingHandler),
]
