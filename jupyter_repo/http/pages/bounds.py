"""What HTML and Markdown of strangers may cost: a sanitiser's tree grows with depth times length on hostile input."""

from __future__ import annotations

import re
import time

MAX_DEPTH = 300
"""open elements within each other"""
MAX_FORMATTING = 12
"""open `<b>`, `<font>` and the like: a parser opens all of them anew in each paragraph"""
MAX_TAGS = 60_000
MAX_HTML = 4_000_000
"""characters"""
MAX_ENVIRONMENTS = 300
"""beginnings of TeX environments in one cell: each is looked for until the end of the text"""
MAX_MARKDOWN = 2_000_000
"""characters of one cell; pictures within it are a part of them"""
SECONDS = 8.0
"""for one notebook; what comes later is shown as it is written"""

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())
_UNCOUNTED = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li dt dd td th tr tbody thead".split()
)
"""elements that hold nothing, or that end by themselves where the next one begins"""


def bearable(html: str) -> bool:
    """May this be parsed, or would its tree cost too much?"""
    if len(html) > MAX_HTML:
        return False
    depth = formatting = 0
    for tags, match in enumerate(_TAG.finditer(html)):
        name, step = match[2].lower(), -1 if match[1] else 1
        if name in _FORMATTING:
            formatting = max(0, formatting + step)
        elif name not in _UNCOUNTED:
            depth = max(0, depth + step)
        if depth > MAX_DEPTH or formatting > MAX_FORMATTING or tags >= MAX_TAGS:
            return False
    return True


def bearable_markdown(source: str) -> bool:
    """The same for Markdown."""
    return len(source) <= MAX_MARKDOWN and source.count("\\begin") <= MAX_ENVIRONMENTS


class Budget:
    """The time that one notebook may take."""

    def __init__(self, seconds: float = SECONDS) -> None:
        """It begins now."""
        self._until = time.monotonic() + seconds

    @property
    def spent(self) -> bool:
        """Is it over?"""
        return time.monotonic() > self._until
