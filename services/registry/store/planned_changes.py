"""Planned changes as rows."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

import asyncpg
import orjson

from services.contracts.registry import FieldChange
from services.kernel.database import Connection, Pool
from services.kernel.secrets import Vault
from services.registry.domain.planned_changes import PlannedChange, State

COLUMNS = """
p.id, p.version, p.code, p.day, p.state, p.changed, p.private, p.base_version, p.planned_by, p.planned_role,
p.planned_at, p.reason, p.hindered_by, p.told, p.ended_with
"""
FIND = f"SELECT {COLUMNS} FROM planned_change p WHERE p.id = $1"
OPEN_OF = f"""
SELECT {COLUMNS} FROM planned_change p
WHERE p.code = ANY($1) AND p.state IN ('planned', 'hindered') ORDER BY p.day, p.planned_at, p.id
"""
OF_ORGANIZER = f"""
SELECT {COLUMNS} FROM planned_change p JOIN school_unit u ON u.code = p.code
WHERE u.organizer = $1 AND p.state IN ('planned', 'hindered') ORDER BY p.day, p.planned_at, p.id
"""
DUE = f"""
SELECT {COLUMNS} FROM planned_change p WHERE p.state = 'planned' AND p.day <= $1 ORDER BY p.day, p.planned_at, p.id
"""
ENDED_WITH = f"""
SELECT {COLUMNS} FROM planned_change p
WHERE p.code = $1 AND p.ended_with = ANY($2::integer[]) AND p.state = 'cancelled' AND p.day > $3
ORDER BY p.day, p.planned_at, p.id
"""
CLOSING = """
SELECT code, id FROM planned_change
WHERE code = ANY($1) AND state = 'planned' AND changed @> '[{"field": "status", "after": "UPPHORT"}]'
"""
INSERT = """
INSERT INTO planned_change (id, version, code, day, state, changed, private, base_version, planned_by, planned_role,
                            reason)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING planned_at
"""
UPDATE = """
UPDATE planned_change SET version = $2, day = $3, state = $4, changed = $5, private = $6, base_version = $7,
  hindered_by = $8, told = $9, ended_with = $10
WHERE id = $1 AND version = $2 - 1
"""
TELL = "UPDATE planned_change SET told = $2 WHERE id = $1"
NOT_PUBLIC = """
SELECT version, changed, context FROM audit
WHERE aggregate = $1 AND public_from > (SELECT day FROM register_day) ORDER BY version
"""


class LostPlanError(Exception):
    """A row was not as it was read: its unit's lock was not held. Never expected."""


async def closing_for(connection: Connection | Pool, codes: Sequence[str]) -> dict[str, str]:
    """The planned closing of each of the units that has one."""
    return {row["code"]: f"planned-change/{row['id']}" for row in await connection.fetch(CLOSING, codes)}


async def find(connection: Connection | Pool, vault: Vault, plan: UUID) -> PlannedChange | None:
    """One, or None."""
    row = await connection.fetchrow(FIND, plan)
    return _read(vault, row) if row else None


async def open_of(connection: Connection | Pool, vault: Vault, codes: Collection[str]) -> list[PlannedChange]:
    """Those of units that are planned or hindered, in the order of their days."""
    return [_read(vault, row) for row in await connection.fetch(OPEN_OF, codes)]


async def of_organizer(connection: Connection | Pool, vault: Vault, organizer: str) -> list[PlannedChange]:
    """Those of an organizer's units that are planned or hindered, in the order of their days."""
    return [_read(vault, row) for row in await connection.fetch(OF_ORGANIZER, organizer)]


async def due(tx: Connection, vault: Vault, day: date) -> list[PlannedChange]:
    """Those whose day has come, in the order in which they take effect."""
    return [_read(vault, row) for row in await tx.fetch(DUE, day)]


async def ended_with(
    tx: Connection, vault: Vault, code: str, versions: Sequence[int], today: date
) -> list[PlannedChange]:
    """Those that one of these versions of the unit cancelled, with a day still to come."""
    return [_read(vault, row) for row in await tx.fetch(ENDED_WITH, code, versions, today)]


async def insert(tx: Connection, vault: Vault, new: PlannedChange) -> None:
    """Write a new one."""
    await tx.fetchval(
        INSERT, new.id, new.version, new.code, new.day, new.state, _wire(new.changed), _sealed(vault, new),
        new.base_version, new.planned_by, new.planned_role, new.reason,
    )  # fmt: skip


async def update(tx: Connection, vault: Vault, change: PlannedChange) -> None:
    """Write a changed one, one version on. Raises LostPlanError."""
    done = await tx.execute(
        UPDATE, change.id, change.version, change.day, change.state, _wire(change.changed), _sealed(vault, change),
        change.base_version, change.hindered_by, change.told, change.ended_with,
    )  # fmt: skip
    if done != "UPDATE 1":
        raise LostPlanError(done)


async def tell(tx: Connection, plan: UUID, fields: Sequence[str]) -> None:
    """Note which conflicts have been told of: once is enough. It is no new version."""
    await tx.execute(TELL, plan, fields)


async def not_public(tx: Connection, code: str) -> list[asyncpg.Record]:
    """What was done to a unit that today's public view does not have, oldest first."""
    return list(await tx.fetch(NOT_PUBLIC, code))


def _wire(changed: Sequence[FieldChange]) -> list[object]:
    return [change.model_dump(mode="json", by_alias=True) for change in changed]


def _sealed(vault: Vault, change: PlannedChange) -> bytes | None:
    text = orjson.dumps(dict(change.private)).decode()
    return vault.seal(text, f"planned_change/{change.id}") if change.private else None


def _read(vault: Vault, row: asyncpg.Record) -> PlannedChange:
    private = orjson.loads(vault.open(row["private"], f"planned_change/{row['id']}")) if row["private"] else {}
    return PlannedChange(
        id=row["id"], version=row["version"], code=row["code"], day=row["day"], state=State(row["state"]),
        changed=tuple(FieldChange.model_validate(change) for change in row["changed"]), private=private,
        base_version=row["base_version"], planned_by=row["planned_by"], planned_role=row["planned_role"],
        planned_at=row["planned_at"], reason=row["reason"], hindered_by=tuple(row["hindered_by"]),
        told=tuple(row["told"]), ended_with=row["ended_with"],
    )  # fmt: skip
