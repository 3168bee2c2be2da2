"""`%repo VERB …`: the repository from a cell, with the verbs of `jupyter repo`."""

from __future__ import annotations

import getpass
import os
import shlex
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any, NoReturn

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, magics_class
from IPython.display import DisplayHandle, display

from .client import environment, kernels
from .client.commands import add_commands, perform
from .client.environment import Environment
from .client.notebooks import Notebook
from .client.progress import Cancelled, Progress
from .client.results import Result
from .errors import RepoError

CELL_VERB = "env"


class _Done(Exception):
    pass


class _Parser(ArgumentParser):
    """An argparse parser that never ends the kernel."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}\n{self.format_usage().strip()}")

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:  # noqa: ARG002 - argparse's signature
        raise _Done


def _parser() -> _Parser:
    parser = _Parser(prog="%repo", description="The repository of notebooks, environments and packages.")
    add_commands(parser.add_subparsers(metavar="VERB", required=True))
    return parser


class _CellProgress(Progress):
    """A line under the cell while something takes long, gone when it is done."""

    PATIENCE = 0.7

    def __init__(self) -> None:
        self._sentence = ""
        self._next = time.monotonic() + self.PATIENCE
        self._line: DisplayHandle | None = None

    def say(self, sentence: str) -> None:
        """Begin a stage."""
        self._sentence = sentence
        self._show(sentence)

    def advance(self, done: int, total: int | None) -> None:
        """Show the per cent now and then."""
        self._show(f"{self._sentence} … {100 * done // total} %" if total else self._sentence)

    def _show(self, text: str) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + 0.3
        shown = {"text/plain": text}
        if self._line is None:
            self._line = display(shown, raw=True, display_id=True)  # type: ignore[no-untyped-call]
        else:
            self._line.update(shown, raw=True)  # type: ignore[no-untyped-call]

    def clear(self) -> None:
        """Take the line away."""
        if self._line is not None:
            self._line.update({"text/plain": ""}, raw=True)  # type: ignore[no-untyped-call]


class _Cell:
    """The front door of a cell: asks through Jupyter, knows its notebook and its own Python."""

    call = "%repo"

    def __init__(self, user_ns: dict[str, object]) -> None:
        self.progress = _CellProgress()
        self._user_ns = user_ns

    def ask(self, prompt: str) -> str:
        return input(prompt)

    def ask_secret(self, prompt: str) -> str:
        return getpass.getpass(prompt)

    def notebook(self) -> Path | None:
        told = self._user_ns.get("__vsc_ipynb_file__")  # VS Code tells its kernels so
        return Path(told) if isinstance(told, str) else kernels.current_notebook()

    def environment(self, notebook: Notebook | None, name: str | None = None) -> Environment:  # noqa: ARG002
        return environment.describe_this(name)


@magics_class
class RepoMagics(Magics):
    """`%repo`."""

    @line_cell_magic
    def repo(self, line: str, cell: str | None = None) -> Result | None:
        """Publish, find and fetch notebooks, environments and packages; `%repo --help` lists the verbs.

        `%%repo env` writes the cell to environment.yml and publishes it.
        """
        words = _words(line)
        if cell is not None:
            if words[0] != CELL_VERB:
                raise UsageError("A cell is published with `%%repo env`; all other verbs take one line: `%repo …`")
            words = _of_cell(words)
        try:
            args = _parser().parse_args(words)
        except _Done:
            return None
        if cell is not None:
            args.text = cell
        return self._perform(args)

    def _perform(self, args: Namespace) -> Result | None:
        cell = _Cell(self.shell.user_ns if self.shell else {})
        try:
            result = perform(args, cell)
        except (RepoError, Cancelled) as error:
            raise UsageError(str(error)) from None  # one line under the cell, no traceback
        except KeyboardInterrupt:
            raise UsageError("Stopped, as the kernel was interrupted") from None
        except EOFError:
            raise UsageError("Nothing was typed, so nothing was done") from None
        finally:
            cell.progress.clear()
        if result.failure:
            display(result)  # type: ignore[no-untyped-call]  # IPython is not typed
            raise UsageError(result.failure)
        return result


def _of_cell(words: list[str]) -> list[str]:
    """`%%repo env …` is `%repo env publish …` of the cell's text."""
    return [words[0], "publish", *words[1:]]


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line, posix=os.name == "posix") or ["--help"]
    except ValueError as error:
        raise UsageError(f"{error}: close the quotes, or put a backslash before a quote that is meant") from None


def complete(shell: object, event: Any) -> list[str]:  # noqa: ARG001 - the hook's form
    """IPython's hook for the Tab key on a line of `%repo`, or on the first of `%%repo`."""
    from .client import completion

    before = str(event.text_until_cursor).rpartition("\n")[2].lstrip()
    words = before.split()[1:]
    start = "" if before.endswith((" ", "\t")) else (words.pop() if words else "")
    if before.startswith("%%"):  # a cell is published: there is one verb for it
        if not words:
            return [CELL_VERB] if CELL_VERB.startswith(start) else []
        words = _of_cell(words)
    return completion.complete(_parser(), words, start)
