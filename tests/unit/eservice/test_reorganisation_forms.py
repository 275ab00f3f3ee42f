"""What the steps of a reorganisation carry along, and the picture of it."""

import orjson
import pytest

from services.eservice.forms import reorganisations as forms
from services.eservice.reorganisation_picture import MOST, picture

NEW = {"displayName": ["Norra"], "schoolTypes": ["GR"]}
TYPED = {
    "source": ["27508103"], "results": ["2"], "made": [orjson.dumps(NEW).decode()], "effectiveDate": ["20270816"],
    "reason": [" För stor "], "versions": ['{"27508103": 3}'], "place": ["1"],
}  # fmt: skip


def unit(name: str, code: str | None = "27508103") -> dict[str, str | None]:
    return {"displayName": name, "schoolUnitCode": code}


def test_what_is_carried_comes_back_as_it_went() -> None:
    plan = forms.read(TYPED)
    assert plan
    carried: dict[str, list[str]] = {}
    for name, text in plan.hidden():
        carried.setdefault(name, []).append(text)

    assert forms.read(carried) == plan
    body = plan.body()
    assert (body["effectiveDate"], body["reason"], body["versions"]) == ("2027-08-16", "För stor", {"27508103": 3})
    assert body["results"][0]["unit"]["displayName"] == "Norra"


@pytest.mark.parametrize(
    "changed",
    [
        {"source": []}, {"source": ["1"]}, {"results": ["0"]}, {"results": ["51"]}, {"results": ["två"]},
        {"made": ["{"]}, {"made": ['{"displayName": "Norra"}']}, {"made": ["[1]"]}, {"versions": ['{"27508103": "x"}']},
        {"place": ["-1"]}, {"made": ["{}"] * 3},
    ],
)  # fmt: skip
def test_what_we_did_not_write_is_refused(changed: dict[str, list[str]]) -> None:
    assert forms.read(TYPED | changed) is None


@pytest.mark.parametrize(
    ("count", "sources", "is_right"),
    [("2", 1, True), ("1", 2, True), ("1", 1, False), ("0", 2, False), ("", 2, False), ("51", 1, False)],
)
def test_the_number_of_new_units(count: str, sources: int, is_right: bool) -> None:
    assert (forms.count_error(count, sources) is None) is is_right


def test_an_error_of_a_new_unit_stands_at_its_field_and_no_other_units() -> None:
    errors = [
        {"pointer": "/results/1/unit/displayName", "code": "name-needed"},
        {"pointer": "/results/10/unit/url", "code": "url-form"},
        {"pointer": "/sources", "code": "source-not-own", "params": {"unit": "1"}},
    ]

    assert list(forms.errors_of_result(errors, 1)) == ["displayName"]
    assert forms.place_of(errors) == 1
    assert forms.place_of(errors[2:]) is None


def test_the_picture_has_a_line_from_each_old_unit_to_each_new_one() -> None:
    drawn = picture([unit("Ett"), unit("Två")], [unit("En skola med ett mycket långt namn som inte ryms", None)])

    assert drawn
    assert len(drawn.lines) == 2
    assert all(len(line) <= 18 for line in drawn.after[0].lines)
    assert drawn.after[0].lines[-1].endswith("…")
    assert max(box.y + drawn.box_height for box in (*drawn.before, *drawn.after)) <= drawn.height


def test_too_many_units_have_no_picture() -> None:
    assert picture([unit("Ett")], [unit(str(n)) for n in range(MOST + 1)]) is None
