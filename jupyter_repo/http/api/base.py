"""What the API's handlers share."""

from __future__ import annotations

from urllib.parse import unquote

from ...errors import Forbidden
from ...models import Actor
from ...service import secrets, signing
from .. import credentials
from ..base import RepoHandler


class ApiHandler(RepoHandler):
    """One address of the API. A verb's docstring is its text in the OpenAPI document."""

    passwords = False
    """take user name and password (Basic) where a token stands elsewhere: for what no token may do"""

    first_password = False
    """take also a first password that somebody else chose"""

    async def identify_password(self) -> bool:
        """Sign the caller in for this request by Basic user name and password, where the address takes them."""
        pair = credentials.basic(self.request.headers.get("Authorization")) if self.passwords else None
        if pair is None or secrets.is_token(pair[1]):
            return False
        address = self.request.remote_ip or ""
        account = await self.run(lambda: signing.sign_in(self.site.repository, *pair, address=address))
        if account.must_change_password and not self.first_password:
            raise Forbidden("this is a first password: choose your own first", code="new_password")
        self.actor = Actor(account, None, address)
        self.used_credential = True
        return True

    def send_created(self, body: object | None = None) -> None:
        """201, which anaconda-client wants for most of its changes."""
        self.send_json({} if body is None else body, 201)

    def send_nothing(self) -> None:
        """204."""
        self.set_status(204)
        self.finish()


def rest(path: str) -> str:
    """A path argument that may hold slashes; percent-escapes were decoded by tornado, `+` stays a plus."""
    return unquote(path) if "%" in path else path
