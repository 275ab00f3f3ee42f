"""Who asks: a bearer token becomes a Subject. What the subject may do, each service decides by its own records."""

import asyncio
import re
import time
from dataclasses import dataclass, field
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
STEPS = {"1": 1, "2": 2}
"""Keycloak's `acr`: with a password, and with a second factor too."""
EID_LEVEL = re.compile(r"(?:^|loa-?)([1-4])(?!\d)", re.IGNORECASE)
"""The level in an e-legitimation's own words: `3`, `loa3`, `http://id.elegnamnden.se/loa/1.0/loa3`."""
LOWEST = 1
NATIONAL_ID = re.compile(r"\d{12}")


@dataclass(frozen=True, slots=True)
class Subject:
    """Who asks, and through which client.

    `person_id` is "" for an account that has no person yet; `account_id` is the identity provider's own name of the
    account. `assurance`: 1 password, 2 with a second factor, 3 and 4 e-legitimation at that level. A `machine` is a
    program that works by itself; its `person_id` is its credential. `national_id`: the personal identity number,
    twelve digits, in the few tokens that carry it.
    """

    person_id: str
    roles: frozenset[str]
    client: str
    session: str | None = None
    account_id: str = ""
    assurance: int = LOWEST
    machine: bool = False
    national_id: str | None = field(default=None, repr=False)


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
        structlog.contextvars.bind_contextvars(subject=subject.person_id or subject.account_id)
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


async def anyone(request: Request) -> Subject:
    """Whoever is logged in, also without a person; the application's state has its `authenticate`. Raises 401."""
    who: Subject = await request.app.state.authenticate(await bearer(request))
    return who


Anyone = Annotated[Subject, Depends(anyone)]


async def subject(who: Anyone) -> Subject:
    """The logged-in person or machine. Raises Problem 401, also for an account that belongs to no person."""
    if not who.person_id:
        raise _unauthenticated('Bearer error="invalid_token"')
    return who


Who = Annotated[Subject, Depends(subject)]


def require_assurance(who: Subject, needed: int) -> None:
    """Raise Problem 403 unless the login was as sure as `needed`. Machines have no second factor, and need none."""
    if not who.machine and who.assurance < needed:
        title = "This needs a login that says more surely who you are"
        raise Problem(403, "assurance-too-low", title, extra={"needed": needed})


def subject_of(claims: dict[str, Any]) -> Subject:
    """Read the claims that we use. Raises LookupError or TypeError when one is missing or of the wrong kind."""
    person, client, account = claims.get("person_id", ""), claims["azp"], claims["sub"]
    if not all(isinstance(value, str) for value in (person, client, account)):
        raise TypeError("person_id, azp and sub are text")
    return Subject(
        person,
        frozenset(map(str, claims.get("realm_access", {}).get("roles", ()))),
        client,
        claims.get("sid"),
        account,
        assurance_of(claims),
        claims.get("machine") is True,
        _national_id(claims),
    )


def assurance_of(claims: dict[str, Any]) -> int:
    """The greater of what our identity provider saw and what the e-legitimation says; the lowest where none is told."""
    level = EID_LEVEL.search(str(claims.get("eid_assurance", "")))
    return max(LOWEST, STEPS.get(str(claims.get("acr")), LOWEST), int(level[1]) if level else LOWEST)


def _national_id(claims: dict[str, Any]) -> str | None:
    told = str(claims.get("personal_identity_number", ""))
    return told if NATIONAL_ID.fullmatch(told) else None


def _unauthenticated(challenge: str) -> Problem:
    return Problem(401, "unauthenticated", "You must be logged in", headers={"WWW-Authenticate": challenge})
