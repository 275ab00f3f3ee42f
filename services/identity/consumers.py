"""What identity hears: which organizers there are, for invitations and letters."""

from services.contracts import registry
from services.contracts.registry import OrganizerEdited, OrganizerRegistered
from services.identity.settings import IdentitySettings
from services.identity.store import organizers
from services.kernel.consumer import Consumer
from services.kernel.database import Connection, Pool
from services.kernel.envelope import Envelope, read

ORGANIZERS: dict[str, type[OrganizerRegistered | OrganizerEdited]] = {
    event.full_type(): event for event in (OrganizerRegistered, OrganizerEdited)
}


def consumer(settings: IdentitySettings, pool: Pool) -> Consumer:
    """Bind the handlers."""
    listening = Consumer(settings.kafka_bootstrap, "identity", settings.topic_prefix, pool)
    listening.on(registry.TOPIC, keep_organizer, batch=True)
    return listening


async def keep_organizer(tx: Connection, envelope: Envelope) -> None:
    """Keep the newest name and address of an organizer; other types are passed over."""
    if kind := ORGANIZERS.get(envelope.type):
        fact = read(envelope, kind)
        address = fact.organizer.address
        await organizers.put(
            tx, fact.organization_number, fact.version, fact.organizer.display_name,
            address.model_dump(mode="json", by_alias=True) if address else None,
        )  # fmt: skip
