"""`/api` itself: who answers, and which scopes there are."""

from __future__ import annotations

from ... import __version__
from ...permissions import SCOPES
from ...service import mail
from .base import ApiHandler
from .oauth import offered

API_VERSION = 1


class RootHandler(ApiHandler):
    """`/api`."""

    tolerant = True  # login, upload and update begin with HEAD, also when an old token lies in their file

    async def get(self) -> None:
        """Name and version of the repository, for the handshake of the clients, and the switches of the site."""
        rules = self.site.repository.settings
        self.send_json(
            {
                "name": "Jupyter Repo",
                "version": __version__,
                "api": API_VERSION,
                "embedded": self.site.embedded,
                "max_file": rules.max_file,
                "sign_up": rules.sign_up,
                "hub": rules.hub is not None,
                "local_passwords": rules.local_passwords,
                "mail": mail.possible(rules),
                "browser_sign_in": offered(self),
                "token_days": rules.token_days,
                "max_token_days": rules.max_token_days or None,
                "admins_lock_labels": rules.admins_lock_labels,
                "academic_suffixes": list(rules.academic_suffixes),
            }
        )

    async def head(self) -> None:
        """200: the repository is there."""
        self.finish()


class ScopesHandler(ApiHandler):
    """`/api/scopes`."""

    tolerant = True

    async def get(self) -> None:
        """The scopes of tokens, each with its sentence."""
        self.send_json(SCOPES)


class AuthenticationTypeHandler(ApiHandler):
    """`/api/authentication-type`."""

    tolerant = True

    async def get(self) -> None:
        """How to sign in: by password."""
        self.send_json({"authentication_type": "password"})
