"""Reading a zip by its central directory, which must agree with the members it lists.

Format: PKWARE's APPNOTE.TXT. Only what package formats use: members stored or deflated, not encrypted, one disk,
each listed once, none overlapping another.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from ..reading import DAMAGED, MIB, REBUILD, Reading, shown
from .paths import Names, check_link

STORED, _DEFLATED = 0, 8
_PIECE = 256 * 1024
_DIRECTORY = 128 * MIB
_LINK = 4096

_END = struct.Struct("<4s4H2LH")
_END64_PLACE = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_FULL32 = 0xFFFFFFFF


@dataclass(frozen=True)
class ZipEntry:
    """One member, with the place of its header in the file."""

    name: str
    folder: bool
    symlink: bool
    method: int
    crc: int
    packed: int
    size: int
    offset: int


def read_zip(reading: Reading, file: BinaryIO) -> list[ZipEntry]:
    """The members in the order of the directory; nothing is unpacked yet. Raises InvalidPackage."""
    start, size, count = _directory(reading, file)
    file.seek(start)
    directory = file.read(size)
    names = Names(reading)
    entries: list[ZipEntry] = []
    position = 0
    while position < size:
        entry, length = _entry(reading, directory, position)
        plain = names.add(entry.name, folder=entry.folder)
        entries.append(ZipEntry(plain, *_rest(entry)))
        position += length
    if len(entries) != count:
        raise reading.refuse("it is not a sound zip archive (its directory has another length than it says)", DAMAGED)
    _check_layout(reading, entries, start)
    return entries


def read_entry(reading: Reading, file: BinaryIO, entry: ZipEntry, *, limit: int | None = None) -> bytes:
    """All bytes of a small member. Raises InvalidPackage, also over `limit` (default: the document limit)."""
    limit = reading.limits.document if limit is None else limit
    if entry.size > limit:
        raise reading.refuse(f"{shown(entry.name)} inside it is larger than {limit // MIB} MiB")
    return b"".join(_unpack(reading, file, entry))


def check_entry(reading: Reading, file: BinaryIO, entry: ZipEntry) -> None:
    """Unpack a member to nowhere, for its checksum; a symbolic link's target is checked too."""
    if entry.symlink:
        target = read_entry(reading, file, entry, limit=_LINK).decode("utf-8", "backslashreplace")
        check_link(reading, entry.name, target, symbolic=True)
        return
    for _ in _unpack(reading, file, entry):
        pass


class EntryStream:
    """A member's bytes as a source for another reader; the checksum is compared at the end."""

    def __init__(self, reading: Reading, file: BinaryIO, entry: ZipEntry) -> None:
        self._pieces = _unpack(reading, file, entry)
        self._ready = memoryview(b"")

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, none only at the end."""
        if not self._ready:
            self._ready = memoryview(next(self._pieces, b""))
        out, self._ready = bytes(self._ready[:size]), self._ready[size:]
        return out


def open_entry(reading: Reading, file: BinaryIO, entry: ZipEntry) -> EntryStream:
    """A member as a stream. Only one stream of a file may be read at a time."""
    return EntryStream(reading, file, entry)


def _rest(entry: ZipEntry) -> tuple[bool, bool, int, int, int, int, int]:
    return entry.folder, entry.symlink, entry.method, entry.crc, entry.packed, entry.size, entry.offset


def _directory(reading: Reading, file: BinaryIO) -> tuple[int, int, int]:
    """Where the central directory is, how long, and of how many entries."""
    total = file.seek(0, io.SEEK_END)
    file.seek(max(0, total - 65535 - _END.size))
    tail_start = file.tell()
    tail = file.read(65535 + _END.size)
    # the record whose comment ends exactly at the end of the file; a comment may hold the mark itself
    place = tail.rfind(b"PK\x05\x06")
    while place >= 0 and (
        place + _END.size > len(tail) or place + _END.size + _END.unpack_from(tail, place)[7] != len(tail)
    ):
        place = tail.rfind(b"PK\x05\x06", 0, place)
    if place < 0:
        raise reading.refuse("it is not a complete zip archive", DAMAGED)
    _, disk, first_disk, _, count, size, start, _ = _END.unpack_from(tail, place)
    end = tail_start + place
    if 0xFFFF in (disk, first_disk, count) or _FULL32 in (size, start):
        end, count, size, start = _directory64(reading, file, end, (count, size, start))
    elif disk or first_disk:
        raise reading.refuse("it is one part of a split zip archive", REBUILD)
    if start + size != end or size > _DIRECTORY or count > reading.limits.members:
        raise reading.refuse("it is not a sound zip archive (its directory is not where it says)", DAMAGED)
    return start, size, count


def _directory64(reading: Reading, file: BinaryIO, end: int, old: tuple[int, int, int]) -> tuple[int, int, int, int]:
    """The same from the ZIP64 records before the old one; where there are none, the old values hold."""
    if end < _END64_PLACE.size + _END64.size:
        return end, *old
    file.seek(end - _END64_PLACE.size)
    mark, _, place, disks = _END64_PLACE.unpack(file.read(_END64_PLACE.size))
    if mark != b"PK\x06\x07":
        return end, *old
    if place != end - _END64_PLACE.size - _END64.size or disks > 1:
        raise reading.refuse("it is not a sound zip archive (its ZIP64 directory is not where it says)", DAMAGED)
    file.seek(place)
    mark, _, _, _, _, _, _, count, size, start = _END64.unpack(file.read(_END64.size))
    if mark != b"PK\x06\x06":
        raise reading.refuse("it is not a sound zip archive (its ZIP64 directory is broken)", DAMAGED)
    return place, count, size, start


def _entry(reading: Reading, directory: bytes, position: int) -> tuple[ZipEntry, int]:
    """The directory's entry at `position`, and its length."""
    if position + _ENTRY.size > len(directory):
        raise reading.refuse("it is not a sound zip archive (its directory is cut off)", DAMAGED)
    fields = _ENTRY.unpack_from(directory, position)
    mark, made_by, _, flags, method, _, _, crc, packed, size, name_size, extra_size, comment_size, disk = fields[:14]
    attributes, offset = fields[15:]
    if mark != b"PK\x01\x02":
        raise reading.refuse("it is not a sound zip archive (its directory is broken)", DAMAGED)
    body = position + _ENTRY.size
    raw, extra = directory[body : body + name_size], directory[body + name_size : body + name_size + extra_size]
    length = _ENTRY.size + name_size + extra_size + comment_size
    if position + length > len(directory) or disk not in (0, 0xFFFF):
        raise reading.refuse("it is not a sound zip archive (its directory is cut off)", DAMAGED)
    name = _name(reading, raw)
    if flags & 0x2041:
        raise reading.refuse(f"{shown(name)} inside it is encrypted", "make the archive without a password")
    if method not in (STORED, _DEFLATED):
        raise reading.refuse(f"{shown(name)} inside it is packed by a method that installers do not know", REBUILD)
    size, packed, offset = _sizes64(reading, extra, size, packed, offset)
    unix_mode = attributes >> 16 if made_by >> 8 == 3 else 0
    symlink = unix_mode & 0o170000 == 0o120000
    return ZipEntry(name, name.endswith("/"), symlink, method, crc, packed, size, offset), length


def _name(reading: Reading, raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise reading.refuse("it holds a member whose name is not UTF-8") from None


def _sizes64(reading: Reading, extra: bytes, size: int, packed: int, offset: int) -> tuple[int, int, int]:
    """Replace the numbers that did not fit in 32 bits by those of the ZIP64 field, which holds only these."""
    values = [size, packed, offset]
    if _FULL32 not in values:
        return size, packed, offset
    position = 0
    while position + 4 <= len(extra):
        tag, length = struct.unpack_from("<HH", extra, position)
        if tag == 1:
            field = extra[position + 4 : position + 4 + length]
            large = iter(struct.unpack(f"<{len(field) // 8}Q", field[: len(field) // 8 * 8]))
            values = [next(large, _FULL32) if value == _FULL32 else value for value in values]
            break
        position += 4 + length
    if _FULL32 in values:
        raise reading.refuse("it is not a sound zip archive (a ZIP64 size is missing)", DAMAGED)
    return values[0], values[1], values[2]


def _check_layout(reading: Reading, entries: list[ZipEntry], end: int) -> None:
    """Refuse members that share bytes: a bomb lists the same bytes thousands of times."""
    free_from = 0
    for entry in sorted(entries, key=lambda entry: entry.offset):
        if entry.offset < free_from:
            raise reading.refuse(f"{shown(entry.name)} inside it overlaps another member, as in a zip bomb")
        free_from = entry.offset + _LOCAL.size + entry.packed
    if free_from > end:
        raise reading.refuse("it is not a sound zip archive (a member reaches into its directory)", DAMAGED)


def _unpack(reading: Reading, file: BinaryIO, entry: ZipEntry) -> Iterator[bytes]:
    """The member's bytes in pieces. Its size and checksum must be what the directory says."""
    position = _data(reading, file, entry)
    inflate = zlib.decompressobj(wbits=-zlib.MAX_WBITS) if entry.method == _DEFLATED else None
    crc = size = 0
    left = entry.packed
    more = b""
    while left or more:
        piece = b""
        if not more:
            file.seek(position)
            piece = file.read(min(left, _PIECE))
            if not piece:
                raise reading.refuse(f"it ends in the middle of {shown(entry.name)}", DAMAGED)
            position, left = position + len(piece), left - len(piece)
        out = piece
        if inflate is not None:
            try:
                out = inflate.decompress(more or piece, _PIECE)
            except zlib.error as error:
                raise reading.refuse(f"{shown(entry.name)} inside it is broken ({error})", DAMAGED) from None
            more = inflate.unconsumed_tail
        size += len(out)
        reading.spend(len(out))
        if size > entry.size or (inflate is not None and inflate.unused_data):
            break
        crc = zlib.crc32(out, crc)
        if out:
            yield out
    if inflate is not None and size <= entry.size:
        # what is left in zlib is at most a few KiB: all input was taken
        rest = inflate.flush()
        reading.spend(len(rest))
        size, crc = size + len(rest), zlib.crc32(rest, crc)
        if rest:
            yield rest
    if size != entry.size or crc != entry.crc or (inflate is not None and (not inflate.eof or inflate.unused_data)):
        raise reading.refuse(f"{shown(entry.name)} inside it is damaged (its checksum or size is wrong)", DAMAGED)


def _data(reading: Reading, file: BinaryIO, entry: ZipEntry) -> int:
    """Where the member's bytes begin; its own header must tell of the same member as the directory."""
    file.seek(entry.offset)
    header = file.read(_LOCAL.size)
    if len(header) < _LOCAL.size or not header.startswith(b"PK\x03\x04"):
        raise reading.refuse(f"it is not a sound zip archive (no header of {shown(entry.name)})", DAMAGED)
    _, _, flags, method, _, _, _, _, _, name_size, extra_size = _LOCAL.unpack(header)
    name = file.read(name_size)
    plain = "/".join(part for part in _name(reading, name).split("/") if part not in ("", "."))
    if plain != entry.name or method != entry.method or flags & 0x2041:
        raise reading.refuse(f"its directory and its members disagree about {shown(entry.name)}")
    return entry.offset + _LOCAL.size + int(name_size) + int(extra_size)
