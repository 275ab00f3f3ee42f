"""Who signed in, when and how, as rows: collected from Keycloak."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from services.kernel.database import Connection, Pool

ADD = """
INSERT INTO sign_in (event_id, person_id, credential_id, at, succeeded, method, ip_address, application)
SELECT n.event_id, a.person_id, c.credential_id, n.at, n.succeeded, n.method, n.ip_address, n.application
FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::boolean[], $6::text[], $7::text[], $8::text[])
  AS n (event_id, account_id, client_id, at, succeeded, method, ip_address, application)
LEFT JOIN account a ON a.account_id = n.account_id
LEFT JOIN credential c ON c.client_id = n.client_id
WHERE a.person_id IS NOT NULL OR c.credential_id IS NOT NULL
ON CONFLICT DO NOTHING
"""
NEWEST = "SELECT max(at) FROM sign_in"
OF_PERSON = """
SELECT at, succeeded, method, ip_address, application FROM sign_in WHERE person_id = $1 ORDER BY at DESC LIMIT $2
"""
LAST = "SELECT max(at) FROM sign_in WHERE person_id = $1 AND succeeded"
GUESSED = """
SELECT p.person_id, p.version FROM sign_in s JOIN person p USING (person_id)
WHERE NOT s.succeeded AND s.method = 'second-factor' AND p.locked_at IS NULL AND s.at > greatest(
  now() - $1::interval,
  (SELECT max(a.at) FROM audit a WHERE a.person_id = p.person_id AND a.action = 'person.unlocked'))
GROUP BY p.person_id, p.version HAVING count(*) >= $2
"""
SWEEP = "DELETE FROM sign_in WHERE at < now() - $1::interval"

Row = tuple[str, str | None, str | None, datetime, bool, str, str, str]
"""Event id, account id, client id, when, succeeded, method, address, application."""


async def add(tx: Connection | Pool, rows: Sequence[Row]) -> None:
    """Keep sign-ins of persons and credentials that we know, each once."""
    if rows:
        await tx.execute(ADD, *map(list, zip(*rows, strict=True)))


async def newest(connection: Connection | Pool) -> datetime | None:
    """When the newest known one was."""
    moment: datetime | None = await connection.fetchval(NEWEST)
    return moment


async def of_person(connection: Connection | Pool, person_id: UUID, most: int = 100) -> list[asyncpg.Record]:
    """A person's newest sign-ins, failed ones too."""
    return list(await connection.fetch(OF_PERSON, person_id, most))


async def last(connection: Connection | Pool, person_id: UUID) -> datetime | None:
    """When a person last signed in."""
    moment: datetime | None = await connection.fetchval(LAST, person_id)
    return moment


async def guessed(connection: Connection | Pool, within: timedelta, most: int) -> list[asyncpg.Record]:
    """Whose second factor was given wrongly so often within a period, since they were last unlocked: id and version."""
    return list(await connection.fetch(GUESSED, within, most))


async def sweep(connection: Connection | Pool, kept: timedelta) -> None:
    """Forget the old ones."""
    await connection.execute(SWEEP, kept)
