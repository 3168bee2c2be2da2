"""Mail by SMTP, where the administrator set it up. Called outside of transactions: a mail server may be slow."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

from ..errors import InvalidRequest, Unavailable
from .work import Settings

TIMEOUT = 20
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


def possible(settings: Settings) -> bool:
    """Is mail set up?"""
    return bool(settings.smtp_url)


def send(settings: Settings, to: str, subject: str, text: str) -> None:
    """Send one plain message. Raises Unavailable when mail is not set up or the server does not take it."""
    if not settings.smtp_url:
        raise Unavailable("this repository sends no mail; ask its administrator", code="no_mail")
    where = urlsplit(settings.smtp_url)
    if where.scheme not in PORTS or not where.hostname:
        raise InvalidRequest("the address of the mail server must be smtp://, smtp+starttls:// or smtps://HOST[:PORT]")
    message = EmailMessage()
    message["From"] = settings.mail_from or f"jupyter-repo@{where.hostname}"
    message["To"], message["Subject"] = to, subject
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=where.hostname)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    port = where.port or PORTS[where.scheme]
    try:
        with _connect(where.scheme, where.hostname, port) as server:
            if where.username:
                server.login(unquote(where.username), unquote(where.password or ""))
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise Unavailable(f"the mail server {where.hostname}:{port} did not take the message: {error}") from error


def _connect(scheme: str, host: str, port: int) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=context)
    server = smtplib.SMTP(host, port, timeout=TIMEOUT)
    if scheme == "smtp+starttls":
        server.starttls(context=context)
    return server
