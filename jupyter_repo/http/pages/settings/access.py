"""Settings > Access: the tokens of a channel."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ....errors import InvalidRequest
from ....models import Account, Token
from ....permissions import SCOPES
from ....service import accounts, tokens
from ....service.slices import Slice
from ....service.work import Work
from ..forms import Form
from ..paging import paged, part
from .base import SettingsPage

LIFETIMES = (("30", "30 days"), ("90", "90 days"), ("365", "One year"), ("730", "Two years"), ("", "Without end"))
"""days, and the words for them"""
DEPTH = {"all": 0, "api": 1, "repos": 1, "conda": 2, "pypi": 2}
"""how deep a scope stands in the tree; a scope with a colon stands below its first half"""


def tree() -> list[tuple[str, str, int]]:
    """The scopes as the form shows them: word, sentence, depth."""
    return [(word, says, DEPTH.get(word, DEPTH.get(word.split(":")[0], 0) + 1)) for word, says in SCOPES.items()]


class AccessPage(SettingsPage):
    """`/<channel>/settings/access`. Revoking asks for no password: it must be quick."""

    section, template = "access", "settings/access.html"
    confirmed = frozenset({"create", "rotate"})

    def open(self, work: Work, owner: str) -> Account:
        """Whoever may list tokens there."""
        account = accounts.channel(work, self.actor, owner)
        tokens.listing(work, self.actor, account, Slice(limit=1))
        return account

    async def _create(self, account: Account, form: Form) -> str:
        scopes, days = form.chosen("scope"), form.text("days")
        if not scopes:
            raise InvalidRequest("Choose at least one scope.", field="scope")
        if days not in dict(LIFETIMES):
            raise InvalidRequest("Choose how long the token lives.", field="days")
        networks = form.text("addresses").replace(",", " ").split()
        made, secret = await self.write_work(
            lambda work: tokens.create(
                work,
                self.actor,
                account,
                form.text("name"),
                scopes=scopes,
                lifetime=timedelta(days=int(days)) if days else None,
                forever=not days,
                addresses=networks,
            )
        )
        await self._show_secret(account, made, secret)
        return ""

    async def _rotate(self, account: Account, form: Form) -> str:
        name = form.text("token")
        made, secret = await self.write_work(lambda work: tokens.rotate(work, self.actor, account, name))
        await self._show_secret(account, made, secret, rotated=True)
        return ""

    async def _show_secret(self, account: Account, made: Token, secret: str, *, rotated: bool = False) -> None:
        # in this one answer, and never stored: no redirect could carry it
        await self.show(account, {}, made=made, secret=secret, rotated=rotated)

    async def _revoke(self, account: Account, form: Form) -> str:
        name = form.text("token")
        await self.write_work(lambda work: tokens.revoke(work, self.actor, account, name))
        return f"The token {name} is revoked. It opens nothing any more, anywhere."

    def values(self, work: Work, account: Account) -> dict[str, Any]:
        """The tokens, newest first, and what a new one may be."""
        asked = part(self)
        found = tokens.listing(work, self.actor, account, asked)
        return {
            "listed": paged(found, lambda one: str(one.id), asked),
            "state": lambda token: tokens.state(token, work.now),
            "expires_soon": lambda token: token.expires_at is not None and token.expires_at - work.now < tokens.WARN,
            "scopes": tree(),
            "lifetimes": LIFETIMES,
            "now": Form.of(days="365"),
            "grace": tokens.GRACE.days,
            "made": None,
            "secret": "",
            "rotated": False,
        }

    actions = {"create": _create, "rotate": _rotate, "revoke": _revoke}  # noqa: RUF012  # a constant of the class
    fields = {  # noqa: RUF012
        "token_exists": "name",
        "unknown_scope": "scope",
        "scope_missing": "scope",
        "lives_too_long": "days",
        "not_found": "",
    }
