"""What the registry hears: who may act for which organizer."""

from services.contracts import identity
from services.contracts.identity import MembershipEnded, MembershipGranted, PersonChanged, PersonRegistered
from services.kernel.consumer import Consumer
from services.kernel.database import Connection, Pool
from services.kernel.envelope import Envelope, read
from services.registry.settings import RegistrySettings
from services.registry.store import authority

PERSONS: dict[str, type[PersonRegistered | PersonChanged]] = {
    event.full_type(): event for event in (PersonRegistered, PersonChanged)
}
MEMBERSHIPS: dict[str, type[MembershipGranted | MembershipEnded]] = {
    event.full_type(): event for event in (MembershipGranted, MembershipEnded)
}


def consumer(settings: RegistrySettings, pool: Pool) -> Consumer:
    """Bind the handlers."""
    listening = Consumer(settings.kafka_bootstrap, "registry", settings.topic_prefix, pool)
    listening.on(identity.TOPIC, keep_authority)
    return listening


async def keep_authority(tx: Connection, envelope: Envelope) -> None:
    """Keep the newest state of a membership or of the administration; other types are passed over."""
    if kind := MEMBERSHIPS.get(envelope.type):
        fact = read(envelope, kind)
        await authority.put_membership(
            tx, fact.membership_id, str(fact.person_id), fact.organization_number, fact.role, fact.version,
            ended=isinstance(fact, MembershipEnded),
        )  # fmt: skip
    elif person := PERSONS.get(envelope.type):
        someone = read(envelope, person)
        await authority.put_administrator(
            tx, str(someone.person_id), someone.version, active=someone.register_administration
        )
