"""A Jupyter server of JupyterHub: to which addresses its hub token goes, and what is said while the hub is down."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_repo.errors import Conflict
from jupyter_repo.lab.app import JupyterRepo
from jupyter_repo.lab.connection import Connection
from jupyter_repo.lab.preferences import Preferences
from jupyter_repo.service.work import Settings
from jupyter_repo.upstream.hub import Hub
from tests.http.conftest import Answering, serve

DEAD = Hub("http://127.0.0.1:9/hub/api", "/hub/api/oauth2/authorize", "service-repo", "the-secret", "/oauth_callback")


@pytest.fixture
def beside(tmp_path: Path, jp_environ: None) -> Iterator[Answering]:
    """A repository whose hub is down."""
    folder = tmp_path / "repository"
    folder.mkdir()
    yield from serve(folder, Settings(hub=DEAD))


def connected(app: JupyterRepo) -> Connection:
    """The connection of a Jupyter server with these settings, started."""
    app.preferences = Preferences(app.data_folder)
    connection = app._connect()
    asyncio.run(connection.start())
    asyncio.run(connection.stop())
    return connection


def test_a_hub_that_is_down_is_said_and_no_form_is_shown(
    beside: Answering, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "token-of-the-hub")
    with caplog.at_level(logging.DEBUG):
        connection = connected(JupyterRepo(url=beside.url, data_dir=str(tmp_path / "lab")))
        status = connection.status()
    assert (status["hub"], status["state"], status["account"]) == (True, "unreachable", None)
    assert "JupyterHub does not answer" in status["message"]
    assert "token-of-the-hub" not in caplog.text
    for refused in (connection.sign_out, connection.sign_up):
        with pytest.raises(Conflict, match="JupyterHub says who you are"):
            refused()


@pytest.mark.parametrize("settings", [{"hub": False}, {"url": ""}])
def test_the_hub_s_token_goes_only_where_the_configuration_says(
    beside: Answering, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: dict[str, object]
) -> None:
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "token-of-the-hub")
    Preferences(tmp_path / "lab").change({"url": beside.url})
    status = connected(JupyterRepo(**{"url": beside.url, "data_dir": str(tmp_path / "lab"), **settings})).status()
    assert (status["url"], status["hub"], status["state"]) == (beside.url, False, "signed-out")
