"""The companies register's import step by step: rows compared, chosen differences applied."""

from collections.abc import Iterable
from uuid import UUID

import asyncpg

from services.contracts.registry import FieldChange, PublicOrganizer
from services.contracts.vocabulary import Cause, Channel
from services.kernel.database import Connection
from services.registry.commands import authority
from services.registry.commands.command import MOST_ATTEMPTS
from services.registry.commands.companies import OPERATOR, moved, process_of
from services.registry.commands.due import THE_REGISTER
from services.registry.commands.register_day import open_day
from services.registry.commands.saving_organizers import register_organizers, save_organizers
from services.registry.domain.companies import (
    Refused,
    Row,
    RowError,
    Said,
    as_gone,
    differs,
    is_older,
    merged,
    new_organizer,
)
from services.registry.domain.organizers import Edited, changes_between, values_of
from services.registry.domain.register_day import OpenDay
from services.registry.register import Register
from services.registry.store import companies, organizers
from services.registry.store.audit import Doer
from services.registry.store.companies import Difference

CHUNK = 200
"""So many organizers are held by one transaction at most: an edit waits for one step, never for an import."""


async def advance(register: Register, import_id: UUID) -> bool:
    """Take one step of an import; False when there is nothing to do for it."""
    async with open_day(register) as (tx, day):
        row = await companies.find_for_update(tx, import_id)
        if row is None or row["state"] not in {"comparing", "applying"}:
            return False
        await (_compare(tx, row, day) if row["state"] == "comparing" else _apply(tx, row, day))
        await companies.step_done(tx, import_id)
        return True


async def advance_next(register: Register) -> bool:
    """Take one step of the oldest import that there is work for; False when there is none.

    One whose step was begun time after time and never ended is given up: it kills its worker, and others wait.
    """
    import_id = await companies.next_open(register.pool)
    if import_id is None:
        return False
    if await companies.begin_step(register.pool, import_id) > MOST_ATTEMPTS:
        await _give_up(register, import_id)
        return True
    return await advance(register, import_id)


async def _give_up(register: Register, import_id: UUID) -> None:
    """What was applied stays so: each step of an import is a transaction of its own."""
    async with open_day(register) as (tx, day):
        row = await companies.find_for_update(tx, import_id)
        if row is not None and row["state"] in {"comparing", "applying"}:
            await companies.forget_rows(tx, import_id)
            await moved(tx, row, "failed", Doer(THE_REGISTER, THE_REGISTER, Cause.IMPORT, Channel.REGISTER), day)


async def _compare(tx: Connection, row: asyncpg.Record, day: OpenDay) -> None:
    rows = await companies.to_compare(tx, row["id"], CHUNK)
    if not rows:
        await _finish_comparing(tx, row, day)
        return
    there = await organizers.many_for_update(tx, [each.number for each in rows])
    found, refused, same = list[Difference](), list[Refused](), list[str]()
    for each in rows:
        try:
            difference = _difference(each, there.get(each.number), row)
        except RowError as error:
            refused.append(Refused(each.row, each.number, error.code, error.reason))
            continue
        if difference:
            found.append(difference)
        else:
            same.append(each.number)
    await companies.add_differences(tx, row["id"], found)
    await organizers.seen_as_of(tx, same, row["as_of"])
    await companies.compared(tx, row["id"], [each.number for each in rows])
    await companies.refuse(tx, row["id"], companies.refused_as_json(refused, row["refused"]))


def _difference(row: Row, there: asyncpg.Record | None, of: asyncpg.Record) -> Difference | None:
    """How an organizer differs from a row. Raises RowError."""
    said = row.said.model_dump(mode="json", by_alias=True, exclude_unset=True)
    if there is None:
        new = new_organizer(row.number, row.said)
        return Difference(row.number, "new", new.display_name, said, values_of(new))
    if is_older(of["as_of"], there["base_data_as_of"]):
        raise RowError("older-extract", f"the base data are from a newer extract ({there['base_data_as_of']})")
    changed = differs(PublicOrganizer.model_validate(there["body"]), row.said)
    return Difference(row.number, "changed", there["display_name"], said, changed) if changed else None


async def _finish_comparing(tx: Connection, row: asyncpg.Record, day: OpenDay) -> None:
    """Find what a whole extract no longer has, and let the file's rows go."""
    if row["complete"]:
        found = []
        for each in await companies.gone(tx, row["id"], row["as_of"]):
            before = PublicOrganizer.model_validate(each["body"])
            changed = changes_between(before, as_gone(before))
            found.append(Difference(each["number"], "gone", before.display_name, {}, changed))
        await companies.add_differences(tx, row["id"], found)
    await companies.forget_rows(tx, row["id"])
    await moved(tx, row, "compared", _by(row), day)


async def _apply(tx: Connection, row: asyncpg.Record, day: OpenDay) -> None:
    chosen = await companies.to_apply(tx, row["id"], CHUNK)
    if not chosen:
        await moved(tx, row, "applied", _by(row), day)
        return
    there = await organizers.many_for_update(tx, [each["number"] for each in chosen])
    edits, new = list[Edited](), list[PublicOrganizer]()
    for each in chosen:
        found = there.get(each["number"])
        if each["kind"] == "new":
            new += [] if found else [new_organizer(each["number"], Said.model_validate(each["said"]))]
        elif found and (edited := _edited(each, found, row)):
            edits.append(edited)
    by = _by(row)
    done = await register_organizers(tx, new, by, day) | {organizer.organization_number for organizer, _ in edits}
    await save_organizers(tx, edits, by, day)
    await _close(tx, row, done, [each["number"] for each in chosen])


def _edited(difference: asyncpg.Record, found: asyncpg.Record, of: asyncpg.Record) -> Edited | None:
    """The organizer as it shall be; None when its base data are no longer those that the administration saw."""
    before = PublicOrganizer.model_validate(found["body"])
    said = Said.model_validate(difference["said"]) if difference["kind"] == "changed" else None
    after = merged(before, said) if said else as_gone(before)
    changed = changes_between(before, after)
    seen = tuple(FieldChange.model_validate(each) for each in difference["changed"])
    return (after, changed) if changed == seen and not is_older(of["as_of"], found["base_data_as_of"]) else None


async def _close(tx: Connection, row: asyncpg.Record, done: set[str], chosen: Iterable[str]) -> None:
    await organizers.seen_as_of(tx, sorted(done), row["as_of"])
    await companies.put_outcome(tx, row["id"], sorted(done), "applied")
    await companies.put_outcome(tx, row["id"], sorted(set(chosen) - done), "outdated")


def _by(row: asyncpg.Record) -> Doer:
    """Whose decision it is: who applied it; until then the register's own work."""
    actor = row["applied_by"] or THE_REGISTER
    role = actor if actor in {OPERATOR, THE_REGISTER} else authority.ADMINISTRATION
    channel = Channel.FILE if row["applied_by"] else Channel.REGISTER
    return Doer(actor, role, Cause.IMPORT, channel, process=process_of(row["id"]))
