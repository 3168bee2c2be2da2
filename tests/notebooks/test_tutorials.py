"""Every notebook in `notebooks/` runs from top to bottom against a real repository, and keeps no output in the tree."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.running import running_repository

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


@pytest.fixture
def jp_asyncio_loop() -> None:
    """nbclient brings its own."""


@pytest.fixture
def jp_server_cleanup() -> None:
    """No Jupyter server runs here."""


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_tutorial_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    with running_repository(tmp_path / "repository") as running:
        running.set_owner(name="ada")
        monkeypatch.setenv("JUPYTER_REPO_URL", running.url)
        monkeypatch.setenv("JUPYTER_REPO_TOKEN", running.token)
        notebook = nbformat.read(path, as_version=4)
        NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": tmp_path}}).execute(
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
        )
        text = "\n".join(
            output.get("text") or output.get("data", {}).get("text/plain", "")
            for cell in notebook.cells
            if cell.cell_type == "code"
            for output in cell.outputs
        )
        assert "Successfully installed tour-depth-1.0" in text or "Successfully installed tour_depth-1.0" in text
        assert "No matching distribution found for tour-depth" in text
        assert "1 cell in version 1: # Waves in shallow water" in text
        assert running.token not in text
        client = running.client()
        names = {package["name"]: package["latest_version"] for package in client.packages("ada")}
        assert names == {"tour-depth": "1.0", "tour-environment": "1", "tour-waves": "2"} or names == {
            "tour_depth": "1.0", "tour-environment": "1", "tour-waves": "2",
        }  # fmt: skip


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_tutorial_in_the_tree_has_no_output(path: Path) -> None:
    for cell in nbformat.read(path, as_version=4).cells:
        assert not cell.get("outputs")
