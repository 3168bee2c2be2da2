"""`read`: the reader as everybody calls it, given a path."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from jupyter_repo import formats
from jupyter_repo.errors import InvalidPackage
from jupyter_repo.models import Kind, PackageInfo

Read = Callable[..., PackageInfo]


def read_path(path: Path, *, kind: Kind | None = None, limits: formats.Limits = formats.DEFAULT) -> PackageInfo:
    with path.open("rb") as file:
        return formats.read(path.name, file, kind=kind, limits=limits)


def refusal(path: Path, *, kind: Kind | None = None, limits: formats.Limits = formats.DEFAULT) -> str:
    """The message with which the file is refused; it names the file and has a way out."""
    with pytest.raises(InvalidPackage) as caught:
        read_path(path, kind=kind, limits=limits)
    message = str(caught.value)
    assert message.startswith(f"{path.name}: ")
    assert "; " in message
    assert message.isprintable()
    return message
