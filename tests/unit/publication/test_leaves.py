"""What changed, as rows that a spreadsheet's reader understands."""

from typing import Any

import pytest

from services.publication.domain.leaves import changed

VISIT = {"type": "BESOKSADRESS", "streetAddress": "Gatan 1", "geoCoordinates": {"latitude": 55.7}}
POST = {"type": "POSTADRESS", "streetAddress": "Box 1", "geoCoordinates": None}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("Svaleboskolan", "Nya skolan", [("f", "Svaleboskolan", "Nya skolan")]),
        (None, "a", [("f", "", "a")]),
        ("a", None, [("f", "a", "")]),
        (None, False, [("f", "", "N")]),
        (True, False, [("f", "J", "N")]),
        (["GR"], ["GR", "FKLASS"], [("f", "GR", "GR FKLASS")]),
        ({"gr": {"grades": ["1", "2"]}}, {"gr": {"grades": ["1"]}}, [("f.gr.grades", "1 2", "1")]),
        ({"gr": {"grades": ["1"]}}, {}, [("f.gr.grades", "1", "")]),
        ([VISIT, POST], [POST, VISIT | {"streetAddress": "Gatan 2"}],
         [("f.BESOKSADRESS.streetAddress", "Gatan 1", "Gatan 2")]),
        ([POST], [POST, VISIT],
         [("f.BESOKSADRESS.streetAddress", "", "Gatan 1"), ("f.BESOKSADRESS.geoCoordinates.latitude", "", "55.7")]),
        ([{"validTo": None, "schoolTypePart": "VUXSFI"}], [{"validTo": "2026-12-31", "schoolTypePart": "VUXSFI"}],
         [("f.VUXSFI.validTo", "", "2026-12-31")]),
        ([{"phone": "1"}, {"phone": "2"}], [{"phone": "1"}, {"phone": "3"}], [("f.2.phone", "2", "3")]),
        ([POST, POST], [POST], [("f.1.type", "POSTADRESS", ""), ("f.1.streetAddress", "Box 1", ""),
                                ("f.2.type", "POSTADRESS", ""), ("f.2.streetAddress", "Box 1", ""),
                                ("f.POSTADRESS.streetAddress", "", "Box 1")]),
    ],
)  # fmt: skip
def test_each_plain_value_that_is_another_is_told(before: Any, after: Any, told: list[tuple[str, str, str]]) -> None:
    assert list(changed("f", before, after)) == told
