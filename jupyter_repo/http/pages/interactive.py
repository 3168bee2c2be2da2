"""The outputs of a notebook that need a script, as a document of their own for a closed frame.

Nothing here is sanitised: the document is hostile. It is answered under a policy that gives it an origin of its own (no
cookie, no storage, none of our pages), no network, no forms, no way out of its frame; and only into a frame of ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import nbformat
from markupsafe import Markup

POLICY = (
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src data: blob:; font-src data:; media-src data: blob:; connect-src 'none'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'"
)
"""of the document in the frame"""
JAVASCRIPT = ("application/javascript", "text/javascript")


# no policy that browsers know closes WebRTC, whose servers would learn who looks
NO_CALLS = Markup(
    "<script>for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection', 'RTCDataChannel', 'WebTransport']) "
    "Object.defineProperty(window, name, {value: undefined})</script>"
)


@dataclass(frozen=True)
class Scripted:
    """An output with a script: the number of its cell, and its HTML."""

    number: str
    html: str


def needs_script(data: Any) -> bool:
    """Would this output do more than its static form shows?"""
    if any(kind in data for kind in JAVASCRIPT):
        return True
    html = _text(data.get("text/html", "")).lower()
    return "<script" in html or "<iframe" in html or "<canvas" in html


def scripted(content: bytes) -> list[Scripted]:
    """All outputs of a notebook that need a script."""
    notebook = nbformat.reads(content.decode("utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    found = []
    for cell in notebook.cells:
        for output in cell.get("outputs") or []:
            data = output.get("data") or {}
            if needs_script(data):
                number = cell.get("execution_count")
                found.append(Scripted(str(number) if number is not None else " ", _html(data)))
    return found


def _html(data: Any) -> str:
    if "text/html" in data:
        return _text(data["text/html"])
    code = next(_text(data[kind]) for kind in JAVASCRIPT if kind in data)
    return f'<div id="output"></div><script>const element = document.getElementById("output");\n{code}\n</script>'


def _text(value: Any) -> str:
    return "".join(str(line) for line in value) if isinstance(value, list) else str(value)


def document(outputs: list[Scripted]) -> str:
    """The document for the frame: each output under the number of its cell."""
    page = Markup(
        '<!DOCTYPE html><meta charset="utf-8"><title>Interactive outputs</title><meta name="color-scheme" '
        'content="light"><style>body{{font:15px/1.5 system-ui,sans-serif;margin:12px;background:#fff;color:#1c2126}}'
        "h2{{font:600 13px/1 ui-monospace,monospace;color:#5b6670;margin:20px 0 8px}}</style>{}"
    )
    parts = (Markup("<h2>[{}]</h2><div>{}</div>").format(one.number, Markup(one.html)) for one in outputs)  # noqa: S704
    return str(page.format(NO_CALLS + Markup("").join(parts)))
