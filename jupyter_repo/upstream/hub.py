"""JupyterHub, asked who somebody is: by the code of a browser's sign-in, or by a hub token.

What the hub gives or is shown is used for one question and forgotten; no error and no log holds it. Redirects are not
followed: a token goes to the hub's own address and nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import urllib3
from urllib3.exceptions import HTTPError

from ..errors import Unauthenticated, Unavailable

CONNECT_SECONDS, READ_SECONDS = 5.0, 15.0
LIMIT = 1 << 20


@dataclass(frozen=True)
class Hub:
    """One JupyterHub, and what it knows this repository by."""

    api_url: str
    """where its API answers this machine, without a slash at the end: http://127.0.0.1:8081/hub/api"""
    authorize_url: str
    """where browsers are sent; a path, where hub and repository share a host"""
    client_id: str
    secret: str = field(repr=False)
    callback: str
    """where browsers come back to, exactly as the hub has it"""
    admins: bool = False
    """are its administrators the site's?"""

    def __str__(self) -> str:
        return self.api_url

    def authorize(self, state: str, challenge: str) -> str:
        """The address that a browser is sent to; `challenge` is PKCE's, by S256."""
        asked = {
            "client_id": self.client_id,
            "redirect_uri": self.callback,
            "response_type": "code",
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self.authorize_url}?{urlencode(asked)}"

    def person(self, code: str, verifier: str) -> dict[str, Any]:
        """The hub's document of who signed in, for the code that their browser brought.

        Raises Unauthenticated where the hub does not take the code, Unavailable.
        """
        sent = {
            "client_id": self.client_id,
            "client_secret": self.secret,
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.callback,
            "code_verifier": verifier,
        }
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        token = self._ask("POST", "/oauth2/token", kind, urlencode(sent)).get("access_token")
        if not isinstance(token, str):
            raise Unavailable("JupyterHub gave no token for this sign-in; its log says more")
        return self.owner(token)

    def owner(self, token: str) -> dict[str, Any]:
        """The hub's document of a token's owner, with the token's scopes. Raises Unauthenticated, Unavailable."""
        # it becomes a header: one line of plain characters
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise Unauthenticated("this is no token of JupyterHub", code="hub_refused")
        return self._ask("GET", "/user", {"Authorization": f"Bearer {token}"})

    def _ask(self, method: str, path: str, headers: Mapping[str, str], body: str | None = None) -> dict[str, Any]:
        try:
            answer = urllib3.request(
                method,
                self.api_url + path,
                body=body,
                headers={"Accept": "application/json", **headers},
                redirect=False,
                retries=False,
                preload_content=False,
                timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            )
            try:
                content = answer.read(LIMIT)
            finally:
                answer.release_conn()
        except (HTTPError, OSError) as error:
            raise Unavailable(
                f"JupyterHub does not answer ({type(error).__name__}); try again, or ask its administrator"
            ) from None  # what failed may hold the request, and with it the token
        if answer.status in (400, 401, 403, 404):
            raise Unauthenticated("JupyterHub does not know this sign-in (any more); sign in again", code="hub_refused")
        try:
            found = json.loads(content) if answer.status == 200 else None
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise Unavailable(f"JupyterHub answered {answer.status}, which is no answer; ask its administrator")
        return found
