"""Plans: what a channel may hold and holds, asked before anything is kept; and changing the plan.

An owner asks for a plan, a site administrator approves; no card number ever comes here. Over its limits (after a
smaller plan) a channel keeps everything, private things included; only further private uploads wait. A site without a
catalogue, as the embedded repository, has no limits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from ..db import tables as t
from ..errors import Conflict, InvalidRequest, NotFound, QuotaExceeded
from ..models import Account, AccountKind, Actor, Visibility
from ..permissions import Op, site_power
from . import accounts, audit, notifications
from .access import about, require, require_site
from .plan_catalogue import KEYS, Limits, Plan, academic_address, limits_from
from .work import Work

NO_PLAN = Plan("", "No limits", frozenset(AccountKind), Limits())
_ROW = sa.select(t.accounts.c.plan, t.accounts.c.limits).where(t.accounts.c.id == sa.bindparam("key"))
_HELD = _ROW.with_for_update(key_share=True)


@dataclass(frozen=True)
class Standing:
    """A channel's plan, its limits with everything granted beside it, and what it uses."""

    plan: Plan
    limits: Limits
    academic: bool
    private_packages: int
    storage: int
    """bytes"""
    requested: str
    """the plan that its owners asked for; empty: none"""

    @property
    def over(self) -> tuple[str, ...]:
        """The limits that it is over."""
        pairs = ((key, getattr(self.limits, key), getattr(self, key)) for key in KEYS)
        return tuple(key for key, limit, used in pairs if limit is not None and used > limit)

    def document(self) -> dict[str, object]:
        """As JSON has it."""
        return {
            "plan": self.plan.document() if self.plan.word else None,
            "limits": {key: getattr(self.limits, key) for key in KEYS},
            "used": {key: getattr(self, key) for key in KEYS},
            "over": list(self.over),
            "academic": self.academic,
            "requested": self.requested or None,
        }


@dataclass(frozen=True)
class Request:
    """An owner's wish for another plan."""

    id: int
    channel: str
    plan: str
    note: str
    requested_by: str
    created_at: datetime


def offered(work: Work, channel: Account) -> list[Plan]:
    """The plans that this channel may have."""
    return [plan for plan in work.settings.plans if channel.kind in plan.audience and not plan.academic]


def of(work: Work, channel: Account) -> Standing:
    """Where a channel stands, asked of no gate."""
    plan, limits, academic = _limits(work, channel)
    r = t.plan_requests
    pending = sa.select(r.c.plan).where(r.c.account_id == channel.id, r.c.answer == "")
    return Standing(
        plan, limits, academic, _private(work, channel), _storage(work, channel), work.db.scalar(pending) or ""
    )


def standing(work: Work, actor: Actor, owner: str) -> tuple[Account, Standing]:
    """Where a channel stands, for its owners and the site's administrators. Raises NotFound, Forbidden."""
    channel = accounts.channel(work, actor, owner)
    if not site_power(actor, Op.ADMINISTER):
        require(work, actor, Op.READ_ACCOUNT, about(channel))
    return channel, of(work, channel)


def _plan(work: Work, channel: Account, *, hold: bool = False) -> tuple[Plan, Mapping[str, object] | None]:
    """The channel's plan, and the limits of its own that it may have beside."""
    row = work.db.execute(_HELD if hold else _ROW, {"key": channel.id}).one()
    offers = offered(work, channel)
    return next((one for one in offers if one.word == row.plan), offers[0] if offers else NO_PLAN), row.limits


def _limit(work: Work, channel: Account, what: str, *, hold: bool) -> tuple[Plan, int | None]:
    """The plan and one of its limits. Each upload asks: where there is no limit, nothing more is looked up."""
    plan, own = _plan(work, channel, hold=hold)
    if not own and getattr(plan.limits, what) is None:
        return plan, None
    limit: int | None = getattr(_limits(work, channel)[1], what)
    return plan, limit


def _limits(work: Work, channel: Account) -> tuple[Plan, Limits, bool]:
    plan, own = _plan(work, channel)
    limits, add_ons = plan.limits, [one for one in work.settings.plans if one.academic and channel.kind in one.audience]
    academic = bool(add_ons) and _academic(work, channel)
    for one in add_ons if academic else ():
        limits = limits.plus(one.limits)
    if own:
        limits = limits_from({**{key: getattr(limits, key) for key in KEYS}, **own})
    return plan, limits, academic


def _academic(work: Work, channel: Account) -> bool:
    """Has the account, or one who owns the organization, a confirmed academic address?"""
    a, o = t.accounts, t.owners
    people = sa.select(o.c.account_id).where(o.c.organization_id == channel.id)
    found = work.db.scalars(
        sa.select(a.c.email).where(
            sa.or_(a.c.id == channel.id, a.c.id.in_(people)), a.c.email_confirmed_at.is_not(None), ~a.c.disabled
        )
    )
    return any(academic_address(email, work.settings.academic_suffixes) for email in found)


def _private(work: Work, channel: Account) -> int:
    p = t.packages
    private = sa.and_(p.c.account_id == channel.id, p.c.visibility == str(Visibility.PRIVATE))
    return work.db.scalar(sa.select(sa.func.count()).select_from(p).where(private)) or 0


def _storage(work: Work, channel: Account) -> int:
    f = t.files
    return int(work.db.scalar(sa.select(sa.func.sum(f.c.size)).where(f.c.account_id == channel.id)) or 0)


# -- asked before anything is kept


def check_private(work: Work, channel: Account, *, adding: int = 0, hold: bool = True) -> None:
    """QuotaExceeded where `adding` private packages, or (0) a new file of one that is there, go beyond the plan."""
    if not work.settings.plans:
        return
    plan, limit = _limit(work, channel, "private_packages", hold=hold)
    if limit is None:
        return
    used = _private(work, channel)
    if used + adding <= limit:
        return
    if limit == used == 0:
        raise QuotaExceeded(
            f"the plan {plan.title} of {channel.name} has no private packages: choose another access, "
            f"or ask for another plan at /{channel.name}/settings/billing",
            limit=0,
            used=0,
        )
    frozen = used > limit
    says = "keeps what it has, and takes no private uploads until there are fewer" if frozen else "can't have another"
    raise QuotaExceeded(
        f"the plan {plan.title} of {channel.name} has {limit} private packages, and {used} are used: "
        f"it {says}; make one public, or ask for another plan at /{channel.name}/settings/billing",
        limit=limit,
        used=used,
    )


def check_storage(work: Work, channel: Account, size: int, *, hold: bool = True) -> None:
    """QuotaExceeded where `size` more bytes go beyond the plan."""
    if not work.settings.plans:
        return
    plan, limit = _limit(work, channel, "storage", hold=hold)
    if limit is None:
        return
    used = _storage(work, channel)
    if used + size <= limit:
        return
    raise QuotaExceeded(
        f"the plan {plan.title} of {channel.name} has {_gb(limit)} of storage, {_gb(used)} are used, and this "
        f"needs {_gb(size)}: delete old versions, or ask for another plan at /{channel.name}/settings/billing",
        limit=limit,
        used=used,
    )


def _gb(size: int) -> str:
    return f"{size / 10**9:.3g} GB" if size >= 10**7 else f"{size / 10**3:.3g} kB"


# -- changing it


def request(work: Work, actor: Actor, owner: str, word: str, note: str = "") -> None:
    """An owner asks for a plan; an earlier wish is withdrawn. Raises InvalidRequest, Conflict, Forbidden."""
    channel = accounts.channel(work, actor, owner)
    require(work, actor, Op.BILLING, about(channel))
    plan = _named(work, channel, word)
    if of(work, channel).plan == plan:
        raise Conflict(f"{channel.name} has the plan {plan.title} already")
    r = t.plan_requests
    _answer(work, sa.and_(r.c.account_id == channel.id, r.c.answer == ""), "withdrawn")
    work.db.execute(
        sa.insert(r).values(
            account_id=channel.id,
            plan=plan.word,
            note=" ".join(note.split())[:600],
            requested_by=actor.account.id if actor.account else None,
            created_at=work.now,
        )
    )
    a = t.accounts
    for key in work.db.scalars(sa.select(a.c.id).where(a.c.is_admin, ~a.c.disabled)):
        text = f"{actor.name} asks for the plan {plan.title} for {channel.name}"
        notifications.tell(work, key, "plan-request", text, "/admin/plans")
    audit.record(work, actor, "plan.request", channel.name, channel=channel.name, plan=plan.word)


def requests(work: Work, actor: Actor) -> list[Request]:
    """What waits for an answer, oldest first; for site administrators."""
    require_site(work, actor)
    r, a, who = t.plan_requests, t.accounts, t.accounts.alias("who")
    found = work.db.execute(
        sa.select(
            r.c.id, a.c.name.label("channel"), r.c.plan, r.c.note, who.c.name.label("requested_by"), r.c.created_at
        )
        .join(a, a.c.id == r.c.account_id)
        .outerjoin(who, who.c.id == r.c.requested_by)
        .where(r.c.answer == "")
        .order_by(r.c.id)
    )
    return [Request(**{**row._mapping, "requested_by": row.requested_by or ""}) for row in found]


def answer(work: Work, actor: Actor, request_id: int, *, approve: bool) -> None:
    """Give the plan that was asked for, or not; its owners hear of it. Raises NotFound, Forbidden."""
    waiting = next((one for one in requests(work, actor) if one.id == request_id), None)
    if waiting is None:
        raise NotFound("this request is answered already, or never was")
    if approve:
        assign(work, actor, waiting.channel, waiting.plan)
    else:
        _answer(work, t.plan_requests.c.id == request_id, "refused")
        channel = accounts.get(work, waiting.channel)
        _tell_owners(work, channel, f"the plan {waiting.plan} for {channel.name} was refused")
        audit.record(work, actor, "plan.refuse", channel.name, channel=channel.name, plan=waiting.plan)


def assign(work: Work, actor: Actor, owner: str, word: str) -> None:
    """Give a channel a plan; also a smaller one than it uses: everything stays as it is, and private."""
    require_site(work, actor)
    channel = accounts.get(work, owner)
    plan, a, r = _named(work, channel, word), t.accounts, t.plan_requests
    work.db.execute(sa.update(a).where(a.c.id == channel.id).values(plan=plan.word))
    _answer(work, sa.and_(r.c.account_id == channel.id, r.c.plan == plan.word, r.c.answer == ""), "approved")
    _tell_owners(work, channel, f"{channel.name} has the plan {plan.title} now")
    audit.record(work, actor, "plan.assign", channel.name, channel=channel.name, plan=plan.word)


def override(work: Work, actor: Actor, owner: str, limits: Mapping[str, object] | None) -> None:
    """Limits of one account's own, whatever its plan says (a number, or None for no limit); None takes them back."""
    require_site(work, actor)
    channel, a = accounts.get(work, owner), t.accounts
    if limits is not None:
        limits_from(limits)
    work.db.execute(sa.update(a).where(a.c.id == channel.id).values(limits=dict(limits) if limits else sa.null()))
    audit.record(work, actor, "plan.override", channel.name, channel=channel.name, limits=dict(limits or {}))


def _named(work: Work, channel: Account, word: str) -> Plan:
    offers = offered(work, channel)
    for plan in offers:
        if plan.word == word:
            return plan
    words = ", ".join(plan.word for plan in offers) or "none"
    raise InvalidRequest(f"{word!r} is no plan for {channel.name}; there are: {words}")


def _answer(work: Work, which: sa.ColumnElement[bool], word: str) -> None:
    work.db.execute(sa.update(t.plan_requests).where(which).values(answer=word, answered_at=work.now))


def _tell_owners(work: Work, channel: Account, text: str) -> None:
    notifications.tell_owners(work, channel.id, "plan", text, f"/{channel.name}/settings/billing")
