"""`%repo` in a live kernel against a real repository."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from jupyter_client import BlockingKernelClient

from jupyter_repo.client.client import RepoClient

from ..builders import make_conda, make_notebook, make_wheel, truncated
from ..running import Running
from .conftest import Cell


def test_whoami_finds_the_repository_of_its_own_server(cell: Cell, repository: Running) -> None:
    output = cell("%repo whoami")
    assert output.text.splitlines() == [
        "Account: ada (administrator)",
        f"Repository: {repository.url} (of this Jupyter server)",
        "Channels: ada",
    ]
    assert f'<a href="{repository.url}"' in output.html


def test_publish_says_what_it_made_and_where(cell: Cell, repository: Running, work: Path) -> None:
    make_notebook(work, "First Look.ipynb")
    output = cell("%repo publish 'First Look.ipynb' --summary 'cats & dogs' --access private")
    assert output.error == ""
    url = f"{repository.url}/ada/first-look"
    assert output.text.startswith(f"New notebook ada/first-look, version 1: {url}")
    assert "First Look.ipynb as saved at" in output.text
    assert f'href="{url}' in output.html
    again = cell("%repo publish 'First Look.ipynb' --no-env")
    assert again.text.startswith("Updated notebook ada/first-look, version 2")
    assert "access: private" in again.text
    files = repository.client().package("ada", "first-look")["files"]
    assert sorted((file["version"], file["filename"]) for file in files) == [
        ("1", "environment.lock.json"),
        ("1", "environment.yml"),
        ("1", "first-look.ipynb"),
        ("2", "first-look.ipynb"),
    ]


def test_the_tab_key_offers_verbs_options_channels_and_names(
    kernel: BlockingKernelClient, cell: Cell, repository: Running, work: Path
) -> None:
    make_conda(work, name="tabbed", version="1")
    assert cell("%repo upload tabbed-1-0.conda").error == ""

    def offered(line: str) -> list[str]:
        kernel.complete(line, len(line))
        matches: list[str] = kernel.get_shell_msg(timeout=60)["content"]["matches"]
        return matches

    assert {"publish", "publish-env"} <= set(offered("%repo pub"))
    assert {"create", "list", "revoke"} <= set(offered("%repo token "))
    assert "--no-env" in offered("%repo publish --no")
    assert "private" in offered("%repo publish --access pri")
    assert "ada" in offered("%repo publish --channel a")
    assert "ada/tabbed" in offered("%repo download ada/tab")
    assert "unlisted" in offered("%repo access ada/tabbed unl")
    assert "ada/tabbed" in offered("%repo open ada/tab")
    assert "ada/tabbed" in offered("%repo history ada/t")
    assert cell("%repo org create tabbers").error == ""
    assert "tabbers" in offered("%repo org delete tab")
    assert "tabbers" in offered("%repo group list tab")
    assert offered("%%repo e") == ["env"]
    assert "--force" in offered("%%repo env --f")
    assert "private" in offered("%%repo env --access pri")


def test_what_the_guard_finds_is_listed_and_nothing_is_sent(cell: Cell, repository: Running, work: Path) -> None:
    make_notebook(work, "leak.ipynb", cells=[("code", "1"), ("code", "key = 'AKIAABCDEFGH12345678'")])
    refused = cell("%repo publish leak.ipynb --no-env").error
    assert "Cell 2, source: a key of a cloud service (key = 'AKIA…)" in refused
    assert "Nothing was sent." in refused
    assert "leak" not in {package["name"] for package in repository.client().packages("ada")}
    assert "ada/leak, version 1" in cell("%repo publish leak.ipynb --no-env --replace").text
    assert "ada/leak, version 2" in cell("%repo publish leak.ipynb --no-env --allow").text


def test_this_notebook_is_the_one_of_the_session(cell: Cell, work: Path) -> None:
    make_notebook(work, "session.ipynb")
    cell(f"import os; os.environ['JPY_SESSION_NAME'] = {str(work / 'session.ipynb')!r}")
    assert cell("%repo publish --no-env").text.startswith("New notebook ada/session, version 1")
    cell("os.environ['JPY_SESSION_NAME'] += '.gone'")
    lost = cell("%repo publish --no-env")
    assert lost.error == (
        "UsageError: Which notebook this is can't be found out here: save it and say `%repo publish PATH`"
    )
    cell(f"__vsc_ipynb_file__ = {str(work / 'session.ipynb')!r}")
    assert "version 2" in cell("%repo publish --no-env").text
    cell("del __vsc_ipynb_file__")


def test_what_the_panel_remembered_is_used(cell: Cell, work: Path) -> None:
    kept = {"channel": "ada", "name": "remembered", "summary": "s", "visibility": "private", "environment": False}
    make_notebook(work, "kept.ipynb", metadata={"jupyter_repo": kept})
    assert cell("%repo publish kept.ipynb").text.startswith("New notebook ada/remembered, version 1")
    assert cell("%repo publish kept.ipynb --name other").text.startswith("New notebook ada/other")


def test_the_environment_is_that_of_the_kernel(cell: Cell, work: Path) -> None:
    assert "New environment ada/my-env, version 1" in cell("%repo publish-env --name my-env").text
    saved = cell("%repo download ada/my-env -o env")
    assert saved.text == f"Saved {Path('env/environment.yml')}"
    document = yaml.safe_load((work / "env" / "environment.yml").read_text())
    assert document["name"] == "my-env"
    assert any(spec.startswith("ipykernel==") for spec in document["dependencies"][-1]["pip"])


def test_uploads_go_on_after_a_bad_file_and_the_cell_still_fails(cell: Cell, work: Path) -> None:
    dist = work / "dist"
    dist.mkdir()
    make_wheel(dist, name="fine", version="1")
    bad = truncated(make_wheel(dist, name="bad", version="1"))
    output = cell("%repo upload dist/*.whl dist/fine*.whl")
    assert output.error == "UsageError: 1 of 2 files not uploaded"
    assert f"Not uploaded: {bad.name}" in output.text
    assert "Uploaded fine-1-py3-none-any.whl to ada/fine 1" in output.text
    make_wheel(dist, name="fine", version="1", summary="other bytes")
    again = cell("%repo upload dist/fine*.whl")
    assert again.error == "UsageError: 1 of 1 files not uploaded"
    assert "fine-1-py3-none-any.whl" in again.text


def test_list_search_and_download(cell: Cell, repository: Running, work: Path) -> None:
    path = make_conda(work, name="findable", version="1.5", summary="<b>bold</b> claims")
    assert cell(f"%repo upload {path.name}").error == ""
    listed = cell("%repo list --kind conda")
    assert listed.text.split()[:5] == ["Name", "Kind", "Version", "Access", "Summary"]
    assert "ada/findable" in listed.text
    assert "&lt;b&gt;bold&lt;/b&gt;" in listed.html
    assert "<b>bold" not in listed.html
    assert "ada/findable" in cell("%repo search findable").text
    assert cell("%repo search zebra-unheard-of").text == "Nothing was found for 'zebra-unheard-of'."
    refused = cell("%repo download ada/findable/1.5")
    assert refused.error == (
        f"UsageError: {path.name} is already there; use --force to replace it, or -o for another folder"
    )
    assert cell("%repo download ada/findable/1.5 -o out").text == f"Saved {Path('out') / path.name}"


def test_access(cell: Cell, repository: Running, work: Path) -> None:
    cell(f"%repo upload {make_conda(work, name='mine', version='1').name}")
    assert cell("%repo access mine private").text.startswith("ada/mine is now private: ")
    assert "mine" not in {package["name"] for package in RepoClient(repository.url).packages("ada")}
    assert cell("%repo access ada/mine public").text.startswith("ada/mine is now public")


def test_tokens_are_shown_once(cell: Cell, repository: Running) -> None:
    made = cell("%repo token create ci --scope repos --days 30")
    assert "Token ci of ada (repos; expires 20" in made.text
    secret = made.html.partition("<code>")[2].partition("</code>")[0]
    RepoClient(repository.url, secret).service()
    listed = cell("%repo token list")
    assert "ci" in listed.text
    assert secret not in listed.text + listed.html
    assert cell("%repo token revoke ci").text == "Token ci of ada is revoked."
    assert cell("%repo token revoke nothing").error.startswith("UsageError: ada has no token 'nothing'; its tokens: ")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("download nobody/nothing", "nobody"),
        ("publish gone.ipynb", "gone.ipynb can't be read: No such file"),
        ("upload gone*.whl", "gone*.whl is not there"),
        ("upload x 'y", "close the quotes"),
        ("access ada/x everybody", "invalid choice: 'everybody'"),
        ("dance", "invalid choice: 'dance'"),
        ("list --url nowhere", "'nowhere' is not a repository's address"),
        ("list x --url http://127.0.0.1:9", "The repository at http://127.0.0.1:9 can't be reached"),
        ("list --url http://127.0.0.1:9", "You are not signed in to http://127.0.0.1:9: run `%repo login`"),
        ("login ada --password secret", "unrecognized arguments"),
    ],
)
def test_errors_are_one_line_without_a_traceback(cell: Cell, line: str, words: str) -> None:
    output = cell(f"%repo {line}")
    assert output.error.startswith("UsageError: ")
    assert words in output.error
    assert output.stderr == f"{output.error}\n"


def test_a_file_that_is_no_notebook_is_named(cell: Cell, work: Path) -> None:
    (work / "broken.ipynb").write_text("{")
    assert cell("%repo publish broken.ipynb").error.startswith(
        "UsageError: broken.ipynb is not a notebook: it is not JSON"
    )


def test_help_is_there_and_ends_nothing(cell: Cell) -> None:
    for line in ("%repo", "%repo --help", "%repo publish --help"):
        output = cell(line)
        assert output.error == ""
        assert output.text.startswith("usage: %repo")


def test_login_asks_for_the_password_and_keeps_only_a_token(cell: Cell, repository: Running, home: Path) -> None:
    assert cell("%repo logout").text == f"Logged out of {repository.url}."
    assert cell("%repo list").error.startswith("UsageError: You are not signed in")
    assert cell("%repo whoami").text.startswith("Not logged in.")
    wrong = cell("%repo login ada", "wrong")
    assert wrong.error.startswith("UsageError: ")
    done = cell("%repo login", "ada", "correct horse")
    assert done.text == f"Logged in to {repository.url} as ada."
    assert done.asked == [(f"Username at {repository.url}: ", False), ("Password: ", True)]
    assert cell("%repo whoami").text.startswith("Account: ada")
    kept = "".join(path.read_text() for path in (home / "jupyter_data_dir" / "jupyter_repo").glob("*.json"))
    assert "correct horse" not in kept


def test_a_cell_without_answers_can_not_be_asked(cell: Cell) -> None:
    output = cell("%repo login ada")
    assert output.error  # StdinNotImplementedError, as Jupyter says it
    assert "correct" not in output.text


def test_a_cell_of_an_environment_is_written_and_published(cell: Cell, repository: Running, work: Path) -> None:
    text = "name: From Cell\nchannels:\n  - conda-forge\ndependencies:\n  - python=3.12\n"
    output = cell(f"%%repo env --access private\n{text}")
    assert output.error == ""
    assert "Wrote environment.yml" in output.text
    assert "New environment ada/from-cell, version 1" in output.text
    assert (work / "environment.yml").read_text() == text
    assert any("from-cell" in line and "private" in line for line in cell("%repo list").text.splitlines())
    other = cell(f"%%repo env\n{text}  - numpy\n")
    assert "is there and says something else" in other.error
    assert (work / "environment.yml").read_text() == text
    assert "version 2" in cell(f"%%repo env --force\n{text}  - numpy\n").text
    for wrong, words in (
        ("%%repo env\nx: [", "no YAML"),
        ("%%repo env\nx: 1", "dependencies"),
        ("%%repo list\nx", "%%repo env"),
    ):
        refused = cell(wrong)
        assert words in refused.error
        assert "Traceback" not in refused.error
    (work / "environment.yml").unlink()


def test_open_saves_a_notebook_and_forks_are_said_in_words(cell: Cell, repository: Running, work: Path) -> None:
    make_notebook(work, "opened.ipynb")
    assert cell("%repo publish opened.ipynb --no-env").error == ""
    assert "Saved opened-1.ipynb" in cell("%repo open ada/opened").text
    assert "names nothing" in cell("%repo open nothing").error
    assert "<table" in cell("%repo history opened").html
