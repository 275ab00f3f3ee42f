"""Planning, moving and undoing reorganisations: each one transaction over all units of it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import uuid4

from services.contracts.reorganisations import ReorganisationChanged, ReorganisationPlanned, ReorganisationUndone
from services.contracts.vocabulary import OrganizerType, Status
from services.kernel.database import Connection
from services.kernel.identity import Subject
from services.kernel.problems import Problem
from services.registry.commands import authority
from services.registry.commands.command import Answer, doer, expect, once, tried
from services.registry.commands.register_day import open_day
from services.registry.commands.reorganising import process_of, save_plan
from services.registry.commands.saving import register_new, save
from services.registry.domain import codes
from services.registry.domain import reorganisations as domain
from services.registry.domain.register_day import OpenDay
from services.registry.domain.reorganisations import Ground, NewUnit, Reorganisation, Result, State
from services.registry.domain.state import SchoolUnit
from services.registry.queries.reorganisations import answer, preview
from services.registry.register import Register
from services.registry.store import organizers, processes, reference, reorganisations, units
from services.registry.store.audit import Doer


@dataclass(frozen=True, slots=True)
class PlanReorganisation:
    """Units that close, what comes of them, and when. `versions`: of sources, as the caller saw them."""

    organizer: str
    effective: date
    sources: tuple[str, ...]
    results: tuple[NewUnit, ...]
    reason: str
    versions: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChangeReorganisation:
    """Another day or reason, seen at a version."""

    reorganisation_id: str
    effective: date
    reason: str
    version: int


@dataclass(frozen=True, slots=True)
class UndoReorganisation:
    """Take it back, seen at a version."""

    reorganisation_id: str
    version: int
    reason: str = ""


async def plan_reorganisation(
    register: Register, who: Subject, command: PlanReorganisation, key: str, *, dry_run: bool = False
) -> bytes:
    """Plan it: each result gets its code; returns its JSON. A dry run decides, and saves nothing.

    Raises Problem 404 (no authority), 428 (a source's version is missing), 412 (it is not as it was seen), 409 (rules),
    422 (key).
    """
    async with open_day(register) as (tx, day):
        role = await authority.require(tx, register, who, command.organizer)
        asked = tuple(sorted(set(command.sources), key=command.sources.index))
        ground = await _ground(tx, register, command, asked, day)

        async def work() -> Answer:
            if not dry_run:
                _expect_seen(command, ground)
            with register.horizon.beside(day.date, ("/effectiveDate", command.effective)):
                made = _decided(command, asked, ground)
            carried = [new.carried_from for new in command.results]
            if dry_run:
                sources = [ground.sources[code] for code in asked]
                return preview(command.effective, command.reason, sources, list(zip(made, carried, strict=True)))
            plan = Reorganisation(
                str(uuid4()), command.organizer, 1, State.PLANNED, command.effective, command.reason.strip(), day.date,
                asked, (),
            )  # fmt: skip
            return await _save_new(tx, register, plan, made, carried, _doing(who, role, plan), day)

        return await (tried(work) if dry_run else once(register, tx, who, key, command, work))


def _expect_seen(command: PlanReorganisation, ground: Ground) -> None:
    """Raise Problem 428 where a source's version is not told, 412 where it is another by now."""
    for code, unit in ground.sources.items():
        if code not in command.versions:
            raise Problem(428, "version-needed", "Say which version of each source you saw, in versions")
        expect(unit.version, command.versions[code])


async def change_reorganisation(
    register: Register, who: Subject, command: ChangeReorganisation, key: str, *, dry_run: bool = False
) -> bytes:
    """Give it another day or reason until it takes effect. Raises Problem 404, 412, 409, 422."""
    async with open_day(register) as (tx, day):
        plan, role = await _authorised(tx, register, who, command.reorganisation_id)

        async def work() -> Answer:
            expect(plan.version, command.version)
            with register.horizon.beside(day.date, ("/effectiveDate", command.effective)):
                changed = domain.changed_plan(plan, command.effective, command.reason.strip(), day.date)
            if changed is plan or dry_run:
                return await answer(tx, changed)
            by = _doing(who, role, changed)
            found = await _still_planned(tx, register, plan)
            if changed.effective_date != plan.effective_date:
                edits = [domain.moved(unit, changed.effective_date) for unit in found]
                await save(tx, register, edits, by, day)
            await save_plan(tx, plan, changed, by, day, ReorganisationChanged)
            return await answer(tx, changed)

        return await (tried(work) if dry_run else once(register, tx, who, key, command, work))


async def undo_reorganisation(
    register: Register, who: Subject, command: UndoReorganisation, key: str, *, dry_run: bool = False
) -> bytes:
    """Take it back until it takes effect: results are withdrawn, sources stay. Raises Problem 404, 412, 409, 422."""
    async with open_day(register) as (tx, day):
        plan, role = await _authorised(tx, register, who, command.reorganisation_id)

        async def work() -> Answer:
            expect(plan.version, command.version)
            taken_back = domain.undone(plan)
            if not dry_run:
                by = _doing(who, role, plan, command.reason)
                found = await _still_planned(tx, register, plan)
                await save(tx, register, [domain.withdrawn(unit, day.date) for unit in found], by, day)
                await save_plan(tx, plan, taken_back, by, day, ReorganisationUndone)
            return await answer(tx, taken_back)

        return await (tried(work) if dry_run else once(register, tx, who, key, command, work))


async def _save_new(
    tx: Connection,
    register: Register,
    plan: Reorganisation,
    made: list[SchoolUnit],
    carried: list[str | None],
    by: Doer,
    day: OpenDay,
) -> Answer:
    written = await _written(tx, register, made, by, day)
    results = tuple(Result(unit.code, source) for unit, source in zip(written, carried, strict=True))
    planned = replace(plan, results=results)
    await save_plan(tx, None, planned, by, day, ReorganisationPlanned)
    return await answer(tx, planned)


async def _ground(
    tx: Connection, register: Register, command: PlanReorganisation, asked: tuple[str, ...], day: OpenDay
) -> Ground:
    """Lock the sources, and look at all that the plan stands on."""
    row = await organizers.find(tx, command.organizer)
    if row is None:
        raise authority.not_found()
    found = await units.many_for_update(tx, register.vault, sorted(asked))
    own = {code: each.unit for code, each in found.items() if each.organizer == command.organizer}
    places = await reference.known_municipalities(tx, [new.fields.municipality_code for new in command.results])
    busy = await processes.busy(tx, list(own))
    return Ground(own, busy, command.organizer, OrganizerType(row["organizer_type"]), places, day.date)


def _decided(command: PlanReorganisation, asked: tuple[str, ...], ground: Ground) -> list[SchoolUnit]:
    drawn = [codes.draw(secrets.randbelow) for _ in command.results]
    return domain.planned_units(asked, command.results, drawn, command.effective, ground)


async def _written(
    tx: Connection, register: Register, made: list[SchoolUnit], by: Doer, day: OpenDay
) -> list[SchoolUnit]:
    """Write the results in their order; who was drawn a code that was ever used is drawn another."""
    left, done = dict(enumerate(made)), {}
    while left:
        drawn = {unit.code: place for place, unit in left.items()}
        for code in await register_new(tx, register, [left[place] for place in drawn.values()], by, day):
            done[drawn[code]] = left.pop(drawn[code])
        left = {place: domain.with_code(unit, codes.draw(secrets.randbelow)) for place, unit in left.items()}
    return [unit for _, unit in sorted(done.items())]


async def _authorised(
    tx: Connection, register: Register, who: Subject, reorganisation_id: str
) -> tuple[Reorganisation, str]:
    plan = await reorganisations.find_for_update(tx, reorganisation_id)
    if plan is None:
        raise authority.not_found()
    return plan, await authority.require(tx, register, who, plan.organizer)


async def _still_planned(tx: Connection, register: Register, plan: Reorganisation) -> list[SchoolUnit]:
    """Lock the results that have not started: all of them, unless an import did something with one."""
    found = await units.many_for_update(tx, register.vault, sorted(plan.result_codes))
    return [row.unit for row in found.values() if row.unit.public.status is Status.PLANERAD]


def _doing(who: Subject, role: str, plan: Reorganisation, reason: str = "") -> Doer:
    return doer(who, role, process=process_of(plan.reorganisation_id), reason=(reason or plan.reason).strip() or None)
