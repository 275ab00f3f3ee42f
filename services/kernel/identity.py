"""Who asks: a bearer token becomes a Subject. What the subject may do, each service decides by its own records."""

import asyncio
import time
from dataclasses import dataclass
from typing import Annotated, Any

import httpx
import jwt
import structlog
from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from services.kernel.problems import Problem
from services.kernel.settings import ServiceSettings

log = structlog.get_logger(__name__)
bearer = HTTPBearer(auto_error=False, description="An access token of the identity provider")

REFETCH_AFTER = 5.0
"""Seconds. A token with an unknown key id makes us fetch the keys again, but not more often than this."""
LEEWAY = 10
"""Seconds that clocks may differ."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The person who asks, and through which client."""

    person_id: str
    roles: frozenset[str]
    client: str
    session: str | None = None


class KeysAwayError(Exception):
    """The identity provider's keys could not be fetched."""


class Keys:
    """The identity provider's public keys, fetched when first needed and when an unknown key id turns up."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched = -REFETCH_AFTER
        self._lock = asyncio.Lock()

    async def get(self, key_id: str) -> jwt.PyJWK | None:
        """Give a key by its id. Raises KeysAwayError."""
        if key_id not in self._keys:
            async with self._lock:
                if key_id not in self._keys and time.monotonic() - self._fetched >= REFETCH_AFTER:
                    await self._fetch()
        return self._keys.get(key_id)

    async def _fetch(self) -> None:
        try:
            async with httpx.AsyncClient(timeout=5) as client:
                answer = (await client.get(self._url)).raise_for_status()
            found = jwt.PyJWKSet.from_dict(answer.json()).keys
        except (httpx.HTTPError, jwt.PyJWTError, ValueError) as error:
            raise KeysAwayError(self._url) from error
        self._keys = {key.key_id: key for key in found if key.key_id and key.key_type == "RSA"}
        self._fetched = time.monotonic()


class Authenticator:
    """A FastAPI dependency: `who: Annotated[Subject, Depends(authenticator(settings))]`."""

    def __init__(self, keys: Keys, issuer: str, audience: str) -> None:
        self._keys, self._issuer, self._audience = keys, issuer, audience

    async def __call__(
        self, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)] = None
    ) -> Subject:
        """Answer 401 with WWW-Authenticate (RFC 6750) unless the token is good."""
        if credentials is None:
            raise _unauthenticated("Bearer")
        try:
            subject = subject_of(await self._claims(credentials.credentials))
        except (jwt.PyJWTError, LookupError, TypeError) as error:
            log.info("token-refused", reason=type(error).__name__)
            raise _unauthenticated('Bearer error="invalid_token"') from error
        except KeysAwayError as error:
            log.warning("keys-away", url=str(error))
            raise Problem(503, "identity-provider-away", "Logins cannot be checked at the moment") from error
        structlog.contextvars.bind_contextvars(subject=subject.person_id)
        return subject

    async def _claims(self, token: str) -> dict[str, Any]:
        key = await self._keys.get(jwt.get_unverified_header(token)["kid"])
        if key is None:
            raise jwt.InvalidKeyError
        return jwt.decode(
            token,
            key,
            algorithms=["RS256"],
            audience=self._audience,
            issuer=self._issuer,
            leeway=LEEWAY,
            options={"require": ["exp", "iss", "aud", "sub"]},
        )


def authenticator(settings: ServiceSettings) -> Authenticator:
    """Make the dependency for a service."""
    return Authenticator(Keys(settings.oidc_jwks_url), settings.oidc_issuer, settings.oidc_audience)


async def subject(request: Request) -> Subject:
    """The logged-in person; the application's state has its `authenticate`. Raises Problem 401."""
    who: Subject = await request.app.state.authenticate(await bearer(request))
    return who


Who = Annotated[Subject, Depends(subject)]


def subject_of(claims: dict[str, Any]) -> Subject:
    """Read the claims that we use. Raises LookupError or TypeError when one is missing or of the wrong kind."""
    person, client = claims["person_id"], claims["azp"]
    if not isinstance(person, str) or not isinstance(client, str):
        raise TypeError("person_id and azp are text")
    roles = frozenset(map(str, claims.get("realm_access", {}).get("roles", ())))
    return Subject(person, roles, client, claims.get("sid"))


def _unauthenticated(challenge: str) -> Problem:
    return Problem(401, "unauthenticated", "You must be logged in", headers={"WWW-Authenticate": challenge})
