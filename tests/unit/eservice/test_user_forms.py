"""What is typed about users, credentials and letters."""

from datetime import date

import pytest

from services.eservice import texts
from services.eservice.clients.api import RefusedError
from services.eservice.forms import users as forms
from services.eservice.pages.steps import errors_of

INVITED = {"email": "nina.ny@lund.example", "role": "data-reporter", "personalIdentityNumber": ""}
ASKED = {"requestedBy": "Rut", "requestReference": "2026:1", "requestedOn": "2026-11-20", "address": "",
         "personalIdentityNumber": ""}  # fmt: skip
TODAY = date(2026, 11, 24)


def test_an_invitation_needs_an_address_and_a_role() -> None:
    assert forms.invitation(INVITED) == {}
    assert set(forms.invitation(dict.fromkeys(INVITED, ""))) == {"email", "role"}


@pytest.mark.parametrize("email", ["nina", "nina@lund", "a b@lund.se", "nina@lund.se, olle@lund.se", "<nina@lund.se>"])
def test_an_address_is_one_address(email: str) -> None:
    assert forms.invitation(INVITED | {"email": email}) == {"email": texts.ERRORS["email-form"]}


@pytest.mark.parametrize("number", ["199006069000", "19900606-9000", " 19900606 9000 "])
def test_a_personal_identity_number_is_taken_as_people_write_it(number: str) -> None:
    assert forms.invitation(INVITED | {"personalIdentityNumber": number}) == {}
    assert forms.number_or_none(number) == "199006069000"


@pytest.mark.parametrize("number", ["199006069001", "9006069000", "199013319000", "nina"])
def test_a_wrong_personal_identity_number_is_told(number: str) -> None:
    assert set(forms.invitation(INVITED | {"personalIdentityNumber": number})) == {"personalIdentityNumber"}


def test_a_request_has_a_day_that_has_been() -> None:
    assert forms.letter(ASKED, TODAY) == {}
    assert forms.letter(ASKED | {"requestedOn": "2026-11-25"}, TODAY) == {"requestedOn": texts.ERRORS["date-in-future"]}
    assert forms.letter(ASKED | {"requestedOn": "i går"}, TODAY) == {"requestedOn": texts.ERRORS["date-needed"]}


@pytest.mark.parametrize("day", ["2026-11-17", "20261117", " 2026-11-17 ", "2026-W47-2", "2026W472"])
def test_a_day_is_taken_in_any_iso_form_and_read_the_same(day: str) -> None:
    assert forms.letter(ASKED | {"requestedOn": day}, TODAY) == {}
    assert forms.day_or_none(day) == date(2026, 11, 17)
    assert texts.day(day) == "17 november 2026"


@pytest.mark.parametrize("day", ["i går", "2026-13-40", "2026", "\x00", "--", "20261117x"])
def test_what_is_no_day_is_told_and_shown_as_it_is(day: str) -> None:
    assert forms.letter(ASKED | {"requestedOn": day}, TODAY) == {"requestedOn": texts.ERRORS["date-needed"]}
    assert texts.day(day) == day


def test_an_address_has_five_lines_of_a_hundred_characters() -> None:
    lines = "Sjöbo kommun\r\n Gamla torg 10 \r\n\r\n275 80 Sjöbo"

    assert forms.address(lines) == ["Sjöbo kommun", "Gamla torg 10", "275 80 Sjöbo"]
    assert forms.letter(ASKED | {"address": lines}, TODAY) == {}
    for wrong in ("x\n" * 6, "x" * 101, "a\x00b"):
        assert set(forms.letter(ASKED | {"address": wrong}, TODAY)) == {"address"}


@pytest.mark.parametrize("days", ["", "0", "366", "-1", "1,5", "٣"])
def test_a_credential_holds_for_at_most_a_year(days: str) -> None:
    assert set(forms.credential({"label": "Systemet", "days": days})) == {"days"}


def test_a_text_is_neither_too_long_nor_invisible() -> None:
    assert set(forms.lock({"reason": "x" * 501})) == {"reason"}
    assert set(forms.lock({"reason": "a\x00b"})) == {"reason"}
    assert forms.lock({"reason": "Rad ett\r\nRad två"}) == {}


@pytest.mark.parametrize("code", texts.PROBLEMS)
def test_a_refusal_is_told_in_words(code: str) -> None:
    name, text = texts.PROBLEMS[code]

    assert errors_of(RefusedError(409, {"code": code})) == {name: text}


def test_a_stale_version_and_an_unknown_refusal_are_told_too() -> None:
    assert errors_of(RefusedError(412, {"code": "stale-version"})) == dict([texts.PROBLEMS["stale"]])
    assert errors_of(RefusedError(409, {"code": "new-one"})) == dict([texts.UNKNOWN_PROBLEM])


def test_what_is_malformed_stands_beside_its_input() -> None:
    refused = RefusedError(422, {"code": "malformed", "errors": [{"pointer": "/email", "code": "email-form"}]})

    assert errors_of(refused) == {"email": texts.ERRORS["email-form"]}


def test_what_is_malformed_in_a_line_stands_beside_the_input_of_all_lines() -> None:
    refused = RefusedError(422, {"code": "malformed", "errors": [{"pointer": "/address/2", "code": "too-long"}]})

    assert set(errors_of(refused)) == {"address"}


@pytest.mark.parametrize("status", [403, 404])
def test_what_is_no_matter_of_the_page_is_raised_again(status: int) -> None:
    with pytest.raises(RefusedError):
        errors_of(RefusedError(status, {"code": "not-found"}))
