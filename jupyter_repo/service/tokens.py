"""Tokens: making, listing, revoking, and knowing who comes with one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

import sqlalchemy as sa

from ..db import tables as t
from ..errors import Forbidden, InvalidRequest, NotFound
from ..models import Account, Actor, Token, TokenUse
from ..names import account_key
from ..permissions import SCOPES, Op, Role, check_scopes
from . import accounts, audit, rows, secrets
from .access import about, decide, granted_in, require
from .work import Work, unheld

GRACE = timedelta(days=7)
"""how long a rotated token's old secret works on"""
WARN = timedelta(days=30)
"""how long before its end a token begins to say so"""

_maker = t.accounts.alias("maker")
_TOKENS = (
    sa.select(t.tokens, t.accounts.c.name.label("channel"), _maker.c.name.label("maker"))
    .join(t.accounts, t.accounts.c.id == t.tokens.c.channel_id)
    .join(_maker, _maker.c.id == t.tokens.c.maker_id)
)


@dataclass(frozen=True)
class Presented:
    """What a presented secret turned out to be: a live token's actor, or a dead token, or neither (unknown)."""

    actor: Actor | None = None
    dead: Token | None = None
    expires_at: datetime | None = None


def present(work: Work, secret: str, *, address: str = "") -> Presented:
    """Who comes with this secret? Revoking or expiry counts at once: the row is read each time."""
    if not secrets.is_token(secret):
        return Presented()
    row = work.db.execute(_TOKENS.where(t.tokens.c.secret_sha256 == secrets.digest(secret))).first()
    if row is None:
        return Presented()
    token = rows.token(row)
    if state(token, work.now) != "live":
        return Presented(dead=token)
    if not _from_where_it_may(token, address):
        raise Forbidden(
            f"the token {token.name!r} may not be used from the address {address or 'of this request'}; "
            "use it from where it was made for, or make another one",
            code="token_address",
        )
    maker = work.db.execute(sa.select(t.accounts).where(t.accounts.c.id == row.maker_id)).one()
    if maker.disabled or not _has_foothold(work, rows.account(maker), token, row.channel_id):
        return Presented(dead=token)
    use = TokenUse(
        id=token.id,
        name=token.name,
        channel_id=row.channel_id,
        scopes=frozenset(token.scopes),
        everywhere=token.is_login,
        addresses=token.addresses,
    )
    return Presented(actor=Actor(rows.account(maker), use, address), expires_at=token.expires_at)


def _has_foothold(work: Work, maker: Account, token: Token, channel_id: int) -> bool:
    # a token of a channel dies with its maker's last right there, also for what any signed-in account may see
    return token.is_login or channel_id == maker.id or granted_in(work, Actor(maker), channel_id) > Role.NONE


def state(token: Token, now: datetime) -> str:
    """`live`, `expired` or `revoked`."""
    if token.revoked_at is not None:
        return "revoked"
    return "expired" if token.expires_at is not None and token.expires_at <= now else "live"


def create(
    work: Work,
    actor: Actor,
    channel: Account,
    name: str,
    *,
    scopes: Sequence[str] | None = None,
    lifetime: timedelta | None = None,
    forever: bool = False,
    replace: bool = False,
    hostname: str = "",
    login: bool = False,
    addresses: Sequence[str] = (),
) -> tuple[Token, str]:
    """A new token of `channel` and its secret, which is shown this once.

    `login` makes it a client's sign-in, which stands for its maker on every channel they reach; `addresses` are the
    networks it may be used from. It lives one year unless `lifetime` or `forever` says otherwise, within the cap of
    the site. With `replace` a live token of the same name and maker is revoked. Whoever has a right on one package of
    the channel may make one: it never reaches more than they do. Raises InvalidRequest for a taken or empty name,
    unknown scopes and a life beyond the cap, Forbidden for scopes beyond those of the token that asks.
    """
    require(work, actor, Op.OWN_TOKENS, about(channel))
    maker = actor.account
    assert maker is not None  # the gate let nobody anonymous through
    wanted = _scopes_within(actor, scopes)
    networks = _within_networks(actor, _networks(addresses))
    name = name.strip()
    if not name or len(name) > 200 or not name.isprintable():
        raise InvalidRequest("give the token a name of 1 to 200 printable characters")
    if lifetime is not None and lifetime <= timedelta(0):
        raise InvalidRequest("a token must live longer than no time at all; give a positive lifetime")
    c = t.tokens.c
    same = (c.channel_id == channel.id, c.maker_id == maker.id, c.name == name, c.revoked_at.is_(None))
    if work.db.execute(sa.select(c.id).where(*same)).first():
        if not replace:
            raise InvalidRequest(
                f"a token called {name!r} exists already; choose another name or revoke it", code="token_exists"
            )
        work.db.execute(sa.update(t.tokens).where(*same).values(revoked_at=work.now))
    secret = secrets.new_token()
    life = _life(work, lifetime, forever=forever)
    key = work.db.execute(
        sa.insert(t.tokens)
        .values(
            channel_id=channel.id,
            maker_id=maker.id,
            name=name,
            secret_sha256=secrets.digest(secret),
            display=secret[:8],
            scopes=list(wanted),
            is_login=login,
            addresses=networks or None,
            hostname=hostname[:200],
            created_at=work.now,
            expires_at=work.now + life if life else None,
        )
        .returning(t.tokens.c.id)
    ).scalar_one()
    audit.record(work, actor, "sign-in" if login else "token.create", name, channel=channel.name, scopes=list(wanted))
    return rows.token(work.db.execute(_TOKENS.where(t.tokens.c.id == key)).one()), secret


def _life(work: Work, asked: timedelta | None, *, forever: bool) -> timedelta | None:
    """How long a new token lives (None: for ever): as asked within the site's cap, else as the site has it."""
    cap = timedelta(days=work.settings.max_token_days) if work.settings.max_token_days else None
    if asked is None and not forever:
        usual = timedelta(days=work.settings.token_days)
        return min(usual, cap) if cap else usual
    if cap and (forever or (asked and asked > cap)):
        # not 400: anaconda-client reads 400 here as "a token of that name exists"
        refused = InvalidRequest(f"tokens live at most {cap.days} days here; ask for less", code="lives_too_long")
        refused.status = 422
        raise refused
    return None if forever else asked


def _networks(addresses: Sequence[str]) -> list[str]:
    try:
        return [str(ip_network(one.strip(), strict=False)) for one in addresses]
    except ValueError as error:
        raise InvalidRequest(f"{error}; write addresses as 192.0.2.7 or 192.0.2.0/24") from error


def _within_networks(actor: Actor, asked: list[str]) -> list[str]:
    """The networks of a new token: never wider than those of the token that asks, and those where none are named."""
    if actor.token is None:
        return asked
    own = actor.token.addresses
    if not own or not asked:
        return asked or list(own)
    for one in asked:
        inner = ip_network(one)
        # of one family, or they can't be compared
        if not any(inner.version == ip_network(outer).version and _inside(one, outer) for outer in own):
            raise Forbidden(
                f"the token {actor.token.name!r} works from {', '.join(own)} only; it can't make one for {one}",
                code="scope_missing",
            )
    return asked


def _inside(inner: str, outer: str) -> bool:
    a, b = ip_network(inner), ip_network(outer)
    return a.network_address in b and a.broadcast_address in b


def _from_where_it_may(token: Token, address: str) -> bool:
    if not token.addresses:
        return True
    try:
        came = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(came, "ipv4_mapped", None)
    return any((mapped or came) in ip_network(one) for one in token.addresses)


def _scopes_within(actor: Actor, scopes: Sequence[str] | None) -> tuple[str, ...]:
    try:
        wanted = check_scopes(list(scopes or ()))
    except ValueError as error:
        # not 400: anaconda-client reads 400 here as "a token of that name exists"
        unknown = InvalidRequest(str(error), code="unknown_scope", scopes=list(SCOPES))
        unknown.status = 422
        raise unknown from error
    if actor.token is not None and "all" not in actor.token.scopes:
        beyond = [scope for scope in wanted if not _covered(scope, actor.token.scopes)]
        if beyond:
            raise Forbidden(
                f"the token {actor.token.name!r} can't make one with the scope {', '.join(beyond)}; "
                "use a token that has it, or your password",
                code="scope_missing",
            )
    return wanted


def _covered(scope: str, by: frozenset[str]) -> bool:
    return scope in by or scope.split(":")[0] in by


def listing(work: Work, actor: Actor, channel: Account) -> list[Token]:
    """The channel's tokens, newest first, without those revoked; to those who don't manage them, their own."""
    c = t.tokens.c
    query = _TOKENS.where(c.channel_id == channel.id, c.revoked_at.is_(None)).order_by(c.id.desc())
    if not decide(work, actor, Op.MANAGE_TOKENS, about(channel)).allowed:
        query = query.where(_own(work, actor, channel, Op.MANAGE_TOKENS))
    return [rows.token(row) for row in work.db.execute(query)]


def revoke(work: Work, actor: Actor, channel: Account, name: str) -> None:
    """End the channel's live tokens of that name, at once and everywhere; others than its owners, their own of it.

    Raises NotFound, Forbidden.
    """
    c = t.tokens.c
    clause = sa.and_(c.channel_id == channel.id, c.name == name, c.revoked_at.is_(None))
    if not decide(work, actor, Op.REVOKE_TOKENS, about(channel)).allowed:
        clause = sa.and_(clause, _own(work, actor, channel, Op.REVOKE_TOKENS))
    if not work.db.execute(sa.update(t.tokens).where(clause).values(revoked_at=work.now)).rowcount:
        raise NotFound(f"{channel.name} has no token called {name!r}")
    audit.record(work, actor, "token.revoke", name, channel=channel.name)


def _own(work: Work, actor: Actor, channel: Account, whole: Op) -> sa.ColumnElement[bool]:
    """A clause on tokens: the actor's own. Raises as `whole` would where they may not even have any."""
    if actor.account is None or not decide(work, actor, Op.OWN_TOKENS, about(channel)).allowed:
        require(work, actor, whole, about(channel))
    assert actor.account is not None  # the gate let nobody anonymous through
    return t.tokens.c.maker_id == actor.account.id


def rotate(work: Work, actor: Actor, channel: Account, name: str, *, grace: timedelta = GRACE) -> tuple[Token, str]:
    """A new secret under the same name, scopes, networks and lifetime; the old one works on for `grace`.

    Only its maker's: rights are the maker's, and a rotation must not change whose they are. Raises NotFound, Forbidden.
    """
    require(work, actor, Op.OWN_TOKENS, about(channel))
    assert actor.account is not None  # the gate let nobody anonymous through
    c = t.tokens.c
    mine = (c.channel_id == channel.id, c.maker_id == actor.account.id, c.name == name, c.revoked_at.is_(None))
    row = work.db.execute(_TOKENS.where(*mine)).first()
    if row is None or state(rows.token(row), work.now) != "live":
        raise NotFound(f"{channel.name} has no live token of yours called {name!r}")
    old = rows.token(row)
    if old.is_login and actor.token is not None and not actor.token.everywhere:
        raise Forbidden(
            f"{name!r} is a sign-in, which reaches all your channels: a token of one channel can't renew it",
            code="scope_missing",
        )
    until = work.now + grace
    ends = min(until, old.expires_at) if old.expires_at else until
    aside = f"{name[:150]} (replaced {work.now:%Y-%m-%d}, {old.display}-{old.id})"
    # nobody needs to hear of the end of what was replaced
    work.db.execute(sa.update(t.tokens).where(c.id == old.id).values(name=aside, expires_at=ends, warned=0))
    life = old.expires_at - old.created_at if old.expires_at else None
    cap = timedelta(days=work.settings.max_token_days) if work.settings.max_token_days else None
    made = create(
        work,
        actor,
        channel,
        name,
        scopes=old.scopes,
        lifetime=min(life or cap, cap) if cap else life,
        forever=life is None and cap is None,
        hostname=old.hostname,
        login=old.is_login,
        addresses=old.addresses,
    )
    audit.record(work, actor, "token.rotate", name, channel=channel.name)
    return made


def revoke_own(work: Work, actor: Actor, use: TokenUse) -> None:
    """End the token that the caller came with (signing out)."""
    channel = work.db.scalar(sa.select(t.accounts.c.name).where(t.accounts.c.id == use.channel_id))
    audit.record(work, actor, "sign-out", use.name, channel=channel)
    work.db.execute(sa.update(t.tokens).where(t.tokens.c.id == use.id).values(revoked_at=work.now))


def current(work: Work, use: TokenUse) -> Token:
    """The token that the caller came with."""
    return rows.token(work.db.execute(_TOKENS.where(t.tokens.c.id == use.id)).one())


def would_open(work: Work, dead: Token, name: str) -> bool:
    """Would this token, were it alive, have opened something of the channel `name`? Then its death must be said."""
    if not dead.is_login and account_key(dead.channel) != account_key(name):
        return False
    maker, channel = accounts.find(work, dead.maker), accounts.find(work, name)
    return maker is not None and channel is not None and granted_in(work, Actor(maker), channel.id) > Role.NONE


def record_use(work: Work, uses: Mapping[int, datetime]) -> None:
    """Write down when tokens (by key) were last used; gathered in the process and written now and then.

    Nobody is waited for: who changes a token just now uses it, and will be seen again.
    """
    for key, moment in sorted(uses.items()):
        free = unheld(t.tokens, t.tokens.c.id == key)
        work.db.execute(sa.update(t.tokens).where(free).values(last_used_at=moment))
