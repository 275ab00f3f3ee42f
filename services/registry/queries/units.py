"""What is asked about one school unit."""

from typing import Any

import asyncpg

from services.kernel.database import Connection, Pool
from services.registry.domain.units import editable
from services.registry.register import Register
from services.registry.store import audit, units
from services.registry.store.units import UnitRow

PAGE_SIZE = 20


async def as_answer(connection: Connection | Pool, register: Register, code: str) -> dict[str, Any]:
    """A unit as it is answered. Raises LookupError for a code that is not there."""
    row = await units.find(connection, register.vault, code)
    if row is None:
        raise LookupError(code)
    return answer(row, await audit.not_public(connection, code))


def answer(row: UnitRow, not_yet_public: list[dict[str, Any]]) -> dict[str, Any]:
    """A unit with its surroundings, and what of it the public view does not have yet."""
    public, private = row.unit.public, row.unit.private
    fields = editable(row.unit).model_dump(mode="json", by_alias=True, exclude={"head_master_personal_identity_number"})
    shown = {
        "startdate": public.start_date,
        "endDate": public.end_date,
        "headMasterPersonalIdentityNumberGiven": private.personal_identity_number is not None,
    }
    return {
        "schoolUnitCode": row.unit.code,
        "version": row.unit.version,
        "status": public.status,
        "created": row.created,
        "modified": row.modified,
        "organizer": {
            "organizationNumber": row.organizer,
            "displayName": row.organizer_name,
            "organizerType": row.organizer_type,
        },
        "municipalityName": row.municipality_name,
        "notYetPublic": not_yet_public,
        "unit": fields | shown,
    }


async def history(connection: Connection | Pool, code: str, page: int) -> dict[str, Any]:
    """A page of what happened to a unit, newest first."""
    rows = await audit.history(connection, code, size=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
    total = rows[0]["total"] if rows else 0
    return {"total": total, "page": page, "pages": -(-total // PAGE_SIZE), "entries": [entry(row) for row in rows]}


def entry(row: asyncpg.Record) -> dict[str, Any]:
    """One row of the audit log: who by id, when, and each field."""
    return {
        "version": row["version"],
        "at": row["at"],
        "registerDay": row["register_day"],
        "publicFrom": row["public_from"],
        "actor": row["actor"],
        "actorRole": row["actor_role"],
        "cause": row["cause"],
        "changed": row["changed"],
    }
