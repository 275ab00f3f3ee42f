"""Finding units among an organizer's: by name in Swedish order, by what was typed, to the letter."""

from datetime import timedelta

import pytest
import pytest_asyncio

from services.registry.register import Register
from tests.integration.registry.conftest import AsPerson
from tests.integration.registry.helpers import ADA, Person, the_day
from tests.units import LUND

NAMES = ["Örtofta skola", "alnskolan", "Ängens skola", "Åkerskolan", "Zenit 100% skola", "Österskolan", "Backaskolan"]
IN_ORDER = [
    "alnskolan", "Backaskolan", "Zenit 100% skola", "Åkerskolan", "Ängens skola", "Örtofta skola", "Österskolan",
]  # fmt: skip


async def names(person: Person, **asked: str) -> list[str]:
    answer = await person.http.get(f"/organizers/{LUND}/school-units", params={"status": "PLANERAD"} | asked)
    return [unit["displayName"] for unit in answer.json()["schoolUnits"]]


@pytest_asyncio.fixture
async def planner(karin: Person, register: Register) -> Person:
    """Karin, when she has planned a unit of each name."""
    start = await the_day(register) + timedelta(days=30)
    for name in NAMES:
        assert (await karin.plan(start, displayName=name)).status_code == 201
    return karin


async def test_names_stand_in_swedish_order(planner: Person) -> None:
    assert await names(planner) == IN_ORDER
    assert await names(planner, order="desc") == IN_ORDER[::-1]


@pytest.mark.parametrize(
    ("typed", "found"),
    [("ÅKER", ["Åkerskolan"]), (" 100% ", ["Zenit 100% skola"]), ("_", []), ("skolan", 4), ("\\", [])],
)
async def test_what_is_typed_is_found_to_the_letter(planner: Person, typed: str, found: list[str] | int) -> None:
    got = await names(planner, q=typed)

    assert (len(got) if isinstance(found, int) else got) == found


@pytest.mark.parametrize("typed", [LUND, f"{LUND[:6]}-{LUND[6:]}", "lunds"])
async def test_the_administration_finds_an_organizer_by_name_or_number(as_person: AsPerson, typed: str) -> None:
    answer = await as_person(ADA, "register-administration").http.get("/organizers", params={"q": typed})

    assert [organizer["organizationNumber"] for organizer in answer.json()["organizers"]] == [LUND]
