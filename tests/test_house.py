"""The house rules that a program can hold: who imports whom, what is light, versions that agree."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_repo import __version__

ROOT = Path(__file__).parent.parent


def test_the_layers_import_downwards_only() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "module", ["jupyter_repo", "jupyter_repo.magics", "jupyter_repo.client.client", "jupyter_repo.cli"]
)
def test_what_kernels_import_stays_light(module: str) -> None:
    heavy = ["sqlalchemy", "tornado", "nbconvert", "jupyter_server", "alembic"]
    # the magics live in IPython, which is there already and brings tornado with ipykernel only
    code = f"import sys; import {module}; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_both_halves_have_one_version() -> None:
    assert json.loads((ROOT / "labextension" / "package.json").read_text())["version"] == __version__


def test_no_lock_file_names_a_host() -> None:
    assert "http" not in (ROOT / "labextension" / "yarn.lock").read_text().replace("http-", "").replace("https-", "")


REGISTRIES = (("pypi", "org"), ("pythonhosted", "org"), ("anaconda", "org"), ("anaconda", "com"), ("prefix", "dev"))
KNOWS_WHY = {
    "jupyter_repo/client/environment.py",  # conda writes its own addresses down; people say their names
    "tests/client/test_environment.py",
    "tests/e2e/test_browser_sign_in.py",  # the word of anaconda-client's command line for its older dialect
}


def test_no_public_registry_is_named() -> None:
    """Who runs a repository says whom it asks; a default that leads elsewhere is a request nobody wanted."""
    names = re.compile("|".join(rf"\b{name}\\?\.{end}\b" for name, end in REGISTRIES))
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    texts = [ROOT / one for one in tracked.split("\0") if one and one not in KNOWS_WHY]
    found = [one for one in texts if one.is_file() and names.search(one.read_text(errors="ignore"))]
    assert [str(one.relative_to(ROOT)) for one in found] == []
