"""School units as rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import asyncpg

from services.contracts.registry import PublicUnit
from services.contracts.vocabulary import OrganizerType
from services.kernel.database import Connection, Pool
from services.kernel.secrets import Vault
from services.registry.domain.register_day import OpenDay
from services.registry.domain.state import HeadTeacherPrivate, SchoolUnit

COLUMNS = """
u.code, u.version, u.body, u.head_teacher_number, u.head_teacher_work_email, u.created, u.modified, u.organizer,
o.display_name AS organizer_name, o.organizer_type, m.name AS municipality_name
"""
FROM = """
FROM school_unit u JOIN organizer o ON o.number = u.organizer
LEFT JOIN municipality m ON m.code = u.municipality_code
"""
GET = f"SELECT {COLUMNS} {FROM} WHERE u.code = $1"
MANY = f"SELECT {COLUMNS} {FROM} WHERE u.code = ANY($1)"
NAME = "SELECT display_name FROM school_unit WHERE code = $1"
FOR_UPDATE = f"SELECT {COLUMNS} {FROM} WHERE u.code = $1 FOR UPDATE OF u"
OF_ORGANIZER = f"SELECT {COLUMNS} {FROM} WHERE u.organizer = $1 ORDER BY u.code"
MANY_FOR_UPDATE = f"SELECT {COLUMNS} {FROM} WHERE u.code = ANY($1) ORDER BY u.code FOR UPDATE OF u"
TO_OPEN = f"SELECT {COLUMNS} {FROM} WHERE u.status = 'PLANERAD' AND u.start_date <= $1 ORDER BY u.code FOR UPDATE OF u"
ARRAYS = """
unnest($1::text[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::date[], $9::jsonb[],
       $10::bytea[], $11::bytea[])
  AS n (code, version, organizer, status, display_name, municipality_code, school_types, start_date, body,
        number, email)
"""
INSERT = f"""
INSERT INTO school_unit (code, version, organizer, status, display_name, municipality_code, school_types, start_date,
                         body, head_teacher_number, head_teacher_work_email, created, modified, public_from)
SELECT code, version, organizer, status, display_name, municipality_code, string_to_array(school_types, ','),
       start_date, body, number, email, $12, $12, $13 FROM {ARRAYS} ORDER BY code
ON CONFLICT DO NOTHING RETURNING code
"""
UPDATE = f"""
UPDATE school_unit u SET version = n.version, organizer = n.organizer, status = n.status,
  display_name = n.display_name, municipality_code = n.municipality_code,
  school_types = string_to_array(n.school_types, ','), start_date = n.start_date, body = n.body,
  head_teacher_number = n.number, head_teacher_work_email = n.email, modified = $12, public_from = $13
FROM {ARRAYS} WHERE u.code = n.code AND u.version = n.version - 1
"""


class LostUpdateError(Exception):
    """A row was not as it was read: the lock was not held. Never expected."""


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit with what stands around it."""

    unit: SchoolUnit
    organizer: str
    organizer_name: str
    organizer_type: OrganizerType
    municipality_name: str | None
    created: date
    modified: date


async def find(connection: Connection | Pool, vault: Vault, code: str) -> UnitRow | None:
    """One unit, or None."""
    row = await connection.fetchrow(GET, code)
    return _read(vault, row) if row else None


async def many(connection: Connection | Pool, vault: Vault, codes: Sequence[str]) -> dict[str, UnitRow]:
    """Units by code, as they stand."""
    return {row["code"]: _read(vault, row) for row in await connection.fetch(MANY, codes)}


async def name_of(connection: Connection | Pool, code: str) -> str | None:
    """A unit's public name, or None."""
    name: str | None = await connection.fetchval(NAME, code)
    return name


async def find_for_update(tx: Connection, vault: Vault, code: str) -> UnitRow | None:
    """Lock and load one unit, or None."""
    row = await tx.fetchrow(FOR_UPDATE, code)
    return _read(vault, row) if row else None


async def many_for_update(tx: Connection, vault: Vault, codes: Sequence[str]) -> dict[str, UnitRow]:
    """Lock and load units, in the order of their codes so that two such callers cannot block each other."""
    return {row["code"]: _read(vault, row) for row in await tx.fetch(MANY_FOR_UPDATE, codes)}


async def of_organizer(connection: Connection | Pool, vault: Vault, organizer: str) -> list[UnitRow]:
    """All units of an organizer, closed ones too, by their codes."""
    return [_read(vault, row) for row in await connection.fetch(OF_ORGANIZER, organizer)]


async def planned_until(tx: Connection, vault: Vault, day: date) -> list[UnitRow]:
    """Lock and load the planned units whose start date has come."""
    return [_read(vault, row) for row in await tx.fetch(TO_OPEN, day)]


async def insert(tx: Connection, vault: Vault, units: Sequence[SchoolUnit], day: OpenDay) -> set[str]:
    """Write new units; returns their codes. A code that is taken, by a closed unit too, is passed over.

    In the order of their codes, so that two such callers cannot block each other.
    """
    return {row["code"] for row in await tx.fetch(INSERT, *_arrays(vault, units), day.date, day.public_from)}


async def update(
    tx: Connection, vault: Vault, units: Sequence[SchoolUnit], *, modified: date, public_from: date
) -> None:
    """Write changed units, each one version on. Raises LostUpdateError."""
    done = await tx.execute(UPDATE, *_arrays(vault, units), modified, public_from)
    if done != f"UPDATE {len(units)}":
        raise LostUpdateError(done)


def _arrays(vault: Vault, units: Sequence[SchoolUnit]) -> list[list[object]]:
    rows = [tuple(_write(vault, unit)) for unit in units]
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(11)]


def _write(vault: Vault, unit: SchoolUnit) -> Iterator[object]:
    public = unit.public
    yield from (unit.code, unit.version, public.organization_number, public.status, public.display_name)
    yield from (public.municipality_code, ",".join(public.school_types), public.start_date)
    yield public.model_dump(mode="json", by_alias=True, exclude_none=True)
    yield _sealed(vault, unit.private.personal_identity_number, unit.code)
    yield _sealed(vault, unit.private.work_email, unit.code)


def _sealed(vault: Vault, text: str | None, code: str) -> bytes | None:
    return vault.seal(text, f"school_unit/{code}") if text else None


def _opened(vault: Vault, sealed: bytes | None, code: str) -> str | None:
    return vault.open(sealed, f"school_unit/{code}") if sealed else None


def _read(vault: Vault, row: asyncpg.Record) -> UnitRow:
    private = HeadTeacherPrivate(
        _opened(vault, row["head_teacher_number"], row["code"]),
        _opened(vault, row["head_teacher_work_email"], row["code"]),
    )
    return UnitRow(
        SchoolUnit(PublicUnit.model_validate(row["body"]), private, row["version"]),
        row["organizer"],
        row["organizer_name"],
        OrganizerType(row["organizer_type"]),
        row["municipality_name"],
        row["created"],
        row["modified"],
    )
