"""What an environment.yml may ask the solver for, and what is refused."""

from __future__ import annotations

import itertools

import pytest

from jupyter_repo.client import solving
from jupyter_repo.client.lockfile import LockRefused

LETTERS = "abcdefghijklmnopqrstuvwxyz"
DEEP = "a: &a [x, x]\n" + "".join(
    f"{one}: &{one} [*{before}, *{before}]\n" for before, one in itertools.pairwise(LETTERS)
)
"""lists in lists: written out, they fill the memory"""


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "dependencies: x",
        "dependencies: [x]\n" + "#" * (1 << 20),
        f"{DEEP}dependencies: [*z]",
        f"{DEEP}dependencies: [pip: *z]",
        f"{DEEP}channels: *z\ndependencies: [x]",
        "dependencies: [{pip: [x], npm: [y]}]",
        *(
            f"dependencies: ['{spec}']"
            for spec in ("../x", "/etc/x.conda", "https://h.example/x.conda", "c::x", "x[url=a]", "x=1;y", "-x", "")
        ),
        *(
            f"channels: ['{channel}']\ndependencies: [x]"
            for channel in (
                "/tmp/channel",
                "../channel",
                "file:///tmp/channel",
                "http://127.0.0.1:1/channel",
                "http://169.254.169.254/channel",
                "https://ada:secret@host.example/channel",
            )
        ),
        *(
            f"dependencies: [{{pip: ['{spec}']}}]"
            for spec in ("-r requirements.txt", "--index-url=https://evil.example", "-e .", "x @ file:///etc/passwd")
        ),
    ],
    ids=range(26),
)
def test_a_hostile_environment_yml_is_refused(text: str) -> None:
    with pytest.raises(LockRefused):
        solving.read(text.encode(), "http://127.0.0.1:8890", "ada")


def test_channels_are_asked_in_the_order_of_the_text_and_the_own_one_first() -> None:
    text = (
        "channels: [conda-forge, defaults, nodefaults, https://repo.example/c/]\n"
        "dependencies: [python=3.12.4, numpy >=1.26, 'pandas=2.*', scipy==1.14.0=py312_0]"
    )
    wishes = solving.read(text.encode(), "https://here.example", "ada")
    assert wishes.channels == (
        "https://here.example/conda/ada",
        "conda-forge",
        "main",
        "r",
        "https://repo.example/c",
    )
    assert (wishes.python, len(wishes.conda)) == ("3.12.4", 4)
    assert solving._loosened(wishes.conda) == ["python 3.12.*", "numpy", "pandas", "scipy"]
