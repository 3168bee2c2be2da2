"""The ways in: our single PUT and multipart POST, and anaconda-client's stage, form and commit."""

from __future__ import annotations

from collections.abc import Sequence

from ... import formats
from ...errors import InvalidRequest, NotFound
from ...models import Actor, Kind
from ...names import check_filename
from ...service import content, inspection, packages, staging, uploads
from ...service.uploads import Incoming, Published, Wishes
from ...service.work import Work
from ..reception import FormSink, RawSink, Received, ReceivingHandler, Sink
from ..site import Site
from . import documents
from .base import ApiHandler


def read_all(received: Sequence[Received], kind: Kind | None) -> list[Incoming]:
    """Read what has arrived, in a thread: what each file says of itself."""
    incoming: list[Incoming] = []
    for position, one in enumerate(received):
        filename = check_filename(one.filename.rpartition("/")[2])
        with one.upload.file() as file:
            info = formats.read(filename, file, kind=kind if position == 0 else None)
        one.upload.flush()  # here, and not while everybody waits for this transaction
        incoming.append(Incoming(info, one.upload))
    return incoming


def drop(incoming: Sequence[Incoming]) -> None:
    """Leave nothing of what lies beside files behind (the files themselves belong to their sink)."""
    for one in incoming:
        discard = getattr(one.provenance, "discard", None)
        if discard is not None:
            discard()


def inspect(site: Site, received: Sequence[Received], incoming: Sequence[Incoming], *, allow: bool) -> None:
    """Ask the publish guard about what was received and read, in a thread, before any of it can be seen."""
    with site.repository.read() as work:
        for one, arrived in zip(incoming, received, strict=True):
            if one.info.kind in inspection.INSPECTED:
                with arrived.upload.file() as file:
                    file.seek(0)
                    inspection.check(work, one.info.basename, one.info.kind, file.read(), allow=allow)


def _last(arguments: dict[str, list[str]], name: str) -> str | None:
    return next((value for value in reversed(arguments.get(name, [])) if value), None)


def _on(word: str | None) -> bool:
    return (word or "").lower() in ("1", "true", "yes", "on")


class UploadHandler(ReceivingHandler):
    """What our two ways in share."""

    def allow(self, work: Work, actor: Actor) -> None:
        """Ask for the right to upload, and the plan, as far as the query says what comes."""
        owner, kind = self.path_kwargs["owner"], self._kind(self.get_query_argument("kind", ""))
        asked = self.get_query_argument("visibility", "")
        visibility = packages.visibility_from(asked) if asked else None
        package = self.get_query_argument("package", "") or None
        uploads.allow(work, actor, owner, kind, size=self.announced_size, package=package, visibility=visibility)

    async def admit(self) -> Sink:
        """Ask for the right before the bytes come."""
        await self.allowed()
        return self.open_sink()

    def open_sink(self) -> Sink:
        """The sink for this kind of body."""
        raise NotImplementedError

    @staticmethod
    def _kind(word: str) -> Kind | None:
        return packages.kind_from(word) if word else None

    async def publish(self, owner: str, received: list[Received], arguments: dict[str, list[str]]) -> Published:
        """Publish what has arrived as one release, as the fields of a form or query ask for."""
        return await self.run(self.alone, self.publish_here, owner, received, arguments)

    def publish_here(self, owner: str, received: list[Received], arguments: dict[str, list[str]]) -> Published:
        """The same in a thread that has the sink for itself."""
        wishes, allow = self.wishes(arguments), _on(_last(arguments, "allow_findings"))
        kind, claimed = self._kind(_last(arguments, "kind") or ""), _last(arguments, "sha256")
        content.check_digest(received[0].upload, claimed, received[0].filename)
        incoming = read_all(received, kind)
        inspect(self.site, received, incoming, allow=allow)
        return self.site.repository.write_together(
            lambda work: uploads.publish(work, self.actor, owner, incoming, wishes)
        )

    def wishes(self, arguments: dict[str, list[str]]) -> Wishes:
        """What the fields of a form or query ask for."""

        def last(name: str) -> str | None:
            return _last(arguments, name)

        visibility, new_visibility = last("visibility"), last("new_visibility")
        return Wishes(
            package=last("package"),
            version=last("version"),
            summary=last("summary"),
            description=last("description"),
            visibility=packages.visibility_from(visibility) if visibility else None,
            new_visibility=packages.visibility_from(new_visibility) if new_visibility else None,
            labels=tuple(arguments.get("label", ())),
            force=_on(last("force")),
            key=(self.request.headers.get("Idempotency-Key") or "")[:64] or None,
        )


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
        sink = self.sink
        assert isinstance(sink, RawSink)
        arguments = {name: self.get_query_arguments(name) for name in self.request.query_arguments}
        published = await self.with_body(lambda: self.publish_here(owner, [sink.file], arguments))
        self.send_json(publication(self.base_url, published), 201)


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
        form = self.sink
        assert isinstance(form, FormSink)

        def work_in_thread() -> Published:
            arguments: dict[str, list[str]] = {}
            for name, value in form.fields:
                arguments.setdefault(name, []).append(value)
            if not form.files:
                raise InvalidRequest("the form holds no file; send at least one part called `file`")
            return self.publish_here(owner, form.files, arguments)

        self.send_json(publication(self.base_url, await self.with_body(work_in_thread)), 201)


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
        sink = self.sink
        assert isinstance(sink, FormSink)

        def work_in_thread() -> None:
            if len(sink.files) != 1:
                raise InvalidRequest("the form must hold exactly one file")
            key = sink.field("key") or ""
            with self.site.repository.write() as work:
                staging.receive(work, key, sink.files[0].upload)

        await self.with_body(work_in_thread)
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
            with self.site.repository.write() as work:
                return staging.commit(work, self.actor, owner, basename, secret, info)

        published = await self.run(work_in_thread)
        self.send_json(publication(self.base_url, published))
