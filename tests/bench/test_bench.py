"""The benchmark runs from beginning to end; how fast is for the benchmark to say, not for a test."""

from __future__ import annotations

import pytest

from jupyter_repo.cli import main

SMALL = "--files 40 --names 8 --projects 5 --page 4 --uploads 8 --rounds 1 --seconds 0.2".split()

ROWS = {
    "conda": "40 packages of 8 names",
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
    assert main(["bench", "--only", group, *SMALL]) == 0
    out = capsys.readouterr().out
    assert out.startswith("machine: ")
    assert ROWS[group] in out
    assert f"| {group} | not measured" not in out


def test_a_peer_that_is_not_there_costs_its_rows_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--only", "uploads", "--devpi", "/nonexistent", *SMALL]) == 0
    out = capsys.readouterr().out
    assert "| devpi | not measured |" in out
    assert ROWS["uploads"] in out


def test_an_unknown_group_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--only", "nonsense"]) == 1
    assert "choose among conda, quetz, pypi" in capsys.readouterr().err
