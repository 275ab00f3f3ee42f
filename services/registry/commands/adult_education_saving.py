"""Writing education providers and contracts with their audit rows and events."""

from collections.abc import Sequence

from services.contracts.adult_education import (
    ContractEdited,
    ContractRegistered,
    EducationProviderEdited,
    EducationProviderRegistered,
)
from services.contracts.registry import FieldChange
from services.kernel.database import Connection
from services.registry.commands.command import note, say
from services.registry.domain.education_contracts import EditedContract, public_contract
from services.registry.domain.education_providers import EditedProvider, Provider, introduced, public_provider
from services.registry.domain.register_day import OpenDay
from services.registry.store import adult_education as store
from services.registry.store.adult_education import ContractRow
from services.registry.store.audit import Doer


async def tell_provider(
    tx: Connection,
    kind: type[EducationProviderRegistered | EducationProviderEdited],
    edits: Sequence[EditedProvider],
    by: Doer,
    day: OpenDay,
) -> None:
    """Audit rows and events of providers that are written."""
    await note(tx, [(one.aggregate, one.version, changed) for one, changed in edits], by, day)
    facts = [
        kind.model_validate(
            _fact(one.version, changed, by, day)
            | {"education_provider_code": one.code, "provider": public_provider(one, day.date)}
        )
        for one, changed in edits
    ]
    await say(tx, by, *facts)


async def save_providers(tx: Connection, edits: Sequence[EditedProvider], by: Doer, day: OpenDay) -> None:
    """Write changed providers."""
    await store.update_providers(tx, [provider for provider, _ in edits], day.date)
    await tell_provider(tx, EducationProviderEdited, edits, by, day)


async def save_new_provider(tx: Connection, provider: Provider, by: Doer, day: OpenDay) -> bool:
    """Write a new provider; False when its code is taken, which then is not written."""
    if not await store.insert_provider(tx, provider, day.date):
        return False
    await tell_provider(tx, EducationProviderRegistered, [(provider, introduced(provider, day.date))], by, day)
    return True


async def tell_contract(
    tx: Connection,
    kind: type[ContractRegistered | ContractEdited],
    edits: Sequence[tuple[ContractRow, tuple[FieldChange, ...]]],
    by: Doer,
    day: OpenDay,
) -> None:
    """Audit rows and events of contracts that are written."""
    entries = [(row.contract.aggregate, row.contract.version, changed) for row, changed in edits]
    await note(tx, entries, by, day)
    facts = [
        kind.model_validate(
            _fact(row.contract.version, changed, by, day)
            | {"contract_id": row.contract.contract_id, "contract": public_contract(row.contract, day.date),
               "provider_name": row.folk_highschool_name or row.provider_name}
        )
        for row, changed in edits
    ]  # fmt: skip
    await say(tx, by, *facts)


async def save_contracts(
    tx: Connection, rows: Sequence[ContractRow], edits: Sequence[EditedContract], by: Doer, day: OpenDay
) -> None:
    """Write changed contracts; `rows`: what stood, in the same order."""
    await store.update_contracts(tx, [contract for contract, _ in edits], day.date)
    told = [(row.with_contract(contract), changed) for row, (contract, changed) in zip(rows, edits, strict=True)]
    await tell_contract(tx, ContractEdited, told, by, day)


def _fact(version: int, changed: tuple[FieldChange, ...], by: Doer, day: OpenDay) -> dict[str, object]:
    return {"version": version, "register_day": day.date, "public_from": day.public_from, "cause": by.cause,
            "changed": changed}  # fmt: skip
