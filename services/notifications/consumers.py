"""What notifications hears: who there is, and what changed; and what follows from it: mails."""

from zoneinfo import ZoneInfo

from services.contracts import identity, publication, registry
from services.contracts.registry import OrganizerEdited, OrganizerRegistered
from services.kernel.consumer import Consumer
from services.kernel.database import Connection, Pool
from services.kernel.envelope import Envelope, read
from services.notifications.commands import (
    activities,
    adult_education,
    approvals,
    bulk,
    organizer_data,
    organizers,
    planning,
    reorganisations,
    transfers,
    units,
    users,
    webhooks,
)
from services.notifications.commands.telling import Office
from services.notifications.settings import NotificationsSettings
from services.notifications.store import people

ORGANIZERS: dict[str, type[OrganizerRegistered | OrganizerEdited]] = {
    event.full_type(): event for event in (OrganizerRegistered, OrganizerEdited)
}
OF_IDENTITY = users.HANDLERS | organizers.HANDLERS
OF_REGISTRY = (
    units.HANDLERS
    | activities.HANDLERS
    | planning.HANDLERS
    | approvals.HANDLERS
    | organizer_data.HANDLERS
    | reorganisations.HANDLERS
    | transfers.HANDLERS
    | adult_education.HANDLERS
    | bulk.HANDLERS
)


def office(settings: NotificationsSettings) -> Office:
    """Where this installation's mails are made."""
    return Office(ZoneInfo(settings.time_zone), settings.public_base_url)


def consumer(settings: NotificationsSettings, pool: Pool) -> Consumer:
    """Bind the handlers."""
    listening = Consumer(settings.kafka_bootstrap, "notifications", settings.topic_prefix, pool)
    ours = office(settings)

    async def hear_identity(tx: Connection, envelope: Envelope) -> None:
        if handle := OF_IDENTITY.get(envelope.type):
            await handle(tx, envelope, ours)

    async def hear_registry(tx: Connection, envelope: Envelope) -> None:
        if kind := ORGANIZERS.get(envelope.type):
            fact = read(envelope, kind)
            await people.put_organizer(tx, fact.organization_number, fact.version, fact.organizer.display_name)
        if handle := OF_REGISTRY.get(envelope.type):
            await handle(tx, envelope, ours)

    async def hear_publication(tx: Connection, envelope: Envelope) -> None:
        if handle := webhooks.HANDLERS.get(envelope.type):
            await handle(tx, envelope, ours)

    listening.on(publication.TOPIC, hear_publication)
    listening.on(identity.TOPIC, hear_identity)
    listening.on(registry.TOPIC, hear_registry, batch=True)
    return listening
