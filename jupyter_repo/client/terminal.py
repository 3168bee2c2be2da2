"""The front door of the command line: questions at the prompt, progress on stderr, exit status by error."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import (
    Conflict,
    Forbidden,
    InvalidRequest,
    NotFound,
    RepoError,
    Unauthenticated,
    Unavailable,
)
from .progress import Progress

if TYPE_CHECKING:
    from .environment import Environment
    from .notebooks import Notebook
    from .results import Result
    from .verbs import Front

EXIT_STATUS: tuple[tuple[type[RepoError], int], ...] = (
    (InvalidRequest, 2),
    (Unauthenticated, 3),
    (Forbidden, 4),
    (NotFound, 5),
    (Conflict, 6),
    (Unavailable, 7),
    (RepoError, 1),
)
"""What scripts may rely on; a partly failed upload is 1, Ctrl-C is 130."""


class TerminalProgress(Progress):
    """One line on stderr that is rewritten; nothing at all where stderr is no terminal."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._sentence = ""
        self._percent = -1

    def say(self, sentence: str) -> None:
        """Begin a stage."""
        self._sentence, self._percent = sentence, -1
        self._write(f"{sentence} …")

    def advance(self, done: int, total: int | None) -> None:
        """Show the per cent, when it changed."""
        percent = 100 * done // total if total else -1
        if percent > self._percent:
            self._percent = percent
            self._write(f"{self._sentence} … {percent} %")

    def clear(self) -> None:
        """Leave an empty line for the answer."""
        self._write("")

    def _write(self, text: str) -> None:
        if self._shown:
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()


class Terminal:
    """Asks and shows at the prompt."""

    call = "jupyter repo"

    def __init__(self) -> None:
        self.progress = TerminalProgress()

    def ask(self, prompt: str) -> str:
        """A typed line; from a pipe without a prompt."""
        return input(prompt if sys.stdin.isatty() else "")

    def ask_secret(self, prompt: str) -> str:
        """A typed line that is not shown; from a pipe the next line."""
        import getpass

        return getpass.getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")

    def notebook(self) -> Path | None:
        """A terminal stands in no notebook."""
        return None

    def environment(self, notebook: Notebook | None, name: str | None = None) -> Environment:
        """Of the notebook's kernel on this machine; without one, of the Python that runs this command."""
        from . import environment, kernels

        if notebook is None or not notebook.kernel:
            return environment.describe_this(name)
        python = kernels.spec_python(notebook.kernel)
        if python is None:
            raise InvalidRequest(
                f"The kernel {notebook.kernel!r} of this notebook is not a Python on this machine; "
                "publish with --no-env, or from within JupyterLab"
            )
        return environment.describe(python, name)


def run_in_terminal(verb: Callable[[Front], Result]) -> int:
    """Run a verb, print its answer, and return the exit status."""
    terminal = Terminal()
    try:
        result = verb(terminal)
    except RepoError as error:
        terminal.progress.clear()
        sys.stderr.write(f"jupyter repo: {error}\n")
        return next(status for kind, status in EXIT_STATUS if isinstance(error, kind))
    except (KeyboardInterrupt, EOFError):
        terminal.progress.clear()
        sys.stderr.write("jupyter repo: stopped\n")
        return 130
    terminal.progress.clear()
    sys.stdout.write(f"{result}\n")
    if result.failure:
        sys.stderr.write(f"jupyter repo: {result.failure}\n")
        return 1
    return 0
