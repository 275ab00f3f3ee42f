"""Writing organizers with their audit rows and events: what every command that changes organizers ends with."""

from collections.abc import Sequence

from services.contracts.registry import OrganizerEdited, OrganizerRegistered, PublicOrganizer
from services.kernel.database import Connection
from services.registry.commands.command import note, say
from services.registry.domain.organizers import Edited
from services.registry.domain.register_day import OpenDay
from services.registry.store import organizers
from services.registry.store.audit import Doer


async def save_organizers(tx: Connection, edits: Sequence[Edited], by: Doer, day: OpenDay) -> None:
    """Write changed organizers, which the caller has locked, with their audit rows and events."""
    if not edits:
        return
    versions = await organizers.update(tx, [organizer for organizer, _ in edits], day.date)
    await note(tx, [(o.organization_number, versions[o.organization_number], changed) for o, changed in edits], by, day)
    events = [
        OrganizerEdited(
            organization_number=organizer.organization_number, organizer=organizer,
            version=versions[organizer.organization_number], register_day=day.date, public_from=day.public_from,
            cause=by.cause, changed=changed, process=by.process,
        )
        for organizer, changed in edits
    ]  # fmt: skip
    await say(tx, by, *events)


async def register_organizers(tx: Connection, new: Sequence[PublicOrganizer], by: Doer, day: OpenDay) -> set[str]:
    """Write new organizers with their audit rows and events; returns their numbers. One that is there is left alone."""
    written = await organizers.insert(tx, new, day)
    new = [organizer for organizer in new if organizer.organization_number in written]
    await note(tx, [(organizer.organization_number, 1, ()) for organizer in new], by, day)
    events = [
        OrganizerRegistered(
            organization_number=organizer.organization_number, organizer=organizer, version=1, register_day=day.date,
            public_from=day.public_from, cause=by.cause, process=by.process,
        )
        for organizer in new
    ]  # fmt: skip
    await say(tx, by, *events)
    return written
