"""Tokens that end soon: who hears of it, when, how often."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from jupyter_repo.db import tables as t
from jupyter_repo.service import accounts, expiry, notifications, tokens
from tests.worlds import World


def test_once_for_each_threshold(world: World) -> None:
    world.token(world.ada, "ada", "all")
    world.token(world.ada, "ada", "api", "repos", lifetime=timedelta(days=20))
    c = t.tokens.c

    def left(**time: float) -> list[str]:
        with world.repository.write() as work:
            ends = {"expires_at": work.now + timedelta(**time), "created_at": work.now - timedelta(days=300)}
            work.db.execute(sa.update(t.tokens).where(c.name == "token 1 all").values(**ends))
            return [one.text for one in expiry.warn(work)]

    assert left(days=31) == []
    for days in (30, 7, 1):
        text = left(days=days)
        assert len(text) == 1
        assert text[0].startswith("your token 'token 1 all' of ada expires on ")
        assert left(days=days - 0.1) == [], "said already"
    assert left(days=-1) == []
    with world.repository.read() as work:
        said = notifications.listing(work, world.ada)
    assert [(one.kind, one.link) for one in said] == [("token-expiry", "/ada/settings/access")] * 3


def test_what_was_rotated_ends_in_silence(world: World) -> None:
    world.token(world.ada, "ada", "all")
    with world.repository.write() as work:
        tokens.rotate(work, world.ada, accounts.get(work, "ada"), "token 1 all")
        assert expiry.warn(work) == []
