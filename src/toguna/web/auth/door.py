"""`Door`: the issuer people sign in with. OpenID Connect, authorisation code with PKCE, state and nonce."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import httpx
from authlib.integrations.base_client.errors import OAuthError  # type: ignore[import-untyped]
from authlib.integrations.starlette_client import OAuth  # type: ignore[import-untyped]
from fastapi import Request, Response
from joserfc.errors import JoseError

from toguna.core.words import N_
from toguna.web.auth.roles import Role, roles_of
from toguna.web.problems import Problem
from toguna.web.settings import Settings

CALLBACK = "/auth/callback"
SESSION_SECONDS = 8 * 3600  # a working day; roles taken away elsewhere end with it at the latest
# An issuer signs with a key of its own; a token signed with a shared secret, or not at all, is refused.
_SIGNED = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})


class Door:
    """Where people come in: the issuer they sign in with, and the roles its claims give."""

    def __init__(self, settings: Settings, given: Mapping[str, tuple[Role, ...]]) -> None:
        self._settings, self._given = settings, given
        self._issuer = settings.oidc_issuer.rstrip("/")
        oauth = OAuth()
        self._client = oauth.register(
            "issuer",
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret.get_secret_value() or None,
            server_metadata_url=f"{self._issuer}/.well-known/openid-configuration",
            client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256", "timeout": 10},
        )

    async def send_away(self, request: Request) -> Response:
        """Return the way to the issuer; who comes back is known by state and nonce in the session."""
        try:
            await self._known()
            answer: Response = await self._client.authorize_redirect(
                request, self._settings.public_url.rstrip("/") + CALLBACK
            )
        except (httpx.HTTPError, OAuthError, ValueError):
            raise _away() from None
        return answer

    async def let_in(self, request: Request) -> dict[str, Any]:
        """Return who came back from the issuer.

        Raises
        ------
        Problem
            What came back is not what was asked for, or gives no role here.
        """
        try:
            claims = await self._claims(request)
        except (OAuthError, JoseError):
            wrong = N_("Signing in did not work: what came back was not what was asked for. Begin again.")
            raise Problem(401, "sign-in-failed", wrong) from None
        except (httpx.HTTPError, ValueError):
            raise _away() from None
        roles = roles_of(claims, self._settings.oidc_roles_claim, self._given)
        if not roles:
            raise Problem(403, "no-role", N_("You signed in, but have no role here. Ask whoever gives roles."))
        name = next((claims[key] for key in ("name", "preferred_username", "email") if claims.get(key)), claims["sub"])
        return {
            "id": str(claims["sub"]),
            "name": str(name)[:80],
            "roles": [role.value for role in roles],
            "until": int(time.time()) + SESSION_SECONDS,
        }

    async def _claims(self, request: Request) -> Mapping[str, Any]:
        """Return what the issuer says of who came back, its token checked."""
        await self._known()
        token = await self._client.authorize_access_token(request)
        claims: Mapping[str, Any] | None = token.get("userinfo")
        if not claims:
            raise OAuthError("no_id_token", "the issuer sent no ID token")
        if roles_of(claims, self._settings.oidc_roles_claim, self._given):
            return claims
        return await self._more(token, claims)

    async def _more(self, token: Mapping[str, Any], claims: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the claims with those the issuer tells only when asked."""
        metadata = await self._client.load_server_metadata()
        if "userinfo_endpoint" not in metadata:
            return claims
        told = await self._client.userinfo(token=token)
        return {**claims, **told} if told.get("sub") == claims["sub"] else claims

    async def _known(self) -> None:
        """Read what the issuer says of itself, and refuse one that is another than was meant."""
        metadata = await self._client.load_server_metadata()
        if str(metadata.get("issuer", "")).rstrip("/") != self._issuer:
            raise OAuthError("wrong_issuer", "the issuer calls itself by another name")
        signed = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        metadata["id_token_signing_alg_values_supported"] = [one for one in signed if one in _SIGNED]


def _away() -> Problem:
    return Problem(503, "issuer-away", N_("The service that people sign in with does not answer. Try again later."))
