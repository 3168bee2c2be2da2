"""Pages to read: documentation made from the code, terms, about, status; and what robots and finders of holes read."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from markupsafe import Markup, escape

from ... import __version__
from ...errors import NotFound, RepoError
from ...models import Kind
from ...permissions import RULES, SCOPES, Role, Rule, Site
from ..api.openapi import document
from .base import PageHandler
from .rendering import markdown

log = logging.getLogger("jupyter_repo")
TOPICS = {
    "clients": "Clients",
    "permissions": "Permissions and scopes",
    "api": "API",
    "search": "Search",
}
MAX_TERMS = 200_000


class DocsPage(PageHandler):
    """`/docs` and its topics."""

    async def get(self, topic: str = "") -> None:
        """A topic, or what there is."""
        if topic and topic not in TOPICS:
            raise NotFound(f"there is no documentation about {topic}")
        values: dict[str, object] = {}
        if topic == "permissions":
            roles = [role for role in Role if role is not Role.NONE]
            values = {"rules": list(RULES.values()), "roles": roles, "scopes": SCOPES, "reached": reached, "Site": Site}
        elif topic == "api":
            values = {"operations": operations(document())}
        channel = self.active.name if self.active else "CHANNEL"
        self.page(f"docs/{topic or 'index'}.html", topics=TOPICS, topic=topic, channel=channel, **values)


def reached(rule: Rule) -> str:
    """The scopes that reach an operation, in one line."""
    every = frozenset(Kind)
    words = (
        scope if kinds == every else f"{scope} ({', '.join(sorted(kinds))})" for scope, kinds in rule.scopes.items()
    )
    return ", ".join(words) or "none"


def in_code(text: str) -> Markup:
    """A docstring, with what stands in backticks as code."""
    # only our own docstrings come here, and they are escaped first
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704


def operations(openapi: dict[str, object]) -> list[tuple[str, str, Markup]]:
    """(method, path, what it does) of an OpenAPI document, in its order."""
    paths = openapi["paths"]
    assert isinstance(paths, dict)
    return [
        (method.upper(), path, in_code(str(said.get("description") or said.get("summary") or "")))
        for path, methods in paths.items()
        for method, said in methods.items()
        if isinstance(said, dict) and method != "head"
    ]


class TermsPage(PageHandler):
    """`/terms`: the administrator's, or plain ones."""

    async def get(self) -> None:
        """The terms."""
        own = self.site.repository.settings.terms
        self.page("terms.html", own=await self.run(_terms, own) if own else "")


def _terms(path: str) -> Markup:
    return markdown(Path(path).read_text(encoding="utf-8")[:MAX_TERMS])


class AboutPage(PageHandler):
    """`/about`."""

    async def get(self) -> None:
        """What this is, and who runs it."""
        self.page("about.html", contact=self.site.repository.settings.contact)


class StatusPage(PageHandler):
    """`/status`: does it work? Nothing here is secret."""

    async def get(self) -> None:
        """Database, storage, version; 503 where something does not answer."""
        checks = [("Database", await self._ask(self._database)), ("Storage", await self._ask(self._storage))]
        if not all(answer for _, (answer, _) in checks):
            self.set_status(503)
        self.set_header("X-Robots-Tag", "noindex")
        self.page("status.html", checks=checks, now=datetime.now(UTC), release=__version__)

    async def _ask(self, check: Callable[[], None]) -> tuple[bool, float]:
        began = time.perf_counter()
        try:
            await self.run(check)
        except (RepoError, OSError, sa.exc.SQLAlchemyError) as error:
            # what is wrong goes to the log, not to the page
            log.error("a check of the status page failed: %s", error)
            return False, 0.0
        return True, (time.perf_counter() - began) * 1000

    def _database(self) -> None:
        with self.site.repository.read() as work:
            work.db.execute(sa.text("SELECT 1"))

    def _storage(self) -> None:
        self.site.repository.store.exists("0" * 64)


class RobotsHandler(PageHandler):
    """`/robots.txt`."""

    async def get(self) -> None:
        """Pages may be indexed; the API, indexes, files and everything personal need no crawler."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        refused = ("/api", "/conda", "/pypi", "/t/", "/login", "/signup", "/account", "/stars", "/dashboard", "/status")
        self.finish("User-agent: *\n" + "".join(f"Disallow: {self.href(path)}\n" for path in refused))


class SecurityHandler(PageHandler):
    """`/.well-known/security.txt` (RFC 9116)."""

    async def get(self) -> None:
        """Whom to tell of a hole; absent where the administrator names nobody."""
        contact = self.site.repository.settings.contact
        if not contact:
            raise NotFound("this repository names no contact for security")
        uri = f"mailto:{contact}" if "@" in contact and "://" not in contact else contact
        until = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=180)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        here = f"{self.base_url}/.well-known/security.txt"
        self.finish(
            f"Contact: {uri}\nExpires: {until:%Y-%m-%dT%H:%M:%SZ}\nPreferred-Languages: en\nCanonical: {here}\n"
        )
