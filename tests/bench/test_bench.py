"""The benchmark runs from beginning to end; how fast is for the benchmark to say, not for a test."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from jupyter_repo.cli import main
from tests.engines import Postgres

SMALL = "--files 40 --names 8 --projects 5 --page 4 --uploads 8 --rounds 1 --seconds 0.2".split()

ROWS = {
    "conda": "of it, py-rattler reading what is ready",
    "pypi": "5 projects",
    "reads": "304 on",
    "files": "1 MiB file, 32 connections",
    "nginx": "1 MiB file",
    "uploads": "8 small",
    "flushes": "flushes to the disk for each",
    "profile": "| a wheel, 8 at a time |",
    "pages": "page: search, a word that all have, 40 packages; 100",
}


@pytest.mark.parametrize("group", ROWS)
def test_every_group_is_measured(
    group: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["bench", "--only", group, "--rattler", *SMALL]) == 0
    out = capsys.readouterr().out
    assert out.startswith("machine: ")
    assert ROWS[group] in out
    assert f"| {group} | not measured" not in out


def test_pages_are_measured_on_postgresql_too(postgres: Postgres, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--only", "pages", "--database", postgres.url(), *SMALL]) == 0
    assert f"{ROWS['pages']}, on PostgreSQL" in capsys.readouterr().out
    with sa.create_engine(postgres.url(), poolclass=sa.NullPool).connect() as connection:
        names = connection.exec_driver_sql("SELECT datname FROM pg_database").scalars().all()
    assert [name for name in names if "bench" in name] == []


def test_a_peer_that_is_not_there_costs_its_rows_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--only", "uploads", "--devpi", "/nonexistent", *SMALL]) == 0
    out = capsys.readouterr().out
    assert "| devpi | not measured |" in out
    assert ROWS["uploads"] in out


def test_an_unknown_group_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--only", "nonsense"]) == 1
    assert "choose among conda, quetz, pypi" in capsys.readouterr().err
