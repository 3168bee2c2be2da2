"""Makers of real packages for the tests, and of hostile ones.

    make_conda(folder, name="a", version="1")     .conda or .tar.bz2 that py-rattler installs
    make_wheel(folder, name="a", version="1")     a wheel that pip and uv install
    make_sdist(folder, name="a", version="1")     an sdist that pip builds with setuptools, offline
    make_notebook(folder, "a.ipynb", cells=...)   a valid nbformat 4 notebook
    make_environment(folder, name="a")            an environment.yml
    make_png(16, 9)                               the bytes of a PNG
    zip_bomb, conda_bomb, climbing_conda, climbing_wheel, linking_conda, truncated    what must be refused

Every maker writes into `folder` and returns the path. The bytes depend on the arguments alone, so that the same call
is the same file and another `files=` or `summary=` is another file of the same name. The folder decides nothing.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import nbformat

from .packing import (
    TIME,
    as_json,
    linking_tar,
    make_tar,
    make_zip,
    pack_conda,
    pack_tar_bz2,
    pack_wheel,
)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def make_png(width: int = 16, height: int = 9, shade: int = 128) -> bytes:
    """A picture of one grey."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    rows = zlib.compress((b"\0" + bytes([shade]) * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


# --- conda ----------------------------------------------------------------------------------------------------------


def make_conda(
    folder: Path,
    *,
    name: str = "hello",
    version: str = "1.0",
    build: str = "0",
    build_number: int = 0,
    subdir: str = "noarch",
    depends: Sequence[str] = (),
    ext: str = ".conda",
    summary: str = "",
    description: str = "",
    spdx: str = "BSD-3-Clause",
    noarch: str | None = "generic",
    files: Mapping[str, bytes] | None = None,
    run_exports: Mapping[str, Sequence[str]] | None = None,
    index: Mapping[str, object] | None = None,
    notes: Mapping[str, bytes] | None = None,
) -> Path:
    """A conda package of format 2 (`.conda`) or 1 (`.tar.bz2`); `files` maps paths in the prefix to their bytes.

    `notes` are more members of its `info/` folder, or others in place of its own.
    It holds `share/<name>/hello.txt` unless `files` says otherwise. `noarch` is dropped where `subdir` is a platform.
    """
    files = dict(files) if files is not None else {f"share/{name}/hello.txt": f"{name} {version} {summary}\n".encode()}
    info = conda_info(
        name=name,
        version=version,
        build=build,
        build_number=build_number,
        subdir=subdir,
        depends=depends,
        summary=summary,
        description=description,
        spdx=spdx,
        noarch=noarch if subdir == "noarch" else None,
        files=files,
        run_exports=run_exports,
        index=index,
    ) | dict(notes or {})
    stem = f"{name}-{version}-{build}"
    path = folder / f"{stem}{ext}"
    path.write_bytes(pack_conda(stem, info, files) if ext == ".conda" else pack_tar_bz2(info, files))
    return path


def conda_info(
    *,
    name: str = "hello",
    version: str = "1.0",
    build: str = "0",
    build_number: int = 0,
    subdir: str = "noarch",
    depends: Sequence[str] = (),
    summary: str = "",
    description: str = "",
    spdx: str = "BSD-3-Clause",
    noarch: str | None = "generic",
    files: Mapping[str, bytes],
    run_exports: Mapping[str, Sequence[str]] | None = None,
    index: Mapping[str, object] | None = None,
) -> dict[str, bytes]:
    """The members of the `info/` folder of a conda package."""
    platform, _, machine = subdir.partition("-")
    said: dict[str, object] = {
        "name": name,
        "version": version,
        "build": build,
        "build_number": build_number,
        "subdir": subdir,
        "depends": list(depends),
        "license": spdx,
        "timestamp": TIME * 1000,
        "arch": {"64": "x86_64"}.get(machine, machine) or None,
        "platform": platform if machine else None,
    }
    if noarch:
        said["noarch"] = noarch
    said |= index or {}
    paths = [
        {"_path": path, "path_type": "hardlink", "sha256": _sha256(data), "size_in_bytes": len(data)}
        for path, data in sorted(files.items())
    ]
    info = {
        "info/index.json": as_json(said),
        "info/about.json": as_json({"summary": summary, "description": description, "license": spdx}),
        "info/paths.json": as_json({"paths": paths, "paths_version": 1}),
        "info/files": "".join(f"{path}\n" for path in sorted(files)).encode(),
    }
    if noarch == "python":
        info["info/link.json"] = as_json({"noarch": {"type": "python"}, "package_metadata_version": 1})
    if run_exports is not None:
        info["info/run_exports.json"] = as_json({key: list(value) for key, value in run_exports.items()})
    return info


# --- Python ---------------------------------------------------------------------------------------------------------


def core_metadata(
    name: str,
    version: str,
    *,
    summary: str = "",
    requires: Sequence[str] = (),
    requires_python: str = ">=3.8",
    description: str = "",
    spdx: str = "BSD-3-Clause",
    metadata_version: str = "2.1",
) -> bytes:
    """The text of a METADATA or PKG-INFO file."""
    lines = [
        f"Metadata-Version: {metadata_version}",
        f"Name: {name}",
        f"Version: {version}",
        *([f"Summary: {summary}"] if summary else []),
        *([f"License: {spdx}"] if spdx else []),
        "Classifier: Programming Language :: Python :: 3",
        f"Requires-Python: {requires_python}",
        *(f"Requires-Dist: {requirement}" for requirement in requires),
    ]
    return ("\n".join(lines) + "\n\n" + description).encode()


def make_wheel(
    folder: Path,
    *,
    name: str = "hello",
    version: str = "1.0",
    requires: Sequence[str] = (),
    requires_python: str = ">=3.8",
    summary: str = "",
    description: str = "",
    module_source: str | None = None,
    tag: str = "py3-none-any",
    build: str = "",
    files: Mapping[str, bytes] | None = None,
) -> Path:
    """A wheel with one module, `<name>.py` (`-` and `.` become `_`), and whatever `files` adds."""
    module = name.replace("-", "_").replace(".", "_")
    distribution = module.lower()
    info = f"{distribution}-{version}.dist-info"
    source = f'__version__ = "{version}"\n' if module_source is None else module_source
    members = {
        f"{module}.py": source.encode(),
        **(files or {}),
        f"{info}/METADATA": core_metadata(
            name,
            version,
            summary=summary,
            requires=requires,
            requires_python=requires_python,
            description=description,
        ),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: {tag}\n".encode(),
    }
    stem = "-".join(part for part in (distribution, version, build, tag) if part)
    path = folder / f"{stem}.whl"
    path.write_bytes(pack_wheel(info, members))
    return path


def make_sdist(
    folder: Path,
    *,
    name: str = "hello",
    version: str = "1.0",
    requires: Sequence[str] = (),
    summary: str = "",
    module_source: str | None = None,
    ext: str = ".tar.gz",
    files: Mapping[str, bytes] | None = None,
    backend: str = "",
) -> Path:
    """An sdist that `pip install --no-build-isolation` builds where setuptools is installed; `ext` may be `.zip`.

    With the source of a `backend`, that builds it, and needs nothing.
    """
    module = name.replace("-", "_").replace(".", "_")
    top = f"{module.lower()}-{version}"
    system = 'requires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
    if backend:
        system = 'requires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    project = (
        f"[build-system]\n{system}\n[project]\nname = {json.dumps(name)}\nversion = {json.dumps(version)}\n"
        f"description = {json.dumps(summary)}\ndependencies = {json.dumps(list(requires))}\n\n"
        f"[tool.setuptools]\npy-modules = [{json.dumps(module)}]\n"
    )
    source = f'__version__ = "{version}"\n' if module_source is None else module_source
    members = [
        (f"{top}/PKG-INFO", core_metadata(name, version, summary=summary, requires=requires, metadata_version="2.2")),
        (f"{top}/pyproject.toml", project.encode()),
        (f"{top}/{module}.py", source.encode()),
        *((f"{top}/{extra}", data) for extra, data in (files or {}).items()),
        *([(f"{top}/backend.py", backend.encode())] if backend else []),
    ]
    path = folder / f"{top}{ext}"
    path.write_bytes(make_zip(members) if ext == ".zip" else gzip.compress(make_tar(members), mtime=TIME))
    return path


# --- notebooks and environments -------------------------------------------------------------------------------------


def make_notebook(
    folder: Path,
    name: str = "analysis.ipynb",
    *,
    cells: Sequence[tuple[str, str]] = (
        ("markdown", "# The analysis\n\nIt adds two numbers."),
        ("code", "print(1 + 1)"),
    ),
    kernel: str = "python3",
    metadata: Mapping[str, object] | None = None,
    outputs: str = "",
) -> Path:
    """A notebook of `(cell type, source)` pairs; each code cell has printed `outputs`."""
    notebook = nbformat.v4.new_notebook(
        metadata={
            "kernelspec": {"name": kernel, "display_name": "Python 3 (ipykernel)", "language": "python"},
            "language_info": {"name": "python", "version": "3.11"},
            **(metadata or {}),
        }
    )
    makers = {
        "markdown": nbformat.v4.new_markdown_cell,
        "code": nbformat.v4.new_code_cell,
        "raw": nbformat.v4.new_raw_cell,
    }
    notebook.cells = [makers[kind](source, id=f"cell-{number}") for number, (kind, source) in enumerate(cells)]
    for cell in notebook.cells:
        if outputs and cell.cell_type == "code":
            cell.outputs = [nbformat.v4.new_output("stream", text=outputs)]
    path = folder / (name if name.endswith(".ipynb") else f"{name}.ipynb")
    path.write_text(nbformat.writes(notebook), encoding="utf-8")
    return path


def make_environment(
    folder: Path,
    name: str | None = "analysis",
    *,
    channels: Sequence[str] = ("conda-forge",),
    dependencies: Sequence[str] = ("python=3.12", "numpy"),
    pip: Sequence[str] = (),
    filename: str = "environment.yml",
) -> Path:
    """An environment.yml; without `name` it has none."""
    lines = [
        *([f"name: {json.dumps(name)}"] if name is not None else []),
        "channels:",
        *(f"  - {json.dumps(channel)}" for channel in channels),
        "dependencies:",
        *(f"  - {json.dumps(dependency)}" for dependency in dependencies),
        *(["  - pip", "  - pip:"] if pip else []),
        *(f"    - {json.dumps(requirement)}" for requirement in pip),
    ]
    path = folder / filename
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


# --- hostile files --------------------------------------------------------------------------------------------------


def zip_bomb(folder: Path, filename: str = "bomb-1.0-py3-none-any.whl", *, size: int = 200 << 20) -> Path:
    """A well-formed wheel in which one member of zeros unpacks to `size` bytes (about 1000 times the file)."""
    info = "bomb-1.0.dist-info"
    members = {f"{info}/METADATA": core_metadata("bomb", "1.0"), f"{info}/WHEEL": b"Wheel-Version: 1.0\n"}
    path = folder / filename
    path.write_bytes(pack_wheel(info, {**members, "zeros.bin": bytes(size)}))
    return path


def conda_bomb(folder: Path, *, size: int = 200 << 20, ext: str = ".conda") -> Path:
    """A conda package with true metadata whose payload is `size` zeros."""
    zeros = {"share/zeros.bin": bytes(size)}
    info = conda_info(name="bomb", files={})
    path = folder / f"bomb-1.0-0{ext}"
    path.write_bytes(pack_conda("bomb-1.0-0", info, zeros) if ext == ".conda" else pack_tar_bz2(info, zeros))
    return path


def climbing_conda(folder: Path, *, member: str = "../../evil.txt", ext: str = ".conda") -> Path:
    """A conda package with true metadata and one payload member called `member`."""
    info = conda_info(name="climber", files={member: b"evil"})
    path = folder / f"climber-1.0-0{ext}"
    files = {member: b"evil"}
    path.write_bytes(pack_conda("climber-1.0-0", info, files) if ext == ".conda" else pack_tar_bz2(info, files))
    return path


def linking_conda(folder: Path, target: str, *, symbolic: bool = True) -> Path:
    """A .conda with true metadata whose payload is a link `share/link` to `target`."""
    info = conda_info(name="linker", files={})
    path = folder / "linker-1.0-0.conda"
    path.write_bytes(pack_conda("linker-1.0-0", info, {}, pkg_tar=linking_tar(target, symbolic=symbolic)))
    return path


def climbing_wheel(folder: Path, *, member: str = "../evil.py") -> Path:
    """A wheel with true metadata and one more member called `member`."""
    return make_wheel(folder, name="climber", files={member: b"evil = True\n"})


def truncated(path: Path, *, keep: float = 0.5) -> Path:
    """The same file cut off after the fraction `keep` of its bytes, in place."""
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep)])
    return path
