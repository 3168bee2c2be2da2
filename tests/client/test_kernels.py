"""Which Python a kernel spec starts, and which notebook a kernel runs."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from jupyter_repo.client import kernels

WRAPPED = ["/base/bin/python", "-m", "nb_conda_kernels.runner", "/base", "/base/envs/x"]


@pytest.mark.parametrize(
    ("argv", "python"),
    [
        (["python", "-m", "ipykernel_launcher"], sys.executable),
        (["python3", "-m", "ipykernel_launcher"], sys.executable),
        (["/envs/x/bin/python", "-m", "ipykernel_launcher"], "/envs/x/bin/python"),
        (["/usr/bin/python3.12"], "/usr/bin/python3.12"),
        (["/opt/pypy3", "x"], "/opt/pypy3"),
        ([*WRAPPED, "/base/envs/x/bin/python", "-m", "ipykernel_launcher"], "/base/envs/x/bin/python"),
        ([*WRAPPED, "R", "--slave"], None),
        (["R", "--slave"], None),
        (["/bin/pythonic-shell"], None),
        ([], None),
    ],
)
def test_the_python_of_a_kernel(argv: list[str], python: str | None) -> None:
    assert (kernels.kernel_python(argv) if kernels.is_python(argv) else None) == python


def test_a_spec_is_found_among_the_kernels_of_this_person(home: Path) -> None:
    folder = home / "data" / "kernels" / "mine"
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(json.dumps({"argv": ["/envs/mine/bin/python"], "display_name": "x"}))
    assert kernels.spec_python("mine") == "/envs/mine/bin/python"
    assert kernels.spec_python("unheard-of") is None
    (folder / "kernel.json").write_text("{")
    assert kernels.spec_python("mine") is None


def test_outside_of_jupyter_there_is_no_notebook(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    assert kernels.current_notebook() is None
    monkeypatch.setenv("JPY_SESSION_NAME", str(home / "gone.ipynb"))
    assert kernels.current_notebook() is None
    (home / "there.ipynb").touch()
    monkeypatch.setenv("JPY_SESSION_NAME", str(home / "there.ipynb"))
    assert kernels.current_notebook() == home / "there.ipynb"
