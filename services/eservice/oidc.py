"""OpenID Connect: code flow with PKCE (RFC 7636), and logout by back channel (OIDC Back-Channel Logout 1.0)."""

import asyncio
import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import jwt

from services.eservice.settings import EserviceSettings

LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
ALGORITHMS = ["RS256"]


class LoginRefusedError(Exception):
    """The identity provider's answer is not one that we may trust."""


class ProviderAwayError(Exception):
    """The identity provider does not answer."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the identity provider gave for a session; it stays on the server."""

    access: str
    refresh: str | None
    id_token: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Leaving:
    """What must come back the same from a login: state, nonce, the PKCE verifier; and where to go then."""

    state: str
    nonce: str
    verifier: str
    wanted: str


class Provider:
    """The identity provider, by the addresses that Keycloak gives a realm."""

    def __init__(self, settings: EserviceSettings, http: httpx.AsyncClient) -> None:
        self.settings, self.http = settings, http
        self.internal = f"{settings.oidc_internal_url}/protocol/openid-connect"
        self.public = f"{settings.oidc_issuer}/protocol/openid-connect"
        self.keys = jwt.PyJWKClient(f"{self.internal}/certs", lifespan=600, timeout=5)
        self.redirect_uri = f"{settings.public_base_url}/logga-in/retur"

    def leave(
        self, wanted: str, *, acr_values: str = "", scope: str = "openid", kc_idp_hint: str = ""
    ) -> tuple[Leaving, str]:
        """A new login: what to remember of it, and the address to send the browser to.

        `acr_values`: the level that is asked for, `2` with a second factor. `scope`: words with spaces between.
        `kc_idp_hint`: the provider to log in with, without Keycloak's own page; a session that the browser still has at
        Keycloak comes first, so end that one before (`end`).
        """
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        leaving = Leaving(state, nonce, verifier, wanted)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(leaving.verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code", "client_id": self.settings.client_id, "redirect_uri": self.redirect_uri,
            "scope": scope, "state": leaving.state, "nonce": leaving.nonce, "code_challenge": challenge,
            "code_challenge_method": "S256", "ui_locales": "sv", "acr_values": acr_values, "kc_idp_hint": kc_idp_hint,
        }  # fmt: skip
        query = {name: value for name, value in asked.items() if value}
        return leaving, f"{self.public}/auth?{urlencode(query)}"

    def leave_for_good(self, id_token: str) -> str:
        """The address that logs the browser out at the identity provider too."""
        query = {
            "id_token_hint": id_token, "client_id": self.settings.client_id,
            "post_logout_redirect_uri": f"{self.settings.public_base_url}/utloggad",
        }  # fmt: skip
        return f"{self.public}/logout?{urlencode(query)}"

    async def come_back(self, leaving: Leaving, code: str) -> tuple[Tokens, dict[str, Any]]:
        """Exchange the code; returns tokens and the ID token's claims. Raises LoginRefusedError, ProviderAwayError."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect_uri,
                "code_verifier": leaving.verifier}  # fmt: skip
        tokens = await self._tokens(form, id_token=None)
        claims = await self._verified(tokens.id_token)
        if claims.get("nonce") != leaving.nonce:
            raise LoginRefusedError("nonce")
        return tokens, claims

    async def renew(self, tokens: Tokens) -> Tokens:
        """New tokens for a session that goes on. Raises LoginRefusedError when it has ended at the provider."""
        if tokens.refresh is None:
            raise LoginRefusedError("no refresh token")
        return await self._tokens({"grant_type": "refresh_token", "refresh_token": tokens.refresh}, tokens.id_token)

    async def end(self, tokens: Tokens) -> None:
        """End the session at the provider without the browser: before a login as another of the person's accounts.

        Keycloak refuses a second account in one session. Raises ProviderAwayError.
        """
        form = {"refresh_token": tokens.refresh or ""}
        secret = self.settings.client_secret.get_secret_value()
        try:
            await self.http.post(f"{self.internal}/logout", data=form, auth=(self.settings.client_id, secret))
        except httpx.HTTPError as error:
            raise ProviderAwayError from error

    async def ended_session(self, logout_token: str) -> str:
        """The provider's session that a logout token ends. Raises LoginRefusedError."""
        claims = await self._verified(logout_token)
        if LOGOUT_EVENT not in claims.get("events", {}) or "nonce" in claims or not claims.get("sid"):
            raise LoginRefusedError("not a logout token")
        return str(claims["sid"])

    async def _tokens(self, form: dict[str, str], id_token: str | None) -> Tokens:
        secret = self.settings.client_secret.get_secret_value()
        try:
            answer = await self.http.post(f"{self.internal}/token", data=form, auth=(self.settings.client_id, secret))
        except httpx.HTTPError as error:
            raise ProviderAwayError from error
        if answer.status_code >= 500:  # noqa: PLR2004 - HTTP's server errors
            raise ProviderAwayError
        if answer.status_code != 200:  # noqa: PLR2004 - HTTP's OK
            raise LoginRefusedError(answer.text[:200])
        given = answer.json()
        ends_at = datetime.now(UTC) + timedelta(seconds=int(given["expires_in"]))
        return Tokens(
            given["access_token"], given.get("refresh_token"), given.get("id_token") or id_token or "", ends_at
        )

    async def _verified(self, token: str) -> dict[str, Any]:
        try:
            key = await asyncio.to_thread(self.keys.get_signing_key_from_jwt, token)
            claims: dict[str, Any] = jwt.decode(
                token, key, algorithms=ALGORITHMS, audience=self.settings.client_id, issuer=self.settings.oidc_issuer,
                leeway=10, options={"require": ["iss", "aud", "iat"]},
            )  # fmt: skip
        except jwt.PyJWKClientConnectionError as error:
            raise ProviderAwayError from error
        except jwt.PyJWTError as error:
            raise LoginRefusedError(type(error).__name__) from error
        return claims
