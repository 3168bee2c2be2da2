"""What happens when something else than a repository answers, or nothing."""

from __future__ import annotations

import contextlib
import http.server
import io
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jupyter_repo.client.client import RepoClient
from jupyter_repo.client.progress import Cancelled, Progress
from jupyter_repo.errors import AlreadyExists, Forbidden, InvalidRequest, NotFound, RepoError, Unavailable
from tests.engines import free_port

Answer = Callable[[http.server.BaseHTTPRequestHandler], None]


class _Handler(http.server.BaseHTTPRequestHandler):
    answer: Answer
    seen: list[tuple[str, str, dict[str, str]]]

    def do_GET(self) -> None:
        self.seen.append((self.command, self.path, dict(self.headers)))
        type(self).answer(self)

    do_PUT = do_POST = do_DELETE = do_GET  # noqa: N815 - the base looks them up by these names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        pass


@contextlib.contextmanager
def something(answer: Answer) -> Iterator[tuple[str, list[tuple[str, str, dict[str, str]]]]]:
    """A server that is no repository; yields its address and what it was asked."""
    seen: list[tuple[str, str, dict[str, str]]] = []
    handler = type("Handler", (_Handler,), {"answer": staticmethod(answer), "seen": seen})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", seen
        server.shutdown()
        thread.join()


def says(status: int, body: bytes, **headers: str) -> Answer:
    def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def test_a_repository_that_is_down_is_named_with_the_way_out() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(Unavailable) as down:
        RepoClient(url).user()
    assert str(down.value) == (
        f"The repository at {url} can't be reached: nothing listens there; start JupyterLab or "
        "`jupyter repo serve`, or set JUPYTER_REPO_URL"
    )


@pytest.mark.parametrize("body", [b"<html>hello</html>", b"[]", b"", b"null"])
def test_what_is_no_repository_is_said_to_be_none(body: bytes) -> None:
    with something(says(200, body)) as (url, _), pytest.raises(Unavailable, match="is not a Jupyter Repo"):
        RepoClient(url).service()


@pytest.mark.parametrize(
    ("status", "body", "kind", "message"),
    [
        (404, b'{"error": "no such thing", "code": "not_found"}', NotFound, "no such thing"),
        (409, b'{"error": "is there", "code": "already_exists"}', AlreadyExists, "is there"),
        (403, b"<html>", Forbidden, "answered 403 Forbidden to /api/user"),
        (502, b"", RepoError, "answered 502 Bad Gateway to /api/user"),
    ],
)
def test_answers_become_errors_again(status: int, body: bytes, kind: type[RepoError], message: str) -> None:
    with something(says(status, body)) as (url, _), pytest.raises(kind, match=message) as refused:
        RepoClient(url).user()
    assert refused.value.status == status


def test_a_redirected_upload_is_not_lost_on_the_way() -> None:
    moved = says(301, b"", Location="https://new.example/api/upload/ada/x")
    with something(moved) as (url, _), pytest.raises(Unavailable, match="use that address instead") as refused:
        RepoClient(url, "secret").upload("ada", "x", io.BytesIO(b"1"))
    assert "https://new.example" in str(refused.value)


def test_the_token_is_not_sent_on_to_another_host() -> None:
    with something(says(200, b"{}")) as (other, seen):
        elsewhere = other.replace("127.0.0.1", "localhost")
        with something(says(302, b"", Location=f"{elsewhere}/api/user")) as (url, _):
            RepoClient(url, "secret").user()
    assert [headers.get("Authorization") for _, _, headers in seen] == [None]


def test_a_netrc_does_not_replace_our_token(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    netrc = home / "netrc"
    netrc.write_text("machine 127.0.0.1 login x password y\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with something(says(200, b"{}")) as (url, seen):
        RepoClient(url, "secret").user()
        RepoClient(url).service()
    assert [headers.get("Authorization") for _, _, headers in seen] == ["token secret", None]


def test_names_can_not_leave_their_place_in_the_address() -> None:
    with something(says(200, b"{}")) as (url, seen):
        client = RepoClient(url)
        client.package("../user", "a/b?c#d")
        client.delete_file("o", "x", "1!2+3", "noarch/x y")
        for steps in (("..", "x", "1", "f"), ("o", "x", ".", "f"), ("o", "x", "1", "noarch/../f"), ("o", "", "1", "f")):
            with pytest.raises(InvalidRequest, match="is no name"):
                client.delete_file(*steps)
    assert [path for _, path, _ in seen] == [
        "/api/package/..%2Fuser/a%2Fb%3Fc%23d",
        "/api/dist/o/x/1%212%2B3/noarch/x%20y",
    ]


class Watching(Progress):
    def __init__(self, stop_at: int | None = None) -> None:
        self.steps: list[tuple[int, int | None]] = []
        self.stop_at = stop_at

    def advance(self, done: int, total: int | None) -> None:
        self.steps.append((done, total))
        if self.stop_at is not None and done >= self.stop_at:
            raise Cancelled


def test_an_upload_is_streamed_and_tells_where_it_is() -> None:
    size = 3 << 20
    watching = Watching()
    with something(says(200, b"{}")) as (url, seen):
        RepoClient(url).upload("ada", "x", io.BytesIO(bytes(size)), progress=watching)
    assert seen[0][2]["Content-Length"] == str(size)
    assert watching.steps[0] == (0, size)
    assert watching.steps[-1] == (size, size)
    assert len(watching.steps) > 10


def test_a_cancelled_upload_breaks_off() -> None:
    with something(says(200, b"{}")) as (url, _), pytest.raises(Cancelled):
        RepoClient(url).upload("ada", "x", io.BytesIO(bytes(8 << 20)), progress=Watching(stop_at=1 << 20))


def test_an_empty_file_can_be_uploaded() -> None:
    with something(says(200, b"{}")) as (url, seen):
        RepoClient(url).upload("ada", "x", io.BytesIO())
    assert seen[0][2]["Content-Length"] == "0"


def test_a_connection_that_closes_in_the_middle_is_told_so() -> None:
    def hang_up(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.rfile.read(1000)
        handler.connection.close()

    with something(hang_up) as (url, _), pytest.raises(Unavailable, match="can't be reached"):
        RepoClient(url).upload("ada", "x", io.BytesIO(bytes(32 << 20)))
