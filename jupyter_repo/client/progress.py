"""How a long action tells where it is, and how it is asked to stop."""

from __future__ import annotations


class Cancelled(Exception):
    """The person asked to stop; raised out of `Progress` inside the action, which leaves nothing behind."""


class Progress:
    """The quiet progress: says nothing and never stops. Front doors override what they show.

    An action calls `say` with a sentence when a stage begins, and `advance` as bytes move.
    """

    def say(self, sentence: str) -> None:
        """A stage begins, e.g. `Uploading x.whl`."""

    def advance(self, done: int, total: int | None) -> None:
        """`done` of `total` bytes of this stage are through; None where the total is not known."""


QUIET = Progress()
