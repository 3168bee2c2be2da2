"""The publish guard at the door: whatever a client forgot to ask, the repository asks again before anything is seen.

A live token of this repository is refused always: whoever reads it acts as its owner, so no wish can allow it. What
else the guard finds needs the uploader's word that it is meant.
"""

from __future__ import annotations

from .. import guard
from ..errors import FindingsInside
from ..models import Kind, PackageInfo
from . import tokens
from .work import Work

INSPECTED = frozenset({Kind.NOTEBOOK, Kind.ENVIRONMENT})
"""kinds that people write by hand, and that pages show; packages are archives that their tools made"""


def check(work: Work, filename: str, kind: Kind, content: bytes, *, allow: bool) -> None:
    """Raise FindingsInside for what may not be published; `allow`: the uploader knows of all but live tokens."""
    if _opens(work, content):
        raise FindingsInside(
            f"{filename} shows an access token of this repository that works: take it out, revoke the token if others "
            "saw it, and publish again",
            code="live_token",
        )
    if allow:
        return
    # conda itself writes `prefix: /home/…` into an environment, which is why only a notebook's paths count
    found = (
        guard.scan(content)
        if kind is Kind.NOTEBOOK
        else [
            guard.Finding(what, 0, "text", excerpt)
            for what, excerpt in guard.scan_text(content.decode("utf-8", "replace"))
            if what != "home-path"
        ]
    )
    if found:
        lines = "; ".join(one.sentence() for one in found[:5])
        more = f"; and {len(found) - 5} more" if len(found) > 5 else ""
        raise FindingsInside(
            f"{filename} holds what should not be published: {lines}{more}. "
            "Take it out, or upload with allow_findings=1",
            findings=[one.document() for one in found[:100]],
        )


def check_notes(work: Work, info: PackageInfo) -> None:
    """Raise FindingsInside for a package in which its build tool wrote down a token that works."""
    if info.notes and _opens(work, info.notes):
        raise FindingsInside(
            f"{info.basename} holds an access token of this repository that works: its builder wrote down the address "
            "of a channel, with the token in it. Keep the token in the store of credentials instead (rattler-build "
            "auth login, or RATTLER_AUTH_FILE), build again, and revoke the token if others saw it",
            code="live_token",
        )


def _opens(work: Work, content: bytes) -> bool:
    return any(tokens.present(work, secret).actor is not None for secret in guard.own_tokens(content))
