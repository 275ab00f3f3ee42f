"""What is asked about education providers and contracts."""

from datetime import date
from typing import Any

from services.kernel.identity import Subject
from services.registry.commands import authority
from services.registry.domain.education_contracts import MAY_CONTRACT, public_contract
from services.registry.domain.education_providers import Provider, public_provider
from services.registry.register import Register
from services.registry.store import adult_education as store
from services.registry.store import organizers, register_day
from services.registry.store.adult_education import ContractRow


async def today(register: Register) -> date:
    """The open register day; today's before the register is loaded."""
    row = await register_day.find(register.pool, register.zone.key)
    return row.day if row else date.min


async def search(register: Register, text: str) -> list[dict[str, Any]]:
    """Providers found by name, number or code. All of it is public."""
    day = await today(register)
    return [provider_answer(one, day) for one in await store.search(register.pool, text)]


async def provider(register: Register, code: str) -> dict[str, Any]:
    """One provider. Raises Problem 404."""
    found = await store.provider(register.pool, code)
    if found is None:
        raise authority.not_found()
    return provider_answer(found, await today(register))


async def for_administration(register: Register, who: Subject, code: str) -> dict[str, Any]:
    """One provider with the decision that its rights come from. Raises Problem 404."""
    found = await provider_row(register, who, code)
    rights = found.rights.model_dump(mode="json", by_alias=True) if found.rights else None
    fields = found.fields.model_dump(mode="json", by_alias=True)
    return provider_answer(found, await today(register)) | {"rights": rights, "fields": fields}


async def provider_row(register: Register, who: Subject, code: str) -> Provider:
    """One provider as it is kept, for the register administration. Raises Problem 404."""
    await authority.require_administration(register.pool, register, who)
    found = await store.provider(register.pool, code)
    if found is None:
        raise authority.not_found()
    return found


async def contracts(register: Register, who: Subject, number: str) -> dict[str, Any]:
    """An organizer's contracts, and whether it may have any. Raises Problem 404 for a stranger."""
    await authority.require(register.pool, register, who, number)
    row, day = await organizers.find(register.pool, number), await today(register)
    if row is None:
        raise authority.not_found()
    found = [contract_answer(one, day) for one in await store.of_organizer(register.pool, number)]
    return {"mayContract": row["organizer_type"] in MAY_CONTRACT, "contracts": found}


async def contract(register: Register, who: Subject, number: str, code: str) -> ContractRow:
    """One contract that the caller may see. Raises Problem 404."""
    await authority.require(register.pool, register, who, number)
    row = await store.contract(register.pool, number, code)
    if row is None:
        raise authority.not_found()
    return row


def provider_answer(of: Provider, day: date) -> dict[str, Any]:
    """A provider as it is answered."""
    return {"version": of.version, "provider": public_provider(of, day).model_dump(mode="json", by_alias=True)}


def contract_answer(row: ContractRow, day: date) -> dict[str, Any]:
    """A contract as it is answered, with its provider's names."""
    return {
        "version": row.contract.version,
        "contract": public_contract(row.contract, day).model_dump(mode="json", by_alias=True),
        "provider": {
            "organizationNumber": row.provider_number,
            "displayName": row.provider_name,
            "folkHighschoolName": row.folk_highschool_name,
        },
    }
