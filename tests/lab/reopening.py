"""Notebooks with an environment beside them, as the tests of reopening publish them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jupyter_repo.client import lockfile
from jupyter_repo.client.client import RepoClient

from ..builders import make_wheel
from .test_versions import write

YML = "name: nb\ndependencies:\n  - python\n"


def publish(client: RepoClient, folder: Path, lock: dict[str, Any] | None, *, channel: str, yml: str = YML) -> None:
    """A notebook with that lock beside it."""
    write(folder / "nb.ipynb", "import sys")
    (folder / "environment.yml").write_text(yml)
    (folder / lockfile.FILENAME).write_text(json.dumps(lock))
    names = [name for name in ("nb.ipynb", "environment.yml" if yml else "", lockfile.FILENAME if lock else "") if name]
    files = [(name, (folder / name).open("rb")) for name in names]
    try:
        client.upload_release(channel, files, options={"kind": "ipynb", "package": "nb", "visibility": "private"})
    finally:
        for _, file in files:
            file.close()


def fake_ipykernel(folder: Path) -> Path:
    """A wheel of that name: what a kernel needs is there or not, and the index is not asked for the real one."""
    return make_wheel(folder, name="ipykernel", version="6.99", module_source="MADE = 'here'\n")
