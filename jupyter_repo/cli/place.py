"""Where the repository is that a command works on: the same options for all commands on its own machine."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_place(command: argparse.ArgumentParser, *, store: bool = False) -> None:
    """The options that say where; `store`: also where its files are."""
    command.add_argument("--data-dir", metavar="DIR", help="the folder of the repository")
    command.add_argument("--db-url", metavar="URL", default="", help="the database, if it is not in the folder")
    if store:
        command.add_argument("--store-url", metavar="URL", default="", help="where files are, if not in the folder")


def folder_of(args: argparse.Namespace) -> Path:
    """The repository's folder, as asked for or by default."""
    from ..running import default_data_dir

    return Path(args.data_dir).expanduser() if args.data_dir else default_data_dir()
