"""What the person chose in JupyterLab's settings editor, as far as this side has to know it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..client.documents import ChannelDocument
from ..errors import InvalidRequest
from ..guard import LARGE_OUTPUT, TITLES, Watch
from .incoming import MIB


@dataclass(frozen=True)
class Preferences:
    """Kept by JupyterLab and told anew by each page; so this process may forget them."""

    address: str = ""
    """of the repository; "": the one that this server is configured for"""
    channel: str = ""
    """where things go unless somebody says otherwise; "": the person's own"""
    visibility: str = ""
    """of new things unless somebody says otherwise; "": public"""
    watch: Watch = field(default_factory=Watch)
    """what the publish guard looks for"""

    def document(self) -> dict[str, object]:
        """As JSON."""
        return {
            "address": self.address,
            "channel": self.channel,
            "access": self.visibility or "public",
            "guard_off": sorted(self.watch.off),
            "guard_output_mib": self.watch.large_output / MIB,
        }


def watch_from(off: list[str], mib: object) -> Watch:
    """What the guard looks for; InvalidRequest for kinds that there aren't, and sizes that are none."""
    if unknown := [kind for kind in off if kind not in TITLES]:
        raise InvalidRequest(f"{unknown[0]!r} is no rule of the publish guard; its rules: {', '.join(TITLES)}")
    if isinstance(mib, bool) or not isinstance(mib, int | float) or not 0 < mib <= 1024:
        raise InvalidRequest("'guard_output_mib' must be a number above 0, at most 1024")
    return Watch(frozenset(off), int(mib * MIB))


def usual_channel(preferred: str, channels: Sequence[ChannelDocument], own: str) -> str:
    """The active channel: the preferred one while it may be written to, else one's own."""
    return next((item["name"] for item in channels if item["name"].lower() == preferred.lower()), own)


DEFAULT_OUTPUT_MIB = LARGE_OUTPUT / MIB
