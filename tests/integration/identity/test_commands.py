"""Persons, authority and terms through identity's door: who may, once, and what is said of it."""

import asyncio
import json
from uuid import UUID, uuid4

import httpx
import pytest
from jsonschema import Draft202012Validator
from structlog.testing import capture_logs

from services.contracts.documents import SCHEMAS
from services.contracts.vocabulary import Role
from services.identity.commands.authority import ADMINISTRATION
from tests.integration.identity.conftest import MALMO, AsCaller, Caller, Office


async def said(office: Office) -> list[tuple[str, dict[str, object]]]:
    """Every event in the outbox, in order, each held against its published schema."""
    rows = await office.pool.fetch("SELECT headers, body FROM outbox ORDER BY position")
    events = [(str(dict(json.loads(row["headers"]))["ce_type"]), json.loads(row["body"])) for row in rows]
    for name, body in events:
        schema = json.loads((SCHEMAS / f"{name}.json").read_text())
        Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(body)
    return events


async def all_knock(caller: Caller, person: UUID, membership: UUID) -> list[httpx.Response]:
    """Try everything that is for the administration."""
    return [
        await caller.register(),
        await caller.grant(person, organizer=MALMO),
        await caller.http.delete(f"/memberships/{membership}"),
    ]


async def test_what_happens_to_a_person_is_said_in_order_and_as_the_contracts_promise(
    office: Office, ada: Caller, as_caller: AsCaller
) -> None:
    kim = UUID((await ada.register()).json()["personId"])
    granted = await ada.grant(kim, Role.DATA_REPORTER)
    await as_caller(kim).post("/me/terms", {"version": 1})
    ended = await ada.http.delete(f"/memberships/{granted.json()['membershipId']}")

    events = [(name, body) for name, body in await said(office) if body["personId"] == str(kim)]
    assert [name for name, _ in events] == [
        "person.registered.v1", "membership.granted.v1", "terms.accepted.v1", "membership.ended.v1",
    ]  # fmt: skip
    assert events[0][1]["contact"] == {"name": "Kim Ny", "email": "kim@lund.example"}
    assert [events[1][1]["version"], events[3][1]["version"]] == [1, 2]
    assert (granted.status_code, ended.status_code) == (201, 204)
    actions = await office.pool.fetch("SELECT action FROM audit WHERE person_id = $1 ORDER BY id", kim)
    assert [row["action"] for row in actions] == [name.removesuffix(".v1") for name, _ in events]


async def test_who_is_not_of_the_administration_gets_no_further_than_the_door(
    office: Office, as_caller: AsCaller
) -> None:
    reporter, _ = await office.member(Role.DATA_REPORTER)
    neighbour, _ = await office.member(organizer=MALMO)
    contact, membership = await office.member()
    named_only_by_the_token = await office.person()
    marked_only_in_our_records = await office.person(register_administration=True)
    before = await said(office)

    callers = [as_caller(person) for person in (reporter, neighbour, contact, marked_only_in_our_records, uuid4(), "x")]
    callers.append(as_caller(named_only_by_the_token, ADMINISTRATION))
    answers = [answer for caller in callers for answer in await all_knock(caller, reporter, membership)]
    nobody = await all_knock(as_caller(None), reporter, membership)

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1, "a stranger learns nothing"
    assert {answer.status_code for answer in nobody} == {401}
    assert await said(office) == before


async def test_a_repeat_with_the_same_key_makes_nothing_more_also_all_at_once(office: Office, ada: Caller) -> None:
    made = await asyncio.gather(*(ada.register(key="the same key") for _ in range(8)))
    (person,) = {answer.json()["personId"] for answer in made}
    granted = await asyncio.gather(*(ada.grant(UUID(person), key="another key") for _ in range(8)))

    assert {answer.status_code for answer in [*made, *granted]} == {201}
    assert len({answer.json()["membershipId"] for answer in granted}) == 1
    assert [name for name, body in await said(office) if body["personId"] == person] == [
        "person.registered.v1", "membership.granted.v1",
    ]  # fmt: skip
    assert await office.pool.fetchval("SELECT count(*) FROM provisioning WHERE person_id = $1", UUID(person)) == 1


async def test_a_key_is_needed_and_is_for_one_command(ada: Caller) -> None:
    without = await ada.http.post("/persons", json={"userName": "kim.ny", "name": "Kim", "email": "kim@lund.example"})
    await ada.register(key="once only")
    other = await ada.register("other.name", key="once only")
    refused = await ada.register(key="for a name that is taken")
    again = await ada.register("free.name", key="for a name that is taken")

    assert without.status_code == 422
    assert without.json()["errors"][0]["pointer"] == "/header/Idempotency-Key"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert (refused.status_code, refused.json()["code"]) == (409, "user-name-taken")
    assert again.status_code == 201, "what failed has used no key"


@pytest.mark.parametrize("table", ["person", "membership"])
async def test_of_many_who_ask_for_the_same_at_once_one_gets_it(office: Office, ada: Caller, table: str) -> None:
    person = await office.person()
    before = await office.count(table)

    ask = [ada.register() if table == "person" else ada.grant(person) for _ in range(8)]
    answers = await asyncio.gather(*ask)

    assert sorted(answer.status_code for answer in answers) == [201] + 7 * [409]
    assert await office.count(table) == before + 1


async def test_two_contact_persons_cannot_remove_each_other_at_once(office: Office, ada: Caller) -> None:
    memberships = [(await office.member())[1] for _ in range(2)]

    answers = await asyncio.gather(*(ada.http.delete(f"/memberships/{one}") for one in memberships))

    assert sorted(answer.status_code for answer in answers) == [204, 409]
    assert {a.json()["code"] for a in answers if a.status_code == 409} == {"last-contact-person"}


async def test_terms_are_accepted_once_and_again_only_for_a_new_version(office: Office, as_caller: AsCaller) -> None:
    kim = await office.person()
    caller = as_caller(kim)
    # The version before the first: what somebody has accepted when a new version comes.
    await office.pool.execute("INSERT INTO terms_acceptance VALUES ($1, 0, '2020-01-01Z')", kim)

    before = (await caller.http.get("/me")).json()["terms"]
    stale = await caller.post("/me/terms", {"version": 0})
    answers = [await caller.post("/me/terms", {"version": before["current"]["version"]}) for _ in range(2)]
    after = (await caller.http.get("/me")).json()["terms"]

    assert (before["accepted"], before["acceptedAt"]) == (False, None)
    assert stale.status_code == 422
    assert [answer.status_code for answer in answers] == [204, 204]
    assert after["accepted"]
    assert after["acceptedAt"] > "2026"
    assert [body["termsVersion"] for name, body in await said(office) if name == "terms.accepted.v1"] == [1]
    assert await office.count("terms_acceptance") == 2, "what was accepted before is still on record"


async def test_terms_that_are_not_the_newest_cannot_be_accepted_nor_by_nobody(
    office: Office, as_caller: AsCaller
) -> None:
    newer = await as_caller(await office.person()).post("/me/terms", {"version": 2})
    strangers = [await as_caller(who).post("/me/terms", {"version": 1}) for who in (uuid4(), "not an id")]

    assert (newer.status_code, newer.json()["code"]) == (409, "terms-not-current")
    assert [answer.status_code for answer in strangers] == [404, 404]
    assert await office.count("terms_acceptance") == 0


async def test_names_are_told_to_those_who_share_an_organizer_and_a_protected_one_to_nobody(
    office: Office, ada: Caller, as_caller: AsCaller
) -> None:
    karin, _ = await office.member()
    ulf, membership = await office.member(Role.DATA_REPORTER)
    neighbour, _ = await office.member(organizer=MALMO)
    hidden = await office.person(name="Hemlig Person", protected=True)
    await ada.grant(hidden, Role.DATA_REPORTER)
    await ada.http.delete(f"/memberships/{membership}")

    async def names(person: UUID) -> dict[str, str | None]:
        asked = await as_caller(person).http.get("/persons", params={"id": [str(ulf), str(hidden)]})
        return {found["personId"]: found["name"] for found in asked.json()["persons"]}

    assert await names(karin) == {str(ulf): "Karin Kontakt", str(hidden): None}, "also who has left"
    assert await names(neighbour) == {}
    assert await names(ulf) == {}, "who has left sees nobody"


async def test_a_protected_name_is_kept_in_one_place_only(office: Office, ada: Caller) -> None:
    with capture_logs() as logged:
        hidden = (await ada.register(name="Hemlig Person", protected=True)).json()["personId"]
        await ada.grant(UUID(hidden))

    tables = [
        row["tablename"] for row in await office.pool.fetch("SELECT * FROM pg_tables WHERE schemaname = 'public'")
    ]
    kept = {
        table: await office.pool.fetchval(f"SELECT string_agg(t::text, '') FROM {table} t") or "" for table in tables
    }
    bodies = await office.pool.fetchval("SELECT string_agg(convert_from(body, 'UTF8'), '') FROM outbox")
    assert {table for table, text in kept.items() if "Hemlig Person" in text} == {"person"}
    assert hidden in bodies
    assert "Hemlig" not in bodies
    assert "Hemlig" not in str(logged)
