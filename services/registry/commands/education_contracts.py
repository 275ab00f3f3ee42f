"""Contracts on adult education: registering, editing and ending them, each one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from services.contracts.adult_education import ContractPart, ContractRegistered
from services.kernel.database import Connection
from services.kernel.identity import Subject
from services.kernel.problems import Problem
from services.registry.commands import authority
from services.registry.commands.adult_education_saving import save_contracts, tell_contract
from services.registry.commands.command import Answer, doer, expect, once, tried
from services.registry.commands.education_providers import type_of
from services.registry.commands.register_day import open_day
from services.registry.domain import education_contracts as domain
from services.registry.domain.changes import differences, wire
from services.registry.domain.education_contracts import EditedContract, flat_contract
from services.registry.domain.horizon import days_of
from services.registry.domain.register_day import OpenDay
from services.registry.queries.adult_education import contract_answer
from services.registry.register import Register
from services.registry.store import adult_education as store
from services.registry.store.adult_education import ContractRow


@dataclass(frozen=True, slots=True)
class RegisterContract:
    """A new contract of an organizer with a provider."""

    organizer: str
    provider: str
    parts: tuple[ContractPart, ...]


@dataclass(frozen=True, slots=True)
class EditContract:
    """A contract's parts as they shall be, seen at a version."""

    organizer: str
    provider: str
    parts: tuple[ContractPart, ...]
    version: int


@dataclass(frozen=True, slots=True)
class EndContract:
    """End a contract; `on` is its last day."""

    organizer: str
    provider: str
    on: date
    version: int


async def register_contract(
    register: Register, who: Subject, command: RegisterContract, key: str, *, dry_run: bool = False
) -> bytes:
    """Register a contract; returns its JSON. Raises Problem 404, 409 (rules, there already), 422 (key)."""
    async with open_day(register) as (tx, day):
        role = await authority.require(tx, register, who, command.organizer)

        async def work() -> Answer:
            with register.horizon.beside(day.date, *days_of(command.parts)):
                row = await _new(tx, command)
            changed = differences({}, flat_contract(row.contract, day.date))
            if not dry_run:
                if not await store.insert_contract(tx, row.contract, day.date):
                    raise _exists()
                await tell_contract(tx, ContractRegistered, [(row, ())], doer(who, role), day)
            return contract_answer(row, day.date) | {"changed": wire(changed)}

        return await (tried(work) if dry_run else once(register, tx, who, key, command, work))


async def edit_contract(
    register: Register, who: Subject, command: EditContract, key: str, *, dry_run: bool = False
) -> bytes:
    """Edit a contract's parts; returns its JSON. Raises Problem 404, 412 (stale), 409, 422."""

    def decide(row: ContractRow, day: OpenDay) -> EditedContract:
        stand = [known for _, known in days_of(row.contract.parts)]
        with register.horizon.beside(day.date, *days_of(command.parts), known=stand):
            return domain.edit_contract(row.contract, command.parts, day.date)

    return await _change(register, who, command, decide, key, dry_run=dry_run)


async def end_contract(
    register: Register, who: Subject, command: EndContract, key: str, *, dry_run: bool = False
) -> bytes:
    """End a contract; returns its JSON. Raises Problem 404, 412, 409, 422."""

    def decide(row: ContractRow, day: OpenDay) -> EditedContract:
        with register.horizon.beside(day.date, ("/on", command.on)):
            return domain.end_contract(row.contract, command.on, day.date)

    return await _change(register, who, command, decide, key, dry_run=dry_run)


async def _change(
    register: Register,
    who: Subject,
    command: EditContract | EndContract,
    decide: Callable[[ContractRow, OpenDay], EditedContract],
    key: str,
    *,
    dry_run: bool,
) -> bytes:
    async with open_day(register) as (tx, day):
        role = await authority.require(tx, register, who, command.organizer)
        row = await store.contract_for_update(tx, command.organizer, command.provider)
        if row is None:
            raise authority.not_found()

        async def work() -> Answer:
            expect(row.contract.version, command.version)
            after, changed = decide(row, day)
            if changed and not dry_run:
                await save_contracts(tx, [row], [(after, changed)], doer(who, role), day)
            return contract_answer(row.with_contract(after), day.date) | {"changed": wire(changed)}

        return await (tried(work) if dry_run else once(register, tx, who, key, command, work))


async def _new(tx: Connection, command: RegisterContract) -> ContractRow:
    """The contract beside its provider's names. Raises Problem 404, 409, RulesBrokenError."""
    provider = await store.provider(tx, command.provider)
    if provider is None:
        raise authority.not_found()
    made = domain.new_contract(command.organizer, await type_of(tx, command.organizer), command.provider, command.parts)
    if await store.contract(tx, command.organizer, command.provider):
        raise _exists()
    fields = provider.fields
    return ContractRow(made, fields.display_name, fields.folk_highschool_name, provider.organization_number)


def _exists() -> Problem:
    return Problem(409, "contract-exists", "The organizer has a contract with the provider already: change that")
