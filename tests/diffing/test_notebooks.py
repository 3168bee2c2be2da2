"""What differs between two notebooks: each kind of change, and bounds on hostile ones."""

from __future__ import annotations

import json
import random
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_repo import diffing
from jupyter_repo.errors import InvalidPackage

Cell = dict[str, Any]


def code(source: str, name: str = "", outputs: list[Any] | None = None, **extra: Any) -> Cell:
    cell = {"cell_type": "code", "metadata": {}, "source": source, "outputs": outputs or [], "execution_count": 1}
    return cell | ({"id": name} if name else {}) | extra


def text(source: str, name: str = "") -> Cell:
    return {"cell_type": "markdown", "metadata": {}, "source": source} | ({"id": name} if name else {})


def book(*cells: Cell, metadata: dict[str, Any] | None = None) -> bytes:
    return json.dumps({"cells": cells, "metadata": metadata or {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def stream(words: str | list[str]) -> Cell:
    return {"output_type": "stream", "name": "stdout", "text": words}


def changes(base: bytes, head: bytes) -> list[tuple[str, bool, int | None, int | None]]:
    found = diffing.diff(base, head)
    assert json.loads(json.dumps(found)) == found
    assert diffing.summary(base, head) == found["summary"]
    return [(cell["change"], cell["moved"], cell["base"], cell["head"]) for cell in found["cells"]]


A, B, C = code("import numpy as np", "a"), code("x = np.arange(9)\nx.sum()", "b"), text("# The end", "c")


def test_the_same_notebook_is_identical() -> None:
    found = diffing.diff(book(A, B, C), book(A, B, C))
    assert found["identical"]
    assert found["summary"] == {"added": 0, "removed": 0, "changed": 0, "moved": 0, "same": 3, "outputs": 0}


def test_added_removed_changed_cells_stand_where_they_are_read() -> None:
    head = book(A, text("new words", "n"), code("x = np.arange(10)\nx.sum()", "b"))
    assert changes(book(A, B, C), head) == [
        ("same", False, 1, 1),
        ("added", False, None, 2),
        ("changed", False, 2, 3),
        ("removed", False, 3, None),
    ]


@pytest.mark.parametrize("ids", [True, False])
def test_a_moved_cell_is_no_removed_and_added_one(ids: bool) -> None:
    cells = [code(f"step_{n}()", f"c{n}" if ids else "") for n in range(6)]
    found = changes(book(*cells), book(cells[5], *cells[:5]))
    assert found[0] == ("same", True, 6, 1)
    assert {change for change, _, _, _ in found} == {"same"}
    assert sum(moved for _, moved, _, _ in found) == 1


def test_without_ids_likeness_pairs_neighbours() -> None:
    old, new = code("total = price * amount\nprint(total)"), code("total = price * amount * tax\nprint(total)")
    found = changes(book(code("a = 1"), old, code("z = 1")), book(code("a = 1"), new, code("z = 1")))
    assert [change for change, *_ in found] == ["same", "changed", "same"]
    assert [change for change, *_ in changes(book(old), book(code("import os")))] == ["added", "removed"]


def test_lines_carry_numbers_and_the_characters_that_differ() -> None:
    [cell] = diffing.diff(book(code("x = 1\ny = 20\nz = 3", "b")), book(code("x = 1\ny = 21\nz = 3", "b")))["cells"]
    old, new = (next(line for line in cell["source"]["lines"] if line["op"] == op) for op in "-+")
    assert (old["base"], old["head"], new["base"], new["head"]) == (2, None, None, 2)
    assert [old["text"][start:end] for start, end in old["marks"]] == ["20"]
    assert [new["text"][start:end] for start, end in new["marks"]] == ["21"]


def test_equal_lines_far_from_a_change_are_folded() -> None:
    lines = [f"line_{n} = {n}" for n in range(50)]
    [cell] = diffing.diff(book(code("\n".join(lines), "b")), book(code("\n".join([*lines, "end = 1"]), "b")))["cells"]
    ops = [line["op"] for line in cell["source"]["lines"]]
    assert ops == ["…", " ", " ", " ", "+"]
    assert cell["source"]["lines"][0]["text"] == "47 equal lines"


def test_outputs_are_summarised_and_noise_is_no_change() -> None:
    def one(outputs: list[Any]) -> bytes:
        return book(code("show()", "b", outputs))

    same = diffing.diff(one([stream(["<A at 0x7f00aa11bb22>\n"])]), one([stream("<A at 0x7f00aa11cc33>\n")]))
    assert same["identical"]
    image = {"output_type": "display_data", "data": {"image/png": "A" * 9000, "text/plain": "<Figure>"}, "metadata": {}}
    [cell] = diffing.diff(one([stream("1\n")]), one([stream("2\n"), image]))["cells"]
    assert cell["outputs_changed"]
    assert [(out["op"], out["type"], out["text"]) for out in cell["outputs"]] == [
        ("~", "stream", "2\n"),
        ("+", "display_data", "<Figure>"),
    ]
    assert cell["outputs"][1]["size"] > 9000
    assert cell["outputs"][1]["mime"] == ["image/png", "text/plain"]
    assert "A" * 100 not in json.dumps(cell)


def test_what_is_to_be_drawn_is_whole_while_there_is_room() -> None:
    def one(picture: str, words: str) -> bytes:
        shown = {"output_type": "execute_result", "data": {"image/png": picture}, "metadata": {}, "execution_count": 7}
        return book(code("show()", "b", [shown, stream(["same\n"]), {"output_type": "odd"}]), text(words, "t"))

    base, head = one("OLD", "# Rain"), one("NEW" * 100, "# Snow")
    told = diffing.diff(base, head)["cells"]
    assert [told[0]["outputs"][0][side] for side in ("before", "after")] == [None, None], "only where it is asked for"
    assert told[1]["texts"] is None
    drawn, words = diffing.diff(base, head, whole=10_000)["cells"]
    before, after = drawn["outputs"][0]["before"], drawn["outputs"][0]["after"]
    assert before == {"output_type": "display_data", "data": {"image/png": "OLD"}, "metadata": {}}
    assert after is not None
    assert after["data"] == {"image/png": "NEW" * 100}
    assert [(out["op"], out["after"]) for out in drawn["outputs"][1:]] == [(" ", None), (" ", None)]
    assert words["texts"] == {
        "before": {"source": "# Rain", "attachments": {}},
        "after": {"source": "# Snow", "attachments": {}},
    }
    small = diffing.diff(base, head, whole=250)["cells"]
    assert small[0]["outputs"][0]["before"] == before
    assert small[0]["outputs"][0]["after"] is None, "what has no room is told in words"
    assert small[1]["texts"] is not None


@pytest.mark.parametrize(
    "odd",
    [
        {"output_type": "stream", "text": {"a": 1}},
        {"output_type": "error", "traceback": {"a": 1}, "ename": ["x"]},
        {"output_type": "display_data", "data": [1], "metadata": "x"},
        {"output_type": ["display_data"]},
        {},
    ],
)
def test_outputs_of_any_shape_are_given_in_a_known_one(odd: Any) -> None:
    [cell] = diffing.diff(book(code("x", "b")), book(code("x", "b", [odd])), whole=1000)["cells"]
    found = cell["outputs"][0]["after"]
    assert found is None or nbformat.validator.isvalid(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [code("x", "b", [found])]}
    )


def test_metadata_type_and_attachments_are_named() -> None:
    base = book({**text("![](attachment:a.png)", "c"), "attachments": {"a.png": {"image/png": "AA"}}})
    head = book(code("![](attachment:a.png)", "c", metadata={"tags": ["x"]}), metadata={"kernelspec": {"name": "k"}})
    found = diffing.diff(base, head)
    [cell] = found["cells"]
    assert (cell["type"], cell["old_type"]) == ("code", "markdown")
    assert cell["metadata"] == [{"op": "+", "path": "tags", "base": None, "head": '["x"]'}]
    assert cell["attachments"] == [{"op": "-", "name": "a.png"}]
    assert found["metadata"][0]["path"] == "kernelspec"


def test_what_no_person_changes_is_no_change() -> None:
    def ran(when: str, **choices: str) -> bytes:
        timing = {
            "execution": {"iopub.status.busy": when},
            "ExecuteTime": {"start_time": when},
            "trusted": bool(choices),
        }
        return book(code("x", "a", metadata=timing), metadata={"jupyter_repo": choices})

    found = diffing.diff(ran("10:00"), ran("11:00", version="1"))
    assert found["identical"]
    assert diffing.summary(ran("10:00"), ran("11:00"))["changed"] == 0


def test_the_state_of_widgets_is_told_as_one() -> None:
    def state(session: str) -> dict[str, Any]:
        models = {
            f"{session}{number}": {"model_name": "IntSlider", "state": {"value": number}} for number in range(200)
        }
        return {"widgets": {"application/vnd.jupyter.widget-state+json": {"state": models}}, "title": session}

    found = diffing.diff(book(A, metadata=state("one")), book(A, metadata=state("two")))["metadata"]
    assert [(field["op"], field["path"]) for field in found] == [("~", "title"), ("~", "widgets")]


def test_format_three_and_what_is_no_notebook() -> None:
    old = {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": ["x = 1"], "outputs": []}]}]}
    assert [change for change, *_ in changes(json.dumps(old).encode(), book(code("x = 1")))] == ["same"]
    for content in (b"{", b"[]", b"{}", b"\xff"):
        with pytest.raises(InvalidPackage, match="not a notebook"):
            diffing.diff(content, book(A))


def test_deep_metadata_is_told_or_refused() -> None:
    def nested(depth: int) -> dict[str, Any]:
        return {"a": nested(depth - 1)} if depth else {}

    [field] = diffing.diff(book(A, metadata=nested(50)), book(A))["metadata"]
    assert (field["op"], field["path"]) == ("-", "a")
    with pytest.raises(InvalidPackage, match="nested too deeply"):
        diffing.diff(book(A, metadata=nested(300)), book(A))


WORDS = "alpha beta gamma delta import numpy as np def f(x): return x + 1".split()


@pytest.mark.parametrize("ids", [True, False])
def test_large_and_hostile_notebooks_end_bounded(ids: bool) -> None:
    dice = random.Random(1)

    def mess(count: int, lines: int) -> bytes:
        def source() -> str:
            return "\n".join(" ".join(dice.choices(WORDS, k=6)) for _ in range(lines))

        return book(*(code(source(), f"c{n}" if ids else "") for n in range(count)))

    for base, head in ((mess(300, 20), mess(300, 20)), (mess(2, 5000), mess(2, 5000)), (mess(3000, 1), mess(3000, 1))):
        found = diffing.diff(base, head)
        assert sum(len(cell["source"]["lines"]) for cell in found["cells"]) <= 20_000
    assert found["truncated"]
    assert not found["identical"]
    wide = {f"k{n}": n for n in range(5000)}
    assert len(diffing.diff(book(A, metadata=wide), book(A))["metadata"]) == 100


cells = st.builds(code, st.text(alphabet="ab\n ", max_size=12), st.sampled_from(["", "a", "b", "c"]))


@given(st.lists(cells, max_size=6), st.lists(cells, max_size=6))
def test_every_cell_of_both_is_listed_once(base: list[Cell], head: list[Cell]) -> None:
    found = diffing.diff(book(*base), book(*head))
    assert sorted(cell["base"] for cell in found["cells"] if cell["base"]) == list(range(1, len(base) + 1))
    assert [cell["head"] for cell in found["cells"] if cell["head"]] == list(range(1, len(head) + 1))
    assert found["identical"] == (
        [(one["source"], one["cell_type"]) for one in base] == [(one["source"], one["cell_type"]) for one in head]
        and not found["summary"]["moved"]
    )
