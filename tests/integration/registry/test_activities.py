"""Other activities through the registry's door: registered, edited, ended; and what the days make of them."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx

from services.registry.commands.register_day import close_due_days
from services.registry.register import Register
from services.registry.store import audit
from tests.integration.registry.conftest import AsPerson
from tests.integration.registry.helpers import FRIDA, KARIN, Person, outbox, the_day, wait_days
from tests.units import INDEPENDENT, LUND

CENTRE = {
    "activityType": "FRISTAENDE_FRITIDSHEM", "displayName": " Solens  fritids ", "municipalityCode": "1281",
    "email": "solen@friskolan.example", "phoneNumber": "046 - 12 34 56",
    "addresses": [{"type": "BESOKSADRESS", "streetAddress": "Solgatan 1", "postalCode": "222 22", "locality": "Lund"}],
}  # fmt: skip
OTHER = CENTRE | {"activityType": "ANNAN"}


def headers(version: int | None = None, key: str = "") -> dict[str, str]:
    return {"Idempotency-Key": key or str(uuid4())} | ({"If-Match": f'"{version}"'} if version else {})


async def add(person: Person, organizer: str, fields: dict[str, Any], start: date | None = None) -> httpx.Response:
    body = {"activity": fields} | ({"startdate": start.isoformat()} if start else {})
    return await person.http.post(f"/organizers/{organizer}/activities", json=body, headers=headers())


async def put(person: Person, activity: str, version: int, fields: dict[str, Any], key: str = "") -> httpx.Response:
    return await person.http.put(f"/activities/{activity}", json=fields, headers=headers(version, key))


async def end(person: Person, activity: str, version: int, on: date) -> httpx.Response:
    body = {"on": on.isoformat()}
    return await person.http.post(f"/activities/{activity}/end", json=body, headers=headers(version))


async def test_an_activity_is_registered_edited_and_ended_and_its_history_tells_it(
    register: Register, as_person: AsPerson
) -> None:
    frida, today = as_person(FRIDA), await the_day(register)
    new = await add(frida, INDEPENDENT, CENTRE)
    activity = new.json()["activityId"]
    edited = await put(frida, activity, 1, CENTRE | {"displayName": "Månens fritids"})
    over = await end(frida, activity, 2, today)
    history = (await frida.http.get(f"/activities/{activity}/history")).json()["entries"]
    listed = (await frida.http.get(f"/organizers/{INDEPENDENT}/activities")).json()["activities"]

    assert (new.status_code, new.headers["etag"], new.json()["status"]) == (201, '"1"', "AKTIV")
    assert new.json()["activity"]["displayName"] == "Solens fritids"
    assert new.json()["activity"]["phoneNumber"] == "046-12 34 56"
    assert new.json()["activity"]["addresses"][0]["postalCode"] == "22222"
    assert [change["field"] for change in edited.json()["changed"]] == ["displayName"]
    assert {c["field"]: c["after"] for c in over.json()["changed"]} == {
        "status": "UPPHORT", "endDate": today.isoformat(),
    }  # fmt: skip
    assert [(entry["version"], entry["channel"], entry["actor"]) for entry in history] == [
        (version, "e-service", str(FRIDA)) for version in (3, 2, 1)
    ]
    assert [one["activityId"] for one in listed] == [activity]
    said = [event.type for event in await outbox(register) if event.type.startswith("activity.")]
    assert said == ["activity.registered.v1", "activity.edited.v1", "activity.edited.v1"]
    assert await audit.broken_chain(register.pool) == []


async def test_an_activity_begins_and_ends_by_itself_once(register: Register, as_person: AsPerson) -> None:
    frida, today = as_person(FRIDA), await the_day(register)
    activity = (await add(frida, INDEPENDENT, CENTRE, today + timedelta(days=1))).json()
    await end(frida, activity["activityId"], 1, today + timedelta(days=3))
    states = []
    for _ in range(4):
        states.append((await frida.http.get(f"/activities/{activity['activityId']}")).json())
        await wait_days(register, 1)
        await close_due_days(register)

    assert activity["status"] == "PLANERAD"
    assert [state["status"] for state in states] == ["PLANERAD", "AKTIV", "AKTIV", "UPPHORT"]
    assert [state["version"] for state in states] == [2, 3, 3, 4]
    assert (await frida.http.get(f"/activities/{activity['activityId']}")).json()["version"] == 4


async def test_rules_are_told_all_at_once_beside_their_fields(as_person: AsPerson) -> None:
    answer = await add(as_person(KARIN), LUND, CENTRE | {"displayName": " ", "email": "x", "municipalityCode": None})

    assert answer.status_code == 409
    assert {(error["pointer"], error["code"]) for error in answer.json()["errors"]} == {
        ("/displayName", "name-needed"), ("/email", "email-form"), ("/municipalityCode", "municipality-needed"),
        ("/activityType", "leisure-centre-independent-only"),
    }  # fmt: skip


async def test_what_has_ended_stays_as_it_is(register: Register, as_person: AsPerson) -> None:
    frida, today = as_person(FRIDA), await the_day(register)
    activity = (await add(frida, INDEPENDENT, OTHER)).json()["activityId"]
    early = await end(frida, activity, 1, today - timedelta(days=1))
    await end(frida, activity, 1, today)
    edited, again = await put(frida, activity, 2, CENTRE), await end(frida, activity, 2, today)

    assert early.json()["errors"][0]["code"] == "end-in-past"
    assert [answer.json()["errors"][0]["code"] for answer in (edited, again)] == ["ended-activity-is-final"] * 2


async def test_a_stranger_a_stale_version_and_a_repeat_change_nothing(as_person: AsPerson) -> None:
    frida, karin = as_person(FRIDA), as_person(KARIN)
    activity = (await add(frida, INDEPENDENT, OTHER)).json()["activityId"]
    strange = [
        await karin.http.get(f"/activities/{activity}"), await put(karin, activity, 1, OTHER),
        await karin.http.get(f"/activities/{activity}/history"), await add(karin, INDEPENDENT, OTHER),
        await karin.http.get(f"/activities/{uuid4()}"),
    ]  # fmt: skip
    first = await put(frida, activity, 1, OTHER | {"displayName": "Ny"}, "the same key")
    repeated = await put(frida, activity, 1, OTHER | {"displayName": "Ny"}, "the same key")
    stale = await put(frida, activity, 1, OTHER | {"displayName": "Annan"})

    assert [answer.status_code for answer in strange] == [404] * 5
    assert len({answer.text.replace(answer.request.url.path, "") for answer in strange}) == 1
    assert first.json() == repeated.json()
    assert stale.status_code == 412
    assert (await frida.http.get(f"/activities/{activity}")).json()["version"] == 2


async def test_a_dry_run_saves_nothing(as_person: AsPerson) -> None:
    frida = as_person(FRIDA)
    activity = (await add(frida, INDEPENDENT, OTHER)).json()["activityId"]
    tried = await frida.http.put(
        f"/activities/{activity}?dry_run=true", json=OTHER | {"url": "https://solen.example"}, headers=headers(1)
    )

    assert tried.json()["changed"] == [
        {"field": "url", "before": None, "after": "https://solen.example", "protected": False}
    ]
    assert (await frida.http.get(f"/activities/{activity}")).json()["version"] == 1
