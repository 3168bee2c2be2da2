"""`jupyter repo job …`: the repository's housekeeping from the machine it is on."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_repo.cli.main import main


def test_jobs_are_listed_and_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--data-dir", str(tmp_path)]
    assert main(["job", "list", *where]) == 0
    lines = dict(line.split("\t")[:2] for line in capsys.readouterr().out.splitlines())
    assert lines == dict.fromkeys(("sweep", "expiry", "database", "search", "mirrors"), "not run yet")
    assert main(["job", "run", "database", *where]) == 0
    assert capsys.readouterr().out == "Care of the database: The statistics are new\n"
    assert main(["job", "list", *where]) == 0
    (line,) = [one for one in capsys.readouterr().out.splitlines() if one.startswith("database")]
    assert line.startswith("database\tThe statistics are new\tlast ")
    assert ", next " in line
    assert main(["job", "run", "nothing", *where]) == 1
    assert "there is no job 'nothing' here; there are sweep" in capsys.readouterr().err
