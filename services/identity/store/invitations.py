"""Invitations by e-mail, letters with a code, and changes of e-mail that wait for their link, as rows."""

from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from services.contracts.vocabulary import Role
from services.identity.domain.invitations import Invitation, Letter, State
from services.kernel.database import Connection, Pool

INVITATION = """invitation_id, organization_number, role, email, national_id_index, version, state, times_sent,
  invited_by, sent_at, expires_at"""
INSERT = """
INSERT INTO invitation (invitation_id, organization_number, role, email, national_id_index, token_hash, version,
  invited_by, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
GET = f"SELECT {INVITATION} FROM invitation WHERE invitation_id = $1"
BY_TOKEN = f"SELECT {INVITATION} FROM invitation WHERE token_hash = $1"
OPEN = f"SELECT {INVITATION} FROM invitation WHERE organization_number = $1 AND state = 'open' ORDER BY made_at DESC"
BY_PERSON = """
SELECT i.organization_number, i.role, i.state, i.made_at, i.ended_at, i.invited_by = $1 AS by_me,
  CASE WHEN i.accepted_by = $1 OR NOT coalesce(p.protected, false) THEN i.email END AS email
FROM invitation i LEFT JOIN person p ON p.person_id = i.accepted_by
WHERE i.invited_by = $1 OR i.accepted_by = $1 ORDER BY i.made_at
"""
SENT_AGAIN = """
UPDATE invitation SET token_hash = $3, expires_at = $4, version = $2, times_sent = times_sent + 1, sent_at = now()
WHERE invitation_id = $1 AND version = $2 - 1 AND state = 'open' RETURNING times_sent
"""
CLOSE = """
UPDATE invitation SET state = $3, ended_at = now(), accepted_by = $4, version = $2
WHERE invitation_id = $1 AND version = $2 - 1 AND state = 'open'
"""
MADE_TODAY = "SELECT count(*) FROM invitation WHERE organization_number = $1 AND made_at > now() - interval '1 day'"
OVER = f"SELECT {INVITATION} FROM invitation WHERE state = 'open' AND expires_at <= now() FOR UPDATE SKIP LOCKED"
LETTER = """letter_id, organization_number, requested_by, request_reference, requested_on, address, national_id_index,
  code_hash, printable_until, version, state, wrong_tries, issued_at, expires_at"""
INSERT_LETTER = """
INSERT INTO letter (letter_id, organization_number, requested_by, request_reference, requested_on, national_id_index,
  code_hash, sealed_code, printable_until, version, expires_at, address)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""
GET_LETTER = f"SELECT {LETTER} FROM letter WHERE letter_id = $1"
OPEN_LETTER = f"SELECT {LETTER} FROM letter WHERE organization_number = $1 AND state = 'open'"
LETTERS = f"""
SELECT {LETTER}, sealed_code IS NOT NULL AND printable_until > now() AS printable FROM letter
WHERE $1::text IS NULL OR organization_number = $1 ORDER BY issued_at DESC LIMIT 200
"""
CODE = "SELECT sealed_code FROM letter WHERE letter_id = $1 AND state = 'open' AND printable_until > now()"
MADE_ANEW = """
UPDATE letter SET code_hash = $3, sealed_code = $4, printable_until = $5, expires_at = $6, version = $2,
  issued_at = now(), wrong_tries = 0
WHERE letter_id = $1 AND version = $2 - 1 AND state = 'open'
"""
CLOSE_LETTER = """
UPDATE letter SET state = $3, ended_at = now(), sealed_code = NULL, accepted_by = $4, version = $2
WHERE letter_id = $1 AND version = $2 - 1 AND state = 'open'
"""
WIPE = "UPDATE letter SET sealed_code = NULL WHERE sealed_code IS NOT NULL AND printable_until <= now()"
EXPIRE_LETTERS = """
UPDATE letter SET state = 'expired', ended_at = now(), sealed_code = NULL, version = version + 1
WHERE state = 'open' AND expires_at <= now()
"""
FORGET = """
UPDATE invitation SET email = '', national_id_index = NULL
WHERE ended_at < now() - interval '1 year' AND email <> ''
"""
HOLD_TRIES = "SELECT pg_advisory_xact_lock(hashtextextended($1, 22))"
WRONG = "INSERT INTO wrong_code (account_id) VALUES ($1)"
WRONG_LETTER = "UPDATE letter SET wrong_tries = wrong_tries + 1 WHERE letter_id = $1"
TRIES = "SELECT count(*), min(at) FROM wrong_code WHERE account_id = $1 AND at > now() - $2::interval"
SWEEP_TRIES = "DELETE FROM wrong_code WHERE at < now() - interval '1 day'"
ADD_CHANGE = """
INSERT INTO email_change (change_id, person_id, email, token_hash, expires_at) VALUES ($1, $2, $3, $4, $5)
"""
CHANGES_TODAY = "SELECT count(*) FROM email_change WHERE person_id = $1 AND made_at > now() - interval '1 day'"
DROP_CHANGES = "UPDATE email_change SET ended_at = now() WHERE person_id = $1 AND ended_at IS NULL"
CHANGE = "SELECT change_id, person_id, email, expires_at, ended_at FROM email_change WHERE token_hash = $1 FOR UPDATE"
PENDING = """
SELECT email FROM email_change WHERE person_id = $1 AND ended_at IS NULL AND expires_at > now()
ORDER BY made_at DESC LIMIT 1
"""


async def insert(tx: Connection, invitation: Invitation, token_hash: bytes) -> None:
    """Write a new invitation. Raises asyncpg.UniqueViolationError when the address has an open one."""
    await tx.execute(
        INSERT, invitation.invitation_id, invitation.organization_number, invitation.role, invitation.email,
        invitation.national_id_index, token_hash, invitation.version, invitation.invited_by, invitation.expires_at,
    )  # fmt: skip


async def get(connection: Connection | Pool, invitation_id: UUID) -> Invitation | None:
    """One invitation, or None."""
    return _invitation(await connection.fetchrow(GET, invitation_id))


async def by_token(connection: Connection | Pool, token_hash: bytes) -> Invitation | None:
    """The invitation that a link leads to, or None."""
    return _invitation(await connection.fetchrow(BY_TOKEN, token_hash))


async def open_ones(connection: Connection | Pool, organization_number: str) -> list[Invitation]:
    """An organizer's invitations that nobody has closed, newest first."""
    rows = await connection.fetch(OPEN, organization_number)
    return [found for row in rows if (found := _invitation(row))]


async def made_today(connection: Connection | Pool, organization_number: str) -> int:
    """How many invitations an organizer made within a day, whatever became of them."""
    return int(await connection.fetchval(MADE_TODAY, organization_number))


async def by_person(connection: Connection | Pool, person_id: UUID) -> list[asyncpg.Record]:
    """Invitations that a person made or accepted; without the address where a protected person accepted."""
    return list(await connection.fetch(BY_PERSON, person_id))


async def sent_again(tx: Connection, invitation: Invitation, token_hash: bytes) -> int:
    """Write the next version with its new token; returns how often it was sent. Raises LookupError."""
    times: int | None = await tx.fetchval(
        SENT_AGAIN, invitation.invitation_id, invitation.version, token_hash, invitation.expires_at
    )
    if times is None:
        raise LookupError(f"invitation {invitation.invitation_id} is not at version {invitation.version - 1}")
    return times


async def close(
    tx: Connection, invitation_id: UUID, version: int, state: State, accepted_by: UUID | None = None
) -> None:
    """Give an invitation its last version and state. Raises LookupError when somebody was faster."""
    if await tx.execute(CLOSE, invitation_id, version, state, accepted_by) != "UPDATE 1":
        raise LookupError(f"invitation {invitation_id} is not open at version {version - 1}")


async def over(tx: Connection) -> list[Invitation]:
    """Lock the open invitations whose time is over."""
    return [found for row in await tx.fetch(OVER) if (found := _invitation(row))]


async def insert_letter(tx: Connection, letter: Letter, sealed_code: bytes) -> None:
    """Write a new letter. Raises asyncpg.UniqueViolationError when the organizer has an open one."""
    await tx.execute(
        INSERT_LETTER, letter.letter_id, letter.organization_number, letter.requested_by, letter.request_reference,
        letter.requested_on, letter.national_id_index, letter.code_hash, sealed_code, letter.printable_until,
        letter.version, letter.expires_at, list(letter.address),
    )  # fmt: skip


async def letter(connection: Connection | Pool, letter_id: UUID) -> Letter | None:
    """One letter, or None."""
    return _letter(await connection.fetchrow(GET_LETTER, letter_id))


async def open_letter(connection: Connection | Pool, organization_number: str) -> Letter | None:
    """The organizer's letter that nobody has closed, or None."""
    return _letter(await connection.fetchrow(OPEN_LETTER, organization_number))


async def letters(connection: Connection | Pool, organization_number: str | None) -> list[tuple[Letter, bool]]:
    """The newest letters, each with whether it can still be printed."""
    rows = await connection.fetch(LETTERS, organization_number)
    return [(found, row["printable"]) for row in rows if (found := _letter(row))]


async def sealed_code(connection: Connection | Pool, letter_id: UUID) -> bytes | None:
    """The sealed code of a letter that may still be printed, or None."""
    sealed: bytes | None = await connection.fetchval(CODE, letter_id)
    return sealed


async def made_anew(tx: Connection, letter: Letter, sealed: bytes) -> None:
    """Write a letter's next version with its new code. Raises LookupError."""
    done = await tx.execute(
        MADE_ANEW, letter.letter_id, letter.version, letter.code_hash, sealed, letter.printable_until,
        letter.expires_at,
    )  # fmt: skip
    if done != "UPDATE 1":
        raise LookupError(f"letter {letter.letter_id} is not open at version {letter.version - 1}")


async def close_letter(
    tx: Connection, letter_id: UUID, version: int, state: State, accepted_by: UUID | None = None
) -> None:
    """Give a letter its last version and state, and wipe its code. Raises LookupError when somebody was faster."""
    if await tx.execute(CLOSE_LETTER, letter_id, version, state, accepted_by) != "UPDATE 1":
        raise LookupError(f"letter {letter_id} is not open at version {version - 1}")


async def sweep(connection: Connection | Pool) -> None:
    """Wipe codes that may no longer be printed, close letters whose time is over, forget old tries and addresses."""
    for statement in (WIPE, EXPIRE_LETTERS, SWEEP_TRIES, FORGET):
        await connection.execute(statement)


async def hold_tries(tx: Connection, account_id: str) -> None:
    """Let an account try one code at a time: a statement of its own, before the tries are counted."""
    await tx.execute(HOLD_TRIES, account_id)


async def wrong_code(tx: Connection, account_id: str, letter_id: UUID | None) -> None:
    """Count a wrong code, by who tried and for the letter."""
    await tx.execute(WRONG, account_id)
    if letter_id is not None:
        await tx.execute(WRONG_LETTER, letter_id)


async def tries(connection: Connection | Pool, account_id: str, within: timedelta) -> tuple[int, datetime | None]:
    """How many wrong codes an account tried within a period, and when the first was."""
    row = await connection.fetchrow(TRIES, account_id, within)
    return (row["count"], row["min"]) if row else (0, None)


async def add_email_change(
    tx: Connection, change_id: UUID, person_id: UUID, email: str, token_hash: bytes, expires_at: datetime
) -> None:
    """Let a new address wait for its confirmation; an earlier one waits no more."""
    await tx.execute(DROP_CHANGES, person_id)
    await tx.execute(ADD_CHANGE, change_id, person_id, email, token_hash, expires_at)


async def email_changes_today(connection: Connection | Pool, person_id: UUID) -> int:
    """How many new addresses a person asked for within a day."""
    return int(await connection.fetchval(CHANGES_TODAY, person_id))


async def email_change(tx: Connection, token_hash: bytes) -> asyncpg.Record | None:
    """Lock the change that a link leads to, or None."""
    return await tx.fetchrow(CHANGE, token_hash)


async def end_email_changes(tx: Connection, person_id: UUID) -> None:
    """No address of the person's waits any more."""
    await tx.execute(DROP_CHANGES, person_id)


async def pending_email(connection: Connection | Pool, person_id: UUID) -> str | None:
    """The address that waits for its confirmation, or None."""
    email: str | None = await connection.fetchval(PENDING, person_id)
    return email


def _invitation(row: asyncpg.Record | None) -> Invitation | None:
    return Invitation(**{**row, "role": Role(row["role"]), "state": State(row["state"])}) if row else None


def _letter(row: asyncpg.Record | None) -> Letter | None:
    if row is None:
        return None
    members = {name: value for name, value in row.items() if name != "printable"}
    return Letter(**{**members, "state": State(row["state"])})
