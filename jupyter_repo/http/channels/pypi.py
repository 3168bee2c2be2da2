"""pip's addresses: `/pypi/<channel>/simple/…` with its files, and the legacy upload API that twine and uv speak."""

from __future__ import annotations

from dataclasses import replace

from packaging.version import InvalidVersion, Version

from ...errors import Forbidden, InvalidPackage, InvalidRequest, RepoError, Unauthenticated
from ...index import simple
from ...index.cache import Document
from ...models import Actor, Kind, PackageInfo
from ...names import check_filename, package_key
from ...service import channels, content, mirrored, projects, states, uploads
from ...service.channels import View
from ...service.uploads import Taken, Wishes
from ...service.work import Work
from ...storage import Upload
from ..api.uploads import drop, read_all
from ..reception import FormSink, Received, ReceivingHandler, Sink
from .base import BESIDE, ChannelHandler


class SimpleHandler(ChannelHandler):
    """`/pypi/<channel>/simple/` and `/pypi/<channel>/simple/<project>/`."""

    files_url = "../../files/"
    """the way from a project's page to the folder of files"""

    async def get(self, owner: str, project: str | None = None, at: str | None = None) -> None:
        """The list of projects, or one project's files, as JSON or HTML."""
        content_type = simple.negotiate(self._wanted())
        if content_type is None:
            raise _not_acceptable()
        if project is not None and project != package_key(project):
            self.redirect(f"../{package_key(project)}/", permanent=True)
            return
        document = await self.with_upstream(self._document, owner, project, content_type, at)
        await self.answer(document, content_type)

    head = get

    def _wanted(self) -> str:
        return self.get_query_argument("format", "") or self.request.headers.get("Accept", "")

    def _document(self, owner: str, project: str | None, content_type: str, at: str | None) -> Document:
        moment = self.moment(at)
        with self.site.repository.read() as work:
            shown: View = channels.view(work, self.actor, owner, Kind.PYPI, at=moment)

            if project is not None and moment is None:
                self.keep_until(self.site.mirrors.due(work, self.actor, shown.channel, Kind.PYPI, project))

            def make() -> bytes:
                if project is None:
                    return simple.root(projects.names(work, self.actor, shown), content_type)
                there = mirrored.project(work, self.actor, shown.channel, project) if moment is None else None
                found = there or projects.project(work, shown, project)
                return simple.project(found, content_type, files_url=self.files_url)

            return self.site.documents.get(
                (*shown.key, self.files_url, project, content_type),
                shown.channel.generation,
                make,
                states.modified(work, shown.channel),
            )


class ShortSimpleHandler(SimpleHandler):
    """`/pypi/<channel>/` and `/pypi/<channel>/<project>/`: the same index under its shorter address."""

    files_url = "../files/"


def _not_acceptable() -> RepoError:
    error = RepoError(f"this index speaks {simple.JSON}, {simple.HTML} and text/html", code="not_acceptable")
    error.status = 406
    return error


class SlashHandler(ChannelHandler):
    """The same address with the slash that relative links need."""

    async def get(self, *args: str, **kwargs: str) -> None:  # noqa: ARG002
        """Go there, relatively: a token in the path is not in sight here."""
        self.redirect(self.request.path.rpartition("/")[2] + "/", permanent=True)

    head = get


class PypiFileHandler(ChannelHandler):
    """`/pypi/<channel>/files/<filename>`, its `.metadata` (PEP 658) and its `.provenance` (PEP 740)."""

    async def get(self, owner: str, filename: str, at: str | None = None) -> None:
        """The file, or what lies beside it."""
        address, _, beside = filename.rpartition(".")
        if beside not in BESIDE:
            address, beside = filename, ""
        await self.deliver(owner, Kind.PYPI, address, at, beside=beside)

    head = get


class LegacyUploadHandler(ReceivingHandler, ChannelHandler):
    """`POST /pypi/<channel>/legacy/`: the upload API of PyPI, for twine, uv publish and others."""

    async def refuse_token(self) -> None:
        """Writing with a dead token is refused on every channel, and said."""
        if self.dead_token is not None:
            raise Forbidden(f"the token {self.dead_token.name!r} is dead; make a new one", code="token_expired")
        await super().refuse_token()

    def allow(self, work: Work, actor: Actor) -> None:
        """Ask for the right to upload to the channel."""
        uploads.allow(work, actor, self.path_kwargs["owner"], Kind.PYPI)

    async def admit(self) -> Sink:
        """Ask for the right before the bytes come."""
        if self.actor.account is None:
            raise Unauthenticated("send a token: user name __token__ and the token as password")
        await self.allowed()
        settings = self.site.repository.settings
        return FormSink(self.site.repository.store, self.request.headers.get("Content-Type", ""), settings.max_file)

    async def post(self, owner: str) -> None:
        """Publish one distribution. The very same file again is no error."""
        form = self.sink
        assert isinstance(form, FormSink)
        taken = await self.with_body(lambda: self._publish(form, owner))
        package = taken.found.package
        self.send_json({"file": f"{package.channel}/{package.name}/{taken.release.version}/{form.files[0].filename}"})

    def _publish(self, form: FormSink, owner: str) -> Taken:
        if form.field(":action") != "file_upload":
            raise InvalidRequest("this address takes uploads only (:action=file_upload)")
        if len(form.files) != 1:
            raise InvalidRequest("the form must hold exactly one file, called `content`")
        file = form.files[0]
        check_filename(file.filename)
        wishes = Wishes(package=form.field("name"), version=None)
        content.check_digest(file.upload, form.field("sha256_digest"), file.filename)
        content.check_md5(file.upload, form.field("md5_digest"), file.filename)
        incoming = read_all([file], Kind.PYPI)
        try:
            _check_form(form, incoming[0].info)
            incoming = [replace(one, provenance=self._provenance(form, file)) for one in incoming]
            return self.site.repository.write_together(
                lambda work: uploads.take(work, self.actor, owner, incoming, wishes)
            )
        finally:
            drop(incoming)

    def _provenance(self, form: FormSink, file: Received) -> Upload | None:
        attestations = form.field("attestations")
        if attestations is None:
            return None
        document = projects.provenance(
            attestations, filename=file.filename, sha256=file.upload.sha256, publisher=self.actor.name
        )
        upload = self.site.repository.store.new_upload()
        upload.write(document)
        return upload

    def show_error(self, error: RepoError) -> None:
        """Twine and uv print the reason phrase of the status line, so the explanation goes there too."""
        self.set_status(error.status, _phrase(error.message))
        super().show_error(error)


def _check_form(form: FormSink, info: PackageInfo) -> None:
    """Does the form speak of this file? A tool that mixes two up must not publish one as the other."""
    announced, filetype = form.field("version"), form.field("filetype")
    if announced is not None and info.version is not None and not _same_version(announced, info.version):
        raise InvalidPackage(f"{info.basename} is version {info.version}, not {announced}; upload it as what it is")
    if filetype in ("bdist_wheel", "sdist") and (filetype == "bdist_wheel") != info.basename.endswith(".whl"):
        raise InvalidPackage(f"{info.basename} is no {filetype}; upload it as what it is")


def _same_version(announced: str, version: str) -> bool:
    try:
        return Version(announced) == Version(version)
    except InvalidVersion:
        return False


def _phrase(message: str) -> str:
    return message.encode("latin-1", "replace").decode("latin-1").replace("\n", " ")[:300]
