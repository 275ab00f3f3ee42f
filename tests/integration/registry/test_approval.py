"""The yearly approval: what it covers, what one saw, what changed since and after, and who is written to when."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from datetime import time as clock
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from services.contracts.vocabulary import OrganizationNumber, Role
from services.kernel.database import transaction
from services.kernel.identity import Subject
from services.kernel.problems import Problem
from services.registry.commands import approvals_due
from services.registry.commands.approvals import Approve
from services.registry.commands.approvals import approve as approve_all
from services.registry.commands.register_day import close_due_days
from services.registry.domain.approvals import Calendar
from services.registry.domain.register_day import OpenDay
from services.registry.queries.approvals import tasks
from services.registry.register import Register
from services.registry.settings import RegistrySettings
from services.registry.store import audit
from tests.integration.registry.conftest import AsPerson
from tests.integration.registry.helpers import (
    ADA,
    FRIDA,
    KARIN,
    OTHER,
    Person,
    accepted,
    facts,
    granted,
    hear,
    outbox,
    set_clock,
)
from tests.units import CODE, INDEPENDENT, LUND

EVERYTHING = {LUND, CODE, OTHER}
JUNE = date(2027, 6, 9)
At = Callable[[date], Awaitable[None]]


async def last_day(person: Person) -> date:
    """The last day of the school year that is approved."""
    return date(int((await state(person))["schoolYear"][:4]) + 1, 6, 30)


@pytest_asyncio.fixture
async def at(register: Register) -> At:
    """Give a function: make a day the open register day, at noon, without what takes effect between."""

    async def move(day: date) -> None:
        moment = datetime.combine(day, clock(12), register.zone)
        await set_clock(register, moment, day)

    return move


async def state(person: Person, number: str = LUND) -> dict[str, Any]:
    answer = await person.http.get(f"/organizers/{number}/approval")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def items(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["aggregate"]: one for one in found["items"]}


async def approve(person: Person, what: Any = "all", key: str = "", **versions: int) -> httpx.Response:
    """Approve what stands now, or with other versions of some."""
    seen = {one["aggregate"]: one["version"] for one in (await state(person))["items"]} | versions
    return await approve_seen(person, what, seen, key)


async def approve_seen(person: Person, what: Any, seen: dict[str, int], key: str = "") -> httpx.Response:
    body, headers = {"items": what, "versions": seen}, {"Idempotency-Key": key or str(uuid4())}
    return await person.http.post(f"/organizers/{LUND}/approvals", json=body, headers=headers)


async def test_before_anything_is_approved_it_says_what_is_covered_and_until_when(karin: Person, at: At) -> None:
    await at(JUNE)

    found = await state(karin)

    assert {name: found[name] for name in ("schoolYear", "opens", "due", "daysLeft", "nextOpens", "version")} == {
        "schoolYear": "2027/28", "opens": "2027-06-01", "due": "2027-06-14", "daysLeft": 5, "nextOpens": "2028-06-01",
        "version": 0,
    }  # fmt: skip
    assert (found["mayApprove"], found["roles"], found["complete"]) == (True, ["contact-person"], False)
    assert (found["covered"], found["missing"]) == (3, 3)
    assert [one["kind"] for one in found["items"]] == ["organizer", "school-unit", "school-unit"]
    assert [one["lastApproved"] for one in found["items"]] == [None] * 3


async def test_all_is_approved_in_one_transaction_with_audit_row_and_event(register: Register, karin: Person) -> None:
    answer = await approve(karin)

    assert (answer.status_code, answer.headers["etag"]) == (201, '"1"')
    assert answer.json()["complete"]
    found = await state(karin)
    assert (found["complete"], found["missing"], found["version"]) == (True, 0, 1)
    assert {one["approved"]["actor"] for one in found["items"]} == {str(KARIN)}
    [event] = await facts(register, "approval.given")
    assert {one["aggregate"] for one in event.body["items"]} == EVERYTHING
    assert event.body["complete"] is True
    [year] = (await karin.http.get(f"/organizers/{LUND}/approvals")).json()["approvals"]
    [act] = year["acts"]
    assert {change["field"] for change in act["changed"]} == EVERYTHING
    assert (act["actor"], act["actorRole"]) == (str(KARIN), "contact-person")
    assert await audit.broken_chain(register.pool) == []


async def test_unit_by_unit_leaves_the_rest_to_approve(karin: Person) -> None:
    first = await approve(karin, [CODE])
    missing = (await state(karin))["missing"]
    rest = await approve(karin, [LUND, OTHER])

    assert (first.json()["complete"], missing, rest.json()["complete"]) == (False, 2, True)
    assert rest.json()["version"] == 2


async def test_what_is_edited_after_it_keeps_the_approval_and_says_so(register: Register, karin: Person) -> None:
    await approve(karin)

    await karin.edit(1, displayName="Nya namnet")

    unit = items(await state(karin))[CODE]
    assert unit["approved"]["version"] == 1
    assert [(c["field"], c["before"], c["after"]) for c in unit["changedAfter"]] == [
        ("displayName", "Svaleboskolan", "Nya namnet")
    ]
    assert (await state(karin))["complete"]
    [task] = await tasks(register, LUND, JUNE.replace(year=2027) - timedelta(days=30))
    assert (task.kind, task.count, task.about) == ("changed-after-approval", 1, (CODE,))


async def test_what_came_back_to_what_was_approved_is_not_changed(karin: Person) -> None:
    await approve(karin)

    await karin.edit(1, displayName="Nya namnet")
    await karin.edit(2)

    assert items(await state(karin))[CODE]["changedAfter"] == []


async def test_what_was_changed_after_it_can_be_approved_again(karin: Person) -> None:
    await approve(karin)
    await karin.edit(1, displayName="Nya namnet")

    again = await approve(karin)

    assert again.json()["approved"] == [{"aggregate": CODE, "version": 2}]
    assert items(await state(karin))[CODE]["changedAfter"] == []


async def test_the_next_year_shows_what_changed_since_the_last(register: Register, karin: Person, at: At) -> None:
    await at(JUNE)
    await approve(karin)
    await karin.edit(1, displayName="Nya namnet", url="https://skolan.example")

    await at(JUNE.replace(year=2028))

    found = await state(karin)
    unit = items(found)[CODE]
    assert (found["schoolYear"], found["missing"]) == ("2028/29", 3)
    assert (unit["approved"], unit["lastApproved"]["schoolYear"], unit["lastApproved"]["version"]) == (
        None, "2027/28", 1,
    )  # fmt: skip
    assert {change["field"] for change in unit["changedSince"]} == {"displayName", "url"}
    assert items(found)[OTHER]["changedSince"] == []
    assert [(task.kind, task.count, task.due) for task in await tasks(register, LUND, JUNE.replace(year=2028))] == [
        ("approve", 3, date(2028, 6, 14))
    ]


async def test_what_one_approves_is_what_one_saw(karin: Person) -> None:
    seen = {one["aggregate"]: one["version"] for one in (await state(karin))["items"]}
    await karin.edit(1, displayName="Ändrat av en kollega")

    stale, other = await approve_seen(karin, "all", seen), await approve_seen(karin, [OTHER], seen)

    assert (stale.status_code, stale.json()["code"], stale.json()["changed"]) == (412, "stale-version", [CODE])
    assert other.status_code == 201


async def test_all_with_a_unit_that_one_never_saw_is_refused(karin: Person) -> None:
    seen = {one["aggregate"]: one["version"] for one in (await state(karin))["items"]}
    new = (await karin.plan(await last_day(karin), displayName="Planerade skolan")).json()["schoolUnitCode"]

    answer = await approve_seen(karin, "all", seen)

    assert (answer.status_code, answer.json()["changed"]) == (412, [new])


@pytest.mark.parametrize(("what", "code"), [([], "approval-nothing-chosen"), (["99999999"], "approval-unknown-item")])
async def test_what_is_not_there_is_refused_by_rule(karin: Person, what: list[str], code: str) -> None:
    answer = await approve(karin, what)

    assert answer.status_code == 409
    assert [error["code"] for error in answer.json()["errors"]] == [code]


async def test_what_is_approved_as_it_stands_is_not_approved_again(register: Register, karin: Person) -> None:
    await approve(karin)

    answer = await approve(karin)

    assert [error["code"] for error in answer.json()["errors"]] == ["approval-nothing-new"]
    assert len(await facts(register, "approval.given")) == 1


async def test_a_repeat_gets_the_first_answer_and_many_at_once_approve_once(register: Register, karin: Person) -> None:
    first = await approve(karin, key="the-same-key")
    repeated = await approve_seen(karin, "all", dict.fromkeys(EVERYTHING, 1), "the-same-key")
    await karin.edit(1, displayName="Nya namnet")

    answers = await asyncio.gather(*(approve(karin, [CODE]) for _ in range(8)))

    assert repeated.content == first.content
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert [event.body["version"] for event in await facts(register, "approval.given")] == [1, 2]
    assert await audit.broken_chain(register.pool) == []


async def test_strangers_learn_nothing_and_a_data_reporter_sees_but_may_not(
    register: Register, as_person: AsPerson
) -> None:
    reporter = uuid4()
    await hear(register, granted(reporter, LUND).model_copy(update={"role": Role.DATA_REPORTER}))
    await hear(register, accepted(reporter))
    rune, frida, ada = as_person(reporter), as_person(FRIDA), as_person(ADA, "register-administration")
    seen = dict.fromkeys(EVERYTHING, 1)

    assert (await frida.http.get(f"/organizers/{LUND}/approval")).status_code == 404
    assert (await approve_seen(frida, "all", seen)).status_code == 404
    for person in (rune, ada):
        assert not (await state(person))["mayApprove"]
        answer = await approve_seen(person, "all", seen)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert not await facts(register, "approval.given")


async def test_who_may_approve_is_a_setting(register: Register) -> None:
    reporter, here = uuid4(), replace(register, approval=Calendar(roles=("data-reporter",)))
    await hear(register, granted(reporter, LUND).model_copy(update={"role": Role.DATA_REPORTER}))
    await hear(register, accepted(reporter))
    command = Approve(LUND, None, dict.fromkeys(EVERYTHING, 1), "the-same-key")

    with pytest.raises(Problem, match="may not approve"):
        await approve_all(here, Subject(str(KARIN), frozenset(), "test", assurance=3), command)
    await approve_all(here, Subject(str(reporter), frozenset(), "test", assurance=3), command)

    [event] = await facts(register, "approval.given")
    assert event.body["complete"]


def test_a_due_date_before_the_prompt_is_refused(settings: RegistrySettings) -> None:
    def of(**values: object) -> Calendar:
        return RegistrySettings.model_validate(settings.model_dump() | values).approval

    assert of(approval_prompt="05-01", approval_due="05-31").due == (5, 31)
    with pytest.raises(ValueError, match="due before it opens"):
        of(approval_due="05-31")
    with pytest.raises(ValueError, match="out of range"):
        of(approval_due="02-29")


async def test_a_closed_unit_is_not_covered_and_a_planned_one_is(register: Register, karin: Person) -> None:
    planned = (await karin.plan(await last_day(karin), displayName="Planerade skolan")).json()["schoolUnitCode"]
    await register.pool.execute("UPDATE school_unit SET status = 'UPPHORT' WHERE code = $1", OTHER)

    assert set(items(await state(karin))) == {LUND, CODE, planned}


async def test_other_activities_are_covered_and_the_ended_are_not(karin: Person) -> None:
    fields = {"activityType": "ANNAN", "displayName": "Öppna förskolan", "municipalityCode": "1281"}
    headers = {"Idempotency-Key": str(uuid4())}
    new = await karin.http.post(f"/organizers/{LUND}/activities", json={"activity": fields}, headers=headers)
    activity = new.json()["activityId"]
    aggregate = f"activity/{activity}"

    done = await approve(karin, [aggregate])
    edit = {"Idempotency-Key": str(uuid4()), "If-Match": '"1"'}
    await karin.http.put(f"/activities/{activity}", json=fields | {"displayName": "Stängd"}, headers=edit)
    found = (await state(karin))["items"][-1]
    over = {"Idempotency-Key": str(uuid4()), "If-Match": '"2"'}
    on = (await state(karin))["day"]
    await karin.http.post(f"/activities/{activity}/end", json={"on": on}, headers=over)

    assert done.status_code == 201, done.text
    assert (found["kind"], found["aggregate"], found["approved"]["version"]) == ("activity", aggregate, 1)
    assert [change["field"] for change in found["changedAfter"]] == ["displayName"]
    assert set(items(await state(karin))) == EVERYTHING


async def begin(register: Register, day: date) -> list[dict[str, Any]]:
    """Let a day begin; gives what was said by that."""
    before = len(await outbox(register))
    async with transaction(register.pool) as tx:
        await approvals_due.take_effect(tx, register, OpenDay(day, begins=True))
    return [event.body for event in (await outbox(register))[before:]]


async def test_all_are_asked_when_the_year_opens_and_only_who_has_not_approved_is_reminded(
    register: Register, karin: Person, at: At
) -> None:
    prompted = await begin(register, date(2027, 6, 1))
    await at(JUNE)
    await approve(karin)
    reminded = await begin(register, date(2027, 6, 12))

    assert {(one["organizationNumber"], one["step"], one["daysLeft"], one["missing"]) for one in prompted} == {
        (LUND, "prompt", 13, 3), (INDEPENDENT, "prompt", 13, 1),
    }  # fmt: skip
    assert [(one["organizationNumber"], one["step"], one["daysLeft"]) for one in reminded] == [
        (INDEPENDENT, "reminder", 2)
    ]
    assert (await state(karin))["calls"] == [
        {"day": "2027-06-01", "step": "prompt"}, {"day": "2027-06-12", "step": "reminder"},
    ]  # fmt: skip


async def test_a_day_calls_once_and_other_days_are_silent(register: Register) -> None:
    days = [date(2027, 5, 1) + timedelta(days=n) for n in range(90)]

    said = {day: len(await begin(register, day)) for day in days}
    again = [len(await begin(register, day)) for day in days]

    assert [day.isoformat()[5:] for day, count in said.items() if count] == [
        "06-01", "06-07", "06-12", "06-17", "06-24",
    ]  # fmt: skip
    assert not any(again)


async def test_an_organizer_that_has_ended_is_asked_nothing(register: Register) -> None:
    await register.pool.execute(
        """UPDATE organizer SET body = body || '{"legalEntityStatus": "EJ_LANGRE_INKLUDERAD"}' WHERE number = $1""",
        INDEPENDENT,
    )

    assert [one["organizationNumber"] for one in await begin(register, date(2027, 6, 1))] == [LUND]


async def test_closing_the_day_before_asks_and_closes_in_one_transaction(register: Register, at: At) -> None:
    await at(date(2027, 5, 31))
    await set_clock(register, datetime(2027, 6, 1, 0, 1, tzinfo=register.zone))

    await close_due_days(register)

    assert {event.body["step"] for event in await facts(register, "approval.due")} == {"prompt"}
    assert await register.pool.fetchval("SELECT organizers FROM approval_call") == 2


async def test_all_the_country_is_asked_within_seconds(register: Register) -> None:
    """Some 3,300 organizers and 10,000 units, with ten years of approvals behind them."""
    numbers = [str(number) for number in range(5560000000, 5560040000) if OrganizationNumber.is_valid(str(number))]
    await register.pool.execute(
        "INSERT INTO organizer SELECT n, 1, 'ENSKILD', n, '{}', now(), now() FROM unnest($1::text[]) n", numbers[:3300]
    )
    await register.pool.execute(
        """
        INSERT INTO school_unit
        SELECT (20000000 + n)::text, 1, ($1::text[])[n % 3300 + 1], 'AKTIV', 'Skola ' || n, NULL, '{}', NULL, '{}',
               NULL, NULL, now(), now(), now() FROM generate_series(1, 10000) n""",
        numbers,
    )
    await register.pool.execute("""
        INSERT INTO approval (organizer, school_year, version, covered, missing)
        SELECT number, y, 1, 1, 0 FROM organizer, generate_series(2017, 2026) y""")
    await register.pool.execute("""
        INSERT INTO approval_item SELECT code, y, 'school-unit', display_name, 1, organizer, now(), now(), 'x', 'x'
        FROM school_unit, generate_series(2017, 2026) y""")
    await register.pool.execute("ANALYZE")

    began = time.perf_counter()
    said = await begin(register, date(2027, 6, 1))
    took = time.perf_counter() - began

    assert len(said) == 3302
    assert took < 5, f"{took:.2f} s"  # some 0.5 s on two cores; all edits wait so long


async def test_the_certificate_is_a_pdf_for_those_who_may_see(karin: Person, as_person: AsPerson, at: At) -> None:
    await at(JUNE)
    address = f"/organizers/{LUND}/approvals/2027-28/certificate"
    before = await karin.http.get(address)
    await approve(karin, [CODE])

    answer = await karin.http.get(address)

    assert before.status_code == 404
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF")
    assert (await as_person(FRIDA).http.get(address)).status_code == 404


async def test_a_unit_that_starts_after_the_school_year_is_not_in_its_approval(karin: Person) -> None:
    year = int((await state(karin))["schoolYear"][:4])
    before, after = [(await karin.plan(date(year + 1, month, 1))).json()["schoolUnitCode"] for month in (6, 7)]

    found = {item["aggregate"] for item in (await state(karin))["items"]}

    assert before in found
    assert after not in found
