"""The site administrator's addresses; never by token, since a token is bound to a channel."""

from __future__ import annotations

from ...models import Account
from ...service import registration
from ...service.work import Work
from . import documents
from .base import ApiHandler


class AdminHandler(ApiHandler):
    """What the administrator's addresses share."""

    passwords = True

    @staticmethod
    def document(one: Account) -> dict[str, object]:
        """A user as administrators see it."""
        return {**documents.account(one, private=True), "disabled": one.disabled}


class UsersHandler(AdminHandler):
    """`/api/admin/users`."""

    async def get(self) -> None:
        """All users, by name."""
        found = await self.read(lambda work: registration.users(work, self.actor))
        self.send_json([self.document(one) for one in found])

    async def post(self) -> None:
        """Create a user: `name`, `email`, a first `password` to be changed, `admin`."""
        body = self.json_body()

        def change(work: Work) -> Account:
            return registration.create(
                work,
                self.actor,
                str(body.get("name") or ""),
                email=str(body.get("email") or ""),
                password=str(body.get("password") or ""),
                admin=body.get("admin") is True,
            )

        self.send_created(self.document(await self.write_work(change)))


class UserStateHandler(AdminHandler):
    """`/api/admin/users/{user}`."""

    async def patch(self, user: str) -> None:
        """Disable (`disabled`: true) or enable a user."""
        disabled = self.json_body().get("disabled") is True
        await self.write_work(lambda work: registration.disable(work, self.actor, user, disabled=disabled))
        self.send_nothing()


class ResetLinkHandler(AdminHandler):
    """`/api/admin/users/{user}/reset-link`."""

    async def post(self, user: str) -> None:
        """A link that sets a new password, once, within 24 hours, for a person whose mail is lost."""
        secret = await self.write_work(lambda work: registration.reset_link(work, self.actor, user))
        self.send_created({"url": f"{self.base_url}/account/reset/{secret}", "secret": secret})


class InvitationsHandler(AdminHandler):
    """`/api/admin/invitations`."""

    async def post(self) -> None:
        """An invitation for `email`: its secret lets one person sign up, once, within two weeks."""
        email = str(self.json_body().get("email") or "")
        secret = await self.write_work(lambda work: registration.invite(work, self.actor, email))
        self.send_created({"invitation": secret})
