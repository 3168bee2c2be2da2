"""Tokens that end soon: who hears of it, when, how often."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from jupyter_repo.db import tables as t
from jupyter_repo.errors import Unavailable
from jupyter_repo.service import accounts, chores, expiry, notifications, tokens
from jupyter_repo.service.work import Repository, Settings
from tests.engines import free_port
from tests.posting import mail_server, words
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


def ends_soon(world: World) -> None:
    world.token(world.ada, "acme", "all")
    with world.repository.write() as work:
        ends = {"expires_at": work.now + timedelta(days=6.5), "created_at": work.now - timedelta(days=300)}
        work.db.execute(sa.update(t.tokens).values(**ends))


def test_by_mail_once_and_without_the_token(world: World) -> None:
    ends_soon(world)
    with mail_server() as (post, url):
        mailing = Repository(
            world.repository.engine, world.repository.store, Settings(smtp_url=url, mail_from="repo@example.org")
        )
        assert chores.warn(mailing, "https://repo.example.org") == "Told 1 person"
        assert chores.warn(mailing, "https://repo.example.org") == "", "said already"
        mail = post.wait(1)
        assert len(post.mails) == 1
    assert (mail["To"], mail["From"], mail["Subject"]) == (
        "ada@example.org",
        "repo@example.org",
        "A token expires soon",
    )
    text = words(mail)
    assert text.startswith("Your token 'token 1 all' of acme expires on ")
    assert "https://repo.example.org/acme/settings/access" in text
    assert "jr-" not in text, "no secret is mailed"


def test_a_mail_server_that_is_away_loses_no_message(world: World) -> None:
    ends_soon(world)
    away = Settings(smtp_url=f"smtp://robot:do-not-show@127.0.0.1:{free_port()}")
    mailing = Repository(world.repository.engine, world.repository.store, away)
    with pytest.raises(Unavailable, match="1 of 1 mails were not taken") as refused:
        chores.warn(mailing, "https://repo.example.org")
    assert "do-not-show" not in str(refused.value)
    with world.repository.read() as work:
        assert [one.kind for one in notifications.listing(work, world.ada)] == ["token-expiry"]
