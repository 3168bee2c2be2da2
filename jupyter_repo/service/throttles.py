"""How often something is taken before whoever tries has to wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from ..errors import InvalidRequest


@dataclass(frozen=True)
class Throttles:
    """The numbers; 0: as often as they like. A whole class-room or office may come from one address.

    How often a device's code may be typed is no setting: eight letters must not be guessed.
    """

    sign_ups: int = 10
    """accounts made from one address in an hour, refused ones too"""
    failed_sign_ins: int = 10
    """wrong passwords for one account in five minutes"""
    failed_sign_ins_address: int = 30
    """wrong passwords from one address in five minutes"""
    resets: int = 20
    """forgotten names and passwords that one address asks for in a day"""
    reset_mails: int = 5
    """mails with a link to a new password that one account gets in a day"""
    devices: int = 30
    """devices that ask from one address, in ten minutes, to be signed in"""

    def __str__(self) -> str:
        """As the site administrator reads them."""
        return ", ".join(f"{one.name} {getattr(self, one.name) or 'unlimited'}" for one in fields(self))


def from_config(entries: Mapping[str, int]) -> Throttles:
    """The numbers as an administrator sets them, by name; the others stay. Raises InvalidRequest."""
    known = [one.name for one in fields(Throttles)]
    for name, number in entries.items():
        if name not in known:
            raise InvalidRequest(f"throttles: there is no {name!r}; there are {', '.join(known)}")
        if not isinstance(number, int) or isinstance(number, bool) or number < 0:
            raise InvalidRequest(f"throttles: {name} must be a whole number, 0 for no limit, and not {number!r}")
    return Throttles(**entries)
