"""Transfers as rows, and whose units were before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import asyncpg

from services.contracts.vocabulary import OrganizerType
from services.kernel.database import Connection, Pool
from services.registry.domain.state import SchoolUnit
from services.registry.domain.transfers import State, Transfer

COLUMNS = """
t.id, t.version, t.giver, t.receiver, t.day, t.ends_organizer, t.state, t.message, t.refusal,
g.display_name AS giver_name, g.organizer_type AS giver_type,
r.display_name AS receiver_name, r.organizer_type AS receiver_type,
coalesce(r.body ->> 'legalEntityStatus', '') = 'EJ_LANGRE_INKLUDERAD' AS receiver_has_ended,
ARRAY(SELECT code FROM transfer_unit n WHERE n.transfer = t.id ORDER BY code) AS codes
"""
FROM = "FROM transfer t JOIN organizer g ON g.number = t.giver JOIN organizer r ON r.number = t.receiver"
GET = f"SELECT {COLUMNS} {FROM} WHERE t.id = $1"
FOR_UPDATE = f"SELECT {COLUMNS} {FROM} WHERE t.id = $1 FOR UPDATE OF t"
DUE = f"""
SELECT {COLUMNS} {FROM} WHERE t.state IN ('proposed', 'accepted') AND t.day <= $1
ORDER BY t.day, t.ends_organizer, t.id FOR UPDATE OF t
"""
UNANSWERED = f"""
SELECT {COLUMNS} {FROM} WHERE t.state = 'proposed' AND t.day - $1::date = ANY($2::integer[]) ORDER BY t.day, t.id
"""
MANY = f"""
SELECT {COLUMNS}, count(*) OVER () AS total {FROM}
WHERE ($1 = '' OR t.giver = $1 OR t.receiver = $1) AND (cardinality($2::text[]) = 0 OR t.state = ANY($2))
ORDER BY t.state IN ('proposed', 'accepted') DESC, t.day DESC, t.id LIMIT $3 OFFSET $4
"""
TO_ANSWER = """
SELECT t.id, t.day FROM transfer t WHERE t.receiver = $1 AND t.state = 'proposed' AND t.day > $2 ORDER BY t.day, t.id
"""
UNITS = """
SELECT u.code, u.display_name, u.status FROM transfer_unit n JOIN school_unit u USING (code)
WHERE n.transfer = $1 ORDER BY swedish_order(u.display_name), u.code
"""
# Not FOR UPDATE: a unit that is planned for one of them meanwhile shall not wait.
HOLD_ORGANIZERS = "SELECT 1 FROM organizer WHERE number = ANY($1) ORDER BY number FOR NO KEY UPDATE"
NOT_CLOSED = "SELECT code FROM school_unit WHERE organizer = $1 AND status <> 'UPPHORT' ORDER BY code"
ENDS = "SELECT 1 FROM transfer WHERE giver = $1 AND ends_organizer AND state IN ('proposed', 'accepted')"
INSERT = """
INSERT INTO transfer (id, version, giver, receiver, day, ends_organizer, state, message)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
INSERT_UNITS = "INSERT INTO transfer_unit (transfer, code) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING"
UPDATE = "UPDATE transfer SET version = $2, state = $3, refusal = $4 WHERE id = $1 AND version = $2 - 1"
FREE = "UPDATE transfer_unit SET open = false WHERE transfer = $1"
OPEN_FOR = "SELECT code, transfer FROM transfer_unit WHERE open AND code = ANY($1)"
PUT_FORMER = """
INSERT INTO former_organizer (code, organizer, since, until, first_version, last_version)
SELECT n.code, $3, coalesce(p.until, u.created), $4, coalesce(p.last_version, 1), n.version
FROM unnest($1::text[], $2::integer[]) AS n (code, version) JOIN school_unit u USING (code)
LEFT JOIN LATERAL (
  SELECT f.until, f.last_version FROM former_organizer f WHERE f.code = n.code ORDER BY f.last_version DESC LIMIT 1
) p ON true
"""
FORMERLY = """
SELECT f.organizer, s.role, f.since, f.until, f.first_version, f.last_version
FROM former_organizer f JOIN authority s ON s.organizer = f.organizer
WHERE f.code = $1 AND s.person_id = $2 ORDER BY f.last_version
"""
RECEIVERS = """
SELECT number, display_name, organizer_type FROM organizer
WHERE number <> $1 AND (strpos(lower(display_name), lower($2)) > 0 OR number = replace($2, '-', ''))
  AND coalesce(body ->> 'legalEntityStatus', '') <> 'EJ_LANGRE_INKLUDERAD'
ORDER BY swedish_order(display_name), number LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class TransferRow:
    """A transfer with what stands around it."""

    transfer: Transfer
    giver_name: str
    giver_type: OrganizerType
    receiver_name: str
    receiver_type: OrganizerType
    receiver_has_ended: bool


@dataclass(frozen=True, slots=True)
class Formerly:
    """An organizer's time with a unit that is another's now: days (`until` excluded) and versions (both included)."""

    organizer: str
    role: str
    since: date
    until: date
    first_version: int
    last_version: int


async def find(connection: Connection | Pool, transfer: UUID) -> TransferRow | None:
    """One transfer, or None."""
    row = await connection.fetchrow(GET, transfer)
    return _read(row) if row else None


async def find_for_update(tx: Connection, transfer: UUID) -> TransferRow | None:
    """Lock and load one transfer, or None."""
    row = await tx.fetchrow(FOR_UPDATE, transfer)
    return _read(row) if row else None


async def due(tx: Connection, day: date) -> list[TransferRow]:
    """Lock and load the open transfers whose day has come; those that end their giver last."""
    return [_read(row) for row in await tx.fetch(DUE, day)]


async def unanswered(tx: Connection, day: date, days_before: Sequence[int]) -> list[TransferRow]:
    """The proposals whose day is so many days off."""
    return [_read(row) for row in await tx.fetch(UNANSWERED, day, days_before)]


async def many(
    connection: Connection | Pool, organizer: str, states: Sequence[str], *, size: int, offset: int
) -> tuple[list[TransferRow], int]:
    """A page of an organizer's transfers, given and received, or of all (""), open ones first; how many there are."""
    rows = await connection.fetch(MANY, organizer, states, size, offset)
    return [_read(row) for row in rows], rows[0]["total"] if rows else 0


async def to_answer(connection: Connection | Pool, organizer: str, day: date) -> list[asyncpg.Record]:
    """The proposals that wait for an organizer's answer on a day, the nearest first: id, day."""
    return list(await connection.fetch(TO_ANSWER, organizer, day))


async def units(connection: Connection | Pool, transfer: UUID) -> list[asyncpg.Record]:
    """A transfer's units by name: code, display_name, status."""
    return list(await connection.fetch(UNITS, transfer))


async def hold_organizers(tx: Connection, numbers: Sequence[str]) -> None:
    """Let proposals of the same organizers wait for one another."""
    await tx.execute(HOLD_ORGANIZERS, numbers)


async def not_closed(tx: Connection, organizer: str) -> tuple[str, ...]:
    """The codes of an organizer's units that have not closed, in order."""
    return tuple(row["code"] for row in await tx.fetch(NOT_CLOSED, organizer))


async def ends(tx: Connection, organizer: str) -> bool:
    """Whether an open transfer takes all the organizer's units."""
    return await tx.fetchval(ENDS, organizer) is not None


async def insert(tx: Connection, transfer: Transfer) -> None:
    """Write a new transfer with its units, which the caller has locked."""
    await tx.execute(
        INSERT, transfer.id, transfer.version, transfer.giver, transfer.receiver, transfer.day,
        transfer.ends_organizer, transfer.state, transfer.message,
    )  # fmt: skip
    await add_units(tx, transfer.id, transfer.codes)


async def add_units(tx: Connection, transfer: UUID, codes: Sequence[str]) -> None:
    """Add units to a transfer; those that are there already are passed over."""
    await tx.execute(INSERT_UNITS, transfer, codes)


async def update(tx: Connection, transfer: Transfer) -> None:
    """Write a transfer's next state, one version on; over, it holds its units no longer."""
    await tx.execute(UPDATE, transfer.id, transfer.version, transfer.state, transfer.refusal)
    if transfer.state is not State.ACCEPTED:
        await tx.execute(FREE, transfer.id)


async def open_for(connection: Connection | Pool, codes: Sequence[str]) -> dict[str, str]:
    """In which open transfer each of the units is; those that are in none are absent."""
    return {row["code"]: str(row["transfer"]) for row in await connection.fetch(OPEN_FOR, codes)}


async def put_former(tx: Connection, units: Sequence[SchoolUnit], organizer: str, until: date) -> None:
    """Note whose the units were until a day; each with the version that took it away."""
    await tx.execute(PUT_FORMER, [u.code for u in units], [u.version for u in units], organizer, until)


async def formerly(connection: Connection | Pool, code: str, person_id: str) -> list[Formerly]:
    """The times in which a unit was an organizer's that the person acts for now."""
    return [Formerly(**row) for row in await connection.fetch(FORMERLY, code, person_id)]


async def receivers(connection: Connection | Pool, but: str, text: str, most: int) -> list[asyncpg.Record]:
    """Organizers whose name has the text, or whose number it is; without one, and without those that have ended."""
    return list(await connection.fetch(RECEIVERS, but, text, most))


def _read(row: asyncpg.Record) -> TransferRow:
    transfer = Transfer(
        row["id"], row["version"], row["giver"], row["receiver"], row["day"], row["ends_organizer"],
        State(row["state"]), tuple(row["codes"]), row["message"], row["refusal"],
    )  # fmt: skip
    return TransferRow(
        transfer, row["giver_name"], OrganizerType(row["giver_type"]), row["receiver_name"],
        OrganizerType(row["receiver_type"]), row["receiver_has_ended"],
    )  # fmt: skip
