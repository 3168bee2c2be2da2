"""What programs ask while their person signs them in by browser: discovery, tokens, devices, who it is.

Offered only where people see the repository by https: a code or token must not cross a network in the clear.
"""

from __future__ import annotations

from ...errors import NotFound, RepoError
from ...models import Actor
from ...permissions import SCOPES
from ...service import accounts, oauth
from ...service.oauth import Answer
from ...service.work import Work
from ..base import RepoHandler
from .base import ApiHandler

CODE_GRANT = "authorization_code"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


def check_offered(handler: RepoHandler) -> None:
    """NotFound where there is no https address of which the administrator said that it is this repository's."""
    if not offered(handler):
        raise NotFound("signing in by browser needs a repository whose public URL is https")


def offered(handler: RepoHandler) -> bool:
    """Is signing in by browser possible here? A request's own Host header is no proof of an address."""
    return (handler.site.public_url or "").startswith("https://")


class OAuthHandler(ApiHandler):
    """An address of OAuth's own; its errors have OAuth's own shape."""

    tolerant = True  # a program signs in again while a dead token lies around

    async def prepare(self) -> None:
        """Nothing of it is there without https."""
        self._refuse_foreign_host()
        check_offered(self)
        self.actor = Actor(None, None, self.request.remote_ip or "")

    def show_error(self, error: RepoError) -> None:
        """RFC 6749, 5.2."""
        self.set_header("Content-Type", "application/json")
        code = "slow_down" if error.status == 429 else error.code
        body = {"error": code, "error_description": error.message}
        self.send_json(body, error.status)

    def answer(self, answer: Answer) -> None:
        """A token, or why there is none."""
        if answer.error:
            self.send_json({"error": answer.error, "error_description": answer.text}, 400)
            return
        seconds = int(oauth.ACCESS_LIFETIME.total_seconds())
        self.send_json({"access_token": answer.token, "token_type": "Bearer", "expires_in": seconds})


class DiscoveryHandler(OAuthHandler):
    """`/.well-known/openid-configuration`."""

    async def get(self) -> None:
        """Where everything is (OpenID Connect Discovery, RFC 8414)."""
        base = self.base_url
        self.send_json(
            {
                "issuer": base,
                "authorization_endpoint": f"{base}/oauth/authorize",
                "token_endpoint": f"{base}/oauth/token",
                "device_authorization_endpoint": f"{base}/oauth/device",
                "userinfo_endpoint": f"{base}/oauth/userinfo",
                "jwks_uri": f"{base}/oauth/jwks",
                "response_types_supported": ["code"],
                "response_modes_supported": ["query"],
                "grant_types_supported": [CODE_GRANT, DEVICE_GRANT],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["none"],
                "subject_types_supported": ["public"],
                "scopes_supported": ["openid", "profile", "email", *SCOPES],
                "authorization_response_iss_parameter_supported": True,
            }
        )


class KeysHandler(OAuthHandler):
    """`/oauth/jwks`."""

    async def get(self) -> None:
        """No keys: tokens are not signed documents but random strings that only the repository can judge."""
        self.send_json({"keys": []})


class TokenHandler(OAuthHandler):
    """`/oauth/token`."""

    async def post(self) -> None:
        """Exchange a code (with its PKCE verifier) or a device's code for a token that lives for an hour."""
        grant, client = self.get_body_argument("grant_type", ""), self.get_body_argument("client_id", "")
        address = self.request.remote_ip or ""
        if grant == CODE_GRANT:
            code, redirect, verifier = (
                self.get_body_argument(name, "") for name in ("code", "redirect_uri", "code_verifier")
            )
            answer = await self.write_work(
                lambda work: oauth.redeem_code(work, client, code, redirect, verifier, address=address)
            )
        elif grant == DEVICE_GRANT:
            code = self.get_body_argument("device_code", "")
            answer = await self.write_work(lambda work: oauth.redeem_device(work, client, code, address=address))
        else:
            answer = Answer(error="unsupported_grant_type", text=f"use {CODE_GRANT} or {DEVICE_GRANT}")
        self.answer(answer)


class DeviceAuthorizationHandler(OAuthHandler):
    """`/oauth/device`."""

    async def post(self) -> None:
        """A device begins: codes for itself and for its person (RFC 8628, 3.2)."""
        client, scope = self.get_body_argument("client_id", ""), self.get_body_argument("scope", "")
        address = self.request.remote_ip or ""
        device = await self.write_work(lambda work: oauth.begin_device(work, client, scope, address=address))
        self.send_json(
            {
                "device_code": device.secret,
                "user_code": device.user_code,
                "verification_uri": f"{self.base_url}/device",
                "verification_uri_complete": f"{self.base_url}/device?code={device.user_code}",
                "expires_in": int(oauth.DEVICE_LIFETIME.total_seconds()),
                "interval": oauth.INTERVAL,
            }
        )


class UserInfoHandler(ApiHandler):
    """`/oauth/userinfo`."""

    async def prepare(self) -> None:
        """Nothing of it is there without https."""
        check_offered(self)
        await super().prepare()

    async def get(self) -> None:
        """Who the token acts for (OpenID Connect Core, 5.3)."""

        def look(work: Work) -> dict[str, object]:
            me = accounts.me(work, self.actor)
            return {
                "sub": str(me.id),
                "preferred_username": me.name,
                "name": me.display_name or me.name,
                "email": me.email,
                "email_verified": accounts.email_confirmed(work, me),
            }

        self.send_json(await self.read(look))
