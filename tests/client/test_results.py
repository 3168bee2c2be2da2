"""Answers as text and as HTML: nothing that came from elsewhere is ever live."""

from __future__ import annotations

import pytest

from jupyter_repo.client.results import Code, Link, Result, Table

HOSTILE = '<img src=x onerror="alert(1)">&\'"'


def test_everything_is_escaped_in_html() -> None:
    result = Result(
        HOSTILE,
        (HOSTILE, Link("https://x/" + HOSTILE, HOSTILE), Code(HOSTILE)),
        Table((HOSTILE,), ((HOSTILE,), (Link("https://x", HOSTILE),))),
    )
    html = result._repr_html_()
    assert "<img" not in html
    assert html.count("&lt;img") == 8
    assert 'href="https://x/&lt;img' in html


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil", "JAVASCRIPT:x", " https://x"])
def test_only_web_addresses_become_links(url: str) -> None:
    assert "href" not in Result((Link(url, "words"),))._repr_html_()


def test_control_characters_do_not_reach_a_terminal() -> None:
    assert str(Result("a\x1b[2Jb", Table(("h",), (("c\r\nd\x07",),)))) == "a [2Jb\nh\nc  d"


def test_tables_line_up_and_lines_end_where_their_words_end() -> None:
    table = Table(("Name", "Kind"), (("a", "x"), (Link("https://h/o/long", "shown", plain="o/long"), "")))
    assert str(Result("Found", table)) == "Found\nName    Kind\na       x\no/long"


def test_a_link_is_its_address_in_text_and_its_words_in_html() -> None:
    result = Result(("Done: ", Link("https://h/a", "page")))
    assert str(result) == repr(result) == "Done: https://h/a"
    assert '<a href="https://h/a" target="_blank" rel="noopener noreferrer">page</a>' in result._repr_html_()
