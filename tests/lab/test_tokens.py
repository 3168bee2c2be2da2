"""Tokens for clients elsewhere: made, listed without their secrets, revoked."""

from __future__ import annotations

import asyncio
import json

import pytest

from jupyter_repo.client.client import RepoClient
from jupyter_repo.errors import Unauthenticated

from .conftest import Lab


async def test_a_token_is_made_shown_once_and_revoked(lab: Lab) -> None:
    owner = await lab.owner()
    body = {"channel": owner, "name": "ci", "scopes": ["repos"], "expires_in_days": 30}
    made = await lab.send("POST", "tokens", body=body)
    assert made["scopes"] == ["repos"]
    assert made["expires_at"]
    listed = await lab.get("tokens", channel=owner)
    ci = next(token for token in listed["tokens"] if token["name"] == "ci")
    assert ci["state"] == "live"
    assert made["token"] not in json.dumps(listed)
    assert "repos" in listed["scopes"]
    client = RepoClient(lab.client().url, made["token"])
    await asyncio.to_thread(client.service)
    await lab.send("DELETE", "tokens", owner, "ci")
    with pytest.raises(Unauthenticated):
        await asyncio.to_thread(client.user)
    assert (await lab.refused("DELETE", "tokens", owner, "never-was"))[0] == 404


async def test_ones_own_channel_is_the_default(lab: Lab) -> None:
    assert (await lab.get("tokens"))["tokens"] == (await lab.get("tokens", channel=await lab.owner()))["tokens"]


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"channel": None},
        {"scopes": "all"},
        {"scopes": ["fly"]},
        {"expires_in_days": 0},
        {"expires_in_days": True},
        {"expires_in_days": "soon"},
    ],
)
async def test_bad_bodies_are_refused(lab: Lab, change: dict[str, object]) -> None:
    body = {"channel": await lab.owner(), "name": "t", "scopes": ["repos"]} | change
    assert (await lab.refused("POST", "tokens", body=body))[0] in (400, 422)  # 422 is the repository's own


async def test_a_token_without_end(lab: Lab) -> None:
    body = {"channel": await lab.owner(), "name": "t", "scopes": ["repos"], "expires_in_days": None}
    assert (await lab.send("POST", "tokens", body=body))["expires_at"] is None
