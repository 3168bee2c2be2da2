"""A published notebook opened with its environment; the environments that were made so."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable
from dataclasses import asdict
from typing import TypeVar

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...client import kernelspecs, reopening, versions
from ...client.progress import Progress
from ...errors import Unavailable
from ...names import check_filename
from .base import SEGMENT, RepoHandler

T = TypeVar("T")
SAVING_SECONDS = 300.0


def on_loop(loop: asyncio.AbstractEventLoop, work: Awaitable[T]) -> T:
    """What `work` gives on the server's event loop, awaited by a job's thread."""

    async def run() -> T:
        return await work

    try:
        return asyncio.run_coroutine_threadsafe(run(), loop).result(SAVING_SECONDS)
    except TimeoutError:
        raise Unavailable("The files of this Jupyter server don't answer; try again") from None


class ReopenHandler(RepoHandler):
    """Look first, then open."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Query: `full_name`, `version`; answers what would be made, and from where."""
        owner, name = versions.split(self.query("full_name"))
        client = self.connection.client()
        plan = await self.off_loop(reopening.plan, client, owner, name, self.query("version"))
        self.send(await self.off_loop(plan.document, client))

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Body: `full_name`, `version`?, `directory`?, `environment`?, `id`? (what was shown); answers a job."""
        await self.check_may("write", "contents")
        fields, client, contents = self.fields(), self.connection.client(), self.contents
        owner, name = versions.split(fields.text("full_name"))
        version, directory, shown = (fields.text(key, "") for key in ("version", "directory", "id"))
        wanted, loop = fields.flag("environment", default=True), asyncio.get_running_loop()

        def work(progress: Progress) -> dict[str, object]:
            progress.say(f"Looking up {owner}/{name}")
            plan = reopening.plan(client, owner, name, version)
            made = reopening.environment(client, plan, progress, shown=shown) if wanted else None
            progress.say("Saving the notebook")
            filename, content = reopening.notebook(client, plan, made)
            path = on_loop(loop, contents.save_notebook(directory, check_filename(filename), content))
            kernel, title = (made.kernel, made.display_name) if made else (None, None)
            return {"path": path, "kernel": kernel, "display_name": title, "notice": plan.notice or None}

        stage = f"Opening {owner}/{name}"
        self.send_job(self.app.jobs.start(stage, work, kind="reopen", steps=reopening.STEPS))


class KernelCounting(RepoHandler):
    """Knows which kernels run."""

    def running(self) -> Counter[str]:
        """How many kernels run, by their kernel spec."""
        manager = self.kernel_manager
        return Counter(str(manager.get_kernel(key).kernel_name) for key in manager.list_kernel_ids())


class EnvironmentsHandler(KernelCounting):
    """The environments that were made again on this machine."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """What was used last comes first; `running` kernels keep one from being removed."""
        found = await self.off_loop(kernelspecs.listing)
        running = self.running()
        self.send({"environments": [{**asdict(one), "running": running[one.kernel]} for one in found]})

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Body: `full_name`, `version`?, `id`?; answers a job that makes the environment alone."""
        fields, client = self.fields(), self.connection.client()
        owner, name = versions.split(fields.text("full_name"))
        version, shown = fields.text("version", ""), fields.text("id", "")

        def work(progress: Progress) -> dict[str, object]:
            progress.say(f"Looking up {owner}/{name}")
            plan = reopening.plan(client, owner, name, version)
            made = reopening.environment(client, plan, progress, shown=shown)
            told = {"kernel": made.kernel, "display_name": made.display_name, "id": made.id}
            return {**told, "notice": plan.notice or None}

        stage = f"Making the environment of {owner}/{name}"
        self.send_job(self.app.jobs.start(stage, work, kind="environment", steps=reopening.STEPS - 1))


class EnvironmentHandler(KernelCounting):
    """One of them."""

    @web.authenticated
    @authorized
    async def delete(self, key: str) -> None:
        """Remove it with its kernel; Conflict while a kernel runs in it."""
        made = await self.off_loop(kernelspecs.find, key)
        await self.off_loop(kernelspecs.remove, key, running=self.running()[made.kernel] if made else 0)
        self.send_nothing()


ROUTES = [
    (r"/jupyter-repo/reopen", ReopenHandler),
    (r"/jupyter-repo/environments", EnvironmentsHandler),
    (rf"/jupyter-repo/environments/{SEGMENT}", EnvironmentHandler),
]
