"""conda's addresses: `/conda/<channel>[/label/<label>]/<subdir>/…`."""

from __future__ import annotations

from collections.abc import Callable

from ...errors import NotFound
from ...index import conda as conda_index
from ...index.cache import Document
from ...index.state import ViewState
from ...models import Kind
from ...names import MAIN_LABEL
from ...service import channels, notices, past, states
from ...service.channels import View
from ...service.work import Work
from ..api.notices import document
from .base import ChannelHandler

JSON, ZST = "application/json", "application/zstd"
SHARDS = "repodata_shards.msgpack.zst"

PLAIN: dict[str, Callable[[ViewState, str], bytes]] = {
    "repodata.json": ViewState.repodata,
    "current_repodata.json": ViewState.current_repodata,
    "run_exports.json": ViewState.run_exports,
    SHARDS: ViewState.shard_index,
}
"""the documents of a platform, and how each is made"""


class CondaDocuments(ChannelHandler):
    """Documents of a channel, by the cache."""

    def _document(
        self, owner: str, label: str | None, at: str | None, name: tuple[str, ...], make: Callable[[Work, View], bytes]
    ) -> Document:
        moment = self.moment(at)
        with self.site.repository.read() as work:
            shown = channels.view(work, self.actor, owner, Kind.CONDA, label or MAIN_LABEL, moment)
            if moment is None and len(name) > 1 and shown.label == MAIN_LABEL:  # of a platform, and of now
                self.keep_until(self.site.mirrors.due(work, self.actor, shown.channel, Kind.CONDA, name[0]))
            changed = states.modified(work, shown.channel)
            stamp = shown.channel.generation
            return self.site.documents.get((*shown.key, *name), stamp, lambda: make(work, shown), changed)


class CondaHandler(CondaDocuments):
    """Documents and package files of one platform."""

    async def get(
        self, owner: str, subdir: str, filename: str, label: str | None = None, at: str | None = None
    ) -> None:
        """A document, plain or compressed, or a package."""
        plain, _, packing = filename.rpartition(".")
        if filename in PLAIN:
            document = await self.with_upstream(self._plain, owner, label, at, subdir, filename)
            await self.answer(document, ZST if filename == SHARDS else JSON)
        elif plain in PLAIN and packing == "zst":
            await self.answer(await self.with_upstream(self._packed, owner, label, at, subdir, plain), ZST)
        elif filename.endswith((".conda", ".tar.bz2")):
            address = f"{subdir}/{filename}"
            await self.deliver(owner, Kind.CONDA, address, at, label)
        else:
            moment = self.moment(at)
            await self.read(lambda work: channels.view(work, self.actor, owner, Kind.CONDA, label, moment))
            raise NotFound(
                f"{filename} is not served for {subdir}; this channel has {', '.join(PLAIN)}, and .zst of them"
            )

    head = get

    def _plain(self, owner: str, label: str | None, at: str | None, subdir: str, name: str) -> Document:
        def make(work: Work, shown: View) -> bytes:
            state = self.site.states.shown(work, shown)
            with state.lock:
                view = state.view(shown.label or MAIN_LABEL, shown.reach)
                if not view.has(subdir):
                    raise NotFound(f"the channel {shown.channel.name} has no packages for {subdir}")
                return PLAIN[name](view, subdir)

        return self._document(owner, label, at, (subdir, name), make)

    def _packed(self, owner: str, label: str | None, at: str | None, subdir: str, name: str) -> Document:
        plain = self._plain(owner, label, at, subdir, name)
        # by the digest of the plain one: equal views of one channel share it too
        return self.site.documents.get(
            ("zst", plain.etag), None, lambda: conda_index.compressed(plain.content), plain.modified
        )


class ShardHandler(CondaDocuments):
    """`/conda/<channel>[/label/<label>]/<subdir>/shards/<sha256>.msgpack.zst`: never changes under its address."""

    async def get(self, owner: str, subdir: str, digest: str, label: str | None = None, at: str | None = None) -> None:
        """The shard, if an index that this caller sees names it, or did lately."""
        content = await self.with_upstream(self._shard, owner, label, at, subdir, digest)
        await self.answer(content, ZST, forever=True)

    head = get

    def _shard(self, owner: str, label: str | None, at: str | None, subdir: str, digest: str) -> Document:
        moment = self.moment(at)
        with self.site.repository.read() as work:
            shown = channels.view(work, self.actor, owner, Kind.CONDA, label or MAIN_LABEL, moment)
            state = self.site.states.shown(work, shown)
            with state.lock:
                view = state.view(shown.label or MAIN_LABEL, shown.reach)
                content = view.shard(subdir, bytes.fromhex(digest)) if view.has(subdir) else None
            if content is None and moment is None:
                content = self.site.retired.find(work, shown, subdir, bytes.fromhex(digest))
        if content is None:
            raise NotFound(f"the channel {shown.channel.name} has no such shard for {subdir}; ask for {SHARDS} again")
        return Document(content, f'"{digest}"')


class ChanneldataHandler(CondaDocuments):
    """`/conda/<channel>[/label/<label>]/channeldata.json`."""

    async def get(self, owner: str, label: str | None = None, at: str | None = None) -> None:
        """What the channel holds."""

        def make(work: Work, shown: View) -> bytes:
            if shown.at is None:
                return channels.channeldata(work, self.actor, shown)
            return past.channeldata(shown, past.files(work, shown.channel, shown.at, Kind.CONDA))

        await self.answer(await self.run(self._document, owner, label, at, ("channeldata",), make), JSON)

    head = get


class NoticesHandler(ChannelHandler):
    """`/conda/<channel>/notices.json` (CEP 6): asked without the token, so it must not tell channels apart."""

    tolerant = True

    async def get(self, owner: str, label: str | None = None, at: str | None = None) -> None:  # noqa: ARG002
        """The channel's notices of today, whatever label or moment is asked for.

        None where this caller sees nothing of it, or where there is no such channel.
        """
        found = await self.read(lambda work: notices.shown(work, self.actor, owner))
        self.send_json(document(found))

    head = get
