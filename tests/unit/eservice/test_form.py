"""The form for a unit, and what people read."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.eservice import texts
from services.eservice.cookies import safe_path
from services.eservice.forms import unit as forms
from services.eservice.forms import web
from services.registry.domain import rules, units  # the codes that texts must know

UNIT: dict[str, Any] = {
    "displayName": "Svaleboskolan", "schoolName": None, "url": "https://svalebo.se", "municipalityCode": "1281",
    "schoolUnitType": "SKOLENHET", "schoolTypes": ["GR", "GY"], "specialSupportSchool": True,
    "addresses": [{"type": "BESOKSADRESS", "streetAddress": "Storgatan 1", "postalCode": "22222", "locality": "Lund",
                   "geoCoordinates": {"latitude": "55.7", "longitude": "13.2"}}],
    "schoolTypeProperties": {"gr": {"grades": ["7", "8"]}, "gy": {"programmes": ["NA25", "SA"], "csnCode": "21"}},
}  # fmt: skip


def test_a_unit_goes_into_the_form_and_out_of_it_the_same() -> None:
    fields = forms.to_fields(forms.from_unit(UNIT))

    assert {name: fields[name] for name in UNIT} == UNIT
    assert "headMasterPersonalIdentityNumber" not in {name for name, value in fields.items() if value}


@given(st.dictionaries(st.sampled_from(forms.NAMES), st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=3)))
def test_nothing_typed_is_dropped_by_the_form(typed: dict[str, list[str]]) -> None:
    assert forms.only_known(typed) == typed
    assert forms.to_fields(typed)["schoolTypes"] == typed.get("schoolTypes", [])


def test_two_changes_of_different_fields_are_both_kept() -> None:
    base = forms.from_unit(UNIT)
    mine, theirs = base | {"url": ["https://min.se"]}, base | {"email": ["deras@lund.se"]}

    together, conflicts = forms.merged(base, mine, theirs)

    assert conflicts == []
    assert together["url"] == ["https://min.se"]
    assert together["email"] == ["deras@lund.se"]


def test_two_changes_of_the_same_field_are_a_choice() -> None:
    base = forms.from_unit(UNIT)

    _, conflicts = forms.merged(base, base | {"url": ["https://min.se"]}, base | {"url": ["https://deras.se"]})

    assert conflicts == ["url"]


EMPTY: forms.Typed = {"displayName": ["Skolan"], "schoolTypes": ["GR"]}
MINE, THEIRS = {name: ["55.1"] for name in forms.PLACE_PATHS}, {name: ["56.2"] for name in forms.PLACE_PATHS}
VALUES: dict[str, tuple[forms.Typed, forms.Typed]] = {
    forms.PLACE: ({name: MINE[name] for name in forms.PLACE_PATHS[:2]}, THEIRS),
    "schoolTypes": ({"schoolTypes": ["GR", "GY"]}, {"schoolTypes": ["FTH"]}),
    "orientationType": ({"orientationType": ["WALDORF"]}, {"orientationType": ["ALLMAN"]}),
    "schoolUnitType": ({"schoolUnitType": ["CENTRAL"]}, {"schoolUnitType": ["UTLAND"]}),
}  # fmt: skip


def two_values(name: str) -> tuple[forms.Typed, forms.Typed]:
    """What two people make of the same thing."""
    if name in forms.LISTS and name not in VALUES:
        return {name: ["1", "2"]}, {name: []}
    return VALUES.get(name, ({name: ["EN"]}, {name: ["ANNAN"]}))


@pytest.mark.parametrize("name", [name for name in forms.CHOSEN if name not in {forms.NUMBER, *forms.MARKS}])
@pytest.mark.parametrize("chosen", ["mine", "theirs"])
def test_of_every_kind_of_field_the_one_that_was_chosen_stands(name: str, chosen: str) -> None:
    one, other = two_values(name)
    base = EMPTY | ({name: ["3"]} if name in forms.LISTS and name not in VALUES else {})
    mine, theirs = base | one, base | other

    together, conflicts = forms.merged(base, mine, theirs)
    form = together | {"both": conflicts, f"choose:{name}": [chosen]}
    form |= {f"mine:{part}": mine.get(part, []) for part in forms.parts(name)}
    settled, missing = forms.settled(form, theirs)

    assert (conflicts, missing) == ([name], [])
    expected = mine if chosen == "mine" else theirs
    assert forms.to_fields(forms.only_known(settled)) == forms.to_fields(expected)


def test_a_mark_that_two_people_set_is_no_choice() -> None:
    for name in forms.MARKS:
        assert forms.merged(EMPTY, EMPTY | {name: ["true"]}, EMPTY | {name: ["true"]})[1] == []


@pytest.mark.parametrize("mine", [{forms.NUMBER: ["199001012385"]}, {forms.REMOVE_NUMBER: ["true"]}])
@pytest.mark.parametrize("chosen", ["mine", "theirs"])
def test_an_identity_number_that_both_changed_is_a_choice_without_being_seen(mine: forms.Typed, chosen: str) -> None:
    together, conflicts = forms.merged(EMPTY, EMPTY | mine, EMPTY, {forms.NUMBER})
    form = together | {"both": conflicts, f"choose:{forms.NUMBER}": [chosen]}
    form |= {f"mine:{name}": text for name, text in mine.items()}
    settled, missing = forms.settled(form, EMPTY)

    assert (conflicts, missing) == ([forms.NUMBER], [])
    told = forms.to_fields(settled)[forms.NUMBER]
    assert told == (None if chosen == "theirs" else mine.get(forms.NUMBER, [""])[0])


def test_every_rule_of_the_registry_has_a_swedish_sentence() -> None:
    assert units.CLOSED_IS_FINAL.code in rules.ALL
    assert set(rules.ALL) <= set(texts.ERRORS)


@pytest.mark.parametrize("path", forms.SINGLE)
def test_every_input_has_a_swedish_name(path: str) -> None:
    assert path == forms.REMOVE_NUMBER or texts.field(path) != path


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "\\\\evil", "/\\evil.example", "evil", "", None, "/a\r\nb"]
)
def test_a_login_never_leads_to_another_site(wanted: str | None) -> None:
    assert safe_path(wanted) == "/"


def test_a_moment_is_told_on_the_clock_of_the_zone() -> None:
    assert texts.moment("2026-11-23T23:30:00Z", "Europe/Stockholm") == "24 november 2026 kl. 00.30"
    assert texts.moment("2026-07-01T10:00:00+00:00", "Europe/Stockholm") == "1 juli 2026 kl. 12.00"


def test_two_changes_of_the_same_field_wait_for_a_choice_and_nothing_typed_is_lost() -> None:
    typed = {"both": ["url", "email"], "mine:url": ["https://min.se"], "choose:url": ["theirs"],
             "mine:email": ["min@lund.se"], "schoolName": ["Kvar"]}  # fmt: skip

    settled, missing = forms.settled(typed, {"url": ["https://deras.se"], "email": ["deras@lund.se"]})

    assert missing == ["email"]
    assert forms.only_known(settled) == {
        "url": ["https://deras.se"], "email": ["min@lund.se"], "schoolName": ["Kvar"],
    }  # fmt: skip


def test_a_changed_place_empties_the_system_that_nobody_touched() -> None:
    base = {name: [text] for name, text in zip(forms.PLACE_PATHS, ("55.7", "13.2", "6174000", "386000"), strict=True)}
    north, east, latitude, longitude = (*forms.PLACE_PATHS[2:], *forms.PLACE_PATHS[:2])

    moved = forms.placed(base | {latitude: ["55.8"]}, base)
    on_the_grid = forms.placed(base | {north: ["6175000"]}, base)
    both = base | {latitude: ["55.8"], north: ["6185000"]}

    assert moved == {latitude: ["55.8"], longitude: ["13.2"]}
    assert on_the_grid == {north: ["6175000"], east: ["386000"]}
    assert forms.placed(both, base) == both
    assert forms.placed(base, base) == base


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("www.skolan.se", "https://www.skolan.se"), (" skolan.se/om ", "https://skolan.se/om"),
        ("http://skolan.se", "http://skolan.se"), ("https://skolan.se", "https://skolan.se"), ("", ""),
        ("javascript:alert(1)", "javascript:alert(1)"), ("/skolan.se", "/skolan.se"), ("skolan", "skolan"),
    ],
)  # fmt: skip
def test_a_web_address_gets_the_scheme_that_nobody_types(typed: str, meant: str) -> None:
    assert web.address(typed) == meant


def test_what_belongs_to_a_school_type_that_is_not_ticked_is_left_out() -> None:
    typed = {
        "displayName": ["Skolan"], "schoolTypes": ["GY"], "schoolTypeProperties/gr/grades": ["1", "2"],
        "schoolTypeProperties/gy/programmes": ["NA25"], "specialSupportSchool": ["true"], "reportsStudents": ["NEJ"],
    }  # fmt: skip

    fields = forms.to_fields(typed)

    assert fields["schoolTypeProperties"] == {"gy": {"programmes": ["NA25"]}}
    assert (fields["specialSupportSchool"], fields["reportsStudents"]) == (None, None)
    ticked = forms.to_fields(typed | {"schoolTypes": ["GY", "GR"], "schoolUnitType": ["CENTRAL"]})
    assert ticked["schoolTypeProperties"]["gr"] == {"grades": ["1", "2"]}
    assert (ticked["specialSupportSchool"], ticked["reportsStudents"]) == (True, "NEJ")


def test_each_input_is_asked_for_in_one_group() -> None:
    assert {forms.group_of(name) for name in forms.NAMES} == set(forms.GROUPS)
    assert forms.in_groups(["schoolTypes", "url", "addresses/BESOKSADRESS/locality"]) == [
        "namn",
        "adresser",
        "verksamhet",
    ]
