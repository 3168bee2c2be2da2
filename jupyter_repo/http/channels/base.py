"""What conda's and pip's addresses share: the answers to wrong tokens, and errors that conda shows."""

from __future__ import annotations

import orjson

from ...errors import Forbidden, RepoError
from ...service import tokens
from ..base import ended
from ..delivery import DeliveryHandler


class ChannelHandler(DeliveryHandler):
    """An address below a channel; the channel's name is the path argument `owner`."""

    async def refuse_token(self) -> None:
        """An unknown token is refused; a dead one where it would have opened something, else it is only reported."""
        dead = self.dead_token
        if dead is None:
            raise Forbidden(
                "this token is not known here; look for typing errors, or make a new one", code="token_unknown"
            )
        owner = str(self.path_kwargs.get("owner", ""))
        if await self.read(lambda work: tokens.would_open(work, dead, owner)):
            renew = f"{self.base_url}/{dead.channel}/settings/access"
            raise Forbidden(
                f"the token {dead.name!r} {ended(dead)}; make a new one at {renew}",
                code="token_expired",
                name=dead.name,
                expired_at=(dead.revoked_at or dead.expires_at or dead.created_at).isoformat(timespec="seconds"),
                renew_url=renew,
            )
        self.set_header("Conda-Token-Warning", f"the token {dead.name!r} {ended(dead)}".encode("ascii", "replace"))

    def show_error(self, error: RepoError) -> None:
        """Problem details (RFC 9457): conda prints `detail` to its user."""
        self.set_header("Content-Type", "application/problem+json")
        self.finish(orjson.dumps({"title": error.code, **error.body()}))
