"""What a form was sent with, and what is wrong with it: shown again with what was typed, but for passwords."""

from __future__ import annotations

from dataclasses import dataclass, field

from tornado.web import RequestHandler

from ...errors import InvalidRequest, RepoError, Unauthenticated
from ..numbers import whole_number

_WORDS = frozenset(
    "a accept an choose give no open set sign sign-up the this to tokens too type unknown you your".split()
)
"""words that a sentence of an error may begin with, and that are no name"""
CONFIRMATION = "_password"
"""the field in which a password is given again"""
NAME = "_name"
"""the field in which somebody says who they are, beside what they had typed"""


@dataclass
class Form:
    """The fields of one form; empty before it was sent."""

    values: dict[str, list[str]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    """what is wrong, by field"""
    problem: str = ""
    """what is wrong with the whole"""
    status: int = 200

    @classmethod
    def sent(cls, handler: RequestHandler) -> Form:
        """The form that came with a request."""
        names = [name for name in handler.request.body_arguments if name not in ("_xsrf", CONFIRMATION, NAME)]
        return cls({name: handler.get_body_arguments(name, strip=False) for name in names})

    @classmethod
    def of(cls, **values: str | bool | list[str]) -> Form:
        """A form that shows what is so now."""
        texts = {key: [value] if isinstance(value, str) else value for key, value in values.items()}
        return cls({key: value if isinstance(value, list) else ["on"] * value for key, value in texts.items()})

    def text(self, name: str, default: str = "") -> str:
        """One line that was typed, without the spaces around it."""
        return (self.values.get(name) or [default])[-1].strip()

    def secret(self, name: str) -> str:
        """A password, as it was typed."""
        return (self.values.get(name) or [""])[-1]

    def kept(self) -> dict[str, list[str]]:
        """What may stand in another page, to be sent again: all but passwords."""
        return {name: values for name, values in self.values.items() if "password" not in name and name != "again"}

    def on(self, name: str) -> bool:
        """Was the box checked?"""
        return bool(self.text(name))

    def chosen(self, name: str) -> list[str]:
        """The values of all checked boxes of that name."""
        return [value for value in self.values.get(name, []) if value]

    def number(self, name: str) -> int:
        """A whole number. InvalidRequest otherwise."""
        number = whole_number(self.text(name))
        if number is None:
            raise InvalidRequest("Give a whole number.", field=name)
        return number

    def same(self, name: str, again: str) -> None:
        """InvalidRequest unless a new password was typed alike twice."""
        if self.secret(name) != self.secret(again):
            raise InvalidRequest("The two passwords differ.", field=again)

    def refuse(self, error: RepoError, codes: dict[str, str]) -> None:
        """Say what is wrong: at the field that `codes` gives for the error's code (empty: at the top), else at the top.

        An error may name its field itself (`field=` among its details). What is no answer to what was typed (a page
        that is not there, nobody signed in) is raised again.
        """
        where = str(error.details.get("field") or codes.get(error.code) or "")
        signed_out = isinstance(error, Unauthenticated) and error.code != "wrong_password"
        if not where and error.code not in codes and (error.status == 404 or signed_out):
            raise error
        first = error.message.partition(" ")[0]
        # a message may begin with a name, which stays as it is written
        text = first.capitalize() + error.message.removeprefix(first) if first in _WORDS else error.message
        self.status = error.status
        if where:
            self.errors[where] = text
        else:
            self.problem = text
