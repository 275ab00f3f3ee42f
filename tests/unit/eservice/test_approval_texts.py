"""The approval's words: what has happened to a thing, how many, how long."""

from typing import Any

import pytest

from services.eservice import approval_texts

APPROVED = {"schoolYear": "2026/27", "version": 1, "day": "2026-06-09"}
CHANGE = {"field": "url", "before": None, "after": "a", "protected": False}


def item(**other: Any) -> dict[str, Any]:
    return {
        "kind": "school-unit", "aggregate": "27508103", "name": "Svaleboskolan", "approved": None,
        "lastApproved": None, "changedSince": [], "changedAfter": [],
    } | other  # fmt: skip


@pytest.mark.parametrize(
    ("other", "state", "since"),
    [
        ({}, "Inte godkänd", "Inte godkänd förut"),
        ({"lastApproved": APPROVED}, "Inte godkänd", "Inget ändrat"),
        ({"lastApproved": APPROVED, "changedSince": [CHANGE]}, "Inte godkänd", "1 uppgift ändrad"),
        ({"approved": APPROVED, "lastApproved": APPROVED}, "Godkänd", "Inget ändrat"),
        ({"approved": APPROVED, "lastApproved": APPROVED, "changedAfter": [CHANGE] * 2}, "Ändrad efteråt",
         "2 uppgifter ändrade"),
    ],
)  # fmt: skip
def test_how_a_thing_stands(other: dict[str, Any], state: str, since: str) -> None:
    assert approval_texts.state(item(**other))[0] == state
    assert approval_texts.since(item(**other)) == since


@pytest.mark.parametrize(
    ("days", "words"),
    [(13, "13 dagar kvar"), (1, "1 dag kvar"), (0, "sista dagen är i dag"), (-1, "tiden har gått ut")],
)
def test_the_time_that_is_left(days: int, words: str) -> None:
    assert approval_texts.left(days) == words


def test_what_and_how_many() -> None:
    organizer, activity = item(kind="organizer"), item(kind="activity")

    assert approval_texts.counted([organizer]) == "huvudmannens uppgifter"
    assert approval_texts.counted([organizer, item(), item(), activity]) == (
        "huvudmannens uppgifter, 2 skolenheter och 1 övrig verksamhet"
    )


def test_only_what_people_call_by_code_has_one() -> None:
    assert approval_texts.code(item()) == "27508103"
    assert approval_texts.code(item(kind="organizer", aggregate="2120001132")) == "212000-1132"
    assert approval_texts.code(item(kind="activity", aggregate="activity/0b0e")) == ""


@pytest.mark.parametrize(
    ("kind", "aggregate", "page"),
    [
        ("organizer", "2120001132", "/huvudman/2120001132/uppgifter"), ("school-unit", "27508103", "/enheter/27508103"),
        ("activity", "activity/0b0e", "/huvudman/2120001132/verksamheter/0b0e"), ("other", "other/1", ""),
    ],
)  # fmt: skip
def test_where_a_thing_is_seen(kind: str, aggregate: str, page: str) -> None:
    assert approval_texts.where(item(kind=kind, aggregate=aggregate), "2120001132") == page


def test_who_may_approve_and_the_day_before() -> None:
    assert approval_texts.approvers(["contact-person", "data-reporter"]) == "kontaktpersoner och uppgiftslämnare"
    assert approval_texts.day_before("2027-06-01") == "2027-05-31"
