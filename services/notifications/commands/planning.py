"""What follows from what is said of planned changes: the organizer's users are told, but not who did it."""

from services.contracts.planning import (
    ChangePlanned,
    PlannedChangeCancelled,
    PlannedChangeConflicted,
    PlannedChangeEdited,
    PlannedChangeHindered,
)
from services.contracts.registry import SchoolUnitRegistered
from services.contracts.vocabulary import Cause
from services.kernel.database import Connection
from services.kernel.envelope import Envelope, read
from services.notifications.commands.telling import Occasion, Office, scene, to_members, to_person
from services.notifications.commands.users import Handler
from services.notifications.domain import planning_notices as notices
from services.notifications.domain.mail import ReadableBy
from services.notifications.store import people


async def unit_planned(tx: Connection, envelope: Envelope, office: Office) -> None:
    """Tell the others of a new unit. Imports, and what is told in a mail of its own, are told to nobody here."""
    fact, occasion = read(envelope, SchoolUnitRegistered), Occasion.of(envelope, office)
    if fact.cause is Cause.IMPORT or fact.process:
        return
    told = notices.new_unit(await scene(tx, occasion, fact.unit.organization_number), fact.unit)
    await to_members(tx, occasion, fact.unit.organization_number, "unit-planned", told)


async def planned(tx: Connection, envelope: Envelope, office: Office) -> None:
    """Tell the others that a change is planned."""
    fact, occasion = read(envelope, ChangePlanned), Occasion.of(envelope, office)
    told = notices.planned(await scene(tx, occasion, fact.organization_number), fact)
    await to_members(tx, occasion, fact.organization_number, "planned-change-planned", told)


async def edited(tx: Connection, envelope: Envelope, office: Office) -> None:
    """Tell the others what is planned now."""
    fact, occasion = read(envelope, PlannedChangeEdited), Occasion.of(envelope, office)
    told = notices.edited(await scene(tx, occasion, fact.organization_number), fact)
    await to_members(tx, occasion, fact.organization_number, "planned-change-edited", told)


async def cancelled(tx: Connection, envelope: Envelope, office: Office) -> None:
    """Tell the others that it will not happen."""
    fact, occasion = read(envelope, PlannedChangeCancelled), Occasion.of(envelope, office)
    here = await scene(tx, occasion, fact.organization_number)
    told = notices.cancelled(here, fact, unit_closed=fact.unit_closed)
    await to_members(tx, occasion, fact.organization_number, "planned-change-cancelled", told)


async def hindered(tx: Connection, envelope: Envelope, office: Office) -> None:
    """Tell everybody that it could not be applied."""
    fact, occasion = read(envelope, PlannedChangeHindered), Occasion.of(envelope, office)
    told = notices.hindered(await scene(tx, occasion, fact.organization_number), fact)
    await to_members(tx, occasion, fact.organization_number, "planned-change-hindered", told)


async def conflicted(tx: Connection, envelope: Envelope, office: Office) -> None:
    """Tell who planned it and who edited, when these are two; those of them who may act for the organizer now."""
    fact, occasion = read(envelope, PlannedChangeConflicted), Occasion.of(envelope, office)
    if occasion.actor == fact.planned_by:
        return
    told = notices.conflicted(await scene(tx, occasion, fact.organization_number), fact, fact.fields)
    members = await people.members(tx, fact.organization_number)
    for each in members:
        if str(each.person_id) in (fact.planned_by, occasion.actor):
            await to_person(
                tx, occasion, each.person_id, "planned-change-conflicted", told, organizer=fact.organization_number,
                readable_by=ReadableBy.MEMBER,
            )  # fmt: skip


HANDLERS: dict[str, Handler] = {
    SchoolUnitRegistered.full_type(): unit_planned,
    ChangePlanned.full_type(): planned,
    PlannedChangeEdited.full_type(): edited,
    PlannedChangeCancelled.full_type(): cancelled,
    PlannedChangeHindered.full_type(): hindered,
    PlannedChangeConflicted.full_type(): conflicted,
}
