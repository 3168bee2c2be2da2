"""What the Tab key offers after `%repo …`: verbs, options and their choices from the parser; names from the repository.

A key press must not wait: the repository is asked with little patience, and what can't be known is not offered.
"""

from __future__ import annotations

import argparse
from argparse import ArgumentParser
from collections.abc import Callable, Sequence

from ..errors import RepoError
from . import profiles
from .client import RepoClient

PATIENCE = 1.5
CHANNELS = ("CHANNEL", "ORG")

Ask = Callable[[], RepoClient | None]


def client() -> RepoClient | None:
    """The repository in use, asked with little patience; None for nobody, who has no names of their own."""
    profile = profiles.resolve()
    return RepoClient(profile.url, profile.token, timeout=PATIENCE) if profile.token else None


def complete(parser: ArgumentParser, words: Sequence[str], start: str, ask: Ask = client) -> list[str]:
    """What may stand in the place of `start`, after the finished `words` (without `%repo`)."""
    here, left = _innermost(parser, words)
    if choices := _verbs(here):
        return _fitting(choices, start)
    options = {name: action for action in here._actions for name in action.option_strings}
    if left and (option := options.get(left[-1])) is not None and option.nargs != 0:
        return _fitting(_values(option, ask), start)
    if start.startswith("-"):
        return _fitting(sorted(options), start)
    places = [action for action in here._actions if not action.option_strings]
    done = sum(not word.startswith("-") for word in left)
    return _fitting(_values(places[min(done, len(places) - 1)], ask), start) if places else []


def _innermost(parser: ArgumentParser, words: Sequence[str]) -> tuple[ArgumentParser, Sequence[str]]:
    """The parser of the verb that the words name, and the words behind it."""
    for position, word in enumerate(words):
        parsers = _verbs(parser)
        if word not in parsers:
            return parser, words[position:]
        parser = parsers[word]
    return parser, []


def _verbs(parser: ArgumentParser) -> dict[str, ArgumentParser]:
    found = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(found[0].choices) if found else {}


def _values(action: argparse.Action, ask: Ask) -> Sequence[str]:
    if action.choices is not None:
        return [str(choice) for choice in action.choices]
    metavar = str(action.metavar or "")
    try:
        repository = ask() if metavar in CHANNELS or "NAME" in metavar else None
        if repository is None:
            return []
        channels = [channel["name"] for channel in repository.user().get("channels", [])]
        if metavar in CHANNELS:
            return channels
        return [package["full_name"] for channel in channels for package in repository.packages(channel)]
    except RepoError:
        return []


def _fitting(words: Sequence[str] | dict[str, ArgumentParser], start: str) -> list[str]:
    return [word for word in words if word.startswith(start)]
