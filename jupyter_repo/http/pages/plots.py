"""Small plots as SVG, drawn from numbers of ours; attributes only, since pages allow no style of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT, GAP = 270.0, 48.0, 0.6


@dataclass(frozen=True)
class Bar:
    """One day's bar."""

    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True)
class Plot:
    """Bars over days, and the same in words."""

    bars: tuple[Bar, ...]
    total: int
    says: str
    first: date
    last: date
    width: float = WIDTH
    height: float = HEIGHT


def bars(days: Sequence[tuple[date, int]]) -> Plot:
    """A bar for each day, as high as its number; days without any have none. `days` must not be empty."""
    top, total = max(count for _, count in days), sum(count for _, count in days)
    step = WIDTH / len(days)
    drawn = []
    for position, (day, count) in enumerate(days):
        height = max(2.0, HEIGHT * count / top) if count else 0.0
        if height:
            title = f"{day:%d %B %Y}: {count}"
            drawn.append(Bar(round(position * step, 2), HEIGHT - height, round(step - GAP, 2), height, title))
    best = max(days, key=lambda pair: pair[1])
    says = f"{total} download{'s' if total != 1 else ''} in the last {len(days)} days"
    if total:
        says += f", most on {best[0]:%d %B %Y} ({best[1]})"
    return Plot(tuple(drawn), total, says, days[0][0], days[-1][0])
