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
import structlog

from services.eservice.settings import EserviceSettings

log = structlog.get_logger(__name__)

NUMBER_SCOPE = "personal-identity-number"
BROKERED = 3
"""The lowest level of assurance that only an e-legitimation gives; below it Keycloak's own steps do."""
LOGIN_SECONDS, RENEW_SECONDS, LEAVE_SECONDS = 20, 10, 3
"""Seconds to wait for the provider. Not too short: a refresh token whose answer nobody heard is used up."""
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
    seconds: int = 0
    """How long the access token lives in all."""

    @property
    def person_id(self) -> str | None:
        """Whom the tokens are for; None while the account has no person."""
        return self._claims.get("person_id") or None

    @property
    def account_id(self) -> str:
        """The account at the provider."""
        return str(self._claims["sub"])

    @property
    def _claims(self) -> dict[str, Any]:
        # Not verified: it came straight from the token endpoint (OIDC Core 3.1.3.7, 6), and opens nothing here.
        claims: dict[str, Any] = jwt.decode(self.access, options={"verify_signature": False})
        return claims


@dataclass(frozen=True, slots=True)
class Leaving:
    """What must come back the same from a login: state, nonce, the PKCE verifier; and where to go then."""

    state: str
    nonce: str
    verifier: str
    wanted: str
    identifies: bool = False
    """Whether the personal identity number is asked for: for those whom we do not know yet."""


class Provider:
    """The identity provider, by the addresses that Keycloak gives a realm."""

    def __init__(self, settings: EserviceSettings, http: httpx.AsyncClient) -> None:
        self.settings, self.http = settings, http
        self.internal = f"{settings.oidc_internal_url}/protocol/openid-connect"
        self.public = f"{settings.oidc_issuer}/protocol/openid-connect"
        self.keys = jwt.PyJWKClient(f"{self.internal}/certs", lifespan=600, timeout=5)
        self.redirect_uri = f"{settings.public_base_url}/logga-in/retur"

    def leave(self, wanted: str, *, level: int = 0, identifies: bool = False) -> tuple[Leaving, str]:
        """A new login: what to remember of it, and the address to send the browser to.

        `level`: the assurance that is needed at least; `identifies`: with the personal identity number in the token.
        """
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        leaving = Leaving(state, nonce, verifier, wanted, identifies)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(leaving.verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code", "client_id": self.settings.client_id, "redirect_uri": self.redirect_uri,
            "scope": f"openid {NUMBER_SCOPE}" if identifies else "openid", "state": leaving.state,
            "nonce": leaving.nonce, "code_challenge": challenge,
            "code_challenge_method": "S256", "ui_locales": "sv", **_step_up(level),
        }  # fmt: skip
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
        form = {"grant_type": "refresh_token", "refresh_token": tokens.refresh}
        if tokens.person_id:
            form["scope"] = "openid"  # the number has served: later tokens are without it
        return await self._tokens(form, tokens.id_token, RENEW_SECONDS)

    async def end(self, tokens: Tokens) -> None:
        """End the session at the provider too, if it answers: so that the next login is one."""
        if tokens.refresh is None:
            return
        secret = self.settings.client_secret.get_secret_value()
        form = {"client_id": self.settings.client_id, "client_secret": secret, "refresh_token": tokens.refresh}
        try:
            await self.http.post(f"{self.internal}/logout", data=form, timeout=LEAVE_SECONDS)
        except httpx.HTTPError as error:
            log.warning("provider-session-not-ended", reason=type(error).__name__)

    async def ended_sessions(self, logout_token: str) -> tuple[str | None, str | None]:
        """What a logout token ends: the provider's session, or all of an account. Raises LoginRefusedError."""
        claims = await self._verified(logout_token)
        if LOGOUT_EVENT not in claims.get("events", {}) or "nonce" in claims:
            raise LoginRefusedError("not a logout token")
        if claims.get("sid"):
            return str(claims["sid"]), None
        if claims.get("sub"):
            return None, str(claims["sub"])
        raise LoginRefusedError("a logout token of nobody")

    async def _tokens(self, form: dict[str, str], id_token: str | None, patience: int = LOGIN_SECONDS) -> Tokens:
        secret = self.settings.client_secret.get_secret_value()
        try:
            answer = await self.http.post(
                f"{self.internal}/token", data=form, auth=(self.settings.client_id, secret), timeout=patience
            )
        except httpx.HTTPError as error:
            raise ProviderAwayError from error
        if answer.status_code >= 500:  # noqa: PLR2004 - HTTP's server errors
            raise ProviderAwayError
        if answer.status_code != 200:  # noqa: PLR2004 - HTTP's OK
            raise LoginRefusedError(answer.text[:200])
        given = answer.json()
        seconds = int(given["expires_in"])
        ends_at = datetime.now(UTC) + timedelta(seconds=seconds)
        id_token = given.get("id_token") or id_token or ""
        return Tokens(given["access_token"], given.get("refresh_token"), id_token, ends_at, seconds)

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


def _step_up(level: int) -> dict[str, str]:
    if level >= BROKERED:
        return {"kc_idp_hint": "e-legitimation"}
    return {"acr_values": str(level)} if level > 1 else {}
