"""Two notebooks compared as a page shows them: outputs and Markdown drawn, before and after.

They are drawn as on a notebook's own page, so nothing of them runs and nothing foreign is asked for.
"""

from __future__ import annotations

from typing import Any

import orjson
from markupsafe import Markup

from ...diffing import diff
from . import rendering
from .bounds import Budget

WHOLE_BYTES = 4 << 20
"""of outputs and Markdown that are drawn; what has no room is told in words"""
SIDES = ("before", "after")


def compared(base: bytes, head: bytes) -> bytes:
    """The comparison as JSON, to be kept; `loaded` reads it. Raises InvalidPackage."""
    found: Any = diff(base, head, whole=WHOLE_BYTES)
    budget = Budget()
    for cell in found["cells"]:
        for side in SIDES:
            for output in cell["outputs"]:
                said = output[side]
                output[side] = None if said is None or budget.spent else _drawn(said)
            if cell["texts"] and (said := cell["texts"][side]):
                cell["texts"][side] = None if budget.spent else str(rendering.text(**said))
    return orjson.dumps(found)


def _drawn(said: dict[str, Any]) -> list[dict[str, str]]:
    return [{"kind": one.kind, "content": str(one.content)} for one in rendering.output(said)]


def loaded(kept: bytes) -> dict[str, Any]:
    """What `compared` made, for the template."""
    found: dict[str, Any] = orjson.loads(kept)
    for cell in found["cells"]:
        for side in SIDES:
            for one in (one for output in cell["outputs"] for one in output[side] or []):
                if one["kind"] != "image":
                    one["content"] = Markup(one["content"])  # noqa: S704  # sanitised before it was kept
            if cell["texts"] and cell["texts"][side] is not None:
                cell["texts"][side] = Markup(cell["texts"][side])  # noqa: S704  # the same
    return found
