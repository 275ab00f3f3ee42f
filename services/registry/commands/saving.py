"""Writing units with their audit rows and events: what every command that changes units ends with."""

from collections.abc import Sequence

from services.contracts.registry import FieldChange, SchoolUnitEdited, SchoolUnitOpened, SchoolUnitRegistered
from services.contracts.vocabulary import OrganizerType
from services.kernel.database import Connection
from services.registry.commands.command import note, say
from services.registry.commands.planned_follow import follow
from services.registry.domain.register_day import OpenDay
from services.registry.domain.state import EditableFields, SchoolUnit, Surroundings
from services.registry.register import Register
from services.registry.store import reference, units
from services.registry.store.audit import Doer

Edited = tuple[SchoolUnit, tuple[FieldChange, ...]]
"""A unit as it shall be, and what changes by that."""


async def save(
    tx: Connection,
    register: Register,
    edits: Sequence[Edited],
    by: Doer,
    day: OpenDay,
    *,
    event: type[SchoolUnitEdited | SchoolUnitOpened] = SchoolUnitEdited,
) -> None:
    """Write changed units with their audit rows and events, set-based. Each is one version on."""
    if not edits:
        return
    await units.update(tx, register.vault, [unit for unit, _ in edits], modified=day.date, public_from=day.public_from)
    await note(tx, [(unit.code, unit.version, changed) for unit, changed in edits], by, day)
    events = [
        event(
            school_unit_code=unit.public.school_unit_code, unit=unit.public, version=unit.version,
            register_day=day.date, public_from=day.public_from, cause=by.cause, changed=changed, process=by.process,
        )
        for unit, changed in edits
    ]  # fmt: skip
    await say(tx, by, *events)
    await follow(tx, register, edits, by, day)


async def register_new(
    tx: Connection, register: Register, new: Sequence[SchoolUnit], by: Doer, day: OpenDay
) -> set[str]:
    """Write new units with their audit rows and events; returns their codes. A taken code is not written again."""
    written = await units.insert(tx, register.vault, new, day)
    new = [unit for unit in new if unit.code in written]
    await note(tx, [(unit.code, unit.version, ()) for unit in new], by, day)
    events = [
        SchoolUnitRegistered(
            school_unit_code=unit.public.school_unit_code, unit=unit.public, version=unit.version,
            register_day=day.date, public_from=day.public_from, cause=by.cause, process=by.process,
        )
        for unit in new
    ]  # fmt: skip
    await say(tx, by, *events)
    return written


async def surroundings(tx: Connection, organizer_type: OrganizerType, fields: EditableFields) -> Surroundings:
    """What the rules of a unit need to know."""
    return Surroundings(organizer_type, await reference.known_municipalities(tx, [fields.municipality_code]))
