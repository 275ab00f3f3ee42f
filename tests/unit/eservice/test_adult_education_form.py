"""The forms of contracts and providers: what was typed comes back, what is meant is sent."""

from services.eservice.forms import adult_education as forms

PARTS = [
    {"schoolTypePart": "VUXGY", "validFrom": "2025-08-01", "validTo": "2026-06-30"},
    {"schoolTypePart": "VUXGY", "validFrom": "2026-08-01", "validTo": None},
    {"schoolTypePart": "VUXSFI", "validFrom": "2026-01-01", "validTo": None},
]


def test_parts_go_to_the_form_and_back_without_a_difference() -> None:
    assert forms.to_parts(forms.from_parts(PARTS)) == PARTS


def test_each_part_has_an_empty_row_behind_those_that_are_filled_in() -> None:
    rows = forms.rows(forms.from_parts(PARTS))

    assert rows == {"VUXGR": 1, "VUXGY": 3, "VUXGRAN": 1, "VUXGYAN": 1, "VUXSFI": 2}


def test_rows_that_nobody_could_have_filled_in_are_passed_over() -> None:
    typed = {"schoolTypeParts/VUXGY/99/validFrom": ["2026-01-01"], "schoolTypeParts/GR/0/validFrom": ["2026-01-01"]}

    assert forms.rows(typed)["VUXGY"] == forms.MOST_PERIODS
    assert forms.to_parts({"schoolTypeParts": ["GR"], "schoolTypeParts/GR/0/validFrom": ["2026-01-01"]}) == []


def test_what_is_no_day_and_a_last_day_without_a_first_are_told_beside_their_inputs() -> None:
    typed = {"schoolTypeParts/VUXGR/0/validFrom": ["i höst"], "schoolTypeParts/VUXGY/0/validTo": ["2026-06-30"]}
    assert forms.missing_parts(typed) == {}
    typed["schoolTypeParts"] = ["VUXGR", "VUXGY"]

    assert set(forms.missing_parts(typed)) == {"schoolTypeParts/VUXGR/0/validFrom", "schoolTypeParts/VUXGY/0/validFrom"}


def test_only_a_ticked_part_counts_and_it_needs_its_first_day() -> None:
    typed = {"schoolTypeParts/VUXGR/0/validFrom": ["2026-08-01"], "schoolTypeParts": ["VUXGY"]}

    assert forms.to_parts(typed) == []
    assert list(forms.missing_parts(typed)) == ["schoolTypeParts/VUXGY/0/validFrom"]


def test_a_contract_to_come_tells_its_first_day_and_one_that_is_over_none() -> None:
    to_come = {"status": "inaktiv", "schoolTypeParts": [{"validFrom": "2027-08-01"}, {"validFrom": "2027-01-01"}]}

    assert forms.begins(to_come, "2026-11-25") == "2027-01-01"
    assert forms.begins(to_come, "2027-12-31") is None
    assert forms.begins(to_come | {"status": "aktiv"}, "2026-11-25") is None


def test_the_registrys_errors_stand_beside_the_inputs_that_they_are_about() -> None:
    errors = [
        {"pointer": "/schoolTypeParts/VUXGY/validTo", "code": "valid-to-before-from"},
        {"pointer": "/schoolTypeParts", "code": "contract-part-needed"},
        {"pointer": "/displayName", "code": "name-needed"},
        {"pointer": "", "code": "contract-organizer-type"},
    ]

    assert list(forms.errors_by_name(errors)) == [
        "schoolTypeParts/VUXGY/0/validTo", "schoolTypeParts", "providerName", "",
    ]  # fmt: skip


def test_a_number_is_taken_with_and_without_its_hyphen_and_refused_with_a_wrong_digit() -> None:
    named = {"providerName": ["Lärcentrum AB"]}

    assert forms.missing_provider(named | {"providerNumber": ["556036-0793"]}) == {}
    assert forms.to_new_provider(named | {"providerNumber": ["556036-0793"]})["organizationNumber"] == "5560360793"
    assert list(forms.missing_provider({"providerNumber": ["5560360794"]})) == ["providerNumber", "providerName"]


def test_changes_are_told_as_people_write_days() -> None:
    change = {"field": "schoolTypeParts/VUXGY", "before": None, "after": ["2025-08-01/2026-06-30", "2026-08-01/"]}

    (told,) = forms.told([change])

    assert told["after"] == "1 augusti 2025 till och med 30 juni 2026; 1 augusti 2026 och tills vidare"
    assert told["before"] is None
