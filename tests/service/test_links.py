"""One-time links against who once held a password or a mailbox: what they began ends with it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from jupyter_repo.db import tables as t
from jupyter_repo.errors import InvalidRequest
from jupyter_repo.models import Account, Actor
from jupyter_repo.service import accounts, links, oauth, oauth_clients, own, registration
from jupyter_repo.service.work import Repository, Work

SECRET = "another-secret"


@pytest.fixture
def carol(repository: Repository) -> Account:
    with repository.write() as work:
        made = accounts.create_user(work, "carol", email="carol@example.org", password="secret-carol")
        links.confirmed(work, made, "carol@example.org")
    return made


def email(work: Work) -> tuple[str, bool]:
    found = accounts.get(work, "carol")
    return found.email, own.email_confirmed(work, found)


def test_who_knew_the_old_password_keeps_no_link_to_their_address(repository: Repository, carol: Account) -> None:
    with repository.write() as work:
        theirs = links.make(work, links.CONFIRM, carol, "thief@evil.example")
        hers = links.make(work, links.CONFIRM, carol, "carol@example.org")
        links.reset_password(work, links.make(work, links.RESET, carol, carol.email), SECRET)
        with pytest.raises(InvalidRequest, match="used already"):
            links.confirm_email(work, theirs)
        assert links.confirm_email(work, hers).name == "carol", "her own address is still hers to confirm"
        assert email(work) == ("carol@example.org", True)


def test_an_old_mailbox_opens_no_account_that_has_left_it(repository: Repository, carol: Account) -> None:
    with repository.write() as work:
        old = links.make(work, links.RESET, carol, "carol@example.org")
        handed = registration.reset_link(work, registration.OPERATOR, "carol")
        links.confirm_email(work, links.make(work, links.CONFIRM, carol, "carol@new.example"))
        with pytest.raises(InvalidRequest, match="used already"):
            links.reset_password(work, old, SECRET)
        assert email(work) == ("carol@new.example", True)
        assert links.alive(work, handed, links.RESET), "what an administrator hands over is bound to no mailbox"


def test_a_link_that_was_handed_over_confirms_no_address(repository: Repository, carol: Account) -> None:
    with repository.write() as work:
        accounts.set_email(work, carol, "carol@physics.uni.edu")
        links.reset_password(work, registration.reset_link(work, registration.OPERATOR, "carol"), SECRET)
        assert email(work) == ("carol@physics.uni.edu", False), "else anybody would be at a university"


def test_a_client_that_was_let_in_and_did_not_come_yet_stays_out_after_a_new_password(
    repository: Repository, carol: Account
) -> None:
    client = oauth_clients.ANACONDA.id
    with repository.write() as work:
        waiting, late = (oauth.begin_device(work, client, "", address="192.0.2.1") for _ in range(2))
        for device in (waiting, late):
            oauth.decide_device(work, Actor(carol), device.user_code, allowed=True)
        came = oauth.redeem_device(work, client, waiting.secret, address="192.0.2.1")
        assert came.token
        accounts.set_password(work, carol, SECRET)
        after = oauth.redeem_device(work, client, late.secret, address="192.0.2.1")
        assert (after.token, after.error) == ("", "invalid_grant")
        assert oauth.redeem_device(work, client, waiting.secret, address="192.0.2.1").error == "invalid_grant"
        revoked = work.db.scalars(sa.select(t.tokens.c.revoked_at).where(t.tokens.c.maker_id == carol.id)).all()
        assert None not in revoked, "a code shown again still ends the token that it gave"
        assert work.now - revoked[0] < timedelta(minutes=1)
