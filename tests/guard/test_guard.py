"""The publish guard: what it finds, what it leaves alone, and what it makes of a notebook."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jupyter_repo import guard
from jupyter_repo.guard import LARGE_OUTPUT, Remedy

TOKEN = "jr-" + "a1B2" * 9 + "xy"
AWS = "AKIA" + "ABCDEFGH12345678"
KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nabc\n-----END RSA PRIVATE KEY-----"


def notebook(source: str = "1", outputs: list[Any] | None = None, metadata: dict[str, Any] | None = None) -> bytes:
    cells = [
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# Title"},
        {
            "cell_type": "code",
            "id": "b",
            "metadata": {},
            "source": source,
            "outputs": outputs or [],
            "execution_count": 1,
        },
    ]
    return json.dumps({"cells": cells, "metadata": metadata or {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def stream(text: str | list[str]) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"token = '{TOKEN}'", "own-token"),
        (f"https://host/t/{TOKEN}/conda/ada", "own-token"),
        (f"key = {AWS}", "cloud-key"),
        ("ghp_" + "a" * 36, "cloud-key"),
        ("AIza" + "b" * 35, "cloud-key"),
        (KEY, "private-key"),
        ("git clone https://ada:s3cr3tword@example.org/x", "url-token"),
        ("https://example.org/a?x=1&access_token=abcdef123456", "url-token"),
        ("password = 'correct horse'".replace(" horse", "horse"), "password"),
        ('config["db_password"] = "hunter2hunter2"', "password"),
        ('{"api_key": "0123456789abcdef"}', "password"),
        ("open('/home/ada/data.csv')", "home-path"),
        ("/Users/ada/Desktop", "home-path"),
        (r"C:\Users\Ada\x.csv", "home-path"),
    ],
)
def test_each_is_found_in_its_cell_and_never_shown_whole(text: str, kind: str) -> None:
    for content, place in ((notebook(text), "source"), (notebook(outputs=[stream(text.splitlines(True))]), "output 1")):
        [found] = guard.scan(content)
        assert (found.kind, found.cell, found.place) == (kind, 2, place)
        for secret in (TOKEN, AWS, "s3cr3tword", "abcdef123456", "correcthorse", "hunter2hunter2", "MIIEow"):
            assert secret not in found.excerpt + found.sentence() + json.dumps(found.document())


@pytest.mark.parametrize(
    "text",
    [
        "password = os.environ['PASSWORD']",
        "password = getpass()",
        "password = '<your password>'",
        "api_key = 'your-key-here'",
        "token = 'x'",
        "https://user@example.org/x",
        "https://ada:<token>@example.org",
        "/home/jovyan/work",
        "http://127.0.0.1:8890/ada",
        f"a{TOKEN}",
        f"{TOKEN}more",
        "the secret: patience",
    ],
)
def test_what_is_no_secret_raises_no_alarm(text: str) -> None:
    assert guard.scan(notebook(text, [stream(text)])) == []


def test_all_places_are_looked_at_but_pictures() -> None:
    picture = {"output_type": "display_data", "metadata": {}, "data": {"image/png": AWS, "text/plain": "x"}}
    error = {
        "output_type": "error",
        "ename": "E",
        "evalue": "no",
        "traceback": ["File /home/ada/x.py", "/home/ada/y.py"],
    }
    json_data = {"output_type": "display_data", "metadata": {}, "data": {"application/json": {"deep": [AWS]}}}
    found = guard.scan(notebook(outputs=[picture, error, json_data], metadata={"note": f"mine: {AWS}"}))
    assert [(one.kind, one.cell, one.place) for one in found] == [
        ("cloud-key", 0, "metadata"),
        ("home-path", 2, "output 2"),
        ("cloud-key", 2, "output 3"),
    ]


def test_an_output_that_is_very_large_is_told_with_its_size() -> None:
    [found] = guard.scan(notebook(outputs=[stream("x" * (LARGE_OUTPUT + 1))]))
    assert (found.kind, found.excerpt) == ("large-output", "2.0 MiB")
    assert "Cell 2, output 1: a very large output" in found.sentence()


@pytest.mark.parametrize("remedy", [Remedy.STRIP, Remedy.REPLACE])
def test_a_remedy_leaves_nothing_to_find(remedy: Remedy) -> None:
    outputs = [stream(["fine\n"]), stream([f"{AWS}\n", "rest\n"]), stream("y" * (LARGE_OUTPUT + 1))]
    content = notebook(f"open('/home/ada/x')\nkey = '{AWS}'", outputs, {"note": AWS})
    done = guard.repair(content, remedy)
    assert guard.scan(done) == []
    cell = json.loads(done)["cells"][1]
    assert cell["source"] == "open('~/x')\nkey = '<removed>'"
    texts = ["".join(output["text"]) for output in cell["outputs"]]
    assert texts == (["fine\n"] if remedy is Remedy.STRIP else ["fine\n", "<removed>\nrest\n"])


def test_nothing_is_touched_where_nothing_was_found_or_all_is_allowed() -> None:
    clean, dirty = notebook("x = 1"), notebook(AWS)
    assert guard.repair(clean, Remedy.STRIP) is clean
    assert guard.repair(dirty, Remedy.ALLOW) is dirty
    assert guard.scan(b"no json") == []
    assert guard.scan(b"[]") == []


def test_an_environment_is_plain_text() -> None:
    assert [kind for kind, _ in guard.scan_text(f"channels:\n - https://h/t/{TOKEN}/conda\n")] == ["own-token"]
    assert guard.own_tokens(f"\\n{TOKEN} {TOKEN}".encode()) == [TOKEN]


def test_cell_metadata_and_attachments_are_looked_at_too() -> None:
    svg = f"<svg><!-- {AWS} --></svg>"
    cell = {
        "cell_type": "markdown",
        "id": "c",
        "metadata": {"papermill": {"parameters": {"path": "/home/ada/data"}}},
        "source": "![](attachment:plot.svg)",
        "attachments": {"plot.svg": {"image/svg+xml": svg, "image/png": AWS}},
    }
    content = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
    found = guard.scan(content)
    assert [(one.kind, one.cell, one.place) for one in found] == [
        ("home-path", 1, "metadata"),
        ("cloud-key", 1, "attachment plot.svg"),
    ]
    for remedy in (Remedy.STRIP, Remedy.REPLACE):
        fixed = guard.repair(content, remedy)
        assert guard.scan(fixed) == []
        attachment = json.loads(fixed)["cells"][0]["attachments"]["plot.svg"]
        assert attachment["image/png"] == AWS, "a picture's base64 holds everything by accident"
        assert "svg" in attachment["image/svg+xml"]


def test_a_person_chooses_what_is_looked_for_but_never_lets_tokens_out() -> None:
    off = guard.Choice(frozenset({"own-token", "home-path", "large-output"}))
    content = notebook(f"open('/home/ada/x'); t = '{TOKEN}'; k = '{AWS}'", [stream("x" * (LARGE_OUTPUT + 1))])
    assert {one.kind for one in guard.scan(content, off)} == {"own-token", "cloud-key"}
    fixed = guard.repair(content, Remedy.REPLACE, off).decode()
    assert "/home/ada" in fixed
    assert AWS not in fixed
    assert TOKEN not in fixed
    small = guard.Choice(large_output=100)
    assert [one.kind for one in guard.scan(notebook("1", [stream("y " * 100)]), small)] == ["large-output"]
