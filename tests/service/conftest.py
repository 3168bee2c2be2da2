"""`shared`: a world in which something is shared."""

from __future__ import annotations

import pytest

from jupyter_repo.service import groups
from tests.worlds import PRIVATE, World


@pytest.fixture
def shared(world: World) -> World:
    """acme/secret is private, and Bob is in the group readers, which lists it with Read."""
    world.publish(world.ada, "acme", world.conda("secret"), visibility=PRIVATE)
    world.publish(world.ada, "acme", world.conda("other"), visibility=PRIVATE)
    with world.repository.write() as work:
        groups.create(work, world.ada, "acme", "readers", "read")
        groups.add_package(work, world.ada, "acme", "readers", "secret")
        groups.add_member(work, world.ada, "acme", "readers", "bob")
    return world
