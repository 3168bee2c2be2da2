"""From one credential to another: never to a wider one."""

from __future__ import annotations

import pytest

from jupyter_repo.errors import Forbidden, NotFound, Unauthenticated
from jupyter_repo.models import Kind
from jupyter_repo.service import accounts, channels, groups, sessions, tokens
from tests.worlds import PRIVATE, World


def test_a_token_of_one_channel_becomes_nothing_wider(world: World) -> None:
    """Neither a browser's session nor a sign-in, which reach all channels; nor a token for other networks."""
    with world.repository.write() as work:
        ada = accounts.get(work, "ada")
        tokens.create(work, world.ada, ada, "laptop", scopes=["all"], login=True)
    narrow, _ = world.token(world.ada, "ada", "all")
    with world.repository.write() as work:
        with pytest.raises(Unauthenticated):
            sessions.link(work, narrow)
        with pytest.raises(Forbidden, match="'laptop' is a sign-in"):
            tokens.rotate(work, narrow, ada, "laptop")
        _, secret = tokens.rotate(work, world.ada, ada, "laptop")
        login = tokens.present(work, secret).actor
        assert login is not None
        assert sessions.redeem(work, sessions.link(work, login)) is not None
        _, bound_secret = tokens.create(work, world.ada, ada, "bound", scopes=["api"], addresses=["10.0.0.0/8"])
        bound = tokens.present(work, bound_secret, address="10.1.2.3").actor
        assert bound is not None
        assert tokens.create(work, bound, ada, "a", scopes=["api"])[0].addresses == ("10.0.0.0/8",)
        inside = tokens.create(work, bound, ada, "b", scopes=["api"], addresses=["10.1.0.0/16"])[0]
        assert inside.addresses == ("10.1.0.0/16",)
        for wider in ("0.0.0.0/0", "11.0.0.0/8", "::/0"):
            with pytest.raises(Forbidden, match="works from 10"):
                tokens.create(work, bound, ada, "c", scopes=["api"], addresses=[wider])


@pytest.mark.parametrize("scope", ["pypi:download", "repos"])
def test_a_member_s_token_that_only_downloads_opens_the_index_of_what_they_may_download(
    world: World, scope: str
) -> None:
    world.publish(world.ada, "acme", world.wheel("inner"), visibility=PRIVATE)
    with world.repository.write() as work:
        groups.create(work, world.ada, "acme", "Readers", "read")
        groups.add_member(work, world.ada, "acme", "Readers", "bob")
        groups.add_package(work, world.ada, "acme", "Readers", "inner")
    token, _ = world.token(world.bob, "acme", scope)
    with world.repository.read() as work:
        assert channels.view(work, token, "acme", Kind.PYPI).reach.packages
        if scope == "pypi:download":
            with pytest.raises(NotFound):
                channels.view(work, token, "acme", Kind.CONDA)
