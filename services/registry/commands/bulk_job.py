"""A file with many units step by step: its rows checked in portions, then applied in one transaction."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import asyncpg
import orjson

from services.contracts.bulk import BulkApplied, BulkUnit
from services.contracts.vocabulary import OrganizationNumber, OrganizerType
from services.kernel.database import Connection
from services.registry.commands.bulk import by_itself, by_who_applied, moved
from services.registry.commands.command import MOST_ATTEMPTS, say
from services.registry.commands.register_day import open_day
from services.registry.commands.saving import Edited, save
from services.registry.domain.bulk import ROW_OUTDATED, Outcome, Row, column_of, municipality_codes, outcome
from services.registry.domain.bulk_columns import VERSION
from services.registry.domain.bulk_files import twice
from services.registry.domain.register_day import OpenDay
from services.registry.domain.rules import Broken
from services.registry.domain.state import SchoolUnit
from services.registry.register import Register
from services.registry.store import bulk, organizers, reference, units
from services.registry.store.bulk import Found

PORTION = 500
MOST_TOLD = 100
"""So many units an event names; it tells how many they are. An event must fit into the broker's largest message."""


async def advance(register: Register, upload_id: UUID) -> bool:
    """Take one step of an upload; False when there is nothing to do for it."""
    async with open_day(register) as (tx, day):
        row = await bulk.find_for_update(tx, upload_id)
        if row is None or row["state"] not in {"checking", "applying"}:
            return False
        await (_check(tx, register, row, day) if row["state"] == "checking" else _apply(tx, register, row, day))
        await bulk.step_done(tx, upload_id)
        return True


async def advance_next(register: Register) -> bool:
    """Take one step of the oldest upload that there is work for; False when there is none.

    One whose step was begun time after time and never ended is given up: it kills its worker, and others wait.
    """
    upload_id = await bulk.next_open(register.pool)
    if upload_id is None:
        return False
    if await bulk.begin_step(register.pool, upload_id) > MOST_ATTEMPTS:
        await _give_up(register, upload_id)
        return True
    return await advance(register, upload_id)


async def _give_up(register: Register, upload_id: UUID) -> None:
    async with open_day(register) as (tx, day):
        row = await bulk.find_for_update(tx, upload_id)
        if row is not None and row["state"] in {"checking", "applying"}:
            await bulk.forget_rows(tx, upload_id)
            await moved(tx, row, "failed", by_itself(), day)


async def _check(tx: Connection, register: Register, of: asyncpg.Record, day: OpenDay) -> None:
    rows = await bulk.to_check(tx, register.vault, of["id"], PORTION)
    if not rows:
        wrong = await bulk.count(tx, of["id"])
        await moved(tx, of, "refused" if wrong else "checked", by_itself(), day)
        return
    there = {code: row.unit for code, row in (await units.many(tx, register.vault, _codes(rows))).items()
             if row.organizer == of["organizer"]}  # fmt: skip
    outcomes = await _outcomes(tx, of, rows, there)
    earlier = await bulk.earlier_codes(tx, of["id"], rows[0].place, _codes(rows))
    repeated = twice(rows, earlier)
    found = [_found(row, result, repeated.get(row.place)) for row, result in zip(rows, outcomes, strict=True)]
    await bulk.put_found(tx, register.vault, of["id"], found)


async def _outcomes(
    tx: Connection, of: asyncpg.Record, rows: Sequence[Row], there: dict[str, SchoolUnit]
) -> list[Outcome]:
    organizer = await organizers.find(tx, of["organizer"])
    kind = OrganizerType(organizer["organizer_type"]) if organizer else OrganizerType.KOMMUN
    known = await reference.known_municipalities(tx, municipality_codes(rows, list(there.values())))

    def work() -> list[Outcome]:
        return [outcome(row, there.get(row.code), kind, known) for row in rows]

    return await asyncio.to_thread(work)  # seconds of computing, in which others are answered


def _found(row: Row, result: Outcome, repeated: Broken | None) -> Found:
    broken = [*([repeated] if repeated else []), *result.broken]
    if broken:
        errors = [{"column": column_of(b.pointer), "code": b.rule.code, "detail": b.rule.sentence,
                   "params": dict(b.params)} for b in broken]  # fmt: skip
        return Found(row.place, "wrong", orjson.dumps({"errors": errors}))
    changed = [change.model_dump(mode="json", by_alias=True) for change in result.changed]
    name = result.edited.public.display_name if result.edited else ""
    told = {"displayName": name, "changed": changed}
    return Found(row.place, "changed" if changed else "same", orjson.dumps(told))


async def _apply(tx: Connection, register: Register, of: asyncpg.Record, day: OpenDay) -> None:
    """All of it or nothing: one row whose unit was changed meanwhile leaves every unit as it is."""
    rows = await bulk.to_apply(tx, register.vault, of["id"])
    locked = await units.many_for_update(tx, register.vault, _codes(rows))
    there = {code: row.unit for code, row in locked.items() if row.organizer == of["organizer"]}
    outcomes = await _outcomes(tx, of, rows, there)
    edits: list[Edited] = [(result.edited, result.changed) for result in outcomes if result.edited]
    if len(edits) < len(rows):
        await _outdated(tx, register, of, [r for r, o in zip(rows, outcomes, strict=True) if not o.edited], day)
        return
    by = by_who_applied(of)
    await save(tx, register, edits, by, day)
    version = await moved(tx, of, "applied", by, day)
    await bulk.forget_rows(tx, of["id"])
    await say(tx, by, _event(of, version, edits, day))


async def _outdated(tx: Connection, register: Register, of: asyncpg.Record, rows: Sequence[Row], day: OpenDay) -> None:
    """Nothing is applied: tell which rows' units are no longer those of the file."""
    stale = ROW_OUTDATED.broken_at(f"/{VERSION}")
    told = [Found(row.place, "outdated", _found(row, Outcome(), stale).told) for row in rows]
    await bulk.put_found(tx, register.vault, of["id"], told)
    await bulk.count(tx, of["id"])
    await moved(tx, of, "outdated", by_who_applied(of), day)


def _event(of: asyncpg.Record, version: int, edits: Sequence[Edited], day: OpenDay) -> BulkApplied:
    told = [
        BulkUnit(
            school_unit_code=unit.public.school_unit_code, name=unit.public.display_name, version=unit.version,
            fields=tuple(change.field for change in changed),
        )
        for unit, changed in edits[:MOST_TOLD]
    ]  # fmt: skip
    return BulkApplied(
        organization_number=OrganizationNumber(of["organizer"]), upload_id=of["id"], version=version,
        total=len(edits), units=tuple(told), register_day=day.date,
    )  # fmt: skip


def _codes(rows: Sequence[Row]) -> list[str]:
    return [row.code for row in rows]
