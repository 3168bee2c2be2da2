"""The jobs: how each went, when it runs again, and running it now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ...running import Running
from ..forms import Form
from .base import AdminPage


class JobsPage(Running, AdminPage):
    """`/admin/jobs`."""

    section = "jobs"

    async def get(self) -> None:
        """All jobs and their last runs."""
        await self._show(Form())

    async def post(self) -> None:
        """Run the job that `job` names."""
        form = Form.sent(self)
        job = await self.change(form, lambda work: self.site.jobs.ask(work, self.actor, form.text("job")))
        if job is None:
            await self._show(form)
            return
        ended = await self.run_job(job.name)
        self.flash(f"{job.title}: it has run." if ended else f"{job.title}: it runs; look again in a while.")
        self.go("/admin/jobs")

    async def _show(self, form: Form) -> None:
        found = await self.read(lambda work: self.site.jobs.listing(work, self.actor))
        self.show("jobs", found=found, form=form, in_words=in_words, until=until)


def in_words(span: timedelta | None) -> str:
    """How often: `every 6 hours`."""
    if span is None:
        return "only by hand"
    seconds = int(span.total_seconds())
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        count, rest = divmod(seconds, length)
        if count and not rest:
            return f"every {count} {unit}s" if count > 1 else f"every {unit}"
    return f"every {seconds} seconds"


def until(moment: datetime) -> str:
    """How long from now: `in 5 hours`."""
    seconds = (moment - datetime.now(UTC)).total_seconds()
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        count = round(seconds / length)
        if count >= 1 and seconds >= length:
            return f"in {count} {unit}{'s' if count > 1 else ''}"
    return "within a minute"
