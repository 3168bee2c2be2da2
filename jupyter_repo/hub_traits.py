"""The settings of a repository beside a JupyterHub: what the hub says to its services, or an administrator."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from traitlets import Bool, HasTraits, Unicode, default

from .errors import InvalidRequest
from .upstream.hub import Hub


class HubTraits(HasTraits):
    """What a service that the hub starts finds in its environment (JUPYTERHUB_…); elsewhere it is configured."""

    hub_api_url = Unicode(
        config=True,
        help="Sign people in with the JupyterHub whose API is here: http://HUB:8081/hub/api. "
        "Default: JUPYTERHUB_API_URL.",
    )
    hub_url = Unicode(
        config=True,
        help="Where browsers find the hub: https://example.org/hub. Default: from JUPYTERHUB_HOST and _BASE_URL.",
    )
    hub_token = Unicode(
        config=True, help="The API token that the hub knows this service by. Default: JUPYTERHUB_API_TOKEN."
    )
    hub_client_id = Unicode(config=True, help="Its OAuth client there: service-NAME. Default: JUPYTERHUB_CLIENT_ID.")
    hub_callback = Unicode(
        config=True,
        help="Where the hub sends browsers back, as its oauth_redirect_uri has it. Default: /oauth_callback below "
        "the public address.",
    )
    hub_admins = Bool(
        False,
        config=True,
        help="Are the hub's administrators site administrators, and nobody else whom it signs in? The service needs "
        'oauth_client_allowed_scopes ["read:users!user"] to be told.',
    )
    local_passwords = Bool(
        True, config=True, help="May people sign up, and sign in with a password of this repository's own?"
    )

    @default("hub_api_url")
    def _default_hub_api_url(self) -> str:
        # a terminal in somebody's server has one too, and is no service
        return os.environ.get("JUPYTERHUB_API_URL", "") if os.environ.get("JUPYTERHUB_SERVICE_NAME") else ""

    @default("hub_url")
    def _default_hub_url(self) -> str:
        told = os.environ.get("JUPYTERHUB_PUBLIC_HUB_URL", "")
        return told or f"{os.environ.get('JUPYTERHUB_HOST', '')}{os.environ.get('JUPYTERHUB_BASE_URL', '/')}hub"

    @default("hub_token")
    def _default_hub_token(self) -> str:
        return os.environ.get("JUPYTERHUB_API_TOKEN", "")

    @default("hub_client_id")
    def _default_hub_client_id(self) -> str:
        return os.environ.get("JUPYTERHUB_CLIENT_ID", "")

    @default("hub_callback")
    def _default_hub_callback(self) -> str:
        return os.environ.get("JUPYTERHUB_OAUTH_CALLBACK_URL", "")

    @property
    def hub_path(self) -> str:
        """The path at which the hub's proxy shows this service, without a slash at the end; empty for none."""
        return os.environ.get("JUPYTERHUB_SERVICE_PREFIX", "").rstrip("/") if self.hub_api_url else ""

    @property
    def hub_public_url(self) -> str:
        """The service's whole address, where the hub knows it."""
        return os.environ.get("JUPYTERHUB_PUBLIC_URL", "") if self.hub_api_url else ""

    def hub_socket(self) -> tuple[str, int] | None:
        """Where the hub's proxy looks for this service; None where no hub started it."""
        parts = urlsplit(os.environ.get("JUPYTERHUB_SERVICE_URL", "") if self.hub_api_url else "")
        return (parts.hostname, parts.port or 80) if parts.hostname else None

    def hub(self, public_url: str) -> Hub | None:
        """The hub, where there is one. Raises InvalidRequest that says what is missing."""
        if not self.hub_api_url:
            if not self.local_passwords:
                raise InvalidRequest("without local passwords a JupyterHub must sign people in: set hub_api_url, too")
            return None
        here = self.hub_path or public_url.rstrip("/")
        needed = {"hub_url": self.hub_url, "hub_token": self.hub_token, "hub_client_id": self.hub_client_id}
        missing = [f"--ServeApp.{name}" for name, value in needed.items() if not value]
        if not here and not self.hub_callback:
            missing.append("--public-url")
        if missing:
            raise InvalidRequest(f"to sign people in with JupyterHub, set {', '.join(missing)} as well")
        return Hub(
            api_url=self.hub_api_url.rstrip("/"),
            authorize_url=f"{self.hub_url.rstrip('/')}/api/oauth2/authorize",
            client_id=self.hub_client_id,
            secret=self.hub_token,
            callback=self.hub_callback or f"{here}/oauth_callback",
            admins=self.hub_admins,
        )
