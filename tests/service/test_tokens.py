"""Tokens, passwords, sessions: what opens, what no longer opens, and what is kept."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from jupyter_repo.db import tables as t
from jupyter_repo.errors import Forbidden, InvalidRequest, NotFound, Unauthenticated
from jupyter_repo.service import accounts, secrets, sessions, signing, tokens
from tests.worlds import World


def test_the_form_of_a_token_survives_conda_s_own_parsing() -> None:
    for _ in range(50):
        token = secrets.new_token()
        found = re.search(r"/t/([a-zA-Z0-9-]*)", f"/t/{token}/conda/ada")
        assert found is not None
        assert found[1] == token
        assert secrets.is_token(token)
        assert not secrets.is_token(token[:-1] + ("a" if token[-1] != "a" else "b"))


def test_a_secret_is_shown_once_and_never_kept(world: World) -> None:
    _, secret = world.token(world.ada, "ada", "all")
    with world.repository.read() as work:
        kept = repr([work.db.execute(sa.select(table)).all() for table in t.metadata.sorted_tables])
    assert secret not in kept
    assert "secret-ada" not in kept
    assert secret[:8] in kept


def test_revoking_works_at_once(world: World) -> None:
    _, secret = world.token(world.ada, "ada", "all")
    with world.repository.write() as work:
        tokens.revoke(work, world.ada, accounts.get(work, "ada"), "token 1 all")
    with world.repository.read() as work:
        presented = tokens.present(work, secret)
    assert presented.actor is None
    assert presented.dead is not None
    assert presented.dead.name == "token 1 all"


def test_a_token_expires(world: World) -> None:
    _, secret = world.token(world.ada, "ada", "all", lifetime=timedelta(days=1))
    with world.repository.write() as work:
        work.db.execute(sa.update(t.tokens).values(expires_at=work.now - timedelta(seconds=1)))
    with world.repository.read() as work:
        assert tokens.present(work, secret).dead is not None


def test_a_disabled_maker_s_token_is_dead(world: World) -> None:
    _, secret = world.token(world.ada, "ada", "all")
    with world.repository.write() as work:
        work.db.execute(sa.update(t.accounts).where(t.accounts.c.name == "ada").values(disabled=True))
    with world.repository.read() as work:
        assert tokens.present(work, secret).actor is None
    with pytest.raises(Unauthenticated):
        signing.sign_in(world.repository, "ada", "secret-ada")


def test_a_year_unless_asked_otherwise(world: World) -> None:
    actor, _ = world.token(world.ada, "ada", "all")
    with world.repository.read() as work:
        assert actor.token is not None
        made = tokens.current(work, actor.token)
    assert made.expires_at is not None
    assert made.expires_at - made.created_at == timedelta(days=365)


def test_a_token_makes_no_stronger_token(world: World) -> None:
    actor, _ = world.token(world.ada, "ada", "api")
    with pytest.raises(Forbidden, match="can't make one with the scope all"):
        world.token(actor, "ada", "all")
    assert world.token(actor, "ada", "api:read")
    weak, _ = world.token(world.ada, "ada", "api:write")
    with pytest.raises(Forbidden):
        world.token(weak, "ada", "api:read")


def test_a_name_is_taken_until_its_token_is_revoked(world: World) -> None:
    with world.repository.write() as work:
        ada = accounts.get(work, "ada")
        tokens.create(work, world.ada, ada, "ci", scopes=["repos"])
        with pytest.raises(InvalidRequest, match="a token called 'ci' exists already"):
            tokens.create(work, world.ada, ada, "ci", scopes=["repos"])
        tokens.revoke(work, world.ada, ada, "ci")
        tokens.create(work, world.ada, ada, "ci", scopes=["repos"])
        with pytest.raises(NotFound):
            tokens.revoke(work, world.ada, ada, "nope")


def test_unknown_scopes_are_refused_with_the_known_ones(world: World) -> None:
    with pytest.raises(InvalidRequest, match=r"unknown scope api:build-worker; known scopes: all, api") as refused:
        world.token(world.ada, "ada", "api:build-worker")
    assert refused.value.status == 422


def test_nobody_makes_tokens_of_another_channel(world: World) -> None:
    with pytest.raises(Forbidden):
        world.token(world.bob, "ada", "all")


@pytest.mark.parametrize(("name", "password"), [("ada", "wrong-one"), ("nobody-here", "secret-ada"), ("acme", "x" * 9)])
def test_signing_in_never_tells_whether_the_name_exists(world: World, name: str, password: str) -> None:
    assert signing.sign_in(world.repository, "Ada", "secret-ada").name == "ada"
    with pytest.raises(Unauthenticated, match="Invalid username or password"):
        signing.sign_in(world.repository, name, password)


def test_a_new_password_ends_all_sessions(world: World) -> None:
    with world.repository.write() as work:
        ada = accounts.get(work, "ada")
        cookie = sessions.begin(work, ada)
        assert sessions.find(work, cookie) is not None
        accounts.set_password(work, ada, "another-secret")
        assert sessions.find(work, cookie) is None
        with pytest.raises(InvalidRequest, match="at least 7 characters"):
            accounts.set_password(work, ada, "short")


def test_a_link_signs_one_browser_in_once(world: World) -> None:
    with world.repository.write() as work:
        secret = sessions.link(work, world.ada)
        assert sessions.find(work, secret) is None, "a link is no session"
        cookie = sessions.redeem(work, secret)
        assert cookie is not None
        assert sessions.find(work, cookie) is not None
        assert sessions.redeem(work, secret) is None
        late = sessions.link(work, world.ada)
        work.db.execute(sa.update(t.sessions).where(t.sessions.c.is_link).values(expires_at=work.now))
        assert sessions.redeem(work, late) is None


def test_a_narrow_token_signs_no_browser_in(world: World) -> None:
    actor, _ = world.token(world.ada, "ada", "api")
    with world.repository.write() as work, pytest.raises(Unauthenticated):
        sessions.link(work, actor)


def test_an_account_is_renamed_only_while_nothing_was_published(world: World) -> None:
    with world.repository.write() as work:
        ada = accounts.rename(work, accounts.get(work, "ada"), "ada-l")
        assert accounts.find(work, "ada") is None
        accounts.rename(work, ada, "ada")
    world.publish(world.ada, "ada", world.conda())
    with world.repository.write() as work, pytest.raises(Exception, match="addresses would break"):
        accounts.rename(work, accounts.get(work, "ada"), "ada-l")
