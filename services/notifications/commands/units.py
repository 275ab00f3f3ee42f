"""What follows from a change of a school unit: a mail at once, or a place in the daily one."""

from collections.abc import Awaitable, Callable
from typing import Any

from services.contracts.registry import SchoolUnitEdited, SchoolUnitOpened
from services.contracts.vocabulary import Cause, ProcessType
from services.kernel.database import Connection
from services.kernel.envelope import Envelope, read
from services.notifications import compose
from services.notifications.commands.telling import Office
from services.notifications.compose import Setting
from services.notifications.domain import swedish
from services.notifications.domain.mail import Recipient, mail_id, recipients
from services.notifications.store import digests, mails, people
from services.notifications.store.mails import Queued

UnitEvent = SchoolUnitEdited | SchoolUnitOpened
UNITS: dict[str, type[UnitEvent]] = {event.full_type(): event for event in (SchoolUnitEdited, SchoolUnitOpened)}
TOLD_TOGETHER = frozenset({ProcessType.REORGANISATION, ProcessType.TRANSFER, ProcessType.BULK})
"""What changes many units at once is told in one mail of its own."""


async def unit_changed(tx: Connection, envelope: Envelope, office: Office) -> None:
    """Tell each who may act for the unit's organizer, but not the one who did it. Imports are told to nobody."""
    event = read(envelope, UNITS[envelope.type])
    organizer = event.unit.organization_number
    to = recipients(await people.members(tx, organizer), but={envelope.actor})
    is_told_together = event.process is not None and event.process.type in TOLD_TOGETHER
    if event.cause is Cause.IMPORT or is_told_together or not to:
        return
    daily = [each for each in to if each.daily]
    await digests.collect(tx, envelope.id, organizer, _kept(event, envelope), _ids(envelope, daily))
    if len(daily) < len(to):
        at_once = [each for each in to if not each.daily]
        await mails.queue(tx, await _mail(tx, event, envelope, office), _ids(envelope, at_once))


def _ids(envelope: Envelope, to: list[Recipient]) -> list[tuple[Any, Any]]:
    return [(mail_id(envelope.id, each.person_id, compose.TEMPLATE), each.person_id) for each in to]


async def _mail(tx: Connection, event: UnitEvent, envelope: Envelope, office: Office) -> Queued:
    organizer = event.unit.organization_number
    someone = await people.actor(tx, envelope.actor or "", organizer)
    name, role = (someone["name"], someone["role"]) if someone else (None, None)
    setting = Setting(
        swedish.actor(name, role), envelope.time, await people.organizer_name(tx, organizer), office.zone,
        office.base_url,
    )  # fmt: skip
    content = compose.unit_changed(event, setting)
    return Queued(
        envelope.id, compose.TEMPLATE, organizer, event.school_unit_code, content.subject, content.text, content.html,
        envelope.traceparent,
    )  # fmt: skip


def _kept(event: UnitEvent, envelope: Envelope) -> dict[str, Any]:
    """The change as it waits for the daily mail: who did it by id, so that the name is as it may be told then."""
    return {
        "code": event.school_unit_code,
        "name": event.unit.display_name,
        "version": event.version,
        "at": envelope.time.isoformat(),
        "actor": envelope.actor or "",
        "opened": isinstance(event, SchoolUnitOpened),
        "fields": [change.model_dump(mode="json") for change in event.changed],
    }


HANDLERS: dict[str, Callable[[Connection, Envelope, Office], Awaitable[None]]] = dict.fromkeys(UNITS, unit_changed)
"""What each event asks for."""
