"""The overview's words, the list's cells and file, and the days that people type."""

import csv
from datetime import date
from typing import Any

import pytest

from services.eservice import overview_texts as words
from services.eservice import texts
from services.eservice.forms.days import parsed
from services.eservice.pages.past_of import flat
from services.eservice.pages.unit_list import as_csv, chosen

TODAY = date(2026, 11, 25)
UNIT: dict[str, Any] = {
    "schoolUnitCode": "27508103", "displayName": "Svaleboskolan", "status": "AKTIV", "municipalityName": "Lund",
    "schoolTypes": ["GR", "FTH"], "schoolName": None, "headMaster": None, "email": "a@lund.example",
    "phoneNumber": "+46 46 12 34 56", "url": None, "schoolUnitType": "SKOLENHET", "orientationType": "EJ_RELEVANT",
    "modified": "2026-11-25", "startdate": None, "endDate": None,
    "visitingAddress": {"type": "BESOKSADRESS", "streetAddress": "Gatan 1", "postalCode": "222 22", "locality": "Lund"},
}  # fmt: skip


@pytest.mark.parametrize("kind", words.TASKS)
def test_every_task_says_how_many_and_where(kind: str) -> None:
    one, page = words.task({"kind": kind, "count": 1}, "2120001132")
    many, _ = words.task({"kind": kind, "count": 31}, "2120001132")

    assert one != many
    assert "31" in many
    assert "{" not in one + many + page
    assert page.startswith("/huvudman/2120001132/")


def test_a_task_that_has_no_words_yet_is_shown_all_the_same() -> None:
    assert words.task({"kind": "new-kind", "count": 2}, "1")[0] == "2 uppgifter väntar"


@pytest.mark.parametrize(
    ("count", "said"), [(0, "i dag är sista dagen"), (1, "en dag kvar"), (30, "30 dagar kvar"), (-1, "en dag för sent")]
)
def test_the_days_left_are_told(count: int, said: str) -> None:
    assert words.days_left(count) == said


def test_every_column_is_told_in_words() -> None:
    cells = {name: words.column(name, UNIT) for name in words.COLUMNS}

    assert cells["status"] == "Aktiv"
    assert cells["school_types"] == "Grundskola, Fritidshem"
    assert cells["address"] == "Gatan 1, 222 22 Lund"
    assert cells["head_master"] == ""
    assert words.column("address", UNIT | {"visitingAddress": None}) == ""


def test_the_file_has_the_chosen_columns_and_no_formulas() -> None:
    unit = UNIT | {"displayName": "=HYPERLINK(1)"}

    text = as_csv([unit, UNIT], ["code", "phone"]).decode("utf-8-sig")

    assert list(csv.reader(text.splitlines(), delimiter=";")) == [
        ["Namn", "Kod", "Telefon"], ["'=HYPERLINK(1)", "27508103", "'+46 46 12 34 56"],
        ["Svaleboskolan", "27508103", "'+46 46 12 34 56"],
    ]  # fmt: skip


def test_what_an_address_may_not_say_is_passed_over() -> None:
    choice = chosen("\0skola", ["AKTIV", "X"], [], ["place", "all"], "yes", "secret", "up", ["url", "password", "code"])

    assert (choice.q, choice.statuses, choice.lacks, choice.not_public) == ("skola", ["AKTIV"], ["place"], False)
    assert (choice.sort, choice.order, choice.columns) == ("name", "asc", ["code", "url"])
    assert chosen().columns == ["code", "status", "municipality", "school_types", "modified"]


@pytest.mark.parametrize("typed", ["2026-08-14", " 20260814 ", "14/8 2026", "14/8/2026", "14.8.2026"])
def test_a_day_may_be_written_as_people_do(typed: str) -> None:
    assert parsed(typed, TODAY) == (date(2026, 8, 14), "")


@pytest.mark.parametrize("typed", ["", "2026-02-30", "i går", "14/8", "٢٠٢٦-08-14", "2026-8-14"])
def test_what_is_no_day_is_told(typed: str) -> None:
    day, wrong = parsed(typed, TODAY)

    assert day is None
    assert "2026-11-25" in wrong


def test_a_day_to_come_is_told() -> None:
    assert parsed("2026-11-26", TODAY) == (None, texts.ERRORS["day-to-come"])
    assert parsed("2026-11-25", TODAY) == (TODAY, "")


def test_a_units_fields_have_the_paths_that_the_history_names() -> None:
    unit = {"displayName": "A", "url": None, "schoolTypes": [], "specialSupportSchool": False,
            "schoolTypeProperties": {"gr": {"grades": ["1"]}, "gy": None},
            "addresses": [{"type": "BESOKSADRESS", "streetAddress": "Gatan 1",
                           "geoCoordinates": {"latitude": "55.7", "longitude": None}}]}  # fmt: skip

    assert flat(unit) == {
        "displayName": "A", "specialSupportSchool": False, "schoolTypeProperties/gr/grades": ["1"],
        "addresses/BESOKSADRESS/streetAddress": "Gatan 1", "addresses/BESOKSADRESS/geoCoordinates/latitude": "55.7",
    }  # fmt: skip
