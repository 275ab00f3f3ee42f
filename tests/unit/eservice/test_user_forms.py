"""What is typed about users, credentials and letters."""

from datetime import date

import pytest

from services.eservice import texts
from services.eservice.clients.api import RefusedError
from services.eservice.forms import users as forms
from services.eservice.pages.steps import errors_of

INVITED = {"email": "nina.ny@lund.example", "role": "data-reporter", "personalIdentityNumber": ""}
ASKED = {"requestedBy": "Rut", "requestReference": "2026:1", "requestedOn": "2026-11-20", "personalIdentityNumber": ""}
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


@pytest.mark.parametrize("status", [403, 404])
def test_what_is_no_matter_of_the_page_is_raised_again(status: int) -> None:
    with pytest.raises(RefusedError):
        errors_of(RefusedError(status, {"code": "not-found"}))
