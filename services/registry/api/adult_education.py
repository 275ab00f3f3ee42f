"""Education providers and contracts over HTTP."""

from datetime import date
from typing import Annotated

import orjson
from fastapi import APIRouter, Path, Response
from pydantic import ConfigDict, Field

from services.contracts.adult_education import ContractPart
from services.contracts.event import Wire
from services.contracts.vocabulary import OrganizationNumber
from services.kernel.idempotency import IfMatch, Key, version_of
from services.kernel.identity import Who
from services.registry.api.doors import DryRun, Number, Page, RegisterDep, Text, json_answer, versioned
from services.registry.commands.education_contracts import (
    EditContract,
    EndContract,
    RegisterContract,
    edit_contract,
    end_contract,
    register_contract,
)
from services.registry.commands.education_providers import EditProvider, NameProvider, edit_provider, name_provider
from services.registry.domain.education_providers import GradingRights, ProviderFields
from services.registry.queries import adult_education as queries
from services.registry.queries.history import timeline

router = APIRouter(tags=["Adult education on contract"])
Code = Annotated[str, Path(pattern=r"^[0-9]{8}$", description="Education provider code, eight digits")]


class NewProvider(Wire):
    """A provider to enter the register, without grading rights."""

    model_config = ConfigDict(extra="forbid")

    organization_number: OrganizationNumber
    provider: ProviderFields


class Parts(Wire):
    """A contract's parts as they shall be."""

    model_config = ConfigDict(extra="forbid")

    school_type_parts: tuple[ContractPart, ...]


class NewContract(Parts):
    """A contract to register."""

    education_provider_code: str = Field(pattern=r"^[0-9]{8}$")


class Ending(Wire):
    """A contract's last day."""

    model_config = ConfigDict(extra="forbid")

    on: date


@router.get("/reference/education-providers")
async def search(_who: Who, register: RegisterDep, q: Text = "") -> Response:
    """Education providers by name, organization number or code; fifty at most."""
    return json_answer({"educationProviders": await queries.search(register, q)})


@router.get("/reference/education-providers/{provider_code}")
async def provider(provider_code: Code, _who: Who, register: RegisterDep) -> Response:
    """One education provider."""
    return json_answer(await queries.provider(register, provider_code))


@router.post("/organizers/{number}/education-providers", status_code=201)
async def name(number: Number, new: NewProvider, who: Who, register: RegisterDep, key: Key) -> Response:
    """Name a provider that the register does not have, for an organizer that may contract."""
    command = NameProvider(number, new.organization_number, new.provider)
    return versioned(await name_provider(register, who, command, key), 201)


@router.post("/education-providers", status_code=201)
async def enter(new: NewProvider, who: Who, register: RegisterDep, key: Key) -> Response:
    """Enter a provider, for the register administration."""
    command = NameProvider(None, new.organization_number, new.provider)
    return versioned(await name_provider(register, who, command, key), 201)


@router.get("/education-providers/{provider_code}")
async def with_decision(provider_code: Code, who: Who, register: RegisterDep) -> Response:
    """One provider with the decision on its grading rights, for the register administration."""
    return versioned(orjson.dumps(await queries.for_administration(register, who, provider_code)))


@router.get("/education-providers/{provider_code}/history")
async def provider_history(provider_code: Code, who: Who, register: RegisterDep, page: Page = 1) -> Response:
    """What happened to a provider and its grading rights, newest first, for the register administration."""
    found = await queries.provider_row(register, who, provider_code)
    return json_answer(await timeline(register.pool, found.aggregate, page))


@router.put("/education-providers/{provider_code}")
async def edit(
    provider_code: Code, fields: ProviderFields, who: Who, register: RegisterDep, key: Key, if_match: IfMatch = None,
    dry_run: DryRun = False,
) -> Response:  # fmt: skip
    """Edit what is said of a provider, for the register administration."""
    command = EditProvider(provider_code, fields, version_of(if_match))
    return versioned(await edit_provider(register, who, command, key, dry_run=dry_run))


@router.put("/education-providers/{provider_code}/grading-rights")
async def grant(
    provider_code: Code, rights: GradingRights, who: Who, register: RegisterDep, key: Key, if_match: IfMatch = None,
    dry_run: DryRun = False,
) -> Response:  # fmt: skip
    """Register a provider's grading rights, for the register administration."""
    command = EditProvider(provider_code, rights, version_of(if_match))
    return versioned(await edit_provider(register, who, command, key, dry_run=dry_run))


@router.get("/organizers/{number}/contracts")
async def contracts(number: Number, who: Who, register: RegisterDep) -> Response:
    """The organizer's contracts, and whether it may have any."""
    return json_answer(await queries.contracts(register, who, number))


@router.post("/organizers/{number}/contracts", status_code=201)
async def post(
    number: Number, new: NewContract, who: Who, register: RegisterDep, key: Key, dry_run: DryRun = False
) -> Response:
    """Register a contract."""
    command = RegisterContract(number, new.education_provider_code, new.school_type_parts)
    body = await register_contract(register, who, command, key, dry_run=dry_run)
    return versioned(body, 200 if dry_run else 201)


@router.get("/contracts/{number}/{provider_code}")
async def contract(number: Number, provider_code: Code, who: Who, register: RegisterDep) -> Response:
    """One contract. The version is in `ETag`."""
    row = await queries.contract(register, who, number, provider_code)
    return versioned(orjson.dumps(queries.contract_answer(row, await queries.today(register))))


@router.put("/contracts/{number}/{provider_code}")
async def put(
    number: Number, provider_code: Code, parts: Parts, who: Who, register: RegisterDep, key: Key,
    if_match: IfMatch = None, dry_run: DryRun = False,
) -> Response:  # fmt: skip
    """Edit a contract: its parts as they shall be."""
    command = EditContract(number, provider_code, parts.school_type_parts, version_of(if_match))
    return versioned(await edit_contract(register, who, command, key, dry_run=dry_run))


@router.post("/contracts/{number}/{provider_code}/end")
async def end(
    number: Number, provider_code: Code, ending: Ending, who: Who, register: RegisterDep, key: Key,
    if_match: IfMatch = None, dry_run: DryRun = False,
) -> Response:  # fmt: skip
    """End a contract."""
    command = EndContract(number, provider_code, ending.on, version_of(if_match))
    return versioned(await end_contract(register, who, command, key, dry_run=dry_run))


@router.get("/contracts/{number}/{provider_code}/history")
async def history(number: Number, provider_code: Code, who: Who, register: RegisterDep, page: Page = 1) -> Response:
    """What happened to a contract, newest first."""
    row = await queries.contract(register, who, number, provider_code)
    return json_answer(await timeline(register.pool, row.contract.aggregate, page))
