"""Environments: the `environment.yml` that conda, mamba and pixi read.

Format: https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html. Every scalar is read
as the text it is, so `name: 1.10` stays `1.10`, and no YAML tag means anything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import BinaryIO

import yaml

from ..errors import InvalidName
from ..models import Kind, PackageInfo
from ..names import check_package, slug
from .documents import one_line
from .reading import MIB, Reading

_EXPORT = "write it again with `conda env export`, or `%repo publish-env` in a notebook, and upload that"
_WRITE_OUT = "write the values out where they are used"
_LOADER: type[yaml.BaseLoader] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_USER_INFO = re.compile(r"(?i)([a-z][a-z0-9+.-]*://)[^/\s@]*@")
_TOKEN = re.compile(r"/t/[^/\s]+")
_FEW = 4


def read_environment(reading: Reading, file: BinaryIO) -> PackageInfo:
    """What the environment asks for. `attrs`: name, channels, dependencies, pip; credentials in addresses are left out
    of them. The name is None where the file has none. Raises InvalidPackage.
    """  # noqa: D205
    document = load_environment(reading, file)
    conda, pip = _dependencies(reading, document)
    channels = _texts(reading, document.get("channels") or [], "channels")
    name = document.get("name")
    told = one_line(name, 200) if isinstance(name, str) else ""
    return PackageInfo(
        kind=Kind.ENVIRONMENT,
        name=_package_name(told),
        version=None,
        basename=reading.filename,
        summary=_summary(conda, pip),
        attrs={"name": told or None, "channels": channels, "dependencies": conda, "pip": pip},
        text=" ".join([*conda, *pip])[: reading.limits.text],
    )


def load_environment(reading: Reading, file: BinaryIO) -> Mapping[str, object]:
    """The YAML document, which must be a mapping with `dependencies`."""
    if reading.size > reading.limits.environment:
        raise reading.refuse(f"an environment may have {reading.limits.environment // MIB} MiB", _EXPORT)
    file.seek(0)
    data = file.read()
    reading.spend(len(data))
    _check_events(reading, data)
    try:
        document = yaml.load(data, Loader=_LOADER)  # noqa: S506  # the base loader makes texts, lists and dicts only
    except yaml.YAMLError as error:
        raise _broken(reading, error) from None
    except (ValueError, TypeError, RecursionError) as error:
        # a mapping whose key is a list, say
        raise reading.refuse(f"it is not plain YAML ({one_line(str(error), 200)})", _EXPORT) from None
    if not isinstance(document, dict) or "dependencies" not in document:
        raise reading.refuse("it has no `dependencies`, so it is not an environment", _EXPORT)
    return document


def _check_events(reading: Reading, data: bytes) -> None:
    """Refuse aliases (nine of them nested stand for a billion values) and depth before anything is built."""
    depth = values = 0
    try:
        for event in yaml.parse(data, Loader=_LOADER):
            match event:
                case yaml.AliasEvent():
                    raise reading.refuse(f"it uses the YAML alias *{one_line(event.anchor, 50)}", _WRITE_OUT)
                case yaml.CollectionStartEvent():
                    depth += 1
                case yaml.CollectionEndEvent():
                    depth -= 1
            values += 1
            if depth > reading.limits.depth or values > reading.limits.values:
                raise reading.refuse("it is nested too deeply", _EXPORT)
    except yaml.YAMLError as error:
        raise _broken(reading, error) from None
    except (ValueError, RecursionError) as error:
        raise reading.refuse(f"it is not plain YAML ({one_line(str(error), 200)})", _EXPORT) from None


def _broken(reading: Reading, error: yaml.YAMLError) -> Exception:
    problem, mark = getattr(error, "problem", None), getattr(error, "problem_mark", None)
    where = f"line {mark.line + 1}: " if mark is not None else ""
    return reading.refuse(f"it is not YAML ({where}{one_line(problem or str(error), 200)})", _EXPORT)


def _dependencies(reading: Reading, document: Mapping[str, object]) -> tuple[list[str], list[str]]:
    """The conda specs and, from the `pip:` entry among them, the pip requirements."""
    items = document["dependencies"]
    # an empty entry is the empty text to the base loader
    items = [] if items == "" else items
    if not isinstance(items, list):
        raise reading.refuse("its `dependencies` are not a list", _EXPORT)
    conda: list[str] = []
    pip: list[str] = []
    for item in items:
        if isinstance(item, dict):
            if set(item) != {"pip"}:
                other = ", ".join(sorted(one_line(str(key), 50) for key in item)[:_FEW])
                raise reading.refuse(f"its `dependencies` hold {other}, and only `pip` is known", _EXPORT)
            pip += _texts(reading, item["pip"] or [], "pip dependencies")
        else:
            conda += _texts(reading, [item], "dependencies")
    return conda, pip


def _texts(reading: Reading, value: object, what: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise reading.refuse(f"its {what} are not a list of texts", _EXPORT)
    return [_without_credentials(one_line(item, 1000)) for item in value if item]


def _without_credentials(text: str) -> str:
    """`text` without `user:password@` and `/t/<token>` in its addresses."""
    return _TOKEN.sub("", _USER_INFO.sub(r"\1", text)) if "://" in text else text


def _package_name(name: str) -> str | None:
    """A legal package name as near as may be to the environment's."""
    try:
        return check_package(name)
    except InvalidName:
        near = slug(name)
        return None if near == "untitled" else near


def _summary(conda: list[str], pip: list[str]) -> str:
    """`python=3.12, numpy, pandas and 12 more`."""
    wanted = [spec for spec in [*conda, *pip] if spec != "pip"]
    more = len(wanted) - _FEW
    text = ", ".join(wanted[:_FEW])
    return one_line(f"{text} and {more} more" if more > 0 else text, 300)
