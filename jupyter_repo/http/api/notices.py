"""The notices of a channel, for those who keep it."""

from __future__ import annotations

from datetime import datetime

from ...errors import InvalidRequest
from ...service import notices
from ...service.notices import Notice
from ...service.work import Work
from . import documents
from .base import ApiHandler


def document(found: list[Notice]) -> dict[str, object]:
    """Notices as CEP 6 has them."""
    return {
        "notices": [
            {
                "id": str(one.id),
                "message": one.message,
                "level": one.level,
                "created_at": documents.time(one.created_at),
                "expires_at": documents.time(one.expires_at),
            }
            for one in found
        ]
    }


class ChannelNoticesHandler(ApiHandler):
    """`/api/notices/{owner}`."""

    async def get(self, owner: str) -> None:
        """The notices that conda shows."""
        self.send_json(document(await self.read(lambda work: notices.shown(work, self.actor, owner))))

    async def put(self, owner: str) -> None:
        """Replace them: `notices`, a list of `message`, `level` (info, warning, critical) and `expires_at`."""
        sent = self.json_body().get("notices")
        if not isinstance(sent, list) or not all(isinstance(one, dict) for one in sent):
            raise InvalidRequest("notices must be a list of objects")
        try:
            wanted = [
                (str(one["message"]), str(one.get("level", "info")), datetime.fromisoformat(str(one["expires_at"])))
                for one in sent
            ]
        except (KeyError, ValueError) as error:
            raise InvalidRequest(f"each notice needs a message, and expires_at as ISO 8601 ({error})") from error

        def change(work: Work) -> dict[str, object]:
            return document(notices.replace(work, self.actor, owner, wanted))

        self.send_json(await self.write_work(change))
