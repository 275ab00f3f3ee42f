"""The overview and the list: what waits, what is counted, and the same units behind each count."""

from datetime import timedelta
from typing import Any

import pytest

from services.registry.commands.register_day import move_clock_past_midnight
from services.registry.domain.register_day import next_day
from services.registry.register import Register
from tests.integration.registry.conftest import AsPerson
from tests.integration.registry.helpers import ADA, FRIDA, OTHER, Person, the_day
from tests.units import CODE, INDEPENDENT, LUND

PLACED = {"type": "BESOKSADRESS", "streetAddress": "Gatan 1", "locality": "Lund",
          "geoCoordinates": {"latitude": "55.7047", "longitude": "13.1910"}}  # fmt: skip


async def overview(person: Person, number: str = LUND) -> dict[str, Any]:
    answer = await person.http.get(f"/organizers/{number}/overview")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def listed(person: Person, **asked: Any) -> list[dict[str, Any]]:
    answer = await person.http.get(f"/organizers/{LUND}/school-units", params=asked)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["schoolUnits"])


def counts(found: dict[str, Any]) -> dict[str, int]:
    """What units lack, counted; the other slices' tasks are tried with them."""
    return {task["kind"]: task["count"] for task in found["tasks"] if task["kind"].startswith("units-")}


async def test_what_units_lack_is_a_task_until_it_is_there(karin: Person) -> None:
    assert counts(await overview(karin)) == {"units-without-head-teacher": 2, "units-without-place": 2}

    await karin.edit(1, headMaster="Rut Rektor", addresses=[PLACED])

    assert counts(await overview(karin)) == {"units-without-head-teacher": 1, "units-without-place": 1}
    assert [unit["schoolUnitCode"] for unit in await listed(karin, lacks="place")] == [OTHER]
    assert [unit["schoolUnitCode"] for unit in await listed(karin, lacks="head-teacher")] == [OTHER]

    await karin.edit(1, OTHER, displayName="Andra skolan", headMaster="Ulf Rektor", addresses=[PLACED])

    assert counts(await overview(karin)) == {}


@pytest.mark.parametrize(
    ("latitude", "longitude", "is_elsewhere"),
    [("55.7047", "13.1910", False), ("55.6050", "13.0038", True), ("59.3293", "18.0686", True)],
    ids=["Lund", "Malmö", "Stockholm"],
)
async def test_a_unit_that_lies_clearly_outside_its_municipality_is_a_task(
    karin: Person, latitude: str, longitude: str, *, is_elsewhere: bool
) -> None:
    place = PLACED | {"geoCoordinates": {"latitude": latitude, "longitude": longitude}}
    await karin.edit(1, addresses=[place])

    assert counts(await overview(karin)).get("units-placed-elsewhere", 0) == int(is_elsewhere)
    assert [unit["schoolUnitCode"] for unit in await listed(karin, lacks="right-place")] == [CODE] * is_elsewhere


async def test_a_coordinate_that_was_imported_and_is_no_number_is_no_other_place(
    register: Register, karin: Person
) -> None:
    await karin.edit(1, addresses=[PLACED | {"geoCoordinates": {"latitude": "59.3293", "longitude": "18.0686"}}])
    as_typed = "UPDATE school_unit SET body = replace(body::text, $2, $3)::jsonb WHERE code = $1"
    unit = (await karin.see()).json()["unit"]["addresses"][0]["geoCoordinates"]["coordinateSweRefN"]
    await register.pool.execute(as_typed, CODE, unit, unit.replace(".", ","))

    assert "units-placed-elsewhere" not in counts(await overview(karin))


async def test_a_unit_that_is_no_place_lacks_none(karin: Person) -> None:
    central = {"schoolUnitType": "CENTRAL", "schoolTypes": [], "schoolTypeProperties": {}}

    assert (await karin.edit(1, **central)).status_code == 200

    assert counts(await overview(karin))["units-without-place"] == 1


async def test_a_planned_unit_lacks_neither_head_teacher_nor_place_yet(register: Register, karin: Person) -> None:
    await karin.plan(await the_day(register) + timedelta(days=10), displayName="Nya skolan")

    found = await overview(karin)

    assert counts(found) == {"units-without-head-teacher": 2, "units-without-place": 2}
    assert found["schoolUnits"] == {"total": 3, "AKTIV": 2, "VILANDE": 0, "PLANERAD": 1, "UPPHORT": 0}


async def test_what_is_not_public_yet_is_told_until_midnight(register: Register, karin: Person) -> None:
    day = await the_day(register)
    assert (await overview(karin))["notYetPublic"]["schoolUnits"] == 0

    await karin.edit(1, displayName="Nytt namn")

    told = {"publicFrom": next_day(day).isoformat(), "schoolUnits": 1, "organizer": False}
    assert (await overview(karin))["notYetPublic"] == told
    assert [unit["schoolUnitCode"] for unit in await listed(karin, not_public=True)] == [CODE]
    await move_clock_past_midnight(register)
    assert (await overview(karin))["notYetPublic"]["schoolUnits"] == 0


async def test_the_list_tells_what_its_columns_show_and_is_as_long_as_asked(karin: Person) -> None:
    await karin.edit(1, headMaster="Rut Rektor", url="https://lund.example", addresses=[PLACED])

    (first,) = await listed(karin, size=1, sort="code", q=CODE)

    shown = {name: first[name] for name in ("headMaster", "url", "email", "schoolUnitType")}
    assert shown == {"headMaster": "Rut Rektor", "url": "https://lund.example", "email": None,
                     "schoolUnitType": "SKOLENHET"}  # fmt: skip
    assert first["visitingAddress"]["streetAddress"] == "Gatan 1"
    assert len(await listed(karin, size=1)) == 1
    assert (await karin.http.get(f"/organizers/{LUND}/school-units", params={"size": 1001})).status_code == 422


@pytest.mark.parametrize("number", [LUND, "5560360793"])
async def test_strangers_see_no_overview(as_person: AsPerson, number: str) -> None:
    assert (await as_person(FRIDA).http.get(f"/organizers/{number}/overview")).status_code == 404


async def test_the_administration_sees_everybodys(as_person: AsPerson) -> None:
    found = await overview(as_person(ADA, "register-administration"), INDEPENDENT)

    assert (found["role"], found["schoolUnits"]["total"], counts(found)) == ("register-administration", 0, {})
    assert [task["kind"] for task in found["tasks"]] == ["approve"]
