"""What takes long runs in the background: a job has progress, a result that stays some minutes, and a cancel."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from typing import NotRequired, TypedDict

from ..client.actions import Published
from ..client.progress import Cancelled, Progress
from ..errors import NotFound, RepoError

KEPT_SECONDS = 600.0
"""How long the result of a finished job can be asked for."""

WORKERS = 3

Result = Mapping[str, object]
Work = Callable[[Progress], Published | Result]
"""what a job does; an answer that is no version is sent as it is"""


class JobError(TypedDict):
    """Why a job failed."""

    message: str
    code: str
    status: int
    findings: NotRequired[object]
    """what the publish guard found"""


class JobDocument(TypedDict):
    """A job as the panel sees it; `state` is running, done, failed or cancelled."""

    id: str
    kind: str
    """publish, upload, suggest, reopen, environment"""
    state: str
    stage: str
    step: int | None
    """the number of the stage, from 1, where it is known how many `steps` there are"""
    steps: int | None
    fraction: float | None
    result: Result | None
    error: JobError | None


class Job(Progress):
    """One job; it is the Progress of its own work."""

    def __init__(self, stage: str, kind: str = "", steps: int | None = None) -> None:
        self.kind, self._steps, self._step = kind, steps, 0
        self.id = uuid.uuid4().hex
        self.ended: float | None = None
        self._cancelled = threading.Event()
        self._state = "running"
        self._stage = stage
        self._fraction: float | None = None
        self._result: Result | None = None
        self._error: JobError | None = None

    def say(self, sentence: str) -> None:
        """A stage begins; raises Cancelled if the person asked to stop."""
        self._stage, self._fraction = sentence, None
        self._step += 1
        self._check()

    def advance(self, done: int, total: int | None) -> None:
        """Bytes moved; raises Cancelled if the person asked to stop."""
        self._fraction = done / total if total else None
        self._check()

    def _check(self) -> None:
        if self._cancelled.is_set():
            raise Cancelled

    def cancel(self) -> None:
        """Ask the work to stop. What was sent to its last byte may still become `done`, and then says so."""
        self._cancelled.set()

    def run(self, work: Work, log: logging.Logger) -> None:
        """Do the work and keep what became of it."""
        try:
            self._check()
            made = work(self)
        except Cancelled:
            self._end("cancelled", "Cancelled; nothing was kept")
        except RepoError as error:
            self._error = {"message": str(error), "code": error.code, "status": error.status}
            if "findings" in error.details:
                self._error["findings"] = error.details["findings"]
            self._end("failed", str(error))
        except Exception:  # nobody is above a worker thread: the panel must hear of it
            log.exception("a job of Jupyter Repo failed")
            message = "Something unexpected went wrong; the log of the Jupyter server says what"
            self._error = {"message": message, "code": "internal", "status": 500}
            self._end("failed", message)
        else:
            self._result, sentence = _told(made)
            self._fraction = 1.0
            self._end("done", sentence)

    def _end(self, state: str, stage: str) -> None:
        # the state last: who reads that it is over may rely on all the rest
        self.ended, self._stage, self._state = time.monotonic(), stage, state

    def document(self) -> JobDocument:
        """The job as JSON."""
        return {
            "id": self.id,
            "kind": self.kind,
            "state": self._state,
            "stage": self._stage,
            "step": min(self._step, self._steps) or None if self._steps else None,
            "steps": self._steps,
            "fraction": self._fraction,
            "result": self._result,
            "error": self._error,
        }


def _told(made: Published | Result) -> tuple[Result, str]:
    """The result as JSON, and the sentence that the job ends with."""
    if not isinstance(made, Published):
        return made, "Done"
    result = {"package": made.package, "version": made.version, "url": made.url, "created": made.created}
    return result, f"{made.package} {made.version} is there"


class Jobs:
    """The jobs of this Jupyter server."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._jobs: dict[str, Job] = {}
        self._places = threading.BoundedSemaphore(WORKERS)

    def start(
        self,
        stage: str,
        work: Work,
        *,
        kind: str = "",
        steps: int | None = None,
        finally_: Callable[[], None] | None = None,
    ) -> Job:
        """Run `work` in the background; `finally_` is called at its end, also if it was cancelled before."""
        self._forget_old()
        job = Job(stage, kind, steps)
        self._jobs[job.id] = job
        # a daemon, not a pool's thread: Jupyter's end must not wait for a repository that does not answer
        threading.Thread(target=self._run, args=(job, work, finally_), daemon=True, name=f"job {job.id}").start()
        return job

    def _run(self, job: Job, work: Work, finally_: Callable[[], None] | None) -> None:
        try:
            with self._places:
                job.run(work, self._log)
        finally:
            if finally_ is not None:
                finally_()

    def get(self, job_id: str) -> Job:
        """The job; NotFound also when its result is no longer kept."""
        try:
            return self._jobs[job_id]
        except KeyError:
            raise NotFound(f"There is no job {job_id}; results are kept for {KEPT_SECONDS / 60:.0f} minutes") from None

    def _forget_old(self) -> None:
        limit = time.monotonic() - KEPT_SECONDS
        for job in [job for job in self._jobs.values() if job.ended is not None and job.ended < limit]:
            del self._jobs[job.id]

    def stop(self) -> None:
        """Cancel what runs."""
        for job in self._jobs.values():
            job.cancel()
