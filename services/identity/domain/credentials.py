"""API credentials: a program that may act for one organizer (ADR 12)."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

MOST_ACTIVE = 10
"""For one organizer. Each is a way in, to be looked after by somebody."""


class CredentialState(StrEnum):
    """Whether a credential holds."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


class NotActiveError(Exception):
    """The credential has expired or is revoked."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A program's credential. Its secret is Keycloak's alone."""

    credential_id: UUID
    organization_number: str
    label: str
    client_id: str
    version: int
    expires_at: datetime
    revoked_at: datetime | None = None

    def state_at(self, now: datetime) -> CredentialState:
        """Whether it holds at a moment."""
        if self.revoked_at is not None:
            return CredentialState.REVOKED
        return CredentialState.EXPIRED if now >= self.expires_at else CredentialState.ACTIVE


def rotate(credential: Credential, expires_at: datetime, now: datetime) -> Credential:
    """Give a new secret and a new end.

    Raises NotActiveError: what is over is issued anew, with somebody's name to it.
    """
    if credential.state_at(now) is not CredentialState.ACTIVE:
        raise NotActiveError
    return replace(credential, version=credential.version + 1, expires_at=expires_at)


def revoke(credential: Credential, now: datetime) -> Credential:
    """End a credential. Raises NotActiveError when it has ended already."""
    if credential.revoked_at is not None:
        raise NotActiveError
    return replace(credential, version=credential.version + 1, revoked_at=now)


def client_id(credential_id: UUID) -> str:
    """The client's name at the identity provider."""
    return f"api-{credential_id.hex[:12]}"
