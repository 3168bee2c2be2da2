"""Sending bytes: finished documents with their ETag, and files with ranges, streamed off the event loop."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import BinaryIO
from urllib.parse import quote

from tornado.iostream import StreamClosedError

from ..index.cache import Document
from ..models import File
from . import codings
from .base import RepoHandler
from .ready import has
from .sending import can_send, send

CHUNK = 1 << 20
FOREVER = "max-age=31536000, immutable"
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def http_date(moment: datetime) -> str:
    """A moment as headers write it."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


class DeliveryHandler(RepoHandler):
    """A handler that answers documents and files."""

    settled = True
    """a file's address will always mean these bytes"""
    vary = "Authorization, Cookie, Accept"
    """on what a document depends beside its address"""

    def matches(self, etag: str) -> bool:
        """Has the client this version already (If-None-Match)?"""
        return has(self.request, etag)

    def scope(self) -> str:
        """Who may keep the answer: `private` as soon as a credential was used for it."""
        return "private" if self.used_credential else "public"

    async def answer(self, document: Document, content_type: str, *, forever: bool = False) -> None:
        """Answer a finished document in the coding that the client takes, or 304; see `send_document`."""
        coding = self.coding
        if coding is not None and codings.worthwhile(content_type, len(document.content)):
            document = await self.run(codings.variant, self.site.documents, document, coding)
        self.send_document(document, content_type, forever=forever)

    def send_document(self, document: Document, content_type: str, *, forever: bool = False) -> None:
        """Answer a finished document, or 304; `forever` says that it never changes under its address."""
        self._document_headers(document, content_type, forever=forever)
        if self.matches(document.etag):
            self.set_status(304)
            self.finish()
            return
        self.finish(document.content)

    def _document_headers(self, document: Document, content_type: str, *, forever: bool) -> None:
        self.set_header("ETag", document.etag)
        self.set_header("Cache-Control", f"{self.scope()}, {FOREVER if forever else 'no-cache'}")
        if self.vary:
            self.set_header("Vary", self.vary)
        if document.coding is not None:
            self.set_header("Content-Encoding", document.coding)
        if document.coding is not None or codings.worthwhile(content_type, len(document.content)):
            self.depends_on("Accept-Encoding")
        if document.modified is not None:
            # never weighed against If-Modified-Since: two changes in one second have one date, and different ETags
            self.set_header("Last-Modified", http_date(document.modified))
        self.set_header("Content-Type", content_type)

    async def send_file(self, file: File, *, public: bool, content_type: str = "application/octet-stream") -> None:
        """Answer a file's bytes, or a range of them, or 304; HEAD and Last-Modified included."""
        self.set_header("Last-Modified", http_date(file.uploaded_at))
        self.set_header("Content-Disposition", f"attachment; filename*=UTF-8''{quote(file.filename)}")
        sent = await self.send_blob(file.sha256, file.size, public=public, content_type=content_type)
        if sent and self.request.method == "GET":
            self.site.tally.downloaded(file.id)

    async def send_blob(self, sha256: str, size: int, *, public: bool, content_type: str) -> bool:
        """Answer a blob; True when its beginning was sent (a whole download or its first part)."""
        part = self._part(sha256, size, public=public, content_type=content_type)
        if part is None:
            self.finish()
            return False
        start, end = part
        if (start, end) == (0, size):
            self.whole_file_begins()
        if self._handed_over(sha256, whole=(start, end) == (0, size)):
            return start == 0
        file = self._open_here(sha256)
        if file is None:
            file = await self.run(self.site.repository.store.open, sha256)
        try:
            await self._stream(file, start, end)
        except StreamClosedError:
            return False  # the client went away
        finally:
            file.close()
        self.finish()
        return start == 0

    def send_content(self, content: bytes, sha256: str, *, public: bool, content_type: str) -> None:
        """Answer a few bytes that are known by their digest, as `send_blob` answers a blob."""
        part = self._part(sha256, len(content), public=public, content_type=content_type)
        if part is not None:
            self.write(content[slice(*part)])
        self.finish()

    def _part(self, sha256: str, size: int, *, public: bool, content_type: str) -> tuple[int, int] | None:
        """Set status and headers; the half-open range that is to be sent, or None: the headers are the answer."""
        etag = self._blob_headers(sha256, public=public, content_type=content_type)
        self.set_header("Accept-Ranges", "bytes")
        if self.matches(etag) or self._unmodified():
            self.set_status(304)
            return None
        wanted = self._range(size, etag)
        if wanted is None:
            self.set_status(416)
            self.set_header("Content-Range", f"bytes */{size}")
            return None
        start, end = wanted
        if (start, end) != (0, size):
            self.set_status(206)
            self.set_header("Content-Range", f"bytes {start}-{end - 1}/{size}")
        self.set_header("Content-Length", str(end - start))
        return None if self.request.method == "HEAD" else wanted

    def _blob_headers(self, sha256: str, *, public: bool, content_type: str) -> str:
        self.set_header("ETag", f'"{sha256}"')
        self.set_header("Content-Type", content_type)
        shared = public and not self.used_credential
        self.set_header(
            "Cache-Control", f"{'public' if shared else 'private'}, {FOREVER if self.settled else 'no-cache'}"
        )
        return f'"{sha256}"'

    def whole_file_begins(self) -> None:
        """The headers of a whole file are complete, and its bytes come next."""

    def whole_file_handed_over(self) -> None:
        """The headers with which nginx is told to send a whole file are complete."""

    def _handed_over(self, sha256: str, *, whole: bool) -> bool:
        """Let nginx send it, where it is told to (X-Accel-Redirect) and the store has a file of it."""
        path = self.site.repository.store.path(sha256) if self.site.accel else None
        if path is None or self.site.accel is None:
            return False
        # nginx works out length and range by itself
        for name in ("Content-Length", "Content-Range", "Accept-Ranges"):
            self.clear_header(name)
        self.set_status(200)
        self.set_header("X-Accel-Redirect", f"{self.site.accel.rstrip('/')}/{path.parent.name}/{path.name}")
        self.set_header("Content-Length", "0")
        if whole:
            self.whole_file_handed_over()
        self.finish()
        return True

    def _open_here(self, sha256: str) -> BinaryIO | None:
        # opening a local file takes microseconds, a trip to a thread far more
        path = self.site.repository.store.path(sha256)
        return path.open("rb", buffering=0) if path is not None else None

    async def _stream(self, file: BinaryIO, start: int, end: int) -> None:
        connection = self.request.connection
        if can_send(connection):
            await self.flush()  # the headers

            async def warm(at: int, length: int) -> None:
                await self.run(os.pread, file.fileno(), length, at)

            await send(connection, file, start, end, warm)
            return
        await self.run(file.seek, start)
        left = end - start
        while left:
            chunk = await self.run(file.read, min(CHUNK, left))
            if not chunk:
                raise OSError("a blob is shorter than its row says")
            left -= len(chunk)
            self.write(chunk)
            await self.flush()  # wait for the client: never more than a chunk in memory

    def _unmodified(self) -> bool:
        since = self.request.headers.get("If-Modified-Since")
        modified = self._headers.get("Last-Modified")
        if not since or not modified or "If-None-Match" in self.request.headers:
            return False
        try:
            return parsedate_to_datetime(since) >= parsedate_to_datetime(modified)
        except (TypeError, ValueError):
            return False

    def _range(self, size: int, etag: str) -> tuple[int, int] | None:
        """The half-open range asked for; all of it where none or several are; None where it can't be satisfied."""
        # ranges are defined for GET alone
        header = self.request.headers.get("Range", "") if self.request.method == "GET" else ""
        match = _RANGE.fullmatch(header.strip())
        if_range = self.request.headers.get("If-Range")
        if match is None or (if_range and if_range != etag):
            return 0, size
        first, last = match.groups()
        if first:
            if last and int(last) < int(first):
                return 0, size  # no range at all, so as if none had been sent
            start, end = int(first), min(int(last) + 1 if last else size, size)
        elif last:
            start, end = max(size - int(last), 0), size
        else:
            return 0, size
        return (start, end) if start < end else None
