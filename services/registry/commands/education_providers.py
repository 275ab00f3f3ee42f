"""Education providers: named by an organizer or the administration, which also registers grading rights."""

import secrets
from dataclasses import dataclass

from services.contracts.vocabulary import OrganizerType
from services.kernel.database import Connection
from services.kernel.identity import Subject
from services.kernel.problems import Problem
from services.registry.commands import authority
from services.registry.commands.adult_education_saving import save_new_provider, save_providers
from services.registry.commands.command import Answer, doer, expect, once, tried
from services.registry.commands.register_day import open_day
from services.registry.domain import codes
from services.registry.domain import education_providers as domain
from services.registry.domain.changes import wire
from services.registry.domain.education_contracts import may_contract
from services.registry.domain.education_providers import EditedProvider, GradingRights, Provider, ProviderFields
from services.registry.domain.register_day import OpenDay
from services.registry.domain.rules import RulesBrokenError
from services.registry.queries.adult_education import provider_answer
from services.registry.register import Register
from services.registry.store import adult_education as store
from services.registry.store import organizers
from services.registry.store.audit import Doer


@dataclass(frozen=True, slots=True)
class NameProvider:
    """A provider to enter the register. `organizer`: who names it; None for the administration."""

    organizer: str | None
    number: str
    fields: ProviderFields


@dataclass(frozen=True, slots=True)
class EditProvider:
    """What is said of a provider, or its grading rights, as it shall be, seen at a version."""

    code: str
    intent: ProviderFields | GradingRights
    version: int


async def name_provider(register: Register, who: Subject, command: NameProvider, key: str) -> bytes:
    """Enter a provider without grading rights; returns its JSON. Raises Problem 404, 409 (rules, known), 422."""
    async with open_day(register) as (tx, day):
        by = await _namer(tx, register, who, command.organizer)

        async def work() -> Answer:
            return provider_answer(await _written(tx, command, by, day), day.date)

        return await once(register, tx, who, key, command, work)


async def edit_provider(
    register: Register, who: Subject, command: EditProvider, key: str, *, dry_run: bool = False
) -> bytes:
    """Edit a provider or its rights, for the administration; returns its JSON. Raises Problem 404, 412, 409, 422."""
    async with open_day(register) as (tx, day):
        await authority.require_administration(tx, register, who)
        provider = await store.provider_for_update(tx, command.code)
        if provider is None:
            raise authority.not_found()

        async def work() -> Answer:
            expect(provider.version, command.version)
            after, changed = _decided(register, provider, command.intent, day)
            await _refuse_known(tx, after.organization_number, after.fields, but=after.code)
            if changed and not dry_run:
                await save_providers(tx, [(after, changed)], doer(who, authority.ADMINISTRATION), day)
            return provider_answer(after, day.date) | {"changed": wire(changed)}

        return await (tried(work) if dry_run else once(register, tx, who, key, command, work))


def _decided(
    register: Register, provider: Provider, intent: ProviderFields | GradingRights, day: OpenDay
) -> EditedProvider:
    if isinstance(intent, GradingRights):
        stand = [provider.rights.valid_from, provider.rights.valid_to] if provider.rights else []
        typed = ("/validFrom", intent.valid_from), ("/validTo", intent.valid_to)
        with register.horizon.beside(day.date, *typed, known=stand):
            return domain.grant(provider, intent, day.date)
    return domain.edit_provider(provider, intent, day.date)


async def _namer(tx: Connection, register: Register, who: Subject, organizer: str | None) -> Doer:
    if organizer is None:
        await authority.require_administration(tx, register, who)
        return doer(who, authority.ADMINISTRATION)
    return doer(who, await authority.require(tx, register, who, organizer))


async def _written(tx: Connection, command: NameProvider, by: Doer, day: OpenDay) -> Provider:
    """Draw codes until one was never used; write the provider."""
    if command.organizer is not None and (broken := may_contract(await type_of(tx, command.organizer))):
        raise RulesBrokenError(broken)
    while True:
        await _refuse_known(tx, command.number, command.fields)
        provider = domain.named(codes.draw(secrets.randbelow), command.number, command.fields)
        if await save_new_provider(tx, provider, by, day):
            return provider


async def _refuse_known(tx: Connection, number: str, fields: ProviderFields, *, but: str = "") -> None:
    """Raise Problem 409 with the code of another provider of the same number and folk high school. One at a time."""
    await store.lock_names(tx, number)
    code = await store.same_provider(tx, number, fields.folk_highschool_name)
    if code and code != but:
        title, extra = "The provider is in the register already", {"educationProviderCode": code}
        raise Problem(409, "provider-exists", title, extra=extra)


async def type_of(tx: Connection, organizer: str) -> OrganizerType:
    """An organizer's type. Raises Problem 404."""
    row = await organizers.find(tx, organizer)
    if row is None:
        raise authority.not_found()
    return OrganizerType(row["organizer_type"])
