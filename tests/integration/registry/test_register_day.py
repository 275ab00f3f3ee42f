"""The register day: what is edited on it is in the next day's view, and nothing else is."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from services.contracts.registry import PARTITIONS, FieldChange
from services.contracts.vocabulary import Cause
from services.kernel.database import Connection
from services.kernel.identity import Subject
from services.registry.commands.register_day import close_due_days, move_clock_past_midnight, open_day
from services.registry.commands.saving import save
from services.registry.commands.units import EditUnit, edit_unit
from services.registry.domain.changes import changes_between
from services.registry.domain.register_day import next_day
from services.registry.domain.state import EditableFields, SchoolUnit
from services.registry.register import Register
from services.registry.store import units
from services.registry.store.audit import Doer
from tests.integration.registry.helpers import (
    KARIN,
    OTHER,
    Person,
    assert_days_add_up,
    facts,
    form,
    markers,
    set_clock,
    the_day,
    wait_days,
    waiting_for_locks,
)
from tests.units import CODE

Edit = tuple[SchoolUnit, tuple[FieldChange, ...]]
BY = Doer(str(KARIN), "contact-person", Cause.EDIT)
WHO = Subject(str(KARIN), frozenset(), "tests", assurance=2)


async def rename(register: Register, code: str, version: int, name: str) -> None:
    fields = EditableFields.model_validate(form(displayName=name))
    await edit_unit(register, WHO, EditUnit(code, fields, version, f"{code} {name}"))


async def renamed(tx: Connection, register: Register, code: str, name: str) -> Edit:
    """A renamed unit, to be saved in a transaction that is open already."""
    row = await units.find_for_update(tx, register.vault, code)
    assert row
    after = replace(row.unit, public=row.unit.public.model_copy(update={"display_name": name}), version=2)
    return after, changes_between(row.unit, after)


async def test_edits_and_closings_at_once_agree_on_every_day(register: Register) -> None:
    first = await the_day(register)

    async def edit_often(code: str) -> None:
        for number in range(1, 41):
            await rename(register, code, number, f"Namn {number}")

    async def close_often() -> None:
        for _ in range(12):
            await move_clock_past_midnight(register)

    await asyncio.gather(edit_often(CODE), edit_often(OTHER), close_often())
    await move_clock_past_midnight(register)

    edits = await facts(register, "school-unit.edited")
    assert len(edits) == 80
    assert len({edit.public_from for edit in edits}) > 1, "no closing came between the edits"
    for edit in edits:
        assert edit.public_from == next_day(date.fromisoformat(edit.body["registerDay"])).isoformat()
    assert await the_day(register) == first + timedelta(days=13)
    await assert_days_add_up(register)


async def test_an_edit_that_began_is_of_its_day_and_one_that_comes_meanwhile_is_of_the_next(register: Register) -> None:
    today = await the_day(register)
    async with open_day(register) as (tx, day):
        closing = asyncio.create_task(move_clock_past_midnight(register))
        await waiting_for_locks(register, 1)
        late = asyncio.create_task(rename(register, CODE, 1, "Sen"))
        await waiting_for_locks(register, 2)
        await save(tx, register, [await renamed(tx, register, OTHER, "Tidig")], BY, day)
        assert not closing.done()
    await asyncio.gather(closing, late)

    edits = {e.body["unit"]["displayName"]: e.body["registerDay"] for e in await facts(register, "school-unit.edited")}
    assert edits == {"Tidig": today.isoformat(), "Sen": next_day(today).isoformat()}
    await assert_days_add_up(register)


async def test_many_closers_at_once_close_each_day_once(register: Register) -> None:
    today = await the_day(register)
    await wait_days(register, 3)

    closed = await asyncio.gather(*(close_due_days(register) for _ in range(8)))

    assert sorted(day for days in closed for day in days) == [today + timedelta(days=n) for n in range(3)]
    assert set(Counter(marker.body["day"] for marker in await markers(register)).values()) == {PARTITIONS}


async def test_missed_days_are_closed_in_order_each_with_its_markers(register: Register) -> None:
    today = await the_day(register)
    await rename(register, CODE, 1, "Före avbrottet")
    await wait_days(register, 5)

    closed = await close_due_days(register)

    assert closed == [today + timedelta(days=n) for n in range(5)]
    days = [marker.body["day"] for marker in await markers(register)]
    assert days == sorted(days)
    await assert_days_add_up(register)


async def test_an_edit_on_a_day_that_is_over_closes_it_first(register: Register) -> None:
    today = await the_day(register)
    await wait_days(register, 2)

    await rename(register, CODE, 1, "Efter midnatt")

    [edit] = await facts(register, "school-unit.edited")
    assert edit.body["registerDay"] == (today + timedelta(days=2)).isoformat()
    assert max(marker.position for marker in await markers(register)) < edit.position
    await assert_days_add_up(register)


@pytest.mark.parametrize(
    ("day", "just_before", "just_after", "closed_at"),
    [
        (date(2026, 10, 24), "2026-10-24T21:59:00Z", "2026-10-24T22:00:01Z", "2026-10-25T00:00:0"),
        (date(2026, 10, 25), "2026-10-25T22:59:00Z", "2026-10-25T23:00:01Z", "2026-10-26T00:00:0"),
        (date(2027, 3, 27), "2027-03-27T22:59:00Z", "2027-03-27T23:00:01Z", "2027-03-28T00:00:0"),
        (date(2027, 3, 28), "2027-03-28T21:59:00Z", "2027-03-28T22:00:01Z", "2027-03-29T00:00:0"),
    ],
    ids=["before-the-day-of-25-hours", "the-day-of-25-hours", "before-the-day-of-23-hours", "the-day-of-23-hours"],
)
async def test_midnight_is_local(
    register: Register, day: date, just_before: str, just_after: str, closed_at: str
) -> None:
    await set_clock(register, datetime.fromisoformat(just_before), day)
    assert await close_due_days(register) == []
    await set_clock(register, datetime.fromisoformat(just_after))
    assert await close_due_days(register) == [day]

    marker = (await markers(register))[-1]
    assert marker.body["closedAt"].startswith(closed_at)


@pytest.mark.parametrize("day", [date(2026, 10, 25), date(2027, 3, 28)], ids=str)
async def test_a_clock_moved_past_a_short_or_long_days_midnight_is_at_the_next_days_beginning(
    register: Register, day: date
) -> None:
    await set_clock(register, datetime(day.year, day.month, day.day, 0, 30, tzinfo=register.zone), day)

    assert await move_clock_past_midnight(register) == [day]

    marker = (await markers(register))[-1]
    assert marker.body["closedAt"].startswith(f"{next_day(day)}T00:00:01")


async def test_a_planned_unit_becomes_active_on_its_day_once(register: Register, karin: Person) -> None:
    start = await the_day(register) + timedelta(days=2)
    code = (await karin.plan(start, displayName="Nya skolan")).json()["schoolUnitCode"]
    seen = []

    for _ in range(3):
        await move_clock_past_midnight(register)
        seen.append((await karin.see(code)).json()["status"])

    assert seen == ["PLANERAD", "AKTIV", "AKTIV"]
    [opened] = await facts(register, "school-unit.opened")
    assert (opened.body["registerDay"], opened.public_from) == (start.isoformat(), start.isoformat())
    assert opened.body["unit"]["status"] == "AKTIV"
    await assert_days_add_up(register)


async def test_a_planned_unit_whose_day_was_missed_is_active_from_its_day(register: Register, karin: Person) -> None:
    start = await the_day(register) + timedelta(days=2)
    await karin.plan(start)
    await wait_days(register, 6)

    await asyncio.gather(*(close_due_days(register) for _ in range(4)))

    [opened] = await facts(register, "school-unit.opened")
    assert (opened.body["registerDay"], opened.public_from) == (start.isoformat(), start.isoformat())
    await assert_days_add_up(register)


async def test_only_the_administration_moves_the_clock_over_http(register: Register, karin: Person) -> None:
    today = await the_day(register)

    answer = await karin.http.post("/clock/close-day")

    assert answer.status_code == 404
    assert await the_day(register) == today
