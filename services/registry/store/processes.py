"""Which units are part of an undertaking that has not taken effect: a reorganisation, a change of organizer."""

from collections.abc import Awaitable, Callable, Sequence

from services.kernel.database import Connection
from services.registry.domain.processes import IN_OTHER_PROCESS
from services.registry.domain.rules import RulesBrokenError
from services.registry.store import planned_changes, reorganisations, transfers

OpenFor = Callable[[Connection, Sequence[str]], Awaitable[dict[str, str]]]
UNDERTAKINGS: tuple[OpenFor, ...] = (reorganisations.open_for, transfers.open_for)
"""Each tells, of some units, which of its own that are open they are part of: `open_for` of its store."""


async def busy(connection: Connection, codes: Sequence[str]) -> dict[str, str]:
    """What keeps each unit from an undertaking: one that is open, or a closing that is planned.

    The caller has locked the units. Else a unit could close before it is split or handed over.
    """
    return await planned_changes.closing_for(connection, codes) | await open_for(connection, codes)


async def open_for(connection: Connection, codes: Sequence[str]) -> dict[str, str]:
    """The id of an open undertaking for each unit that is part of one. The caller has locked the units."""
    found: dict[str, str] = {}
    for each in UNDERTAKINGS:
        found |= await each(connection, codes)
    return found


async def refuse_busy(connection: Connection, code: str) -> None:
    """Raise RulesBrokenError when the unit is part of an open undertaking."""
    if process := (await open_for(connection, [code])).get(code):
        raise RulesBrokenError([IN_OTHER_PROCESS.broken_at("/schoolUnitCodes", unit=code, process=process)])
