"""CloudEvents in Kafka headers, there and back."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from services.contracts.event import Event, TopicName
from services.kernel.envelope import Envelope, NotAnEventError, from_record, partition_of, read, seal, to_headers

TOPIC = TopicName("things.events", partitions=6)


class ThingMoved(Event, type="thing.moved", version=2, topic=TOPIC, key="thing"):
    thing: str
    to_place: str | None = None


@dataclass
class Record:
    headers: list[tuple[str, bytes]]
    value: bytes | None
    topic: str = "things.events"
    partition: int = 3
    offset: int = 7
    extra: dict[str, Any] = field(default_factory=dict)


def sent(envelope: Envelope) -> Record:
    return Record([(name, text.encode()) for name, text in to_headers(envelope).items()], envelope.data)


def test_what_is_sealed_can_be_read() -> None:
    event = ThingMoved(thing="a", to_place="there")
    envelope = seal(event, source="tests", actor="someone", time=datetime(2026, 11, 23, 22, 0, tzinfo=UTC))

    received = from_record(sent(envelope))

    assert read(received, ThingMoved) == event
    assert received.type == "thing.moved.v2"
    assert (received.id, received.actor, received.time) == (envelope.id, "someone", envelope.time)
    assert received.subject == received.key == "a"
    assert (received.partition, received.offset) == (3, 7)


def test_the_wire_has_camel_case_and_leaves_out_what_is_empty() -> None:
    assert seal(ThingMoved(thing="a", to_place="x"), source="tests").data == b'{"thing":"a","toPlace":"x"}'
    assert seal(ThingMoved(thing="a"), source="tests").data == b'{"thing":"a"}'


def test_headers_are_those_of_the_standard() -> None:
    headers = to_headers(seal(ThingMoved(thing="a"), source="tests"))

    assert headers["ce_specversion"] == "1.0"
    assert headers["content-type"] == "application/json"
    assert headers["ce_dataschema"] == "thing.moved.v2.json"
    assert headers["ce_time"].endswith("Z")
    assert "ce_actor" not in headers


def test_an_answer_names_its_cause() -> None:
    cause = seal(ThingMoved(thing="a"), source="tests")

    assert to_headers(seal(ThingMoved(thing="b"), source="tests", cause=cause))["ce_causationid"] == str(cause.id)


def test_unknown_fields_are_passed_over() -> None:
    record = sent(seal(ThingMoved(thing="a"), source="tests"))
    record.value = b'{"thing":"a","newer":1}'

    assert read(from_record(record), ThingMoved) == ThingMoved(thing="a")


@pytest.mark.parametrize("missing", ["ce_id", "ce_type", "ce_time", "ce_subject"])
def test_a_record_without_its_attributes_is_no_event(missing: str) -> None:
    record = sent(seal(ThingMoved(thing="a"), source="tests"))
    record.headers = [header for header in record.headers if header[0] != missing]

    with pytest.raises(NotAnEventError):
        from_record(record)


def test_a_payload_that_does_not_fit_is_a_validation_error() -> None:
    record = sent(seal(ThingMoved(thing="a"), source="tests"))
    record.value = None

    with pytest.raises(ValidationError):
        read(from_record(record), ThingMoved)


@pytest.mark.parametrize(("key", "hashed"), [("21", -973932308), ("foobar", -790332482), ("abc", 479470107)])
def test_partitions_are_those_of_kafkas_own_partitioner(key: str, hashed: int) -> None:
    """The hashes stand in Kafka's own test of its murmur2 (UtilsTest.testMurmur2)."""
    assert partition_of(key, 1000) == (hashed & 0x7FFFFFFF) % 1000
