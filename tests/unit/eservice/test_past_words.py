"""What a comparison of two days says in words."""

from services.eservice.pages.places import with_places


def test_a_municipality_is_named_and_an_unknown_code_stays_as_it_is() -> None:
    moved = {"field": "municipalityCode", "before": "1280", "after": "9999", "protected": False}
    renamed = {"field": "displayName", "before": "1280", "after": None, "protected": False}

    told = with_places([moved, renamed], {"1280": "Malmö"})

    assert (told[0]["before"], told[0]["after"]) == ("Malmö (1280)", "9999")
    assert told[1] == renamed
    assert moved["before"] == "1280"
