"""Access tokens for clients elsewhere; the only secret that ever reaches the page, once, is a new one."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...client.client import RepoClient
from ...client.documents import TokenDocument
from .base import SEGMENT, RepoHandler


def tokens_of(client: RepoClient, channel: str) -> tuple[list[TokenDocument], dict[str, str]]:
    """The tokens of a channel (by default one's own), and what scopes there are."""
    return client.tokens(channel or client.user()["login"]), client.scopes()


class TokensHandler(RepoHandler):
    """List and create."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Query: `channel`; answers its tokens, and every scope with its sentence."""
        tokens, scopes = await self.off_loop(tokens_of, self.connection.signed_in(), self.query("channel"))
        self.send({"tokens": tokens, "scopes": scopes})

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Body: `channel`, `name`, `scopes`, `expires_in_days`; answers the token with its secret."""
        fields = self.fields()
        made = await self.off_loop(
            self.connection.signed_in().create_token,
            fields.text("channel"),
            fields.text("name"),
            fields.texts("scopes"),
            expires_in_days=fields.days("expires_in_days", default=365),
        )
        self.send(made, 201)


class TokenHandler(RepoHandler):
    """Revoke."""

    @web.authenticated
    @authorized
    async def delete(self, channel: str, name: str) -> None:
        """End it at once."""
        await self.off_loop(self.connection.signed_in().revoke_token, channel, name)
        self.send_nothing()


class RotateHandler(RepoHandler):
    """A new secret for the same token."""

    @web.authenticated
    @authorized
    async def post(self, channel: str, name: str) -> None:
        """Answers the token with its new secret; the old one works on for a week."""
        self.send(await self.off_loop(self.connection.signed_in().rotate_token, channel, name), 201)


ROUTES = [
    (rf"/jupyter-repo/tokens/{SEGMENT}/{SEGMENT}/rotate", RotateHandler),
    (r"/jupyter-repo/tokens", TokensHandler),
    (rf"/jupyter-repo/tokens/{SEGMENT}/{SEGMENT}", TokenHandler),
]
