"""The repository's jobs, from the machine it is on."""

from __future__ import annotations

import argparse
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..errors import RepoError
from .place import add_place, folder_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..service.jobs import Jobs, State
    from ..service.work import Repository

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_commands(commands: Commands) -> None:
    """`job list`, `job run`."""
    job = commands.add_parser("job", help="housekeeping of this repository").add_subparsers(
        metavar="ACTION", required=True
    )
    show = job.add_parser("list", help="how each job went, and when it runs again")
    show.set_defaults(func=list_jobs)
    run = job.add_parser("run", help="run a job now")
    run.add_argument("name")
    run.set_defaults(func=run_job)
    for command in (show, run):
        add_place(command, store=True)


def list_jobs(args: argparse.Namespace) -> int:
    """`jupyter repo job list`."""
    with _opened(args) as (repository, jobs):
        for one in _states(repository, jobs):
            print("\t".join((one.name, _outcome(one), _moment(one))))
    return 0


def run_job(args: argparse.Namespace) -> int:
    """`jupyter repo job run NAME`; exit code 1 when it fails."""
    from ..service.registration import OPERATOR

    with _opened(args) as (repository, jobs):
        with repository.write() as work:
            jobs.ask(work, OPERATOR, args.name)
        jobs.run(args.name)
        state = next(one for one in _states(repository, jobs) if one.name == args.name)
    if state.failed:
        raise RepoError(f"{state.title}: {state.said}")
    print(f"{state.title}: {state.said}")
    return 0


@contextmanager
def _opened(args: argparse.Namespace) -> Iterator[tuple[Repository, Jobs]]:
    from ..running import open_repository
    from ..service.chores import chores
    from ..service.jobs import Jobs
    from ..service.upstreams import Mirrors

    repository = open_repository(folder_of(args), db_url=args.db_url, store_url=args.store_url)
    mirrors = Mirrors(repository)
    try:
        yield repository, Jobs(repository, chores(repository, mirrors))
    finally:
        mirrors.close()
        repository.close()


def _states(repository: Repository, jobs: Jobs) -> list[State]:
    from ..service.registration import OPERATOR

    with repository.read() as work:
        return jobs.listing(work, OPERATOR)


def _outcome(one: State) -> str:
    if one.started_at is None:
        return "not run yet"
    return "running" if one.running else f"{'failed: ' if one.failed else ''}{one.said}"


def _moment(one: State) -> str:
    last = f"last {one.started_at:%Y-%m-%d %H:%M} UTC" if one.started_at else ""
    again = f"next {one.next_at:%Y-%m-%d %H:%M} UTC" if one.next_at else ""
    return ", ".join(part for part in (last, again) if part)
