"""Who I am and how the repository does: status, sign in and out, my name."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...client.client import RepoClient
from ...client.transport import segment
from ...errors import InvalidRequest, NotFound
from .base import SEGMENT, RepoHandler


class StatusHandler(RepoHandler):
    """What the panel shows of itself; always 200, `state` says what to do."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Where things stand."""
        self.send(await self.off_loop(self.connection.status))


class LoginHandler(RepoHandler):
    """Sign in with a name and password; both empty: as the owner of the embedded repository."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Body: `username`, `password`; answers the new status."""
        fields = self.fields()
        await self.connection.sign_in(fields.text("username", ""), fields.text("password", ""))
        self.send(await self.off_loop(self.connection.status))


class LogoutHandler(RepoHandler):
    """Sign out: the token is revoked and forgotten."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Answers the new status."""
        await self.off_loop(self.connection.sign_out)
        self.send(await self.off_loop(self.connection.status))


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
        self.send(await self.off_loop(self.connection.status))


class SignUpHandler(RepoHandler):
    """Make an account in a team's repository."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Body: `name`, `email`, `password`, `accept_terms`, `invitation`?; answers the new status, signed in."""
        fields = self.fields()
        said: dict[str, object] = {name: fields.text(name) for name in ("name", "email", "password")}
        said["accept_terms"] = fields.flag("accept_terms")
        if invitation := fields.optional("invitation"):
            said["invitation"] = invitation
        await self.off_loop(self.connection.sign_up, **said)
        self.send(await self.off_loop(self.connection.status))


class ActiveHandler(RepoHandler):
    """The account the person works as: their own, or an organization's."""

    @web.authenticated
    @authorized
    async def put(self) -> None:
        """Body: `channel`; answers the new status."""
        await self.off_loop(self.connection.activate, self.fields().text("channel"))
        self.send(await self.off_loop(self.connection.status))


class AvatarHandler(RepoHandler):
    """The picture of an account, as the repository has it."""

    @web.authenticated
    @authorized
    async def get(self, name: str) -> None:
        """The image; NotFound where the repository has none, or something else than a picture."""
        kind, content = await self.off_loop(picture, self.connection.client(), f"/avatar/{segment(name)}")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
        self.set_header("Cache-Control", "private, max-age=600")
        self.finish(content, set_content_type=kind)


PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml")
PICTURE_BYTES = 1 << 20


def picture(client: RepoClient, path: str) -> tuple[str, bytes]:
    """Type and bytes of a picture of the repository; NotFound for anything else."""
    with client.request("GET", path, root="", headers={"Accept": "image/*"}, stream=True) as answer:
        kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        content = answer.raw.read(PICTURE_BYTES + 1, decode_content=True)
    if kind not in PICTURES or len(content) > PICTURE_BYTES:
        raise NotFound("There is no picture")
    return kind, content


class NotificationsHandler(RepoHandler):
    """What the person should know."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """The messages, newest first, and how many are new."""
        found = await self.off_loop(self.connection.signed_in().notifications)
        self.send({"notifications": found, "unread": sum(not message["read"] for message in found)})

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Say that all were read."""
        self.send({"read": await self.off_loop(self.connection.signed_in().mark_read)})


class SettingsHandler(RepoHandler):
    """Which repository, the defaults of what is published, what the publish guard looks for."""

    def _send_settings(self) -> None:
        app = self.app
        self.send(app.preferences.document(url_fixed=bool(app.url), url=app.url or app.preferences.url))

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """The settings."""
        self._send_settings()

    @web.authenticated
    @authorized
    async def put(self) -> None:
        """Body: any of `url`, `default_channel`, `default_visibility`, `guard`; they hold at once."""
        await self.app.change_settings(self.fields().values)
        self._send_settings()


ROUTES = [
    (r"/jupyter-repo/sign-up", SignUpHandler),
    (r"/jupyter-repo/account/active", ActiveHandler),
    (rf"/jupyter-repo/avatar/{SEGMENT}", AvatarHandler),
    (r"/jupyter-repo/notifications", NotificationsHandler),
    (r"/jupyter-repo/settings", SettingsHandler),
    (r"/jupyter-repo/status", StatusHandler),
    (r"/jupyter-repo/login", LoginHandler),
    (r"/jupyter-repo/logout", LogoutHandler),
    (r"/jupyter-repo/account", AccountHandler),
]
