"""Which indexes an environment is made from."""

from __future__ import annotations

import pytest

from jupyter_repo.client import rebuilding
from jupyter_repo.client.client import RepoClient


def test_the_indexes_that_are_asked_are_named_without_their_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    source = rebuilding.Source(RepoClient("http://repo.example", "a-token"), "ada")
    monkeypatch.setattr(rebuilding, "_uv", lambda: "uv")
    monkeypatch.delenv("UV_DEFAULT_INDEX", raising=False)
    monkeypatch.setenv("UV_INDEX_URL", "https://ada:secret@index.example/simple")
    monkeypatch.setenv("UV_EXTRA_INDEX_URL", "ours=https://more.example/simple")
    assert rebuilding.indexes(source) == [
        "http://repo.example/pypi/ada/simple/",
        "https://more.example/simple",
        "https://index.example/simple",
    ]
    monkeypatch.setattr(rebuilding, "_uv", lambda: None)
    monkeypatch.setenv("PIP_INDEX_URL", "https://pip.example/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    assert "https://pip.example/simple" in rebuilding.indexes(source)
    monkeypatch.setenv("PIP_INDEX_URL", "")
    monkeypatch.setattr(rebuilding, "_pip_says", lambda setting: "")
    assert rebuilding.indexes(source)[1:] == ["the default index of pip"]
