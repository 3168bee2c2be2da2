"""The verbs of organizations, groups and collaborators: what each of `org …`, `group …` and `collaborator …` does."""

from __future__ import annotations

from typing import Any, cast

from ..errors import InvalidRequest
from .results import Code, Result, Table
from .transport import segment
from .verbs import Call

OWNERS = "Owners"


def _group(call: Call) -> tuple[str, str, str]:
    """Organization, group, and the group's address, of `ORG/GROUP`."""
    organization, slash, name = str(call.args.group).partition("/")
    if not slash or not organization or not name:
        raise InvalidRequest(f"{call.args.group!r} is no group; write ORGANIZATION/GROUP")
    return organization, name, f"/group/{segment(organization)}/{segment(name)}"


def org_create(call: Call) -> Result:
    """A new organization; who makes it owns it."""
    body = {"name": call.args.name, "email": call.args.email}
    made = call.client.document(call.client.request("POST", "/organizations", json=body), dict)
    return Result(f"Created the organization {made['login']}.")


def org_list(call: Call) -> Result:
    """The organizations and groups you are in."""
    found = cast(list[dict[str, Any]], call.client.get("/user/groups", list))
    if not found:
        return Result("You are in no organization.")
    rows = tuple((one["organization"], one["name"], one["level"]) for one in found)
    return Result(Table(("Organization", "Group", "Level"), rows))


def org_expel(call: Call) -> Result:
    """End everything a user may do in an organization."""
    args = call.args
    call.client.request("DELETE", f"/organizations/{segment(args.name)}/members/{segment(args.user)}")
    return Result(f"{args.user} has no part in {args.name} any more.")


def org_delete(call: Call) -> Result:
    """Delete an organization with all its data: asks for your password and for the full name."""
    name = call.args.name
    login = call.client.user()["login"]
    typed = call.front.ask(f"This erases {name} and everything in it. Type its full name: ")
    password = call.front.ask_secret(f"Password of {login}: ")
    call.client.request(
        "DELETE", f"/accounts/{segment(name)}", json={"name": typed, "password": password}, basic=(login, password)
    )
    return Result(f"Deleted {name}.")


def group_list(call: Call) -> Result:
    """The groups of an organization."""
    found = cast(dict[str, Any], call.client.get(f"/groups/{segment(call.args.organization)}", dict))["groups"]
    rows = tuple((one["name"], one["level"], str(one["members_count"]), str(one["repos_count"])) for one in found)
    return Result(Table(("Group", "Level", "Members", "Packages"), rows))


def group_show(call: Call) -> Result:
    """The members and packages of a group."""
    _, name, path = _group(call)
    people = cast(list[dict[str, Any]], call.client.get(f"{path}/members", list))
    listed = cast(list[dict[str, Any]], call.client.get(f"{path}/packages", list))
    rows = (*(("member", one["login"]) for one in people), *(("package", one["full_name"]) for one in listed))
    return Result(Table(("", name), rows))


def group_create(call: Call) -> Result:
    """A new group."""
    call.client.request("POST", _group(call)[2], json={"perms": call.args.level})
    return Result(f"Created the group {call.args.group} ({call.args.level}).")


def group_edit(call: Call) -> Result:
    """Another level for a group, at once on all its packages."""
    call.client.request("PATCH", _group(call)[2], json={"perms": call.args.level})
    return Result(f"The group {call.args.group} is now {call.args.level}.")


def group_delete(call: Call) -> Result:
    """Delete a group."""
    call.client.request("DELETE", _group(call)[2])
    return Result(f"Deleted the group {call.args.group}.")


def group_member(call: Call) -> Result:
    """Add or remove a member; of Owners: a co-owner."""
    args = call.args
    call.client.request("DELETE" if args.remove else "PUT", f"{_group(call)[2]}/members/{segment(args.user)}")
    return Result(f"{args.user} is {'no longer' if args.remove else 'now'} in {args.group}.")


def group_package(call: Call) -> Result:
    """List a package in a group, or take it off."""
    args = call.args
    call.client.request("DELETE" if args.remove else "PUT", f"{_group(call)[2]}/packages/{segment(args.name)}")
    return Result(f"{args.group} {'no longer lists' if args.remove else 'now lists'} {args.name}.")


def _collaborators(call: Call) -> str:
    channel, name = call.full_name(call.args.name)
    return f"/packages/{segment(channel)}/{segment(name)}/collaborators"


def collaborator_list(call: Call) -> Result:
    """Who works on a package."""
    found = cast(list[dict[str, Any]], call.client.get(_collaborators(call), list))
    if not found:
        return Result(f"{call.args.name} has no collaborators.")
    return Result(Table(("Name", "Level", "Type"), tuple((one["login"], one["level"], one["type"]) for one in found)))


def collaborator_add(call: Call) -> Result:
    """Give a user a level on a package."""
    args = call.args
    call.client.request("PUT", f"{_collaborators(call)}/{segment(args.user)}", json={"level": args.level})
    return Result(f"{args.user} has {args.level} on {args.name}.")


def collaborator_remove(call: Call) -> Result:
    """End a collaboration."""
    args = call.args
    call.client.request("DELETE", f"{_collaborators(call)}/{segment(args.user)}")
    return Result(f"{args.user} no longer works on {args.name}.")


def token_rotate(call: Call) -> Result:
    """A new secret for a token; the old one works on for a week."""
    channel = call.channel()
    path = f"/rotate/{segment(channel)}/{segment(call.args.name)}"
    made = call.client.document(call.client.request("POST", path), dict)
    return Result(
        (f"Token {made['name']} of {channel}: ", Code(str(made["token"]))),
        "Copy it now, it is not shown again. The old secret works for another week.",
    )
