"""The pages about transfers, from the registry's answers."""

from typing import Any

import pytest

from services.eservice import transfer_texts
from services.eservice.rendering import ENVIRONMENT
from tests.unit.eservice import examples as given
from tests.unit.eservice.test_user_pages import ANNA, LUND, WITH_ME, words

GIVER = {"organizationNumber": given.LUND, "displayName": "Lunds kommun", "organizerType": "KOMMUN"}
RECEIVER = {"organizationNumber": given.SKURUP, "displayName": "Skurups kommun", "organizerType": "KOMMUN"}
CHANGED = [{"field": "state", "before": "proposed", "after": "accepted", "protected": False}]
ENTRY = {"version": 1, "at": given.AT, "actor": given.ONE, "actorRole": "contact-person", "changed": []}
FOUND: dict[str, Any] = {
    "transferId": given.ONE, "version": 1, "state": "proposed", "day": "2027-01-01", "endsOrganizer": True,
    "schoolUnits": 2, "giver": GIVER, "receiver": RECEIVER, "message": "Enligt avtal.", "refusal": None,
    "units": [{"schoolUnitCode": "27508103", "displayName": "Svaleboskolan", "status": "AKTIV"},
              {"schoolUnitCode": "10023937", "displayName": "Andra skolan", "status": "VILANDE"}],
    "mayDo": ["acceptance", "refusal", "withdrawal"],
    "entries": [ENTRY, ENTRY | {"version": 2, "changed": CHANGED}],
}  # fmt: skip
LIST = {"total": 60, "page": 1, "pages": 2, "transfers": [FOUND]}
MOVE = {"field": "organizationNumber", "before": given.LUND, "after": given.SKURUP, "protected": False}
PREVIEW = {"receiver": RECEIVER, "schoolUnits": [
    {"schoolUnitCode": "27508103", "displayName": "Svaleboskolan", "changed": [
        MOVE, {"field": "orientationType", "before": "WALDORF", "after": "EJ_RELEVANT", "protected": False}]},
]}  # fmt: skip
KARIN = {"person": given.KARIN, "acting": LUND, "at": "/byten/x"}
ONE = KARIN | {"found": FOUND, "told": transfer_texts.happened(FOUND["entries"])}

PAGES: dict[str, dict[str, Any]] = {
    "start": KARIN | {"first": "/först"},
    "receiver": KARIN | {"q": "skurup", "found": [RECEIVER]},
    "units": KARIN | {"to": RECEIVER, "units": FOUND["units"], "back_to": "/vem"},
    "day": KARIN | {"to": RECEIVER, "today": "2026-11-25", "back_to": "/vilka"},
    "check": KARIN | {"found": PREVIEW, "on": "2027-01-01", "ends_organizer": True, "change": "/dag"},
    "list": KARIN | {"found": LIST, "start": "/börja"},
    "all": ANNA | {"found": LIST, "states": ["proposed"]},
    "transfer": ONE,
    "accept": ONE,
    "withdraw": ONE,
    "decline": ONE,
    "decline_check": ONE | {"typed": {"reason": ["Inga lokaler."]}, "change": "/skäl"},
    "receipt": ONE | {"told": {"kind": "proposed"}},
}


def render(name: str, **values: Any) -> str:
    known = {**WITH_ME, "path": "/", **PAGES[name], **values}
    return ENVIRONMENT.get_template(f"transfers/{name}.html").render(known)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_a_title_and_one_heading_and_says_nothing_undefined(name: str) -> None:
    html = render(name)

    assert "<title>" in html
    assert html.count("<h1") == 1
    assert "None" not in html
    assert "Undefined" not in html


@pytest.mark.parametrize("name", ["units", "day", "transfer", "decline", "check", "accept", "withdraw"])
def test_a_refusal_is_said_first_and_in_the_title(name: str) -> None:
    html = render(name, errors={"": "Det gick inte."})

    assert "<title>Fel: " in html
    assert html.index("Det gick inte.") < html.index("<h1")


def test_the_check_page_tells_each_change_of_each_unit_and_the_end() -> None:
    told = words(render("check"))

    assert "Svaleboskolan (27508103) Huvudman Lunds kommun Skurups kommun" in told
    assert "Svaleboskolan (27508103) Inriktning Waldorf Ej relevant" in told
    assert "Lunds kommun upphör som huvudman." in told


def test_a_transfer_offers_what_the_caller_may_do_and_no_more() -> None:
    assert [text in words(render("transfer")) for text in ("Godkänn bytet", "Tacka nej", "Dra tillbaka bytet")] == (
        [True] * 3
    )
    assert "/godkann" not in render("transfer", found=FOUND | {"mayDo": []})
    assert "Föreslogs" in words(render("transfer"))
    assert "Godkändes av mottagaren" in words(render("transfer"))


def test_units_lead_each_side_to_what_it_may_read() -> None:
    moved = FOUND | {"state": "effective", "mayDo": []}

    assert "/enheter/27508103/historik" in render("transfer", found=moved)
    before = render("transfer")
    assert "/enheter/27508103" in before
    assert "/enheter/27508103/historik" not in before
    receiver = LUND | {"number": given.SKURUP}
    assert "/enheter/27508103" not in render("transfer", acting=receiver)
    assert 'href="/enheter/27508103"' in render("transfer", acting=receiver, found=moved)


@pytest.mark.parametrize("kind", transfer_texts.RECEIPTS)
def test_every_receipt_says_what_was_done(kind: str) -> None:
    assert f'<h1 class="govuk-heading-l">{transfer_texts.RECEIPTS[kind]}</h1>' in render("receipt", told={"kind": kind})
