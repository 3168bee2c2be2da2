"""Bounded streams of what bzip2, gzip and zstandard unpack to.

Each reads its source in pieces so small that no piece unpacks to more than some MiB, tells the `Reading` about
every byte, and goes on to the very end: a missing end mark, a wrong checksum, and bytes after the end are errors.
"""

from __future__ import annotations

import bz2
import io
import zlib
from collections.abc import Callable
from typing import Protocol

import zstandard

from ..reading import DAMAGED, Reading

_PIECE = 256 * 1024
_ZSTD_PIECE = 1024
"""a zstandard block of 4 bytes may stand for 128 KiB, and its decompressor takes no output limit"""
_ZSTD_WINDOW = 1 << 27
"""128 MiB is what the strongest level of the conda tools needs"""


class Source(Protocol):
    """Where packed bytes come from."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, none only at the end."""


class _Decoder(Protocol):
    """One frame of a compressed stream."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    @property
    def hungry(self) -> bool:
        """Whether more output needs more input."""

    def decompress(self, data: bytes) -> bytes: ...


class _Bz2:
    def __init__(self) -> None:
        self._inner = bz2.BZ2Decompressor()

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    @property
    def hungry(self) -> bool:
        return self._inner.needs_input

    def decompress(self, data: bytes) -> bytes:
        return self._inner.decompress(data, _PIECE)


class _Gzip:
    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        self._full = False

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    @property
    def hungry(self) -> bool:
        return not self._full

    def decompress(self, data: bytes) -> bytes:
        out = self._inner.decompress(self._inner.unconsumed_tail + data, _PIECE)
        # a full piece may leave more output inside zlib even when all input was taken
        self._full = len(out) == _PIECE
        return out


class _Zstd:
    def __init__(self) -> None:
        self._inner = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()

    @property
    def eof(self) -> bool:
        return bool(self._inner.eof)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._inner.unused_data)

    @property
    def hungry(self) -> bool:
        return True

    def decompress(self, data: bytes) -> bytes:
        return bytes(self._inner.decompress(data))


class Unpacked(io.RawIOBase):
    """The unpacked bytes of `source`, forward only. Raises InvalidPackage."""

    def __init__(
        self, reading: Reading, source: Source, new: Callable[[], _Decoder], *, noun: str, step: int = 64 * 1024
    ) -> None:
        self._reading = reading
        self._source: Source = source
        self._new = new
        self._noun = noun
        self._step = step
        self._decoder: _Decoder | None = new()
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        """It can be read, and nothing else."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed asks for any buffer
        """Fill some of `buffer`; 0 at the end."""
        if not self._ready:
            self._ready = memoryview(self._unpack())
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _unpack(self) -> bytes:
        """The next piece, empty only at the end."""
        while self._decoder is not None:
            data = self._source.read(self._step) if self._decoder.hungry else b""
            if self._decoder.hungry and not data:
                raise self._reading.refuse(f"the {self._noun} data inside it ends too early", DAMAGED)
            out = self._feed(self._decoder, data)
            if out:
                return out
        return b""

    def _feed(self, decoder: _Decoder, data: bytes) -> bytes:
        try:
            out = decoder.decompress(data)
        except (OSError, zlib.error, zstandard.ZstdError, EOFError, ValueError) as error:
            raise self._reading.refuse(f"the {self._noun} data inside it is broken ({error})", DAMAGED) from None
        self._reading.spend(len(out))
        if decoder.eof:
            self._decoder = self._next_frame(decoder.unused_data)
        return out

    def _next_frame(self, rest: bytes) -> _Decoder | None:
        """The decoder of the frame that follows, None at the end; padding of zeros is skipped, as gzip does."""
        while True:
            rest = rest or self._source.read(self._step)
            if not rest:
                return None
            rest = rest.lstrip(b"\x00")
            if rest:
                break
        self._source = _Prepended(rest, self._source)
        return self._new()


class _Prepended:
    """`head`, then what `tail` still holds. Never nested: by the time a frame ends, the head before it is used up."""

    def __init__(self, head: bytes, tail: Source) -> None:
        self._head = head
        self._tail: Source = tail._tail if isinstance(tail, _Prepended) else tail

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes."""
        if self._head:
            out, self._head = self._head[:size], self._head[size:]
            return out
        return self._tail.read(size)


def unpack_bz2(reading: Reading, source: Source) -> io.BufferedReader:
    """What the bzip2 file `source` unpacks to."""
    return io.BufferedReader(Unpacked(reading, source, _Bz2, noun="bzip2"), _PIECE)


def unpack_gz(reading: Reading, source: Source) -> io.BufferedReader:
    """What the gzip file `source` unpacks to."""
    return io.BufferedReader(Unpacked(reading, source, _Gzip, noun="gzip"), _PIECE)


def unpack_zst(reading: Reading, source: Source) -> io.BufferedReader:
    """What the zstandard file `source` unpacks to."""
    return io.BufferedReader(Unpacked(reading, source, _Zstd, noun="zstandard", step=_ZSTD_PIECE), _PIECE)
