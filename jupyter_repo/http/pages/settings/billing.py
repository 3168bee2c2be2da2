"""Settings > Billing: the plan of a channel, what it uses of it, and asking for another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ....models import Account, AccountKind
from ....permissions import Op
from ....service import accounts, plans
from ....service.access import about, require
from ....service.plan_catalogue import Limits
from ....service.work import Work
from ..base import human_bytes
from ..forms import Form
from .base import SettingsPage


@dataclass(frozen=True)
class Use:
    """One limit, as people read it; `limit` None: there is none."""

    title: str
    used: int
    limit: int | None
    shown: str


class BillingPage(SettingsPage):
    """`/<channel>/settings/billing`."""

    section, template = "billing", "settings/billing.html"

    def open(self, work: Work, owner: str) -> Account:
        """The account, for those who may change its plan."""
        account = accounts.channel(work, self.actor, owner)
        require(work, self.actor, Op.BILLING, about(account))
        return account

    async def _request(self, account: Account, form: Form) -> str:
        word, note = form.text("plan"), form.text("note")
        await self.write_work(lambda work: plans.request(work, self.actor, account.name, word, note))
        return "The administrator was told. You will read here and in your notifications what becomes of it."

    def values(self, work: Work, account: Account) -> dict[str, Any]:
        """The plan, its limits, their use, and the other plans."""
        now = plans.of(work, account)
        offered = plans.offered(work, account)
        return {
            "standing": now,
            "uses": [_packages(now), _storage(now)],
            "offers": [
                (one.word, one.title + (f" · {one.price}" if one.price else ""), _says(one.limits))
                for one in offered
                if one != now.plan
            ],
            "requested": next((one.title for one in offered if one.word == now.requested), ""),
            "people": "organization" if account.kind is AccountKind.ORGANIZATION else "account",
        }

    actions = {"request": _request}  # noqa: RUF012  # a constant of the class
    fields = {"invalid_request": "plan"}  # noqa: RUF012


def _packages(now: plans.Standing) -> Use:
    limit, used = now.limits.private_packages, now.private_packages
    return Use("Private packages", used, limit, f"{used} of {limit}" if limit is not None else f"{used}, no limit")


def _storage(now: plans.Standing) -> Use:
    limit, used = now.limits.storage, now.storage
    of = f" of {human_bytes(limit)}" if limit is not None else ", no limit"
    return Use("Storage", used, limit, human_bytes(used) + of)


def _says(limits: Limits) -> str:
    private, storage = limits.private_packages, limits.storage
    packages = "No limit of private packages" if private is None else f"{private or 'No'} private packages"
    return f"{packages}, {'no limit of storage' if storage is None else human_bytes(storage)}"
