"""Editing a unit through the registry's door: who may, from which version, and once."""

import asyncio

import httpx
import pytest

from services.kernel.database import transaction
from services.registry.register import Register
from services.registry.store import units
from tests.integration.registry.conftest import AsPerson
from tests.integration.registry.helpers import (
    ADA,
    FRIDA,
    KARIN,
    NUMBER,
    OTHER,
    WORK_EMAIL,
    Person,
    ended,
    facts,
    form,
    granted,
    hear,
    waiting_for_locks,
)
from tests.units import CODE, LUND

UNKNOWN = "99999999"
NOT_IN_THE_FORM = ("startdate", "endDate", "headMasterPersonalIdentityNumberGiven")


async def versions(register: Register, code: str = CODE) -> list[int]:
    rows = await register.pool.fetch("SELECT version FROM audit WHERE aggregate = $1 ORDER BY version", code)
    return [row["version"] for row in rows]


async def test_an_edit_is_answered_with_the_new_state_and_what_changed(karin: Person) -> None:
    answer = await karin.edit(1, displayName="Nya skolan", headMasterPersonalIdentityNumber=NUMBER)

    assert answer.status_code == 200
    assert answer.headers["etag"] == '"2"'
    assert answer.json()["unit"]["displayName"] == "Nya skolan"
    assert [change["field"] for change in answer.json()["changed"]] == [
        "displayName", "headMasterPersonalIdentityNumber",
    ]  # fmt: skip
    assert NUMBER not in answer.text
    assert (await karin.see()).json()["unit"]["displayName"] == "Nya skolan"


async def test_what_is_read_can_be_sent_back(karin: Person) -> None:
    await karin.edit(1, headMasterPersonalIdentityNumber=NUMBER, headMasterWorkEmail=WORK_EMAIL)
    read = (await karin.see()).json()["unit"]
    sent = {name: value for name, value in read.items() if name not in NOT_IN_THE_FORM} | {"headMaster": "Rut Rektor"}

    answer = await karin.http.put(
        f"/school-units/{CODE}", json=sent, headers={"If-Match": '"2"', "Idempotency-Key": "as the manual says"}
    )

    assert [change["field"] for change in answer.json()["changed"]] == ["headMaster"]


async def test_what_is_private_is_sealed_wherever_it_is_kept(register: Register, karin: Person) -> None:
    await karin.edit(1, headMasterPersonalIdentityNumber=NUMBER, headMasterWorkEmail=WORK_EMAIL)

    kept = await register.pool.fetchval("""
        SELECT (SELECT string_agg(unit::text, '') FROM school_unit unit)
            || (SELECT string_agg(audit::text, '') FROM audit)
            || (SELECT string_agg(convert_from(body, 'UTF8'), '') FROM outbox)
            || (SELECT string_agg(encode(body, 'escape'), '') FROM idempotency)
    """)
    assert "headMasterWorkEmail" in kept
    assert NUMBER not in kept
    assert WORK_EMAIL not in kept
    row = await units.find(register.pool, register.vault, CODE)
    assert row
    assert (row.unit.private.personal_identity_number, row.unit.private.work_email) == (NUMBER, WORK_EMAIL)


async def test_a_unit_of_others_looks_as_one_that_is_not_there(register: Register, as_person: AsPerson) -> None:
    frida, seen = as_person(FRIDA), {"If-Match": '"1"', "Idempotency-Key": "k" * 8}

    answers = [
        answer
        for code in (CODE, UNKNOWN)
        for answer in (
            await frida.see(code),
            await frida.edit(1, code, displayName="Stulen"),
            await frida.edit(7, code, displayName=""),
            await frida.http.get(f"/school-units/{code}/history"),
            await frida.http.put(f"/school-units/{code}?dry_run=true", json=form(), headers=seen),
        )
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert await versions(register) == [1]


@pytest.mark.parametrize("path", [f"/organizers/{LUND}", f"/organizers/{LUND}/school-units"])
async def test_a_strangers_organizer_looks_as_one_that_is_not_there(as_person: AsPerson, path: str) -> None:
    frida = as_person(FRIDA)

    theirs, unknown = await frida.http.get(path), await frida.http.get(path.replace(LUND, "2120000019"))

    assert theirs.status_code == unknown.status_code == 404
    assert theirs.content == unknown.content


async def test_the_administration_needs_the_role_in_the_token_and_the_mark_in_our_records(as_person: AsPerson) -> None:
    role = "register-administration"
    asked = [as_person(ADA, role), as_person(ADA), as_person(FRIDA, role)]

    assert [(await person.see()).status_code for person in asked] == [200, 404, 404]


async def test_authority_that_was_granted_before_it_ended_does_not_come_back_by_a_late_event(
    register: Register, karin: Person
) -> None:
    for fact in (ended(KARIN, LUND), granted(KARIN, LUND)):
        await hear(register, fact)

    assert (await karin.see()).status_code == 404


async def test_a_stale_edit_is_answered_with_what_stands_and_what_changed_since(karin: Person) -> None:
    await karin.edit(1, displayName="Först")
    await karin.edit(2, displayName="Sedan")

    stale = await karin.edit(1, displayName="För sent")

    assert stale.status_code == 412
    assert stale.json()["code"] == "stale-version"
    assert stale.json()["current"] == (await karin.see()).json()
    changes = [(entry["version"], entry["changed"][0]["after"]) for entry in stale.json()["changedSince"]]
    assert changes == [(2, "Först"), (3, "Sedan")]
    assert {entry["actor"] for entry in stale.json()["changedSince"]} == {str(KARIN)}


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 428, "version-needed"),
        ({"If-Match": "*"}, 400, "version-form"),
        ({"If-Match": '"1", "2"'}, 400, "version-form"),
        ({"If-Match": '"99999999999"'}, 400, "version-form"),
        ({"If-Match": 'W/"1"'}, 400, "version-form"),
        ({"If-Match": "1"}, 400, "version-form"),
        ({"If-Match": '"01"'}, 400, "version-form"),
        ({"If-Match": '"1"', "Idempotency-Key": "short"}, 422, "malformed"),
    ],
    ids=[
        "no-version",
        "any-version",
        "two-versions",
        "a-large-version",
        "a-weak-tag",
        "no-quotation-marks",
        "zeros",
        "a-short-key",
    ],
)
async def test_a_request_without_its_version_or_key_is_refused(
    register: Register, karin: Person, headers: dict[str, str], status: int, code: str
) -> None:
    headers = {"Idempotency-Key": "a key of its own"} | headers

    answer = await karin.http.put(f"/school-units/{CODE}", json=form(displayName="Ny"), headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await versions(register) == [1]


async def test_every_broken_rule_is_told_with_its_field(register: Register, karin: Person) -> None:
    answer = await karin.edit(1, displayName=" ", url="nowhere", orientationType="WALDORF")

    assert (answer.status_code, answer.json()["code"]) == (409, "rules-broken")
    told = {error["pointer"]: error["code"] for error in answer.json()["errors"]}
    assert told == {
        "/displayName": "name-needed", "/url": "url-form", "/orientationType": "orientation-only-for-independent",
    }  # fmt: skip
    assert await versions(register) == [1]


async def test_an_edit_that_alters_nothing_makes_no_version(register: Register, karin: Person) -> None:
    answer = await karin.edit(1)

    assert (answer.status_code, answer.headers["etag"], answer.json()["changed"]) == (200, '"1"', [])
    assert await versions(register) == [1]
    assert await facts(register, "school-unit.edited") == []


async def test_a_dry_run_tells_what_would_change_and_changes_nothing(register: Register, karin: Person) -> None:
    answer = await karin.http.put(
        f"/school-units/{CODE}?dry_run=true", json=form(displayName="Kanske"),
        headers={"If-Match": '"1"', "Idempotency-Key": "a key to be used"},
    )  # fmt: skip

    assert [change["after"] for change in answer.json()["changed"]] == ["Kanske"]
    assert await versions(register) == [1]
    assert (await karin.edit(1, key="a key to be used", displayName="Ja")).status_code == 200


async def test_twenty_repeats_of_a_key_at_once_are_one_edit_with_one_answer(register: Register, karin: Person) -> None:
    answers = await asyncio.gather(*(karin.edit(1, key="the same key", displayName="En gång") for _ in range(20)))
    await karin.edit(2, displayName="Senare")
    late = await karin.edit(1, key="the same key", displayName="En gång")

    assert {answer.status_code for answer in answers} == {200}
    assert {(answer.content, answer.headers["etag"]) for answer in [*answers, late]} == {(late.content, '"2"')}
    assert await versions(register) == [1, 2, 3]
    assert len(await facts(register, "school-unit.edited")) == 2


async def test_a_key_used_for_another_request_is_refused(register: Register, karin: Person) -> None:
    await karin.edit(1, key="the same key", displayName="Ett")

    other = [
        await karin.edit(1, key="the same key", displayName="Två"),
        await karin.edit(2, key="the same key", displayName="Ett"),
        await karin.edit(1, OTHER, key="the same key", displayName="Ett"),
    ]

    assert {(answer.status_code, answer.json()["code"]) for answer in other} == {(422, "idempotency-key-reused")}
    assert await versions(register) == [1, 2]


async def test_a_key_of_one_person_says_nothing_of_anothers(karin: Person, as_person: AsPerson) -> None:
    ada = as_person(ADA, "register-administration")
    await karin.edit(1, key="the same key", displayName="Karins")

    answer = await ada.edit(2, key="the same key", displayName="Adas")

    assert answer.json()["unit"]["displayName"] == "Adas"


async def test_a_repeat_by_one_who_lost_authority_gets_no_answer(register: Register, karin: Person) -> None:
    await karin.edit(1, key="the same key", displayName="Medan hon fick")
    await hear(register, ended(KARIN, LUND))

    assert (await karin.edit(1, key="the same key", displayName="Medan hon fick")).status_code == 404


async def test_a_hundred_edits_of_a_unit_at_once_lose_none(register: Register, karin: Person) -> None:
    async def edit(name: str) -> httpx.Response:
        version = (await karin.see()).json()["version"]
        return await karin.edit(version, displayName=name)

    answers = await asyncio.gather(*(edit(f"Namn {number}") for number in range(100)))

    found = [answer.json() for answer in answers if answer.status_code == 200]
    accepted = {
        unit["version"]: unit["unit"]["displayName"] for unit in sorted(found, key=lambda unit: unit["version"])
    }
    assert len(accepted) == len(found)
    assert {answer.status_code for answer in answers} <= {200, 412}
    assert list(accepted) == list(range(2, len(accepted) + 2))
    rows = await register.pool.fetch("SELECT version, changed FROM audit WHERE aggregate = $1 AND version > 1", CODE)
    assert {row["version"]: row["changed"][0]["after"] for row in rows} == accepted
    assert (await karin.see()).json()["unit"]["displayName"] == accepted[max(accepted)]
    events = await facts(register, "school-unit.edited")
    assert [event.body["version"] for event in events] == list(accepted)


async def test_two_units_are_edited_side_by_side(register: Register, karin: Person) -> None:
    async with transaction(register.pool) as tx:
        await units.find_for_update(tx, register.vault, CODE)
        blocked = asyncio.create_task(karin.edit(1, displayName="Väntar"))
        await waiting_for_locks(register, 1)

        beside = await asyncio.wait_for(karin.edit(1, OTHER, displayName="Väntar inte"), 10)

        assert not blocked.done()
    assert [beside.status_code, (await blocked).status_code] == [200, 200]


async def test_authority_that_ends_while_an_edit_waits_refuses_it(register: Register, karin: Person) -> None:
    async with transaction(register.pool) as tx:
        await units.find_for_update(tx, register.vault, CODE)
        waiting = asyncio.create_task(karin.edit(1, displayName="För sent"))
        await waiting_for_locks(register, 1)
        await hear(register, ended(KARIN, LUND))

    assert (await waiting).status_code == 404
    assert await versions(register) == [1]


async def test_a_planned_units_code_is_drawn_and_a_repeat_draws_no_other(register: Register, karin: Person) -> None:
    planned = {"organizationNumber": LUND, "startdate": "2035-07-01", "unit": form(displayName="Framtidens skola")}

    answers = await asyncio.gather(
        *(karin.http.post("/school-units", json=planned, headers={"Idempotency-Key": "one plan"}) for _ in range(8))
    )

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len(await facts(register, "school-unit.registered")) == 3, "two that were loaded, and one"
