"""The plans that a site offers: what each allows, for whom, at what price. The administrator writes the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..errors import InvalidRequest
from ..models import AccountKind

KEYS = ("private_packages", "storage")


@dataclass(frozen=True)
class Limits:
    """What an account may hold; None: no limit."""

    private_packages: int | None = None
    storage: int | None = None
    """bytes of all files of the channel"""

    def plus(self, more: Limits) -> Limits:
        """Both together: no limit stays no limit."""
        pairs = ((getattr(self, key), getattr(more, key)) for key in KEYS)
        return Limits(*(None if one is None or other is None else one + other for one, other in pairs))


@dataclass(frozen=True)
class Plan:
    """One plan. The first that is for an account's kind is the plan of everybody of that kind."""

    word: str
    title: str
    audience: frozenset[AccountKind]
    limits: Limits
    price: str = ""
    """as people read it; empty: it costs nothing"""
    academic: bool = False
    """no plan but an add-on: what confirmed academic addresses get beside their plan"""

    def document(self) -> dict[str, object]:
        """As JSON has it."""
        return {
            "plan": self.word,
            "title": self.title,
            "for": sorted(map(str, self.audience)),
            "private_packages": self.limits.private_packages,
            "storage": self.limits.storage,
            "price": self.price,
            "academic": self.academic,
        }


DEFAULT: list[dict[str, object]] = [
    {"plan": "personal", "title": "Free", "for": ["user"]},
    {"plan": "free", "title": "Free", "for": ["org"], "private_packages": 0},
    {
        "plan": "organization",
        "title": "Organization",
        "for": ["org"],
        "private_packages": 100,
        "storage": 100 * 10**9,
        "price": "ask the administrator",
    },
    {"plan": "academic", "title": "Academic add-on", "for": ["user", "org"], "private_packages": 20, "academic": True},
]
"""what a server offers that says nothing else: private packages for people, for organizations after a request"""


def from_config(entries: Iterable[object]) -> tuple[Plan, ...]:
    """The catalogue as an administrator writes it. Raises InvalidRequest that names the entry."""
    found = tuple(_from_entry(entry) for entry in entries)
    words = [plan.word for plan in found]
    if len(set(words)) < len(words):
        raise InvalidRequest(f"plans: each word may stand there once only; there are {', '.join(words)}")
    return found


def _from_entry(entry: object) -> Plan:
    if not isinstance(entry, Mapping) or not re.fullmatch(r"[a-z0-9-]{1,32}", str(entry.get("plan") or "")):
        raise InvalidRequest(f"plans: {entry!r} needs a `plan`: a word of small letters, digits and hyphens")
    try:
        audience = frozenset(AccountKind(str(word)) for word in _texts(entry.get("for")))
    except ValueError:
        raise InvalidRequest(f"plans: `for` of {entry['plan']} may hold `user` and `org`") from None
    if not audience:
        raise InvalidRequest(f"plans: {entry['plan']} needs `for`: a list of `user` and `org`")
    academic = entry.get("academic") is True
    # an add-on adds nothing where it says nothing; a plan without a number has no limit
    return Plan(
        word=str(entry["plan"]),
        title=str(entry.get("title") or entry["plan"]),
        audience=audience,
        limits=limits_from({key: entry.get(key, 0 if academic else None) for key in KEYS}),
        price=str(entry.get("price") or ""),
        academic=academic,
    )


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else []


def limits_from(values: Mapping[str, object]) -> Limits:
    """Limits from whole numbers or None. Raises InvalidRequest."""
    for key, value in values.items():
        if key not in KEYS:
            raise InvalidRequest(f"{key!r} is no limit; there are {', '.join(KEYS)}")
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
            raise InvalidRequest(f"{key} must be a whole number, or null for no limit")
    return Limits(**{key: value for key, value in values.items() if isinstance(value, int)})


def academic_address(email: str, suffixes: Iterable[str]) -> bool:
    """Does the address end in one of the suffixes? By whole labels: `x.edu` does, `x.edu.evil.example` does not."""
    domain = "." + email.rpartition("@")[2].rstrip(".").lower()
    return any(domain.endswith("." + suffix.strip().strip(".").lower()) for suffix in suffixes if suffix.strip(". "))
