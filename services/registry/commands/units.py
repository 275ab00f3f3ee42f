"""Editing and planning school units: each one transaction that authorises, decides, saves and announces."""

import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from services.contracts.registry import FieldChange
from services.contracts.vocabulary import LegalEntityStatus, OrganizerType
from services.kernel import idempotency
from services.kernel.database import Connection
from services.kernel.identity import Subject
from services.kernel.problems import Problem
from services.registry.commands import authority
from services.registry.commands.command import doer, rules_problem
from services.registry.commands.register_day import open_day
from services.registry.commands.saving import register_new, save, surroundings
from services.registry.domain import codes
from services.registry.domain import units as domain
from services.registry.domain.changes import wire
from services.registry.domain.register_day import OpenDay
from services.registry.domain.rules import RulesBrokenError
from services.registry.domain.state import EditableFields, SchoolUnit, Surroundings
from services.registry.queries import units as queries
from services.registry.queries.history import entry
from services.registry.register import Register
from services.registry.store import audit, organizers, units
from services.registry.store.audit import Doer
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


async def edit_unit(register: Register, who: Subject, command: EditUnit) -> bytes:
    """Save an edit; returns the answer's JSON. A repeat with the same key gets the first answer.

    Raises Problem 404 (no authority, or no such unit), 412 (stale), 409 (rules broken), 422 (key used otherwise).
    """
    async with open_day(register) as (tx, day):
        row, role = await _authorised(tx, register, who, command.code)
        if answer := await _replayed(tx, register, who, command):
            return answer
        await _expect(tx, register, row, command.version)
        edited, changed = await _decide(tx, row, command.fields)
        if changed:
            await save(tx, register, [(edited, changed)], doer(who, role), day)
        body = orjson.dumps(await queries.as_answer(tx, register, command.code) | {"changed": wire(changed)})
        await _remember(tx, register, who, command, 200, body)
        return body


async def try_edit(register: Register, who: Subject, command: EditUnit) -> list[dict[str, Any]]:
    """What an edit would change, without saving. Raises what `edit_unit` raises."""
    async with open_day(register) as (tx, _):
        row, _role = await _authorised(tx, register, who, command.code)
        await _expect(tx, register, row, command.version)
        _, changed = await _decide(tx, row, command.fields)
        return wire(changed)


async def plan_unit(register: Register, who: Subject, command: PlanUnit) -> bytes:
    """Register a unit that starts later, with a new code; returns the answer's JSON. Raises as `edit_unit`."""
    async with open_day(register) as (tx, day):
        role = await authority.require(tx, register, who, command.organizer)
        if answer := await _replayed(tx, register, who, command):
            return answer
        around = await surroundings(tx, await _type_to_plan_for(tx, command.organizer), command.fields)
        unit = await _written(tx, register, command, around, doer(who, role), day)
        body = orjson.dumps(await queries.as_answer(tx, register, unit.code))
        await _remember(tx, register, who, command, 201, body)
        return body


async def try_plan(register: Register, who: Subject, command: PlanUnit) -> list[dict[str, Any]]:
    """What a planned unit would have, without saving. Raises what `plan_unit` raises."""
    async with open_day(register) as (tx, day):
        await authority.require(tx, register, who, command.organizer)
        around = await surroundings(tx, await _type_to_plan_for(tx, command.organizer), command.fields)
        code = codes.draw(secrets.randbelow)
        try:
            unit = domain.plan(code, command.organizer, command.start, command.fields, around, day=day.date)
        except RulesBrokenError as error:
            raise rules_problem(error) from error
        return wire(domain.first_values(unit))


async def _written(
    tx: Connection, register: Register, command: PlanUnit, around: Surroundings, by: Doer, day: OpenDay
) -> SchoolUnit:
    """Draw codes until one was never used; write the unit."""
    while True:
        code = codes.draw(secrets.randbelow)
        try:
            unit = domain.plan(code, command.organizer, command.start, command.fields, around, day=day.date)
        except RulesBrokenError as error:
            raise rules_problem(error) from error
        if await register_new(tx, register, [unit], by, day):
            return unit


async def _type_to_plan_for(tx: Connection, organizer: str) -> OrganizerType:
    """The organizer's type. Raises Problem 404, and 409 for an organizer that has ended."""
    row = await organizers.find(tx, organizer)
    if row is None:
        raise authority.not_found()
    if row["body"].get("legalEntityStatus") == LegalEntityStatus.EJ_LANGRE_INKLUDERAD:
        raise rules_problem(RulesBrokenError([domain.ORGANIZER_ENDED.broken_at("/organizationNumber")]))
    return OrganizerType(row["organizer_type"])


def _fingerprint(register: Register, command: EditUnit | PlanUnit) -> bytes:
    """Keyed: an identity number that was typed is part of it, and nobody shall try numbers until one fits."""
    about = (command.code, command.version) if isinstance(command, EditUnit) else (command.organizer, command.start)
    return register.vault.index(f"{about} {command.fields.model_dump_json()}", "asked")


async def _replayed(tx: Connection, register: Register, who: Subject, command: EditUnit | PlanUnit) -> bytes | None:
    """The first answer to this key, or None when it is new. Raises Problem 422."""
    kept = await idempotency.replayed(tx, command.key, who.person_id, _fingerprint(register, command))
    return register.vault.open(bytes(kept), _context(who, command)).encode() if kept else None


async def _remember(
    tx: Connection, register: Register, who: Subject, command: EditUnit | PlanUnit, status: int, body: bytes
) -> None:
    """Keep the answer sealed: it has the head teacher's work e-mail."""
    kept = register.vault.seal(body.decode(), _context(who, command))
    await idempotency.remember(tx, command.key, who.person_id, _fingerprint(register, command), status, kept)


def _context(who: Subject, command: EditUnit | PlanUnit) -> str:
    return f"answer/{who.person_id}/{command.key}"


async def _authorised(tx: Connection, register: Register, who: Subject, code: str) -> tuple[UnitRow, str]:
    row = await units.find_for_update(tx, register.vault, code)
    if row is None:
        raise authority.not_found()
    return row, await authority.require(tx, register, who, row.organizer)


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


async def _decide(tx: Connection, row: UnitRow, fields: EditableFields) -> tuple[SchoolUnit, tuple[FieldChange, ...]]:
    try:
        return domain.edit(row.unit, fields, await surroundings(tx, row.organizer_type, fields))
    except RulesBrokenError as error:
        raise rules_problem(error) from error
