"""Locks of environments as tests write them."""

from __future__ import annotations

import sys
from typing import Any

from jupyter_repo.client import lockfile

OTHER = "osx-arm64" if lockfile.here() != "osx-arm64" else "linux-64"
"""another platform than this machine's"""
PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}.{sys.version_info[2]}"


def document(**changes: object) -> dict[str, Any]:
    """A lock of this machine that holds nothing, but for `changes`."""
    return {
        "format": lockfile.FORMAT,
        "version": 1,
        "python": PYTHON,
        "platform": lockfile.here(),
        "conda": [],
        "pip": [],
        "left_out": [],
    } | changes


def conda(**changes: str) -> dict[str, Any]:
    """A lock of one conda package, with `changes` in what it says of it."""
    url = "https://conda.example/conda-forge/linux-64/tiny-1.0-0.conda"
    exact = {"name": "tiny", "version": "1.0", "build": "0", "channel": "", "url": url, "sha256": "a" * 64}
    return document(conda=[exact | changes])
