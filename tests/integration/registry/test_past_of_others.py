"""Organizers, activities, contracts and providers as of a day, and two days compared; and who may read it."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.registry.commands.authority import ADMINISTRATION
from services.registry.commands.register_day import move_clock_past_midnight
from services.registry.register import Register
from tests.integration.registry.conftest import AsPerson
from tests.integration.registry.helpers import ADA, FRIDA, KARIN, Person, the_day
from tests.integration.registry.test_activities import CENTRE
from tests.units import INDEPENDENT, LUND

PROVIDER = "5560743089"
Begin = Callable[[AsPerson, date], Awaitable[str]]
Change = Callable[[AsPerson, str, date], Awaitable[None]]


def headers(version: int | None = None) -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())} | ({"If-Match": f'"{version}"'} if version else {})


async def sent(person: Person, method: str, path: str, body: Any, version: int | None = None) -> dict[str, Any]:
    answer = await person.http.request(method, path, json=body, headers=headers(version))
    assert answer.status_code in {200, 201}, answer.text
    return dict(answer.json())


async def an_activity(as_person: AsPerson, _day: date) -> str:
    made = await sent(as_person(FRIDA), "POST", f"/organizers/{INDEPENDENT}/activities", {"activity": CENTRE})
    return f"/activities/{made['activityId']}"


async def rename_activity(as_person: AsPerson, path: str, _day: date) -> None:
    await sent(as_person(FRIDA), "PUT", path, CENTRE | {"displayName": "Månens fritids"}, 1)


async def a_provider(as_person: AsPerson, _day: date) -> str:
    body = {"organizationNumber": PROVIDER, "provider": {"displayName": "Kurs AB"}}
    made = await sent(as_person(ADA, ADMINISTRATION), "POST", "/education-providers", body)
    return f"/education-providers/{made['provider']['educationProviderCode']}"


async def grant(as_person: AsPerson, path: str, day: date) -> None:
    rights = {"validFrom": day.isoformat(), "schoolTypeParts": ["VUXSFI"], "decision": "2026:17"}
    await sent(as_person(ADA, ADMINISTRATION), "PUT", f"{path}/grading-rights", rights, 1)


async def a_contract(as_person: AsPerson, day: date) -> str:
    code = (await a_provider(as_person, day)).rpartition("/")[2]
    parts = [{"schoolTypePart": "VUXSFI", "validFrom": day.isoformat(), "validTo": None}]
    body = {"educationProviderCode": code, "schoolTypeParts": parts}
    await sent(as_person(KARIN), "POST", f"/organizers/{LUND}/contracts", body)
    return f"/contracts/{LUND}/{code}"


async def end_contract(as_person: AsPerson, path: str, day: date) -> None:
    await sent(as_person(KARIN), "POST", f"{path}/end", {"on": (day + timedelta(days=30)).isoformat()}, 1)


async def an_organizer(_as_person: AsPerson, _day: date) -> str:
    return f"/organizers/{LUND}"


async def edit_organizer(as_person: AsPerson, path: str, _day: date) -> None:
    version = int((await as_person(KARIN).http.get(path)).json()["version"])
    await sent(as_person(KARIN), "PUT", path, {"url": "https://www.lund.example"}, version)


KINDS = {
    "organizer": (an_organizer, edit_organizer, KARIN, FRIDA, {"url"}),
    "activity": (an_activity, rename_activity, FRIDA, KARIN, {"displayName"}),
    "contract": (a_contract, end_contract, KARIN, FRIDA, {"schoolTypeParts/VUXSFI"}),
    "provider": (a_provider, grant, ADA, KARIN,
                 {"gradingRights", "gradingRightsFrom", "gradingRightsParts", "decision"}),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
async def test_a_thing_is_as_it_was_and_what_differs_is_told(
    register: Register, as_person: AsPerson, kind: str
) -> None:
    begin, change, owner, stranger, fields = KINDS[kind]
    first = await the_day(register)
    path = await begin(as_person, first)
    await move_clock_past_midnight(register)
    second = await the_day(register)
    await change(as_person, path, second)

    reader = as_person(owner, ADMINISTRATION) if owner == ADA else as_person(owner)
    then, now = [(await reader.http.get(f"{path}/as-of/{day}")).json() for day in (first, second)]
    asked = {"from": first.isoformat(), "to": second.isoformat()}
    told = (await reader.http.get(f"{path}/compare", params=asked)).json()
    long_ago = (await reader.http.get(f"{path}/as-of/{first - timedelta(days=100)}")).json()
    tomorrow = await reader.http.get(f"{path}/as-of/{second + timedelta(days=1)}")
    foreign = [await as_person(stranger).http.get(f"{path}/{end}") for end in (f"as-of/{first}", "compare")]
    foreign.append(await as_person(stranger).http.get(f"{path}/compare", params=asked))

    assert now["version"] == then["version"] + 1
    assert {name for name in {*then["fields"], *now["fields"]} if then["fields"].get(name) != now["fields"].get(name)}
    assert {change["field"] for change in told["changed"]} == fields
    assert {c["field"]: (c["before"], c["after"]) for c in told["changed"]} == {
        name: (then["fields"].get(name), now["fields"].get(name)) for name in fields
    }
    assert (told["versions"], long_ago["version"], long_ago["fields"]) == (1, None, None)
    assert tomorrow.json()["errors"][0]["code"] == "day-to-come"
    assert [answer.status_code for answer in (foreign[0], foreign[2])] == [404, 404]


async def test_the_open_data_of_a_contracts_first_day_have_it_the_next(register: Register, as_person: AsPerson) -> None:
    first = await the_day(register)
    path = await a_contract(as_person, first)
    await move_clock_past_midnight(register)

    days = (first, await the_day(register))
    seen = [(await as_person(KARIN).http.get(f"{path}/as-of/{day}?view=public")).json()["version"] for day in days]

    assert seen == [None, 1]
