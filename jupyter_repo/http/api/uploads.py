"""The ways in: our single PUT and multipart POST, and anaconda-client's stage, form and commit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ... import formats
from ...errors import InvalidRequest, NotFound, RepoError
from ...models import Kind, PackageInfo
from ...names import check_filename
from ...service import content, inspection, packages, staging, uploads
from ...service.uploads import Incoming, Published, Wishes
from ..reception import FormSink, RawSink, Received, ReceivingHandler, Sink
from ..site import Site
from . import documents
from .base import ApiHandler


def read_all(site: Site, received: Sequence[Received], kind: Kind | None) -> list[Incoming]:
    """Read what has arrived, in a thread: what each file says of itself, and the metadata to be served beside it."""
    incoming: list[Incoming] = []
    try:
        for position, one in enumerate(received):
            filename = check_filename(one.filename.rpartition("/")[2])
            with one.upload.file() as file:
                info = formats.read(filename, file, kind=kind if position == 0 else None)
            one.upload.flush()  # here, and not while everybody waits for this transaction
            incoming.append(Incoming(info, one.upload, metadata_of(site, info)))
    except RepoError:
        drop(incoming)
        raise
    return incoming


def metadata_of(site: Site, info: PackageInfo) -> Any:
    """The core metadata of a wheel as a blob on its way (PEP 658); None for everything else."""
    document = info.extra.get("METADATA")
    if document is None:
        return None
    upload = site.repository.store.new_upload()
    upload.write(document)
    upload.flush()
    return upload


def drop(incoming: Sequence[Incoming]) -> None:
    """Leave nothing of what lies beside files behind (the files themselves belong to their sink)."""
    for one in incoming:
        for beside in (one.metadata, one.provenance):
            discard = getattr(beside, "discard", None)
            if discard is not None:
                discard()


def inspect(site: Site, incoming: Sequence[Incoming], *, allow: bool) -> None:
    """Ask the publish guard, in a thread, before any of it can be seen."""
    with site.repository.read() as work:
        for one in incoming:
            if one.info.kind in inspection.INSPECTED:
                with one.upload.file() as file:  # type: ignore[attr-defined]  # what was received has not been committed
                    file.seek(0)
                    inspection.check(work, one.info.basename, one.info.kind, file.read(), allow=allow)


class UploadHandler(ReceivingHandler):
    """What our two ways in share."""

    async def admit(self) -> Sink:
        """Ask for the right before the bytes come."""
        owner, kind = self.path_kwargs["owner"], self._kind(self.get_query_argument("kind", ""))
        asked = self.get_query_argument("visibility", "")
        visibility = packages.visibility_from(asked) if asked else None
        package = self.get_query_argument("package", "") or None
        await self.read(
            lambda work: uploads.allow(
                work, self.actor, owner, kind, size=self.announced_size, package=package, visibility=visibility
            )
        )
        return await self.run(self.open_sink)

    def open_sink(self) -> Sink:
        """The sink for this kind of body."""
        raise NotImplementedError

    @staticmethod
    def _kind(word: str) -> Kind | None:
        return packages.kind_from(word) if word else None

    async def publish(self, owner: str, received: list[Received], arguments: dict[str, list[str]]) -> Published:
        """Publish what has arrived as one release, as the fields of a form or query ask for."""

        def last(name: str) -> str | None:
            return next((value for value in reversed(arguments.get(name, [])) if value), None)

        visibility, new_visibility = last("visibility"), last("new_visibility")
        wishes = Wishes(
            package=last("package"),
            version=last("version"),
            summary=last("summary"),
            description=last("description"),
            visibility=packages.visibility_from(visibility) if visibility else None,
            new_visibility=packages.visibility_from(new_visibility) if new_visibility else None,
            labels=tuple(arguments.get("label", ())),
            force=(last("force") or "").lower() in ("1", "true", "yes", "on"),
            key=(self.request.headers.get("Idempotency-Key") or "")[:64] or None,
        )
        kind, claimed = self._kind(last("kind") or ""), last("sha256")
        allow = (last("allow_findings") or "").lower() in ("1", "true", "yes", "on")

        def work_in_thread() -> Published:
            content.check_digest(received[0].upload, claimed, received[0].filename)
            incoming = read_all(self.site, received, kind)
            try:
                inspect(self.site, incoming, allow=allow)
                return self.site.repository.write_together(
                    lambda work: uploads.publish(work, self.actor, owner, incoming, wishes)
                )
            finally:
                drop(incoming)

        return await self.run(self.alone, work_in_thread)

    async def _publish(self, owner: str, received: list[Received], arguments: dict[str, list[str]]) -> None:
        published = await self.publish(owner, received, arguments)
        self.send_json(publication(self.base_url, published), 201)


class UploadFileHandler(UploadHandler):
    """`/api/upload/{owner}/{filename}`."""

    def open_sink(self) -> Sink:
        """The body is one file."""
        repository = self.site.repository
        return RawSink(repository.store, check_filename(self.path_kwargs["filename"]), repository.settings.max_file)

    async def put(self, owner: str, filename: str) -> None:  # noqa: ARG002
        """Upload one file; the body is its bytes.

        Query: `kind`, `package`, `version`, `summary`, `description`, `visibility`, `new_visibility` (only of a package
        that this makes), `label` (may repeat), `force`, `sha256`, `allow_findings` (publish although the publish guard
        found something; live tokens never pass).
        """
        await self.received()
        assert isinstance(self.sink, RawSink)
        arguments = {name: self.get_query_arguments(name) for name in self.request.query_arguments}
        await self._publish(owner, [self.sink.file], arguments)


class QuetzUploadHandler(UploadFileHandler):
    """`/api/channels/{owner}/upload/{filename}`: as rattler-build uploads to quetz, with `X-API-Key`."""

    async def post(self, owner: str, filename: str) -> None:
        """Upload one conda package; the body is its bytes. Query: `force`, `sha256`."""
        await self.put(owner, filename)

    @staticmethod
    def _kind(word: str) -> Kind | None:
        return packages.kind_from(word) if word else Kind.CONDA


class UploadFormHandler(UploadHandler):
    """`/api/upload/{owner}`, and `/api/v1/upload/{owner}` as `rattler-build upload prefix` has it."""

    def open_sink(self) -> Sink:
        """The body is a form."""
        repository = self.site.repository
        content_type = self.request.headers.get("Content-Type", "")
        return FormSink(repository.store, content_type, repository.settings.max_file)

    async def post(self, owner: str) -> None:
        """Upload one or more files as one release.

        Form: the fields of the PUT, then parts called `file`; the first file decides name, version and kind.
        """
        await self.received()
        assert isinstance(self.sink, FormSink)
        arguments: dict[str, list[str]] = {}
        for name, value in self.sink.fields:
            arguments.setdefault(name, []).append(value)
        if not self.sink.files:
            raise InvalidRequest("the form holds no file; send at least one part called `file`")
        await self._publish(owner, self.sink.files, arguments)


def publication(base: str, published: Published) -> dict[str, object]:
    """The answer to an upload."""
    return {
        "package": documents.summary(base, published.package),
        "version": published.release.version,
        "created": published.created,
        "files": [documents.file(base, one) for one in published.files],
        "url": documents.package_url(base, published.package.package),
    }


class StageHandler(ApiHandler):
    """`/api/stage/{owner}/{name}/{version}/{basename}`."""

    async def post(self, owner: str, name: str, version: str, basename: str) -> None:
        """Announce a file of a release: the answer says where to send its bytes."""
        body = self.json_body()
        labels = body.get("channels") or []
        if not isinstance(labels, list):
            raise InvalidRequest("channels must be a list of labels")
        sha256 = body.get("sha256")
        secret = await self.write_work(
            lambda work: staging.stage(
                work,
                self.actor,
                owner,
                name,
                version,
                basename,
                kind=packages.kind_from(str(body.get("distribution_type") or "file")),
                labels=tuple(str(label) for label in labels),
                sha256=str(sha256) if sha256 else None,
            )
        )
        # the form POST comes without a token: this secret is what authorises it
        self.send_json({"post_url": f"{self.base_url}/api/stage-form", "form_data": {"key": secret}, "dist_id": secret})


class StageFormHandler(ReceivingHandler):
    """`/api/stage-form`: the bytes of an announced upload, authorised by the secret in the form's field `key`."""

    tolerant = True

    async def admit(self) -> Sink:
        """Open the form; its secret stands before the file and is asked for before any byte is taken."""
        repository = self.site.repository

        def announced(sink: FormSink) -> None:
            with repository.read() as work:
                staging.announced(work, sink.field("key") or "", self.announced_size)

        content_type = self.request.headers.get("Content-Type", "")
        return FormSink(repository.store, content_type, repository.settings.max_file, before_file=announced)

    async def post(self) -> None:
        """Take the bytes; 201."""
        await self.received()
        sink = self.sink
        assert isinstance(sink, FormSink)
        if len(sink.files) != 1:
            raise InvalidRequest("the form must hold exactly one file")
        key = sink.field("key") or ""

        def work_in_thread() -> None:
            with self.site.repository.write() as work:
                staging.receive(work, key, sink.files[0].upload)

        await self.run(self.alone, work_in_thread)
        self.set_status(201)
        self.finish()


class CommitHandler(ApiHandler):
    """`/api/commit/{owner}/{name}/{version}/{basename}`."""

    async def post(self, owner: str, name: str, version: str, basename: str) -> None:  # noqa: ARG002
        """Publish what was staged and sent."""
        secret = str(self.json_body().get("dist_id") or "")

        def work_in_thread() -> Published:
            with self.site.repository.read() as work:
                staged = staging.arrived(work, self.actor, basename, secret)
            if staged.content is None:
                raise NotFound(f"the bytes of {basename} are gone; upload it again")
            with self.site.repository.store.open(staged.content.sha256) as file:
                info = formats.read(basename.rpartition("/")[2], file, kind=staged.kind)
                if info.kind in inspection.INSPECTED:
                    # anaconda-client has no way to say that a finding is meant: only live tokens stop it
                    file.seek(0)
                    with self.site.repository.read() as work:
                        inspection.check(work, info.basename, info.kind, file.read(), allow=True)
            metadata = metadata_of(self.site, info)
            try:
                with self.site.repository.write() as work:
                    return staging.commit(work, self.actor, owner, basename, secret, info, metadata)
            finally:
                drop([Incoming(info, staged.content, metadata)])

        published = await self.run(work_in_thread)
        self.send_json(publication(self.base_url, published))
