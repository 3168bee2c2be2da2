"""The verbs of `%repo VERB …` and `jupyter repo VERB …`: one definition, two front doors.

`add_commands` adds them to any argparse subparsers, and gives each parsed namespace a `func(args) -> int`
for the command line; the magic asks `perform` for the Result instead.
"""

from __future__ import annotations

import argparse
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..models import Kind, Visibility
from .terminal import run_in_terminal

if TYPE_CHECKING:
    from .results import Result
    from .verbs import Call, Front

    Subparsers = argparse._SubParsersAction[Any]  # the magic has a parser class of its own, which argparse keeps to

KINDS = tuple(kind.value for kind in Kind)
LEVELS = ("read", "read-write", "admin")
ACCESS = tuple(visibility.value for visibility in Visibility)


REMEDIES = {
    "strip": "publish without the outputs in which the publish guard finds secrets, home paths or too much",
    "replace": "publish with placeholders for what the publish guard finds",
    "allow": "publish although the publish guard finds something (access tokens never are)",
}


def add_commands(subparsers: Subparsers, *, organizations: Subparsers | None = None) -> None:
    """Add every user verb to `subparsers`; those of `org` to `organizations` where that word is there already."""
    _accounts(subparsers)
    _publishing(subparsers)
    _finding(subparsers)
    _versions(subparsers)
    _exchange(subparsers)
    _access(subparsers)
    if organizations is None:
        organizations = _actions(subparsers, "org", "organizations: create, list, delete")
        parser = _add(organizations, "create", "org_create", "create an organization, which you own")
        parser.add_argument("name")
        parser.add_argument("--email", default="")
    _organizations(organizations)
    _groups(_actions(subparsers, "group", "groups of an organization"))
    _collaborators(_actions(subparsers, "collaborator", "people who work on a package with you"))
    _mirrors(_actions(subparsers, "mirror", "what a channel gives on from an upstream, for names that are not its own"))


def perform(args: Namespace, front: Front) -> Result:
    """Do what a parsed namespace says; raises errors.RepoError."""
    from . import exchanging, mirrors, sharing, verbs

    holder = next(module for module in (verbs, sharing, exchanging, mirrors) if hasattr(module, args.verb))
    verb: Callable[[Call], Result] = getattr(holder, args.verb)
    return verb(verbs.Call(args, front))


def _add(subparsers: Subparsers, name: str, verb: str, help_text: str) -> ArgumentParser:
    parser: ArgumentParser = subparsers.add_parser(name, help=help_text, description=help_text)
    parser.add_argument("--url", help="the repository's address, instead of the one in use")
    parser.set_defaults(verb=verb, func=lambda args: run_in_terminal(lambda front: perform(args, front)))
    return parser


def _target(parser: ArgumentParser, *, name: bool = True) -> None:
    """Options of everything that makes a package."""
    parser.add_argument("--channel", "-u", metavar="CHANNEL", help="your account (the default) or an organization")
    if name:
        parser.add_argument("--name", help="the name of the package")
    parser.add_argument("--summary", help="one line that says what it is")
    parser.add_argument("--access", choices=ACCESS, help="who may see it; new packages are public unless said")


def _accounts(subparsers: Subparsers) -> None:
    parser = _add(subparsers, "login", "login", "log in; the password is asked for and only a token is kept")
    parser.add_argument("username", nargs="?", help="your account (asked for if left out)")
    _add(subparsers, "logout", "logout", "revoke the token in use and forget it")
    _add(subparsers, "whoami", "whoami", "show your account, the repository and the channels you may write to")


def _publishing(subparsers: Subparsers) -> None:
    parser = _add(subparsers, "publish", "publish", "publish a notebook as a new version, with its environment")
    parser.add_argument("path", nargs="?", metavar="PATH", help="the notebook; inside one: this one")
    _target(parser)
    parser.add_argument("--no-env", action="store_true", help="do not attach the environment")
    remedies = parser.add_mutually_exclusive_group()
    for remedy, help_text in REMEDIES.items():
        remedies.add_argument(f"--{remedy}", dest="remedy", action="store_const", const=remedy, help=help_text)

    parser = _add(subparsers, "publish-env", "publish_env", "publish the environment of this Python")
    _target(parser)

    parser = _add(subparsers, "upload", "upload", "upload conda packages, wheels, sdists, environments or other files")
    parser.add_argument("files", nargs="+", metavar="FILE", help="files or patterns such as dist/*.whl")
    _target(parser, name=False)
    parser.add_argument("--package", help="the package, for a file that holds no name")
    parser.add_argument("--version", help="the version, for a file that holds none")
    parser.add_argument("--force", action="store_true", help="replace a file that is there")
    parser.add_argument("--allow", action="store_true", help="although the publish guard finds something")


def _finding(subparsers: Subparsers) -> None:
    parser = _add(subparsers, "list", "list_", "list the packages of a channel")
    parser.add_argument("of", nargs="?", metavar="CHANNEL", help="your own by default")
    parser.add_argument("--kind", choices=KINDS, help="only packages of this kind")

    parser = _add(subparsers, "search", "search", "search the packages of all channels")
    parser.add_argument("words", nargs="+", metavar="WORD", help="words in names, summaries and notebooks")
    parser.add_argument("--kind", choices=KINDS, help="only packages of this kind")
    parser.add_argument("--limit", type=_positive, default=50, help="how many at most (50)")

    parser = _add(subparsers, "download", "download", "save a package's files in this folder")
    parser.add_argument("what", metavar="OWNER/NAME[/VERSION[/FILE]]", help="the latest version unless said")
    parser.add_argument("--output", "-o", metavar="DIR", help="the folder to save in")
    parser.add_argument("--force", action="store_true", help="replace files that are there")


WHAT = "OWNER/NAME[==VERSION]"


def _versions(subparsers: Subparsers) -> None:
    parser = _add(subparsers, "open", "open_", "save a published notebook here, with its environment as a kernel")
    parser.add_argument("what", metavar=WHAT, help="or the address of its page; the latest version unless said")
    parser.add_argument("--output", "-o", metavar="DIR", help="the folder to save in")
    parser.add_argument("--no-env", action="store_true", help="the notebook alone")
    parser.add_argument(
        "--yes", "-y", action="store_true", help="do not ask before packages are fetched, or solved anew"
    )
    actions = _actions(subparsers, "env", "environments: publish one, list and remove those that were made here")
    _add(actions, "list", "env_list", "list them")
    parser = _add(actions, "publish", "env_publish", "publish an environment.yml")
    parser.add_argument("--file", default="environment.yml", metavar="PATH", help="(environment.yml)")
    parser.add_argument("--force", action="store_true", help="in a cell: write over a file that says something else")
    parser.set_defaults(text=None)
    _target(parser)
    parser = _add(actions, "remove", "env_remove", "remove one with its kernel")
    parser.add_argument("id")
    parser = _add(subparsers, "history", "history", "list the versions of a notebook, and what each changed")
    parser.add_argument("name", metavar="[OWNER/]NAME", help="the notebook")
    parser = _add(subparsers, "diff", "diff", "show what differs between two versions, or a version and a file")
    parser.add_argument("base", metavar=WHAT, help="what is compared")
    parser.add_argument("head", nargs="?", metavar="OTHER", help="a file, or another version; the latest if left out")


def _exchange(subparsers: Subparsers) -> None:
    parser = _add(subparsers, "fork", "fork", "copy somebody's notebook to a channel of yours")
    parser.add_argument("what", metavar=WHAT, help="the notebook")
    _channel(parser)
    parser.add_argument("--name", help="another name than it has")
    parser.add_argument("--access", choices=ACCESS, help="who may see it; as the original unless said")
    parser = _add(subparsers, "suggest", "suggest", "suggest a change to somebody's notebook")
    parser.add_argument("what", metavar=WHAT, help="the notebook, and the version you changed")
    parser.add_argument("path", nargs="?", metavar="PATH", help="your notebook; inside one: this one")
    parser.add_argument("--message", "-m", required=True, help="what it changes, and why")
    remedies = parser.add_mutually_exclusive_group()
    for remedy, help_text in REMEDIES.items():
        remedies.add_argument(f"--{remedy}", dest="remedy", action="store_const", const=remedy, help=help_text)
    actions = _actions(subparsers, "suggestion", "suggested changes")
    parser = _add(actions, "list", "suggestion_list", "list those that wait for your word")
    parser.add_argument("--mine", action="store_true", help="your own instead")
    for action, help_text in (
        ("accept", "publish a suggestion as the next version"),
        ("decline", "decline a suggestion"),
        ("withdraw", "take your suggestion back"),
    ):
        parser = _add(actions, action, "suggestion_decide", help_text)
        parser.add_argument("number")
        parser.set_defaults(action=action, word=None)
        if action != "withdraw":
            parser.add_argument("--word", help="for its author")


def _access(subparsers: Subparsers) -> None:
    parser = _add(subparsers, "access", "access", "set who may see a package")
    parser.add_argument("name", metavar="[OWNER/]NAME", help="the package")
    parser.add_argument("access", choices=ACCESS, help="who may see it")

    help_text = "create, list and revoke access tokens"
    tokens = subparsers.add_parser("token", help=help_text, description=help_text)
    actions: Subparsers = tokens.add_subparsers(metavar="ACTION", required=True)
    parser = _add(actions, "create", "token_create", "make a token; its secret is shown once")
    parser.add_argument("name", help="what it is for")
    parser.add_argument("--scope", action="append", help="what it may do (again for several); everything if left out")
    parser.add_argument("--days", type=_days, default=365, help="until it expires (365); 0: never")
    _channel(parser)
    parser = _add(actions, "list", "token_list", "list tokens, without their secrets")
    _channel(parser)
    parser = _add(actions, "rotate", "token_rotate", "give a token a new secret; the old one works on for a week")
    parser.add_argument("name", help="the token")
    _channel(parser)
    parser = _add(actions, "revoke", "token_revoke", "end a token at once")
    parser.add_argument("name", help="the token")
    _channel(parser)


def _actions(subparsers: Subparsers, name: str, help_text: str) -> Subparsers:
    group = subparsers.add_parser(name, help=help_text, description=help_text)
    actions: Subparsers = group.add_subparsers(metavar="ACTION", required=True)
    return actions


def _organizations(actions: Subparsers) -> None:
    _add(actions, "list", "org_list", "list the organizations and groups you are in")
    parser = _add(actions, "expel", "org_expel", "end everything a user may do in an organization")
    parser.add_argument("name", metavar="ORG", help="the organization")
    parser.add_argument("user")
    parser = _add(actions, "delete", "org_delete", "delete an organization with all its data")
    parser.add_argument("name", metavar="ORG", help="the organization")


def _groups(actions: Subparsers) -> None:
    parser = _add(actions, "list", "group_list", "list the groups of an organization")
    parser.add_argument("organization", metavar="ORG")
    for name, help_text in (
        ("show", "list the members and packages of a group"),
        ("create", "create a group"),
        ("edit", "give a group another level"),
        ("delete", "delete a group"),
    ):
        parser = _add(actions, name, f"group_{name}", help_text)
        parser.add_argument("group", metavar="ORG/GROUP", help="Owners is built in")
        if name in ("create", "edit"):
            parser.add_argument("--level", choices=LEVELS, default="read", help="what members may do (read)")
    for what, word in (("member", "user"), ("package", "name")):
        for action in ("add", "remove"):
            parser = _add(actions, f"{action}-{what}", f"group_{what}", f"{action} a {what}")
            parser.add_argument("group", metavar="ORG/GROUP")
            parser.add_argument(word, metavar=what.upper())
            parser.set_defaults(remove=action == "remove")


def _collaborators(actions: Subparsers) -> None:
    for action in ("list", "add", "remove"):
        parser = _add(actions, action, f"collaborator_{action}", f"{action} collaborators of a package")
        parser.add_argument("name", metavar="[OWNER/]NAME", help="the package")
        if action != "list":
            parser.add_argument("user")
        if action == "add":
            parser.add_argument("--level", choices=LEVELS, default="read-write", help="(read-write)")


def _mirrors(actions: Subparsers) -> None:
    _channel(_add(actions, "list", "mirror_list", "list what a channel mirrors"))
    parser = _add(actions, "set", "mirror_set", "mirror a conda channel or a Python index")
    parser.add_argument("kind", choices=("conda", "pypi"))
    parser.add_argument("upstream", metavar="ADDRESS", help="of the channel, or of the simple index")
    parser.add_argument("--include", action="append", metavar="PATTERN", help="only these names (may be repeated)")
    parser.add_argument("--exclude", action="append", metavar="PATTERN", help="not these names (may be repeated)")
    parser.add_argument(
        "--access", choices=("public", "authenticated", "private"), help="who sees what comes from there"
    )
    parser.add_argument("--credential", action="store_true", help="ask for the secret that the upstream wants")
    _channel(parser)
    for name, help_text in (("remove", "end a mirror"), ("resolve", "say where a name comes from, and why")):
        parser = _add(actions, name, f"mirror_{name}", help_text)
        parser.add_argument("kind", choices=("conda", "pypi"))
        if name == "resolve":
            parser.add_argument("name")
        _channel(parser)
    parser = _add(actions, "release", "mirror_release", "let the name of a package that is gone come from upstream")
    parser.add_argument("name")
    _channel(parser)


def _channel(parser: ArgumentParser) -> None:
    parser.add_argument("--channel", "-u", metavar="CHANNEL", help="your account (the default) or an organization")


def _positive(text: str) -> int:
    return _at_least(1, text)


def _days(text: str) -> int:
    return _at_least(0, text)


def _at_least(least: int, text: str) -> int:
    if not text.isdigit() or int(text) < least:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from {least} on")
    return int(text)
