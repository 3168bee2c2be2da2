"""Every verb of `%repo` in a live kernel: text and HTML, questions before what takes long, no tracebacks."""

from __future__ import annotations

from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Iterator
from pathlib import Path

from jupyter_repo.app import open_repository
from jupyter_repo.magics import _parser
from jupyter_repo.service import accounts

from ..builders import make_notebook, make_wheel
from ..running import Running
from .conftest import Cell

PASSWORD = ("correct horse",)


def verbs(parser: ArgumentParser, before: str = "") -> Iterator[str]:
    """All that may follow `%repo`."""
    for action in parser._actions:
        if isinstance(action, _SubParsersAction):
            for name, command in action.choices.items():
                yield from verbs(command, f"{before} {name}".strip())
            return
    yield before


def test_each_verb_answers_as_text_and_as_html(cell: Cell, home: Path, repository: Running, work: Path) -> None:
    beside = open_repository(home / "repository")
    with beside.write() as transaction:
        accounts.create_user(transaction, "bob", email="bob@example.org", password="correct donkey")
    beside.close()
    make_notebook(work, "walked.ipynb")
    make_notebook(work, "changed.ipynb", cells=[("code", "x = 'another'")])
    (work / "environment.yml").write_text("name: by-hand\ndependencies: [python]\n")
    make_wheel(work, name="walker", version="1")
    steps: list[tuple[str, str, tuple[str, ...]]] = [
        ("logout", "Logged out of", ()),
        ("login ada", "as ada", PASSWORD),
        ("whoami", "Account: ada", ()),
        ("publish walked.ipynb --no-env", "version 1", ()),
        ("publish-env --name walked-env", "New environment ada/walked-env", ()),
        ("upload walker-1-py3-none-any.whl", "Uploaded", ()),
        ("search walker", "ada/walker", ()),
        ("list --kind pypi", "ada/walker", ()),
        ("open ada/walked --no-env", "Saved walked", ()),
        ("download ada/walker -o walked", "Saved walked", ()),
        ("access walker private", "is now private", ()),
        ("env publish", "New environment ada/by-hand", ()),
        ("env list", "No environments", ()),
        ("history walked", "ada", ()),
        ("diff ada/walked changed.ipynb", "another", ()),
        ("fork ada/walked --name mine", "Forked ada/walked to ada/mine", ()),
        ("suggest ada/walked changed.ipynb -m Better", "as number 1", ()),
        ("suggestion list --mine", "Better", ()),
        ("suggestion accept 1", "accepted, as version 2", ()),
        ("suggest ada/walked changed.ipynb -m Again", "as number 2", ()),
        ("suggestion decline 2 --word No", "declined", ()),
        ("suggest ada/walked changed.ipynb -m More", "as number 3", ()),
        ("suggestion withdraw 3", "withdrawn", ()),
        ("token create walked --scope repos", "Token walked of ada (repos; expires", ()),
        ("token list", "walked", ()),
        ("token rotate walked", "walked", ()),
        ("token revoke walked", "is revoked", ()),
        ("org create walkers", "walkers", ()),
        ("org list", "walkers", ()),
        ("group create walkers/slow --level read", "slow", ()),
        ("group edit walkers/slow --level admin", "slow", ()),
        ("group list walkers", "slow", ()),
        ("group add-member walkers/slow bob", "bob", ()),
        ("upload walker-1-py3-none-any.whl --channel walkers", "Uploaded", ()),
        ("group add-package walkers/slow walker", "walker", ()),
        ("group show walkers/slow", "bob", ()),
        ("group remove-package walkers/slow walker", "walker", ()),
        ("group remove-member walkers/slow bob", "bob", ()),
        ("group add-member walkers/slow bob", "bob", ()),
        ("org expel walkers bob", "bob", ()),
        ("group delete walkers/slow", "slow", ()),
        ("collaborator add walker bob --level read", "bob", ()),
        ("collaborator list walker", "bob", ()),
        ("collaborator remove walker bob", "bob", ()),
        ("mirror set conda https://conda.example/forge", "mirrors https://conda.example/forge", ()),
        ("mirror list", "conda.example", ()),
        ("mirror resolve conda elsewhere", "upstream", ()),
        ("mirror remove conda", "mirrors nothing", ()),
    ]
    for line, words, answers in steps:
        output = cell(f"%repo {line}", *answers)
        assert output.error == "", line
        assert words in output.text, (line, output.text)
        assert output.html.startswith("<"), line
        assert "Traceback" not in output.stderr, line
    refusals = [
        ("env remove nothing", "no environment", ()),
        ("mirror release walker", "keeps no name", ()),
        ("org delete walkers", "type the full name, walkers", ("another", *PASSWORD)),
    ]
    for line, words, answers in refusals:
        refused = cell(f"%repo {line}", *answers)
        assert words in refused.error, line
        assert refused.stderr.count("\n") == 1, "one line"
    gone = cell("%repo org delete walkers", "walkers", *PASSWORD)
    assert (gone.error, "walkers" in gone.text, gone.html.startswith("<")) == ("", True, True)
    walked = [line for line, *_ in (*steps, *refusals)]
    known = list(verbs(_parser()))
    assert len(known) > 40
    assert [verb for verb in known if not any(line.startswith(verb) for line in walked)] == []
