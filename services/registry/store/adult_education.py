"""Education providers and contracts as rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import asyncpg

from services.contracts.adult_education import ContractPart
from services.contracts.registry import CompanyForm
from services.kernel.database import Connection, Pool
from services.registry.domain.education_contracts import Contract, contract_turns_on
from services.registry.domain.education_providers import GradingRights, Provider, ProviderFields, provider_turns_on

MOST_FOUND = 50
PROVIDER = "SELECT code, version, organization_number, body, created, modified FROM education_provider"
GET_PROVIDER = f"{PROVIDER} WHERE code = $1"
PROVIDER_FOR_UPDATE = f"{GET_PROVIDER} FOR UPDATE"
SEARCH = f"""
{PROVIDER} WHERE strpos(lower(display_name), lower($1)) > 0 OR strpos(lower(folk_highschool_name), lower($1)) > 0
  OR organization_number = replace($1, '-', '') OR code = $1
ORDER BY swedish_order(display_name), swedish_order(folk_highschool_name), code LIMIT $2
"""
PROVIDERS_TURNING = f"{PROVIDER} WHERE turns_on <= $1 ORDER BY code FOR UPDATE"
INSERT_PROVIDER = """
INSERT INTO education_provider (code, version, organization_number, display_name, folk_highschool_name, decision, body,
                                turns_on, created, modified)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) ON CONFLICT DO NOTHING RETURNING code
"""
UPDATE_PROVIDER = """
UPDATE education_provider SET version = $2, organization_number = $3, display_name = $4, folk_highschool_name = $5,
  decision = $6, body = $7, turns_on = $8, modified = $9
WHERE code = $1 AND version = $2 - 1
"""
PROVIDER_TURNS = "UPDATE education_provider SET turns_on = $2 WHERE code = $1"
CONTRACT_TURNS = "UPDATE contract SET turns_on = $3 WHERE organizer = $1 AND provider = $2"
LOCK_NAMES = "SELECT pg_advisory_xact_lock(hashtextextended('provider/' || $1, 0))"
SAME = "SELECT code FROM education_provider WHERE organization_number = $1 AND folk_highschool_name = $2"
CONTRACT = """
SELECT c.organizer, c.provider, c.version, c.body, c.created, c.modified, p.display_name AS provider_name,
       p.folk_highschool_name, p.organization_number AS provider_number
FROM contract c JOIN education_provider p ON p.code = c.provider
"""
GET_CONTRACT = f"{CONTRACT} WHERE c.organizer = $1 AND c.provider = $2"
CONTRACT_FOR_UPDATE = f"{GET_CONTRACT} FOR UPDATE OF c"
OF_ORGANIZER = f"{CONTRACT} WHERE c.organizer = $1 ORDER BY swedish_order(p.display_name), c.provider"
CONTRACTS_TURNING = f"{CONTRACT} WHERE c.turns_on <= $1 ORDER BY c.organizer, c.provider FOR UPDATE OF c"
INSERT_CONTRACT = """
INSERT INTO contract (organizer, provider, version, body, turns_on, created, modified)
VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT DO NOTHING RETURNING provider
"""
UPDATE_CONTRACT = """
UPDATE contract SET version = $3, body = $4, turns_on = $5, modified = $6
WHERE organizer = $1 AND provider = $2 AND version = $3 - 1
"""


@dataclass(frozen=True, slots=True)
class ContractRow:
    """A contract with the names that stand with its provider."""

    contract: Contract
    provider_name: str
    folk_highschool_name: str | None
    provider_number: str

    def with_contract(self, contract: Contract) -> "ContractRow":
        """The same names beside the contract as it shall be."""
        return replace(self, contract=contract)


async def provider(connection: Connection | Pool, code: str) -> Provider | None:
    """One provider, or None."""
    row = await connection.fetchrow(GET_PROVIDER, code)
    return _provider(row) if row else None


async def provider_for_update(tx: Connection, code: str) -> Provider | None:
    """Lock and load one provider, or None."""
    row = await tx.fetchrow(PROVIDER_FOR_UPDATE, code)
    return _provider(row) if row else None


async def search(connection: Connection | Pool, text: str) -> list[Provider]:
    """Those whose name has the text, or whose number or code it is, by name; fifty at most."""
    return [_provider(row) for row in await connection.fetch(SEARCH, text.strip(), MOST_FOUND)]


async def providers_turning(tx: Connection, day: date) -> list[Provider]:
    """Lock and load those whose rights begin or end by a day."""
    return [_provider(row) for row in await tx.fetch(PROVIDERS_TURNING, day)]


async def lock_names(tx: Connection, number: str) -> None:
    """Let one transaction at a time decide what an organization number's providers are called."""
    await tx.execute(LOCK_NAMES, number)


async def same_provider(tx: Connection, number: str, folk_highschool_name: str | None) -> str | None:
    """The code of the provider that is there already, or None."""
    code: str | None = await tx.fetchval(SAME, number, folk_highschool_name or "")
    return code


async def insert_provider(tx: Connection, provider: Provider, day: date) -> bool:
    """Write a new provider; False when its code is taken, or the provider is there already."""
    return await tx.fetchval(INSERT_PROVIDER, *_provider_values(provider, day)) is not None


async def update_providers(tx: Connection, providers: Sequence[Provider], day: date) -> None:
    """Write changed providers, each one version on; their rows are locked by the caller."""
    await tx.executemany(UPDATE_PROVIDER, [_provider_values(one, day) for one in providers])


async def look_again_at_providers(tx: Connection, providers: Sequence[Provider], day: date) -> None:
    """Nothing of them changed; say when something may."""
    await tx.executemany(PROVIDER_TURNS, [(one.code, provider_turns_on(one, day)) for one in providers])


async def look_again_at_contracts(tx: Connection, contracts: Sequence[Contract], day: date) -> None:
    """Nothing of them changed; say when something may."""
    rows = [(one.organizer, one.provider, contract_turns_on(one, day)) for one in contracts]
    await tx.executemany(CONTRACT_TURNS, rows)


async def contract(connection: Connection | Pool, organizer: str, provider_code: str) -> ContractRow | None:
    """One contract, or None."""
    row = await connection.fetchrow(GET_CONTRACT, organizer, provider_code)
    return _contract(row) if row else None


async def contract_for_update(tx: Connection, organizer: str, provider_code: str) -> ContractRow | None:
    """Lock and load one contract, or None."""
    row = await tx.fetchrow(CONTRACT_FOR_UPDATE, organizer, provider_code)
    return _contract(row) if row else None


async def of_organizer(connection: Connection | Pool, organizer: str) -> list[ContractRow]:
    """An organizer's contracts, by the provider's name."""
    return [_contract(row) for row in await connection.fetch(OF_ORGANIZER, organizer)]


async def contracts_turning(tx: Connection, day: date) -> list[ContractRow]:
    """Lock and load those of which a part begins or ends by a day."""
    return [_contract(row) for row in await tx.fetch(CONTRACTS_TURNING, day)]


async def insert_contract(tx: Connection, contract: Contract, day: date) -> bool:
    """Write a new contract; False when the organizer has one with the provider already."""
    values = (contract.organizer, contract.provider, contract.version, _parts(contract))
    return await tx.fetchval(INSERT_CONTRACT, *values, contract_turns_on(contract, day), day) is not None


async def update_contracts(tx: Connection, contracts: Sequence[Contract], day: date) -> None:
    """Write changed contracts, each one version on; their rows are locked by the caller."""
    rows = [(c.organizer, c.provider, c.version, _parts(c), contract_turns_on(c, day), day) for c in contracts]
    await tx.executemany(UPDATE_CONTRACT, rows)


def _provider_values(provider: Provider, day: date) -> tuple[object, ...]:
    fields, rights = provider.fields, provider.rights
    body = {
        "fields": fields.model_dump(mode="json", by_alias=True, exclude_none=True),
        "rights": rights.model_dump(mode="json", by_alias=True) if rights else None,
        "companyForm": provider.company_form.model_dump(by_alias=True) if provider.company_form else None,
    }
    return (
        provider.code, provider.version, provider.organization_number, fields.display_name,
        fields.folk_highschool_name or "", rights.decision if rights else None, body,
        provider_turns_on(provider, day), day,
    )  # fmt: skip


def _provider(row: asyncpg.Record) -> Provider:
    body: dict[str, Any] = row["body"]
    rights, form = body["rights"], body["companyForm"]
    return Provider(
        row["code"], row["organization_number"], ProviderFields.model_validate(body["fields"]),
        GradingRights.model_validate(rights) if rights else None, CompanyForm.model_validate(form) if form else None,
        row["version"],
    )  # fmt: skip


def _parts(contract: Contract) -> list[dict[str, Any]]:
    return [part.model_dump(mode="json", by_alias=True) for part in contract.parts]


def _contract(row: asyncpg.Record) -> ContractRow:
    parts = tuple(ContractPart.model_validate(part) for part in row["body"])
    made = Contract(row["organizer"], row["provider"], parts, row["version"])
    return ContractRow(made, row["provider_name"], row["folk_highschool_name"] or None, row["provider_number"])
