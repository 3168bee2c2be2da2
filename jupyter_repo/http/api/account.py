"""One's own account: signing up, password, e-mail, forgetting either, deleting it; and making organizations."""

from __future__ import annotations

from collections.abc import Callable

from ...errors import Unavailable
from ...models import Account, Actor
from ...service import accounts, audit, closing, groups, links, mail, own, registration, signing, tokens
from ...service.links import Message
from ...service.work import Work
from ..base import RepoHandler, log
from . import documents
from .base import ApiHandler


def mail_link(handler: RepoHandler, path: str) -> str:
    """An address to be mailed. Never from a request's Host header alone, which anybody can write."""
    if handler.site.public_url is None and not handler.site.loopback:
        raise Unavailable("set --public-url: links in mail must not depend on what a request says of its host")
    return f"{handler.base_url}{path}"


def mail_later(handler: RepoHandler, find: Callable[[Work], list[Message]], subject: str, text: str, path: str) -> None:
    """Look for whom to mail, and mail, after the request was answered: nothing of it shows in the answer."""
    repository = handler.site.repository
    link = mail_link(handler, path)

    def work_in_thread() -> None:
        with repository.write() as work:
            messages = find(work)
        for one in messages:
            try:
                mail.send(repository.settings, one.to, subject, text.format(name=one.name, link=link + one.secret))
            except Unavailable as error:
                log.error("%s", error)

    handler.site.pool.submit(work_in_thread)


RESET_TEXT = """Somebody, hopefully you, forgot the password of {name}.

Set a new one here, once, within 24 hours:
{link}

If it was not you, do nothing: the old password goes on working.
"""
NAME_TEXT = "Your username is {name}.\n\nSign in here: {link}\n"
CONFIRM_TEXT = "Confirm that this address belongs to {name}, within 24 hours:\n{link}\n"


class SignUpHandler(ApiHandler):
    """`/api/sign-up`."""

    tolerant = True

    async def post(self) -> None:
        """Make an account: `name`, `email`, `password`, `accept_terms`, and `invitation` where one is needed.

        The answer holds a token, as after signing in.
        """
        body, address = self.json_body(), self.request.remote_ip or ""

        def change(work: Work) -> dict[str, object]:
            account = registration.sign_up(
                work,
                str(body.get("name") or ""),
                email=str(body.get("email") or ""),
                password=str(body.get("password") or ""),
                accepted=body.get("accept_terms") is True,
                invitation=str(body.get("invitation") or "") or None,
                address=address,
            )
            actor = Actor(account, None, address)
            _, secret = tokens.create(work, actor, account, "sign-up", scopes=["all"], login=True)
            return {**documents.account(account, private=True), "token": secret}

        made = await self.write_work(change)
        if mail.possible(self.site.repository.settings):
            mail_confirmation(self, str(made["login"]))
        self.send_created(made)


CONFIRM_PATH, RESET_PATH = "/account/confirm/", "/account/reset/"


def mail_confirmation(handler: RepoHandler, name: str, email: str | None = None) -> None:
    """Mail a link that confirms the account's address, or the new one `email`, after the answer."""
    mail_later(
        handler, lambda work: _confirmation(work, name, email), "Confirm your e-mail", CONFIRM_TEXT, CONFIRM_PATH
    )


def _confirmation(work: Work, name: str, email: str | None = None) -> list[Message]:
    account = accounts.get(work, name)
    to = email or account.email
    return [Message(to, account.name, links.make(work, links.CONFIRM, account, to))]


class ForgotHandler(ApiHandler):
    """`/api/forgot`."""

    tolerant = True

    async def post(self) -> None:
        """Mail a reset link (`name`) or the username (`email`); the answer is the same for names that don't exist."""
        body = self.json_body()
        name, email = str(body.get("name") or ""), str(body.get("email") or "")
        await self.write_work(lambda work: allow_reset(work, self.request.remote_ip or ""))
        forget(self, name=name, email=email)
        self.send_json({"message": "If there is such an account, a mail is on its way."}, 202)


def allow_reset(work: Work, address: str) -> None:
    """RateLimited when an address asks too often."""
    subject = f"reset:address:{address[:64]}"
    signing.check(work, subject, work.settings.throttles.resets, links.DAY)
    signing.count(work, subject)


def forget(handler: RepoHandler, *, name: str = "", email: str = "") -> None:
    """Mail what was forgotten, after the answer."""
    if not mail.possible(handler.site.repository.settings):
        raise Unavailable("this repository sends no mail; ask its administrator for a reset link", code="no_mail")
    if name:
        mail_later(
            handler, lambda work: links.forgotten_password(work, name), "Reset your password", RESET_TEXT, RESET_PATH
        )
    else:
        mail_later(handler, lambda work: links.forgotten_name(work, email), "Your username", NAME_TEXT, "/login")


class ResetHandler(ApiHandler):
    """`/api/reset`."""

    tolerant = True

    async def post(self) -> None:
        """Set a new `password` by the `secret` of a reset link; all sessions and sign-ins end."""
        body, address = self.json_body(), self.request.remote_ip or ""
        account = await self.write_work(
            lambda work: links.reset_password(
                work, str(body.get("secret") or ""), str(body.get("password") or ""), address=address
            )
        )
        self.send_json(documents.account(account))


class OwnPasswordHandler(ApiHandler):
    """`/api/user/password`."""

    passwords = True
    first_password = True

    async def put(self) -> None:
        """Change the password to `new`; sign this request with user name and password (Basic), never a token."""
        new = str(self.json_body().get("new") or "")
        await self.write_work(lambda work: own.change_password(work, self.actor, new))
        self.send_nothing()


class OwnEmailHandler(ApiHandler):
    """`/api/user/email`."""

    passwords = True

    async def put(self) -> None:
        """Change the e-mail address to `email`; where mail is set up, once it was confirmed. Never by token."""
        email = str(self.json_body().get("email") or "")

        me = await self.write_work(lambda work: own.change_email(work, self.actor, email))
        if mail.possible(self.site.repository.settings):
            mail_confirmation(self, me.name, email)
        self.send_json({"email": email}, 202 if mail.possible(self.site.repository.settings) else 200)


class CloseHandler(ApiHandler):
    """`/api/accounts/{owner}`."""

    passwords = True

    async def delete(self, owner: str) -> None:
        """Delete an account or organization with all its data: `password` again, and its full `name` typed."""
        body = self.json_body()
        password, typed = str(body.get("password") or ""), str(body.get("name") or "")
        await self.write_work(lambda work: closing.close(work, self.actor, owner, password=password, typed=typed))
        self.send_nothing()


class OrganizationHandler(ApiHandler):
    """`/api/organizations`."""

    passwords = True

    async def post(self) -> None:
        """Create an organization (`name`, `email`); the caller is its first owner."""
        body = self.json_body()
        name, email = str(body.get("name") or ""), str(body.get("email") or "")
        made = await self.write_work(lambda work: own.create_organization(work, self.actor, name, email=email))
        self.send_created(documents.account(made))


class OneOrganizationHandler(ApiHandler):
    """`/api/organizations/{organization}`."""

    async def patch(self, organization: str) -> None:
        """Change the organization's `email` or `display_name`."""
        body = self.json_body()
        email, shown = (str(body[key]) if key in body else None for key in ("email", "display_name"))

        def change(work: Work) -> Account:
            done = accounts.edit_organization(work, self.actor, organization, email=email, display_name=shown)
            audit.record(work, self.actor, "organization.edit", done.name, channel=done.name, changed=sorted(body))
            return done

        self.send_json(documents.account(await self.write_work(change), private=True))


class MembershipHandler(ApiHandler):
    """`/api/organizations/{organization}/members/{user}`."""

    async def delete(self, organization: str, user: str) -> None:
        """End every membership of a user: Owners, groups, and collaborations on the organization's packages."""
        await self.write_work(lambda work: groups.expel(work, self.actor, organization, user))
        self.send_nothing()
