"""The part of the REST API about other people's notebooks: forks of them, and changes suggested to them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from .bodies import Body
from .progress import QUIET, Progress
from .transport import CHECK_SECONDS, Transport, segment

Document = dict[str, Any]


class ExchangeClient(Transport):
    """One method for each endpoint; the errors are those of every request."""

    def lineage(self, channel: str, name: str) -> Document:
        """`forked_from` (or None) and `forks`, as far as the caller may see them."""
        return self.get(f"/forks/{segment(channel)}/{segment(name)}", dict)

    def fork(self, channel: str, name: str, wishes: Mapping[str, str]) -> Document:
        """Fork a notebook; `wishes`: `version`, `channel`, `name`, `visibility` say which and what it becomes."""
        path = f"/forks/{segment(channel)}/{segment(name)}"
        return self.document(self.request("POST", path, json=dict(wishes)), dict)

    def suggest(
        self,
        channel: str,
        name: str,
        notebook: bytes,
        *,
        message: str,
        base_version: str = "",
        allow_findings: bool = False,
        progress: Progress = QUIET,
    ) -> Document:
        """Suggest a notebook's bytes as a next version."""
        params = {"message": message, "base_version": base_version, "allow_findings": "1" if allow_findings else ""}
        response = self.request(
            "PUT",
            f"/suggest/{segment(channel)}/{segment(name)}/{segment(name)}.ipynb",
            params={key: value for key, value in params.items() if value},
            data=Body([io.BytesIO(notebook)], progress),
            headers={"Content-Type": "application/octet-stream"},
            patience=CHECK_SECONDS,
        )
        return self.document(response, dict)

    def suggestions(self, box: str = "in", *, full_name: str = "", state: str = "") -> list[Document]:
        """The suggestions to decide (in), or one's own (out), newest first."""
        params = {"box": box, "full_name": full_name, "state": state}
        return self.get("/suggestions", list, {key: value for key, value in params.items() if value})

    def suggestion(self, key: str) -> Document:
        """One suggestion."""
        return self.get(f"/suggestions/{segment(key)}", dict)

    def suggested_notebook(self, key: str) -> bytes:
        """The notebook as it was suggested."""
        return self.request("GET", f"/suggestions/{segment(key)}/notebook", headers={"Accept": "*/*"}).content

    def decide(self, key: str, action: str, word: str = "") -> Document:
        """`accept` (which publishes it), `decline` or `withdraw` a suggestion."""
        body = {"action": action, "word": word}
        return self.document(self.request("POST", f"/suggestions/{segment(key)}", json=body), dict)
