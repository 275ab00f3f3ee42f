"""Who knocks: a bearer token becomes a subject. What the subject may do is decided elsewhere, in the transaction."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import jwt
from fastapi import Request

from services.kernel.problems import Problem
from services.kernel.settings import ServiceSettings

ALGORITHMS = ["RS256", "PS256", "ES256"]
LEEWAY_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Subject:
    """Who acts: a person's id, the realm roles of the token, the client used, and the session."""

    person_id: str
    roles: frozenset[str]
    client: str
    session: str | None


class Authenticator:
    """A FastAPI dependency: the request's Subject. Raises Problem 401 (RFC 6750) where there is none."""

    def __init__(self, settings: ServiceSettings) -> None:
        self.settings = settings
        self.keys = jwt.PyJWKClient(settings.oidc_jwks_url, cache_keys=True, lifespan=600, timeout=5)

    async def __call__(self, request: Request) -> Subject:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise unauthenticated("A bearer token is needed")
        return subject_of(await self._claims(token.strip()))

    async def _claims(self, token: str) -> dict[str, Any]:
        try:
            key = await asyncio.to_thread(self.keys.get_signing_key_from_jwt, token)
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=ALGORITHMS,
                issuer=self.settings.oidc_issuer,
                audience=self.settings.oidc_audience,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except jwt.PyJWKClientConnectionError as error:
            raise Problem(
                503, "identity-provider-away", "The identity provider does not answer", headers={"Retry-After": "5"}
            ) from error
        except jwt.PyJWTError as error:
            raise unauthenticated("The token is not valid") from error
        return claims


def subject_of(claims: dict[str, Any]) -> Subject:
    """Read a token's claims. Raises Problem 401 when it is nobody's of ours."""
    person = claims.get("person_id")
    if not isinstance(person, str):
        raise unauthenticated("The token names no person of this register")
    roles = claims.get("realm_access", {}).get("roles", [])
    return Subject(person, frozenset(roles), str(claims.get("azp", "")), claims.get("sid"))


def unauthenticated(detail: str) -> Problem:
    headers = {"WWW-Authenticate": 'Bearer realm="register"'}
    return Problem(401, "unauthenticated", "Log in first", detail=detail, headers=headers)


AuthenticatorType = Callable[[Request], Awaitable[Subject]]
