"""What the API's handlers share."""

from __future__ import annotations

from urllib.parse import unquote

from ..base import RepoHandler


class ApiHandler(RepoHandler):
    """One address of the API. A verb's docstring is its text in the OpenAPI document."""

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
