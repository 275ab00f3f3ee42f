"""What mails about reorganisations say."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.contracts.reorganisations import (
    ReorganisationChanged,
    ReorganisationPlanned,
    ReorganisationTookEffect,
    ReorganisationUndone,
)
from services.notifications.domain.notices import Scene
from services.notifications.domain.reorganisation_notices import Kind, reorganisation

SCENE = Scene("Lunds kommun", "2120001132", "karin kontakt", datetime(2026, 11, 25, 8, tzinfo=UTC),
              ZoneInfo("Europe/Stockholm"))  # fmt: skip


def fact(kind: Kind, sources: int = 1) -> Any:
    part = {"schoolUnitCode": "27508103", "displayName": "Svaleboskolan"}
    new = {"schoolUnitCode": "61370428", "displayName": "Svalebo F-6"}
    days = {"effectiveDate": date(2027, 8, 16), "registerDay": date(2026, 11, 25)}
    whose = {"reorganisationId": "6b0f3f3c", "organizationNumber": "2120001132", "version": 1}
    return kind.model_validate(days | whose | {"sources": [part] * sources, "results": [new]})


@pytest.mark.parametrize(
    ("kind", "heading", "can_undo"),
    [
        (ReorganisationPlanned, "En omorganisation är planerad till 16 augusti 2027: Svaleboskolan", True),
        (ReorganisationChanged, "En omorganisation har ändrats, och gäller från 16 augusti 2027: Svaleboskolan", True),
        (ReorganisationUndone, "En omorganisation är ångrad: Svaleboskolan", False),
        (ReorganisationTookEffect, "En omorganisation gäller från i dag: Svaleboskolan", False),
    ],
)
def test_each_says_what_happened_and_names_both_sides(kind: Kind, heading: str, *, can_undo: bool) -> None:
    notice = reorganisation(SCENE, fact(kind))

    assert notice.heading == heading
    assert ("Gamla skolenheter", "Svaleboskolan (27508103)") in notice.facts
    assert ("Nya skolenheter", "Svalebo F-6 (61370428)") in notice.facts
    assert notice.link == ("Se omorganisationen", "/omorganisationer/6b0f3f3c")
    assert bool(notice.after) is can_undo


def test_many_units_are_counted_in_the_heading() -> None:
    assert reorganisation(SCENE, fact(ReorganisationUndone, 7)).heading.endswith(": 7 skolenheter")
