"""The settings editor's choices, which take effect at once."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..preferences import DEFAULT_OUTPUT_MIB, Preferences, watch_from
from .base import RepoHandler


class PreferencesHandler(RepoHandler):
    """Address, active channel, access of new things, and what the publish guard looks for."""

    @web.authenticated
    @authorized
    async def put(self) -> None:
        """Body: `address`, `channel`, `access`, `guard_off`, `guard_output_mib`; answers the new status."""
        fields = self.fields()
        wanted = Preferences(
            address=fields.text("address", ""),
            channel=fields.text("channel", ""),
            visibility=fields.visibility("access"),
            watch=watch_from(fields.texts("guard_off"), fields.value("guard_output_mib", DEFAULT_OUTPUT_MIB)),
        )
        await self.connection.move(wanted.address)
        self.app.preferences = wanted
        self.send(await self.off_loop(self.status))


ROUTES = [(r"/jupyter-repo/preferences", PreferencesHandler)]
