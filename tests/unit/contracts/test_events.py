"""Events as they go over the wire."""

import json
from typing import Any

import pytest

from services.contracts.event import Event
from services.contracts.registry import FieldChange
from services.contracts.topics import EVENTS, TOPICS, Topic
from tests.builders import (
    KARIN,
    LUND,
    SVALEBO,
    a_marker,
    a_person,
    a_unit,
    organizer_registered,
    unit_edited,
    unit_registered,
)


def wire(event: Event) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(event.model_dump_json(by_alias=True, exclude_none=True))
    return found


@pytest.mark.parametrize(
    ("event", "key"),
    [
        (unit_registered(), SVALEBO),
        (unit_edited(), SVALEBO),
        (organizer_registered(), LUND),
        (a_person(), str(KARIN)),
        (a_marker(), "2026-11-23"),
    ],
    ids=lambda value: value.full_type() if isinstance(value, Event) else "",
)
def test_the_key_is_what_the_event_is_about(event: Event, key: str) -> None:
    assert event.key() == key


def test_facts_are_counted_by_the_view_that_first_has_them_and_markers_are_not_counted() -> None:
    assert unit_edited().epoch() == "2026-11-24"
    assert a_marker().epoch() is None
    assert a_person().epoch() is None


def test_names_on_the_wire_are_those_of_v2_with_its_spellings() -> None:
    address = {"type": "BESOKSADRESS", "geo_coordinates": {"coordinate_swe_ref_n": "6562397"}}
    unit = a_unit(start_date="2027-07-01", reports_personell="NEJ", addresses=[address])

    sent = wire(unit_registered(unit))["unit"]

    assert sent["startdate"] == "2027-07-01"
    assert sent["reportsPersonell"] == "NEJ"
    assert sent["addresses"][0]["geoCoordinates"]["coordinateSweRefN"] == "6562397"


def test_a_protected_field_is_named_without_values() -> None:
    change = FieldChange(field="headMasterPersonalIdentityNumber", protected=True)

    assert wire(unit_edited(None, change))["changed"] == [
        {"field": "headMasterPersonalIdentityNumber", "protected": True}
    ]


def test_a_protected_person_has_no_name() -> None:
    person = a_person(protected=True, contact={"email": "skyddad@example.org"})

    assert "name" not in wire(person)["contact"]


def test_types_are_named_once_with_their_version() -> None:
    assert len(EVENTS) == sum(len(topic.events) for topic in TOPICS)
    assert all(name == f"{event.event_type}.v{event.event_version}" for name, event in EVENTS.items())


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: str(topic.name))
def test_an_event_lies_on_the_topic_that_it_names(topic: Topic) -> None:
    assert {event.topic for event in topic.events} == {topic.name}
