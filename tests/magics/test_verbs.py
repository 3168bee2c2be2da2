"""Every verb of `%repo` in a live kernel: text and HTML, questions before what takes long, no tracebacks."""

from __future__ import annotations

import json
import re
from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Iterator
from pathlib import Path

from jupyter_repo.client.client import RepoClient
from jupyter_repo.magics import _parser
from jupyter_repo.running import open_repository
from jupyter_repo.service import accounts

from ..builders import make_conda, make_notebook, make_wheel
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
    make_notebook(work, "changed.ipynb", cells=[("code", "if x:\n    x = 'another'")])
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
        # as code is written: with its indentation
        assert not line.startswith("diff") or re.search(r"<pre>[^<]*\+     x = &#x27;another&#x27;", output.html)
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


def test_before_it_solves_and_fetches_it_asks(cell: Cell, repository: Running, work: Path) -> None:
    owner = RepoClient(repository.url).authenticate("ada", *PASSWORD, note="asking", hostname="tests")
    client = RepoClient(repository.url, owner)
    assert cell("%repo login ada", *PASSWORD).error == ""
    made = make_conda(work, name="tiny", version="2.0", files={"share/tiny/words.txt": b"from here\n"})
    kernel = make_wheel(work, name="ipykernel", version="6.99")
    for path in (made, kernel):
        assert cell(f"%repo upload {path.name}").error == ""
    make_notebook(work, "asking.ipynb")
    (work / "environment.yml").write_text(
        f"name: nb\nchannels: [{repository.url}/conda/ada]\ndependencies:\n  - tiny\n  - pip:\n    - ipykernel==6.99\n"
    )
    with (work / "asking.ipynb").open("rb") as notebook, (work / "environment.yml").open("rb") as environment:
        files = [("asking.ipynb", notebook), ("environment.yml", environment)]
        client.upload_release("ada", files, options={"kind": "ipynb", "package": "asking"})
    (work / "asking.ipynb").unlink()

    refused = cell("%repo open ada/asking", "n")
    [(question, hidden)] = refused.asked
    assert re.fullmatch(
        r"The environment was published without an exact lock\. .*solved.* This fetches 1 conda and 1 Python packages "
        r"from .*127\.0\.0\.1:\d+.*\. Go on\? \[y/N\] ",
        question,
    ), question
    assert not hidden
    assert refused.error == "UsageError: Nothing was fetched; --no-env saves the notebook alone"
    assert not (work / "asking.ipynb").exists()
    assert cell("%repo env list").text == "No environments were made here yet."

    opened = cell("%repo open ada/asking", "yes")
    assert opened.error == ""
    assert opened.text.startswith("Saved asking.ipynb")
    assert "open the notebook and it runs there" in opened.text
    saved = json.loads((work / "asking.ipynb").read_text())["metadata"]["kernelspec"]["name"]
    assert saved.startswith("repo-")
    again = cell("%repo open ada/asking")
    assert (again.asked, again.error, "Saved asking-1.ipynb" in again.text) == ([], "", True), "it is here already"
    listed = cell("%repo env list")
    assert saved.removeprefix("repo-") in listed.text
    assert "<table" in listed.html
    assert cell(f"%repo env remove {saved.removeprefix('repo-')}").text.startswith("Removed ")
