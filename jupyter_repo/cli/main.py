"""The command line: one parser; each command is a function that returns the exit code."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from .. import __version__
from ..client.commands import add_commands
from ..errors import RepoError
from . import admin, backup, bench, jobs, plans, serve


def parser() -> argparse.ArgumentParser:
    """The parser of `jupyter repo`."""
    top = argparse.ArgumentParser(
        prog="jupyter repo", description="A repository of conda packages, Python packages, notebooks and environments."
    )
    top.add_argument("--version", action="version", version=__version__)
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    serve.add_commands(commands)
    bench.add_commands(commands)
    organizations = admin.add_commands(commands)
    plans.add_commands(commands)
    jobs.add_commands(commands)
    backup.add_commands(commands)
    add_commands(commands, organizations=organizations)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; errors that have a meaning are one line on stderr and exit code 1."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == ["serve"]:
        # its options are traits: traitlets reads them itself
        return serve.run(arguments[1:])
    try:
        if arguments[:1] == ["bench"]:
            # its options load the repository: nobody else should wait for that
            return bench.run(arguments[1:])
        args = parser().parse_args(arguments)
        code: int = args.func(args)
    except RepoError as error:
        print(f"jupyter repo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return code
