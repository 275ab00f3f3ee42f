"""API credentials: issued, given a new secret, revoked; each one transaction, and Keycloak follows."""

import secrets
from datetime import timedelta
from uuid import UUID, uuid4

from services.contracts.identity import ApiCredentialIssued, ApiCredentialRevoked, ApiCredentialRotated
from services.contracts.vocabulary import OrganizationNumber
from services.identity.commands.authority import OPERATOR, not_found, require_user_administration, unseen
from services.identity.commands.command import Answer, actor_of, expect, for_organizer, once, say
from services.identity.directory import Directory, now
from services.identity.domain import credentials as rules
from services.identity.domain.credentials import MOST_ACTIVE, Credential, NotActiveError
from services.identity.store import audit, credentials, tasks
from services.kernel.database import Connection
from services.kernel.identity import Subject
from services.kernel.problems import Problem

CLIENT = "client"
SECRET_BYTES = 32


async def issue(
    directory: Directory, who: Subject, number: OrganizationNumber, label: str, days: int, key: str
) -> Answer:
    """Let a program act for an organizer; the secret is in this answer alone.

    Raises Problem 404, 403, 409 (too many).
    """
    async with for_organizer(directory, number) as tx:
        await require_user_administration(tx, directory, who, number)

        async def work() -> Answer:
            if await credentials.count_active(tx, number) >= MOST_ACTIVE:
                raise Problem(409, "too-many-credentials", f"At most {MOST_ACTIVE} credentials may hold at a time")
            credential_id = uuid4()
            credential = Credential(
                credential_id, number, label, rules.client_id(credential_id), 1, now() + timedelta(days=days)
            )
            await credentials.insert(tx, credential, None if who is OPERATOR else UUID(who.person_id))
            secret = await _provision(tx, directory, credential)
            await _record(tx, who, credential, "api-credential.issued")
            await say(tx, who, ApiCredentialIssued(**_members(credential)))
            return _answer(directory, credential, secret) | {"credentialId": credential_id}

        return await once(directory, tx, who, key, (number, label, days), work)


async def rotate(directory: Directory, who: Subject, credential_id: UUID, seen: int, key: str) -> Answer:
    """Give a new secret and as long a time again; the old secret is dead. Raises Problem 404, 403, 409 (over), 412."""
    number = await _organizer_of(directory, who, credential_id)
    async with for_organizer(directory, number) as tx:
        await require_user_administration(tx, directory, who, number)

        async def work() -> Answer:
            credential = await _seen(tx, credential_id, seen)
            try:
                rotated = rules.rotate(credential, now() + await credentials.period(tx, credential_id), now())
            except NotActiveError as error:
                raise _not_active() from error
            await credentials.rotate(tx, rotated)
            secret = await _provision(tx, directory, rotated)
            await _record(tx, who, rotated, "api-credential.rotated")
            await say(tx, who, ApiCredentialRotated(**_members(rotated)))
            return _answer(directory, rotated, secret)

        return await once(directory, tx, who, key, (credential_id, "rotate", seen), work)


async def revoke(directory: Directory, who: Subject, credential_id: UUID, seen: int, key: str) -> Answer:
    """End a program's authority. Raises Problem 404, 403, 409 (over already), 412."""
    number = await _organizer_of(directory, who, credential_id)
    async with for_organizer(directory, number) as tx:
        await require_user_administration(tx, directory, who, number)

        async def work() -> Answer:
            try:
                revoked = rules.revoke(await _seen(tx, credential_id, seen), now())
            except NotActiveError as error:
                raise _not_active() from error
            await credentials.revoke(tx, revoked)
            await tasks.add(tx, CLIENT, credential_id=credential_id)
            await _record(tx, who, revoked, "api-credential.revoked")
            await say(tx, who, ApiCredentialRevoked(**_members(revoked)))
            return {"version": revoked.version}

        return await once(directory, tx, who, key, (credential_id, "revoke", seen), work)


async def _provision(tx: Connection, directory: Directory, credential: Credential) -> str:
    """A new secret, which goes to Keycloak sealed, after the commit."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    sealed = directory.vault.seal(secret, f"{CLIENT}/{credential.credential_id}")
    await tasks.add(tx, CLIENT, credential_id=credential.credential_id, sealed_secret=sealed)
    return secret


async def _organizer_of(directory: Directory, who: Subject, credential_id: UUID) -> str:
    credential = await credentials.get(directory.pool, credential_id)
    if credential is None:
        raise await unseen(directory.pool, who)
    return credential.organization_number


async def _seen(tx: Connection, credential_id: UUID, seen: int) -> Credential:
    credential = await credentials.get(tx, credential_id)
    if credential is None:
        raise not_found()
    expect(credential.version, seen)
    return credential


async def _record(tx: Connection, who: Subject, credential: Credential, action: str) -> None:
    details = {"credential": str(credential.credential_id), "label": credential.label}
    await audit.add(tx, actor_of(who), action, details, organization_number=credential.organization_number)


def _members(credential: Credential) -> dict[str, object]:
    return {
        "credential_id": credential.credential_id, "label": credential.label, "version": credential.version,
        "organization_number": OrganizationNumber(credential.organization_number),
        "expires_at": credential.expires_at,
    }  # fmt: skip


def _answer(directory: Directory, credential: Credential, secret: str) -> Answer:
    return {
        "clientId": credential.client_id, "clientSecret": secret, "version": credential.version,
        "expiresAt": credential.expires_at, "tokenUrl": token_url(directory),
    }  # fmt: skip


def token_url(directory: Directory) -> str:
    """Where a program gets its tokens."""
    return f"{directory.settings.oidc_issuer}/protocol/openid-connect/token"


def _not_active() -> Problem:
    return Problem(409, "credential-over", "The credential has expired or is revoked")
