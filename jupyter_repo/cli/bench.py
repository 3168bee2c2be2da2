"""`jupyter repo bench`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_commands(commands: Commands) -> None:
    """Name the command in the help; its options are shown by `jupyter repo bench --help`."""
    commands.add_parser("bench", help="how fast is it on this machine (see: jupyter repo bench --help)", add_help=False)


def run(argv: Sequence[str]) -> int:
    """Measure and print the table."""
    from ..bench import main

    parser = argparse.ArgumentParser(prog="jupyter repo bench", description=main.__doc__)
    main.add_arguments(parser)
    return main.run(parser.parse_args(list(argv)))
