"""What all pages share: the template environment, their policy, the top of the page, errors as pages."""

from __future__ import annotations

import base64
import binascii
import json
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup
from tornado import web

from ... import __version__
from ...errors import Forbidden, NotFound, RepoError, Unauthenticated
from ...models import Account, File, Kind
from ...permissions import LEVELS
from ...service import matching, sessions
from ...service.sessions import Session, Surroundings
from ...service.work import Work
from .. import credentials
from ..base import RepoHandler
from . import returning
from .forms import Form

HERE = Path(__file__).parent.parent
# no script but our own files, no foreign origin, nothing may frame us; images of notebooks are data addresses
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FLASH = "jupyter_repo_flash"
TOOLS = (
    ("/", "Landscape"),
    ("/view-all", "View all"),
    ("/packages", "Packages"),
    ("/notebooks", "Notebooks"),
    ("/environments", "Environments"),
    ("/favorites", "Favorites"),
    ("/organizations", "Organizations"),
    ("/groups", "Group membership"),
    ("/labels", "Labels"),
)
"""the Tools list at the top of every page"""
DAY = 86400
HOME = "/dashboard"
"""where signing in leads"""


class Prefixed(Extension):
    """Templates write addresses of ours from the root (`href="/login"`); behind a prefix they begin with it.

    Done once, when a template is compiled, and so for what its author wrote only. An address that is put together in an
    expression begins with `{{ prefix }}` there.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002
        """The source with the prefix before every address from the root."""
        return _FROM_ROOT.sub(r"\1{{ prefix }}/", source)


_FROM_ROOT = re.compile(r"""(\b(?:href|src|action|formaction|poster)=["'])/(?!/)""")


class PageHandler(RepoHandler):
    """One page."""

    policy = POLICY
    tolerant = True
    cookies_may_write = True

    session: Session | None = None
    """the signed-in browser; None for nobody, and for who comes with a token"""
    surroundings = Surroundings((), 0)

    def check_xsrf_cookie(self) -> None:
        """Forms carry tornado's token against forgery."""
        self.check_forgery()

    def check_forgery(self) -> None:
        """Refuse a form that another site sent, or that is too old. Raises Forbidden.

        The token alone would not do where the address is no https one or has a path: there a neighbour below the same
        domain can plant the cookie that it is compared with. Browsers say whose page it was.
        """
        if self.request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            raise Forbidden("The form comes from a page of another site; open it here and send it from there.")
        try:
            web.RequestHandler.check_xsrf_cookie(self)
        except web.HTTPError as error:
            raise Forbidden(
                "This form comes from a page that is too old, or this browser keeps no cookies. Go back, load the page "
                "again and send it from there.",
                code="stale_form",
            ) from error

    async def recognise_browser(self) -> None:
        """Who is signed in, for whom they act, and what the top of the page shows."""
        if self.session_cookie:
            await self._recognise(self.session_cookie)

    async def _recognise(self, cookie: str) -> None:
        address = self.request.remote_ip or ""

        def look(work: Work) -> tuple[Session, Surroundings] | None:
            found = sessions.look(work, cookie, address=address)
            return (found, sessions.surroundings(work, found.actor, found.active)) if found else None

        known = await self.read(look)
        if known is not None:
            self.session, self.surroundings = known
            self.actor, self.used_credential = self.session.actor, True
            if self.session.stale:
                self.site.tally.seen(self.session.id, datetime.now(UTC), address)

    async def sign_in(self, account: Account) -> None:
        """Begin a session after the password was given; what follows in this request is done by that person."""
        address, agent = self.request.remote_ip or "", self.request.headers.get("User-Agent", "")
        secret = await self.write_work(
            lambda work: sessions.begin(work, account, address=address, agent=agent, confirmed=True)
        )
        self.remember(secret)
        await self._recognise(secret)

    def remember(self, secret: str) -> None:
        """Give the browser its session."""
        self.give_cookie(credentials.COOKIE, secret, max_age=self.site.repository.settings.session_days * DAY)

    @property
    def active(self) -> Account | None:
        """For whom the person acts: themselves, or an organization they switched to."""
        return self.session.active if self.session else self.actor.account

    # -- addresses and answers

    def href(self, path: str) -> str:
        """The address of a path of this site, as links and redirects have it."""
        return self.prefix + path

    def here(self) -> str:
        """The path and query that were asked for, to come back to."""
        return self.request.path + (f"?{self.request.query}" if self.request.query else "")

    def page(self, template: str, **values: Any) -> None:
        """Answer a page; `values` are for its template.

        A refused `form` among them decides the status; with a `secret` the page is kept nowhere.
        """
        form = values.setdefault("form", Form())
        if form.status != 200:
            self.set_status(form.status)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        caching = "private, no-cache" if self.used_credential else "no-cache"
        self.set_header("Cache-Control", "no-store" if values.get("secret") else caching)
        self.set_header("Vary", "Cookie, Authorization")
        self.finish(
            templates()
            .get_template(template)
            .render(
                base=self.base_url,
                prefix=self.prefix,
                me=self.actor.account,
                active=self.active,
                session=self.session,
                surroundings=self.surroundings,
                here=self.here(),
                href=self.href,
                flash=self._take_flash(),
                sign_up=self.site.repository.settings.sign_up,
                hub=self.site.repository.settings.hub is not None,
                local_passwords=self.site.repository.settings.local_passwords,
                forgery_token=self.xsrf_token.decode() if isinstance(self.xsrf_token, bytes) else self.xsrf_token,
                **values,
            )
        )

    def go(self, target: str) -> None:
        """Redirect after a form, or to sign in, to a path of this site and of no other."""
        local = re.fullmatch(r"/(?![/\\])[^\\\x00-\x1f]*", target)
        self.redirect(target if local else HOME, status=303 if self.request.method == "POST" else 302)

    def flash(self, text: str, kind: str = "done") -> None:
        """Say `text` on the next page that this browser sees; `kind` is `done` or `problem`."""
        value = base64.urlsafe_b64encode(json.dumps([kind, text[:500]]).encode()).decode()
        self.give_cookie(FLASH, value, max_age=60)

    def _take_flash(self) -> tuple[str, str] | None:
        value = self.get_cookie(credentials.cookie_name(FLASH, self.base_url))
        if not value:
            return None
        self.drop_cookie(FLASH)
        try:
            kind, text = json.loads(base64.urlsafe_b64decode(value))
        except (ValueError, TypeError, binascii.Error):
            return None
        return ("problem" if kind == "problem" else "done"), str(text)[:500]

    def give_cookie(self, name: str, value: str, *, max_age: int) -> None:
        """Set a cookie that no script reads, `max_age` in seconds; see `cookie_name`."""
        known, secure = credentials.cookie_name(name, self.base_url), self.base_url.startswith("https:")
        path = self.prefix or "/"
        self.set_cookie(known, value, max_age=max_age, httponly=True, samesite="Lax", secure=secure, path=path)

    def drop_cookie(self, name: str) -> None:
        """Take a cookie away."""
        known, secure = credentials.cookie_name(name, self.base_url), self.base_url.startswith("https:")
        # not by an age of 0, which tornado takes for none: the empty cookie would stay
        self.clear_cookie(known, path=self.prefix or "/", httponly=True, samesite="Lax", secure=secure)

    def show_error(self, error: RepoError) -> None:
        """A page that helps. Private and absent look alike, and so does a channel that shows nothing."""
        if isinstance(error, Unauthenticated):
            error = NotFound(error.message)
            self.set_status(404)
            self.clear_header("WWW-Authenticate")
        self.page("error.html", error=error)


class OwnPage(PageHandler):
    """A page for the signed-in: whoever is not is led to sign in, and back."""

    async def prepare(self) -> None:
        """Know who asks, or ask them."""
        await super().prepare()
        if self.actor.account is None and not self._finished and not await returning.went_on(self):
            self.go(f"/login?next={quote(self.here() if self.request.method == 'GET' else HOME, safe='/')}")

    @property
    def me(self) -> Account:
        """The signed-in person."""
        assert self.actor.account is not None  # `prepare` let nobody else through
        return self.actor.account

    @property
    def browser(self) -> Session:
        """The signed-in browser. Forbidden for who came with a token."""
        if self.session is None:
            raise Forbidden("no token may do this; sign in with your password", code="scope_missing")
        return self.session


@cache
def templates() -> Environment:
    """The template environment; everything is escaped unless a template says otherwise."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        extensions=[Prefixed],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["ago"] = ago
    environment.filters["level"] = lambda word: LEVELS[word].title
    environment.filters["bytes"] = human_bytes
    environment.filters["browser"] = browser
    environment.globals.update(version=__version__, Kind=Kind, tools=TOOLS, documents_path=download_path)
    environment.globals.update(looked_at=matching.LOOKED_AT)
    return environment


def download_path(file: File) -> str:
    """The path at which a file is downloaded."""
    return f"/api/download/{quote(file.full_name)}"


def ago(moment: datetime) -> Markup:
    """How long ago, in words: `3 hours ago`. Programs and who points at it learn the moment itself."""
    when = Markup('<time datetime="{}" title="{}">{}</time>')
    return when.format(f"{moment:%Y-%m-%dT%H:%M:%SZ}", f"{moment.day} {moment:%B %Y, %H:%M} UTC", since(moment))


def since(moment: datetime) -> str:
    """How long ago, in words."""
    seconds = (datetime.now(UTC) - moment).total_seconds()
    for unit, length in (("year", 31557600), ("month", 2629800), ("day", 86400), ("hour", 3600), ("minute", 60)):
        count = int(seconds // length)
        if count:
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"


def browser(agent: str) -> str:
    """What signed in, for people: `Firefox on Linux`."""
    names = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
    systems = ("Windows", "Android", "iPhone", "iPad", "Mac OS X", "CrOS", "Linux")
    name = next((title for word, title in names if word in agent), agent.partition("/")[0][:40] or "A browser")
    system = next((word for word in systems if word in agent), "")
    return f"{name} on {system}" if system else name


def human_bytes(size: int) -> str:
    """A size for people: `1.4 MB`."""
    number, units = float(size), ["bytes", "kB", "MB", "GB", "TB"]
    while number >= 1000 and len(units) > 1:
        number /= 1000
        units.pop(0)
    return f"{number:.0f} {units[0]}" if units[0] == "bytes" or number >= 100 else f"{number:.1f} {units[0]}"
