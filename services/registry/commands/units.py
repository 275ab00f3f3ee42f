"""Editing and planning school units: each one transaction that authorises, decides, saves and announces."""

import secrets
from dataclasses import dataclass
from datetime import date

from services.contracts.vocabulary import LegalEntityStatus, OrganizerType
from services.kernel.database import Connection
from services.kernel.identity import Subject
from services.kernel.problems import Problem
from services.registry.commands import authority
from services.registry.commands.command import Answer, doer, once, tried
from services.registry.commands.register_day import open_day
from services.registry.commands.saving import register_new, save, surroundings
from services.registry.commands.unit_commands import authorised
from services.registry.domain import codes
from services.registry.domain import units as domain
from services.registry.domain.changes import wire
from services.registry.domain.register_day import OpenDay
from services.registry.domain.rules import RulesBrokenError
from services.registry.domain.state import EditableFields, SchoolUnit, Surroundings
from services.registry.queries import units as queries
from services.registry.queries.history import entry
from services.registry.register import Register
from services.registry.store import audit, organizers
from services.registry.store.units import UnitRow


@dataclass(frozen=True, slots=True)
class EditUnit:
    """Edit one unit, seen at a version. `key` is the Idempotency-Key."""

    code: str
    fields: EditableFields
    version: int
    key: str


@dataclass(frozen=True, slots=True)
class PlanUnit:
    """Plan a unit that starts on a day to come."""

    organizer: str
    start: date
    fields: EditableFields
    key: str


async def edit_unit(register: Register, who: Subject, command: EditUnit, *, dry_run: bool = False) -> bytes:
    """Save an edit; returns the answer's JSON; of a dry run, only what would change. A repeat gets the first answer.

    Raises Problem 404 (no authority, or no such unit), 412 (stale), 409 (rules broken), 422 (key used otherwise).
    """
    async with open_day(register) as (tx, day):
        row, role = await authorised(tx, register, who, command.code)

        async def work() -> Answer:
            await _expect(tx, register, row, command.version)
            around = await surroundings(tx, row.organizer_type, command.fields)
            edited, changed = domain.edit(row.unit, command.fields, around)
            if dry_run:
                return {"changed": wire(changed)}
            if changed:
                await save(tx, register, [(edited, changed)], doer(who, role), day)
            return await queries.as_answer(tx, register, command.code) | {"changed": wire(changed)}

        return await (tried(work) if dry_run else once(register, tx, who, command.key, command, work))


async def plan_unit(register: Register, who: Subject, command: PlanUnit, *, dry_run: bool = False) -> bytes:
    """Register a unit that starts later, with a new code; returns the answer's JSON. As `edit_unit` in all else."""
    async with open_day(register) as (tx, day):
        role = await authority.require(tx, register, who, command.organizer)

        async def work() -> Answer:
            around = await surroundings(tx, await _type_to_plan_for(tx, command.organizer), command.fields)
            with register.horizon.beside(day.date, ("/startdate", command.start)):
                unit = _drawn(command, around, day)
            if dry_run:
                return {"changed": wire(domain.first_values(unit))}
            while not await register_new(tx, register, [unit], doer(who, role), day):
                unit = _drawn(command, around, day)
            return await queries.as_answer(tx, register, unit.code)

        return await (tried(work) if dry_run else once(register, tx, who, command.key, command, work))


def _drawn(command: PlanUnit, around: Surroundings, day: OpenDay) -> SchoolUnit:
    """The unit with a code that may have been used. Raises RulesBrokenError."""
    code = codes.draw(secrets.randbelow)
    return domain.plan(code, command.organizer, command.start, command.fields, around, day=day.date)


async def _type_to_plan_for(tx: Connection, organizer: str) -> OrganizerType:
    """The organizer's type. Raises Problem 404, and RulesBrokenError for an organizer that has ended."""
    row = await organizers.find(tx, organizer)
    if row is None:
        raise authority.not_found()
    if row["body"].get("legalEntityStatus") == LegalEntityStatus.EJ_LANGRE_INKLUDERAD:
        raise RulesBrokenError([domain.ORGANIZER_ENDED.broken_at("/organizationNumber")])
    return OrganizerType(row["organizer_type"])


async def _expect(tx: Connection, register: Register, row: UnitRow, version: int) -> None:
    """Raise Problem 412, with what stands now and what changed meanwhile, when the version is another."""
    if row.unit.version == version:
        return
    changes = await audit.since(tx, row.unit.code, version)
    raise Problem(
        412, "stale-version", "The unit has been changed by somebody else",
        extra={"current": await queries.as_answer(tx, register, row.unit.code),
               "changedSince": [entry(change) for change in changes]},
    )  # fmt: skip
