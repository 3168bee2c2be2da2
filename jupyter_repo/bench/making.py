"""Small real packages, each different, and a channel of many synthetic ones."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
import zstandard

from ..db import tables as t
from ..index import conda as conda_index
from ..models import Account, Kind
from ..service.work import Repository, Work

BATCH = 5000


def conda(name: str, version: str) -> tuple[str, bytes]:
    """File name and bytes of a `.conda` package."""
    stem = f"{name}-{version}-0"
    index = {"name": name, "version": version, "build": "0", "build_number": 0, "subdir": "noarch", "depends": []}
    info = {
        "info/index.json": {**index, "noarch": "generic", "license": "BSD-3-Clause", "timestamp": 1_700_000_000_000},
        "info/about.json": {"summary": "a small package"},
        "info/paths.json": {"paths": [], "paths_version": 1},
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("metadata.json", '{"conda_pkg_format_version":2}')
        archive.writestr(f"pkg-{stem}.tar.zst", _tar({f"share/{name}.txt": stem.encode()}))
        archive.writestr(f"info-{stem}.tar.zst", _tar({path: json.dumps(what).encode() for path, what in info.items()}))
    return f"{stem}.conda", out.getvalue()


def _tar(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for path, content in members.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    packed: bytes = zstandard.ZstdCompressor().compress(out.getvalue())
    return packed


def wheel(name: str, version: str, *, size: int = 0) -> tuple[str, bytes]:
    """File name and bytes of a wheel, with a member of `size` bytes."""
    info = f"{name}-{version}.dist-info"
    members = {
        f"{name}.py": f"__version__ = {version!r}\n".encode(),
        f"{name}.bin": bytes(size),
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: bench\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},sha256={_digest(content)},{len(content)}\n" for path, content in members.items())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for path, content in members.items():
            archive.writestr(path, content)
        archive.writestr(f"{info}/RECORD", record + f"{info}/RECORD,,\n")
    return f"{name}-{version}-py3-none-any.whl", out.getvalue()


def sha256(content: bytes) -> str:
    """In hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def fill(repository: Repository, channel: Account, kind: Kind, files: int, names: int) -> None:
    """Make rows of that many files over that many packages, as uploads would have made them; without bytes."""
    with repository.write() as work:
        step = max(1, BATCH * names // files)
        for first in range(0, names, step):
            _fill(work, channel, kind, files, range(first, min(first + step, names)), names)
        work.bump(channel.id)


def _fill(work: Work, channel: Account, kind: Kind, files: int, numbers: range, names: int) -> None:
    """The packages of these numbers, out of `names` that share `files`, and all that is in them."""
    made = {"summary": "synthetic", "attrs": {}, "created_at": work.now}
    of = {f"synthetic-{number:06}": [f"{one}.0" for one in range(number, files, names)] for number in numbers}
    there = {"account_id": channel.id, "visibility": "public", "updated_at": work.now, **made}
    packages = _insert(
        work,
        t.packages,
        [{"name": name, "name_key": name, "latest_version": versions[-1], **there} for name, versions in of.items()],
    )
    work.db.execute(sa.insert(t.package_kinds), [{"package_id": key, "kind": str(kind)} for key in packages])
    each = [(key, name, version) for key, name in zip(packages, of, strict=True) for version in of[name]]
    rows = [{"package_id": key, "version": version, "description": "", **made} for key, _, version in each]
    releases = _insert(work, t.releases, rows)
    keys = _insert(
        work,
        t.files,
        [
            _file(work, channel, kind, key, release, name, version)
            for release, (key, name, version) in zip(releases, each, strict=True)
        ],
    )
    carried = {"account_id": channel.id, "label": "main", "since": work.now}
    work.db.execute(sa.insert(t.file_labels), [{"file_id": key, **carried} for key in keys])


def _insert(work: Work, table: sa.Table, rows: list[dict[str, Any]]) -> Sequence[int]:
    return work.db.scalars(sa.insert(table).returning(table.c.id, sort_by_parameter_order=True), rows).all()


def _file(
    work: Work, channel: Account, kind: Kind, package: int, release: int, name: str, version: str
) -> dict[str, Any]:
    digest = hashlib.sha256(f"{name} {version}".encode()).hexdigest()
    is_conda = kind is Kind.CONDA
    wheel_name = f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
    basename = f"noarch/{name}-{version}-0.conda" if is_conda else wheel_name
    index = {
        "name": name,
        "version": version,
        "build": "0",
        "build_number": 0,
        "depends": ["python >=3.9", "numpy >=1.20,<3", "synthetic-000000"],
        "license": "BSD-3-Clause",
        "timestamp": 1_700_000_000_000,
        "noarch": "generic",
    }
    record = conda_index.record(index, subdir="noarch", md5=digest[:32], sha256=digest, size=12345, indexed=work.now)
    return {
        "account_id": channel.id,
        "package_id": package,
        "release_id": release,
        "kind": str(kind),
        "address": basename,
        "basename": basename,
        "subdir": "noarch" if is_conda else "",
        "sha256": digest,
        "md5": digest[:32],
        "size": 12345,
        "attrs": index if is_conda else {"requires_python": ">=3.9"},
        "record": record if is_conda else b"{}",
        "run_exports": b"{}" if is_conda else None,
        "uploaded_at": work.now,
        "since": work.now,
    }
