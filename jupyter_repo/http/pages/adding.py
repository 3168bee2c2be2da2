"""Uploading in the browser: a plain form; its script adds progress and dropped files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ...errors import FindingsInside, InvalidRequest, RepoError
from ...guard.findings import Finding
from ...models import Account, Kind
from ...names import package_key
from ...service import accounts, packages, uploads
from ...service.uploads import Incoming, Published
from ...service.work import Work
from ..api.uploads import UploadHandler, inspect, read_all
from ..reception import FormSink, Received, Sink
from .base import HOME, OwnPage
from .dashboard import ACCESS
from .forms import Form

FIELDS = ("channel", "visibility", "force", "allow_findings")


class AddPage(UploadHandler, OwnPage):
    """`/dashboard/add`."""

    def check_xsrf_cookie(self) -> None:
        """Not yet: the token against forgery is a field of the form, which is read as it comes."""

    async def get(self) -> None:
        """The form."""
        await self._show(Form.of(channel=(self.active or self.me).name, visibility=""))

    async def admit(self) -> Sink:
        """Take the form; before the first file it must have shown its token and a channel that may be written to."""
        repository = self.site.repository

        def announced(sink: FormSink) -> None:
            self._check_forgery(sink)
            word = sink.field("visibility")
            visibility = packages.visibility_from(word) if word else None
            with repository.read() as work:
                channel, size = sink.field("channel") or "", self.announced_size
                uploads.allow(work, self.actor, channel, None, size=size, visibility=visibility)

        kind = self.request.headers.get("Content-Type", "")
        return await self.run(
            lambda: FormSink(repository.store, kind, repository.settings.max_file, before_file=announced)
        )

    def _check_forgery(self, sink: FormSink) -> None:
        self.request.arguments["_xsrf"] = [(sink.field("_xsrf") or "").encode()]
        self.check_forgery()

    async def post(self) -> None:
        """Publish all files, those of one release as one; or none, and the answer says which one was refused."""
        sink = self.sink
        assert isinstance(sink, FormSink)
        form, files = Form(), list[Received]()
        try:
            await self.received()
            form = _form(sink)
            self._check_forgery(sink)
            files = [one for one in sink.files if one.filename]
            if not files:
                raise InvalidRequest("Choose at least one file.")
            done = await self.run(self.alone, lambda: self._publish_all(form, files))
        except RepoError as error:
            form = _form(sink)
            form.refuse(error, {"not_found": "channel"})
            if len(files) > 1:
                form.problem = f"{form.problem.rstrip('.')}. " if form.problem else ""
                form.problem += f"None of the {len(files)} files was uploaded; send them again without that one."
            findings = error.details.get("findings") if isinstance(error, FindingsInside) else None
            await self._show(form, findings=_sentences(findings))
            return
        self.flash(f"Uploaded: {_titles(done)}.")
        if self.request.headers.get("X-Progress"):
            self.set_status(201)
            self.set_header("Location", self.href(HOME))
            self.finish()
        else:
            self.go(HOME)

    def _publish_all(self, form: Form, files: list[Received]) -> list[Published]:
        """In a thread: read them all, then publish them in one transaction, release by release."""
        incoming: list[Incoming] = []
        wishes, owner = self.wishes(form.values), form.text("channel")
        for one in files:
            with _named(one.filename):
                incoming += read_all([one], None)
                inspect(self.site, [one], incoming[-1:], allow=form.on("allow_findings"))

        def publish(work: Work) -> list[Published]:
            done = []
            for release in _releases(incoming):
                with _named(", ".join(one.info.basename for one in release)):
                    done.append(uploads.publish(work, self.actor, owner, release, wishes))
            return done

        return self.site.repository.write_together(publish)

    async def _show(self, form: Form, findings: list[str] | None = None) -> None:
        channels: list[Account] = await self.read(lambda work: accounts.channels_of(work, self.actor))
        self.page(
            "add.html",
            form=form,
            channels=[(one.name, one.name) for one in channels],
            access=(("", "As it is now; public where it is new", ""), *ACCESS),
            findings=findings or [],
        )


def _form(sink: FormSink) -> Form:
    return Form({name: list(sink.fields_named(name)) for name in FIELDS})


def _releases(incoming: list[Incoming]) -> list[list[Incoming]]:
    """Files of one version of a package belong together; each notebook and each environment is a version of its own."""
    found: dict[object, list[Incoming]] = {}
    for position, one in enumerate(incoming):
        info = one.info
        alone = info.kind not in (Kind.CONDA, Kind.PYPI)
        found.setdefault(position if alone else (info.kind, package_key(info.name or ""), info.version), []).append(one)
    return list(found.values())


@contextmanager
def _named(names: str) -> Iterator[None]:
    """A refusal says which file it was."""
    try:
        yield
    except RepoError as error:
        if not any(name.rpartition("/")[2] in error.message for name in names.split(", ")):
            error.message = f"{names}: {error.message}"
        raise


def _titles(done: list[Published]) -> str:
    return ", ".join(f"{one.package.package.channel}/{one.package.package.name} {one.release.version}" for one in done)


def _sentences(findings: Any) -> list[str]:
    return [Finding(one["kind"], one["cell"], one["place"], one["excerpt"]).sentence() for one in findings or []]
