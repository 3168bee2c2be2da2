"""Requests to upstreams: which addresses are asked, where redirects may lead, how much and how long."""

from __future__ import annotations

import pytest

from jupyter_repo.errors import Forbidden, InvalidRequest, TooLarge, Unavailable
from jupyter_repo.upstream import fetching
from jupyter_repo.upstream.fetching import Fetcher, Upstream
from tests.upstreams import Static
from tests.upstreams import upstream as upstream

PUBLIC = Fetcher(("*",), private=False)


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fc00::1", "0.0.0.0"]
)
def test_an_address_that_is_not_public_is_not_asked(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever name leads there, and also when only one of its addresses does."""
    found = [(0, 0, 0, "", ("93.184.216.34", 443)), (0, 0, 0, "", (address, 443))]
    monkeypatch.setattr(fetching.socket, "getaddrinfo", lambda *args, **named: found)
    with (
        pytest.raises(Forbidden, match="not on the public network"),
        PUBLIC.open("https://innocent.example/", Upstream("")),
    ):
        pass


def test_a_name_is_resolved_once_and_the_checked_address_is_asked(
    upstream: Static, monkeypatch: pytest.MonkeyPatch
) -> None:
    (upstream.folder / "x").write_bytes(b"fine")
    answers = iter([[(0, 0, 0, "", ("127.0.0.1", upstream.port))]])  # asked a second time, the test fails
    real = fetching.socket.getaddrinfo

    def resolve(host: str, *args: object, **named: object) -> object:
        return next(answers) if host == "rebinding.example" else real(host, *args, **named)

    monkeypatch.setattr(fetching.socket, "getaddrinfo", resolve)
    fetcher = Fetcher(("rebinding.example",), private=True)
    with fetcher.open(f"http://rebinding.example:{upstream.port}/x", Upstream("")) as answer:
        assert answer.body(100) == b"fine"
    assert upstream.log[0][1]["Host"] == f"rebinding.example:{upstream.port}"


def test_redirects_are_checked_and_end(upstream: Static) -> None:
    fetcher = Fetcher((f"127.0.0.1:{upstream.port}",), private=True)
    upstream.redirects |= {"/out": "http://127.0.0.1:9/x", "/file": "file:///etc/passwd", "/loop": "/loop"}
    for path, error in (("/out", Forbidden), ("/file", InvalidRequest), ("/loop", Unavailable)):
        with pytest.raises(error), fetcher.open(upstream.url + path, Upstream("")):
            pass
    (upstream.folder / "large").write_bytes(bytes(1 << 20))
    with pytest.raises(TooLarge), fetcher.open(f"{upstream.url}/large", Upstream("")) as answer:
        answer.body(1000)
    with (
        pytest.raises(Unavailable, match="too slow"),
        fetcher.open(f"{upstream.url}/large", Upstream(""), seconds=-1) as answer,
    ):
        answer.body(1 << 21)
    with pytest.raises(InvalidRequest, match="https"):
        Fetcher(("*",)).check("http://upstream.example/simple")
