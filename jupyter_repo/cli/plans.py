"""`jupyter repo plan …`: plans of accounts, on the repository's own machine."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from ..errors import InvalidRequest
from .place import add_place, folder_of

if TYPE_CHECKING:
    from ..service.work import Repository, Work

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

UNITS = {"kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}


def add_commands(commands: Commands) -> None:
    """`plan list`, `show`, `set`, `limit`, `requests`, `approve`, `refuse`."""
    actions = commands.add_parser("plan", help="plans and limits of accounts").add_subparsers(
        metavar="ACTION", required=True
    )
    for name, help_text, arguments, function in (
        ("list", "the plans that this repository offers", (), list_plans),
        ("show", "an account's plan, limits and use", ("name",), show),
        ("set", "give an account a plan", ("name", "plan"), assign),
        ("limit", "give an account limits of its own", ("name",), limit),
        ("requests", "the plans that owners ask for", (), requests),
        ("approve", "give what a request asks for", ("request",), approve),
        ("refuse", "refuse a request", ("request",), refuse),
    ):
        command = actions.add_parser(name, help=help_text)
        for argument in arguments:
            command.add_argument(argument, type=int if argument == "request" else str)
        if name == "limit":
            command.add_argument("--private-packages", metavar="N", help="a number, or none for no limit")
            command.add_argument("--storage", metavar="SIZE", help="100GB, say, or none for no limit")
            command.add_argument("--reset", action="store_true", help="back to what the plan says")
        add_place(command)
        command.set_defaults(func=function)


def _repository(args: argparse.Namespace) -> Repository:
    from ..app import ServeApp
    from ..running import open_repository

    app = ServeApp()
    app.load_config_file()  # the catalogue is a setting of the server
    return open_repository(folder_of(args), db_url=args.db_url, settings=app.rules())


def list_plans(args: argparse.Namespace) -> int:
    """`jupyter repo plan list`."""
    for plan in _repository(args).settings.plans:
        words = (plan.word, plan.title, ", ".join(sorted(map(str, plan.audience))), plan.price or "free of charge")
        print("\t".join((*words, _limit(plan.limits.private_packages), _size(plan.limits.storage))))
    return 0


def _limit(value: int | None) -> str:
    return "no limit" if value is None else str(value)


def _size(value: int | None) -> str:
    return "no limit" if value is None else f"{value / 10**9:.3g} GB"


def show(args: argparse.Namespace) -> int:
    """`jupyter repo plan show NAME`."""
    with _repository(args).read() as work:
        _show(work, args.name)
    return 0


def _show(work: Work, name: str) -> None:
    from ..service import plans, registration

    channel, found = plans.standing(work, registration.OPERATOR, name)
    print(f"{channel.name}: {found.plan.title}{' with the academic add-on' if found.academic else ''}")
    print(f"private packages: {found.private_packages} of {_limit(found.limits.private_packages)}")
    print(f"storage: {_size(found.storage)} of {_size(found.limits.storage)}")
    if found.over:
        print("over its limits: nothing is lost or made public; further private uploads wait", file=sys.stderr)
    if found.requested:
        print(f"asks for: {found.requested}")


def assign(args: argparse.Namespace) -> int:
    """`jupyter repo plan set NAME PLAN`."""
    from ..service import plans, registration

    with _repository(args).write() as work:
        plans.assign(work, registration.OPERATOR, args.name, args.plan)
        _show(work, args.name)
    return 0


def limit(args: argparse.Namespace) -> int:
    """`jupyter repo plan limit NAME [--private-packages N] [--storage SIZE] [--reset]`."""
    from ..service import plans, registration

    asked = {"private_packages": args.private_packages, "storage": args.storage}
    limits = {key: _number(text) for key, text in asked.items() if text is not None}
    if bool(limits) == args.reset:
        raise InvalidRequest("name a limit (--private-packages, --storage), or --reset")
    with _repository(args).write() as work:
        plans.override(work, registration.OPERATOR, args.name, limits or None)
        _show(work, args.name)
    return 0


def _number(text: str) -> int | None:
    if text == "none":
        return None
    unit = next((unit for unit in UNITS if text.endswith(unit)), "")
    digits = text.removesuffix(unit).strip()
    if not digits.isdecimal():
        raise InvalidRequest(f"{text!r} is no number; write 100, 100GB or none")
    return int(digits) * UNITS.get(unit, 1)


def requests(args: argparse.Namespace) -> int:
    """`jupyter repo plan requests`."""
    from ..service import plans, registration

    with _repository(args).read() as work:
        for one in plans.requests(work, registration.OPERATOR):
            print("\t".join((str(one.id), one.channel, one.plan, one.requested_by, one.note)))
    return 0


def approve(args: argparse.Namespace) -> int:
    """`jupyter repo plan approve REQUEST`."""
    return _answer(args, approve=True)


def refuse(args: argparse.Namespace) -> int:
    """`jupyter repo plan refuse REQUEST`."""
    return _answer(args, approve=False)


def _answer(args: argparse.Namespace, *, approve: bool) -> int:
    from ..service import plans, registration

    with _repository(args).write() as work:
        plans.answer(work, registration.OPERATOR, args.request, approve=approve)
    print("approved" if approve else "refused")
    return 0
