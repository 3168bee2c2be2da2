"""Running a job from a request: whoever asked waits for a short one, and not for a long one."""

from __future__ import annotations

import asyncio

from .base import RepoHandler

PATIENCE = 2.0
"""seconds"""


class Running(RepoHandler):
    """A handler that runs jobs."""

    async def run_job(self, name: str) -> bool:
        """Begin the job; True when it has ended within `PATIENCE`, else it goes on by itself."""
        running = asyncio.get_running_loop().run_in_executor(self.site.pool, self.site.jobs.run, name)
        done, _ = await asyncio.wait([running], timeout=PATIENCE)
        if done:
            running.result()
        return bool(done)
