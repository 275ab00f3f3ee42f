"""What an organizer may still read of a unit that is another's now: its own time."""

from typing import Any

from services.kernel.database import Connection, Pool
from services.kernel.identity import Subject, require_assurance
from services.registry.commands import authority
from services.registry.queries.history import parts
from services.registry.register import Register
from services.registry.store import transfers, units
from services.registry.store.transfers import Formerly


async def readable(connection: Connection | Pool, register: Register, who: Subject, code: str) -> list[Formerly]:
    """The times in which the unit was an organizer's that the caller acts for. Raises Problem 404 without any."""
    found = await transfers.formerly(connection, code, who.person_id)
    if not found:
        raise authority.not_found()
    require_assurance(who, min(register.assurance.get(time.role, 0) for time in found))
    return found


async def own_time(register: Register, who: Subject, code: str, page: int) -> dict[str, Any]:
    """A page of the unit's history in those times, the move that ended each included. Raises Problem 404."""
    times = await readable(register.pool, register, who, code)
    found = await parts(register.pool, code, [(time.first_version, time.last_version) for time in times], page)
    formerly = [{"organizationNumber": time.organizer, "since": time.since, "until": time.until} for time in times]
    return found | {"displayName": await units.name_of(register.pool, code), "formerly": formerly}
