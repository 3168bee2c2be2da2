"""Tokens: anaconda-client's `authentications`, and `tokens` for the panel and pages."""

from __future__ import annotations

from datetime import timedelta

from ...errors import Forbidden, InvalidRequest, Unauthenticated
from ...models import Actor, Token
from ...service import accounts, oauth, signing, tokens
from ...service.work import Work
from .. import credentials
from . import documents
from . import oauth as oauth_api
from .base import ApiHandler


class AuthenticationsHandler(ApiHandler):
    """`/api/authentications`."""

    @property
    def tolerant(self) -> bool:  # type: ignore[override]  # signing in must work while a dead token lies around
        """Signing in names no token of ours."""
        return self.request.method == "POST"

    async def prepare(self) -> None:
        """A Basic header holds a password here, not a token."""
        if self.request.method != "POST":
            await super().prepare()
        else:
            self._refuse_foreign_host()

    async def get(self) -> None:
        """The live tokens of the caller's channel."""
        found = await self.read(lambda work: (_mine(work, self.actor), work.now))
        self.send_json([documents.token(one, found[1]) for one in found[0]])

    async def post(self) -> None:
        """Sign in with name and password (Basic), or with what a browser's sign-in gave (Bearer), and get a token."""
        pair = credentials.basic(self.request.headers.get("Authorization"))
        body = self.json_body()
        address = self.request.remote_ip or ""
        if pair is None:
            self.send_json({"token": await self._exchange(body, address)})
            return
        account = await self.run(lambda: signing.sign_in(self.site.repository, *pair, address=address))
        secret = await self.write_work(lambda work: _issue(work, Actor(account, None, address), body))
        self.send_json({"token": secret})

    async def _exchange(self, body: dict[str, object], address: str) -> str:
        secret = credentials.from_header(self.request.headers.get("Authorization"))
        if not oauth_api.offered(self):
            # these words make anaconda-client ask for name and password
            raise Unauthenticated("Bearer token authentication is not enabled", code="no_bearer")

        def change(work: Work) -> str:
            actor = tokens.present(work, secret or "", address=address).actor
            use = actor.token if actor else None
            if actor is None or use is None or not oauth.is_fresh(work, use):
                raise Unauthenticated("this access token is unknown, was used or is too old; sign in again")
            made = _issue(work, actor, body)
            oauth.spend(work, use)
            return made

        return await self.write_work(change)

    async def delete(self) -> None:
        """Sign out: revoke the token that this request came with."""
        use = self.actor.token
        if use is None:
            raise Unauthenticated("send the token that shall be revoked")
        await self.write_work(lambda work: tokens.revoke_own(work, self.actor, use))
        self.send_created()


def _issue(work: Work, actor: Actor, body: dict[str, object]) -> str:
    account = actor.account
    assert account is not None  # who signed in
    if account.must_change_password:
        raise Forbidden(
            "this is a first password: sign in on the web pages once and choose your own", code="new_password"
        )
    channel = accounts.channel(work, actor, str(body["user"])) if body.get("user") else account
    scopes, age = body.get("scopes"), body.get("max-age")
    if scopes is not None and not isinstance(scopes, list):
        raise InvalidRequest("scopes must be a list of words")
    if age is not None and (not isinstance(age, int) or age <= 0):
        raise InvalidRequest("max-age must be a positive number of seconds")
    _, secret = tokens.create(
        work,
        actor,
        channel,
        str(body.get("note") or "anaconda-client"),
        scopes=[str(scope) for scope in scopes or ()],
        lifetime=timedelta(seconds=age) if age else None,
        replace=not body.get("fail-if-exists", False),
        hostname=str(body.get("hostname") or ""),
        # a client that signs in names no scopes: the person acts, on all their channels; `auth --create` sends a list
        login=scopes is None and not body.get("user"),
    )
    return secret


def _mine(work: Work, actor: Actor) -> list[Token]:
    if actor.account is None:
        raise Unauthenticated("sign in first")
    bound = actor.token.channel_id if actor.token else None
    channel = actor.account if bound is None else accounts.by_id(work, bound)
    assert channel is not None  # a token's channel goes with its tokens
    return tokens.listing(work, actor, channel)


class AuthenticationHandler(ApiHandler):
    """`/api/authentication`."""

    async def get(self) -> None:
        """The token that this request came with; works for any live token."""
        use = self.actor.token
        if use is None:
            raise Unauthenticated("this request came without a token")
        found, now = await self.read(lambda work: (tokens.current(work, use), work.now))
        self.send_json(documents.token(found, now))


class NamedAuthenticationHandler(ApiHandler):
    """`/api/authentications/name/{note}`, and the same for an organization."""

    async def delete(self, name: str, organization: str | None = None) -> None:
        """Revoke the token of that name."""

        def change(work: Work) -> None:
            if self.actor.account is None:
                raise Unauthenticated("sign in first")
            channel = accounts.channel(work, self.actor, organization) if organization else self.actor.account
            tokens.revoke(work, self.actor, channel, name)

        await self.write_work(change)
        self.send_created()


class TokensHandler(ApiHandler):
    """`/api/tokens/{channel}`."""

    async def get(self, owner: str) -> None:
        """The channel's tokens, newest first."""

        def look(work: Work) -> list[dict[str, object]]:
            channel = accounts.channel(work, self.actor, owner)
            return [documents.token(one, work.now) for one in tokens.listing(work, self.actor, channel)]

        self.send_json(await self.read(look))

    async def post(self, owner: str) -> None:
        """Create a token; the answer holds its secret, this once."""
        await self.read(lambda work: accounts.me(work, self.actor))
        body = self.json_body()
        usual = "expires_in_days" not in body
        days = body.get("expires_in_days", 1)
        if days is not None and (not isinstance(days, int) or not 0 < days <= 36500):
            raise InvalidRequest("expires_in_days must be a whole number of days, or null for a token without end")
        scopes = body.get("scopes")
        if not isinstance(scopes, list) or not scopes:
            raise InvalidRequest("choose at least one scope for the token")
        networks = body.get("addresses") or []
        if not isinstance(networks, list):
            raise InvalidRequest("addresses must be a list of networks")

        def change(work: Work) -> dict[str, object]:
            channel = accounts.channel(work, self.actor, owner)
            made, secret = tokens.create(
                work,
                self.actor,
                channel,
                str(body.get("name") or ""),
                scopes=[str(scope) for scope in scopes],
                lifetime=timedelta(days=days) if days and not usual else None,
                forever=days is None,
                hostname=str(body.get("hostname") or ""),
                addresses=[str(one) for one in networks],
            )
            return {**documents.token(made, work.now), "token": secret}

        self.send_created(await self.write_work(change))


class TokenHandler(ApiHandler):
    """`/api/tokens/{channel}/{name}`."""

    async def delete(self, owner: str, name: str) -> None:
        """Revoke a token, at once and everywhere."""

        def change(work: Work) -> None:
            tokens.revoke(work, self.actor, accounts.channel(work, self.actor, owner), name)

        await self.write_work(change)
        self.send_nothing()


class RotateHandler(ApiHandler):
    """`/api/rotate/{channel}/{name}`."""

    async def post(self, owner: str, name: str) -> None:
        """A new secret under the same name and scopes; the old one works on for a week. Shown this once."""

        def change(work: Work) -> dict[str, object]:
            channel = accounts.channel(work, self.actor, owner)
            made, secret = tokens.rotate(work, self.actor, channel, name)
            return {**documents.token(made, work.now), "token": secret}

        self.send_created(await self.write_work(change))
