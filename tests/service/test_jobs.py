"""Jobs: one schedule for all processes, what is known of the last run, who may run them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from jupyter_repo.db import tables as t
from jupyter_repo.errors import Conflict, Forbidden, NotFound, Unauthenticated
from jupyter_repo.models import Actor
from jupyter_repo.service import accounts, audit, search
from jupyter_repo.service.chores import chores
from jupyter_repo.service.jobs import Job, Jobs, State
from jupyter_repo.service.registration import OPERATOR
from jupyter_repo.service.search import Filters
from jupyter_repo.service.work import Repository
from tests.worlds import World

HOURLY = timedelta(hours=1)


def job(work: Callable[[], str], name: str = "one", *, every: timedelta | None = HOURLY, own: bool = False) -> Job:
    return Job(name, name.title(), "Does it.", work, every, own)


def states(repository: Repository, jobs: Jobs) -> dict[str, State]:
    with repository.read() as work:
        return {one.name: one for one in jobs.listing(work, OPERATOR)}


def test_several_processes_share_a_schedule(repository: Repository) -> None:
    runs: list[str] = []
    processes = [Jobs(repository, [job(lambda who=who: runs.append(who) or f"by {who}")]) for who in "ab"]  # type: ignore[misc,func-returns-value]
    assert states(repository, processes[0])["one"].started_at is None
    for one in (*processes, *processes):
        one.run_due()
    assert runs == ["a"], "it is due again in an hour"
    for one in processes:
        seen = states(repository, one)["one"]
        assert (seen.said, seen.failed, seen.running) == ("by a", False, False)
        assert seen.started_at is not None
        assert seen.next_at is not None
        assert abs(seen.next_at - seen.started_at - HOURLY) < timedelta(minutes=1)
        assert seen.seconds is not None
    with repository.write() as work:
        work.db.execute(sa.update(t.jobs).values(next_at=work.now))
    processes[1].run_due()
    assert runs == ["a", "b"]


def test_one_process_at_a_time_until_it_counts_as_dead(repository: Repository) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> str:
        begun.set()
        assert go_on.wait(30)
        return "at last"

    mine, other = Jobs(repository, [job(slow)]), Jobs(repository, [job(lambda: "quickly")])
    thread = threading.Thread(target=mine.run, args=("one",))
    thread.start()
    assert begun.wait(30)
    assert states(repository, other)["one"].running
    with pytest.raises(Conflict, match="One runs at this moment"):
        other.run("one")
    with repository.write() as work, pytest.raises(Conflict):
        other.ask(work, OPERATOR, "one")
    other.run_due()
    go_on.set()
    thread.join(30)
    assert states(repository, other)["one"].said == "at last"
    with repository.write() as work:  # a process that died in its run
        work.db.execute(sa.update(t.jobs).values(leased_until=work.now, next_at=work.now))
    other.run_due()
    assert states(repository, mine)["one"].said == "quickly"


def test_a_failure_is_noted_without_secrets_and_tried_again(repository: Repository) -> None:
    def fails() -> str:
        raise RuntimeError("connecting to postgresql://robot:do-not-show@db failed")

    jobs = Jobs(repository, [job(fails)])
    jobs.run_due()
    seen = states(repository, jobs)["one"]
    assert (seen.failed, seen.said) == (True, "RuntimeError; the log says more")
    assert seen.next_at is not None


def test_what_each_process_does_for_itself_writes_little(repository: Repository) -> None:
    said = [""]
    jobs = Jobs(repository, [job(lambda: said[0], own=True)])
    jobs.run_own()
    assert states(repository, jobs)["one"].started_at is None, "there was nothing to do"
    said[0] = "counted"
    jobs.run_own()
    first = states(repository, jobs)["one"]
    assert (first.said, first.next_at) == ("counted", None)
    jobs.run_own()
    assert states(repository, jobs)["one"].started_at == first.started_at, "noted a moment ago"
    said[0] = ""
    jobs.run("one")
    last = states(repository, jobs)["one"]
    assert (last.said, last.running) == ("There was nothing to do", False), "by hand it is always noted"
    jobs.run_due()
    assert states(repository, jobs)["one"].started_at == last.started_at, "it has no common schedule"


def test_only_site_administrators_run_jobs_and_the_log_says_so(world: World) -> None:
    with world.repository.write() as work:
        root = Actor(accounts.create_user(work, "root-of-all", password="secret-root", admin=True))
    jobs = Jobs(world.repository, [job(lambda: "done")])
    for who, refusal in ((world.ada, Forbidden), (world.nobody, Unauthenticated)):
        with world.repository.write() as work, pytest.raises(refusal):
            jobs.ask(work, who, "one")
        with world.repository.read() as work, pytest.raises(refusal):
            jobs.listing(work, who)
    with world.repository.write() as work, pytest.raises(NotFound, match="there is no job 'two' here; there are one"):
        jobs.ask(work, root, "two")
    with world.repository.write() as work:
        jobs.ask(work, root, "one")
    with world.repository.read() as work:
        line = audit.listing(work, root, None, limit=1)[0]
    assert (line.actor, line.action, line.target) == ("root-of-all", "job.run", "one")


def test_the_repository_s_own_jobs_do_what_they_say(world: World) -> None:
    world.publish(world.ada, "ada", world.conda("findable"))
    with world.repository.write() as work:
        work.db.execute(sa.delete(t.search_documents))
        work.db.execute(sa.delete(t.listings))
    jobs = Jobs(world.repository, chores(world.repository))
    for name in ("sweep", "expiry", "database", "search"):
        jobs.run(name)
    seen = states(world.repository, jobs)
    assert {name: (one.failed, one.said) for name, one in seen.items()} == {
        "sweep": (False, "There was nothing to do"),
        "expiry": (False, "There was nothing to do"),
        "database": (False, "The statistics are new"),
        "search": (False, "Read 1 packages"),
    }
    with world.repository.read() as work:
        assert [hit.one.package.name for hit in search.find(work, world.nobody, "findable", Filters()).hits] == [
            "findable"
        ]
        assert len(search.recent(work, world.nobody, Filters()).hits) == 1
