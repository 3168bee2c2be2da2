"""A mail server that keeps what it takes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message

from aiosmtpd.controller import Controller

from .engines import free_port


class Post:
    """What the mail server took."""

    def __init__(self) -> None:
        self.mails: list[Message] = []

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802
        self.mails.append(message_from_bytes(envelope.content))  # type: ignore[attr-defined]
        return "250 OK"

    def wait(self, count: int) -> Message:
        until = time.monotonic() + 60
        while len(self.mails) < count:
            assert time.monotonic() < until, "no mail came"
            time.sleep(0.02)
        return self.mails[count - 1]


def words(mail: Message) -> str:
    payload = mail.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


@contextmanager
def mail_server() -> Iterator[tuple[Post, str]]:
    """A running one, and its address as `smtp_url` has it."""
    handler, port = Post(), free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port, ready_timeout=60)
    controller.start()
    try:
        yield handler, f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()
