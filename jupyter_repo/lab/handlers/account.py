"""Who I am and how the repository does: status, sign in and out, my name."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...errors import InvalidRequest
from .base import RepoHandler


class StatusHandler(RepoHandler):
    """What the panel shows of itself; always 200, `state` says what to do."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Where things stand."""
        self.send(await self.off_loop(self.status))


class LoginHandler(RepoHandler):
    """Sign in with a name and password; both empty: as the owner of the embedded repository."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Body: `username`, `password`; answers the new status."""
        fields = self.fields()
        await self.connection.sign_in(fields.text("username", ""), fields.text("password", ""))
        self.send(await self.off_loop(self.status))


class LogoutHandler(RepoHandler):
    """Sign out: the token is revoked and forgotten."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Answers the new status."""
        await self.off_loop(self.connection.sign_out)
        self.send(await self.off_loop(self.status))


class SignUpHandler(RepoHandler):
    """Make an account on a repository where one may."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Body: `name`, `email`, `password`, `accept_terms`, `invitation`?; answers the new status."""
        fields = self.fields()
        person = {
            "name": fields.text("name"),
            "email": fields.text("email"),
            "password": fields.text("password"),
            "accept_terms": fields.flag("accept_terms"),
            "invitation": fields.text("invitation", ""),
        }
        await self.off_loop(self.connection.sign_up, person)
        self.send(await self.off_loop(self.status))


class AccountHandler(RepoHandler):
    """Name and password of the embedded repository's owner."""

    @web.authenticated
    @authorized
    async def put(self) -> None:
        """Body: `name` and/or `password`; answers the new status."""
        fields = self.fields()
        name, password = fields.optional("name"), fields.optional("password")
        if name is None and password is None:
            raise InvalidRequest("Nothing to change: say 'name' or 'password'")
        await self.connection.set_owner(name=name, password=password)
        self.send(await self.off_loop(self.status))


ROUTES = [
    (r"/jupyter-repo/status", StatusHandler),
    (r"/jupyter-repo/login", LoginHandler),
    (r"/jupyter-repo/logout", LogoutHandler),
    (r"/jupyter-repo/sign-up", SignUpHandler),
    (r"/jupyter-repo/account", AccountHandler),
]
