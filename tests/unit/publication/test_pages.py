"""What the public site's pages say: words, days, pictures, guides."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.publication.domain import words
from services.publication.domain.drawings import chart
from services.publication.domain.folding import written
from services.publication.pages.changed import Period
from services.publication.pages.guides import GUIDES, rendered
from services.publication.rendering import ENVIRONMENT
from tests.builders import A_DAY

A_MONTH = 31


@pytest.mark.parametrize(
    ("folded", "texts", "said"),
    [
        (["ostra"], ["Östra Torns skola"], ["Östra"]),
        (["ostra", "ostro"], ["Östra Torns skola", "Ängelholms friskola"], ["Östra"]),
        (["ecole"], ["Zeta École"], ["École"]),
        (["malmo"], ["Lund"], ["malmo"]),
    ],
)
def test_words_are_said_as_they_are_written(folded: list[str], texts: list[str], said: list[str]) -> None:
    assert written(folded, texts) == said


@pytest.mark.parametrize(
    ("text", "first", "last", "name"),
    [
        ("2026-11-25", "2026-11-25", "2026-11-25", "25 november 2026"),
        ("2026-12", "2026-12-01", "2026-12-31", "december 2026"),
        ("2028-02", "2028-02-01", "2028-02-29", "februari 2028"),
    ],
)
def test_a_period_is_a_day_or_a_month(text: str, first: str, last: str, name: str) -> None:
    period = Period.read(text)

    assert (str(period.first), str(period.last), str(period), period.name) == (first, last, text, name)
    assert period.beside(period.last + timedelta(days=1)).first == period.last + timedelta(days=1)


@pytest.mark.parametrize("text", ["2026-13", "2026-02-30", "2026", "2026-1-1", "manad", "20261125", ""])
def test_other_texts_are_no_period(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Period.read(text)


def test_an_organization_number_has_its_hyphen_also_within_a_value() -> None:
    assert words.organization_number("5560743089") == "556074-3089"
    assert words.value({"organizationNumber": "5560743089"}) == "556074-3089"


@pytest.mark.parametrize(
    ("day", "said"), [("2026-11-01", "1 nov 2026"), ("2026-03-01", "1 mars 2026"), ("2026-07-31", "31 juli 2026")]
)
def test_a_short_day_cuts_no_short_month(day: str, said: str) -> None:
    assert words.short_day(date.fromisoformat(day)) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Exempelskolan ek. för.", "Lund, Exempelskolan ek. för. Grundskola"),
        ("Lunds kommun", "Lund, Lunds kommun. Grund"),
    ],
)
def test_a_sentence_has_one_full_stop(name: str, said: str) -> None:
    unit: dict[str, Any] = {"municipality": {"displayName": "Lund"}, "organizer": {"displayName": name},
                            "schoolTypes": ["GR"], "status": "AKTIV"}  # fmt: skip
    template: Any = ENVIRONMENT.get_template("parts.html").module

    assert said in str(template.units_list([unit]))


@pytest.mark.parametrize("bars", [0, 1, 2, 14])
def test_a_chart_tells_its_first_and_its_last_bar(bars: int) -> None:
    counts = [(A_DAY + A_MONTH * number * timedelta(days=1), 1200 + number) for number in range(bars)]
    drawn = chart(counts)

    assert drawn.count("<rect") == bars + 1
    assert drawn.count("<g ") == min(bars, 2)
    assert all(words.number(count) in drawn and words.short_day(day) in drawn for day, count in counts[:: bars or 1])


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_has_a_title_and_no_link_into_the_repository(name: str) -> None:
    title, html, contents = rendered(name, "https://register.example")

    assert title
    assert [word for word in ('.md"', 'href="../', 'href=""', "localhost") if word in html] == []
    assert all(f'id="{at}"' in html for at, _ in contents)
