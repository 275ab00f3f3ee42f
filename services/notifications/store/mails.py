"""The mail queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import asyncpg

from services.kernel.database import Connection, Pool
from services.notifications.domain.mail import MailState

QUEUE = """
WITH queued AS (
  INSERT INTO mail (mail_id, event_id, template, recipient, organizer, about, subject, text_body, html_body,
                    traceparent)
  SELECT mail_id, $2, $3, recipient, $5, $6, $7, $8, $9, $10
  FROM unnest($1::uuid[], $4::uuid[]) AS n (mail_id, recipient) ON CONFLICT DO NOTHING RETURNING 1)
SELECT count(*), pg_notify('mail', '') FROM queued
"""
CLAIM = """
UPDATE mail SET due_at = now() + $2, attempts = attempts + 1 WHERE mail_id IN (
  SELECT mail_id FROM mail WHERE ended_at IS NULL AND due_at <= now() ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
RETURNING mail_id, event_id, template, recipient, subject, text_body, html_body, traceparent, attempts,
  now() - queued_at AS age,
  (SELECT email FROM person p WHERE p.person_id = recipient) AS email,
  EXISTS (SELECT 1 FROM membership m WHERE m.person_id = recipient AND m.organizer = mail.organizer AND NOT m.ended)
    AS may_read
"""
END = """
UPDATE mail SET state = $2, last_error = $3, ended_at = now() WHERE mail_id = $1 AND ended_at IS NULL
"""
DELAY = """
UPDATE mail SET state = 'delayed', last_error = $2, due_at = now() + $3 WHERE mail_id = $1 AND ended_at IS NULL
"""
MINE = "SELECT mail_id, about, subject, state, queued_at, ended_at FROM mail WHERE recipient::text = $1"
OF_ORGANIZER = "SELECT mail_id, about, recipient, state, queued_at, ended_at, last_error FROM mail WHERE organizer = $1"
NEWEST = " ORDER BY queued_at DESC LIMIT 100"
BY_STATE = """
SELECT state, count(*) AS mails, extract(epoch FROM now() - min(queued_at))::float8 AS oldest
FROM mail WHERE ended_at IS NULL GROUP BY state
"""


@dataclass(frozen=True, slots=True)
class Queued:
    """A mail to several recipients, for one event."""

    event_id: UUID
    template: str
    organizer: str
    about: str
    subject: str
    text: str
    html: str
    traceparent: str | None


async def queue(tx: Connection, mail: Queued, to: Sequence[tuple[UUID, UUID]]) -> None:
    """Queue a mail for each (mail id, recipient) in the caller's transaction; one that is queued already stays one."""
    mail_ids, recipients = [pair[0] for pair in to], [pair[1] for pair in to]
    await tx.fetch(
        QUEUE, mail_ids, mail.event_id, mail.template, recipients, mail.organizer, mail.about, mail.subject,
        mail.text, mail.html, mail.traceparent,
    )  # fmt: skip


async def claim(pool: Pool, most: int, lease: timedelta) -> list[asyncpg.Record]:
    """Take due mails for sending. Those of a sender that dies are due again after the lease."""
    return list(await pool.fetch(CLAIM, most, lease))


async def end(tx: Connection, mail_id: UUID, state: MailState, error: str | None = None) -> bool:
    """Give a mail its last state; False when it has one already."""
    return await tx.execute(END, mail_id, state, error) == "UPDATE 1"


async def delay(pool: Pool, mail_id: UUID, error: str, pause: timedelta) -> None:
    """Try again later."""
    await pool.execute(DELAY, mail_id, error, pause)


async def mine(pool: Pool, person_id: str) -> list[asyncpg.Record]:
    """A person's newest mails."""
    return list(await pool.fetch(MINE + NEWEST, person_id))


async def of_organizer(pool: Pool, organizer: str) -> list[asyncpg.Record]:
    """The newest mails about an organizer: their states, not their content."""
    return list(await pool.fetch(OF_ORGANIZER + NEWEST, organizer))


async def by_state(pool: Pool) -> list[asyncpg.Record]:
    """The mails not yet ended: how many in each state, and the oldest one's age in seconds."""
    return list(await pool.fetch(BY_STATE))
