"""What should not leave with a notebook: secrets, tokens in addresses, home paths, very large outputs.

    scan(content)              the findings of a notebook's bytes, in the order of its cells
    repair(content, Remedy.…)  the same notebook without them

Pure and light: bytes in, values out. The dialog and `%repo publish` ask before anything is sent, and the repository
asks again when it arrives, so that no client can forget to.
"""

from __future__ import annotations

from .findings import LARGE_OUTPUT, TITLES, Finding, Remedy, Watch
from .notebooks import EVERYTHING, repair, scan
from .rules import own_tokens, scan_text

__all__ = [
    "EVERYTHING",
    "LARGE_OUTPUT",
    "TITLES",
    "Finding",
    "Remedy",
    "Watch",
    "own_tokens",
    "repair",
    "scan",
    "scan_text",
]
