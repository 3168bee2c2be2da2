"""Administering a repository from the machine it is on: accounts, organizations, the database."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import TYPE_CHECKING

from ..errors import InvalidRequest
from .place import add_place, folder_of

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

    from ..service.work import Repository


def add_commands(commands: Commands) -> Commands:
    """`user …`, `org create`, `db upgrade`; returns the actions of `org`, for those that speak to a repository."""
    user = commands.add_parser("user", help="accounts of this repository").add_subparsers(
        metavar="ACTION", required=True
    )
    create = user.add_parser("create", help="create a user")
    create.add_argument("name")
    create.add_argument("--email", required=True)
    create.add_argument("--admin", action="store_true", help="make the user a site administrator")
    create.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    create.set_defaults(func=create_user)
    passwd = user.add_parser("passwd", help="set a user's password")
    passwd.add_argument("name")
    passwd.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    passwd.set_defaults(func=set_password)
    org = commands.add_parser("org", help="organizations of this repository").add_subparsers(
        metavar="ACTION", required=True
    )
    create_org = org.add_parser("create", help="create an organization")
    create_org.add_argument("name")
    create_org.add_argument("--email", required=True)
    create_org.add_argument("--owner", metavar="USER", help="on the repository's machine; without it: you, over HTTP")
    create_org.add_argument("--url", help="the repository's address, instead of the one in use")
    create_org.set_defaults(func=create_organization)
    database = commands.add_parser("db", help="the database of this repository").add_subparsers(
        metavar="ACTION", required=True
    )
    upgrade = database.add_parser("upgrade", help="create or migrate the database")
    upgrade.set_defaults(func=upgrade_database)
    helps = []
    for name, help_text, function in (
        ("list", "list the users", list_users),
        ("disable", "keep a user out; their tokens are dead meanwhile", disable_user),
        ("enable", "let a disabled user in again", enable_user),
        ("reset-link", "a one-time address that sets a new password", reset_link),
    ):
        command = user.add_parser(name, help=help_text)
        if name != "list":
            command.add_argument("name")
        command.set_defaults(func=function)
        helps.append(command)
    for command in (create, passwd, create_org, upgrade, *helps):
        add_place(command)
    return org


def _repository(args: argparse.Namespace) -> Repository:
    from ..running import open_repository

    return open_repository(folder_of(args), db_url=args.db_url)


def _password(args: argparse.Namespace) -> str:
    if args.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise InvalidRequest("there is no terminal to ask for a password; send it with --password-stdin")
    password = getpass.getpass(f"Password for {args.name}: ")
    if password != getpass.getpass("Again: "):
        raise InvalidRequest("the two passwords differ; nothing was changed")
    return password


def create_user(args: argparse.Namespace) -> int:
    """`jupyter repo user create NAME --email E [--admin] [--password-stdin]`."""
    from ..service import accounts

    password = _password(args)
    with _repository(args).write() as work:
        account = accounts.create_user(work, args.name, email=args.email, password=password, admin=args.admin)
    print(f"created the user {account.name}{' (site administrator)' if account.is_admin else ''}")
    return 0


def set_password(args: argparse.Namespace) -> int:
    """`jupyter repo user passwd NAME [--password-stdin]`."""
    from ..service import accounts

    password = _password(args)
    with _repository(args).write() as work:
        accounts.set_password(work, accounts.get(work, args.name), password)
    print(f"set the password of {args.name}")
    return 0


def create_organization(args: argparse.Namespace) -> int:
    """`jupyter repo org create NAME --email E [--owner USER]`."""
    if args.owner is None:
        from ..client.commands import perform
        from ..client.terminal import run_in_terminal

        args.verb = "org_create"
        return run_in_terminal(lambda front: perform(args, front))
    from ..service import accounts

    with _repository(args).write() as work:
        owner = accounts.get(work, args.owner)
        account = accounts.create_organization(work, args.name, owner, email=args.email)
    print(f"created the organization {account.name}, owned by {owner.name}")
    return 0


def list_users(args: argparse.Namespace) -> int:
    """`jupyter repo user list`."""
    from ..service import registration

    with _repository(args).read() as work:
        for one in registration.users(work, registration.OPERATOR):
            notes = [word for word, true in (("administrator", one.is_admin), ("disabled", one.disabled)) if true]
            print("\t".join((one.name, one.email, ", ".join(notes))))
    return 0


def disable_user(args: argparse.Namespace) -> int:
    """`jupyter repo user disable NAME`."""
    return _set_disabled(args, disabled=True)


def enable_user(args: argparse.Namespace) -> int:
    """`jupyter repo user enable NAME`."""
    return _set_disabled(args, disabled=False)


def _set_disabled(args: argparse.Namespace, *, disabled: bool) -> int:
    from ..service import registration

    with _repository(args).write() as work:
        registration.disable(work, registration.OPERATOR, args.name, disabled=disabled)
    print(f"{args.name} is {'disabled' if disabled else 'enabled'}")
    return 0


def reset_link(args: argparse.Namespace) -> int:
    """`jupyter repo user reset-link NAME`."""
    from ..service import registration

    with _repository(args).write() as work:
        secret = registration.reset_link(work, registration.OPERATOR, args.name)
    print(f"/account/reset/{secret}")
    print("put the repository's address in front; it works once, within 24 hours", file=sys.stderr)
    return 0


def upgrade_database(args: argparse.Namespace) -> int:
    """`jupyter repo db upgrade`."""
    from ..db.engine import url_of
    from ..db.migrate import upgrade

    folder = folder_of(args)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    before, after = upgrade(args.db_url or url_of(folder))
    print(f"the database is at {after}" + ("" if before == after else f" (was {before or 'empty'})"))
    return 0
