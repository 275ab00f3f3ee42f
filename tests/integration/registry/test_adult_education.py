"""Komvux on contract through the registry's door: providers, grading rights, contracts; and what days make of them."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx

from services.registry.commands.register_day import close_due_days
from services.registry.register import Register
from services.registry.store import audit
from tests.integration.registry.conftest import AsPerson
from tests.integration.registry.helpers import ADA, FRIDA, KARIN, Person, assert_days_add_up, outbox, the_day, wait_days
from tests.units import INDEPENDENT, LUND

ADMINISTRATION = "register-administration"
NUMBER = "5560360793"
FIELDS = {
    "displayName": " Lärcentrum  AB ",
    "postalCode": "222 22",
    "locality": "Lund",
    "email": "info@larcentrum.example",
}


def headers(version: int | None = None) -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())} | ({"If-Match": f'"{version}"'} if version else {})


async def name(person: Person, organizer: str | None = LUND, number: str = NUMBER, **fields: Any) -> httpx.Response:
    path = f"/organizers/{organizer}/education-providers" if organizer else "/education-providers"
    body = {"organizationNumber": number, "provider": FIELDS | fields}
    return await person.http.post(path, json=body, headers=headers())


def part(kind: str, first: date, last: date | None = None) -> dict[str, Any]:
    return {"schoolTypePart": kind, "validFrom": first.isoformat(), "validTo": last.isoformat() if last else None}


async def contract(person: Person, code: str, *parts: dict[str, Any], organizer: str = LUND) -> httpx.Response:
    body = {"educationProviderCode": code, "schoolTypeParts": list(parts)}
    return await person.http.post(f"/organizers/{organizer}/contracts", json=body, headers=headers())


async def named(person: Person) -> str:
    return str((await name(person)).json()["provider"]["educationProviderCode"])


async def test_a_provider_without_grading_rights_enters_when_it_is_first_named(as_person: AsPerson) -> None:
    karin = as_person(KARIN)
    first, again = await name(karin), await name(karin)
    other_school = await name(karin, folkHighschoolName="Sjöviks folkhögskola")
    code = first.json()["provider"]["educationProviderCode"]
    found = (await karin.http.get("/reference/education-providers?q=lärc")).json()["educationProviders"]

    assert first.status_code == 201
    assert first.json()["provider"]["displayName"] == "Lärcentrum AB"
    assert first.json()["provider"]["address"]["postalCode"] == "22222"
    assert first.json()["provider"]["gradingRights"] is False
    assert len(code) == 8
    assert (again.status_code, again.json()["code"], again.json()["educationProviderCode"]) == (
        409,
        "provider-exists",
        code,
    )
    assert other_school.json()["provider"]["educationProviderCode"] != code
    assert code in {one["provider"]["educationProviderCode"] for one in found}


async def test_two_who_name_the_same_provider_at_once_name_it_once(as_person: AsPerson) -> None:
    karin = as_person(KARIN)
    answers = await asyncio.gather(*[name(karin) for _ in range(8)])

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"provider-exists"}


async def test_a_provider_is_not_renamed_to_another_that_is_there(as_person: AsPerson) -> None:
    karin, ada = as_person(KARIN), as_person(ADA, ADMINISTRATION)
    code = await named(karin)
    school = (await name(karin, folkHighschoolName="Andra skolan")).json()["provider"]["educationProviderCode"]
    path, fields = f"/education-providers/{school}", {"displayName": "Kursbolaget"}

    refused = await ada.http.put(path, json=fields, headers=headers(1))
    renamed = await ada.http.put(path, json=fields | {"folkHighschoolName": "Tredje skolan"}, headers=headers(1))

    assert (refused.status_code, refused.json()["code"]) == (409, "provider-exists")
    assert refused.json()["educationProviderCode"] == code
    assert renamed.status_code == 200, renamed.text


async def test_only_municipal_organizers_let_out_and_only_the_administration_grants(as_person: AsPerson) -> None:
    karin, frida, ada = as_person(KARIN), as_person(FRIDA), as_person(ADA, ADMINISTRATION)
    refused = await name(frida, INDEPENDENT)
    code = await named(karin)
    not_hers = await contract(frida, code, part("VUXGY", date(2026, 1, 1)), organizer=INDEPENDENT)
    rights = {"validFrom": "2026-01-01", "schoolTypeParts": ["VUXSFI", "VUXGY"], "decision": "SI 2026:12"}
    by_karin = await karin.http.put(f"/education-providers/{code}/grading-rights", json=rights, headers=headers(1))
    by_ada = await ada.http.put(f"/education-providers/{code}/grading-rights", json=rights, headers=headers(1))

    assert [refused.json()["errors"][0]["code"], not_hers.json()["errors"][0]["code"]] == [
        "contract-organizer-type"
    ] * 2
    assert by_karin.status_code == 404
    assert by_ada.json()["provider"]["gradingRights"] is True
    assert by_ada.json()["provider"]["schoolTypeParts"] == ["VUXGY", "VUXSFI"]
    assert "SI 2026:12" not in (await karin.http.get(f"/reference/education-providers/{code}")).text
    assert (await ada.http.get(f"/education-providers/{code}")).json()["rights"]["decision"] == "SI 2026:12"
    assert (await karin.http.get(f"/education-providers/{code}")).status_code == 404


async def test_a_contract_is_registered_changed_and_ended_and_its_history_tells_it(
    register: Register, as_person: AsPerson
) -> None:
    karin, today = as_person(KARIN), await the_day(register)
    code = await named(karin)
    made = await contract(karin, code, part("VUXSFI", today), part("VUXGY", today - timedelta(days=400)))
    again = await contract(karin, code, part("VUXGY", today))
    path = f"/contracts/{LUND}/{code}"
    body = {"schoolTypeParts": [part("VUXGY", today - timedelta(days=400), today + timedelta(days=9))]}
    edited = await karin.http.put(path, json=body, headers=headers(1))
    ended = await karin.http.post(f"{path}/end", json={"on": today.isoformat()}, headers=headers(2))
    history = (await karin.http.get(f"{path}/history")).json()["entries"]

    assert made.json()["contract"]["status"] == "aktiv"
    assert [one["schoolTypePart"] for one in made.json()["contract"]["schoolTypeParts"]] == ["VUXGY", "VUXSFI"]
    assert again.json()["code"] == "contract-exists"
    assert [change["field"] for change in edited.json()["changed"]] == [
        "schoolTypeParts/VUXGY",
        "schoolTypeParts/VUXSFI",
    ]
    assert ended.json()["contract"]["schoolTypeParts"][0]["validTo"] == today.isoformat()
    assert ended.json()["contract"]["status"] == "aktiv", "its last day is a day of its own"
    assert [entry["version"] for entry in history] == [3, 2, 1]
    assert await audit.broken_chain(register.pool) == []


async def test_rights_and_contracts_turn_on_their_days_once_and_the_day_counts_them(
    register: Register, as_person: AsPerson
) -> None:
    karin, ada, today = as_person(KARIN), as_person(ADA, ADMINISTRATION), await the_day(register)
    code = await named(karin)
    first, last = today + timedelta(days=1), today + timedelta(days=2)
    await contract(karin, code, part("VUXGY", first, last))
    rights = {
        "validFrom": first.isoformat(),
        "validTo": last.isoformat(),
        "schoolTypeParts": ["VUXGY"],
        "decision": "1",
    }
    await ada.http.put(f"/education-providers/{code}/grading-rights", json=rights, headers=headers(1))
    states = []
    for _ in range(5):
        one = (await karin.http.get(f"/contracts/{LUND}/{code}")).json()
        provider = (await karin.http.get(f"/reference/education-providers/{code}")).json()
        states.append(
            (one["contract"]["status"], one["version"], provider["provider"]["gradingRights"], provider["version"])
        )
        await wait_days(register, 1)
        await close_due_days(register)

    assert states == [
        ("inaktiv", 1, False, 2), ("aktiv", 2, True, 3), ("aktiv", 2, True, 3), ("inaktiv", 3, False, 4),
        ("inaktiv", 3, False, 4),
    ]  # fmt: skip
    turned = [event for event in await outbox(register) if event.type == "contract.edited.v1"]
    assert [event.body["registerDay"] for event in turned] == [
        first.isoformat(),
        (last + timedelta(days=1)).isoformat(),
    ]
    assert all(event.body["registerDay"] == event.body["publicFrom"] for event in turned)
    await assert_days_add_up(register)


async def test_a_providers_history_tells_its_naming_and_its_rights_to_the_administration_alone(
    register: Register, as_person: AsPerson
) -> None:
    karin, ada, today = as_person(KARIN), as_person(ADA, ADMINISTRATION), await the_day(register)
    code = await named(karin)
    rights = {"validFrom": today.isoformat(), "schoolTypeParts": ["VUXGY"], "decision": "SI 2026:1"}
    path = f"/education-providers/{code}"
    granted = await ada.http.put(f"{path}/grading-rights", json=rights, headers=headers(1))
    told = (await ada.http.get(f"{path}/history")).json()

    assert granted.status_code == 200, granted.text
    assert [(entry["version"], entry["actorRole"]) for entry in told["entries"]] == [
        (2, "register-administration"), (1, "contact-person"),
    ]  # fmt: skip
    changed = {change["field"]: (change["before"], change["after"]) for change in told["entries"][0]["changed"]}
    assert changed["decision"] == (None, "SI 2026:1")
    assert (await karin.http.get(f"{path}/history")).status_code in {403, 404}
    assert (await ada.http.get("/education-providers/99999999/history")).status_code == 404


async def test_rules_of_parts_are_told_beside_them(register: Register, as_person: AsPerson) -> None:
    karin, today = as_person(KARIN), await the_day(register)
    code = await named(karin)
    nothing = await contract(karin, code)
    overlap = await contract(karin, code, part("VUXGY", today), part("VUXGY", today + timedelta(days=3)))
    backwards = await contract(karin, code, part("VUXGY", today, today - timedelta(days=1)))
    in_turn = await contract(
        karin, code, part("VUXGY", today, today + timedelta(days=3)), part("VUXGY", today + timedelta(days=4))
    )

    assert [(answer.json()["errors"][0]["pointer"], answer.json()["errors"][0]["code"])
            for answer in (nothing, overlap, backwards)] == [
        ("/schoolTypeParts", "contract-part-needed"), ("/schoolTypeParts/VUXGY/validFrom", "contract-part-overlap"),
        ("/schoolTypeParts/VUXGY/validTo", "valid-to-before-from"),
    ]  # fmt: skip
    assert in_turn.status_code == 201


async def test_a_stranger_learns_nothing_and_a_dry_run_saves_nothing(register: Register, as_person: AsPerson) -> None:
    karin, frida, today = as_person(KARIN), as_person(FRIDA), await the_day(register)
    code = await named(karin)
    body = {"educationProviderCode": code, "schoolTypeParts": [part("VUXGY", today)]}
    tried = await karin.http.post(f"/organizers/{LUND}/contracts?dry_run=true", json=body, headers=headers())
    nothing = await karin.http.get(f"/contracts/{LUND}/{code}")
    await contract(karin, code, part("VUXGY", today))
    strange = [
        await frida.http.get(f"/contracts/{LUND}/{code}"), await frida.http.get(f"/organizers/{LUND}/contracts"),
        await frida.http.post(f"/contracts/{LUND}/{code}/end", json={"on": today.isoformat()}, headers=headers(1)),
        await contract(frida, code, part("VUXGY", today)),
    ]  # fmt: skip

    assert (tried.status_code, nothing.status_code) == (200, 404)
    assert [change["field"] for change in tried.json()["changed"]] == ["contractStatus", "schoolTypeParts/VUXGY"]
    assert [answer.status_code for answer in strange] == [404] * 4
