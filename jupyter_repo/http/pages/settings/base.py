"""What all sections of an account's settings share: whose they are, the side navigation, several forms a page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar

from ....errors import InvalidRequest, RepoError
from ....models import Account, AccountKind
from ....permissions import Op
from ....service import accounts
from ....service.access import about, decide, require
from ....service.work import Work
from ..base import PageHandler
from ..confirming import ConfirmingPage
from ..forms import Form

SECTIONS = (
    ("profile", "Profile"),
    ("account", "Account"),
    ("billing", "Billing"),
    ("access", "Access"),
    ("organizations", "Organizations"),
    ("groups", "Groups"),
    ("notices", "Notices"),
    ("mirrors", "Mirrors"),
    ("notifications", "Notifications"),
    ("security", "Security log"),
)
ONLY = {
    AccountKind.USER: frozenset({"groups"}),
    AccountKind.ORGANIZATION: frozenset({"organizations", "notifications"}),
}
"""the sections that an account of this kind does not have"""


def sections(account: Account, *, kept: bool) -> list[tuple[str, str, str]]:
    """The side navigation: key, path and title of each section; all for who keeps the account, else their tokens."""
    return [
        (key, f"/{account.name}/groups/" if key == "groups" else f"/{account.name}/settings/{key}", title)
        for key, title in SECTIONS
        if key not in ONLY[account.kind] and (kept or key == "access")
    ]


def keeper(account: Account) -> Op:
    """The right that opens an account's settings."""
    return Op.EDIT_ORGANIZATION if account.kind is AccountKind.ORGANIZATION else Op.ACCOUNT_SECRETS


class SettingsPage(ConfirmingPage):
    """One section. Its forms say in the field `do` which of `actions` they are; `confirmed` ask for the password."""

    confirm = ()
    section = ""
    template = ""
    actions: ClassVar[Mapping[str, Callable[[Any, Account, Form], Awaitable[str]]]] = {}
    """each does what a form asks for and gives the sentence that says so; it may also answer by itself"""
    confirmed: frozenset[str] = frozenset()
    fields: ClassVar[Mapping[str, str]] = {}
    """the field that a refusal's code is about, for all forms or for one of them (`word code`)"""

    async def account(self, owner: str) -> Account:
        """Whose settings these are. Raises NotFound, Forbidden."""
        return await self.read(lambda work: self.open(work, owner))

    def open(self, work: Work, owner: str) -> Account:
        """The account, for those who may change it."""
        account = accounts.channel(work, self.actor, owner)
        require(work, self.actor, keeper(account), about(account))
        return account

    async def get(self, owner: str) -> None:
        """The section."""
        await self.show(await self.account(owner), {})

    async def post(self, owner: str) -> None:
        """Do what the form asks for, and say so; or show the form again with what is wrong."""
        account, form = await self.account(owner), Form.sent(self)
        word = form.text("do")
        if word not in self.actions:
            raise InvalidRequest("this form is not known; open the page again")
        if word in self.confirmed:
            await self.ask_password()
            if self._finished:
                return
        try:
            said = await self.actions[word](self, account, form)
        except RepoError as error:
            own = {key.removeprefix(f"{word} "): field for key, field in self.fields.items()}
            form.refuse(error, own)
            await self.show(account, {word: form})
            return
        if not self._finished:
            self.flash(said)
            self.go(self.request.path)

    async def show(self, account: Account, sent: dict[str, Form], **values: Any) -> None:
        """Answer the section; `sent` are forms that were refused, by their word."""

        def look(work: Work) -> tuple[dict[str, Any], bool]:
            return self.values(work, account), decide(work, self.actor, keeper(account), about(account)).allowed

        more, kept = await self.read(look)
        shown: dict[str, Any] = {
            "account": account,
            "is_org": account.kind is AccountKind.ORGANIZATION,
            "subject": account.name,
            "sections": sections(account, kept=kept),
            "section": self.section,
            "section_title": dict(SECTIONS).get(self.section, ""),
            "sent": defaultdict(Form, sent),
            "form": next(iter(sent.values()), Form()),
        }
        self.page(self.template, **(shown | more | values))

    def values(self, work: Work, account: Account) -> dict[str, Any]:  # noqa: ARG002
        """What the section shows beside its forms."""
        return {}


class SettingsRedirect(ConfirmingPage):
    """`/settings/…`: the active account's."""

    confirm = ()

    async def get(self, section: str = "profile") -> None:
        """Lead there."""
        name = (self.active or self.me).name
        if section == "groups":
            self.go(f"/{name}/groups/")
        else:
            self.go(f"/{name}/settings/{section if section in dict(SECTIONS) else 'profile'}")


class OwnerRedirect(PageHandler):
    """`/<channel>/settings`."""

    async def get(self, owner: str) -> None:
        """To the first section."""
        self.go(f"/{owner}/settings/profile")


class GroupsRedirect(PageHandler):
    """`/organization/<org>/settings/groups/`, as it was called before."""

    async def get(self, owner: str) -> None:
        """To the groups."""
        self.go(f"/{owner}/groups/")
