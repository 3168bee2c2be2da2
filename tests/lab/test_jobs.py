"""Background work: progress, cancel, results that are kept a while."""

from __future__ import annotations

import logging
import threading
import time

import pytest

from jupyter_repo.client.actions import Published
from jupyter_repo.client.progress import Progress
from jupyter_repo.errors import AlreadyExists, NotFound
from jupyter_repo.lab import jobs
from jupyter_repo.lab.jobs import Job, Jobs

from .conftest import Lab

DONE = Published("ada/x", "1", "http://x", True, "file", "public")


@pytest.fixture
def runner() -> Jobs:
    return Jobs(logging.getLogger("tests"))


def ended(job: Job) -> dict[str, object]:
    deadline = time.monotonic() + 60
    while job.document()["state"] == "running":
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return dict(job.document())


def test_a_job_says_where_it_is_and_what_it_made(runner: Jobs) -> None:
    go = threading.Event()

    def work(progress: Progress) -> Published:
        progress.say("Uploading x")
        progress.advance(1, 4)
        go.wait(60)
        return DONE

    job = runner.start("Reading x", work)
    while job.document()["fraction"] is None:
        time.sleep(0.01)
    document = job.document()
    assert (document["state"], document["stage"], document["fraction"]) == ("running", "Uploading x", 0.25)
    go.set()
    document_after = ended(job)
    assert document_after["state"] == "done"
    assert document_after["result"] == {"package": "ada/x", "version": "1", "url": "http://x", "created": True}


def test_a_cancelled_job_stops_at_its_next_step_and_cleans_up(runner: Jobs) -> None:
    cleaned, began = threading.Event(), threading.Event()

    def work(progress: Progress) -> Published:
        began.set()
        for step in range(10_000):
            progress.advance(step, 10_000)
            time.sleep(0.01)
        return DONE

    job = runner.start("x", work, finally_=cleaned.set)
    assert began.wait(60)
    job.cancel()
    assert ended(job)["state"] == "cancelled"
    assert cleaned.wait(60)


def test_a_job_that_waits_its_turn_can_be_cancelled_too(runner: Jobs) -> None:
    go, worked = threading.Event(), threading.Event()

    def wait(progress: Progress) -> Published:
        go.wait(60)
        return DONE

    def work(progress: Progress) -> Published:
        worked.set()
        return DONE

    for _ in range(jobs.WORKERS):
        runner.start("x", wait)
    cleaned = threading.Event()
    job = runner.start("x", work, finally_=cleaned.set)
    job.cancel()
    go.set()
    assert ended(job)["state"] == "cancelled"
    assert cleaned.wait(60)
    assert not worked.is_set()


def test_failures_are_told_and_accidents_are_logged(runner: Jobs, caplog: pytest.LogCaptureFixture) -> None:
    def refuse(progress: Progress) -> Published:
        raise AlreadyExists("x is there")

    def stumble(progress: Progress) -> Published:
        raise ZeroDivisionError("secret detail")

    refused = ended(runner.start("x", refuse))
    assert refused["error"] == {"message": "x is there", "code": "already_exists", "status": 409}
    assert caplog.text == ""
    fallen = ended(runner.start("x", stumble))
    assert fallen["state"] == "failed"
    assert "secret detail" not in str(fallen)
    assert "secret detail" in caplog.text


def test_results_are_kept_some_minutes(runner: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    job = runner.start("x", lambda progress: DONE)
    ended(job)
    runner.start("y", lambda progress: DONE)
    assert runner.get(job.id) is job
    monkeypatch.setattr(jobs, "KEPT_SECONDS", 0)
    time.sleep(0.01)
    runner.start("z", lambda progress: DONE)
    with pytest.raises(NotFound):
        runner.get(job.id)


def test_stopping_cancels_what_runs(runner: Jobs) -> None:
    def work(progress: Progress) -> Published:
        while True:
            progress.advance(0, 1)
            time.sleep(0.01)

    job = runner.start("x", work)
    runner.stop()
    assert ended(job)["state"] == "cancelled"


async def test_a_job_nobody_knows(lab: Lab) -> None:
    for method in ("GET", "DELETE"):
        code, body = await lab.refused(method, "jobs", "0123")
        assert (code, body["code"]) == (404, "not_found")
