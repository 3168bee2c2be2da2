"""Uploading in the browser: a plain form; its script adds progress and dropped files."""

from __future__ import annotations

from typing import Any

from tornado import web

from ...errors import FindingsInside, Forbidden, InvalidRequest, RepoError
from ...guard.findings import Finding
from ...models import Account
from ...service import accounts, packages, uploads
from ...service.uploads import Published
from ..api.uploads import UploadHandler
from ..reception import FormSink, Sink
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
        try:
            web.RequestHandler.check_xsrf_cookie(self)
        except web.HTTPError as error:
            raise Forbidden(f"{error.log_message}; open the form again and send it from there") from error

    async def post(self) -> None:
        """Publish each file; all that arrived before a refused one stay, and the answer says which."""
        sink = self.sink
        assert isinstance(sink, FormSink)
        done: list[Published] = []
        form = Form()
        try:
            await self.received()
            form = _form(sink)
            self._check_forgery(sink)
            files = [one for one in sink.files if one.filename]
            if not files:
                raise InvalidRequest("Choose at least one file.")
            for one in files:
                done += [await self.publish(form.text("channel"), [one], form.values)]
        except RepoError as error:
            form = _form(sink)
            form.refuse(error, {"not_found": "channel"})
            if done:
                form.problem += f" Uploaded before it: {_titles(done)}."
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


def _titles(done: list[Published]) -> str:
    return ", ".join(f"{one.package.package.channel}/{one.package.package.name} {one.release.version}" for one in done)


def _sentences(findings: Any) -> list[str]:
    return [Finding(one["kind"], one["cell"], one["place"], one["excerpt"]).sentence() for one in findings or []]
