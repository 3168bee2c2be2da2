"""conda's addresses: `/conda/<channel>[/label/<label>]/<subdir>/…`."""

from __future__ import annotations

from collections.abc import Callable

from ...errors import NotFound
from ...index import conda as conda_index
from ...index.cache import Document
from ...models import Kind
from ...names import MAIN_LABEL
from ...service import channels
from ...service.channels import View
from ...service.work import Work
from .base import ChannelHandler

JSON, ZST = "application/json", "application/zstd"


class CondaDocuments(ChannelHandler):
    """Documents of a channel, by the cache."""

    def _document(
        self, owner: str, label: str | None, name: tuple[str, ...], make: Callable[[Work, View], bytes]
    ) -> Document:
        with self.site.repository.read() as work:
            shown = channels.view(work, self.actor, owner, Kind.CONDA, label or MAIN_LABEL)
            return self.site.documents.get((*shown.key, *name), lambda: make(work, shown))


class CondaHandler(CondaDocuments):
    """Documents and package files of one platform."""

    async def get(self, owner: str, subdir: str, filename: str, label: str | None = None) -> None:
        """`repodata.json`, `repodata.json.zst`, or a package."""
        if filename == "repodata.json":
            self.send_document(await self.run(self._repodata, owner, label, subdir), JSON)
        elif filename == "repodata.json.zst":
            self.send_document(await self.run(self._compressed, owner, label, subdir), ZST)
        elif filename.endswith((".conda", ".tar.bz2")):
            address = f"{subdir}/{filename}"
            found = await self.read(lambda work: channels.deliver(work, self.actor, owner, Kind.CONDA, address, label))
            await self.send_file(found.file, public=found.public)
        else:
            await self.read(lambda work: channels.view(work, self.actor, owner, Kind.CONDA, label))
            raise NotFound(
                f"{filename} is not served for {subdir}; this channel has repodata.json and repodata.json.zst"
            )

    head = get

    def _repodata(self, owner: str, label: str | None, subdir: str) -> Document:
        return self._document(
            owner, label, ("repodata", subdir), lambda work, shown: channels.repodata(work, self.actor, shown, subdir)
        )

    def _compressed(self, owner: str, label: str | None, subdir: str) -> Document:
        plain = self._repodata(owner, label, subdir)
        # under the digest of the plain one: equal views of one channel share it too
        return self.site.documents.get(("zst", plain.etag), lambda: conda_index.compressed(plain.content))


class ChanneldataHandler(CondaDocuments):
    """`/conda/<channel>[/label/<label>]/channeldata.json`."""

    async def get(self, owner: str, label: str | None = None) -> None:
        """What the channel holds."""
        document = await self.run(
            self._document,
            owner,
            label,
            ("channeldata",),
            lambda work, shown: channels.channeldata(work, self.actor, shown),
        )
        self.send_document(document, JSON)

    head = get


class NoticesHandler(ChannelHandler):
    """`/conda/<channel>/notices.json`: asked without the token, so it must not tell channels apart."""

    tolerant = True

    async def get(self, owner: str) -> None:  # noqa: ARG002
        """No notices."""
        raise NotFound("no notices")

    head = get
