"""The unit of work: what the database can't hold is the request's fault, and told as such."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
import sqlalchemy as sa

from jupyter_repo.db import tables as t
from jupyter_repo.errors import InvalidRequest
from jupyter_repo.service.work import Work
from tests.worlds import World


@pytest.mark.parametrize("value", ["a\0b", "a\0"])
def test_a_character_that_the_database_cannot_hold_is_no_accident(world: World, value: str) -> None:
    name = t.packages.c.name
    lite = world.repository.engine.dialect.name == "sqlite"  # which holds it, and finds nothing
    refused = nullcontext() if lite else pytest.raises(InvalidRequest, match="leave it out")
    for enter in (world.repository.read, world.repository.write):
        with refused, enter() as work:
            assert work.db.execute(sa.select(name).where(name == value)).all() == []


def test_a_number_that_the_database_cannot_hold_is_no_accident(world: World) -> None:
    wide = sa.select(t.packages.c.name).where(t.packages.c.id == 2**70)

    def ask(work: Work) -> None:
        assert work.db.execute(wide).all() == []

    for enter in (world.repository.read, world.repository.write):
        with pytest.raises(InvalidRequest, match="leave it out"), enter() as work:
            ask(work)
    with pytest.raises(InvalidRequest, match="leave it out"):
        world.repository.write_together(ask)
