"""The mail queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from services.kernel.database import Connection, Pool
from services.notifications.domain.mail import MailState, ReadableBy

QUEUE = """
WITH queued AS (
  INSERT INTO mail (mail_id, event_id, template, recipient, organizer, about, subject, text_body, html_body,
                    traceparent, readable_by, address, link_id, link_version, sealed_token, holds_until)
  SELECT n.mail_id, $2, $3, n.recipient, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16
  FROM unnest($1::uuid[], $4::uuid[]) AS n (mail_id, recipient)
  WHERE NOT EXISTS (SELECT FROM collected c WHERE c.event_id = $2 AND c.person_id = n.recipient)
  ON CONFLICT DO NOTHING RETURNING 1)
SELECT count(*), pg_notify('mail', '') FROM queued
"""
CLAIM = """
UPDATE mail SET due_at = now() + $2, attempts = attempts + 1 WHERE mail_id IN (
  SELECT mail_id FROM mail WHERE ended_at IS NULL AND due_at <= now() ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
RETURNING mail_id, event_id, template, recipient, subject, text_body, html_body, traceparent, attempts, readable_by,
  link_id, sealed_token, now() - queued_at AS age,
  coalesce(address, (SELECT email FROM person p WHERE p.person_id = recipient)) AS email,
  (holds_until IS NULL OR holds_until > now()) AND CASE readable_by
    WHEN 'member' THEN EXISTS (
      SELECT FROM membership m JOIN person p USING (person_id)
      WHERE m.person_id = recipient AND m.organizer = mail.organizer AND NOT m.ended AND NOT p.locked)
    WHEN 'contact-person' THEN EXISTS (
      SELECT FROM membership m JOIN person p USING (person_id)
      WHERE m.person_id = recipient AND m.organizer = mail.organizer AND m.role = 'contact-person' AND NOT m.ended
        AND NOT p.locked)
    WHEN 'digest' THEN NOT EXISTS (
      SELECT FROM collected c WHERE c.mail_id = mail.mail_id AND c.body IS NOT NULL AND NOT EXISTS (
        SELECT FROM membership m JOIN person p USING (person_id)
        WHERE m.person_id = c.person_id AND m.organizer = c.organizer AND NOT m.ended AND NOT p.locked))
    WHEN 'invited' THEN EXISTS (
      SELECT FROM invitation i
      WHERE i.invitation_id = mail.link_id AND i.version = mail.link_version AND i.is_open)
    WHEN 'new-address' THEN EXISTS (
      SELECT FROM email_change e JOIN person p USING (person_id)
      WHERE e.person_id = recipient AND e.change_id = mail.link_id AND NOT p.locked)
    ELSE readable_by = 'person' END AS may_read
"""
END = """
UPDATE mail SET state = $2, last_error = $3, ended_at = now(), address = NULL, sealed_token = NULL
WHERE mail_id = $1 AND ended_at IS NULL
"""
DELAY = """
UPDATE mail SET state = 'delayed', last_error = $2, due_at = now() + $3 WHERE mail_id = $1 AND ended_at IS NULL
"""
MINE = "SELECT mail_id, about, subject, state, queued_at, ended_at FROM mail WHERE recipient::text = $1"
ALL_OF = """
SELECT mail_id, organizer, about, subject, state, queued_at, ended_at FROM mail WHERE recipient::text = $1
ORDER BY queued_at DESC, mail_id
"""
OF_ORGANIZER = "SELECT mail_id, about, recipient, state, queued_at, ended_at, last_error FROM mail WHERE organizer = $1"
NEWEST = " ORDER BY queued_at DESC LIMIT 100"
BY_STATE = """
SELECT state, count(*) AS mails, extract(epoch FROM now() - min(queued_at))::float8 AS oldest
FROM mail WHERE ended_at IS NULL GROUP BY state
"""


@dataclass(frozen=True, slots=True)
class Link:
    """A link in a mail, whose token is sealed: what it is a link to, at which version, and until when it holds."""

    link_id: UUID
    version: int | None
    sealed_token: bytes
    holds_until: datetime


@dataclass(frozen=True, slots=True)
class Queued:
    """A mail to several recipients, for one event. `address`: where it goes, when not to the recipient's own."""

    event_id: UUID
    template: str
    organizer: str | None
    about: str
    subject: str
    text: str
    html: str
    traceparent: str | None
    readable_by: ReadableBy = ReadableBy.MEMBER
    address: str | None = None
    link: Link | None = None


async def queue(tx: Connection, mail: Queued, to: Sequence[tuple[UUID, UUID]]) -> None:
    """Queue a mail for each (mail id, recipient) in the caller's transaction; one that is queued already stays one."""
    mail_ids, recipients = [pair[0] for pair in to], [pair[1] for pair in to]
    link = mail.link
    await tx.fetch(
        QUEUE, mail_ids, mail.event_id, mail.template, recipients, mail.organizer, mail.about, mail.subject,
        mail.text, mail.html, mail.traceparent, mail.readable_by, mail.address, link and link.link_id,
        link and link.version, link and link.sealed_token, link and link.holds_until,
    )  # fmt: skip


async def claim(pool: Pool, most: int, lease: timedelta) -> list[asyncpg.Record]:
    """Take due mails for sending. Those of a sender that dies are due again after the lease."""
    return list(await pool.fetch(CLAIM, most, lease))


async def end(tx: Connection, mail_id: UUID, state: MailState, error: str | None = None) -> bool:
    """Give a mail its last state and forget where it went; False when it has ended already."""
    return await tx.execute(END, mail_id, state, error) == "UPDATE 1"


async def delay(pool: Pool, mail_id: UUID, error: str, pause: timedelta) -> None:
    """Try again later."""
    await pool.execute(DELAY, mail_id, error, pause)


async def mine(pool: Pool, person_id: str) -> list[asyncpg.Record]:
    """A person's newest mails."""
    return list(await pool.fetch(MINE + NEWEST, person_id))


async def all_of(pool: Pool, person_id: str) -> list[asyncpg.Record]:
    """All of a person's mails, newest first."""
    return list(await pool.fetch(ALL_OF, person_id))


async def of_organizer(pool: Pool, organizer: str) -> list[asyncpg.Record]:
    """The newest mails about an organizer: their states, not their content."""
    return list(await pool.fetch(OF_ORGANIZER + NEWEST, organizer))


async def by_state(pool: Pool) -> list[asyncpg.Record]:
    """The mails not yet ended: how many in each state, and the oldest one's age in seconds."""
    return list(await pool.fetch(BY_STATE))
