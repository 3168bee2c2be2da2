"""What all handlers of one running repository share."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from ..db.pulse import Pulse
from ..index.cache import DocumentCache
from ..service.retired import Retired
from ..service.states import States
from ..service.upstreams import Mirrors
from ..service.work import Repository
from .hot import HotAnswers


class Tally:
    """Download counts and token uses, gathered in the process and written to the database now and then."""

    def __init__(self) -> None:
        """Begin empty."""
        self._lock = threading.Lock()
        self._downloads: Counter[int] = Counter()
        self._uses: dict[int, datetime] = {}

    def downloaded(self, file_id: int) -> None:
        """A file was sent."""
        with self._lock:
            self._downloads[file_id] += 1

    def used(self, token_id: int, moment: datetime) -> None:
        """A token opened something."""
        with self._lock:
            self._uses[token_id] = moment

    def put_back(self, downloads: Mapping[int, int], uses: Mapping[int, datetime]) -> None:
        """What was taken could not be written down: it is gathered still."""
        with self._lock:
            self._downloads.update(downloads)
            for token_id, moment in uses.items():
                self._uses[token_id] = max(moment, self._uses.get(token_id, moment))

    def take(self) -> tuple[Counter[int], dict[int, datetime]]:
        """What was gathered since the last time."""
        with self._lock:
            taken = self._downloads, self._uses
            self._downloads, self._uses = Counter(), {}
        return taken


class Allowance:
    """At most so many a minute for each subject; what goes beyond is dropped. One process's own memory."""

    def __init__(self, each_minute: int) -> None:
        """Begin empty."""
        self._limit, self._minute = each_minute, 0
        self._counts: Counter[str] = Counter()

    def allow(self, subject: str) -> bool:
        """One more by `subject`: is it within the allowance?"""
        minute = int(time.monotonic() // 60)
        if minute != self._minute:
            self._minute, self._counts = minute, Counter()
        self._counts[subject] += 1
        return self._counts[subject] <= self._limit


@dataclass(frozen=True)
class Site:
    """One running repository: its rules' side, its address, its threads and caches."""

    repository: Repository
    pool: ThreadPoolExecutor
    """as many threads as the database has connections"""
    public_url: str | None = None
    """the address users see, without a slash at the end; None: the one each request came to"""
    path: str = ""
    """the path under which a proxy shows it, where only that is known of its address"""
    loopback: bool = False
    """listening on loopback only: refuse requests for foreign host names (DNS rebinding)"""
    trust_proxy: bool = False
    """believe what X-Forwarded-* headers say: only behind a proxy that sets them"""
    embedded: bool = False
    """started by the Jupyter server of the one person who uses it"""
    accel: str | None = None
    """the location under which nginx sends the files of the store's `blobs` folder itself (X-Accel-Redirect)"""
    documents: DocumentCache = field(default_factory=DocumentCache)
    states: States = field(default_factory=States)
    retired: Retired = field(default_factory=Retired)
    hot: HotAnswers = field(init=False)
    hostname: str | None = field(init=False)
    """the host name of the public address, whose sub-domains conda., pypi. and api. are ours too"""
    prefix: str = field(init=False)
    """the path of the public address, without a slash at the end; empty at the root of a host"""
    mirrors: Mirrors = field(init=False)
    tally: Tally = field(default_factory=Tally)
    refusals: Allowance = field(default_factory=lambda: Allowance(60))
    """refused writes that are logged"""
    running: set[object] = field(default_factory=set)
    """the requests being answered: stopping waits for them"""

    def __post_init__(self) -> None:
        """Keep answers by the pulse of the repository's own database."""
        object.__setattr__(self, "hot", HotAnswers(Pulse(self.repository.engine)))
        parts = urlsplit(self.public_url or "")
        object.__setattr__(self, "hostname", parts.hostname)
        object.__setattr__(self, "prefix", parts.path.rstrip("/") or self.path)
        object.__setattr__(self, "mirrors", Mirrors(self.repository))
