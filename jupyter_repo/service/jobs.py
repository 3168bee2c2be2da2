"""Jobs: what the repository does by itself now and then, or when a site administrator says so.

What a job does is said in `chores.py`. Here is when it runs, and what is known of its last run: kept in the database,
so that several processes share one schedule and everybody sees how it went.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from ..db import tables as t
from ..errors import Conflict, NotFound, RepoError
from ..models import Actor
from . import audit
from .access import require_site
from .work import Repository, Work

log = logging.getLogger("jupyter_repo")
LEASE = timedelta(hours=1)
"""a run that has not ended until then counts as dead: its process may be gone"""
NOTED = 60.0
"""seconds between two notes of a job that each process does for itself, many times a minute"""


@dataclass(frozen=True)
class Job:
    """One piece of housekeeping; `work` does it and says what it did (nothing, where there was nothing to do).

    Safe to run at any time, in any number of processes.
    """

    name: str
    title: str
    says: str
    work: Callable[[], str]
    every: timedelta | None = None
    """none: only when somebody says so"""
    own: bool = False
    """each process does it for itself: what it needs is in the process"""


@dataclass(frozen=True)
class State:
    """A job, and how its last run went."""

    name: str
    title: str
    says: str
    every: timedelta | None
    started_at: datetime | None
    """None: it has not run yet"""
    seconds: float | None
    said: str
    failed: bool
    next_at: datetime | None
    running: bool


class Jobs:
    """The jobs of one process. Safe to share among threads."""

    def __init__(self, repository: Repository, jobs: Sequence[Job]) -> None:
        """Nothing runs by itself: somebody calls `run_due` and `run_own` now and then."""
        self._repository = repository
        self._jobs = {job.name: job for job in jobs}
        self._noted: dict[str, float] = {}

    def add(self, job: Job) -> None:
        """One more."""
        self._jobs = {**self._jobs, job.name: job}

    def listing(self, work: Work, actor: Actor) -> list[State]:
        """All jobs and their last runs."""
        require_site(work, actor)
        known = {row.name: row for row in work.db.execute(sa.select(t.jobs))}
        return [_state(job, known.get(job.name), work.now) for job in self._jobs.values()]

    def ask(self, work: Work, actor: Actor, name: str) -> Job:
        """See that the actor may run the job, and write that into the log. Raises NotFound, Forbidden, Conflict."""
        require_site(work, actor)
        job = self._jobs.get(name)
        if job is None:
            raise NotFound(f"there is no job {name!r} here; there are {', '.join(self._jobs)}")
        row = work.db.execute(sa.select(t.jobs).where(t.jobs.c.name == name)).first()
        if _state(job, row, work.now).running:
            raise Conflict(f"{job.title} runs at this moment", code="job_runs")
        audit.record(work, actor, "job.run", name)
        return job

    def run(self, name: str) -> None:
        """Run a job now. Raises Conflict where another process is at it; what fails is noted, and raised no further."""
        job = self._jobs[name]
        with self._repository.write() as work:
            _claim(work, job, due=False)
        self._do(job)

    def run_due(self) -> None:
        """Run what is due and what no other process is at."""
        for job in self._jobs.values():
            if job.every is not None and not job.own and self._is_due(job):
                try:
                    with self._repository.write() as work:
                        _claim(work, job, due=True)
                except Conflict:
                    continue  # another process was quicker
                self._do(job)

    def run_own(self) -> None:
        """Run what each process does for itself; that is noted once in a while, or every note would be a commit."""
        for job in self._jobs.values():
            if job.own:
                self._do(job, sparing=True)

    def _is_due(self, job: Job) -> bool:
        with self._repository.read() as work:  # most of the time nothing is, and nobody has to write
            row = work.db.execute(sa.select(t.jobs).where(t.jobs.c.name == job.name)).first()
            return row is None or not (_later(row.next_at, work.now) or _later(row.leased_until, work.now))

    def _do(self, job: Job, *, sparing: bool = False) -> None:
        begin, failed = time.monotonic(), False
        try:
            said = job.work()
        except Exception as error:  # the service goes on, and the job is tried again
            log.exception("the job %r failed", job.name)
            # the text of a foreign error may hold addresses with passwords
            plain = error.message if isinstance(error, RepoError) else f"{type(error).__name__}; the log says more"
            said, failed = plain, True
        if sparing and not failed and (not said or begin < self._noted.get(job.name, -NOTED) + NOTED):
            return
        self._noted[job.name] = begin
        with self._repository.write() as work:
            seconds = time.monotonic() - begin
            started = work.now - timedelta(seconds=seconds)
            after = work.now + job.every if job.every and not job.own else None
            outcome = {"said": (said or "There was nothing to do")[:600], "failed": failed}
            note = {"started_at": started, "seconds": seconds, "next_at": after, "leased_until": None, **outcome}
            work.add(t.jobs, name=job.name)
            work.db.execute(sa.update(t.jobs).where(t.jobs.c.name == job.name).values(**note))


def _claim(work: Work, job: Job, *, due: bool) -> None:
    j = t.jobs
    work.add(t.jobs, name=job.name)
    free = [j.c.name == job.name, sa.or_(j.c.leased_until.is_(None), j.c.leased_until <= work.now)]
    if due:
        free.append(sa.or_(j.c.next_at.is_(None), j.c.next_at <= work.now))
    claimed = sa.update(j).where(*free).values(started_at=work.now, leased_until=work.now + LEASE)
    if not work.db.execute(claimed).rowcount:
        raise Conflict(f"{job.title} runs at this moment", code="job_runs")


def _state(job: Job, row: sa.Row[tuple[object, ...]] | None, now: datetime) -> State:
    shown = (job.name, job.title, job.says, job.every)
    if row is None:
        return State(*shown, None, None, "", False, None, False)
    running = _later(row.leased_until, now)
    return State(*shown, row.started_at, row.seconds, row.said, row.failed, row.next_at, running)


def _later(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment > now
