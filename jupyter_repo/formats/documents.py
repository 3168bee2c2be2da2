"""JSON and text from strangers, made safe to store and to send on.

What passes here can be written as UTF-8, kept in any database and encoded as JSON again: no lone surrogates, no
NUL, no infinities, no number beyond 64 bits, no nesting that ends in a recursion error.
"""

from __future__ import annotations

import json
import math
import re
from typing import NoReturn

from .reading import Reading, shown

_UNSAFE = re.compile("[\x00\ud800-\udfff]")
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def read_json(reading: Reading, data: bytes, what: str, way_out: str) -> object:
    """The value of the JSON document `data`, called `what` in messages. Raises InvalidPackage."""
    if data.count(b",") + data.count(b"[") + data.count(b"{") > reading.limits.values:
        raise reading.refuse(f"{what} has more than {reading.limits.values} values", way_out)
    try:
        value: object = json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
    except RecursionError:
        raise reading.refuse(f"{what} is nested too deeply", way_out) from None
    except UnicodeDecodeError:
        raise reading.refuse(f"{what} is not UTF-8 text", way_out) from None
    except ValueError as error:
        raise reading.refuse(f"{what} is not JSON ({error})", way_out) from None
    flaw = _flaw(value, reading.limits.depth)
    if flaw:
        raise reading.refuse(f"{what} {flaw}", way_out)
    return value


def read_object(reading: Reading, data: bytes, what: str, way_out: str) -> dict[str, object]:
    """The same for a document that must be a JSON object."""
    value = read_json(reading, data, what, way_out)
    if not isinstance(value, dict):
        raise reading.refuse(f"{what} is not a JSON object", way_out)
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _flaw(value: object, depth: int) -> str:
    """What makes the value unsafe to keep; empty if nothing does. Level by level, without recursion."""
    level = [value]
    for _ in range(depth):
        below: list[object] = []
        for item in level:
            match item:
                case dict():
                    below.extend(item)
                    below.extend(item.values())
                case list():
                    below.extend(item)
                case str() if _UNSAFE.search(item):
                    return f"holds a text that can't be kept, {shown(item)}"
                case bool():
                    pass
                case int() if not -(1 << 63) <= item < 1 << 63:
                    return "holds a number of more than 64 bits"
                case float() if not math.isfinite(item):
                    return "holds a number that is too large"
        if not below:
            return ""
        level = below
    return "is nested too deeply"


def clean(text: object, limit: int = 100_000) -> str:
    """A text for people: at most `limit` characters, nothing invisible; empty for what is no text."""
    if not isinstance(text, str):
        return ""
    return _INVISIBLE.sub("", text[:limit].replace("\r\n", "\n")).strip()


def one_line(text: object, limit: int = 500) -> str:
    """A summary: the words of `text` on one line, shortened at `limit`."""
    line = " ".join(clean(text).split())
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"
