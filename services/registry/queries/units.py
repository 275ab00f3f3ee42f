"""What is asked about one school unit."""

from typing import Any

from services.kernel.database import Connection, Pool
from services.registry.domain.units import editable
from services.registry.register import Register
from services.registry.store import audit, units
from services.registry.store.units import UnitRow


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
