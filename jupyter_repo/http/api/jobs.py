"""The repository's housekeeping, for site administrators."""

from __future__ import annotations

from dataclasses import asdict

from ...service.jobs import State
from ..running import Running
from .administration import AdminHandler


class JobsHandler(AdminHandler):
    """`/api/admin/jobs`."""

    async def get(self) -> None:
        """The jobs: when each ran last, how long (seconds), what came of it, when it runs again."""
        found = await self.read(lambda work: self.site.jobs.listing(work, self.actor))
        self.send_json([_document(one) for one in found])


class JobHandler(Running, AdminHandler):
    """`/api/admin/jobs/{job}`."""

    async def post(self, job: str) -> None:
        """Run a job now. 200 and how it went when it is short, 202 while it runs; 409 when it runs already."""
        await self.write_work(lambda work: self.site.jobs.ask(work, self.actor, job))
        ended = await self.run_job(job)
        found = await self.read(lambda work: self.site.jobs.listing(work, self.actor))
        self.send_json(_document(next(one for one in found if one.name == job)), 200 if ended else 202)


def _document(one: State) -> dict[str, object]:
    return {**asdict(one), "every": one.every.total_seconds() if one.every else None}
