"""What invitations, changes of address and API credentials have come to: no mail goes about what has ended."""

from datetime import timedelta
from uuid import UUID

import asyncpg

from services.contracts.identity import ApiCredentialFact, EmailChangeAsked, InvitationFact
from services.kernel.database import Connection

PUT_INVITATION = """
INSERT INTO invitation (invitation_id, version, is_open) VALUES ($1, $2, $3)
ON CONFLICT (invitation_id) DO UPDATE SET version = excluded.version, is_open = excluded.is_open
WHERE invitation.version < excluded.version
"""
PUT_EMAIL_CHANGE = """
INSERT INTO email_change (person_id, change_id) VALUES ($1, $2)
ON CONFLICT (person_id) DO UPDATE SET change_id = excluded.change_id
"""
PUT_CREDENTIAL = """
INSERT INTO credential (credential_id, version, organizer, label, set_at, expires_at, revoked)
VALUES ($1, $2, $3, $4, now(), $5, $6)
ON CONFLICT (credential_id) DO UPDATE SET version = excluded.version, label = excluded.label,
  set_at = excluded.set_at, expires_at = excluded.expires_at, revoked = excluded.revoked
WHERE credential.version < excluded.version
"""
# Of a short-lived one nobody is reminded before half its time has gone.
ENDING = """
SELECT credential_id, organizer, label, expires_at FROM credential
WHERE NOT revoked AND expires_at > now() AND expires_at - least($1, (expires_at - set_at) / 2) <= now()
  AND reminded_of IS DISTINCT FROM expires_at
ORDER BY credential_id FOR UPDATE SKIP LOCKED
"""
REMINDED = "UPDATE credential SET reminded_of = expires_at WHERE credential_id = $1"


async def put_invitation(tx: Connection, fact: InvitationFact, *, is_open: bool) -> None:
    """Keep an invitation's newest state."""
    await tx.execute(PUT_INVITATION, fact.invitation_id, fact.version, is_open)


async def put_email_change(tx: Connection, fact: EmailChangeAsked) -> None:
    """Keep the newest change of address that a person asked for."""
    await tx.execute(PUT_EMAIL_CHANGE, fact.person_id, fact.change_id)


async def put_credential(tx: Connection, fact: ApiCredentialFact, *, revoked: bool) -> None:
    """Keep a credential's newest state."""
    await tx.execute(
        PUT_CREDENTIAL, fact.credential_id, fact.version, fact.organization_number, fact.label, fact.expires_at, revoked
    )


async def ending_credentials(tx: Connection, within: timedelta) -> list[asyncpg.Record]:
    """Credentials that end soon and of which nobody has been reminded, locked for the caller's transaction."""
    return list(await tx.fetch(ENDING, within))


async def reminded(tx: Connection, credential_id: UUID) -> None:
    """Note that its organizer has been reminded of this end."""
    await tx.execute(REMINDED, credential_id)
