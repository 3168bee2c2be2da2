"""What the jobs do: each function does one piece of housekeeping and says in a sentence what it did."""

from __future__ import annotations

import logging
from datetime import timedelta

import sqlalchemy as sa

from ..db import tables as t
from ..errors import RepoError, Unavailable
from ..models import Kind
from . import collector, expiry, indexing, mail
from .jobs import Job
from .upstreams import Key, Mirrors
from .work import Repository

log = logging.getLogger("jupyter_repo")
AT_ONCE = 100
"""packages that are read anew in one transaction"""


def chores(repository: Repository, mirrors: Mirrors | None = None, *, public_url: str | None = None) -> list[Job]:
    """The jobs of a repository; `mirrors` is needed to run those that ask upstreams, `public_url` for links in mail."""
    hours, day = timedelta(hours=6), timedelta(days=1)
    jobs = [
        Job(
            "sweep",
            "Sweep",
            "Forgets expired sessions, links and uploads, and removes bytes that nothing names any more.",
            lambda: sweep(repository),
            hours,
        ),
        Job(
            "expiry",
            "Warnings of expiry",
            "Tells people, by message and mail, that a token of theirs ends soon.",
            lambda: warn(repository, public_url),
            hours,
        ),
        Job(
            "database",
            "Care of the database",
            "Renews what the database knows of its tables for planning, and tidies the index for search.",
            lambda: tend(repository),
            day,
        ),
        Job(
            "search",
            "Search index",
            "Reads every package anew for search and lists. They follow each change by themselves: this repairs them.",
            lambda: reindex(repository),
        ),
    ]
    if mirrors is not None:
        says = "Asks the upstreams for each platform that was asked for before. Without it they are asked when used."
        jobs.append(Job("mirrors", "Mirrors", says, lambda: ask_upstreams(repository, mirrors)))
    return jobs


def sweep(repository: Repository) -> str:
    """Forget what has expired, remove what nothing names."""
    swept = collector.sweep(repository)
    found = (
        (swept.blobs, f"blobs ({swept.bytes} bytes)"),
        (swept.sessions, "sessions"),
        (swept.stagings, "unfinished uploads"),
    )
    return _sentence("Removed", [f"{count} {what}" for count, what in found if count])


def warn(repository: Repository, public_url: str | None) -> str:
    """Tell people that their tokens end soon. Raises Unavailable where the mail server took no message."""
    with repository.write() as work:
        told = expiry.warn(work)
    refusals = []
    if mail.possible(repository.settings) and public_url:
        for one in told:
            try:
                text = f"{one.text[0].upper()}{one.text[1:]}.\n\n{public_url}{one.link}\n"
                mail.send(repository.settings, one.to, "A token expires soon", text)
            except Unavailable as error:
                log.error("%s", error)
                refusals.append(error.message)
    if refusals:
        raise Unavailable(f"{len(refusals)} of {len(told)} mails were not taken: {refusals[0]}")
    return f"Told {len(told)} {'person' if len(told) == 1 else 'people'}" if told else ""


def tend(repository: Repository) -> str:
    """Statistics for the planner; on SQLite the full-text index in fewer pieces, too."""
    with repository.write() as work:
        if work.db.dialect.name == "sqlite":
            # a bounded piece of the work: writers wait meanwhile
            work.db.exec_driver_sql("INSERT INTO search_index(search_index, rank) VALUES ('merge', 500)")
            # a bounded sample of each index: enough for plans
            work.db.exec_driver_sql("PRAGMA analysis_limit=1000")
        work.db.exec_driver_sql("ANALYZE")
    return "The statistics are new"


def reindex(repository: Repository) -> str:
    """Bring what is searched and listed of every package up to its rows."""
    p, last, count = t.packages.c, 0, 0
    while True:
        with repository.write() as work:
            found = work.db.execute(
                sa.select(p.id, p.account_id).where(p.id > last).order_by(p.id).limit(AT_ONCE)
            ).all()
            ids = [row.id for row in found]
            work.hold(*{row.account_id for row in found})
            # what was deleted or transferred before that was brought up by whoever did it
            mine = sa.tuple_(p.id, p.account_id).in_([(row.id, row.account_id) for row in found])
            for one in work.db.scalars(sa.select(p.id).where(mine)).all() if ids else ():
                indexing.refresh(work, one)
        if not ids:
            return f"Read {count} packages" if count else ""
        last, count = ids[-1], count + len(ids)


def ask_upstreams(repository: Repository, mirrors: Mirrors) -> str:
    """Ask for every platform's records anew. Raises Unavailable where one of them did not answer."""
    d = t.mirror_documents.c
    conda = d.kind == str(Kind.CONDA)
    with repository.read() as work:
        keys = [
            Key(row.account_id, Kind.CONDA, row.path)
            for row in work.db.execute(sa.select(t.mirror_documents).where(conda))
        ]
    for key in keys:
        try:
            mirrors.refresh(key)
        except RepoError as error:  # the mirror was taken away meanwhile
            log.info("%s", error)
    with repository.read() as work:
        wrong = work.db.scalars(sa.select(d.error).where(conda, d.error != "")).all()
    if wrong:
        raise Unavailable(f"{len(wrong)} of {len(keys)} documents could not be had: {wrong[0]}")
    return _sentence("Asked for", [f"{len(keys)} documents"] if keys else [])


def _sentence(verb: str, parts: list[str]) -> str:
    return f"{verb} {', '.join(parts)}" if parts else ""
