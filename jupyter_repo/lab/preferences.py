"""What the person chose in the panel and in JupyterLab's settings, kept beside the repository's data."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict

from .. import guard
from ..client.files import read_json, write_json
from ..client.profiles import check_url
from ..errors import InvalidRequest
from ..guard import FIXED, LARGE_OUTPUT, TITLES, Choice
from ..models import Visibility

MIB = 1 << 20
KEYS = ("url", "default_channel", "default_visibility", "guard")


class GuardDocument(TypedDict):
    """Which kinds of findings are not looked for, and how large an output may be."""

    off: list[str]
    max_output_mib: float


class RuleDocument(TypedDict):
    """A kind of findings; `fixed` ones are always looked for."""

    kind: str
    title: str
    fixed: bool


class PreferencesDocument(TypedDict):
    """The settings as the panel reads them; `url_fixed`: the server's configuration says which repository."""

    url: str
    default_channel: str
    default_visibility: str
    guard: GuardDocument
    rules: list[RuleDocument]
    url_fixed: bool


class Preferences:
    """The file `panel.json`; what it can't be read as is as if nothing was chosen."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "panel.json"
        self._lock = threading.Lock()
        self._values = read_json(self._path)

    @property
    def url(self) -> str:
        """The repository that was chosen; "": the embedded one."""
        return self._text("url")

    @property
    def default_channel(self) -> str:
        """Where new things go; "": to one's own channel."""
        return self._text("default_channel")

    @property
    def default_visibility(self) -> str:
        """Who sees new things; "": everybody."""
        return self._text("default_visibility")

    @property
    def guard(self) -> Choice:
        """What the publish guard looks for."""
        kept = self._values.get("guard")
        values = kept if isinstance(kept, dict) else {}
        off, large = values.get("off"), values.get("max_output_mib")
        return Choice(
            frozenset(str(kind) for kind in off) - FIXED if isinstance(off, list) else frozenset(),
            int(large * MIB) if isinstance(large, int | float) and not isinstance(large, bool) else LARGE_OUTPUT,
        )

    def active(self, credential: str) -> str:
        """The account chosen last in the repository of that credential; "": none."""
        kept = self._values.get("active")
        return str(kept.get(credential) or "") if isinstance(kept, dict) else ""

    def activate(self, credential: str, channel: str) -> None:
        """Choose an account of that repository."""
        kept = self._values.get("active")
        self._keep({"active": {**(kept if isinstance(kept, dict) else {}), credential: channel}})

    def change(self, changes: Mapping[str, object]) -> None:
        """Keep what was said of the settings; InvalidRequest, and nothing is kept, for what means nothing."""
        said = {key: changes[key] for key in KEYS if key in changes}
        if not said:
            raise InvalidRequest(f"Nothing to change: say one of {', '.join(KEYS)}")
        for key in ("url", "default_channel", "default_visibility"):
            if not isinstance(said.get(key, ""), str):
                raise InvalidRequest(f"{key!r} must be a text")
        if said.get("url"):
            said["url"] = check_url(str(said["url"]))
        if said.get("default_visibility") and said["default_visibility"] not in set(Visibility):
            raise InvalidRequest(f"{said['default_visibility']!r} is no access: choose one of {', '.join(Visibility)}")
        if "guard" in said:
            said["guard"] = _checked(said["guard"])
        self._keep(said)

    def document(self, *, url_fixed: bool, url: str) -> PreferencesDocument:
        """As JSON, with the rules there are."""
        chosen = self.guard
        return {
            "url": url,
            "default_channel": self.default_channel,
            "default_visibility": self.default_visibility,
            "guard": {"off": sorted(chosen.off), "max_output_mib": chosen.large_output / MIB},
            "rules": [{"kind": kind, "title": title, "fixed": kind in FIXED} for kind, title in TITLES.items()],
            "url_fixed": url_fixed,
        }

    def _text(self, key: str) -> str:
        value = self._values.get(key)
        return value if isinstance(value, str) else ""

    def _keep(self, changes: dict[str, object]) -> None:
        with self._lock:
            self._values = {**self._values, **changes}
            write_json(self._path, self._values)


def _checked(value: object) -> dict[str, object]:
    """The guard's settings, or InvalidRequest."""
    values = value if isinstance(value, dict) else {}
    off, large = values.get("off", []), values.get("max_output_mib", guard.LARGE_OUTPUT / MIB)
    if not isinstance(off, list) or not all(kind in TITLES for kind in off):
        raise InvalidRequest(f"'guard.off' must be a list of rules: {', '.join(sorted(set(TITLES) - FIXED))}")
    if fixed := sorted(FIXED & set(off)):
        raise InvalidRequest(f"{TITLES[fixed[0]].capitalize()} is always looked for: it can't be switched off")
    if not isinstance(large, int | float) or isinstance(large, bool) or not 0 < large <= 1024:
        raise InvalidRequest("'guard.max_output_mib' must be a number of MiB, up to 1024")
    return {"off": sorted(off), "max_output_mib": large}
