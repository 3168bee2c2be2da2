"""Does a version fit a dependency? conda's match specs, as far as choosing what `current_repodata.json` needs asks for.

Grammar: `name [version [build]]`, a version being alternatives by `|` of conditions by `,`, in brackets where need be
(CEP 29). What can't be read fits everything: then nothing is added for it, and clients ask for `repodata.json`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fnmatch import fnmatchcase
from functools import lru_cache

from .versions import version_key

Fits = Callable[[str], bool]

_SPEC = re.compile(r"([a-zA-Z0-9_.\-]+)\s*(.*)", re.DOTALL)
_TOKEN = re.compile(r"\s*([(),|]|[^(),|]+)")
_CONDITION = re.compile(r"(===|==|!=|>=|<=|~=|=|<|>)?([^=<>~\s]+)")
_WITH_BUILD = re.compile(r"((?:==?)?[^=<>~!,|()][^=<>~,|()]*)=([^=<>~,|()]+)")


@lru_cache(maxsize=1 << 14)
def parsed(spec: str) -> tuple[str, Fits, str]:
    """The name a dependency asks for, whether a version fits, and the pattern of its build."""
    plain = spec.partition("#")[0].partition(";")[0].partition("[")[0].strip()
    match = _SPEC.fullmatch(plain)
    if match is None:
        return "", _anything, "*"
    name, rest = match.groups()
    rest = re.sub(r"\s*([,|<>=!~()])\s*", r"\1", rest.strip())  # spaces within a version part nothing
    version, _, build = rest.partition(" ")
    joined = _WITH_BUILD.fullmatch(version)
    if joined is not None:  # as in `name=1.2=py39_0`
        version, build = joined.groups()
    try:
        return name.lower(), _Reader(version).read() if version else _anything, build.strip() or "*"
    except (ValueError, IndexError):
        return name.lower(), _anything, "*"


def fits(spec: str, version: str, build: str) -> bool:
    """Does a package of that version and build fit the dependency (its name apart)?"""
    _, check, pattern = parsed(spec)
    return check(version) and fnmatchcase(build, pattern)


def _anything(version: str) -> bool:  # noqa: ARG001
    return True


class _Reader:
    """Alternatives of conjunctions of conditions; `,` binds more tightly than `|`."""

    def __init__(self, text: str) -> None:
        self._tokens = [found.strip() for found in _TOKEN.findall(text)]
        self._at = 0

    def read(self) -> Fits:
        found = self._either()
        if self._at != len(self._tokens):
            raise ValueError("something is left over")
        return found

    def _next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _either(self) -> Fits:
        found = [self._both()]
        while self._next() == "|":
            self._at += 1
            found.append(self._both())
        return found[0] if len(found) == 1 else lambda version: any(one(version) for one in found)

    def _both(self) -> Fits:
        found = [self._one()]
        while self._next() == ",":
            self._at += 1
            found.append(self._one())
        return found[0] if len(found) == 1 else lambda version: all(one(version) for one in found)

    def _one(self) -> Fits:
        word = self._tokens[self._at]
        self._at += 1
        if word == "(":
            found = self._either()
            if self._next() != ")":
                raise ValueError("a bracket is open")
            self._at += 1
            return found
        return _condition(word)


def _condition(text: str) -> Fits:
    match = _CONDITION.fullmatch(text)
    if match is None:
        raise ValueError(text)
    sign, wanted = match.groups()
    if wanted == "*":
        return _anything
    star = wanted.endswith("*")
    prefix = wanted.rstrip("*").rstrip(".")
    if "*" in prefix or not prefix:
        raise ValueError(text)
    if sign == "=" or (star and sign in (None, "==", "===")):
        return lambda version: _begins(version, prefix)
    if star and sign == "!=":
        return lambda version: not _begins(version, prefix)
    key = version_key(prefix)
    if sign == "~=":
        family = prefix.rpartition(".")[0]
        return lambda version: version_key(version) >= key and _begins(version, family)
    return {
        "<": lambda version: version_key(version) < key,
        "<=": lambda version: version_key(version) <= key,
        ">": lambda version: version_key(version) > key,
        ">=": lambda version: version_key(version) >= key,
        "!=": lambda version: version_key(version) != key,
    }.get(sign or "==", lambda version: version_key(version) == key)


def _begins(version: str, prefix: str) -> bool:
    """Is the version the prefix, or one that goes on after it? 1.2 begins 1.2.3 and 1.2a, not 1.20."""
    asked, has = prefix.lower().replace("-", "_"), version.lower().replace("-", "_").partition("+")[0]
    if version_key(has) == version_key(asked):
        return True
    if "!" in has and "!" not in asked:
        return False
    return has.startswith(asked) and not (has[len(asked)].isdigit() and asked[-1].isdigit())
