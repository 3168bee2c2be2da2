"""The workflows, said once; magics, command line and JupyterLab differ only in how they ask and show.

Each takes a RepoClient and plain values, tells a Progress where it is, and returns what it made. A
Cancelled or an error out of any of them leaves nothing behind, neither here nor in the repository.
"""

from __future__ import annotations

import contextlib
import glob
import hashlib
import io
import os
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from .. import guard
from ..errors import AlreadyExists, FindingsInside, InvalidRequest, NotFound, RepoError, StorageFull
from ..guard import Remedy, Watch
from ..names import check_filename, check_package, slug
from . import lockfile
from .client import RepoClient
from .documents import FileDocument, PackageDocument, UploadDocument
from .environment import Environment
from .notebooks import check_secrets
from .progress import QUIET, Progress


@dataclass(frozen=True)
class Published:
    """A version that was made: `package` is `channel/name`; `created` says that the package is new."""

    package: str
    version: str
    url: str
    created: bool
    kind: str
    visibility: str
    files: tuple[FileDocument, ...] = ()

    @classmethod
    def of(cls, answer: UploadDocument) -> Published:
        """What the repository says that it made."""
        package = answer["package"]
        return cls(
            package["full_name"],
            answer["version"],
            answer["url"],
            answer["created"],
            package["kind"],
            package["visibility"],
            tuple(answer["files"]),
        )


def own_channel(client: RepoClient) -> str:
    """The channel of whoever is signed in; raises Unauthenticated if nobody is."""
    return client.user()["login"]


def publish_notebook(
    client: RepoClient,
    notebook: bytes,
    *,
    channel: str,
    name: str,
    summary: str = "",
    visibility: str = "",
    environment: Environment | None = None,
    remedy: Remedy | None = None,
    thumbnail: bytes = b"",
    watch: Watch = guard.EVERYTHING,
    progress: Progress = QUIET,
) -> Published:
    """Publish a notebook (the bytes of an .ipynb) as the next version of `channel/name`.

    `environment` becomes two files of the same version: environment.yml, and its exact lock. An empty
    `visibility` means public for a new notebook and unchanged for one that is there. Where the publish guard finds
    something, FindingsInside is raised before anything is sent, unless a `remedy` was chosen; `watch` says what it
    looks for. `thumbnail` is a small PNG or JPEG that lists show; a repository that does not take it keeps the notebook
    all the same.
    """
    check_package(name)
    notebook = guarded(notebook, f"{name}.ipynb", remedy, watch)
    files: list[tuple[str, BinaryIO]] = [(f"{name}.ipynb", io.BytesIO(notebook))]
    if environment is not None:
        files.append(("environment.yml", io.BytesIO(environment.text.encode())))
        files.append((lockfile.FILENAME, io.BytesIO(environment.lock.encode())))
    progress.say(f"Publishing {channel}/{name}")
    options = {"kind": "ipynb", "package": name, "summary": summary, "visibility": visibility}
    if remedy is Remedy.ALLOW or guard.scan(notebook):  # what is left was decided about by the rules that are off
        options["allow_findings"] = "1"
    made = Published.of(client.upload_release(channel, files, options=options, progress=progress))
    if thumbnail:
        owner, _, package = made.package.partition("/")
        with contextlib.suppress(RepoError):  # the version is there: a picture less is no failure
            client.put_thumbnail(owner, package, made.version, thumbnail)
    return made


def guarded(notebook: bytes, filename: str, remedy: Remedy | None, watch: Watch = guard.EVERYTHING) -> bytes:
    """The notebook as it may leave: repaired by `remedy`; FindingsInside lists what is found without one."""
    if remedy is not None:
        notebook = guard.repair(notebook, remedy, watch)
    check_secrets(notebook, filename)
    findings = [] if remedy is Remedy.ALLOW else guard.scan(notebook, watch)
    if findings:
        raise FindingsInside(
            f"{filename} holds what should perhaps not be published:\n"
            + "\n".join(f"  {one.sentence()}" for one in findings[:20]),
            findings=[one.document() for one in findings],
        )
    return notebook


def publish_environment(
    client: RepoClient,
    text: str,
    *,
    channel: str,
    name: str,
    summary: str = "",
    visibility: str = "",
    progress: Progress = QUIET,
) -> Published:
    """Publish the text of an environment.yml as the next version of `channel/name`."""
    check_package(name)
    progress.say(f"Publishing the environment {channel}/{name}")
    options = {"kind": "env", "package": name, "summary": summary, "visibility": visibility}
    file = io.BytesIO(text.encode())
    return Published.of(client.upload(channel, "environment.yml", file, options=options, progress=progress))


@dataclass(frozen=True)
class UploadOptions:
    """What may be said of an upload beside the file; the rest is read out of the file by the repository."""

    visibility: str = ""
    package: str = ""
    """for files that hold no name: a notebook, an environment, a plain file"""
    version: str = ""
    summary: str = ""
    force: bool = False
    """replace a file that is there with other bytes"""
    allow_findings: bool = False
    """publish a notebook or environment although the publish guard found something in it"""
    new_visibility: str = ""
    """only for a package that this makes, where `visibility` says nothing"""

    def query(self) -> dict[str, str]:
        """As parameters of the upload endpoint."""
        texts = {"visibility": self.visibility, "package": self.package, "version": self.version}
        flags = {"force": "true" if self.force else "", "allow_findings": "1" if self.allow_findings else ""}
        return texts | {"summary": self.summary, "new_visibility": self.new_visibility} | flags


def upload_file(
    client: RepoClient,
    filename: str,
    file: BinaryIO,
    *,
    channel: str,
    options: UploadOptions | None = None,
    progress: Progress = QUIET,
) -> Published:
    """Upload one file, whose kind, name and version the repository reads out of it."""
    check_filename(filename)
    query = (options or UploadOptions()).query()
    progress.say(f"Reading {filename}")
    query["sha256"] = _sha256(file)
    progress.say(f"Uploading {filename}")
    return Published.of(client.upload(channel, filename, file, options=query, progress=progress))


def _sha256(file: BinaryIO) -> str:
    start = file.tell()
    digest = hashlib.sha256()
    while chunk := file.read(1 << 20):
        digest.update(chunk)
    file.seek(start)
    return digest.hexdigest()


@dataclass(frozen=True)
class UploadOutcome:
    """What became of one file of several: `published` or `error`."""

    path: Path
    published: Published | None = None
    error: str = ""


def upload_files(
    client: RepoClient,
    paths: Iterable[Path],
    *,
    channel: str,
    options: UploadOptions | None = None,
    progress: Progress = QUIET,
) -> list[UploadOutcome]:
    """Upload several files; one that fails does not keep the others back."""
    outcomes = []
    for path in paths:
        try:
            with path.open("rb") as file:
                made = upload_file(client, path.name, file, channel=channel, options=options, progress=progress)
            outcomes.append(UploadOutcome(path, made))
        except RepoError as error:
            outcomes.append(UploadOutcome(path, error=_naming(path.name, str(error))))
        except OSError as error:
            outcomes.append(UploadOutcome(path, error=f"{path} can't be read: {error.strerror}"))
    return outcomes


def _naming(filename: str, message: str) -> str:
    return message if filename in message else f"{filename}: {message}"


def expand(patterns: Sequence[str]) -> list[Path]:
    """The files that paths and patterns (`dist/*.whl`) name, each once; InvalidRequest if one names none."""
    found: dict[Path, Path] = {}
    for pattern in patterns:
        text = os.path.expanduser(pattern)
        matches = [text] if os.path.exists(text) else sorted(glob.glob(text, recursive=True))
        files = [Path(match) for match in matches if os.path.isfile(match)]
        if not files:
            what = (
                "is a folder; name the files in it, e.g. " + os.path.join(pattern, "*") if matches else "is not there"
            )
            raise InvalidRequest(f"{pattern} {what}")
        for path in files:
            found.setdefault(path.resolve(), path)  # links and overlapping patterns: nothing goes up twice
    return list(found.values())


@dataclass(frozen=True)
class Wanted:
    """What a download names: `owner/name[/version[/file]]`."""

    channel: str
    name: str
    version: str = ""
    basename: str = ""

    @classmethod
    def parse(cls, text: str) -> Wanted:
        """From `owner/name[/version[/file]]`; the file may hold a `/` (conda's platform)."""
        parts = text.strip("/").split("/", 3)
        if len(parts) < 2 or not all(parts):
            raise InvalidRequest(f"{text!r} names no package: write owner/name, owner/name/version or …/version/file")
        return cls(*parts)


def select(package: PackageDocument, wanted: Wanted) -> list[FileDocument]:
    """The files that `wanted` names: of its version, or of the latest; NotFound says what there is."""
    full_name = package["full_name"]
    version = wanted.version or package["latest_version"] or ""
    files = [file for file in package["files"] if file["version"] == version]
    if not files:
        known = ", ".join(release["version"] for release in package["releases"][:10]) or "none"
        raise NotFound(f"{full_name} has no version {version or 'at all'}; its versions: {known}")
    if not wanted.basename:
        return files
    chosen = [file for file in files if wanted.basename in (file["basename"], file["filename"])]
    if not chosen:
        known = ", ".join(file["basename"] for file in files[:10])
        raise NotFound(f"{full_name} {version} has no file {wanted.basename}; its files: {known}")
    return chosen


def download(
    client: RepoClient, wanted: Wanted, folder: Path, *, force: bool = False, progress: Progress = QUIET
) -> list[Path]:
    """Save the files that `wanted` names in `folder` and return their paths.

    A file that is there is replaced only with `force`: AlreadyExists before anything is fetched. Names that
    would leave the folder are refused, and only bytes with the announced sha256 get their name.
    """
    files = select(client.package(wanted.channel, wanted.name), wanted)
    targets = [_target(folder, file) for file in files]
    if len(set(targets)) < len(targets):
        names = ", ".join(file["basename"] for file in files)
        raise InvalidRequest(f"several files have the same name; name the one you want: {names}")
    for target in targets:
        if target.exists() and not force:
            raise AlreadyExists(f"{target} is already there; use --force to replace it, or -o for another folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, target in zip(files, targets, strict=True):
            progress.say(f"Downloading {file['filename']}")
            _save(client, file, target, force=force, progress=progress)
    except OSError as error:
        raise StorageFull(f"{folder} can't be written: {error.strerror}") from error
    return targets


def _target(folder: Path, file: FileDocument) -> Path:
    """Where `file` goes. Its name comes from another machine: it must be one plain segment on every system."""
    name = check_filename(file["basename"].rsplit("/", 1)[-1])
    if ":" in name or name.startswith("-"):
        raise InvalidRequest(f"{name!r} is no safe file name; nothing was saved")
    return folder / name


def _save(client: RepoClient, file: FileDocument, target: Path, *, force: bool, progress: Progress) -> None:
    # not tempfile's: this one gets the rights that the umask gives a new file, as it will keep them
    part = target.with_name(f".{target.name[:60]}.{uuid.uuid4().hex[:8]}.part")
    try:
        with part.open("xb") as temporary:
            fetch(client, file, temporary, progress=progress)
        if target.exists() and not force:
            raise AlreadyExists(f"{target} was made meanwhile; use --force to replace it")
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)


def fetch(client: RepoClient, file: FileDocument, into: BinaryIO, *, progress: Progress = QUIET) -> None:
    """Write the bytes of `file`; raises RepoError if they are not the announced ones."""
    digest, done = hashlib.sha256(), 0
    for chunk in client.download(file):
        digest.update(chunk)
        into.write(chunk)
        done += len(chunk)
        progress.advance(done, file["size"])
    if digest.hexdigest() != file["sha256"]:
        raise RepoError(f"{file['full_name']} came damaged (its sha256 differs); nothing was saved, try again")


def next_version(package: PackageDocument | None) -> str:
    """The version that publishing again makes: one more than the highest number so far."""
    versions = [release["version"] for release in package["releases"]] if package else []
    return str(max((int(version) for version in versions if version.isdecimal()), default=0) + 1)


def package_name(path: str) -> str:
    """The name that a notebook's file suggests: `My Analysis.ipynb` -> `my-analysis`."""
    return slug(Path(path).name)
