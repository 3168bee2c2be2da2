"""Taking uploads in: streamed to the store's side and hashed on the way, never held in memory, never seen half.

A *sink* takes the body's chunks in a thread of the pool. `RawSink` is one file; `FormSink` a multipart form of fields
and files. Whatever happens, `discard` leaves nothing behind.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar
from urllib.parse import unquote

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from tornado import web

from ..errors import InvalidRequest, RepoError, TooLarge
from ..models import Actor
from ..service.tokens import Presented
from ..service.work import Work
from ..storage import BlobStore, Upload
from .base import RepoHandler

T = TypeVar("T")
MAX_FIELD = 16 << 20
"""bytes of one form field: twine sends a whole README as one"""
MAX_PARTS = 500
FORM_BYTES = 1 << 16
"""what a form may be larger than its files, when asking whether they fit: the files themselves are weighed again"""
READ_ANYWAY = 1 << 20
"""bytes that a refused request may bring to the end: they cost less than the questions of somebody who saw no answer"""
HELD = 256 << 10
"""bytes of a body that wait for more before a thread takes them"""


@dataclass
class Received:
    """One file that has arrived."""

    filename: str
    upload: Upload


class Sink(Protocol):
    """Where a body goes; `write` runs in a thread."""

    def write(self, chunk: bytes) -> None: ...  # noqa: D102
    def close(self) -> None: ...  # noqa: D102
    def discard(self) -> None: ...  # noqa: D102


class RawSink:
    """A body that is one file."""

    def __init__(self, store: BlobStore, filename: str, limit: int) -> None:
        """`limit` in bytes."""
        self._filename, self._store, self._limit = filename, store, limit
        self._file: Received | None = None

    @property
    def file(self) -> Received:
        """The file; it is begun when its first bytes come, in their thread."""
        if self._file is None:
            self._file = Received(self._filename, self._store.new_upload(limit=self._limit))
        return self._file

    def write(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self.file.upload.write(chunk)

    def close(self) -> None:
        """The body has ended."""

    def discard(self) -> None:
        """Drop what did not get its place in the store."""
        if self._file is not None:
            self._file.upload.discard()


class FormSink:
    """A multipart form: `fields` in the order sent (a name may repeat), `files` from parts that carry a file name."""

    def __init__(
        self, store: BlobStore, content_type: str, limit: int, *, before_file: Callable[[FormSink], None] | None = None
    ) -> None:
        """`before_file` is called, in the thread, before the bytes of a file are taken, and may refuse by raising.

        Raises InvalidRequest when the header announces no multipart form.
        """
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary:
            raise InvalidRequest("send the upload as multipart/form-data with a boundary")
        self.fields: list[tuple[str, str]] = []
        self.files: list[Received] = []
        self._store, self._limit, self._before_file = store, limit, before_file
        self._header_name, self._header_value = bytearray(), bytearray()
        self._headers: dict[str, bytes] = {}
        self._name, self._value = "", bytearray()
        self._upload: Upload | None = None
        self._parts, self._ended = 0, False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._part_begin,
                "on_header_field": self._on_header_field,
                "on_header_value": self._on_header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._part_data,
                "on_part_end": self._part_end,
                "on_end": self._end,
            },
        )

    def write(self, chunk: bytes) -> None:
        """Take the next bytes of the form."""
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise InvalidRequest(f"the form is not valid multipart/form-data: {error}") from error

    def close(self) -> None:
        """The body has ended; a form that was cut off is refused."""
        if not self._ended:
            raise InvalidRequest("the upload was cut off before its end; send it again")

    def discard(self) -> None:
        """Drop all files that did not get their place in the store."""
        for received in self.files:
            received.upload.discard()
        if self._upload is not None:
            self._upload.discard()

    def field(self, name: str) -> str | None:
        """The last value of a field; None where it was not sent or is empty."""
        return next((value for key, value in reversed(self.fields) if key == name and value), None)

    def fields_named(self, name: str) -> tuple[str, ...]:
        """All values of a field, empty ones left out."""
        return tuple(value for key, value in self.fields if key == name and value)

    # -- callbacks of the parser

    def _part_begin(self) -> None:
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise InvalidRequest(f"the form has more than {MAX_PARTS} parts")
        self._headers, self._name, self._value = {}, "", bytearray()

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._header_name.decode("latin-1").lower()] = bytes(self._header_value)
        self._header_name, self._header_value = bytearray(), bytearray()

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._headers.get("content-disposition", b""))
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        filename = options.get(b"filename")
        if filename is not None:
            if self._before_file is not None:
                self._before_file(self)
            self._upload = self._store.new_upload(limit=self._limit)
            self.files.append(Received(unquote(filename.decode("utf-8", "replace")), self._upload))

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        if self._upload is not None:
            self._upload.write(data[start:end])
        elif len(self._value) + end - start > MAX_FIELD:
            raise TooLarge(f"the form field {self._name!r} is larger than {MAX_FIELD >> 20} MiB")
        else:
            self._value += data[start:end]

    def _part_end(self) -> None:
        if self._upload is None:
            self.fields.append((self._name, self._value.decode("utf-8", "replace")))
        self._upload = None

    def _end(self) -> None:
        self._ended = True


@web.stream_request_body
class ReceivingHandler(RepoHandler):
    """A handler whose body goes into a sink, which a subclass opens in `admit` if the caller may upload."""

    sink: Sink | None = None
    refusal: RepoError | None = None
    _weighed = False
    _unwelcome: RepoError | None = None
    _prepared = False
    _led = False

    async def prepare(self) -> None:
        """Refuse before the bytes come where that is possible.

        A few bytes are let in all the same and thrown away: of an answer that overtakes them a client that is still
        sending may see no more than a broken connection.
        """
        try:
            await self._prepare()
        except RepoError as error:
            if not self._few_bytes:
                raise
            setattr(self, str(self.request.method).lower(), partial(_refuse, error))
        self._prepared = True

    async def _prepare(self) -> None:
        self._lift_limit()
        await super().prepare()
        if self._brings and not self._finished and not self._led:
            self.sink = await self.admit()

    @property
    def _brings(self) -> bool:
        return self.request.method in ("PUT", "POST")

    def redirect(self, url: str, permanent: bool = False, status: int | None = None) -> None:
        """Lead elsewhere; who is still sending sees it when their few bytes have come."""
        lead = partial(super().redirect, url, permanent, status)
        if self._prepared or not self._brings or not self._few_bytes:
            lead()
            return
        self._led = True
        setattr(self, str(self.request.method).lower(), lambda *_args, **_kwargs: lead())

    @property
    def _few_bytes(self) -> bool:
        announced = self.request.headers.get("Content-Length", "")
        return announced.isdecimal() and int(announced) <= READ_ANYWAY

    def finish(self, chunk: Any = None) -> asyncio.Future[None]:
        """Answer; tornado closes the connection when bytes were to come still, and who keeps it has to be told."""
        if not self._prepared and self._brings:
            self.set_header("Connection", "close")
        return super().finish(chunk)

    async def admit(self) -> Sink:
        """Check the right to upload and open the sink."""
        raise NotImplementedError

    def allow(self, work: Work, actor: Actor) -> None:
        """Refuse by raising, before the bytes come, what is known by then to be refused; in a thread."""

    def look_up(self, work: Work, secret: str, address: str) -> Presented:
        """Who comes with this secret; and by the way, in the same transaction, whether they are welcome."""
        presented = super().look_up(work, secret, address)
        if presented.actor is not None and self.request.method in ("PUT", "POST"):
            self._weighed = True
            try:
                self.allow(work, presented.actor)
            except RepoError as error:
                self._unwelcome = error
        return presented

    async def allowed(self) -> None:
        """Raise what `allow` refused; ask it, where nobody has."""
        if not self._weighed:
            await self.read(lambda work: self.allow(work, self.actor))
        elif self._unwelcome is not None:
            raise self._unwelcome

    def _lift_limit(self) -> None:
        connection: Any = self.request.connection
        # a form is a little larger than its file; the sink counts what really comes
        connection.set_max_body_size(self.site.repository.settings.max_file * 2 + (64 << 20))
        announced = self.request.headers.get("Content-Length", "")
        if announced.isdecimal() and int(announced) > self.site.repository.settings.max_file + (64 << 20):
            raise TooLarge(self.too_large())

    @property
    def announced_size(self) -> int:
        """The bytes that the request says will come, its form around a file included; 0 where it does not say."""
        announced = self.request.headers.get("Content-Length", "")
        return max(0, int(announced) - FORM_BYTES) if announced.isdecimal() else 0

    def too_large(self) -> str:
        """The sentence for an upload over the limit."""
        return f"the file is larger than this repository takes ({self.site.repository.settings.max_file >> 20} MiB)"

    def initialize(self) -> None:
        """One lock a request: nothing closes a file that a thread still writes to."""
        self._taking = threading.Lock()

        self._held: list[bytes] = []

    def alone(self, function: Callable[..., T], *args: object) -> T:
        """`function(*args)` in this thread while no other thread touches the sink."""
        with self._taking:
            return function(*args)

    async def data_received(self, chunk: bytes) -> None:
        """Take a chunk; after a refusal the rest is read and thrown away, so that the client gets to see the answer."""
        if self.sink is None or self.refusal is not None or self._finished:
            return
        self._held.append(chunk)
        if sum(map(len, self._held)) < HELD:
            return  # a small body goes to a thread once, when it is complete
        try:
            await self.run(self.alone, self._take)
        except RepoError as error:
            self.refusal = error

    def _take(self, *, whole: bool = False) -> None:
        assert self.sink is not None
        held, self._held = self._held, []
        for chunk in held:
            self.sink.write(chunk)
        if whole:
            self.sink.close()

    async def received(self) -> None:
        """The body has come: raise what went wrong on the way."""
        if self.refusal is not None:
            raise self.refusal
        await self.run(self.alone, partial(self._take, whole=True))

    async def with_body(self, function: Callable[[], T]) -> T:
        """`function()` when the body has come: the last thing that is done with it, in one thread with its last bytes.

        Raises what went wrong on the way.
        """
        if self.refusal is not None:
            raise self.refusal

        def work_in_thread() -> T:
            assert self.sink is not None
            try:
                self._take(whole=True)
                return function()
            finally:
                self.sink.discard()
                self.sink = None

        return await self.run(self.alone, work_in_thread)

    def on_finish(self) -> None:
        """Whatever came of it, leave nothing behind."""
        super().on_finish()
        self._drop()

    def on_connection_close(self) -> None:
        """The client went away in the middle."""
        super().on_connection_close()
        self._drop()

    def _drop(self) -> None:
        sink = self.sink
        if sink is not None:
            self.site.pool.submit(self.alone, sink.discard)


async def _refuse(error: RepoError, *_args: object, **_kwargs: object) -> None:
    raise error
