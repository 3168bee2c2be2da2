"""Names: what is legal, and what is the same name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_repo import names
from jupyter_repo.errors import InvalidName
from jupyter_repo.http.routes import ROUTES


@pytest.mark.parametrize("name", ["ada", "Ada-L", "a.b_c", "x1", "a" * 39])
def test_legal_user_names(name: str) -> None:
    assert names.check_account(name) == name


@pytest.mark.parametrize(
    "name",
    ["a", "a" * 40, "-ada", "ada-", "a--b", "a b", "ädа", "api", "T", "t", "settings", "", "a/b", "a\n", "conda"],
)
def test_names_that_no_user_may_have(name: str) -> None:
    with pytest.raises(InvalidName):
        names.check_account(name)


@pytest.mark.parametrize("name", ["ac.me", "ac_me", "ac me", "organization"])
def test_names_that_no_organization_may_have(name: str) -> None:
    with pytest.raises(InvalidName):
        names.check_account(name, organization=True)


def test_every_first_segment_of_the_site_is_reserved() -> None:
    segments = {route.path.split("/")[1] for route in ROUTES} - {"", "{owner}"} | {"static", "t"}
    assert segments <= names.RESERVED


@given(st.text(max_size=60))
def test_any_system_user_gets_a_legal_name(text: str) -> None:
    assert names.check_account(names.account_from(text))


@given(st.text(max_size=200))
def test_any_title_gives_a_legal_package_name(text: str) -> None:
    assert names.check_package(names.slug(text))


@pytest.mark.parametrize("name", ["My_Pkg", "my-pkg", "my.pkg", "MY--pkg"])
def test_one_package_whatever_its_spelling(name: str) -> None:
    assert names.package_key(name) == "my-pkg"


@pytest.mark.parametrize("label", ["main", "dev/next", "v1.0", "A_b-c"])
def test_legal_labels(label: str) -> None:
    assert names.check_label(label) == label


@pytest.mark.parametrize("label", ["", "1x", "a/t/b", "nolabel", "a//b", "a b", "/a", "a/", "x" * 129])
def test_labels_that_no_file_may_carry(label: str) -> None:
    with pytest.raises(InvalidName):
        names.check_label(label)


@pytest.mark.parametrize("filename", ["a/b", "..", ".", "", "a\\b", "a\x00b", "ä" * 150, "a\nb"])
def test_file_names_that_climb_or_break(filename: str) -> None:
    with pytest.raises(InvalidName):
        names.check_filename(filename)
