"""Content codings (RFC 9110, 8.4 and 12.5.3): text goes out as zstd or gzip to whoever takes it.

A document of a channel is coded once and kept beside its plain form; its strong ETag says which of them it is. What is
made for one request, pages and answers of the API, is coded as it goes out.

Nothing that a cookie opens is coded. Its length could tell a page of another origin, which makes the browser ask and
sees how much comes, what else stands beside words of its own choice (BREACH); a token has to be known to be sent. The
forms' token against forgery, which who is not signed in gets too, is masked anew in each page (tornado).
"""

from __future__ import annotations

import re
import zlib
from functools import lru_cache

import zstandard

from ..index.cache import Document, DocumentCache

WORTH = 1024
"""bytes from which coding saves a packet"""
LARGE = 1 << 20
"""bytes from which gzip takes its quickest level"""
IN_PASSING = 256 << 10
"""bytes at most that are coded in passing: a few milliseconds of the event loop"""
PACKED = (".zst", ".conda", ".bz2", ".whl", ".gz", ".zip")
"""how the paths end whose bytes are packed already"""
_TEXT = re.compile(r"text/|application/(?:[\w.+-]+\+)?(?:json|html|xml|javascript)\b|image/svg\+xml\b")
_QUALITY = re.compile(r"q=([01](?:\.\d{0,3})?)", re.IGNORECASE)


@lru_cache(maxsize=256)
def chosen(accepted: str | None) -> str | None:
    """`zstd` or `gzip`, as an Accept-Encoding header likes; None where it takes neither."""
    likes = dict(map(_weighed, (accepted or "").lower().split(",")))
    zstd, gzip = likes.get("zstd", 0.0), likes.get("gzip", likes.get("*", 0.0))
    if max(zstd, gzip) <= 0 or max(zstd, gzip) < likes.get("identity", 0.0):
        return None
    # of two as welcome zstd: a third of the work for the same size
    return "zstd" if zstd >= gzip else "gzip"


def _weighed(one: str) -> tuple[str, float]:
    name, _, parameters = one.strip().partition(";")
    quality = _QUALITY.fullmatch(parameters.strip())
    return name.strip(), float(quality[1]) if quality else 0.0 if parameters.strip() else 1.0


def worthwhile(content_type: str, size: int) -> bool:
    """Is so much of this type made smaller by a coding?"""
    return size >= WORTH and _TEXT.match(content_type) is not None


def coded(content: bytes, coding: str) -> bytes:
    """`content` in that coding; the same bytes each time."""
    if coding == "zstd":
        return zstandard.ZstdCompressor(level=3).compress(content)
    return zlib.compress(content, 6 if len(content) < LARGE else 1, wbits=31)


def variant(documents: DocumentCache, document: Document, coding: str) -> Document:
    """A finished document in that coding, made once for all who take it."""
    plain = document.etag.strip('"')
    found = documents.get((coding, plain), None, lambda: coded(document.content, coding))
    return Document(found.content, f'"{plain}-{coding}"', document.modified, coding)
