"""The repository asks the publish guard again: a client that forgot to is refused, and nothing is seen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ..builders import make_environment, make_notebook
from .conftest import Answering

KEY = "AKIAABCDEFGH12345678"


def test_findings_are_refused_unless_the_uploader_knows_of_them(repo: Answering, tmp_path: Path) -> None:
    path = make_notebook(tmp_path, "leak.ipynb", cells=[("code", f"key = '{KEY}'")])
    refused = repo.upload(path)
    assert refused.status_code == 400
    body = refused.json()
    assert body["code"] == "findings"
    assert [(one["kind"], one["cell"]) for one in body["findings"]] == [("cloud-key", 1)]
    assert KEY not in refused.text
    assert repo.get("/api/package/ada/leak", by="ada").status_code == 404
    assert repo.upload(path, allow_findings="1").status_code == 201


def test_a_live_token_never_passes_and_a_dead_one_may(repo: Answering, tmp_path: Path) -> None:
    path = make_notebook(tmp_path, "token.ipynb", cells=[("code", f"token = '{repo.tokens['bob']}'")])
    refused = repo.upload(path, allow_findings="1")
    assert (refused.status_code, refused.json()["code"]) == (400, "live_token")
    assert repo.tokens["bob"] not in refused.text
    assert repo.get("/api/package/ada/token", by="ada").status_code == 404
    assert repo.delete("/api/authentications", by="bob").status_code < 300
    assert repo.upload(path, allow_findings="1").status_code == 201


def test_an_environment_is_read_too_but_condas_own_prefix_is_no_finding(repo: Answering, tmp_path: Path) -> None:
    path = make_environment(tmp_path, "e", channels=("https://ada:s3cr3tword@host/conda",))
    assert repo.upload(path).json()["code"] == "findings"
    fine = make_environment(tmp_path, "e")
    fine.write_text(fine.read_text() + "prefix: /home/ada/envs/e\n")
    assert repo.upload(fine).status_code == 201


def test_several_files_are_all_read(repo: Answering, tmp_path: Path) -> None:
    notebook = make_notebook(tmp_path, "a.ipynb")
    leaky = make_environment(tmp_path, "e", channels=("https://ada:s3cr3tword@host/conda",))
    files = [("file", ("a.ipynb", notebook.read_bytes())), ("file", ("environment.yml", leaky.read_bytes()))]
    assert repo.post("/api/upload/ada", by="ada", files=files, data={"package": "a"}).json()["code"] == "findings"
    assert repo.get("/api/package/ada/a", by="ada").status_code == 404


@pytest.mark.parametrize("ext", [".conda", ".tar.bz2"])
@pytest.mark.parametrize("note", ["about.json", "recipe/meta.yaml", "recipe/rendered_recipe.yaml"])
def test_a_package_with_a_live_token_in_its_builders_notes_never_passes(repo: Answering, ext: str, note: str) -> None:
    """Build tools write down the channels they built with, as they were given: with the token of the address."""

    def built(token: str) -> Path:
        content = json.dumps({"channels": [f"https://repo.example/t/{token}/conda/ada"]}).encode()
        return repo.world.conda("built", ext=ext, notes={f"info/{note}": content})

    path = built(repo.tokens["bob"])
    refused = repo.upload(path, allow_findings="1")
    assert (refused.status_code, refused.json()["code"]) == (400, "live_token")
    assert repo.tokens["bob"] not in refused.text
    form = {"file": (path.name, path.read_bytes())}
    assert repo.post("/api/v1/upload/ada", by="ada", files=form).json()["code"] == "live_token"
    quetz = f"/api/channels/ada/upload/{path.name}"
    assert repo.post(quetz, by="ada", data=path.read_bytes()).json()["code"] == "live_token"
    assert repo.get("/api/package/ada/built", by="ada").status_code == 404
    assert repo.upload(built("jr-" + "A" * 38)).status_code == 201
