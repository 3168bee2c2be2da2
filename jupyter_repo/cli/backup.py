"""`jupyter repo backup` and `check`: a second copy of everything, and whether nothing is missing."""

from __future__ import annotations

import argparse
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import InvalidRequest, RepoError, StorageFull
from .place import add_place, folder_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..service.work import Repository

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_commands(commands: Commands) -> None:
    """`backup FOLDER`, `check`."""
    backup = commands.add_parser("backup", help="copy this repository's database and files, also while it serves")
    backup.add_argument("folder", help="where to; what is there from the last time is not copied again")
    backup.set_defaults(func=back_up)
    check = commands.add_parser("check", help="read every file of this repository: is any missing or broken?")
    check.set_defaults(func=check_files)
    for command in (backup, check):
        add_place(command, store=True)


def back_up(args: argparse.Namespace) -> int:
    """`jupyter repo backup FOLDER`."""
    from ..db.copying import copy_database
    from ..service import backup
    from ..storage import open_store

    folder = Path(args.folder).expanduser().absolute()
    if folder == folder_of(args).absolute():
        raise InvalidRequest(f"{folder} is the repository itself; choose another folder for its copy")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _opened(args) as repository:
            target = open_store(folder / "store")
            copied = backup.copy_blobs(repository.store, target)
            copied += backup.copy_blobs(repository.store, target)
            with repository.read() as work:
                named = backup.named(work.db)
                database = copy_database(work.db, folder)
            copied += backup.copy_blobs(repository.store, target)
            _tell_missing(sorted(digest for digest in named if not target.exists(digest)))
            gone = backup.forget_others(target, named)
    except StorageFull:
        raise
    except OSError as error:
        raise InvalidRequest(f"the copy can't be written to {folder}: {error.strerror or error}") from error
    print(f"{database.name} and {len(named)} files are in {folder}")
    print(f"copied now: {copied.blobs} files, {copied.bytes:,} bytes; removed there: {gone}", file=sys.stderr)
    return 0


def _tell_missing(digests: list[str]) -> None:
    if digests:
        raise RepoError(
            f"{len(digests)} files are missing or broken in this repository and so in its copy, which is whole but for "
            "them; `jupyter repo check` names them"
        )


def check_files(args: argparse.Namespace) -> int:
    """`jupyter repo check`; exit code 1 where something is missing or broken."""
    from ..service import backup

    count = 0
    with _opened(args) as repository:
        with repository.read() as work:
            total = len(backup.named(work.db))
        for one in backup.broken(repository):
            whose = ", ".join(one.files) or "no file of a package"
            print("\t".join(("other bytes" if one.changed else "missing", one.sha256, whose)))
            count += 1
    if count:
        raise RepoError(f"{count} of {total} files are missing or broken; take them from a backup's folder store/blobs")
    print(f"{total} files, all there and whole")
    return 0


@contextmanager
def _opened(args: argparse.Namespace) -> Iterator[Repository]:
    from ..db.engine import sqlite_path, url_of
    from ..running import open_repository

    folder = folder_of(args)
    database = sqlite_path(args.db_url or url_of(folder))
    if database is not None and not database.is_file():
        raise InvalidRequest(f"there is no repository in {folder}: say where it is (--data-dir, --db-url)")
    repository = open_repository(folder, db_url=args.db_url, store_url=args.store_url)
    try:
        yield repository
    finally:
        repository.close()
