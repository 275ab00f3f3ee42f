"""What no form sends and somebody will: a clear answer, never a fault of ours."""

import json
from typing import Any

import pytest

from tests.integration.registry.conftest import AsPerson
from tests.integration.registry.helpers import ADA, Person, form
from tests.units import CODE, LUND

PLACE = "/addresses/BESOKSADRESS/geoCoordinates/latitude"


def placed(latitude: str) -> list[dict[str, Any]]:
    return [{"type": "BESOKSADRESS", "geoCoordinates": {"latitude": latitude, "longitude": "13.19"}}]


@pytest.mark.parametrize("fields", [{"municipalityCode": "\0"}, {"schoolName": "\ud800"}], ids=["NUL", "half a pair"])
async def test_characters_that_no_text_has_are_refused(karin: Person, fields: dict[str, str]) -> None:
    content = json.dumps(form() | fields)
    headers = {"If-Match": '"1"', "Idempotency-Key": "characters", "Content-Type": "application/json"}

    answer = await karin.http.put(f"/school-units/{CODE}", content=content, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    assert answer.json()["errors"][0]["code"] == "bad-characters"


async def test_a_search_with_such_characters_is_refused(karin: Person, as_person: AsPerson) -> None:
    units = await karin.http.get(f"/organizers/{LUND}/school-units?q=%00")
    organizers = await as_person(ADA, "register-administration").http.get("/organizers?q=%00")

    assert [units.status_code, organizers.status_code] == [422, 422]


@pytest.mark.parametrize("zeros", [30, 800_000])
async def test_a_coordinate_of_any_length_is_told_to_be_too_long(karin: Person, zeros: int) -> None:
    answer = await karin.edit(1, addresses=placed("55.7" + "0" * zeros))

    assert answer.status_code == 409
    assert ("too-long", PLACE) in {(error["code"], error["pointer"]) for error in answer.json()["errors"]}


@pytest.mark.parametrize("latitude", ["5_5.7", "５５.7", "557e-1", "nan", "+55.7"])
async def test_only_plain_digits_are_a_coordinate(karin: Person, latitude: str) -> None:
    answer = await karin.edit(1, addresses=placed(latitude))

    assert [error["code"] for error in answer.json()["errors"]] == ["coordinate-form"]


async def test_nobody_makes_a_thousand_columns_in_everybodys_extract(karin: Person) -> None:
    codes = [f"AB{number}" for number in range(1000)]

    answer = await karin.edit(1, schoolTypes=["GY"], schoolTypeProperties={"gy": {"programmes": codes}})

    assert [error["code"] for error in answer.json()["errors"]] == ["too-many"]
