"""The base of all handlers: who is asking, running the service off the event loop, errors, headers."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from http.client import responses
from typing import Any, TypeVar
from urllib.parse import urlsplit

import orjson
from tornado import web

from ..errors import Forbidden, InvalidRequest, NotFound, RepoError, Unauthenticated
from ..models import ANONYMOUS, Actor, Token
from ..service import accounts, audit, sessions, tokens
from ..service.work import Work
from . import codings, credentials
from .addressing import prefix_of, surface_of
from .site import Site

log = logging.getLogger("jupyter_repo")
T = TypeVar("T")

LOOPBACK = re.compile(r"localhost|127(?:\.\d{1,3}){3}|\[::1\]|::1")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
NO_CONTENT_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


def foreign(site: Site, host: str) -> bool:
    """Is this Host header of another site?

    A page whose name was made to point at 127.0.0.1 must not read a personal repository.
    """
    if not site.loopback:
        return False
    name = _hostname(host)
    if LOOPBACK.fullmatch(name) or name == site.hostname:
        return False
    return surface_of(site, host) is None


@lru_cache(maxsize=64)
def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:  # half of an IPv6 address
        return ""


class RepoHandler(web.RequestHandler):
    """Translates one request; every surface (API, channels, pages) has a subclass of its own."""

    policy = NO_CONTENT_POLICY
    """the Content-Security-Policy of the answers; pages have their own"""
    tolerant = False
    """answer also when the presented token is unknown or dead"""

    actor: Actor = ANONYMOUS
    dead_token: Token | None = None
    unknown_token = False
    used_credential = False

    @property
    def site(self) -> Site:
        """What all handlers share."""
        site: Site = self.application.settings["site"]
        return site

    def set_default_headers(self) -> None:
        """The headers that no answer may lack, errors included."""
        self.set_header("Server", "Jupyter Repo")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("X-Frame-Options", "DENY")
        self.set_header("Referrer-Policy", "no-referrer")  # an address may hold a token
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        self.set_header("Content-Security-Policy", self.policy)

    def compute_etag(self) -> str | None:
        """Never: tornado would hash every body; documents and files bring their own."""
        return None

    def check_xsrf_cookie(self) -> None:
        """Only pages act on a cookie, and they check its form token; other surfaces need a header."""

    async def prepare(self) -> None:
        """Know who asks before anything else happens."""
        self.site.running.add(self)
        self._refuse_foreign_host()
        if any(_CONTROL.search(value) for value in self.path_kwargs.values() if value):
            # nothing can be called so, and neither PostgreSQL nor a header could hold it
            raise NotFound(f"{self.request.path} is not an address of this repository")
        self.actor = Actor(None, None, self.request.remote_ip or "")
        secret = credentials.presented(self.request)
        if await self.identify_password():
            pass
        elif secret is not None:
            await self._identify(secret)
        elif self.request.method in ("GET", "HEAD") or self.cookies_may_write:
            await self.recognise_browser()
        self._break_glass()

    async def identify_password(self) -> bool:
        """Sign in by Basic name and password; only some addresses of the API take them."""
        return False

    def _break_glass(self) -> None:
        # a site administrator who says why may look into what is not theirs; each time is logged
        reason = self.request.headers.get("X-Break-Glass", "").strip()[:200]
        account = self.actor.account
        if reason and account is not None and account.is_admin and self.actor.token is None:
            self.actor = replace(self.actor, break_glass=reason)
            self._log_in_background("break-glass", audit.DONE, method=self.request.method)

    def _log_in_background(self, action: str, outcome: str, **details: object) -> None:
        actor, path = self.actor, credentials.masked(self.request.path)
        channel = self.path_kwargs.get("owner") or self.path_kwargs.get("organization")

        def write() -> None:
            with self.site.repository.write() as work:
                known = accounts.find(work, channel) if channel else None
                where = known.name if known else None
                audit.record(work, actor, action, path, channel=where, outcome=outcome, **details)

        with contextlib.suppress(RuntimeError):  # the service is stopping
            self.site.pool.submit(write)

    def on_finish(self) -> None:
        """The answer is sent."""
        self.site.running.discard(self)

    def on_connection_close(self) -> None:
        """The client went away."""
        super().on_connection_close()
        self.site.running.discard(self)

    cookies_may_write = False
    """pages, whose forms carry a token against forgery"""

    def _refuse_foreign_host(self) -> None:
        if foreign(self.site, self.request.host):
            raise Forbidden(
                f"this repository answers on loopback only, not as {_hostname(self.request.host)!r}; "
                "start it with --public-url to serve that name",
                code="foreign_host",
            )

    async def _identify(self, secret: str) -> None:
        address = self.request.remote_ip or ""
        presented = await self.read(lambda work: self.look_up(work, secret, address))
        self.used_credential = True
        if presented.actor is not None:
            self.actor = presented.actor
            if presented.actor.token is not None:
                self._warn_of_expiry(presented.expires_at)
                self.site.tally.used(presented.actor.token.id, datetime.now(UTC))
        elif presented.dead is not None:
            self.dead_token = presented.dead
        else:
            self.unknown_token = True
        if not self.tolerant and (self.dead_token or self.unknown_token):
            await self.refuse_token()

    def look_up(self, work: Work, secret: str, address: str) -> tokens.Presented:
        """Who comes with this secret."""
        return tokens.present(work, secret, address=address)

    def _warn_of_expiry(self, expires: datetime | None) -> None:
        left = expires - datetime.now(UTC) if expires else None
        if expires and left and left < tokens.WARN and self.actor.token is not None:
            name = self.actor.token.name.encode("ascii", "replace").decode()
            text = f"the token {name!r} expires on {expires:%Y-%m-%d}, in {left.days} days; rotate it or make a new one"
            self.set_header("Conda-Token-Warning", text)

    async def refuse_token(self) -> None:
        """What a dead or unknown token means on this surface; the API's answer unless a subclass has its own."""
        if self.dead_token is not None:
            raise Unauthenticated(
                f"the token {self.dead_token.name!r} {ended(self.dead_token)}; sign in again or use another token",
                code="token_expired" if self.dead_token.revoked_at is None else "token_revoked",
            )
        raise Unauthenticated("this token is not known here; sign in again or use another token", code="token_unknown")

    @property
    def session_cookie(self) -> str | None:
        """The secret of the browser's session; None where nobody is signed in."""
        return self.get_cookie(credentials.cookie_name(credentials.COOKIE, self.base_url))

    async def recognise_browser(self) -> None:
        """Who is signed in with the session's cookie."""
        cookie = self.session_cookie
        if cookie:
            address = self.request.remote_ip or ""
            found = await self.read(lambda work: sessions.find(work, cookie, address=address))
            if found is not None:
                self.actor = found
                self.used_credential = True

    # -- running the service

    async def run(self, function: Callable[..., T], *args: object) -> T:
        """`function(*args)` on the pool: nothing that waits for a disk or a hash runs on the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self.site.pool, function, *args)

    async def read(self, function: Callable[[Work], T]) -> T:
        """`function(work)` in a reading transaction, on the pool."""

        def reading() -> T:
            with self.site.repository.read() as work:
                return function(work)

        return await self.run(reading)

    async def write_work(self, function: Callable[[Work], T]) -> T:
        """`function(work)` in a writing transaction, on the pool."""

        def writing() -> T:
            with self.site.repository.write() as work:
                return function(work)

        return await self.run(writing)

    # -- requests

    @property
    def base_url(self) -> str:
        """The address of the repository as this user sees it, without a slash at the end."""
        return self.site.public_url or f"{self.request.protocol}://{self.request.host}{self.prefix}"

    @property
    def prefix(self) -> str:
        """The path under which this user sees `/`: what every absolute path in a page or a redirect begins with."""
        return prefix_of(self.request)

    def redirect(self, url: str, permanent: bool = False, status: int | None = None) -> None:
        """Redirect; a path of ours gets the prefix, a relative one needs none."""
        super().redirect(self.prefix + url if url.startswith("/") else url, permanent, status)

    def json_body(self) -> dict[str, Any]:
        """The JSON object sent; an empty body is an empty object, whatever its Content-Type says."""
        if not self.request.body.strip():
            return {}
        try:
            body = orjson.loads(self.request.body)
        except orjson.JSONDecodeError as error:
            raise InvalidRequest(f"the body is not JSON: {error}") from error
        if not isinstance(body, dict):
            raise InvalidRequest("the body must be a JSON object")
        return body

    def flag(self, name: str) -> bool:
        """A yes-or-no query argument."""
        return self.get_query_argument(name, "").lower() in ("1", "true", "yes", "on")

    # -- answers

    @property
    def coding(self) -> str | None:
        """The content coding of the answer; None for as it is, and where a cookie opened it (`codings.py`)."""
        if self.used_credential and credentials.presented(self.request) is None:
            return None
        return codings.chosen(self.request.headers.get("Accept-Encoding"))

    def depends_on(self, name: str) -> None:
        """The answer depends on that header of the request, too."""
        names = [one.strip() for one in self._headers.get("Vary", "").split(",") if one.strip()]
        self.set_header("Vary", ", ".join(dict.fromkeys([*names, name])))

    def finish(self, chunk: str | bytes | dict[str, Any] | None = None) -> asyncio.Future[None]:
        """End the answer; text that was made for this request alone is coded in passing."""
        content = chunk.encode() if isinstance(chunk, str) else chunk
        if not isinstance(content, bytes) or "Content-Encoding" in self._headers:
            return super().finish(content)
        if codings.worthwhile(self._headers.get("Content-Type", ""), len(content)):
            self.depends_on("Accept-Encoding")
            coding = self.coding
            if coding is not None and len(content) <= codings.IN_PASSING:
                self.set_header("Content-Encoding", coding)
                content = codings.coded(content, coding)
        return super().finish(content)

    def send_json(self, body: object, status: int = 200) -> None:
        """Answer JSON; times become ISO 8601 with their offset, which anaconda-client needs."""
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "no-store")
        self.finish(orjson.dumps(body))

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """A refusal is an answer, not an accident: only what nobody foresaw is logged with its trace."""
        if isinstance(value, RepoError):
            return
        # tornado's own lines hold the whole address, and so the secrets that some end in
        where = f"{self.request.method} {credentials.masked(self.request.uri or '')}"
        if isinstance(value, web.HTTPError):
            log.warning("%d %s: %s", value.status_code, where, value.log_message or value.reason or "")
        else:
            log.error("%s failed", where, exc_info=(typ, value, tb))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """The one place where an exception becomes an answer."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if not isinstance(error, RepoError):
            error = self._foreign(status_code, error)
        self.set_status(error.status)
        if isinstance(error, Unauthenticated):
            self.set_header("WWW-Authenticate", 'Basic realm="Jupyter Repo"')
        if "retry_after" in error.details:
            self.set_header("Retry-After", str(error.details["retry_after"]))
        self.set_header("Cache-Control", "no-store")
        self._log_refusal(error)
        self.show_error(error)

    def _log_refusal(self, error: RepoError) -> None:
        # a write that was refused: who tried what, from where, with which token; never so often that it becomes a load
        if self.request.method in ("GET", "HEAD", "OPTIONS") or error.status not in (401, 403, 404, 409, 429):
            return
        if self.site.refusals.allow(f"{self.actor.name} {self.request.remote_ip}"):
            dead = {"dead_token": self.dead_token.name} if self.dead_token else {}
            method = self.request.method
            self._log_in_background(
                "refused", audit.REFUSED, method=method, code=error.code, reason=error.message, **dead
            )

    def _foreign(self, status: int, error: BaseException | None) -> RepoError:
        if status == 404:
            return NotFound(f"{self.request.path} is not an address of this repository")
        text = getattr(error, "log_message", None) if status < 500 else None
        if status == 405:
            answered = ", ".join(one for one in self.SUPPORTED_METHODS if self._answers(one))
            self.set_header("Allow", answered)
            text = f"{self.request.method} is not what this address answers; it answers {answered}"
        found = RepoError(text or f"{responses.get(status, 'error')}; the log of the repository says more")
        found.status, found.code = status, "http_error" if status < 500 else "internal"
        return found

    @classmethod
    def _answers(cls, method: str) -> bool:
        return getattr(cls, method.lower()) is not getattr(web.RequestHandler, method.lower())

    def show_error(self, error: RepoError) -> None:
        """An error as this surface shows it: JSON, unless a subclass has pages or problem details."""
        self.set_header("Content-Type", "application/json")
        self.finish(orjson.dumps({key: value for key, value in error.body().items() if key != "status"}))


def ended(token: Token) -> str:
    """How a dead token died: `was revoked on …`, `expired on …`."""
    if token.revoked_at is not None:
        return f"was revoked on {token.revoked_at:%Y-%m-%d}"
    if token.expires_at is not None:
        return f"expired on {token.expires_at:%Y-%m-%d}"
    return f"was made by an account that is disabled or has no rights on {token.channel} any more"


class NotFoundHandler(RepoHandler):
    """Every address that no route knows."""

    tolerant = True

    async def prepare(self) -> None:
        """Say so, whatever the method."""
        raise NotFound(f"{self.request.path} is not an address of this repository")
