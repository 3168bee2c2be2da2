"""Hostile archives, one trick a test; sound ones by the other tests of formats."""

from __future__ import annotations

import bz2
import gzip
import io
import os
import struct
import tarfile
import zipfile
from collections.abc import Callable

import pytest
import zstandard

from jupyter_repo.errors import InvalidPackage
from jupyter_repo.formats.archives import (
    check_entry,
    open_entry,
    read_entry,
    read_zip,
    unpack_bz2,
    unpack_gz,
    unpack_zst,
    walk_tar,
)
from jupyter_repo.formats.reading import DEFAULT, Limits, Reading
from tests import builders

MIB = 1 << 20


def reading(data: bytes, limits: Limits = DEFAULT) -> Reading:
    return Reading("file", len(data), limits)


def tar_names(data: bytes, limits: Limits = DEFAULT) -> list[str]:
    return [member.name for member in walk_tar(reading(data, limits), io.BytesIO(data))]


def check_zip(data: bytes, limits: Limits = DEFAULT) -> list[str]:
    one, file = reading(data, limits), io.BytesIO(data)
    entries = read_zip(one, file)
    for entry in entries:
        check_entry(one, file, entry)
    return [entry.name for entry in entries]


def custom_tar(*entries: tuple[tarfile.TarInfo, bytes], format: int = tarfile.GNU_FORMAT) -> bytes:  # noqa: A002
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=format) as tar:
        for entry, data in entries:
            tar.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def member(name: str, size: int = 0, **fields: object) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size = size
    for key, value in fields.items():
        setattr(entry, key, value)
    return entry


@pytest.mark.parametrize("format", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_every_tar_dialect_is_read(format: int) -> None:  # noqa: A002
    deep = "/".join(["folder"] * 20) + "/file.txt"
    long = "name-" * 40 if format != tarfile.USTAR_FORMAT else "short"
    entries = [
        (member("folder", type=tarfile.DIRTYPE), b""),
        (member("./folder/a.txt", 3), b"abc"),
        (member(deep, 600), b"x" * 600),
        (member(long, 1), b"x"),
        (member("grüße", 0), b""),
        (member("folder/link", type=tarfile.SYMTYPE, linkname="a.txt"), b""),
        (member("hard", type=tarfile.LNKTYPE, linkname="folder/a.txt"), b""),
    ]
    data = custom_tar(*entries, format=format)
    assert tar_names(data) == ["folder", "folder/a.txt", deep, long, "grüße", "folder/link", "hard"]


def test_wanted_members_come_with_their_content() -> None:
    data = builders.make_tar([("a", b"1" * 511), ("b", b"2" * 512), ("c", b"3" * 513), ("d", b"")])
    found = walk_tar(reading(data), io.BytesIO(data), wanted=lambda name: name != "b")
    assert [(one.name, one.size, one.content and one.content[:1]) for one in found] == [
        ("a", 511, b"1"),
        ("b", 512, None),
        ("c", 513, b"3"),
        ("d", 0, b""),
    ]


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (member("../x"), "climbs out"),
        (member("a/../../x"), "climbs out"),
        (member("/x"), "not relative"),
        (member("c:x"), "not relative"),
        (member("a\\b"), "not relative"),
        (member("a\x1bb"), "not a legal file name"),
        (member("dev", type=tarfile.CHRTYPE), "neither a file"),
        (member("pipe", type=tarfile.FIFOTYPE), "neither a file"),
        (member("sparse", type=tarfile.GNUTYPE_SPARSE), "neither a file"),
        (member("link", type=tarfile.SYMTYPE, linkname=".."), "outside the package"),
        (member("a/link", type=tarfile.SYMTYPE, linkname="../../x"), "outside the package"),
        (member("link", type=tarfile.LNKTYPE, linkname="../x"), "outside the package"),
        (member("link", type=tarfile.SYMTYPE, linkname="/etc/passwd"), "outside the package"),
        (member("link", type=tarfile.SYMTYPE, linkname="a\\..\\.."), "outside the package"),
        (member("link", type=tarfile.SYMTYPE, linkname="a/../b"), "outside the package"),
        (member("a/link", type=tarfile.SYMTYPE, linkname="../b/../../c"), "outside the package"),
        (member("."), "a file without a name"),
    ],
)
def test_a_tar_member_that_is_refused(entry: tarfile.TarInfo, says: str) -> None:
    with pytest.raises(InvalidPackage, match=says):
        tar_names(custom_tar((entry, b"")))


def test_the_same_name_twice() -> None:
    with pytest.raises(InvalidPackage, match="'a' twice"):
        tar_names(builders.make_tar([("a", b""), ("./a", b"")]))
    with pytest.warns(UserWarning, match="Duplicate"):
        data = builders.make_zip([("a", b""), ("a", b"")])
    with pytest.raises(InvalidPackage, match="'a' twice"):
        check_zip(data)


def test_nothing_is_unpacked_through_a_link() -> None:
    """`d/l` is the top itself, so `d/l/z` lies at the top, and its target, inside as it reads, outside."""
    link = member("d/l", type=tarfile.SYMTYPE, linkname="..")
    through = member("d/l/z", type=tarfile.SYMTYPE, linkname="../../y")
    with pytest.raises(InvalidPackage, match="goes through the link 'd/l'"):
        tar_names(custom_tar((link, b""), (through, b"")))


def resigned(block: bytearray) -> bytes:
    """A tar header with its checksum made right again."""
    block[148:156] = b" " * 8
    block[148:156] = f"{sum(block):06o}\0 ".encode()
    return bytes(block)


def test_a_tar_header_that_lies() -> None:
    sound = bytearray(custom_tar((member("a", 3), b"abc")))
    broken = sound.copy()
    broken[0] ^= 1
    with pytest.raises(InvalidPackage, match="checksum"):
        tar_names(bytes(broken))
    for size in (b"-0000000001\0", b"\xff" * 12, b"9" * 12):
        broken = sound.copy()
        broken[124:136] = size
        with pytest.raises(InvalidPackage, match="no legal size"):
            tar_names(resigned(broken[:512]) + bytes(broken[512:]))
    # 8 EiB claimed, 3 bytes there
    broken = sound.copy()
    broken[124:136] = b"\x80" + bytes(3) + b"\x7f" + b"\xff" * 7
    with pytest.raises(InvalidPackage, match="in the middle"):
        tar_names(resigned(broken[:512]) + bytes(broken[512:]))


def test_extension_headers_are_bounded() -> None:
    huge = custom_tar((member("a" * (2 * MIB)), b""))
    with pytest.raises(InvalidPackage, match="larger than 1 MiB"):
        tar_names(huge)
    endless = builders.make_tar([("x" * 200, b"")])[:1024] * 2000
    with pytest.raises(InvalidPackage, match="more than 1000 members"):
        tar_names(endless, Limits(members=1000))
    with pytest.raises(InvalidPackage, match="in the middle of a member"):
        tar_names(endless[:1024])


def pax(records: bytes, kind: bytes = b"x") -> bytes:
    entry = tarfile.TarInfo("pax")
    entry.size, entry.type = len(records), kind
    return entry.tobuf() + records + bytes(-len(records) % 512)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (pax(b"garbage"), "pax header is not legal"),
        (pax(b"99 path=a\n"), "pax header is not legal"),
        (pax(b"0 path=a\n"), "pax header is not legal"),
        (pax(b"10 pathxxa\n"), "pax header is not legal"),
        (pax(b"11 size=-5\n"), "no legal size"),
        (pax(b"21 GNU.sparse.major=1\n".replace(b"21", b"22")), "sparse"),
        (pax(b"14 path=../x\n".replace(b"14", b"13")), "climbs out"),
        (pax(b"10 path=a\n", b"g"), "for all members"),
    ],
)
def test_pax_headers(data: bytes, says: str) -> None:
    with pytest.raises(InvalidPackage, match=says):
        tar_names(data + builders.make_tar([("a", b"")]))


def test_bytes_behind_the_end_of_a_tar() -> None:
    data = builders.make_tar([("a", b"")])
    assert tar_names(data + bytes(5000)) == ["a"]
    with pytest.raises(InvalidPackage, match="behind the end"):
        tar_names(data + builders.make_tar([("b", b"")]))


STREAMS = pytest.mark.parametrize(
    ("pack", "unpack"),
    [(bz2.compress, unpack_bz2), (gzip.compress, unpack_gz), (zstandard.ZstdCompressor().compress, unpack_zst)],
    ids=["bz2", "gz", "zst"],
)
Pack = Callable[[bytes], bytes]
Unpack = Callable[[Reading, io.BytesIO], io.BufferedReader]


@STREAMS
@pytest.mark.parametrize("size", [0, 1, 65_536, 3 * MIB + 17])
def test_streams_give_back_what_was_packed(pack: Pack, unpack: Unpack, size: int) -> None:
    data = os.urandom(size // 2) + bytes(size - size // 2)
    # several frames and padding of zeros are one stream to the tools that made them
    packed = pack(data) + pack(b"") + pack(b"more") + bytes(700)
    assert unpack(reading(packed), io.BytesIO(packed)).read() == data + b"more"


@STREAMS
def test_streams_notice_every_damage(pack: Pack, unpack: Unpack) -> None:
    packed = pack(os.urandom(1000))
    for cut in (0, 1, 5, len(packed) // 2, len(packed) - 1):
        with pytest.raises(InvalidPackage, match="ends too early"):
            unpack(reading(packed), io.BytesIO(packed[:cut])).read()
    with pytest.raises(InvalidPackage, match="is broken"):
        unpack(reading(packed), io.BytesIO(packed + b"trailing words")).read()


@STREAMS
def test_streams_stop_bombs(pack: Pack, unpack: Unpack) -> None:
    packed = pack(bytes(70 * MIB))
    with pytest.raises(InvalidPackage, match="100 times its size"):
        unpack(reading(packed), io.BytesIO(packed)).read()
    with pytest.raises(InvalidPackage, match="more than 1 MiB"):
        unpack(reading(packed, Limits(unpacked=MIB)), io.BytesIO(packed)).read()
    with pytest.raises(InvalidPackage, match="takes too long"):
        unpack(reading(packed, Limits(seconds=-60)), io.BytesIO(packed)).read()


def test_a_zstandard_window_that_takes_too_much_memory() -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=30, enable_ldm=True)
    compressor = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    packed = compressor.compress(b"x" * 1000) + compressor.flush()
    with pytest.raises(InvalidPackage, match="too much memory"):
        unpack_zst(reading(packed), io.BytesIO(packed)).read()


SOUND = builders.make_zip([("a.txt", b"some text " * 50), ("b/", b""), ("b/c.txt", b"")])


def test_zips_are_read() -> None:
    assert check_zip(SOUND) == ["a.txt", "b", "b/c.txt"]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        # unknown length when written: sizes stand behind the data, or in ZIP64 fields
        with archive.open("large", "w", force_zip64=True) as large:
            large.write(os.urandom(3 * MIB))
        archive.comment = b"with PK\x05\x06 inside " * 3
    assert check_zip(out.getvalue()) == ["large"]
    one, file = reading(SOUND), io.BytesIO(SOUND)
    entry = read_zip(one, file)[0]
    assert read_entry(one, file, entry) == b"some text " * 50
    stream = open_entry(one, file, entry)
    assert b"".join(iter(lambda: stream.read(7), b"")) == b"some text " * 50


def test_a_zip64_directory_is_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(66_000):
            archive.writestr(f"{number}", b"")
    assert len(check_zip(out.getvalue())) == 66_000
    with pytest.raises(InvalidPackage, match="not a sound zip"):
        check_zip(out.getvalue(), Limits(members=1000))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "not a complete zip"),
        (SOUND[:-1], "not a complete zip"),
        (SOUND + b"x", "not a complete zip"),
        (b"x" + SOUND, "directory is not where it says"),
        (SOUND[:40] + SOUND[60:], "directory is not where it says"),
        (SOUND.replace(b"PK\x01\x02", b"PK\x01\x03", 1), "directory is broken"),
        (SOUND[:-12] + b"\x02" + SOUND[-11:], "another length than it says"),
        (SOUND.replace(b"PK\x03\x04", b"PK\x03\x05", 1), "no header of 'a.txt'"),
        (SOUND.replace(b"a.txt", b"z.txt", 1), "disagree about 'a.txt'"),
        (SOUND.replace(b"a.txt", b"/.txt"), "not relative"),
        (SOUND.replace(b"a.txt", b"\xff.txt"), "name is not UTF-8"),
        (SOUND.replace(b"b/c.txt", b"../.txt"), "climbs out"),
    ],
)
def test_a_zip_that_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(InvalidPackage, match=says):
        check_zip(data)


def patched(data: bytes, offset: int, form: str, value: int) -> bytes:
    """`data` with a field of the first entry of its directory replaced."""
    place = data.index(b"PK\x01\x02") + offset
    return data[:place] + struct.pack(form, value) + data[place + struct.calcsize(form) :]


@pytest.mark.parametrize(
    ("offset", "form", "value", "says"),
    [
        (8, "<H", 1, "is encrypted"),
        (10, "<H", 14, "method that installers do not know"),
        (10, "<H", 0, "disagree about"),
        (16, "<L", 7, "is damaged"),
        (20, "<L", 5, "is damaged"),
        (20, "<L", 0xFFFFFFF0, "overlaps|reaches into"),
        (20, "<L", 0xFFFFFFFF, "ZIP64 size is missing"),
        (24, "<L", 5, "is damaged"),
        (24, "<L", 5000, "is damaged"),
        (28, "<H", 60_000, "cut off"),
        (34, "<H", 1, "cut off"),
        (42, "<L", 3, "overlaps|no header"),
    ],
)
def test_a_zip_directory_that_lies(offset: int, form: str, value: int, says: str) -> None:
    with pytest.raises(InvalidPackage, match=says):
        check_zip(patched(SOUND, offset, form, value))


def test_members_that_share_their_bytes() -> None:
    zeros = builders.make_zip([("a", bytes(100_000)), ("b", b"")])
    second = zeros.index(b"PK\x01\x02", zeros.index(b"PK\x01\x02") + 4)
    shared = bytearray(zeros)
    shared[second + 42 : second + 46] = bytes(4)
    with pytest.raises(InvalidPackage, match="overlaps another member"):
        check_zip(bytes(shared))


def test_zip_links() -> None:
    for target, fits in (("c.txt", True), ("../a", True), ("../../a", False), ("/etc/passwd", False)):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            link = zipfile.ZipInfo("b/link")
            link.create_system, link.external_attr = 3, 0o120777 << 16
            archive.writestr(link, target)
        if fits:
            assert check_zip(out.getvalue()) == ["b/link"]
        else:
            with pytest.raises(InvalidPackage, match="outside the package"):
                check_zip(out.getvalue())
