"""The verbs of mirrors: what each of `mirror …` does."""

from __future__ import annotations

from typing import Any, cast

from .results import Result, Table
from .transport import segment
from .verbs import Call


def _path(call: Call) -> str:
    return f"/mirrors/{segment(call.channel())}/{segment(call.args.kind)}"


def mirror_list(call: Call) -> Result:
    """What a channel mirrors."""
    channel = call.channel()
    found = cast(dict[str, Any], call.client.get(f"/mirrors/{segment(channel)}", dict))["mirrors"]
    if not found:
        return Result(f"{channel} mirrors nothing.")
    rows = tuple(
        (
            one["kind"],
            one["url"],
            ", ".join(one["include"]) or "all",
            ", ".join(one["exclude"]),
            one["visibility"],
            "yes" if one["has_credential"] else "no",
        )
        for one in found
    )
    return Result(Table(("Kind", "Upstream", "Names", "But not", "Access", "Credential"), rows))


def mirror_set(call: Call) -> Result:
    """Let a channel give on what an upstream has; a credential is asked for, so that no shell keeps it."""
    args = call.args
    body: dict[str, object] = {"url": args.upstream, "include": args.include or [], "exclude": args.exclude or []}
    if args.access:
        body["visibility"] = args.access
    if args.credential:
        body["credential"] = call.front.ask_secret("Credential of the upstream (a token, or user:password): ")
    made = call.client.document(call.client.request("PUT", _path(call), json=body), dict)
    return Result(f"{call.channel()} mirrors {made['url']} for {made['kind']}; who sees it: {made['visibility']}.")


def mirror_remove(call: Call) -> Result:
    """End a mirror."""
    call.client.request("DELETE", _path(call))
    return Result(f"{call.channel()} mirrors nothing for {call.args.kind} any more.")


def mirror_resolve(call: Call) -> Result:
    """Where a name comes from, and why."""
    args = call.args
    path = f"/resolve/{segment(call.channel())}/{segment(args.kind)}/{segment(args.name)}"
    found = cast(dict[str, Any], call.client.get(path, dict))
    return Result(f"{args.name}: {found['where']}. {found['why']}")


def mirror_release(call: Call) -> Result:
    """Let the name of a package that is gone come from upstream."""
    call.client.request("DELETE", f"/retired-names/{segment(call.channel())}/{segment(call.args.name)}")
    return Result(f"{call.args.name} may come from upstream now.")
