"""A unit as of a day and two days compared: what the audit log adds up to, and who may read it."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.registry.commands.register_day import move_clock_past_midnight
from services.registry.register import Register
from tests.integration.registry.conftest import AsPerson
from tests.integration.registry.helpers import FRIDA, NUMBER, WORK_EMAIL, Person, the_day
from tests.units import CODE

UNKNOWN = "99999999"
VISITING = {"type": "BESOKSADRESS", "streetAddress": "Gatan 1", "locality": "Lund"}


async def as_of(person: Person, day: date, **asked: str) -> dict[str, Any]:
    answer = await person.http.get(f"/school-units/{CODE}/as-of/{day}", params=asked)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def compare(person: Person, first: date, last: date, **asked: str) -> dict[str, Any]:
    params = {"from": first.isoformat(), "to": last.isoformat()} | asked
    answer = await person.http.get(f"/school-units/{CODE}/compare", params=params)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def three_days(register: Register, karin: Person) -> tuple[date, date, date]:
    """The unit is edited twice on the first day, not on the second, once on the third."""
    first = await the_day(register)
    await karin.edit(1, displayName="Första namnet", addresses=[VISITING])
    await karin.edit(2, displayName="Andra namnet")
    await move_clock_past_midnight(register)
    second = await the_day(register)
    await move_clock_past_midnight(register)
    third = await the_day(register)
    fields = {"headMasterPersonalIdentityNumber": NUMBER, "headMasterWorkEmail": WORK_EMAIL}
    await karin.edit(3, displayName="Tredje namnet", headMaster="Rut", **fields)
    return first, second, third


async def test_each_day_has_the_state_that_stood_at_its_end(register: Register, karin: Person) -> None:
    first, second, third = await three_days(register, karin)

    states = [await as_of(karin, day) for day in (first - timedelta(days=1), first, second, third)]

    assert [(s["version"], s["unit"]["displayName"]) for s in states] == [
        (1, "Svaleboskolan"), (3, "Andra namnet"), (3, "Andra namnet"), (4, "Tredje namnet"),
    ]  # fmt: skip
    assert [s["validFrom"] for s in states[1:]] == [first.isoformat(), first.isoformat(), third.isoformat()]
    assert states[1]["unit"]["addresses"] == []


async def test_the_open_data_of_a_day_are_a_day_behind(register: Register, karin: Person) -> None:
    first, second, third = await three_days(register, karin)

    names = [(await as_of(karin, day, view="public"))["unit"]["displayName"] for day in (first, second, third)]

    assert names == ["Svaleboskolan", "Andra namnet", "Andra namnet"]


async def test_before_it_was_registered_there_was_no_unit(register: Register, karin: Person) -> None:
    found = await as_of(karin, await the_day(register) - timedelta(days=100))

    assert (found["version"], found["unit"]) == (None, None)


async def test_two_days_are_compared_field_by_field(register: Register, karin: Person) -> None:
    first, second, third = await three_days(register, karin)

    found = await compare(karin, third, second)

    assert (found["from"]["day"], found["to"]["day"], found["versions"]) == (second.isoformat(), third.isoformat(), 1)
    assert {change["field"]: (change["before"], change["after"]) for change in found["changed"]} == {
        "displayName": ("Andra namnet", "Tredje namnet"), "headMaster": (None, "Rut"),
        "headMasterPersonalIdentityNumber": (None, None), "headMasterWorkEmail": (None, None),
    }  # fmt: skip
    assert [c["field"] for c in found["changed"] if c["protected"]] == [
        "headMasterPersonalIdentityNumber", "headMasterWorkEmail",
    ]  # fmt: skip
    assert NUMBER not in str(found)
    assert (await compare(karin, first, second))["changed"] == []


async def test_compared_with_a_day_before_it_was_registered_all_is_new(register: Register, karin: Person) -> None:
    today = await the_day(register)

    found = await compare(karin, today - timedelta(days=100), today)

    assert found["from"]["unit"] is None
    assert all(change["before"] is None for change in found["changed"])
    assert "displayName" in {change["field"] for change in found["changed"]}


@pytest.mark.parametrize("path", ["as-of/{day}", "compare?from=2026-01-01&to={day}"])
async def test_a_day_to_come_is_refused(register: Register, karin: Person, path: str) -> None:
    tomorrow = await the_day(register) + timedelta(days=1)

    answer = await karin.http.get(f"/school-units/{CODE}/{path.format(day=tomorrow)}")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "day-to-come"


@pytest.mark.parametrize("path", ["as-of/2026-01-01", "compare?from=2026-01-01&to=2026-01-02"])
async def test_strangers_see_what_they_would_of_nothing(as_person: AsPerson, path: str) -> None:
    frida = as_person(FRIDA)

    there, nowhere = [await frida.http.get(f"/school-units/{code}/{path}") for code in (CODE, UNKNOWN)]

    assert there.status_code == nowhere.status_code == 404
    assert there.content == nowhere.content
