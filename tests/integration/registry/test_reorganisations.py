"""Reorganisations through the registry's door: split, merge, several to several; until the day, and on it."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.registry.commands.register_day import close_due_days
from services.registry.register import Register
from services.registry.store import audit
from tests.integration.registry.conftest import AsPerson
from tests.integration.registry.helpers import (
    ADA,
    FRIDA,
    NUMBER,
    OTHER,
    WORK_EMAIL,
    Person,
    assert_days_add_up,
    facts,
    form,
    outbox,
    the_day,
    wait_days,
)
from tests.units import CODE, INDEPENDENT, LUND

PLANS = f"/organizers/{LUND}/reorganisations"


def headers(version: int | None = None, key: str = "") -> dict[str, str]:
    return {"Idempotency-Key": key or str(uuid4())} | ({"If-Match": f'"{version}"'} if version else {})


def new(name: str, carried_from: str | None = None, **changes: Any) -> dict[str, Any]:
    return {"unit": form(displayName=name, **changes), "carriedFrom": carried_from}


async def seen(person: Person, codes: list[str]) -> dict[str, int]:
    """The versions of those units that the person may see."""
    answers = [await person.see(code) for code in codes]
    return {a.json()["schoolUnitCode"]: a.json()["version"] for a in answers if a.status_code == 200}


async def plan(  # what tests vary
    person: Person, on: date, sources: list[str], results: list[dict[str, Any]], key: str = "", **more: Any
) -> httpx.Response:
    query = {"dry_run": "true"} if more.pop("dry_run", False) else None
    more.setdefault("versions", await seen(person, sources))
    body = {"effectiveDate": on.isoformat(), "sources": sources, "results": results} | more
    return await person.http.post(PLANS, json=body, headers=headers(key=key), params=query)


async def split(person: Person, on: date, **more: Any) -> dict[str, Any]:
    """Svaleboskolan into two."""
    answer = await plan(person, on, [CODE], [new("Svalebo F-6"), new("Svalebo 7-9")], **more)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def undo(person: Person, made: dict[str, Any], version: int = 1, key: str = "") -> httpx.Response:
    return await person.http.delete(f"/reorganisations/{made['reorganisationId']}", headers=headers(version, key))


async def see(person: Person, made: dict[str, Any]) -> dict[str, Any]:
    return dict((await person.http.get(f"/reorganisations/{made['reorganisationId']}")).json())


async def state_of(person: Person, code: str) -> tuple[str, str | None, str | None]:
    unit = (await person.see(code)).json()
    return unit["status"], unit["unit"]["startdate"], unit["unit"]["endDate"]


async def links(person: Person, code: str) -> tuple[list[str], list[str]]:
    """The codes of what a unit came of, and of what came of it."""
    found = (await person.http.get(f"/school-units/{code}/links")).json()
    return [one["schoolUnitCode"] for one in found["predecessors"]], [
        one["schoolUnitCode"] for one in found["successors"]
    ]


def codes(made: dict[str, Any]) -> list[str]:
    return [one["schoolUnitCode"] for one in made["results"]]


async def days_pass(register: Register, days: int) -> None:
    for _ in range(days):
        await wait_days(register, 1)
        await close_due_days(register)


def broken(answer: httpx.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 409, answer.text
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


async def test_a_split_gives_every_part_a_new_code_and_closes_the_old_one_on_its_day(
    register: Register, karin: Person
) -> None:
    on = await the_day(register) + timedelta(days=2)
    made = await split(karin, on, reason="För stor")
    parts = codes(made)
    before = [await state_of(karin, code) for code in (CODE, *parts)]
    await days_pass(register, 1)
    day_before = [await state_of(karin, code) for code in (CODE, *parts)]
    await days_pass(register, 1)
    after = [await state_of(karin, code) for code in (CODE, *parts)]

    assert (made["kind"], made["state"], made["version"]) == ("split", "planned", 1)
    assert len({CODE, *parts}) == 3
    start = on.isoformat()
    assert before == day_before == [("AKTIV", None, None), *[("PLANERAD", start, None)] * 2]
    assert after == [("UPPHORT", None, start), *[("AKTIV", start, None)] * 2]
    seen = await see(karin, made)
    assert (seen["state"], seen["version"]) == ("effective", 2)
    assert await audit.broken_chain(register.pool) == []
    await assert_days_add_up(register)


async def test_everything_that_happens_is_said_as_part_of_the_reorganisation(register: Register, karin: Person) -> None:
    made = await split(karin, await the_day(register) + timedelta(days=1))
    await days_pass(register, 1)

    ours = {"type": "reorganisation", "id": made["reorganisationId"]}
    said = [e for e in await outbox(register) if e.body.get("process") == ours]
    assert sorted(e.type for e in said) == [
        "school-unit.edited.v1", *["school-unit.opened.v1"] * 2, *["school-unit.registered.v1"] * 2,
    ]  # fmt: skip
    own = [e for e in await outbox(register) if e.type.startswith("reorganisation.")]
    assert [(e.type, e.body["version"]) for e in own] == [
        ("reorganisation.planned.v1", 1), ("reorganisation.took-effect.v1", 2),
    ]  # fmt: skip
    assert [one["displayName"] for one in own[0].body["results"]] == ["Svalebo F-6", "Svalebo 7-9"]
    history = (await karin.http.get(f"/school-units/{CODE}/history")).json()["entries"]
    assert history[0]["process"] == ours
    assert {c["field"]: c["after"] for c in history[0]["changed"]}["status"] == "UPPHORT"


async def test_links_lead_both_ways_and_not_to_what_was_undone(register: Register, karin: Person) -> None:
    on = await the_day(register) + timedelta(days=3)
    first = await split(karin, on)
    await undo(karin, first)
    made = await plan(karin, on, [CODE, OTHER], [new("Nya skolan")])
    (merged,) = codes(made.json())

    assert made.json()["kind"] == "merge"
    assert await links(karin, merged) == ([CODE, OTHER], [])
    assert await links(karin, CODE) == ([], [merged]) == await links(karin, OTHER)
    assert await links(karin, codes(first)[0]) == ([], [])


async def test_two_can_become_two_and_take_effect_once(register: Register, karin: Person) -> None:
    on = await the_day(register) + timedelta(days=1)
    made = (await plan(karin, on, [CODE, OTHER], [new("Norra"), new("Södra")])).json()
    await days_pass(register, 3)

    assert made["kind"] == "reform"
    assert {(await state_of(karin, code))[0] for code in (CODE, OTHER)} == {"UPPHORT"}
    assert {(await state_of(karin, code))[0] for code in codes(made)} == {"AKTIV"}
    kinds = [e.type for e in await outbox(register) if e.type.startswith("reorganisation.took-effect")]
    assert len(kinds) == 1
    assert [(await karin.see(code)).json()["version"] for code in (CODE, *codes(made))] == [2, 2, 2]


async def test_undone_the_old_stay_and_the_new_never_start(register: Register, karin: Person) -> None:
    today = await the_day(register)
    made = await split(karin, today + timedelta(days=1))
    first, again = await undo(karin, made, key="the same key"), await undo(karin, made, key="the same key")
    await days_pass(register, 2)

    assert first.json()["state"] == "undone"
    assert first.content == again.content
    assert await state_of(karin, CODE) == ("AKTIV", None, None)
    assert [await state_of(karin, code) for code in codes(made)] == [("UPPHORT", None, today.isoformat())] * 2
    assert broken(await undo(karin, made, 2)) == [("/state", "reorganisation-not-planned")]
    assert await audit.broken_chain(register.pool) == []


async def test_what_has_taken_effect_cannot_be_undone_or_moved(register: Register, karin: Person) -> None:
    made = await split(karin, await the_day(register) + timedelta(days=1))
    await days_pass(register, 1)
    body = {"effectiveDate": "2035-01-01"}
    moved = await karin.http.put(f"/reorganisations/{made['reorganisationId']}", json=body, headers=headers(2))

    assert broken(await undo(karin, made, 2)) == [("/state", "reorganisation-not-planned")]
    assert broken(moved) == [("/state", "reorganisation-not-planned")]


async def test_another_day_moves_the_start_of_every_new_unit(register: Register, karin: Person) -> None:
    today = await the_day(register)
    made = await split(karin, today + timedelta(days=1))
    at, later = f"/reorganisations/{made['reorganisationId']}", (today + timedelta(days=2)).isoformat()
    tried = await karin.http.put(at, json={"effectiveDate": later}, headers=headers(1), params={"dry_run": "true"})
    past = await karin.http.put(at, json={"effectiveDate": today.isoformat()}, headers=headers(1))
    moved = await karin.http.put(at, json={"effectiveDate": later, "reason": "Senare"}, headers=headers(1))
    stale = await karin.http.put(at, json={"effectiveDate": later}, headers=headers(1))
    await days_pass(register, 1)
    between = await state_of(karin, CODE)
    await days_pass(register, 1)

    assert (tried.status_code, tried.json()["effectiveDate"]) == (200, later)
    assert broken(past) == [("/effectiveDate", "effective-date-to-come")]
    assert (moved.json()["version"], moved.headers["etag"]) == (2, '"2"')
    assert stale.status_code == 412
    assert between[0] == "AKTIV"
    assert [await state_of(karin, code) for code in codes(made)] == [("AKTIV", later, None)] * 2
    history = (await karin.http.get(f"{at}/history")).json()["entries"]
    assert [(e["version"], e["reason"]) for e in history] == [(3, "Senare"), (2, "Senare"), (1, None)]


async def test_a_dry_run_tells_each_field_and_writes_nothing(register: Register, karin: Person) -> None:
    on = await the_day(register) + timedelta(days=1)
    before = len(await outbox(register))
    told = await plan(karin, on, [CODE], [new("Ett"), new("Två", headMasterWorkEmail=WORK_EMAIL)], dry_run=True)

    assert told.status_code == 200
    body = told.json()
    assert {c["field"]: c["after"] for c in body["sources"][0]["changed"]} == {
        "status": "UPPHORT", "endDate": on.isoformat(),
    }  # fmt: skip
    fields = {c["field"]: c["after"] for c in body["results"][0]["changed"]}
    assert (fields["displayName"], fields["startdate"], fields["status"]) == ("Ett", on.isoformat(), "PLANERAD")
    assert "schoolUnitCode" not in fields
    assert {"field": "headMasterWorkEmail", "before": None, "after": None, "protected": True} in body["results"][1][
        "changed"
    ]
    assert len(await outbox(register)) == before
    assert (await karin.http.get(PLANS)).json() == {"reorganisations": []}


async def test_every_broken_rule_is_told_at_its_field(register: Register, karin: Person, as_person: AsPerson) -> None:
    today = await the_day(register)
    to_come = today + timedelta(days=5)
    frida_start = {"organizationNumber": INDEPENDENT, "startdate": to_come.isoformat(), "unit": form()}
    theirs = await as_person(FRIDA).http.post("/school-units", json=frida_start, headers=headers())
    foreign = theirs.json()["schoolUnitCode"]
    planned = (await karin.plan(to_come, displayName="Planerad")).json()["schoolUnitCode"]
    two = [new("Ett"), new("Två")]

    assert broken(await plan(karin, today, [CODE], two)) == [("/effectiveDate", "effective-date-to-come")]
    assert broken(await plan(karin, to_come, [], two)) == [("/sources", "reorganisation-sources-needed")]
    assert broken(await plan(karin, to_come, [CODE], [])) == [("/results", "reorganisation-results-needed")]
    assert broken(await plan(karin, to_come, [CODE, CODE], [new("Ett")])) == [("/results", "reorganisation-one-to-one")]
    assert broken(await plan(karin, to_come, [foreign], two)) == [("/sources", "source-not-own")]
    assert broken(await plan(karin, to_come, ["99999999"], two)) == [("/sources", "source-not-own")]
    assert broken(await plan(karin, to_come, [planned], two)) == [("/sources", "source-not-in-operation")]
    assert broken(await plan(karin, to_come, [CODE], [new("Ett", OTHER), new("ett ", schoolTypes=[])])) == [
        ("/results/1/unit/displayName", "result-name-twice"),
        ("/results/0/carriedFrom", "carried-from-not-source"),
        ("/results/1/unit/schoolTypes", "school-type-needed"),
        ("/results/1/unit/schoolTypeProperties/gr", "details-without-school-type"),
    ]
    many = [new(f"Skola {n}") for n in range(51)]
    assert broken(await plan(karin, to_come, [CODE], many)) == [("/results", "reorganisation-too-many")]
    assert [e.type for e in await facts(register) if e.type.startswith("reorganisation")] == []


async def test_a_unit_is_in_one_undertaking_at_most(register: Register, karin: Person) -> None:
    on = await the_day(register) + timedelta(days=5)
    made = await split(karin, on)
    second = await plan(karin, on, [CODE, OTHER], [new("Tre")])
    of_new = await plan(karin, on, [codes(made)[0]], [new("Ett"), new("Två")])
    await undo(karin, made)
    third = await plan(karin, on, [CODE, OTHER], [new("Tre")])

    assert broken(second) == [("/sources", "unit-in-other-process")]
    assert second.json()["errors"][0]["params"] == {"unit": CODE, "process": made["reorganisationId"]}
    assert broken(of_new) == [("/sources", "source-not-in-operation")]
    assert third.status_code == 201


async def test_a_source_that_was_edited_meanwhile_is_said_to_be(register: Register, karin: Person) -> None:
    on = await the_day(register) + timedelta(days=5)
    await karin.edit(1, url="https://ny.example")

    two = [new("Ett"), new("Två")]
    assert (await plan(karin, on, [CODE], two, versions={})).json()["code"] == "version-needed"
    assert (await plan(karin, on, [CODE], two, versions={CODE: 1})).status_code == 412
    assert (await plan(karin, on, [CODE], two, versions={CODE: 2})).status_code == 201


async def test_the_same_key_plans_once(register: Register, karin: Person) -> None:
    on = await the_day(register) + timedelta(days=5)
    two = [new("Ett"), new("Två")]
    first, again = [await plan(karin, on, [CODE], two, key="once and for all") for _ in range(2)]
    other = await plan(karin, on, [OTHER], two, key="once and for all")

    assert first.content == again.content
    assert other.status_code == 422
    assert len((await karin.http.get(PLANS)).json()["reorganisations"]) == 1


async def test_of_many_at_once_one_wins_and_nothing_is_half_done(register: Register, karin: Person) -> None:
    on = await the_day(register) + timedelta(days=5)
    tries = [plan(karin, on, [CODE, OTHER][:: 1 - 2 * (n % 2)], [new(f"Ny {n}")]) for n in range(12)]
    answers = await asyncio.gather(*tries)

    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 11]
    count = await register.pool.fetchval("SELECT count(*) FROM school_unit WHERE status = 'PLANERAD'")
    assert count == 1
    assert await audit.broken_chain(register.pool) == []


async def test_a_stranger_learns_nothing_and_the_administration_may(
    register: Register, karin: Person, as_person: AsPerson
) -> None:
    made = await split(karin, await the_day(register) + timedelta(days=5))
    at = f"/reorganisations/{made['reorganisationId']}"
    frida, ada = as_person(FRIDA), as_person(ADA, "register-administration")
    body = {"effectiveDate": "2035-01-01"}
    answers = [
        await frida.http.get(at), await frida.http.get(f"{at}/history"), await frida.http.get(PLANS),
        await frida.http.get(f"{PLANS}/proposal", params={"source": CODE}), await undo(frida, made),
        await frida.http.put(at, json=body, headers=headers(1)), await frida.http.get(f"/school-units/{CODE}/links"),
        await plan(frida, date(2035, 1, 1), [CODE], [new("Ett"), new("Två")]),
        await frida.http.get(f"/reorganisations/{uuid4()}"),
    ]  # fmt: skip

    assert {answer.status_code for answer in answers} == {404}
    assert (await ada.http.get(at)).status_code == 200


@pytest.mark.parametrize(("head", "is_kept"), [("Rut Rektor", True), ("Någon Annan", False)])
async def test_the_number_of_a_head_teacher_goes_along_with_the_person_alone(
    register: Register, karin: Person, head: str, *, is_kept: bool
) -> None:
    on = await the_day(register) + timedelta(days=5)
    await karin.edit(1, headMaster="Rut Rektor", headMasterPersonalIdentityNumber=NUMBER)
    made = (await plan(karin, on, [CODE], [new("Ett", CODE, headMaster=head), new("Två", headMaster=head)])).json()
    units = [(await karin.see(code)).json()["unit"] for code in codes(made)]

    assert [unit["headMasterPersonalIdentityNumberGiven"] for unit in units] == [is_kept, False]
    rows = await register.pool.fetch("SELECT body::text FROM outbox UNION ALL SELECT changed::text FROM audit")
    assert not [row for row in rows if NUMBER in row["body"]]


@pytest.mark.parametrize("said", [None, ""], ids=["nobody", "an empty name"])
async def test_a_number_without_a_head_teacher_stays_where_it_is(
    register: Register, karin: Person, said: str | None
) -> None:
    await karin.edit(1, headMaster=None, headMasterPersonalIdentityNumber=NUMBER, headMasterWorkEmail=WORK_EMAIL)
    parts = [new("Ett", CODE, headMaster=said), new("Två", CODE, headMaster=said)]
    made = (await plan(karin, await the_day(register) + timedelta(days=5), [CODE], parts)).json()
    (proposed, _) = (await karin.http.get(f"{PLANS}/proposal", params={"source": CODE, "results": 2})).json()["results"]

    units = [(await karin.see(code)).json()["unit"] for code in codes(made)]
    assert [unit["headMasterPersonalIdentityNumberGiven"] for unit in units] == [False, False]
    assert [unit["headMasterWorkEmail"] for unit in units] == [None, None]
    assert (proposed["carriedFrom"], proposed["unit"]["headMasterWorkEmail"]) == (None, None)
    assert (await karin.see()).json()["unit"]["headMasterPersonalIdentityNumberGiven"] is True


async def test_what_is_proposed_says_where_each_field_comes_from(karin: Person) -> None:
    await karin.edit(1, headMaster="Rut Rektor", headMasterWorkEmail=WORK_EMAIL, email="svalebo@lund.example")
    gy = {"schoolTypes": ["GR", "FKLASS"], "schoolTypeProperties": {"gr": {"grades": ["8", "9"]}}}
    await karin.edit(1, OTHER, displayName="Andra skolan", url="https://andra.example", **gy)
    params = {"source": [CODE, OTHER], "results": 1}
    (merged,) = (await karin.http.get(f"{PLANS}/proposal", params=params)).json()["results"]
    halves = (await karin.http.get(f"{PLANS}/proposal", params={"source": CODE, "results": 2})).json()["results"]

    unit = merged["unit"]
    assert (unit["displayName"], unit["url"], unit["email"]) == (
        "Svaleboskolan", "https://andra.example", "svalebo@lund.example",
    )  # fmt: skip
    assert unit["schoolTypes"] == ["FKLASS", "GR"]
    assert unit["schoolTypeProperties"]["gr"]["grades"] == ["7", "8", "9"]
    assert (merged["carriedFrom"], unit["headMasterWorkEmail"]) == (CODE, WORK_EMAIL)
    assert merged["origins"]["url"] == [OTHER]
    assert merged["origins"]["schoolTypeProperties/gr/grades"] == [CODE, OTHER]
    assert merged["origins"]["municipalityCode"] == [CODE, OTHER]
    assert merged["differing"]["displayName"] == {CODE: "Svaleboskolan", OTHER: "Andra skolan"}
    assert [half["unit"]["displayName"] for half in halves] == ["", ""]
    assert [half["unit"]["email"] for half in halves] == ["svalebo@lund.example"] * 2


async def test_a_new_unit_may_be_edited_until_it_starts(register: Register, karin: Person) -> None:
    made = await split(karin, await the_day(register) + timedelta(days=1))
    edited = await karin.edit(1, codes(made)[0], displayName="Lilla Svalebo")
    await days_pass(register, 1)

    assert edited.status_code == 200
    assert (await see(karin, made))["results"][0]["displayName"] == "Lilla Svalebo"
    assert (await state_of(karin, codes(made)[0]))[0] == "AKTIV"


async def test_a_unit_that_is_planned_to_close_is_neither_split_nor_handed_over(
    register: Register, karin: Person
) -> None:
    today = await the_day(register)
    closing = {"to": "UPPHORT", "on": (today + timedelta(days=2)).isoformat()}
    planned = await karin.http.post(f"/school-units/{CODE}/status", json=closing, headers=headers(1))
    body = {"receiver": INDEPENDENT, "schoolUnitCodes": [CODE], "day": (today + timedelta(days=6)).isoformat()}

    split_up = await plan(karin, today + timedelta(days=6), [CODE], [new("A"), new("B")])
    given = await karin.http.post(f"/organizers/{LUND}/transfers", json=body, headers=headers())

    assert planned.status_code == 200
    assert [answer.status_code for answer in (split_up, given)] == [409, 409]
    assert {error["code"] for answer in (split_up, given) for error in answer.json()["errors"]} == {
        "unit-in-other-process"
    }
