"""Units that go from one organizer to another: proposed, answered, moved on their day, read by both afterwards."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from services.contracts.vocabulary import Role
from services.registry.commands.register_day import close_due_days
from services.registry.queries import transfers as queries
from services.registry.register import Register
from services.registry.store import audit
from tests.integration.registry.conftest import AsPerson
from tests.integration.registry.helpers import (
    ADA,
    FRIDA,
    OTHER,
    Person,
    accepted,
    assert_days_add_up,
    facts,
    granted,
    hear,
    the_day,
    wait_days,
)
from tests.integration.registry.planning import plan_edit
from tests.units import CODE, INDEPENDENT, LUND

ADMINISTRATION = "register-administration"


def headers(version: int | None = None, key: str = "") -> dict[str, str]:
    return {"Idempotency-Key": key or str(uuid4())} | ({} if version is None else {"If-Match": f'"{version}"'})


async def in_days(register: Register, days: int) -> date:
    return await the_day(register) + timedelta(days=days)


async def pass_days(register: Register, days: int) -> None:
    await wait_days(register, days)
    await close_due_days(register)


async def propose(
    who: Person, day: date, *, giver: str = LUND, dry_run: bool = False, **changes: Any
) -> httpx.Response:
    body = {"receiver": INDEPENDENT, "schoolUnitCodes": [CODE], "day": day.isoformat()} | changes
    path = f"/organizers/{giver}/transfers" + ("?dry_run=true" if dry_run else "")
    return await who.http.post(path, json=body, headers=headers())


async def answer(who: Person, transfer: dict[str, Any], how: str, **body: Any) -> httpx.Response:
    path = f"/transfers/{transfer['transferId']}/{how}"
    return await who.http.post(path, json=body or None, headers=headers(transfer["version"]))


async def accepted_transfer(register: Register, karin: Person, frida: Person, **changes: Any) -> dict[str, Any]:
    """A transfer that is accepted, for tomorrow."""
    proposed = await propose(karin, await in_days(register, 1), **changes)
    assert proposed.status_code == 201, proposed.text
    done = await answer(frida, proposed.json(), "acceptance")
    assert done.status_code == 200, done.text
    return dict(done.json())


def codes(answered: httpx.Response) -> set[tuple[str, str]]:
    assert answered.status_code == 409, answered.text
    return {(error["code"], error["pointer"]) for error in answered.json()["errors"]}


@pytest_asyncio.fixture
async def frida(as_person: AsPerson) -> AsyncIterator[Person]:
    """Contact person of the independent organizer."""
    yield as_person(FRIDA)


@pytest.fixture
def ada(as_person: AsPerson) -> Person:
    return as_person(ADA, ADMINISTRATION)


async def test_a_unit_that_was_changed_after_the_proposer_saw_it_is_refused(register: Register, karin: Person) -> None:
    on = await in_days(register, 30)
    seen = (await propose(karin, on, dry_run=True)).json()["schoolUnits"]
    versions = {unit["schoolUnitCode"]: unit["version"] for unit in seen}
    await karin.edit(1, displayName="Nytt namn")

    stale = await propose(karin, on, versions=versions)
    all_of_them = await propose(karin, on, schoolUnitCodes=[], allUnits=True, versions={OTHER: 1, CODE: 1})
    fresh = await propose(karin, on, versions={CODE: 2})

    assert versions == {CODE: 1}
    for answer in (stale, all_of_them):
        assert [(e["code"], e["params"]) for e in answer.json()["errors"]] == [
            ("transfer-unit-changed", {"unit": CODE})
        ]
    assert fresh.status_code == 201, fresh.text


async def test_a_unit_moves_with_its_code_on_the_day(register: Register, karin: Person, frida: Person) -> None:
    transfer = await accepted_transfer(register, karin, frida, message=" Enligt avtal.\r\n")
    before = (await karin.see()).json()
    await pass_days(register, 1)

    now = (await frida.see()).json()
    assert now["organizer"]["organizationNumber"] == INDEPENDENT
    assert (now["version"], now["unit"]) == (before["version"] + 1, before["unit"])
    assert (await karin.see()).status_code == 404
    moved = (await facts(register, "school-unit.edited"))[-1]
    assert moved.body["process"] == {"type": "transfer", "id": transfer["transferId"]}
    assert moved.body["cause"] == "planned"
    assert moved.body["publicFrom"] == (await the_day(register)).isoformat()
    assert [c["field"] for c in moved.body["changed"]] == ["organizationNumber"]
    (took,) = await facts(register, "transfer.took-effect")
    assert [unit["schoolUnitCode"] for unit in took.body["units"]] == [CODE]
    assert took.body["message"] == "Enligt avtal."
    assert (await frida.http.get(f"/transfers/{transfer['transferId']}")).json()["state"] == "effective"
    assert await audit.broken_chain(register.pool) == []
    await assert_days_add_up(register)


async def test_the_giver_edits_until_the_day_and_reads_its_time_after(
    register: Register, karin: Person, frida: Person
) -> None:
    await accepted_transfer(register, karin, frida)
    edited = await karin.edit(1, displayName="Sista namnet")
    assert edited.status_code == 200, edited.text
    await pass_days(register, 1)

    assert (await karin.edit(3, displayName="Inte längre")).status_code == 404
    assert (await frida.edit(3, displayName="Nya namnet")).status_code == 200
    mine, theirs = [(await who.http.get(f"/school-units/{CODE}/history")).json() for who in (karin, frida)]
    assert [entry["version"] for entry in mine["entries"]] == [3, 2, 1]
    assert mine["entries"][0]["changed"] == [
        {"field": "organizationNumber", "before": LUND, "after": INDEPENDENT, "protected": False}
    ]
    assert mine["entries"][0]["process"]["type"] == "transfer"
    assert mine["formerly"] == [{"organizationNumber": LUND, "since": mine["formerly"][0]["since"],
                                 "until": (await the_day(register)).isoformat()}]  # fmt: skip
    assert [entry["version"] for entry in theirs["entries"]] == [4, 3, 2, 1]
    stranger = await karin.http.get(f"/school-units/{CODE}/history?page=2")
    assert stranger.json()["entries"] == []
    today = await the_day(register)
    days = [today - timedelta(days=1), today]
    seen = [(await karin.http.get(f"/school-units/{CODE}/as-of/{day}")).status_code for day in days]
    both = await karin.http.get(f"/school-units/{CODE}/compare?from={days[0]}&to={days[1]}")
    assert (seen, both.status_code) == ([200, 404], 404), "its own time alone"


async def test_a_unit_that_comes_back_has_two_times_without_gap_or_overlap(
    register: Register, karin: Person, frida: Person
) -> None:
    await accepted_transfer(register, karin, frida)
    await pass_days(register, 1)
    assert (await frida.edit(2, displayName="Hos Frida")).status_code == 200
    back = await propose(frida, await in_days(register, 1), giver=INDEPENDENT, receiver=LUND)
    assert (await answer(karin, back.json(), "acceptance")).status_code == 200
    await pass_days(register, 1)
    assert (await karin.edit(4, displayName="Hemma igen")).status_code == 200

    rows = await register.pool.fetch("SELECT * FROM former_organizer WHERE code = $1 ORDER BY last_version", CODE)
    assert [(r["organizer"], r["first_version"], r["last_version"]) for r in rows] == [
        (LUND, 1, 2), (INDEPENDENT, 2, 4),
    ]  # fmt: skip
    assert rows[0]["until"] == rows[1]["since"]
    hers = (await frida.http.get(f"/school-units/{CODE}/history")).json()
    assert [entry["version"] for entry in hers["entries"]] == [4, 3, 2]


async def test_an_orientation_goes_when_the_receiver_is_not_independent(
    register: Register, karin: Person, frida: Person
) -> None:
    await accepted_transfer(register, karin, frida)
    await pass_days(register, 1)
    assert (await frida.edit(2, orientationType="WALDORF")).status_code == 200
    day = await in_days(register, 1)

    tried = await propose(frida, day, giver=INDEPENDENT, receiver=LUND, dry_run=True)
    back = await propose(frida, day, giver=INDEPENDENT, receiver=LUND)
    assert (await answer(karin, back.json(), "acceptance")).status_code == 200
    await pass_days(register, 1)

    fields = {change["field"]: change["after"] for change in tried.json()["schoolUnits"][0]["changed"]}
    assert fields == {"organizationNumber": LUND, "orientationType": "EJ_RELEVANT"}
    assert (await karin.see()).json()["unit"]["orientationType"] == "EJ_RELEVANT"


async def test_a_dry_run_saves_nothing(register: Register, karin: Person) -> None:
    tried = await propose(karin, await in_days(register, 1), dry_run=True)

    assert tried.status_code == 200, tried.text
    assert tried.json()["receiver"]["displayName"] == "Friskolan AB"
    assert (await karin.http.get(f"/organizers/{LUND}/transfers")).json()["total"] == 0


async def test_every_broken_rule_of_a_proposal_is_told(register: Register, karin: Person) -> None:
    today = await the_day(register)

    wrong = await propose(karin, today, receiver="5560360793", schoolUnitCodes=["99999999"], message="x" * 1001)
    own = await propose(karin, await in_days(register, 1), receiver=LUND, schoolUnitCodes=[])
    ends = await propose(karin, await in_days(register, 1), endsOrganizer=True)

    assert codes(wrong) == {
        ("too-long", "/message"), ("receiver-unknown", "/receiver"), ("transfer-day-to-come", "/day"),
        ("transfer-unit-not-ours", "/schoolUnitCodes"),
    }  # fmt: skip
    assert codes(own) == {("receiver-is-giver", "/receiver"), ("transfer-units-needed", "/schoolUnitCodes")}
    assert codes(ends) == {("ends-with-all-units", "/schoolUnitCodes")}


async def test_a_unit_is_in_one_open_transfer(register: Register, karin: Person, frida: Person) -> None:
    day = await in_days(register, 3)
    first = (await propose(karin, day)).json()

    again = await propose(karin, day, schoolUnitCodes=[CODE, OTHER])
    declined = await answer(frida, first, "refusal", reason="Vi har inte plats.")
    after = await propose(karin, day, schoolUnitCodes=[CODE, OTHER])

    assert codes(again) == {("unit-in-other-process", "/schoolUnitCodes")}
    assert [e["params"] for e in again.json()["errors"]] == [{"unit": CODE, "process": first["transferId"]}]
    assert (declined.json()["state"], declined.json()["refusal"]) == ("declined", "Vi har inte plats.")
    assert after.status_code == 201


async def test_who_declines_says_why(register: Register, karin: Person, frida: Person) -> None:
    proposed = (await propose(karin, await in_days(register, 2))).json()

    answered = await answer(frida, proposed, "refusal", reason="  ")

    assert codes(answered) == {("refusal-reason-needed", "/reason")}


async def test_each_side_does_its_own_and_strangers_see_nothing(
    register: Register, karin: Person, frida: Person, ada: Person, as_person: AsPerson
) -> None:
    stranger, path = as_person(uuid4()), "/transfers/{transferId}"
    proposed = (await propose(karin, await in_days(register, 2))).json()

    assert (await answer(karin, proposed, "acceptance")).status_code == 403
    assert (await answer(frida, proposed, "withdrawal")).status_code == 403
    for how in ("acceptance", "withdrawal"):
        assert (await answer(stranger, proposed, how)).status_code == 404
    assert (await stranger.http.get(path.format(**proposed))).status_code == 404
    assert (await propose(frida, await in_days(register, 2))).status_code == 404
    seen = {name: (await who.http.get(path.format(**proposed))).json()["mayDo"]
            for name, who in (("karin", karin), ("frida", frida), ("ada", ada))}  # fmt: skip
    assert seen == {"karin": ["withdrawal"], "frida": ["acceptance", "refusal"],
                    "ada": ["acceptance", "refusal", "withdrawal"]}  # fmt: skip
    assert (await ada.http.get("/transfers?state=proposed")).json()["total"] == 1
    assert (await karin.http.get("/transfers")).status_code == 404
    assert (await frida.http.get(f"/organizers/{INDEPENDENT}/transfers")).json()["total"] == 1


async def test_a_data_reporter_sees_and_may_not_hand_over(
    register: Register, karin: Person, as_person: AsPerson
) -> None:
    person = uuid4()
    values = granted(person, LUND).model_dump() | {"role": Role.DATA_REPORTER}
    await hear(register, type(granted(person, LUND)).model_validate(values))
    await hear(register, accepted(person))
    ulf, day = as_person(person), await in_days(register, 2)
    proposed = (await propose(karin, day)).json()

    seen = await ulf.http.get(f"/transfers/{proposed['transferId']}")

    assert (seen.status_code, seen.json()["mayDo"]) == (200, [])
    assert (await answer(ulf, proposed, "withdrawal")).status_code == 403
    assert (await propose(ulf, day, schoolUnitCodes=[OTHER])).status_code == 403


async def test_an_accepted_transfer_can_be_withdrawn_until_the_day(
    register: Register, karin: Person, frida: Person
) -> None:
    transfer = await accepted_transfer(register, karin, frida)

    withdrawn = await answer(karin, transfer, "withdrawal")
    await pass_days(register, 1)

    assert withdrawn.json()["state"] == "withdrawn"
    assert (await karin.see()).json()["organizer"]["organizationNumber"] == LUND
    assert codes(await answer(karin, withdrawn.json(), "withdrawal")) == {("transfer-not-open", "/state")}


async def test_an_unanswered_proposal_is_reminded_of_and_lapses(
    register: Register, karin: Person, frida: Person
) -> None:
    proposed = (await propose(karin, await in_days(register, 15))).json()
    today = await the_day(register)
    task = (await queries.tasks(register, INDEPENDENT, today))[0]
    await pass_days(register, 15)

    reminded = [event.body["daysLeft"] for event in await facts(register, "transfer.reminded")]
    (lapsed,) = await facts(register, "transfer.lapsed")
    assert (task.kind, task.count, task.about) == ("answer-transfers", 1, (proposed["transferId"],))
    assert task.due == today + timedelta(days=14)
    assert reminded == [14, 7, 1]
    assert (lapsed.body["version"], lapsed.body["giver"]) == (2, LUND)
    assert (await karin.see()).json()["organizer"]["organizationNumber"] == LUND
    assert codes(await answer(frida, {**proposed, "version": 2}, "acceptance")) == {("transfer-not-open", "/state")}
    assert await queries.tasks(register, INDEPENDENT, today) == []


async def test_an_answered_proposal_is_not_reminded_of(register: Register, karin: Person, frida: Person) -> None:
    proposed = (await propose(karin, await in_days(register, 8))).json()
    await answer(frida, proposed, "acceptance")
    await pass_days(register, 3)

    assert await facts(register, "transfer.reminded") == []


async def test_an_organizer_that_ends_gives_all_its_units_also_those_planned_since(
    register: Register, karin: Person, frida: Person
) -> None:
    day = await in_days(register, 2)
    proposed = await propose(karin, day, schoolUnitCodes=[], allUnits=True, endsOrganizer=True)
    await answer(frida, proposed.json(), "acceptance")
    planned = (await karin.plan(await in_days(register, 30))).json()["schoolUnitCode"]
    other = await propose(karin, day, schoolUnitCodes=[planned])
    await pass_days(register, 2)

    assert proposed.json()["schoolUnits"] == 2
    assert codes(other) == {("organizer-ends", "/schoolUnitCodes")}
    for code in (CODE, OTHER, planned):
        assert (await frida.see(code)).json()["organizer"]["organizationNumber"] == INDEPENDENT
    (ended,) = await facts(register, "organizer.edited")
    assert (ended.body["organizationNumber"], ended.body["version"]) == (LUND, 2)
    assert ended.body["organizer"]["legalEntityStatus"] == "EJ_LANGRE_INKLUDERAD"
    assert ended.body["process"]["type"] == "transfer"
    into_the_ended = await propose(frida, await in_days(register, 1), giver=INDEPENDENT, receiver=LUND)
    assert codes(into_the_ended) == {("receiver-ended", "/receiver")}
    assert (await frida.http.get(f"/organizers/{INDEPENDENT}/receivers?q=lund")).json()["organizers"] == []
    assert await audit.broken_chain(register.pool) == []
    await assert_days_add_up(register)


async def test_a_planned_unit_opens_at_its_new_organizer(register: Register, karin: Person, frida: Person) -> None:
    code = (await karin.plan(await in_days(register, 1))).json()["schoolUnitCode"]
    await accepted_transfer(register, karin, frida, schoolUnitCodes=[code])
    await pass_days(register, 1)

    now = (await frida.see(code)).json()

    assert (now["status"], now["version"]) == ("AKTIV", 3)


async def test_a_unit_that_closed_meanwhile_stays(register: Register, karin: Person, frida: Person) -> None:
    await accepted_transfer(register, karin, frida, schoolUnitCodes=[CODE, OTHER])
    closed = """UPDATE school_unit SET status = 'UPPHORT', body = body || '{"status": "UPPHORT"}' WHERE code = $1"""
    await register.pool.execute(closed, OTHER)
    await pass_days(register, 1)

    assert (await karin.see(OTHER)).status_code == 200
    assert (await frida.see(CODE)).status_code == 200
    (took,) = await facts(register, "transfer.took-effect")
    assert [unit["schoolUnitCode"] for unit in took.body["units"]] == [CODE]


async def test_receivers_are_found_by_name_and_number(karin: Person) -> None:
    path = f"/organizers/{LUND}/receivers?q="

    found = [(await karin.http.get(path + text)).json()["organizers"] for text in ("FRISK", "556451-5988", "lund", " ")]

    one = [{"organizationNumber": INDEPENDENT, "displayName": "Friskolan AB", "organizerType": "ENSKILD"}]
    assert found == [one, one, [], []]


async def test_a_repeat_gives_the_first_answer_and_a_stale_answer_is_refused(
    register: Register, karin: Person, frida: Person
) -> None:
    body = {"receiver": INDEPENDENT, "schoolUnitCodes": [CODE], "day": (await in_days(register, 2)).isoformat()}
    path, same = f"/organizers/{LUND}/transfers", headers()

    first, second = [await karin.http.post(path, json=body, headers=same) for _ in range(2)]
    await answer(karin, first.json(), "withdrawal")
    stale = await answer(frida, first.json(), "acceptance")

    assert (first.status_code, first.content) == (201, second.content)
    assert (stale.status_code, stale.json()["currentVersion"]) == (412, 2)


async def test_accepting_withdrawing_and_editing_at_once_ends_in_one_truth(
    register: Register, karin: Person, frida: Person
) -> None:
    proposed = (await propose(karin, await in_days(register, 1), schoolUnitCodes=[CODE, OTHER])).json()

    answers = await asyncio.gather(
        *[answer(frida, proposed, "acceptance") for _ in range(5)],
        *[answer(karin, proposed, "withdrawal") for _ in range(5)],
        *[karin.edit(1, displayName=f"Namn {n}") for n in range(10)],
    )
    state = (await karin.http.get(f"/transfers/{proposed['transferId']}")).json()["state"]
    await pass_days(register, 1)

    assert [a.status_code for a in answers[:10]].count(200) == 1
    assert {a.status_code for a in answers[:10]} == {200, 412}
    assert [a.status_code for a in answers[10:]].count(200) == 1
    owner = await register.pool.fetchval("SELECT organizer FROM school_unit WHERE code = $1", CODE)
    assert owner == (INDEPENDENT if state == "accepted" else LUND)
    name = await register.pool.fetchval("SELECT display_name FROM school_unit WHERE code = $1", CODE)
    assert name.startswith("Namn ")
    assert await audit.broken_chain(register.pool) == []
    await assert_days_add_up(register)


async def test_a_hundred_proposals_at_once_block_nothing_and_none_takes_a_unit_twice(
    register: Register, karin: Person, frida: Person
) -> None:
    day = await in_days(register, 2)
    planned = [(await karin.plan(await in_days(register, 30))).json()["schoolUnitCode"] for _ in range(10)]

    answers = await asyncio.gather(
        *[propose(karin, day, schoolUnitCodes=sorted({planned[n % 10], planned[(n * 3 + 1) % 10]})) for n in range(90)],
        *[karin.plan(day) for _ in range(10)],
    )
    made = [a.json() for a in answers[:90] if a.status_code == 201]
    done = await asyncio.gather(*[answer(frida, one, "acceptance") for one in made])
    await pass_days(register, 2)

    assert {a.status_code for a in answers[:90]} == {201, 409}
    assert {a.status_code for a in answers[90:]} == {201}
    assert {a.status_code for a in done} == {200}
    taken = [unit["schoolUnitCode"] for one in made for unit in one["units"]]
    assert len(taken) == len(set(taken))
    at_frida = await register.pool.fetch("SELECT code FROM school_unit WHERE organizer = $1", INDEPENDENT)
    assert {row["code"] for row in at_frida} == set(taken)
    assert await audit.broken_chain(register.pool) == []


async def test_a_transfer_to_an_organizer_that_has_ended_meanwhile_lapses(
    register: Register, karin: Person, frida: Person
) -> None:
    transfer = await accepted_transfer(register, karin, frida)
    ends = """UPDATE organizer SET body = body || '{"legalEntityStatus": "EJ_LANGRE_INKLUDERAD"}' WHERE number = $1"""
    await register.pool.execute(ends, INDEPENDENT)
    await pass_days(register, 1)

    assert (await karin.see()).json()["organizer"]["organizationNumber"] == LUND
    assert (await karin.http.get(f"/transfers/{transfer['transferId']}")).json()["state"] == "lapsed"


async def test_who_acts_for_both_sides_may_do_both(register: Register, karin: Person, as_person: AsPerson) -> None:
    both = uuid4()
    for number in (LUND, INDEPENDENT):
        one = granted(both, number)
        await hear(register, type(one).model_validate(one.model_dump() | {"membership_id": uuid4()}))
    await hear(register, accepted(both))
    proposed = (await propose(karin, await in_days(register, 1))).json()

    seen = await as_person(both).http.get(f"/transfers/{proposed['transferId']}")

    assert seen.json()["mayDo"] == ["acceptance", "refusal", "withdrawal"]


async def test_the_receiver_sees_what_is_planned_before_answering(
    register: Register, karin: Person, frida: Person
) -> None:
    day = await in_days(register, 30)
    made = await plan_edit(karin, day, displayName="Svalan")
    assert made.status_code == 200, made.text
    proposed = (await propose(karin, await in_days(register, 9))).json()

    seen = (await frida.http.get(f"/transfers/{proposed['transferId']}")).json()["planned"]
    declined = await answer(frida, proposed, "refusal", reason="Inte nu")

    assert [(one["schoolUnitCode"], one["day"]) for one in seen] == [(CODE, day.isoformat())]
    assert [(change["field"], change["after"]) for change in seen[0]["changed"]] == [("displayName", "Svalan")]
    assert declined.json()["planned"] == []


async def test_the_giver_is_told_that_nobody_at_the_receiver_can_answer(register: Register, karin: Person) -> None:
    day = await in_days(register, 9)
    before = (await propose(karin, day, dry_run=True)).json()["receiverHasUsers"]
    await register.pool.execute("UPDATE membership SET ended = true WHERE organizer = $1", INDEPENDENT)

    tried, proposed = await propose(karin, day, dry_run=True), await propose(karin, day)

    assert (before, tried.json()["receiverHasUsers"], proposed.json()["receiverHasUsers"]) == (True, False, False)
