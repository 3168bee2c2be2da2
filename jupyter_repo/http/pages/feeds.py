"""What is new in a channel, as an Atom feed (RFC 4287)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import quote
from xml.etree import ElementTree

from ...errors import NotFound
from ...models import Account, Package
from ...service import accounts, search
from ...service.search import Filters
from ...service.work import Work
from .base import PageHandler

SHOWN = 50
_NOT_XML = re.compile("[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ATOM = "http://www.w3.org/2005/Atom"


class FeedHandler(PageHandler):
    """`/feeds/<channel>/atom.xml`; with `/t/<token>` in front also what the token may see."""

    async def get(self, owner: str) -> None:
        """The packages that changed last."""

        def look(work: Work) -> tuple[Account, list[Package]]:
            channel = accounts.channel(work, self.actor, owner)
            if not accounts.shows(work, self.actor, channel):
                raise NotFound(f"the channel {owner} does not exist, or shows you nothing")
            found = search.recent(work, self.actor, Filters(channel=channel), limit=SHOWN)
            return channel, [hit.one.package for hit in found.hits]

        channel, found = await self.read(look)
        self.set_header("Content-Type", "application/atom+xml; charset=utf-8")
        self.set_header("Cache-Control", "private, no-cache" if self.used_credential else "no-cache")
        self.set_header("Vary", "Cookie, Authorization")
        self.finish(feed(self.base_url, channel, found))


def feed(base: str, channel: Account, found: list[Package]) -> bytes:
    """The feed's document. No address in it holds a token."""
    ElementTree.register_namespace("", ATOM)
    root = ElementTree.Element(f"{{{ATOM}}}feed")
    home = f"{base}/{quote(channel.name)}"
    newest = max((one.updated_at for one in found), default=channel.created_at)
    _add(root, "title", f"{channel.name} · Jupyter Repo")
    _add(root, "id", home)
    _add(root, "updated", _moment(newest))
    _add(root, "link", rel="self", type="application/atom+xml", href=f"{base}/feeds/{quote(channel.name)}/atom.xml")
    _add(root, "link", rel="alternate", type="text/html", href=home)
    _add(_add(root, "author"), "name", channel.display_name or channel.name)
    for one in found:
        where = f"{home}/{quote(one.name)}"
        entry = _add(root, "entry")
        _add(entry, "title", f"{one.name} {one.latest_version or ''}".strip())
        _add(entry, "id", f"{where}#{quote(one.latest_version or '')}")
        _add(entry, "updated", _moment(one.updated_at))
        _add(entry, "link", rel="alternate", type="text/html", href=where)
        _add(entry, "summary", one.summary or ", ".join(kind.noun for kind in one.kinds))
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    made = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    # what XML 1.0 can't hold was never accepted into names; a summary may hold it
    made.text = _NOT_XML.sub("", text) or None
    return made


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
