"""What conda's and pip's addresses share: the answers to wrong tokens, and errors that conda shows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import orjson
from tornado.httputil import HTTPHeaders

from ... import formats
from ...errors import Forbidden, NotFound, RepoError, Unauthenticated, Unavailable
from ...index.cache import Document
from ...index.records import PUBLIC
from ...models import File, Kind
from ...names import MAIN_LABEL
from ...service import channels, mirrored, past, tokens
from ...service.channels import Delivery
from ...service.tokens import Presented
from ...service.upstreams import Missing, Wanted
from ...service.work import Work
from .. import credentials
from ..base import ended
from ..delivery import DeliveryHandler
from ..hot import Answer, hot_key
from . import moments

SETTLED = timedelta(hours=1)
"""what no transaction lasts: what a channel was so long ago does not change any more"""
BESIDE = {"metadata": "text/plain; charset=utf-8", "provenance": "application/vnd.pypi.integrity.v1+json"}
"""what may lie beside a distribution, and its content type"""


T = TypeVar("T")


class ChannelHandler(DeliveryHandler):
    """An address below a channel; the channel's name is the path argument `owner`.

    Its answers are kept ready (`http/hot.py`): nothing in them may depend on more than the key names.
    """

    _asked: tuple[Hashable, Hashable | None] | None = None
    _until: datetime | None = None
    _kept_file: Answer | None = None

    def moment(self, text: str | None) -> datetime | None:
        """The past moment that an address names; None for an address of now. Raises InvalidRequest."""
        return moments.parsed(text) if text is not None else None

    async def prepare(self) -> None:
        """Give the answer of before if nothing has changed since, else find out who asks."""
        key = hot_key(self.request, credentials.presented(self.request))
        if key is not None:
            hot = self.site.hot
            beat = await self.run(hot.pulse.beat) if hot.pulse.waits else hot.pulse.beat()
            found = hot.get(key, beat, datetime.now(UTC))
            if found is not None:
                await self._again(found)
                return
            self._asked = key, beat
        await super().prepare()

    async def _again(self, answer: Answer) -> None:
        self.site.running.add(self)
        self._refuse_foreign_host()
        self.actor, self.used_credential = answer.actor, answer.private
        if answer.actor.token is not None:
            self.site.tally.used(answer.actor.token.id, datetime.now(UTC))
        if answer.document is not None:
            self.send_document(answer.document, answer.content_type, forever=answer.forever)
        elif answer.file is not None:
            await self.send_file(answer.file, public=answer.public, content_type=answer.content_type)

    async def deliver(
        self, owner: str, kind: Kind, address: str, at: str | None, label: str | None = None, beside: str = ""
    ) -> None:
        """Answer the file at an address of the channel, now or at a past moment, or what lies `beside` it."""
        moment = self.moment(at)

        def look_up(work: Work) -> Delivery:
            if moment is None:
                return channels.deliver(work, self.actor, owner, kind, address, label)
            return past.deliver(work, self.actor, owner, kind, address, moment, label)

        try:
            found = await self.read(look_up)
        except (NotFound, Unauthenticated):
            of_now = moment is None and label in (None, MAIN_LABEL)
            if of_now and await self._deliver_mirrored(owner, kind, address, beside):
                return
            raise
        # a moment that has just passed may still get a change from a transaction that runs
        self.settled = moment is None or datetime.now(UTC) - moment > SETTLED
        if not beside:
            await self.send_file(found.file, public=found.public)
            return
        sha256 = found.metadata_sha256 if beside == "metadata" else found.provenance_sha256
        if sha256 is None:
            raise NotFound(f"{address} has no {beside} beside it")
        if beside == "metadata":
            document = await self.run(self._core_metadata, found.file, sha256)
            self.send_content(document, sha256, public=found.public, content_type=BESIDE[beside])
            return
        size = await self.run(self.site.repository.store.size, sha256)
        await self.send_blob(sha256, size, public=found.public, content_type=BESIDE[beside])

    def _core_metadata(self, file: File, sha256: str) -> bytes:
        def read() -> bytes:
            with self.site.repository.store.open(file.sha256) as wheel:
                return formats.core_metadata(file.filename, wheel)

        return self.site.documents.get(("core metadata", sha256), 0, read).content

    async def _deliver_mirrored(self, owner: str, kind: Kind, address: str, beside: str) -> bool:
        """Answer the upstream's file, where its name comes from there; False where it does not."""

        def look_up() -> Wanted | None:
            with self.site.repository.read() as work:
                return mirrored.wanted(work, self.actor, self.site.mirrors, owner, kind, address, beside)

        wanted = await self.with_upstream(look_up)
        if wanted is None:
            return False
        if not wanted.kept:
            await self.ask_upstream(self.site.mirrors.bring, wanted)
            wanted = await self.with_upstream(look_up)
            if wanted is None or not wanted.kept:
                return False
        public = wanted.mirror.visibility == PUBLIC
        content_type = BESIDE.get(beside, "application/octet-stream")
        # an upstream may give another file this name
        self.settled = False
        await self.send_blob(wanted.sha256, wanted.size, public=public, content_type=content_type)
        return True

    async def with_upstream(self, function: Callable[..., T], *args: object) -> T:
        """`function(*args)` on the pool; where it misses an upstream's document, once more when that was fetched."""
        try:
            return await self.run(function, *args)
        except Missing as missing:
            await self.ask_upstream(self.site.mirrors.refresh, missing.key)
        try:
            return await self.run(function, *args)
        except Missing as missing:
            raise Unavailable(f"the upstream of {missing.key.path} does not answer; try again") from missing

    async def ask_upstream(self, function: Callable[..., T], *args: object) -> T:
        """`function(*args)` on threads of its own: a slow upstream must not keep others from the database."""
        return await asyncio.get_running_loop().run_in_executor(self.site.mirrors.pool, function, *args)

    def keep_until(self, moment: datetime | None) -> None:
        """An answer kept ready ends at that moment at the latest."""
        if moment is not None:
            self._until = moment if self._until is None else min(self._until, moment)

    def look_up(self, work: Work, secret: str, address: str) -> Presented:
        """Who comes with this secret, and until when an answer to them may be kept."""
        presented = super().look_up(work, secret, address)
        if self._asked is not None and presented.actor is not None and presented.actor.token is not None:
            self._until = presented.expires_at
        return presented

    def send_document(self, document: Document, content_type: str, *, forever: bool = False) -> None:
        """Answer a finished document, or 304, and keep the answer ready."""
        answer = self._keep(content_type, document=document, forever=forever)
        if answer is not None:
            self._document_headers(document, content_type, forever=forever)
            self.set_header("Content-Length", str(len(document.content)))
            answer.sent = HTTPHeaders(self._headers)
            self.clear_header("Content-Length")
        super().send_document(document, content_type, forever=forever)

    async def send_file(self, file: File, *, public: bool, content_type: str = "application/octet-stream") -> None:
        """Answer a file's bytes, and keep its row ready."""
        self._kept_file = self._keep(content_type, file=file, public=public)
        await super().send_file(file, public=public, content_type=content_type)

    def whole_file_begins(self) -> None:
        """Keep its headers, with which the next one gets it without a handler."""
        if self._kept_file is not None:
            self._kept_file.sent = HTTPHeaders(self._headers)

    def whole_file_handed_over(self) -> None:
        """Keep them, too."""
        if self._kept_file is not None:
            self._kept_file.handed_over = HTTPHeaders(self._headers)

    def _keep(
        self,
        content_type: str,
        *,
        document: Document | None = None,
        forever: bool = False,
        file: File | None = None,
        public: bool = False,
    ) -> Answer | None:
        # what a dead token gets carries a word about it, which is not kept
        bound = self.actor.token is not None and self.actor.token.addresses
        # nor what a token bound to networks gets: the key does not name the address
        if self._asked is None or self.dead_token is not None or bound or not self.settled:
            return None
        key, beat = self._asked
        answer = Answer(self.actor, self.used_credential, self._until, content_type, document, forever, file, public)
        self.site.hot.keep(key, beat, answer)
        return answer

    async def refuse_token(self) -> None:
        """An unknown token is refused; a dead one where it would have opened something, else it is only reported."""
        dead = self.dead_token
        if dead is None:
            raise Forbidden(
                "this token is not known here; look for typing errors, or make a new one", code="token_unknown"
            )
        owner = str(self.path_kwargs.get("owner", ""))
        if await self.read(lambda work: tokens.would_open(work, dead, owner)):
            renew = f"{self.base_url}/{dead.channel}/settings/access"
            raise Forbidden(
                f"the token {dead.name!r} {ended(dead)}; make a new one at {renew}",
                code="token_expired",
                name=dead.name,
                expired_at=(dead.revoked_at or dead.expires_at or dead.created_at).isoformat(timespec="seconds"),
                renew_url=renew,
            )
        self.set_header("Conda-Token-Warning", f"the token {dead.name!r} {ended(dead)}".encode("ascii", "replace"))

    def show_error(self, error: RepoError) -> None:
        """Problem details (RFC 9457): conda prints `detail` to its user."""
        self.set_header("Content-Type", "application/problem+json")
        self.finish(orjson.dumps({"title": error.code, **error.body()}))
