"""The error tree: both ends of the wire agree."""

from __future__ import annotations

import pytest

from jupyter_repo import errors


def tree(base: type[errors.RepoError]) -> list[type[errors.RepoError]]:
    return [base, *(deep for sub in base.__subclasses__() for deep in tree(sub))]


@pytest.mark.parametrize("cls", tree(errors.RepoError)[1:])
def test_an_error_survives_the_wire(cls: type[errors.RepoError]) -> None:
    sent = cls("it is so", renew_url="https://x")
    came = errors.from_response(cls.status, sent.body(), fallback="?")
    assert type(came) is cls
    assert (str(came), came.code, came.status, came.details) == (
        "it is so",
        cls.code,
        cls.status,
        {"renew_url": "https://x"},
    )


@pytest.mark.parametrize(("status", "cls"), [(404, errors.NotFound), (409, errors.Conflict), (503, errors.Unavailable)])
@pytest.mark.parametrize("body", [None, "<html>", [], {}, {"error": 3}])
def test_a_foreign_answer_still_has_a_class_and_a_sentence(status: int, cls: type, body: object) -> None:
    came = errors.from_response(status, body, fallback="the proxy says no")
    assert type(came) is cls
    assert str(came) == "the proxy says no"


def test_codes_are_unique_and_every_class_has_one() -> None:
    codes = [cls.code for cls in tree(errors.RepoError)]
    assert len(codes) == len(set(codes))
