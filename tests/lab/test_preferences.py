"""The settings editor's choices take effect at once, on this side too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import Lab

USUAL = {"address": "", "channel": "", "access": "public", "guard_off": [], "guard_output_mib": 2}


async def choose(lab: Lab, **change: object) -> Any:
    """The status after a choice."""
    return await lab.send("PUT", "preferences", body={**USUAL, **change})


def notebook(lab: Lab, name: str, source: str) -> None:
    cell = {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None, "id": "a"}
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
    (lab.root / name).write_text(json.dumps(content))


async def test_the_status_says_what_is_chosen(lab: Lab) -> None:
    assert (await lab.get("status"))["preferences"] == USUAL
    chosen = await choose(lab, access="private", guard_output_mib=0.5)
    assert chosen["preferences"] == {**USUAL, "access": "private", "guard_output_mib": 0.5}
    assert chosen["state"] == "ready"


async def test_access_of_new_notebooks_follows(lab: Lab) -> None:
    notebook(lab, "quiet.ipynb", "1")
    await choose(lab, access="unlisted")
    assert (await lab.get("publish", path="quiet.ipynb"))["visibility"] == "unlisted"


async def test_a_channel_that_is_not_mine_is_no_default(lab: Lab) -> None:
    notebook(lab, "mine.ipynb", "1")
    own = (await choose(lab, channel="somebody-else"))["account"]
    assert (await lab.get("publish", path="mine.ipynb"))["channel"] == own


async def test_the_active_organization_is_where_notebooks_go(lab: Lab) -> None:
    notebook(lab, "ours.ipynb", "1")
    await lab.send("POST", "api", "organizations", body={"name": "acme"})
    await choose(lab, channel="ACME")
    assert (await lab.get("publish", path="ours.ipynb"))["channel"] == "acme"


async def test_a_rule_that_is_off_neither_warns_nor_stops(lab: Lab) -> None:
    notebook(lab, "home.ipynb", "open('/home/carol/data.csv')")
    [found] = (await lab.get("publish", path="home.ipynb"))["findings"]
    assert found["kind"] == "home-path"
    own = (await choose(lab, guard_off=["home-path"]))["account"]
    assert (await lab.get("publish", path="home.ipynb"))["findings"] == []
    body = {"path": "home.ipynb", "channel": own, "name": "home", "environment": False}
    await lab.done(await lab.send("POST", "publish", body=body))


@pytest.mark.parametrize(
    "change",
    [
        {"guard_off": ["everything"]},
        {"guard_output_mib": 0},
        {"guard_output_mib": "2"},
        {"access": "nobody"},
        {"address": "ftp://x"},
    ],
)
async def test_choices_that_mean_nothing_are_refused_and_change_nothing(lab: Lab, change: dict[str, object]) -> None:
    code, _ = await lab.refused("PUT", "preferences", body={**USUAL, **change})
    assert code == 400
    assert (await lab.get("status"))["preferences"] == USUAL


async def test_another_address_and_back_again(lab: Lab) -> None:
    home = (await lab.get("status"))["url"]
    away = await choose(lab, address="http://127.0.0.1:9")
    assert away["state"] == "unreachable"
    assert not away["embedded"]
    back = await choose(lab)
    assert (back["state"], back["url"], back["embedded"]) == ("ready", home, True)


class TestFixed:
    """Where the configuration of the Jupyter server fixes the repository."""

    @pytest.fixture
    def repo_config(self, tmp_path: Path) -> dict[str, object]:
        return {"data_dir": str(tmp_path / "repository"), "port": 0, "url_fixed": True}

    async def test_no_other_address_is_taken(self, lab: Lab) -> None:
        assert not (await lab.get("status"))["address_can_change"]
        code, said = await lab.refused("PUT", "preferences", body={**USUAL, "address": "http://127.0.0.1:9"})
        assert (code, (await lab.get("status"))["state"]) == (403, "ready")
        assert "fixed" in said["message"]
