"""Credentials: how secrets are made, and what of them is kept.

Tokens: `jr-` + 32 base62 characters (190 bits) + 6 of checksum. Only letters, digits and hyphens: conda cuts a token in
`/t/<token>/` at the first other character and moves the rest into the address. Kept: sha256 and the first characters.
A random token needs no stretching; a password does: argon2id with OWASP's parameters (19 MiB, t=2, p=1).
"""

from __future__ import annotations

import hashlib
import re
import secrets
import string
import zlib

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from ..errors import InvalidRequest

BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
TOKEN = re.compile(r"jr-[0-9A-Za-z]{38}")
"""what a token looks like, for scanners and for redaction"""
MIN_PASSWORD, MAX_PASSWORD = 7, 4096

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""argon2id, by OWASP's password storage cheat sheet: 19 MiB, two passes"""
NOBODY = HASHER.hash(secrets.token_hex())
"""what the password of a name that nobody has is compared with: that takes as long"""


def _checksum(body: str) -> str:
    number, digits = zlib.crc32(body.encode()), ""
    for _ in range(6):
        number, rest = divmod(number, 62)
        digits = BASE62[rest] + digits
    return digits


def new_token() -> str:
    """A fresh token."""
    body = "".join(secrets.choice(BASE62) for _ in range(32))
    return f"jr-{body}{_checksum(body)}"


def is_token(text: str) -> bool:
    """Could `text` be one of our tokens? The checksum tells a typing error from a token that was deleted."""
    return bool(TOKEN.fullmatch(text)) and _checksum(text[3:35]) == text[35:]


def new_secret() -> str:
    """A fresh secret for sessions, links and upload forms."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is kept of a token or secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def check_password(password: str) -> str:
    """`password` if it may be one. Raises InvalidRequest when it is too short or too long."""
    if len(password) < MIN_PASSWORD:
        raise InvalidRequest(f"the password is too short: use at least {MIN_PASSWORD} characters", code="weak_password")
    if len(password) > MAX_PASSWORD:
        raise InvalidRequest(f"the password is too long: use at most {MAX_PASSWORD} characters", code="weak_password")
    return password


def hash_password(password: str) -> str:
    """What is kept of a password. Raises InvalidRequest when it is too short or too long."""
    return HASHER.hash(check_password(password))


def verify_password(stored: str | None, password: str) -> bool:
    """Is it the password? Takes the same time where there is none, so that names can't be probed."""
    try:
        return HASHER.verify(stored or NOBODY, password[: MAX_PASSWORD + 1]) and stored is not None
    except (Argon2Error, InvalidHashError):
        return False
