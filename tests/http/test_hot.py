"""Answers kept ready are never older than the database, whoever changed it; and nobody gets another's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from jupyter_repo.db import tables as t
from jupyter_repo.db.engine import open_engine
from jupyter_repo.db.pulse import Pulse
from jupyter_repo.http.hot import Answer, HotAnswers
from jupyter_repo.models import ANONYMOUS
from jupyter_repo.service import accounts, tokens
from jupyter_repo.service.work import Repository

from .conftest import Answering

PATHS = ["/conda/ada/noarch/repodata.json", "/conda/ada/noarch/repodata_shards.msgpack.zst", "/pypi/ada/simple/"]


@pytest.fixture
def warm(repo: Answering) -> Answering:
    repo.upload(repo.world.conda("open"))
    repo.upload(repo.world.wheel("open2"))
    repo.upload(repo.world.conda("veiled"), visibility="private")
    for path in PATHS:
        for by in (None, "ada", "bob"):
            assert [repo.get(path, by=by).status_code for _ in range(3)] == [200] * 3
    return repo


@pytest.mark.parametrize("path", PATHS)
def test_a_kept_answer_is_the_answer(warm: Answering, path: str) -> None:
    for by in (None, "ada"):
        kept = warm.get(path, by=by)
        warm.service.site.hot._answers.clear()
        made = warm.get(path, by=by)
        assert kept.content == made.content
        assert {**kept.headers, "Date": ""} == {**made.headers, "Date": ""}
        same = {"If-None-Match": made.headers["ETag"]}
        head, unchanged = warm.ask("HEAD", path, by=by), warm.get(path, by=by, headers=same)
        assert (head.headers["Content-Length"], head.content) == (str(len(made.content)), b"")
        assert (unchanged.status_code, unchanged.content) == (304, b"")
        assert unchanged.headers["ETag"] == made.headers["ETag"]


@pytest.mark.parametrize("path", PATHS)
def test_a_token_revoked_by_another_process_opens_nothing_from_then_on(warm: Answering, path: str) -> None:
    other = Repository(open_engine(str(warm.world.repository.engine.url)), warm.world.repository.store)
    with other.write() as work:
        tokens.revoke(work, warm.world.ada, accounts.get(work, "ada"), "token 1 all")
    other.close()
    assert warm.get(path, by="ada").status_code == 403
    assert warm.get(path).status_code == 200


def test_a_token_that_expires_in_the_meantime_opens_nothing(warm: Answering) -> None:
    path = PATHS[0]
    with warm.world.repository.write() as work:
        soon = datetime.now(UTC) + timedelta(seconds=1.5)
        mine = t.tokens.c.channel_id == warm.world.ada.account.id
        work.db.execute(sa.update(t.tokens).where(mine).values(expires_at=soon))
    assert warm.get(path, by="ada").status_code == 200
    hot = warm.service.site.hot
    [(key, answer)] = [(key, one) for key, one in hot._answers.items() if one.until is not None]
    assert hot.get(key, hot.pulse.beat(), soon - timedelta(seconds=1)) is answer
    assert hot.get(key, hot.pulse.beat(), soon) is None


def test_what_became_private_is_gone_at_once(warm: Answering) -> None:
    assert "open-1.0-0.conda" in warm.get(PATHS[0]).text
    warm.patch("/api/package/ada/open", by="ada", json={"visibility": "private"})
    assert "open-1.0-0.conda" not in warm.get(PATHS[0], by="bob").text
    assert "open-1.0-0.conda" in warm.get(PATHS[0], by="ada").text


def test_a_kept_answer_is_not_given_under_a_foreign_name(warm: Answering) -> None:
    assert warm.get(PATHS[0], headers={"Host": "evil.example"}).status_code == 403


def test_the_pulse_moves_with_every_commit_of_anybody(repository: Repository) -> None:
    pulse = Pulse(repository.engine)
    first = pulse.beat()
    assert first is not None
    with repository.read() as work:
        accounts.find(work, "nobody")
    assert pulse.beat() == first
    with repository.write() as work:
        accounts.create_user(work, "carol", email="carol@example.org")
    second = pulse.beat()
    assert second != first
    pulse.close()


def test_kept_answers_are_bounded_and_forgotten_when_the_pulse_moves(repository: Repository) -> None:
    hot = HotAnswers(Pulse(repository.engine))
    answer = Answer(ANONYMOUS, private=False, until=None, content_type="text/plain")
    for number in range(5000):
        hot.keep(number, 1, answer)
    assert len(hot._answers) == 4096
    assert hot.get(4999, 1, datetime.now(UTC)) is answer
    assert hot.get(4999, 2, datetime.now(UTC)) is None
    hot.keep("x", 2, answer)
    assert list(hot._answers) == ["x"]
