"""A unit taken apart and put together, and changed forwards and backwards, is the unit it was."""

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.contracts.registry import PublicUnit
from services.registry.domain.changes import changes_between, differing, flat
from services.registry.domain.past import added_up, undone, unit_of
from services.registry.domain.state import HeadTeacherPrivate
from tests.units import a_unit

TEXTS = st.sampled_from(["Svaleboskolan", "Ängens skola", "A/B", "0"])
ADDRESS = st.fixed_dictionaries(
    {"streetAddress": TEXTS},
    optional={"locality": TEXTS, "geoCoordinates": st.just({"latitude": "55.7", "longitude": "13.2"})},
)
STATES = st.fixed_dictionaries(
    {"displayName": TEXTS},
    optional={
        "status": st.sampled_from(["AKTIV", "VILANDE", "UPPHORT"]),
        "headMaster": TEXTS,
        "startdate": st.sampled_from(["2026-08-01", "2027-01-01"]),
        "schoolTypes": st.lists(st.sampled_from(["GR", "GY", "FTH"]), unique=True),
        "schoolTypeProperties": st.sampled_from(
            [{}, {"gr": {"grades": ["1", "9"]}}, {"gy": {"programmes": ["NA"], "csnCode": "1"}}]
        ),
        "specialSupportSchool": st.booleans(),
        "addresses": st.dictionaries(st.sampled_from(["BESOKSADRESS", "POSTADRESS"]), ADDRESS).map(
            lambda found: [{"type": kind, **address} for kind, address in sorted(found.items())]
        ),
    },
)


def public(state: dict[str, Any]) -> PublicUnit:
    return a_unit(**state).public


@given(STATES)
def test_what_is_taken_apart_is_put_together_again(state: dict[str, Any]) -> None:
    assert flat(unit_of(flat(public(state)))) == flat(public(state))


@given(st.lists(STATES, min_size=2, max_size=5))
def test_changes_undone_backwards_lead_to_every_state_that_was(states: list[dict[str, Any]]) -> None:
    units = [a_unit(**state) for state in states]
    fields = flat(units[-1].public)

    for before, after in reversed(list(pairwise(units))):
        changed = [change.model_dump(mode="json", by_alias=True) for change in changes_between(before, after)]
        fields = undone(fields, changed)
        assert unit_of(fields) == unit_of(flat(before.public))


def test_a_protected_field_has_no_past() -> None:
    before, after = a_unit(), a_unit(HeadTeacherPrivate("199001012385", "rut@lund.example"))

    changed = [change.model_dump(mode="json", by_alias=True) for change in changes_between(before, after)]

    assert [change["protected"] for change in changed] == [True, True]
    assert undone(flat(after.public), changed) == flat(before.public)


@given(st.lists(STATES, min_size=1, max_size=5))
def test_what_all_changes_add_up_to_is_the_last_state(states: list[dict[str, Any]]) -> None:
    flats = [{}, *(flat(public(state)) for state in states)]

    versions = [[c.model_dump(mode="json", by_alias=True) for c in differing(*pair)] for pair in pairwise(flats)]

    assert added_up(versions) == flats[-1]
