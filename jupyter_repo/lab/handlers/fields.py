"""The fields of a JSON body, taken out by type."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

from ...errors import InvalidRequest
from ...models import Visibility


class Fields:
    """A JSON object; each getter raises InvalidRequest that names the field."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = values

    @property
    def values(self) -> Mapping[str, object]:
        """All of it, for those who pass it on."""
        return self._values

    def text(self, name: str, default: str | None = None) -> str:
        """A string; without a default it must be there and not empty."""
        value = self._values.get(name)
        if value is None or (value == "" and default is None):
            if default is None:
                raise InvalidRequest(f"{name!r} is missing")
            return default
        if not isinstance(value, str):
            raise InvalidRequest(f"{name!r} must be a text")
        return value

    def value(self, name: str, default: object) -> object:
        """Whatever was said, for those who check it themselves."""
        return self._values.get(name, default)

    def optional(self, name: str) -> str | None:
        """A string, or None if it is missing, null or empty."""
        return self.text(name, "") or None

    def flag(self, name: str, *, default: bool = False) -> bool:
        """True or false."""
        value = self._values.get(name, default)
        if not isinstance(value, bool):
            raise InvalidRequest(f"{name!r} must be true or false")
        return value

    def data(self, name: str) -> bytes:
        """Bytes in base64; none if it is missing, null or empty."""
        try:
            return base64.b64decode(self.text(name, ""), validate=True)
        except (binascii.Error, ValueError) as error:
            raise InvalidRequest(f"{name!r} must be base64") from error

    def mapping(self, name: str) -> Mapping[str, object]:
        """An object."""
        value = self._values.get(name)
        if not isinstance(value, Mapping):
            raise InvalidRequest(f"{name!r} must be an object")
        return value

    def texts(self, name: str) -> list[str]:
        """A list of strings."""
        value = self._values.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise InvalidRequest(f"{name!r} must be a list of texts")
        return value

    def days(self, name: str, *, default: int) -> int | None:
        """A number from 1 on; None if null was said."""
        value = self._values.get(name, default)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise InvalidRequest(f"{name!r} must be a number of days, or null for no end")
        return value

    def visibility(self, name: str = "visibility") -> str:
        """One of the four visibilities, or "" if nothing was said."""
        return check_visibility(self.text(name, ""))

    def only(self, *names: str) -> dict[str, str]:
        """Those of `names` that were said, as strings; InvalidRequest if none was."""
        found = {name: self.text(name, "") for name in names if name in self._values}
        if not found:
            raise InvalidRequest(f"Nothing to change: say {' or '.join(repr(name) for name in names)}")
        return found


def check_visibility(value: str) -> str:
    """`value` if it is a visibility or empty."""
    if value and value not in set(Visibility):
        raise InvalidRequest(f"{value!r} is no access: choose one of {', '.join(Visibility)}")
    return value
