"""Deleting accounts, the site administrator's column, and the log."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from jupyter_repo.db import tables as t
from jupyter_repo.errors import (
    AlreadyExists,
    Conflict,
    Forbidden,
    InvalidRequest,
    Unauthenticated,
)
from jupyter_repo.models import Actor
from jupyter_repo.service import (
    accounts,
    audit,
    closing,
    packages,
    trash,
)
from tests.worlds import World


def test_deleting_an_organization_asks_for_password_and_name_and_erases_all(shared: World) -> None:
    token, _ = shared.token(shared.ada, "acme", "all")
    with shared.repository.write() as work:
        for problem, call in (
            (Forbidden, lambda: closing.close(work, shared.bob, "acme", password="secret-bob", typed="acme")),
            (Forbidden, lambda: closing.close(work, token, "acme", password="secret-ada", typed="acme")),
            (Unauthenticated, lambda: closing.close(work, shared.ada, "acme", password="wrong-one", typed="acme")),
            (InvalidRequest, lambda: closing.close(work, shared.ada, "acme", password="secret-ada", typed="acm")),
            (Conflict, lambda: closing.close(work, shared.ada, "ada", password="secret-ada", typed="ada")),
        ):
            with pytest.raises(problem):
                call()
        closing.close(work, shared.ada, "acme", password="secret-ada", typed="acme")
        assert accounts.find(work, "acme") is None
        with pytest.raises(AlreadyExists, match="the name Acme is taken"):
            accounts.create_user(work, "Acme")
        closing.close(work, shared.ada, "ada", password="secret-ada", typed="ada")
        work.db.execute(sa.update(t.reserved_names).values(until=work.now))
        accounts.create_user(work, "Acme")
    from jupyter_repo.service import collector

    collector.sweep(shared.repository, grace=-1)
    assert shared.blobs() == set()


def test_a_site_administrator_s_column(shared: World) -> None:
    from dataclasses import replace

    with shared.repository.write() as work:
        root = Actor(accounts.create_user(work, "root-of-all", password="secret-root", admin=True))
        packages.get(work, root, "acme", "secret")
        for operation in (packages.Op.LIST_FILES, packages.Op.DOWNLOAD, packages.Op.EDIT_SETTINGS):
            with pytest.raises(Forbidden):
                packages.get(work, root, "acme", "secret", operation)
        packages.get(work, replace(root, break_glass="a complaint"), "acme", "secret", packages.Op.DOWNLOAD)
        trash.delete(work, root, "acme", "secret")
        last = audit.listing(work, root, None)[0]
        assert (last.action, last.target, last.details["taken_down"]) == ("package.delete", "acme/secret", True)
        closing.close(work, root, "acme", password="secret-root", typed="acme")


def test_the_log_tells_who_what_and_by_which_token_and_only_grows(shared: World) -> None:
    writer, _ = shared.token(shared.ada, "acme", "api:write")
    shared.publish(writer, "acme", shared.conda("secret", "3.0"))
    with shared.repository.read() as work:
        acme = accounts.get(work, "acme")
        newest = audit.listing(work, shared.ada, acme)[0]
        assert (newest.actor, newest.token, newest.action) == ("ada", "token 1 api:write", "file.upload")
        assert newest.target == "acme/secret/3.0"
        assert {one.channel for one in audit.listing(work, shared.ada, acme, limit=1000)} == {"acme"}
        assert len(list(audit.export(work, shared.ada, acme))) == len(audit.listing(work, shared.ada, acme, limit=1000))
        with pytest.raises(Forbidden):
            audit.listing(work, shared.bob, acme)
        with pytest.raises(Forbidden, match="only a site administrator"):
            audit.listing(work, shared.ada, None)
    for statement in (sa.update(t.audit).values(actor="nobody"), sa.delete(t.audit)):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), shared.repository.engine.begin() as db:
            db.execute(statement)
