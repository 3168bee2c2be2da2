"""Who speaks TLS to a plain address is told so by the end of the connection, and others notice nothing."""

from __future__ import annotations

import socket
import ssl

import pytest

from .conftest import Answering


def test_who_speaks_tls_to_it_does_not_wait_for_ever(repo: Answering) -> None:
    host, port = repo.url.removeprefix("http://").split(":")
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection((host, int(port)), timeout=60) as plain,
        pytest.raises((ssl.SSLError, OSError)) as told,
    ):
        context.wrap_socket(plain, server_hostname="repo.test")
    assert not isinstance(told.value, TimeoutError)


def test_a_request_in_pieces_is_answered(repo: Answering) -> None:
    host, port = repo.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        for piece in (b"G", b"ET /api HT", f"TP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()):
            connection.sendall(piece)
        assert connection.makefile("rb").readline().split()[1] == b"200"
