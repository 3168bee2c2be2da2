"""The table that a run ends with."""

from __future__ import annotations

import os
import platform
import sys
import time
from dataclasses import dataclass, field
from importlib.metadata import version
from statistics import median


@dataclass
class Report:
    """Rows as they are measured; each is printed at once, so that a run cut short has said what it knew."""

    rows: list[tuple[str, str, str, str]] = field(default_factory=list)
    _began: float = field(default_factory=time.monotonic)

    def begin(self) -> None:
        """Which machine, which versions."""
        cpu = next(
            (line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "?"
        )
        load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
        _say(f"machine: {os.cpu_count()} x {cpu}, load {load}, {platform.system()} {platform.release()}")
        _say(
            f"versions: Python {platform.python_version()}, tornado {version('tornado')}, "
            f"SQLAlchemy {version('sqlalchemy')}"
        )
        _say("| work | measured | beside | ratio (figure to reach) |\n| --- | --- | --- | --- |")

    def progress(self, doing: str) -> None:
        """What is being done, beside the table."""
        sys.stderr.write(f"{time.monotonic() - self._began:5.0f} s  {doing}\n")
        sys.stderr.flush()

    def missing(self, what: str, error: BaseException) -> None:
        """A row that could not be measured; the others still can."""
        why = " ".join(str(error).split())[:160].replace("|", "/")
        self.add(what, "not measured", "", f"{type(error).__name__}: {why}")

    def add(self, work: str, measured: str, beside: str = "", ratio: str = "") -> None:
        """One row."""
        self.rows.append((work, measured, beside, ratio))
        _say(f"| {work} | {measured} | {beside} | {ratio} |")

    def heading(self, *columns: str) -> None:
        """Begin another table below."""
        _say(f"\n| {' | '.join(columns)} |\n| {' | '.join('---' for _ in columns)} |")

    def line(self, *cells: str) -> None:
        """A row of that table."""
        _say(f"| {' | '.join(cells)} |")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _lines(path: str) -> list[str]:
    try:
        with open(path) as file:
            return file.read().splitlines()
    except OSError:
        return []


def ms(seconds: list[float]) -> str:
    """The median in milliseconds, and between what it lies."""
    low, high = min(seconds) * 1000, max(seconds) * 1000
    return f"{median(seconds) * 1000:.1f} ms ({low:.1f}-{high:.1f})"
