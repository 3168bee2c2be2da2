"""environment.lock.json: exactly what a Python had, beside the environment.yml that says what it needs.

    {"format": "jupyter-repo-lock", "version": 1, "python": "3.12.4", "platform": "linux-64",
     "conda": [{"name", "version", "build", "channel", "url", "sha256"}, …],
     "pip":   ["numpy==2.1.0", "tool @ git+https://host/tool@commit", …],
     "left_out": ["mine 0.1", …]}

`conda` is empty for a Python that conda did not make; `url` and `sha256` are empty where conda-meta does not say. The
same rules as in environment.yml keep this machine out of it: addresses lose credentials, local things are only named.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

FILENAME = "environment.lock.json"
FORMAT, VERSION = "jupyter-repo-lock", 1


def compose(
    *, python: str, platform: str, conda: Sequence[Mapping[str, str]], pip: Sequence[str], left_out: Sequence[str]
) -> str:
    """The text of a lock; sorted, so that the same environment is the same bytes and the same hash."""
    document = {
        "format": FORMAT,
        "version": VERSION,
        "python": python,
        "platform": platform,
        "conda": sorted((dict(package) for package in conda), key=lambda package: package["name"]),
        "pip": list(pip),
        "left_out": sorted(left_out),
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"
