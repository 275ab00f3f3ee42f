"""What publication hears: every fact of the registry, and the markers of its closed days."""

from typing import Any

import orjson

from services.contracts import registry
from services.contracts.adult_education import (
    ContractEdited,
    ContractRegistered,
    EducationProviderEdited,
    EducationProviderRegistered,
)
from services.contracts.event import Wire
from services.contracts.registry import (
    OrganizerEdited,
    OrganizerRegistered,
    RegisterDayClosed,
    SchoolUnitEdited,
    SchoolUnitOpened,
    SchoolUnitRegistered,
)
from services.contracts.reorganisations import ReorganisationTookEffect
from services.kernel.consumer import Consumer
from services.kernel.database import Connection, Pool
from services.kernel.envelope import Envelope, read
from services.publication.domain.history import Version, extract_date
from services.publication.settings import PublicationSettings
from services.publication.store import history, listed

UnitFact = SchoolUnitRegistered | SchoolUnitEdited | SchoolUnitOpened
OrganizerFact = OrganizerRegistered | OrganizerEdited
UNITS: dict[str, type[UnitFact]] = {
    event.full_type(): event for event in (SchoolUnitRegistered, SchoolUnitEdited, SchoolUnitOpened)
}
ORGANIZERS: dict[str, type[OrganizerFact]] = {
    event.full_type(): event for event in (OrganizerRegistered, OrganizerEdited)
}
PROVIDERS: dict[str, type[EducationProviderRegistered | EducationProviderEdited]] = {
    event.full_type(): event for event in (EducationProviderRegistered, EducationProviderEdited)
}
CONTRACTS: dict[str, type[ContractRegistered | ContractEdited]] = {
    event.full_type(): event for event in (ContractRegistered, ContractEdited)
}


def consumer(settings: PublicationSettings, pool: Pool) -> Consumer:
    """Bind the handlers."""
    group = f"publication-{settings.replica}" if settings.replica else "publication"
    listening = Consumer(settings.kafka_bootstrap, group, settings.topic_prefix, pool)
    listening.on_batch(registry.TOPIC, keep_history)
    return listening


async def keep_history(tx: Connection, envelopes: list[Envelope]) -> None:
    """Keep facts and markers; other types are passed over. Raises LateEventError: a complete view stays as it is."""
    versions = [version for version in map(version_of, envelopes) if version]
    places = {(version.public_from, version.partition) for version in versions}
    await history.add(tx, versions)
    await listed.add(tx, versions)
    for envelope in envelopes:
        if envelope.type == ReorganisationTookEffect.full_type():
            await _keep_relations(tx, read(envelope, ReorganisationTookEffect))
        if envelope.type == RegisterDayClosed.full_type():
            closed = read(envelope, RegisterDayClosed)
            made_at = extract_date(orjson.loads(envelope.data)["closedAt"])
            await history.add_marker(
                tx, closed.public_from, closed.partition, closed.partitions, closed.events, made_at
            )
            places.add((closed.public_from, closed.partition))
    if places:
        await history.refuse_uncounted(tx, places)


async def _keep_relations(tx: Connection, done: ReorganisationTookEffect) -> None:
    sources, results = ([part.school_unit_code for part in parts] for parts in (done.sources, done.results))
    await listed.add_relations(tx, sources, results, done.reorganisation_id, done.register_day)


def version_of(envelope: Envelope) -> Version | None:
    """The version of an entity that an event carries, or None. Raises pydantic.ValidationError."""
    partition = envelope.partition or 0
    if unit_type := UNITS.get(envelope.type):
        fact = read(envelope, unit_type)
        return Version("unit", fact.school_unit_code, fact.version, fact.register_day, fact.public_from, partition,
                       fact.unit.organization_number, _body(fact.unit))  # fmt: skip
    if organizer_type := ORGANIZERS.get(envelope.type):
        said = read(envelope, organizer_type)
        number = said.organization_number
        return Version("organizer", number, said.version, said.register_day, said.public_from, partition, number,
                       _body(said.organizer))  # fmt: skip
    if provider_type := PROVIDERS.get(envelope.type):
        named = read(envelope, provider_type)
        return Version("provider", named.education_provider_code, named.version, named.register_day, named.public_from,
                       partition, named.provider.organization_number, _body(named.provider))  # fmt: skip
    if contract_type := CONTRACTS.get(envelope.type):
        made = read(envelope, contract_type)
        return Version("contract", made.contract_id, made.version, made.register_day, made.public_from, partition,
                       made.contract.organization_number, _body(made.contract))  # fmt: skip
    return None


def _body(state: Wire) -> dict[str, Any]:
    return state.model_dump(mode="json", by_alias=True, exclude_none=True)
