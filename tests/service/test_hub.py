"""Whose account is whose, of those whom JupyterHub signs in."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from jupyter_repo.db import tables as t
from jupyter_repo.errors import Conflict, Forbidden, NotFound, Unauthenticated
from jupyter_repo.models import Account, Actor, TokenUse
from jupyter_repo.service import accounts, hub, hub_links, links, registration, sessions, tokens
from jupyter_repo.service.hub import Person
from jupyter_repo.service.work import Repository, Settings
from jupyter_repo.upstream.hub import Hub
from tests.worlds import World

HUB = Hub("http://127.0.0.1:9/hub/api", "/hub/api/oauth2/authorize", "service-repo", "secret", "/oauth_callback")


def beside(repository: Repository, found: Hub | None = HUB) -> Repository:
    """The same repository, with a hub."""
    return Repository(repository.engine, repository.store, replace(repository.settings, hub=found))


def sign_in(repository: Repository, name: str, admin: bool | None = None) -> Account:
    with repository.write() as work:
        return hub.sign_in(work, Person(name, admin), address="192.0.2.1")


def server(name: str, *scopes: str, kind: str = "user") -> dict[str, object]:
    """What the hub says of a token."""
    return {"kind": kind, "name": name, "scopes": list(scopes), "admin": False}


def test_each_hub_user_has_an_account_of_their_own(repository: Repository) -> None:
    site = beside(repository)
    with site.write() as work:
        local = accounts.create_user(work, "ada", password="secret-ada")
    first = sign_in(site, "ada")
    assert first.name == "ada-2", "an account that was there under the name is somebody else's"
    assert first.id != local.id
    assert sign_in(site, "ada").id == first.id
    assert sign_in(site, "Ada").name == "ada-3", "the hub tells Ada from ada"
    assert sign_in(site, "zoë@example.org").name == "zoe-example.org"
    assert sign_in(site, "admin").name == "user-admin", "reserved words are no names"
    assert sign_in(site, "x" * 255).name == "x" * 39
    assert sign_in(site, "x" * 254).name == "x" * 36 + "-2"
    with site.read() as work:
        made = work.db.execute(sa.select(t.audit.c.details).where(t.audit.c.action == "account.sign-up")).scalars()
        assert {"hub_user": "ada"} in list(made)


def test_an_account_of_before_becomes_the_hub_user_s(repository: Repository) -> None:
    site = beside(repository)
    with site.write() as work:
        local = accounts.create_user(work, "ada", password="secret-ada")
    made = sign_in(site, "ada")
    with site.write() as work:
        hub.trade(work, server("ada", "access:servers!server=ada/"))
        assert hub_links.link(work, Actor(local), Person("ada")).id == local.id
        assert hub_links.link(work, Actor(local), Person("ada")).id == local.id, "twice is once"
        assert accounts.find(work, made.name) is None, "it held nothing but the token of a server"
        with pytest.raises(Conflict, match="ada is the account of ada, another user"):
            hub_links.link(work, Actor(local), Person("eve"))
    assert sign_in(site, "ada").id == local.id
    with site.read() as work:
        written = work.db.execute(sa.select(t.audit.c.action, t.audit.c.target)).all()
        assert ("account.hub-user", "ada") in [tuple(line) for line in written]
        assert ("account.delete", "ada-2") in [tuple(line) for line in written]


def linked(repository: Repository) -> tuple[Repository, Account]:
    """A repository beside the hub, and the account there of its user ada, who has an address and no password."""
    site = beside(repository)
    account = sign_in(site, "ada")
    with site.write() as work:
        accounts.set_email(work, account, "ada@example.org")
    return site, account


def test_an_unlinked_account_is_closed_to_the_hub_and_what_it_opened(repository: Repository) -> None:
    site, account = linked(repository)
    with site.write() as work:
        accounts.set_password(work, account, "secret-ada")
        mine, other = (sessions.look(work, sessions.begin(work, account)) for _ in range(2))
        assert mine is not None
        assert other is not None
        secret = hub.trade(work, server("ada", "access:servers!server=ada/"))
        _, own_token = tokens.create(work, Actor(account), account, "mine", scopes=["all"])
        assert hub_links.unlink(work, Actor(account), stay=mine.id) == "ada"
        assert [one.id for one in sessions.listing(work, Actor(account))] == [mine.id]
        assert tokens.present(work, secret).dead is not None, "a server of the hub acts as nobody here"
        assert tokens.present(work, own_token).actor is not None
        with pytest.raises(NotFound, match="no JupyterHub user's account"):
            hub_links.unlink(work, Actor(account))
    assert sign_in(site, "ada").name == "ada-2", "who comes from the hub is somebody new"
    with site.read() as work:
        written = work.db.execute(sa.select(t.audit.c.action, t.audit.c.details)).all()
        assert ("account.no-hub-user", {"hub_user": "ada"}) in [tuple(line) for line in written]


def test_nobody_unlinks_themselves_out_of_their_account(repository: Repository) -> None:
    site, account = linked(repository)
    with site.write() as work:
        for confirmed, smtp in ((False, "smtp://mail.example.org"), (True, "")):
            if confirmed:
                links.confirmed(work, account, "ada@example.org")
            place = replace(work, settings=replace(site.settings, smtp_url=smtp))
            with pytest.raises(Conflict, match=r"neither a password .*: set a password in Settings > Account first"):
                hub_links.unlink(place, Actor(account))
            with pytest.raises(Conflict, match="hand its person a reset link first"):
                hub_links.unlink_for(place, registration.OPERATOR, account.name)
        alone = replace(work, settings=replace(site.settings, local_passwords=False))
        with pytest.raises(Conflict, match="with JupyterHub alone"):
            hub_links.unlink(alone, Actor(account))
        by_token, _ = tokens.create(work, Actor(account), account, "mine", scopes=["all"])
        use = TokenUse(by_token.id, "mine", account.id, frozenset({"all"}))
        with pytest.raises(Forbidden, match="no token may do this"):
            hub_links.unlink(work, Actor(account, use))
        assert hub_links.hub_user(work, account) == "ada"
        mailed = replace(work, settings=replace(site.settings, smtp_url="smtp://mail.example.org"))
        assert hub_links.unlink(mailed, Actor(account)) == "ada", "a confirmed address is a way in"


def test_an_administrator_unlinks_but_nobody_who_is_kept_out(repository: Repository) -> None:
    _, account = linked(repository)
    site = beside(repository, replace(HUB, admins=True))
    assert sign_in(site, "ada", admin=True).is_admin
    with site.write() as work:
        accounts.set_password(work, account, "secret-ada")
        with pytest.raises(Forbidden):
            hub_links.unlink_for(work, Actor(accounts.create_user(work, "bob")), "ada")
        registration.disable(work, registration.OPERATOR, "ada", disabled=True)
        with pytest.raises(Conflict, match="enable it first"):
            hub_links.unlink_for(work, registration.OPERATOR, "ada")
        registration.disable(work, registration.OPERATOR, "ada", disabled=False)
        assert hub_links.unlink_for(work, registration.OPERATOR, "ada") == "ada"
        assert not accounts.get(work, "ada").is_admin, "the office was the hub's to give and to take"


def test_what_a_hub_user_has_here_stays_theirs(world: World) -> None:
    site = beside(world.repository)
    made = sign_in(site, "ada")
    bob = Actor(world.bob.account)

    def refused(why: str) -> None:
        with site.write() as work, pytest.raises(Conflict, match=why):
            hub_links.link(work, bob, Person("ada"))
        assert sign_in(site, "ada").id == made.id

    with site.write() as work:
        tokens.create(work, Actor(made), made, "mine", scopes=["all"])
    refused(f"the account {made.name} here, and it has tokens")
    with site.write() as work:
        accounts.set_password(work, made, "secret-ada")
    refused("tokens, a password of its own")
    world.publish(Actor(made), made.name, world.conda())
    refused("packages, tokens")
    with site.write() as work:
        registration.disable(work, registration.OPERATOR, made.name, disabled=True)
        with pytest.raises(Forbidden, match="is disabled"):
            hub_links.link(work, bob, Person("ada"))
    by_token, _ = world.token(world.bob, "bob", "all")
    with site.write() as work, pytest.raises(Forbidden):
        hub_links.link(work, by_token, Person("eve"))


def test_a_disabled_account_stays_out(repository: Repository) -> None:
    site = beside(repository)
    sign_in(site, "ada")
    with site.write() as work:
        registration.disable(work, registration.OPERATOR, "ada", disabled=True)
    with pytest.raises(Forbidden, match="ada is disabled here"):
        sign_in(site, "ada")
    with site.write() as work, pytest.raises(Forbidden, match="disabled"):
        hub.trade(work, server("ada", "access:servers!server=ada/"))


def test_the_hub_s_administrators_are_the_site_s_only_where_it_is_said(repository: Repository) -> None:
    assert not sign_in(beside(repository), "ada", admin=True).is_admin
    trusting = beside(repository, replace(HUB, admins=True))
    assert sign_in(trusting, "ada", admin=True).is_admin
    assert sign_in(trusting, "ada", admin=None).is_admin, "a hub that does not say changes nothing"
    assert not sign_in(trusting, "ada", admin=False).is_admin
    with trusting.read() as work:
        words = work.db.execute(sa.select(t.audit.c.action).where(t.audit.c.target == "ada")).scalars().all()
    assert words == ["account.sign-up", "account.admin", "account.no-admin"]


@pytest.mark.parametrize(
    ("scopes", "found"),
    [
        (["users:activity!user=ada", "access:servers!server=ada/"], ""),
        (["access:servers!server=ada/gpu"], "gpu"),
        (["access:servers!user=ada"], ""),
        (["access:servers"], ""),
    ],
)
def test_a_token_that_opens_a_server_of_its_owner_is_traded(
    repository: Repository, scopes: list[str], found: str
) -> None:
    assert hub.server_of(server("ada", *scopes)) == found
    with beside(repository).write() as work:
        secret = hub.trade(work, server("ada", *scopes))
        again = hub.trade(work, server("ada", *scopes))
        assert tokens.present(work, secret).dead is not None, "a server has one token"
        actor = tokens.present(work, again).actor
        assert actor is not None
        assert actor.name == "ada"
        lines = [dict(row._mapping) for row in work.db.execute(sa.select(t.audit.c.action, t.audit.c.target))]
        assert {"action": "sign-in", "target": f"JupyterHub server {found}".strip()} in lines


@pytest.mark.parametrize(
    "scopes",
    [
        [],
        ["access:services!service=repo"],
        ["access:servers!server=bob/"],
        ["access:servers!server=ada-bob/"],
        ["access:servers!user=bob"],
        ["read:users:name!user=ada"],
    ],
)
def test_a_token_that_only_says_who_somebody_is_is_not(repository: Repository, scopes: list[str]) -> None:
    with beside(repository).write() as work:
        with pytest.raises(Forbidden, match="opens no server of its owner"):
            hub.trade(work, server("ada", *scopes))
        assert accounts.find(work, "ada") is None


def test_a_service_is_nobody(repository: Repository) -> None:
    with beside(repository).write() as work, pytest.raises(Unauthenticated, match="no person"):
        hub.trade(work, server("ada", "access:servers", kind="service"))


def test_a_repository_without_a_hub_has_none() -> None:
    with pytest.raises(NotFound):
        hub.of(Settings())
    assert "secret" not in repr(HUB)
