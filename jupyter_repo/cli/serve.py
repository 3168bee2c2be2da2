"""`jupyter repo serve`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..errors import RepoError

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_commands(commands: Commands) -> None:
    """Name the command in the help; its options are shown by `jupyter repo serve --help`."""
    commands.add_parser("serve", help="serve a repository (see: jupyter repo serve --help)", add_help=False)


def run(argv: Sequence[str]) -> int:
    """Serve until told to stop."""
    from ..app import ServeApp

    try:
        ServeApp.launch_instance(list(argv))
    except RepoError as error:
        print(f"jupyter repo serve: {error}", file=sys.stderr)
        return 1
    return 0
