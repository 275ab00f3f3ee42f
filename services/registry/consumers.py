"""What the registry hears: who may act for which organizer."""

from services.contracts import identity
from services.contracts.identity import (
    ApiCredentialFact,
    ApiCredentialIssued,
    ApiCredentialRevoked,
    ApiCredentialRotated,
    MembershipChanged,
    MembershipEnded,
    MembershipFact,
    MembershipGranted,
    PersonChanged,
    PersonFact,
    PersonLocked,
    PersonRegistered,
    PersonUnlocked,
    TermsAccepted,
)
from services.kernel.consumer import Consumer
from services.kernel.database import Connection, Pool
from services.kernel.envelope import Envelope, read
from services.registry.settings import RegistrySettings
from services.registry.store import authority
from services.registry.store.authority import Held

MACHINE = "machine"
Fact = (
    type[PersonRegistered | PersonChanged | PersonLocked | PersonUnlocked]
    | type[MembershipGranted | MembershipChanged | MembershipEnded]
    | type[ApiCredentialIssued | ApiCredentialRotated | ApiCredentialRevoked]
    | type[TermsAccepted]
)
FACTS: dict[str, Fact] = {
    fact.full_type(): fact
    for fact in (
        PersonRegistered, PersonChanged, PersonLocked, PersonUnlocked, MembershipGranted, MembershipChanged,
        MembershipEnded, ApiCredentialIssued, ApiCredentialRotated, ApiCredentialRevoked, TermsAccepted,
    )
}  # fmt: skip


def consumer(settings: RegistrySettings, pool: Pool) -> Consumer:
    """Bind the handlers."""
    listening = Consumer(settings.kafka_bootstrap, "registry", settings.topic_prefix, pool)
    listening.on(identity.TOPIC, keep_authority)
    return listening


async def keep_authority(tx: Connection, envelope: Envelope) -> None:
    """Keep the newest state of who may act; other types are passed over."""
    kind = FACTS.get(envelope.type)
    match read(envelope, kind) if kind else None:
        case PersonFact() as person:
            await authority.put_person(
                tx, str(person.person_id), person.version, register_administration=person.register_administration,
                locked=person.locked,
            )  # fmt: skip
        case MembershipFact() as fact:
            held = Held(
                fact.membership_id, str(fact.person_id), fact.organization_number, fact.role, fact.version,
                isinstance(fact, MembershipEnded),
            )  # fmt: skip
            await authority.put_membership(tx, held)
        case ApiCredentialFact() as fact:
            held = Held(
                fact.credential_id, str(fact.credential_id), fact.organization_number, MACHINE, fact.version,
                isinstance(fact, ApiCredentialRevoked), fact.expires_at,
            )  # fmt: skip
            await authority.put_membership(tx, held)
        case TermsAccepted() as fact:
            await authority.put_acceptance(tx, str(fact.person_id))
