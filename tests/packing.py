"""Archives of given members, as the package formats want them; `builders` fills them with sound or hostile content.

The bytes depend on the arguments alone.
"""

from __future__ import annotations

import base64
import bz2
import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Iterable, Mapping

import zstandard

Members = Iterable[tuple[str, bytes]]

_ZIP_TIME = (2024, 1, 1, 0, 0, 0)
TIME = 1_704_067_200
"""2024-01-01: every file in every package is of that day"""


def as_json(value: object) -> bytes:
    return json.dumps(value, indent=2, sort_keys=True).encode() + b"\n"


def make_tar(members: Members) -> bytes:
    """An uncompressed tar of plain files."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, data in members:
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime, entry.mode = len(data), TIME, 0o644
            tar.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def make_zip(members: Members, *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of plain files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in members:
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.external_attr = 0o644 << 16
            entry.compress_type = compression
            archive.writestr(entry, data)
    return out.getvalue()


def pack_conda(
    stem: str, info: Mapping[str, bytes], files: Mapping[str, bytes], *, pkg_tar: bytes | None = None
) -> bytes:
    """A format 2 package of those members (CEP 35: an uncompressed zip); `pkg_tar` replaces the payload's tar."""
    compressor = zstandard.ZstdCompressor(level=3)
    payload = make_tar(sorted(files.items())) if pkg_tar is None else pkg_tar
    return make_zip(
        [
            ("metadata.json", as_json({"conda_pkg_format_version": 2})),
            (f"pkg-{stem}.tar.zst", compressor.compress(payload)),
            (f"info-{stem}.tar.zst", compressor.compress(make_tar(sorted(info.items())))),
        ],
        compression=zipfile.ZIP_STORED,
    )


def pack_tar_bz2(info: Mapping[str, bytes], files: Mapping[str, bytes]) -> bytes:
    """A format 1 package of those members."""
    return bz2.compress(make_tar([*sorted(info.items()), *sorted(files.items())]))


def pack_wheel(info: str, members: Mapping[str, bytes]) -> bytes:
    """A wheel of those members and their RECORD."""

    def line(path: str, data: bytes) -> str:
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        return f"{path},sha256={digest},{len(data)}\n"

    record = "".join(line(path, data) for path, data in members.items()) + f"{info}/RECORD,,\n"
    return make_zip([*members.items(), (f"{info}/RECORD", record.encode())])


def linking_tar(target: str, *, name: str = "share/link", symbolic: bool = True) -> bytes:
    """A tar with one link called `name` that points at `target`."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        entry = tarfile.TarInfo(name)
        entry.type = tarfile.SYMTYPE if symbolic else tarfile.LNKTYPE
        entry.linkname = target
        tar.addfile(entry)
    return out.getvalue()
