"""Request bodies that are sent as they are read, telling how far they are."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterable, Mapping
from typing import BinaryIO

from .progress import QUIET, Progress


def size_of(file: BinaryIO) -> int:
    """Bytes from the file's position to its end."""
    here = file.tell()
    end = file.seek(0, io.SEEK_END)
    file.seek(here)
    return end - here


class Body:
    """Several sources sent one after another; `requests` streams it because it has `read` and a length."""

    def __init__(self, sources: Iterable[BinaryIO], progress: Progress = QUIET) -> None:
        self._sources = list(sources)
        self._progress = progress
        self._total = sum(size_of(source) for source in self._sources)
        self._sent = 0

    def __len__(self) -> int:
        return self._total

    def read(self, size: int = -1) -> bytes:
        """The next bytes; b"" at the end. Raises progress.Cancelled if the person asked to stop."""
        self._progress.advance(self._sent, self._total)
        # http.client asks for 8 KiB at a time, which is slow for packages of hundreds of megabytes
        wanted = max(size, 1 << 18) if size >= 0 else -1
        while self._sources:
            if chunk := self._sources[0].read(wanted):
                self._sent += len(chunk)
                return chunk
            self._sources.pop(0)
        self._progress.advance(self._sent, self._total)
        return b""


def multipart(fields: Mapping[str, str], files: Iterable[tuple[str, BinaryIO]], progress: Progress) -> tuple[Body, str]:
    """A `multipart/form-data` body and its content type; each of `files` becomes a part named `file`."""
    boundary = uuid.uuid4().hex
    sources: list[BinaryIO] = []
    for name, value in fields.items():
        sources.append(io.BytesIO(_part(boundary, f'name="{_quoted(name)}"') + value.encode() + b"\r\n"))
    for filename, file in files:
        head = _part(boundary, f'name="file"; filename="{_quoted(filename)}"', "application/octet-stream")
        sources += [io.BytesIO(head), file, io.BytesIO(b"\r\n")]
    sources.append(io.BytesIO(f"--{boundary}--\r\n".encode()))
    return Body(sources, progress), f"multipart/form-data; boundary={boundary}"


def _part(boundary: str, disposition: str, content_type: str | None = None) -> bytes:
    lines = [f"--{boundary}", f"Content-Disposition: form-data; {disposition}"]
    if content_type:
        lines.append(f"Content-Type: {content_type}")
    return "\r\n".join([*lines, "", ""]).encode()


def _quoted(text: str) -> str:
    """As the HTML standard escapes names in multipart headers: nothing may end the quotes or the line."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
