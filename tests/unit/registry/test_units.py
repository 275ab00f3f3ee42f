"""The rules of a school unit."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.vocabulary import OrganizerType
from services.registry.domain import checks, rules, units
from services.registry.domain.changes import changes_between
from services.registry.domain.normal import normalised
from services.registry.domain.rules import RulesBrokenError
from services.registry.domain.state import EditableFields, HeadTeacherPrivate, Surroundings
from services.registry.domain.units import edit, opened, plan
from tests.units import a_unit, fields_of

MUNICIPAL = Surroundings(OrganizerType.KOMMUN, frozenset({"1281"}))
INDEPENDENT = Surroundings(OrganizerType.ENSKILD, frozenset({"1281"}))
VISITING = {"type": "BESOKSADRESS", "streetAddress": "Storgatan 1", "postalCode": "222 22", "locality": "Lund"}


def broken(around: Surroundings = MUNICIPAL, **changes: Any) -> set[tuple[str, str]]:
    unit = a_unit()
    try:
        edit(unit, fields_of(unit, **changes), around)
    except RulesBrokenError as error:
        return {(b.pointer, b.rule.code) for b in error.broken}
    return set()


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"displayName": "  "}, "/displayName", "name-needed"),
        ({"displayName": "x" * 201}, "/displayName", "too-long"),
        ({"url": "javascript:alert(1)"}, "/url", "url-form"),
        ({"email": "nobody"}, "/email", "email-form"),
        ({"phoneNumber": "ring"}, "/phoneNumber", "phone-form"),
        ({"headMasterPersonalIdentityNumber": "199001012384"}, "/headMasterPersonalIdentityNumber",
         "personal-identity-number-form"),
        ({"orientationType": "WALDORF"}, "/orientationType", "orientation-only-for-independent"),
        ({"municipalityCode": None}, "/municipalityCode", "municipality-needed"),
        ({"municipalityCode": "9999"}, "/municipalityCode", "municipality-unknown"),
        ({"schoolTypes": [], "schoolTypeProperties": {}}, "/schoolTypes", "school-type-needed"),
        ({"schoolTypes": ["FTH"], "schoolTypeProperties": {}, "hospitalSchool": True}, "/hospitalSchool",
         "only-with-compulsory-school"),
        ({"schoolTypes": ["FTH"]}, "/schoolTypeProperties/gr", "details-without-school-type"),
        ({"schoolTypeProperties": {"gr": {"grades": ["10"]}}}, "/schoolTypeProperties/gr/grades", "grade-unknown"),
        ({"municipalAdultEducationProvidedInternally": True}, "/municipalAdultEducationProvidedInternally",
         "internally-only-adult-education"),
        ({"reportsPersonell": "NEJ"}, "/reportsPersonell", "reports-only-central"),
        ({"addresses": [VISITING, VISITING]}, "/addresses/BESOKSADRESS", "address-type-once"),
        ({"addresses": [VISITING | {"postalCode": "12"}]}, "/addresses/BESOKSADRESS/postalCode", "postal-code-form"),
        ({"addresses": [VISITING | {"locality": None}]}, "/addresses/BESOKSADRESS/locality", "locality-needed"),
        ({"addresses": [{"type": "UTLANDSADRESS", "country": "Spanien"}]}, "/addresses/UTLANDSADRESS",
         "address-abroad-only"),
        ({"schoolUnitType": "UTLAND", "addresses": [{"type": "UTLANDSADRESS", "streetAddress": "Calle 1"}]},
         "/addresses/UTLANDSADRESS/country", "country-needed"),
    ],
)  # fmt: skip
def test_a_broken_rule_is_told_at_its_field(changes: dict[str, Any], pointer: str, code: str) -> None:
    assert (pointer, code) in broken(**changes)


def test_all_broken_rules_are_told_at_once() -> None:
    assert len(broken(displayName="", url="x", email="y")) == 3


def test_an_independent_unit_has_an_orientation() -> None:
    assert broken(INDEPENDENT, orientationType="WALDORF") == set()


def test_a_closed_unit_is_final() -> None:
    unit = a_unit(status="UPPHORT")

    with pytest.raises(RulesBrokenError) as raised:
        edit(unit, fields_of(unit, displayName="Ny"), MUNICIPAL)

    assert [b.rule.code for b in raised.value.broken] == ["closed-unit-is-final"]


def test_an_edit_that_alters_nothing_gives_the_same_unit_and_no_changes() -> None:
    unit = a_unit()

    assert edit(unit, fields_of(unit), MUNICIPAL) == (unit, ())


def test_a_change_names_its_path_with_before_and_after() -> None:
    unit = a_unit(addresses=[VISITING | {"postalCode": "22222"}])

    edited, changed = edit(unit, fields_of(unit, addresses=[VISITING | {"streetAddress": "Nygatan 2"}]), MUNICIPAL)

    assert edited.version == 2
    assert [(c.field, c.before, c.after) for c in changed] == [
        ("addresses/BESOKSADRESS/streetAddress", "Storgatan 1", "Nygatan 2")
    ]


def test_a_private_value_is_named_and_never_told() -> None:
    unit = a_unit(HeadTeacherPrivate(None, "gammal@lund.se"))
    intent = fields_of(unit, headMasterPersonalIdentityNumber="19900101-2385", headMasterWorkEmail="rut@lund.se")

    edited, changed = edit(unit, intent, MUNICIPAL)

    assert edited.private == HeadTeacherPrivate("199001012385", "rut@lund.se")
    assert {(c.field, c.before, c.after, c.protected) for c in changed} == {
        ("headMasterPersonalIdentityNumber", None, None, True),
        ("headMasterWorkEmail", None, None, True),
    }
    assert "199001012385" not in edited.public.model_dump_json()


def test_a_private_value_stays_when_not_given_and_goes_when_emptied() -> None:
    unit = a_unit(HeadTeacherPrivate("199001012385", "rut@lund.se"))

    kept, _ = edit(unit, fields_of(unit, displayName="Ny"), MUNICIPAL)
    emptied, changed = edit(unit, fields_of(unit, headMasterPersonalIdentityNumber=""), MUNICIPAL)

    assert kept.private.personal_identity_number == "199001012385"
    assert emptied.private.personal_identity_number is None
    assert [c.field for c in changed] == ["headMasterPersonalIdentityNumber"]


def test_one_system_of_coordinates_gives_the_other() -> None:
    unit = a_unit()
    place = {"latitude": "55,7047", "longitude": "13,1910"}

    edited, _ = edit(unit, fields_of(unit, addresses=[VISITING | {"geoCoordinates": place}]), MUNICIPAL)

    found = edited.public.addresses[0].geo_coordinates
    assert found is not None
    assert found.latitude == "55.7047"
    assert found.coordinate_swe_ref_n is not None
    assert abs(float(found.coordinate_swe_ref_n) - 6_174_900) < 1000


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ({"latitude": "x", "longitude": "13"}, "coordinate-form"),
        ({"latitude": "40.4", "longitude": "-3.7"}, "coordinate-outside"),
        ({"latitude": "55.7", "longitude": "13.2", "coordinateSweRefN": "7000000", "coordinateSweRefE": "600000"},
         "coordinates-differ"),
    ],
)  # fmt: skip
def test_a_place_must_be_one_place_in_sweden(place: dict[str, str], code: str) -> None:
    assert code in {found for _, found in broken(addresses=[VISITING | {"geoCoordinates": place}])}


def test_a_planned_unit_starts_later_and_opens_on_its_day() -> None:
    start, intent = date(2027, 7, 1), fields_of(a_unit())

    unit = plan("43038662", "2120001132", start, intent, MUNICIPAL, day=date(2026, 11, 24))
    active, changed = opened(unit)

    assert unit.public.status == "PLANERAD"
    assert active.public.status == "AKTIV"
    assert [(c.field, c.before, c.after) for c in changed] == [("status", "PLANERAD", "AKTIV")]


def test_a_planned_unit_cannot_start_today() -> None:
    with pytest.raises(RulesBrokenError):
        plan("43038662", "2120001132", date(2026, 11, 24), fields_of(a_unit()), MUNICIPAL, day=date(2026, 11, 24))


texts = st.text(max_size=30)
typed = st.fixed_dictionaries(
    {
        "displayName": texts, "schoolName": texts, "url": texts, "email": texts, "phoneNumber": texts,
        "headMaster": texts, "headMasterPersonalIdentityNumber": texts, "headMasterWorkEmail": texts,
        "addresses": st.lists(
            st.fixed_dictionaries(
                {"type": st.sampled_from(["BESOKSADRESS", "POSTADRESS", "UTLANDSADRESS"]), "streetAddress": texts,
                 "postalCode": texts, "locality": texts, "country": texts,
                 "geoCoordinates": st.fixed_dictionaries({"latitude": texts, "longitude": texts})}
            ), max_size=3,
        ),
        "schoolTypes": st.lists(st.sampled_from(["GR", "GY", "VUX", "SP"]), max_size=4),
        "schoolTypeProperties": st.fixed_dictionaries(
            {"gr": st.fixed_dictionaries({"grades": st.lists(texts, max_size=3)}),
             "gy": st.fixed_dictionaries({"programmes": st.lists(texts, max_size=3), "csnCode": texts})}
        ),
        "municipalityCode": st.sampled_from(["1281", "", None]),
    }
)  # fmt: skip


@given(typed)
def test_whatever_is_typed_is_taken_or_refused_by_rules(values: dict[str, Any]) -> None:
    unit = a_unit()
    intent = EditableFields.model_validate(values)

    try:
        edited, changed = edit(unit, intent, MUNICIPAL)
    except RulesBrokenError:
        return  # an answer that people can act on; any other exception fails this test
    assert changed == changes_between(unit, edited)
    assert edit(edited, fields_of(edited), MUNICIPAL)[1] == ()


@given(typed)
def test_normalising_twice_is_normalising_once(values: dict[str, Any]) -> None:
    once = normalised(EditableFields.model_validate(values))

    assert normalised(once) == once


def test_every_rule_has_a_source() -> None:
    assert checks.NAME_NEEDED.code in rules.ALL
    assert units.CLOSED_IS_FINAL.code in rules.ALL
    assert all(rule.source for rule in rules.ALL.values())


@pytest.mark.parametrize("typed", ["046 - 35 50 00", "(046) - 35 50 00", "046–35 50 00", " 046-35  50 00 "])
def test_a_telephone_number_is_taken_as_people_write_it(typed: str) -> None:
    fields = normalised(fields_of(a_unit(), phoneNumber=typed))

    assert fields.phone_number == "046-35 50 00"
    assert not [broken for broken in checks.broken_rules(fields, OrganizerType.KOMMUN, frozenset({"1281"})) if broken]


@pytest.mark.parametrize("sign", ["\x07", "\u200b", "\u202e", "\u2066", "\ufeff"])
def test_signs_that_nobody_sees_are_not_taken(sign: str) -> None:
    assert [broken.rule.code for broken in checks.text_rules(f"a{sign}b", "/schoolName", 200)] == ["bad-characters"]


@pytest.mark.parametrize("text", ["Skolan på Åsen", "\U0001f469\u200d\U0001f3eb", "ma\u0301ndag"])
def test_signs_that_belong_to_others_are_taken(text: str) -> None:
    assert list(checks.text_rules(text, "/schoolName", 200)) == []
