"""Reading the companies register's file, and how an organizer differs from a row: pure."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.registry import PublicOrganizer
from services.registry.domain.companies import Places, UnreadableError, as_gone, differs, merged, read_extract
from services.registry.domain.organizers import ContactValues, contact_of, edit, values_of
from tests.units import LUND

PLACES = Places({"1281": "Lund"}, {"12": "Skåne län"})
OWN = {
    "organizationNumber": LUND, "displayName": "Lunds kommun", "organizerType": "KOMMUN", "url": "https://lund.se",
    "email": [{"providerType": "SKOLVERKET", "email": "skola@lund.se"}, {"providerType": "SCB", "email": "k@lund.se"}],
    "phoneNumber": [{"providerType": "SKOLVERKET", "phone": "046-1234"}],
    "address": {"type": "POSTADRESS", "streetAddress": "Box 1", "locality": "Lund"},
}  # fmt: skip
CELLS = st.dictionaries(
    st.sampled_from(["email", "phoneNumber", "streetAddress", "locality", "companyStatus", "municipalityCode"]),
    st.sampled_from(["", "k@lund.se", "046-22 33", "AKTIV", "1281", "Lund"]),
)


def lund() -> PublicOrganizer:
    return PublicOrganizer.model_validate(OWN)


def read(*rows: dict[str, Any]) -> Any:
    return read_extract(json.dumps(list(rows)).encode(), PLACES)


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_read_or_refused_in_words(content: bytes) -> None:
    told: object = ()
    try:
        extract = read_extract(content, PLACES)
        told = extract.rows or extract.refused
    except UnreadableError as error:
        told = str(error)
    assert told


@given(st.lists(st.dictionaries(st.text(max_size=20), st.text(max_size=20) | st.none() | st.integers()), min_size=1))
def test_any_row_is_taken_or_refused(rows: list[dict[str, Any]]) -> None:
    extract = read(*[{"organizationNumber": LUND, "displayName": "X"} | row for row in rows])

    assert len(extract.rows) + len(extract.refused) == len(rows)


@given(CELLS)
def test_own_values_are_never_touched_and_a_row_twice_differs_once(cells: dict[str, str]) -> None:
    extract = read({"organizationNumber": LUND, "displayName": "Lunds stad"} | cells)
    for row in extract.rows:
        after = merged(lund(), row.said)

        assert contact_of(after) == contact_of(lund())
        assert (after.organizer_type, after.legal_entity_status) == (lund().organizer_type, lund().legal_entity_status)
        assert differs(after, row.said) == ()


@given(CELLS)
def test_an_own_edit_never_touches_the_companies_registers_values(cells: dict[str, str]) -> None:
    extract = read({"organizationNumber": LUND, "displayName": "Lunds stad"} | cells)
    for row in extract.rows:
        after, _ = edit(merged(lund(), row.said), ContactValues(email="ny@lund.se"))

        assert differs(after, row.said) == ()


def test_a_cut_row_is_refused_and_removes_nothing() -> None:
    whole = f"organizationNumber;displayName;email\n{LUND};Lunds kommun\n{LUND};Lunds kommun;k@lund.se;mer\n".encode()
    extract = read_extract(whole, PLACES)

    assert [(refused.row, refused.code) for refused in extract.refused] == [(1, "malformed"), (2, "malformed")]


@pytest.mark.parametrize("number", ["1990-01-01-2385", "9001012385", "900101-2385", "199001012385", "9001012380"])
def test_what_may_be_a_persons_own_number_is_not_told(number: str) -> None:
    (refused,) = read({"organizationNumber": number, "displayName": "X"}).refused

    assert (refused.number, "9001" in refused.reason) == ("", False)


def test_an_address_is_told_whole_when_one_of_its_columns_is_there() -> None:
    (row,) = read({"organizationNumber": LUND, "displayName": "Lunds kommun", "locality": "Lund C"}).rows

    assert {c.field: (c.before, c.after) for c in differs(lund(), row.said)} == {
        "address/streetAddress": ("Box 1", None), "address/locality": ("Lund", "Lund C"),
    }  # fmt: skip


def test_gone_changes_the_companys_status_alone() -> None:
    gone = as_gone(lund())

    assert gone.model_copy(update={"company_status": None}) == lund()
    assert [change.after for change in values_of(gone) if change.field == "companyStatus"] == ["EJ_LANGRE_AKTIV"]
