"""Walking a tar: ustar, GNU long names and pax, as conda and Python packages use them.

Formats: POSIX.1-2017 `pax`, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..reading import DAMAGED, MIB, REBUILD, Reading, shown
from .paths import Names
from .streams import Source

_BLOCK = 512
_PIECE = 256 * 1024
_EXTENSION = MIB
"""bytes of one pax or long name header; real ones hold a few hundred"""

_FILES, _HARD, _SYMBOLIC, _FOLDER = frozenset(b"0\x007"), ord("1"), ord("2"), ord("5")
_PAX, _PAX_GLOBAL, _LONG_NAME, _LONG_LINK = ord("x"), ord("g"), ord("L"), ord("K")


@dataclass(frozen=True)
class TarMember:
    """One member: its plain path, and `content` for a file that was wanted."""

    name: str
    size: int
    content: bytes | None = None


@dataclass(frozen=True)
class _Header:
    name: str
    kind: int
    size: int
    target: str


def walk_tar(
    reading: Reading, stream: Source, *, wanted: Callable[[str], bool] = lambda _name: False
) -> Iterator[TarMember]:
    """Every member, in order, to the last byte of `stream`, whose reads are short only at its end.

    Raises InvalidPackage for paths and links that leave the archive, for names that come twice, for devices and
    sparse files, for a wanted file over the document limit, for a cut-off end and for bytes hidden behind it.
    """
    names = Names(reading)
    extended: dict[str, str] = {}
    while (block := _block(reading, stream)) is not None:
        header = _parse(reading, block)
        if header.kind in (_PAX, _PAX_GLOBAL, _LONG_NAME, _LONG_LINK):
            # each costs a member, so that an endless chain of them ends
            reading.count_member()
            extended |= _extension(reading, header, _content(reading, stream, header, _EXTENSION))
            continue
        header, extended = _apply(reading, header, extended), {}
        yield _member(reading, stream, header, names, wanted)
    if extended:
        raise reading.refuse("its tar ends in the middle of a member", DAMAGED)


def _member(
    reading: Reading, stream: Source, header: _Header, names: Names, wanted: Callable[[str], bool]
) -> TarMember:
    folder = header.kind == _FOLDER or (header.kind in _FILES and header.name.endswith("/"))
    name = names.add(header.name, folder=folder)
    if header.kind in (_HARD, _SYMBOLIC):
        names.add_link(name, header.target, symbolic=header.kind == _SYMBOLIC)
        return TarMember(name, 0)
    if folder:
        _skip(reading, stream, header.size)
        return TarMember(name, 0)
    if header.kind not in _FILES:
        raise reading.refuse(f"{shown(name)} inside it is neither a file, a folder nor a link")
    if wanted(name):
        return TarMember(name, header.size, _content(reading, stream, header, reading.limits.document))
    _skip(reading, stream, header.size)
    return TarMember(name, header.size)


def _block(reading: Reading, stream: Source) -> bytes | None:
    """The next header, or None at the end of the archive (two blocks of zeros, or just the end of the bytes)."""
    block = stream.read(_BLOCK)
    if block and len(block) < _BLOCK:
        raise reading.refuse("its tar ends in the middle of a member", DAMAGED)
    if block.strip(b"\x00"):
        return block
    while piece := stream.read(_PIECE):
        if piece.strip(b"\x00"):
            raise reading.refuse("it holds bytes behind the end of its tar, which tools would read differently")
    return None


def _parse(reading: Reading, block: bytes) -> _Header:
    """The fields of a header block whose checksum fits."""
    claimed = _number(block[148:156])
    # the sum is taken as if the checksum field were spaces; old tars summed signed bytes
    rest = block[:148] + b" " * 8 + block[156:]
    if claimed not in (sum(rest), sum(byte - 256 if byte > 127 else byte for byte in rest)):
        raise reading.refuse("its tar is broken (a header's checksum is wrong)", DAMAGED)
    size = _number(block[124:136])
    if size is None or size < 0:
        raise reading.refuse("its tar is broken (a member has no legal size)", DAMAGED)
    name = _text(block[:100])
    prefix = _text(block[345:500]) if block[257:263] == b"ustar\x00" else ""
    kind = block[156]
    sizeless = kind in (_HARD, _SYMBOLIC)
    return _Header(f"{prefix}/{name}" if prefix else name, kind, 0 if sizeless else size, _text(block[157:257]))


def _number(field: bytes) -> int | None:
    """Octal digits, or GNU's big-endian binary for what does not fit; None if it is neither."""
    if field[0] & 0x80:
        return int.from_bytes(bytes([field[0] & 0x7F]) + field[1:]) if field[0] == 0x80 else None
    digits = field.strip(b" \x00")
    return int(digits or b"0", 8) if all(digit in b"01234567" for digit in digits) else None


def _text(field: bytes) -> str:
    return field.partition(b"\x00")[0].decode("utf-8", "backslashreplace")


def _extension(reading: Reading, header: _Header, content: bytes) -> dict[str, str]:
    """What an extension header says about the member behind it: `path`, `linkpath`, `size`."""
    if header.kind == _LONG_NAME:
        return {"path": _text(content)}
    if header.kind == _LONG_LINK:
        return {"linkpath": _text(content)}
    records = _pax_records(reading, content)
    if any(key.startswith("GNU.sparse") for key in records):
        raise reading.refuse("it holds a sparse file, which tools unpack differently", REBUILD)
    meaning: dict[str, str] = {key: records[key] for key in ("path", "linkpath", "size") if key in records}
    if header.kind == _PAX_GLOBAL and meaning:
        raise reading.refuse("its tar sets a path or size for all members, which tools read differently", REBUILD)
    return meaning


def _pax_records(reading: Reading, content: bytes) -> dict[str, str]:
    """The records of a pax header, each `length key=value` and a newline."""
    records: dict[str, str] = {}
    position = 0
    while position < len(content):
        digits, space, _ = content[position : position + 20].partition(b" ")
        length = int(digits) if space and digits.isdigit() else 0
        record = content[position : position + length]
        if len(record) != length or length < len(digits) + 3 or not record.endswith(b"\n") or b"=" not in record:
            raise reading.refuse("its tar is broken (a pax header is not legal)", DAMAGED)
        key, _, value = record[len(digits) + 1 : -1].partition(b"=")
        records[key.decode("utf-8", "backslashreplace")] = value.decode("utf-8", "backslashreplace")
        position += length
    return records


def _apply(reading: Reading, header: _Header, extended: dict[str, str]) -> _Header:
    size = extended.get("size")
    if size is not None and not (size.isascii() and size.isdigit() and len(size) < 20):
        raise reading.refuse("its tar is broken (a member has no legal size)", DAMAGED)
    return _Header(
        extended.get("path", header.name),
        header.kind,
        header.size if size is None or header.kind in (_HARD, _SYMBOLIC) else int(size),
        extended.get("linkpath", header.target),
    )


def _content(reading: Reading, stream: Source, header: _Header, limit: int) -> bytes:
    """The bytes of a small member."""
    if header.size > limit:
        raise reading.refuse(f"{shown(header.name)} inside it is larger than {limit // MIB} MiB")
    content = stream.read(header.size)
    if len(content) < header.size:
        raise reading.refuse(f"it ends in the middle of {shown(header.name)}", DAMAGED)
    _skip(reading, stream, 0, padding_of=header.size)
    return content


def _skip(reading: Reading, stream: Source, size: int, *, padding_of: int | None = None) -> None:
    """Read past `size` bytes of content and the padding to a whole block."""
    left = size + -(size if padding_of is None else padding_of) % _BLOCK
    while left:
        piece = stream.read(min(left, _PIECE))
        if not piece:
            raise reading.refuse("its tar ends in the middle of a member", DAMAGED)
        left -= len(piece)
