"""The daily mail: what was collected becomes one mail, in one transaction that notes what it tells."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg

from services.kernel.database import Connection, Pool, transaction
from services.notifications import compose
from services.notifications.commands.telling import Office
from services.notifications.domain import digest, swedish
from services.notifications.domain.digest import Collected
from services.notifications.domain.mail import ReadableBy
from services.notifications.store import digests, mails, people
from services.notifications.store.mails import Queued

AT_ONCE = "at-once"


async def make_due(pool: Pool, hour: int, office: Office) -> None:
    """Queue the daily mails that are due now: one for each person, who in the meantime may have lost authority."""
    for person_id in await digests.waiting(pool):
        async with transaction(pool) as tx:
            await _make(tx, person_id, hour, office)


async def _make(tx: Connection, person_id: UUID, hour: int, office: Office) -> None:
    chosen = await digests.lock(tx, person_id)
    rows = await digests.untold(tx, person_id)
    if chosen is None or not rows:
        return
    now, at_once = datetime.now(UTC), chosen["delivery"] == AT_ONCE
    oldest = rows[0]["collected_at"]
    if not digest.is_due(now, oldest, chosen["digested_at"], hour, office.zone, at_once=at_once):
        return
    await digests.forget(tx, person_id, [row["event_id"] for row in rows if not row["may_read"]])
    told = [row for row in rows if row["may_read"]]
    if told:
        await _queue(tx, person_id, told, office)


async def _queue(tx: Connection, person_id: UUID, rows: list[asyncpg.Record], office: Office) -> None:
    units = digest.merge([await _collected(tx, row) for row in rows])
    names = await people.organizer_names(tx, [unit.organizer for unit in units])
    content = compose.digest(units, lambda number: names.get(number, number), office.zone, office.base_url)
    mail_id = uuid4()
    queued = Queued(
        mail_id, compose.DIGEST, None, compose.DIGEST, content.subject, content.text, content.html, None,
        ReadableBy.DIGEST,
    )  # fmt: skip
    await mails.queue(tx, queued, [(mail_id, person_id)])
    await digests.assign(tx, person_id, mail_id, [row["event_id"] for row in rows])


async def _collected(tx: Connection, row: asyncpg.Record) -> Collected:
    body = row["body"]
    someone = await people.actor(tx, body["actor"], row["organizer"])
    actor = swedish.actor(someone["name"], someone["role"]) if someone else swedish.actor(None, None)
    at = datetime.fromisoformat(body["at"])
    return Collected(
        row["organizer"], body["code"], body["name"], body["version"], at, actor, body["opened"], tuple(body["fields"])
    )
