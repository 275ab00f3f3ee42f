"""The open API's answers, to the byte."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publication.domain import extract, v2
from services.publication.domain.history import extract_date
from services.publication.domain.lists import Rows
from tests.units import CODE, LUND, a_seen, a_seen_organizer

DATE, BASE = "2026-11-24T00:00:01.25+01:00", "https://register.example"


def test_a_units_attributes_come_in_the_contracts_order_with_its_nulls_and_absences() -> None:
    answer = json.loads(v2.unit_detail(a_seen(), a_seen_organizer(), DATE, BASE))

    assert list(answer) == ["meta", "links", "data", "included"]
    assert list(answer["data"]["attributes"]) == [
        "displayName", "status", "url", "email", "phoneNumber", "addresses", "orientationType", "schoolUnitType",
        "schoolName", "municipalityCode", "schoolTypes", "schoolTypeProperties", "specialSupportSchool",
        "hospitalSchool", "startdate", "endDate",
    ]  # fmt: skip
    assert answer["data"]["attributes"]["url"] is None
    assert answer["included"]["type"] == "organizer"
    assert answer["links"] == {"href": f"{BASE}/skolenhetsregistret/v2/school-units/{CODE}", "rel": "self",
                               "method": "GET"}  # fmt: skip


def test_spellings_of_the_contract_are_kept() -> None:
    body = a_seen(startdate="2020-08-01", endDate="2027-06-30", schoolUnitType="CENTRAL", reportsPersonell="NEJ")

    attributes = json.loads(v2.unit_detail(body, None, DATE, BASE))["data"]["attributes"]

    assert attributes["startdate"] == "2020-08-01"
    assert attributes["endDate"] == "2027-06-30"
    assert attributes["reportsPersonell"] == "NEJ"


def test_an_organizer_tells_its_units_and_their_school_types() -> None:
    answer = json.loads(v2.organizer_detail(a_seen_organizer(), [CODE], {"GR", "FKLASS"}, [], DATE, BASE))

    assert answer["data"]["attributes"]["schoolTypes"] == ["FKLASS", "GR"]
    assert answer["data"]["relationships"]["schoolunit"]["data"] == [{"type": "schoolunit", "schoolUnitCode": CODE}]


def test_a_lists_rows_lie_in_attributes() -> None:
    assert v2.list_answer("schoolunit", [v2.unit_row(a_seen())], DATE) == (
        b'{"meta":{"extractDate":"2026-11-24T00:00:01.25+01:00"},"data":{"type":"schoolunit","attributes":'
        b'[{"schoolUnitCode":"27508103","name":"Svaleboskolan","status":"AKTIV"}]}}'
    )


@pytest.mark.parametrize(
    ("closed_at", "expected"),
    [
        ("2026-11-24T00:00:01.250123+01:00", "2026-11-24T00:00:01.25+01:00"),
        ("2026-06-24T00:00:01+02:00", "2026-06-24T00:00:01.00+02:00"),
        ("2026-06-24T00:00:01.5+02:00", "2026-06-24T00:00:01.50+02:00"),
    ],
)
def test_the_extract_date_has_hundredths_and_an_offset(closed_at: str, expected: str) -> None:
    assert extract_date(closed_at) == expected


facets = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.sampled_from(["2026-01-01", "2026-02-01"]))
)


@given(facets, st.lists(st.sampled_from("ab")), st.lists(st.sampled_from("xyz")), st.none() | st.just("2026-02-01"))
def test_filters_are_anded_and_their_values_ored(
    rows: list[tuple[str, str, str]], first: list[str], second: list[str], after: str | None
) -> None:
    index = Rows()
    for number, (one, two, modified) in enumerate(rows):
        index.add(str(number).encode(), {"one": [one], "two": [two]}, modified)

    found = index.select({"one": first, "two": second}, after)

    assert found == [
        str(number).encode()
        for number, (one, two, modified) in enumerate(rows)
        if (not first or one in first) and (not second or two in second) and (after is None or modified >= after)
    ]


PROGRAMMES = {"GY": ["BF", "NA25"], "GYAN": []}


def in_extract(**changes: Any) -> dict[str, dict[str, str]]:
    """A unit's rows of the extract by school type, as column and cell."""
    rows = extract.sheet_rows(a_seen(**changes), a_seen_organizer(), {"1281": "Lund"}, PROGRAMMES)
    return {kind: dict(zip(extract.header(kind, PROGRAMMES), cells, strict=True)) for kind, cells in rows}


def test_the_extract_has_a_row_a_school_type_with_yes_and_no_for_grades() -> None:
    row = in_extract()["GR"]

    assert (row["LÄN"], row["LÄNSNAMN"], row["KOMMUNNAMN"]) == ("12", "Skåne län", "Lund")
    assert (row["ORGANISATIONSNR"], row["FKLASS"], row["ÅR6"], row["ÅR7"]) == (LUND, "N", "N", "J")


def test_a_programme_has_a_column_and_what_is_not_known_is_neither_yes_nor_no() -> None:
    properties = {"gy": {"programmes": ["NA25"]}}

    rows = in_extract(schoolTypes=["FKLASS", "GR", "GY", "VUX"], schoolTypeProperties=properties)

    assert (rows["GY"]["BF"], rows["GY"]["NA25"]) == ("N", "J")
    assert (rows["GR"]["FKLASS"], rows["GR"]["ÅR7"], rows["VUX"]["VUXSFI"]) == ("J", "", "")
    assert in_extract(status="UPPHORT") == {}


@pytest.mark.parametrize(
    ("text", "expected"), [("=1+1", "'=1+1"), ("@x", "'@x"), ("+46 46 12", "+46 46 12"), ("Skolan", "Skolan")]
)
def test_a_cell_is_never_a_formula(text: str, expected: str) -> None:
    assert extract.harmless(text) == expected
