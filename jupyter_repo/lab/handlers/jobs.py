"""What runs in the background."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from .base import SEGMENT, RepoHandler


class JobHandler(RepoHandler):
    """How far a job is, and its result; DELETE asks it to stop."""

    @web.authenticated
    @authorized
    async def get(self, job_id: str) -> None:
        """The job."""
        self.send(self.app.jobs.get(job_id).document())

    @web.authenticated
    @authorized
    async def delete(self, job_id: str) -> None:
        """Cancel it."""
        self.app.jobs.get(job_id).cancel()
        self.send_nothing()


ROUTES = [(rf"/jupyter-repo/jobs/{SEGMENT}", JobHandler)]
