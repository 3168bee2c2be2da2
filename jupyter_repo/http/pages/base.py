"""What all pages share: the template environment, their policy, and errors as pages."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from tornado import web

from ... import __version__
from ...errors import NotFound, RepoError, Unauthenticated
from ...models import Kind
from ..base import RepoHandler

HERE = Path(__file__).parent.parent
# no script but our own files, no foreign origin, nothing may frame us; images of notebooks are data addresses
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


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

    def check_xsrf_cookie(self) -> None:
        """Forms carry tornado's token against forgery."""
        web.RequestHandler.check_xsrf_cookie(self)

    def page(self, template: str, **values: Any) -> None:
        """Answer a page; `values` are for its template."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "private, no-cache" if self.used_credential else "no-cache")
        self.set_header("Vary", "Cookie, Authorization")
        self.finish(
            templates()
            .get_template(template)
            .render(
                base=self.base_url,
                prefix=self.prefix,
                me=self.actor.account,
                here=self.request.path,
                forgery_token=self.xsrf_token.decode() if isinstance(self.xsrf_token, bytes) else self.xsrf_token,
                **values,
            )
        )

    def show_error(self, error: RepoError) -> None:
        """A page that helps. Private and absent look alike, and so does a channel that shows nothing."""
        if isinstance(error, Unauthenticated):
            error = NotFound(error.message)
            self.set_status(404)
            self.clear_header("WWW-Authenticate")
        self.page("error.html", error=error)


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
    environment.filters["bytes"] = human_bytes
    environment.globals.update(version=__version__, Kind=Kind)
    return environment


def ago(moment: datetime) -> str:
    """How long ago, in words: `3 hours ago`."""
    seconds = (datetime.now(UTC) - moment).total_seconds()
    for unit, length in (("year", 31557600), ("month", 2629800), ("day", 86400), ("hour", 3600), ("minute", 60)):
        count = int(seconds // length)
        if count:
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"


def human_bytes(size: int) -> str:
    """A size for people: `1.4 MB`."""
    number, units = float(size), ["bytes", "kB", "MB", "GB", "TB"]
    while number >= 1000 and len(units) > 1:
        number /= 1000
        units.pop(0)
    return f"{number:.0f} {units[0]}" if units[0] == "bytes" or number >= 100 else f"{number:.1f} {units[0]}"
