"""The pages about users, API credentials, persons and letters, from identity's answers."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.eservice import account_texts, texts
from services.eservice.rendering import ENVIRONMENT, acting_for, only_organizer
from services.eservice.session import Session
from tests.unit.eservice import examples as given

SOON = datetime.now(UTC) + timedelta(minutes=30)
SESSION = Session(b"", "token", None, SOON, can_be_longer=True)  # type: ignore[arg-type]  # no page shows tokens
WITH_ME: dict[str, Any] = {"session": SESSION, "zone": "Europe/Stockholm", "contact": "hjalp@example.org",
                           "errors": {}, "typed": {}, "hidden": [("key", "k" * 16)], "action": "/gör/spara",
                           "cancel": "/tillbaka", "number": given.LUND, "home": "/hem", "restored": False,
                           "names": {given.ONE: "Karin Kontakt"},
                           "warning": timedelta(minutes=5)}  # fmt: skip
LUND = acting_for(given.KARIN, given.LUND, "Lunds kommun")
KARIN = {"person": given.KARIN, "acting": LUND, "found": given.USERS}
ANNA = {"person": given.ANNA, "acting": None}
TYPED = {"email": ["nina.ny@lund.example"], "role": ["contact-person"], "personalIdentityNumber": [""],
         "reason": ["Har lånat ut sitt konto"], "requestedBy": ["Rut Rektor"], "requestReference": ["2026:1"],
         "requestedOn": ["20261120"]}  # fmt: skip
KEY = KARIN | {"found": given.CREDENTIALS, "credential": given.CREDENTIAL,
               "api": f"http://localhost:8080/api/registry/organizers/{given.LUND}"}  # fmt: skip
ORGANIZER = {"organizationNumber": given.SKURUP, "displayName": "Skurups kommun"}

OFFER = {"organizationNumber": given.SKURUP, "organizerName": "Skurups kommun", "role": "contact-person",
         "expiresAt": None, "emailNeeded": True}  # fmt: skip
TERMS = {"accepted": False, "current": {"version": 1}}

PAGES: dict[str, dict[str, Any]] = {
    "cannot_join": KARIN | {"refusal": account_texts.OTHER_PERSON, "back": "/inbjudan"},
    "join": ANNA | {"found": OFFER, "terms": TERMS, "html": "", "email": ""},
    "locked": {"person": None, "acting": None, "session": None},
    "start": ANNA | {"organizers": [ORGANIZER | {"schoolUnits": 3, "role": "register-administration"}] * 50,
                     "is_administration": True, "q": ""},
    "users/list": KARIN,
    "users/user": KARIN | {"user": given.user(), "other_role": "contact-person"},
    "users/role": KARIN | {"user": given.user(), "role": "contact-person"},
    "users/end": KARIN | {"user": given.user()},
    "users/invite": KARIN,
    "users/invite_check": KARIN | {"typed": TYPED, "change": "/ändra"},
    "users/invitation": KARIN | {"invitation": given.INVITATION},
    "users/resend": KARIN | {"invitation": given.INVITATION},
    "users/withdraw": KARIN | {"invitation": given.INVITATION},
    "users/review": KARIN | {"reviews": given.REVIEWS},
    "users/receipt": KARIN | {"told": {"kind": "invited", "email": "nina.ny@lund.example", "expires": given.AT}},
    "credentials/list": KEY,
    "credentials/new": KEY,
    "credentials/credential": KEY,
    "credentials/rotate": KEY,
    "credentials/revoke": KEY,
    "credentials/receipt": KEY | {
        "told": {"kind": "issued", "label": "Systemet", "client": "api-3f2a9c01b7d4", "secret": "hemlig",
                 "token_url": given.TOKEN_URL, "expires": given.AT},
    },
    "administration/overview": ANNA | {"letters": [given.LETTER]},
    "administration/people": ANNA | {"q": "ulf", "found": [given.PERSON]},
    "administration/person": ANNA | {"one": given.LOCKED},
    "administration/lock": ANNA | {"one": given.PERSON},
    "administration/lock_check": ANNA | {"one": given.PERSON, "typed": TYPED},
    "administration/unlock": ANNA | {"one": given.LOCKED},
    "administration/letters": ANNA | {"letters": [given.LETTER], "number": ""},
    "administration/letter_for": ANNA | {"q": "skurup", "organizers": [ORGANIZER]},
    "administration/letter_new": ANNA | {"organizer": ORGANIZER, "earlier": [given.LETTER]},
    "administration/letter_check": ANNA | {"organizer": ORGANIZER, "typed": TYPED, "address": ["Gamla torg 10"]},
    "administration/letter": ANNA | {"letter": given.LETTER},
    "administration/reissue": ANNA | {"letter": given.LETTER},
    "administration/withdraw": ANNA | {"letter": given.LETTER},
    "administration/receipt": ANNA | {"told": {"kind": "issued", "letter": given.ONE, "expires": given.AT}},
}  # fmt: skip


def render(template: str, **values: Any) -> str:
    return ENVIRONMENT.get_template(f"{template}.html").render({**WITH_ME, **PAGES[template], **values})


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.parametrize("template", PAGES)
def test_a_page_has_a_title_and_one_heading_and_says_nothing_undefined(template: str) -> None:
    html = render(template)

    assert re.search(r"<title>[^<]{3,} – Skolenhetsregistret</title>", html)
    assert html.count("<h1") == 1
    assert "None" not in html
    assert "Undefined" not in html


@pytest.mark.parametrize("template", [name for name in PAGES if "/receipt" not in name])
def test_a_refusal_is_said_first_and_in_the_title_where_something_can_be_done(template: str) -> None:
    if 'action="/gör' not in (html := render(template, errors={"": "Det gick inte."})):
        return

    assert "<title>Fel: " in html
    assert html.index("Det gick inte.") < html.index("<h1")


def test_a_protected_person_has_neither_name_nor_address() -> None:
    html = words(render("users/list"))

    assert "Person med skyddade personuppgifter (4F2A) Uppgiftslämnare Visas inte" in html


def test_who_confirmed_invited_and_issued_is_told_apart_where_protected() -> None:
    protected = {given.ONE: texts.person({"name": None, "reference": "6B96"})}

    for template in ("users/review", "users/invitation", "credentials/credential"):
        assert "Person med skyddade personuppgifter (6B96)" in words(render(template, names=protected))


def test_who_may_accept_is_said_as_it_is() -> None:
    anybody, one = "Den som får mejlet kan tacka ja.", "Bara personen med det här personnumret kan tacka ja"
    numbered = TYPED | {"personalIdentityNumber": ["199006069000"]}

    assert anybody in words(render("users/invite_check"))
    assert one not in words(render("users/invite_check"))
    assert one in words(render("users/invite_check", typed=numbered))
    assert anybody not in words(render("users/invite_check", typed=numbered))


def test_a_letter_has_its_reference_and_address() -> None:
    html = words(render("administration/letter"))

    assert f"Beteckning {given.ONE[:8]}-1" in html
    assert "Postadress Skurups kommun 274 80 Skurup" in html
    assert "20 november 2026" in words(render("administration/letter_check"))
    assert "Postadress Gamla torg 10" in words(render("administration/letter_check"))


def test_the_last_contact_person_is_told_why_and_what_to_do() -> None:
    last = given.user(role="contact-person", isLastContactPerson=True)

    html = words(render("users/user", user=last, other_role="data-reporter"))

    assert "alltid minst en kontaktperson" in html
    assert "Bjud in en kontaktperson" in html
    assert "Avsluta behörigheten" not in html


def test_whom_one_acts_for_is_in_the_head_with_a_way_to_the_others() -> None:
    acting = acting_for(given.BO, given.SKURUP, "Skurups kommun")

    html = render("users/list", person=given.BO, acting=acting)

    assert "Du företräder Skurups kommun som uppgiftslämnare" in words(html)
    assert f'<a href="/huvudman/{given.LUND}/oversikt">Lunds kommun</a> (kontaktperson)' in html


def test_a_data_reporter_is_not_led_to_users_and_credentials() -> None:
    acting = acting_for(given.BO, given.SKURUP, "Skurups kommun")

    menu = render("users/list", person=given.BO, acting=acting).split("</nav>")[0]

    assert f"/huvudman/{given.SKURUP}/oversikt" in menu
    assert f"/huvudman/{given.SKURUP}/anvandare" not in menu
    assert "/forvaltning" not in menu


def test_a_contact_person_is_told_on_every_page_when_users_are_to_be_looked_over() -> None:
    due = {**given.KARIN, "memberships": [given.KARIN["memberships"][0] | {"reviewDue": True}]}

    assert "Dags att gå igenom användarna" in render("credentials/list", person=due)
    assert "Dags att gå igenom användarna" not in render("credentials/list")


def test_who_acts_for_one_organizer_alone_sees_it_everywhere() -> None:
    assert only_organizer(given.KARIN) == LUND
    assert only_organizer(given.BO) is None
    assert only_organizer(given.ANNA) is None


def test_who_is_not_the_invited_is_told_who_is_logged_in() -> None:
    html = words(render("cannot_join"))

    assert "Du är inloggad som Karin Kontakt" in html
    assert "Logga ut och logga in som den som är inbjuden, eller be om en ny inbjudan." in html


def test_a_tick_once_set_stays_when_something_else_is_wrong() -> None:
    errors = {"email": account_texts.ERRORS["email"]}

    assert re.search(r'id="accept"[^>]* checked', render("join", accepts=True, errors=errors))
    assert not re.search(r'id="accept"[^>]* checked', render("join", accepts=False, errors=errors))


def test_a_locked_account_is_said_to_be_so_without_a_way_to_log_in() -> None:
    html = render("locked")

    assert "Registerförvaltningen har spärrat kontot. Skriv till hjalp@example.org om du har frågor." in words(html)
    assert "/logga-in" not in html


def test_a_list_that_is_cut_off_says_so() -> None:
    few = PAGES["start"]["organizers"][:3]

    assert "Visar de första 50. Sök för att hitta fler." in words(render("start"))
    assert "Visar de första 50" not in words(render("start", organizers=few))


def test_an_address_invited_before_has_a_way_to_its_invitation() -> None:
    there = f"/huvudman/{given.LUND}/inbjudningar/{given.THREE}"

    assert f'href="{there}"' in render("users/invite", there=there)
    assert f'href="{there}"' not in render("users/invite")


def test_the_secret_stands_in_its_own_field_and_not_in_the_example() -> None:
    assert (
        render("credentials/receipt", told=PAGES["credentials/receipt"]["told"] | {"secret": "xyzzy"}).count("xyzzy")
        == 1
    )
