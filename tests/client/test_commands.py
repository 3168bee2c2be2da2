"""One definition of the verbs: the same words mean the same in a cell and in a terminal."""

from __future__ import annotations

import argparse
import subprocess
import sys
from typing import Any

import pytest

from jupyter_repo.client.commands import add_commands


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="jupyter repo", exit_on_error=False)
    add_commands(made.add_subparsers(required=True))
    return made


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("login ada --url https://x", {"verb": "login", "username": "ada", "url": "https://x"}),
        ("logout", {"verb": "logout"}),
        ("whoami", {"verb": "whoami", "url": None}),
        ("publish", {"verb": "publish", "path": None, "channel": None, "access": None, "no_env": False}),
        (
            "publish a.ipynb --channel org --name n --summary s --access private --no-env",
            {"path": "a.ipynb", "channel": "org", "name": "n", "summary": "s", "access": "private", "no_env": True},
        ),
        ("publish-env --name n", {"verb": "publish_env", "name": "n"}),
        ("upload a.whl b.conda -u org --force", {"files": ["a.whl", "b.conda"], "channel": "org", "force": True}),
        ("list", {"verb": "list_", "of": None, "kind": None}),
        ("list org --kind ipynb", {"of": "org", "kind": "ipynb"}),
        ("search two words --limit 5", {"words": ["two", "words"], "limit": 5}),
        ("download o/n/1 -o dir --force", {"what": "o/n/1", "output": "dir", "force": True}),
        ("access o/n private", {"verb": "access", "name": "o/n", "access": "private"}),
        ("token create ci --scope repos --scope conda", {"scope": ["repos", "conda"], "days": 365}),
        ("token list -u org", {"verb": "token_list", "channel": "org"}),
        ("token revoke ci", {"verb": "token_revoke", "name": "ci"}),
    ],
)
def test_lines(line: str, expected: dict[str, Any]) -> None:
    args = vars(parser().parse_args(line.split()))
    assert {name: args[name] for name in expected} == expected
    assert callable(args["func"])


@pytest.mark.parametrize(
    "line",
    [
        "publish a.ipynb --access everybody",
        "upload",
        "list --kind wheel",
        "search x --limit 0",
        "token",
        "token create",
        "token create x --days -1",
        "login ada --password hunter2",
    ],
)
def test_lines_that_are_refused(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises((argparse.ArgumentError, SystemExit)):
        parser().parse_args(line.split())
    capsys.readouterr()


def test_importing_the_verbs_the_magic_and_the_package_is_light() -> None:
    heavy = "sqlalchemy tornado nbconvert nbformat jupyter_server alembic jinja2 keyring"
    program = f"""if True:
        import sys
        import jupyter_repo, jupyter_repo.client.commands
        print([name for name in '{heavy} requests IPython'.split() if name in sys.modules])
        import jupyter_repo.client.verbs
        print([name for name in '{heavy} IPython'.split() if name in sys.modules])
        import IPython.core.interactiveshell
        before = set(sys.modules)
        import jupyter_repo.magics
        print([name for name in '{heavy}'.split() if name in set(sys.modules) - before])
    """
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n[]\n[]\n"
