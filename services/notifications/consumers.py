"""What notifications hears: who there is, and what changed; and what follows from it: mails."""

from zoneinfo import ZoneInfo

from services.contracts import identity, registry
from services.contracts.identity import MembershipEnded, MembershipGranted, PersonChanged, PersonRegistered
from services.contracts.registry import OrganizerEdited, OrganizerRegistered, SchoolUnitEdited, SchoolUnitOpened
from services.contracts.vocabulary import Cause
from services.kernel.consumer import Consumer
from services.kernel.database import Connection, Pool
from services.kernel.envelope import Envelope, read
from services.notifications import compose
from services.notifications.compose import Setting
from services.notifications.domain.mail import mail_id, recipients
from services.notifications.settings import NotificationsSettings
from services.notifications.store import mails, people
from services.notifications.store.mails import Queued

PERSONS: dict[str, type[PersonRegistered | PersonChanged]] = {
    event.full_type(): event for event in (PersonRegistered, PersonChanged)
}
MEMBERSHIPS: dict[str, type[MembershipGranted | MembershipEnded]] = {
    event.full_type(): event for event in (MembershipGranted, MembershipEnded)
}
ORGANIZERS: dict[str, type[OrganizerRegistered | OrganizerEdited]] = {
    event.full_type(): event for event in (OrganizerRegistered, OrganizerEdited)
}
UNITS: dict[str, type[SchoolUnitEdited | SchoolUnitOpened]] = {
    event.full_type(): event for event in (SchoolUnitEdited, SchoolUnitOpened)
}


def consumer(settings: NotificationsSettings, pool: Pool) -> Consumer:
    """Bind the handlers."""
    listening = Consumer(settings.kafka_bootstrap, "notifications", settings.topic_prefix, pool)
    zone = ZoneInfo(settings.time_zone)

    async def keep_and_tell(tx: Connection, envelope: Envelope) -> None:
        await keep_organizer(tx, envelope)
        await queue_mail(tx, envelope, zone, settings.public_base_url)

    listening.on(identity.TOPIC, keep_people)
    listening.on(registry.TOPIC, keep_and_tell, batch=True)
    return listening


async def keep_people(tx: Connection, envelope: Envelope) -> None:
    """Keep the newest state of persons and memberships."""
    if person := PERSONS.get(envelope.type):
        await people.put_person(tx, read(envelope, person))
    elif membership := MEMBERSHIPS.get(envelope.type):
        fact = read(envelope, membership)
        await people.put_membership(tx, fact, ended=isinstance(fact, MembershipEnded))


async def keep_organizer(tx: Connection, envelope: Envelope) -> None:
    """Keep the newest name of an organizer."""
    if kind := ORGANIZERS.get(envelope.type):
        fact = read(envelope, kind)
        await people.put_organizer(tx, fact.organization_number, fact.version, fact.organizer.display_name)


async def queue_mail(tx: Connection, envelope: Envelope, zone: ZoneInfo, base_url: str) -> None:
    """Queue a mail to each who may act for the unit's organizer, but not to the one who did it. None for imports."""
    kind = UNITS.get(envelope.type)
    if kind is None:
        return
    event = read(envelope, kind)
    organizer = event.unit.organization_number
    to = recipients(await people.members(tx, organizer), actor=envelope.actor)
    if event.cause is Cause.IMPORT or not to:
        return
    someone = await people.actor(tx, envelope.actor or "", organizer)
    name, role = (someone["name"], someone["role"]) if someone else (None, None)
    setting = Setting(
        compose.actor_in_words(name, role), envelope.time, await people.organizer_name(tx, organizer), zone, base_url
    )
    content = compose.unit_changed(event, setting)
    queued = Queued(
        envelope.id, compose.TEMPLATE, organizer, event.school_unit_code, content.subject, content.text, content.html,
        envelope.traceparent,
    )  # fmt: skip
    ids = [(mail_id(envelope.id, person.person_id, compose.TEMPLATE), person.person_id) for person in to]
    await mails.queue(tx, queued, ids)
