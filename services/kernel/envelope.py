"""CloudEvents 1.0 in Kafka's binary mode: the attributes are headers, the payload is the fact itself as JSON.

Source: CloudEvents 1.0.2, Kafka Protocol Binding 1.0.2, section 3.2.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID, uuid4

from aiokafka.partitioner import murmur2
from opentelemetry import propagate
from pydantic import BaseModel


class Topic(Protocol):
    """A topic's name that knows how many partitions it has."""

    partitions: int

    def __str__(self) -> str: ...


class Sendable(Protocol):
    """An event as the kernel sees it: something with a type, a topic, a key and an epoch, that knows its JSON."""

    @property
    def topic(self) -> Topic: ...
    @classmethod
    def full_type(cls) -> str: ...
    def key(self) -> str: ...
    def epoch(self) -> str | None: ...
    def model_dump_json(self, *, by_alias: bool, exclude_none: bool) -> str: ...


Model = TypeVar("Model", bound=BaseModel)


class NotAnEventError(ValueError):
    """A record that is not a CloudEvent in binary mode."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One event on its way. `actor` is an id, never a name; `epoch` names the group that is counted when it closes."""

    id: UUID
    type: str
    source: str
    topic: str
    key: str
    time: datetime
    data: bytes
    actor: str | None = None
    cause: str | None = None
    epoch: str | None = None
    traceparent: str | None = None
    partition: int | None = None
    offset: int | None = None

    @property
    def subject(self) -> str:
        """What the event is about, which is its key."""
        return self.key


def seal(
    event: Sendable,
    *,
    source: str,
    actor: str | None = None,
    time: datetime | None = None,
    cause: Envelope | None = None,
) -> Envelope:
    """Put an event into an envelope with a new id, the current trace and its key's partition.

    `cause` is the event that this one answers; `time` is now when it is not given.
    """
    trace: dict[str, str] = {}
    propagate.inject(trace)
    key = event.key()
    return Envelope(
        id=uuid4(),
        type=event.full_type(),
        source=source,
        topic=str(event.topic),
        key=key,
        time=time or datetime.now(UTC),
        data=event.model_dump_json(by_alias=True, exclude_none=True).encode(),
        actor=actor,
        cause=str(cause.id) if cause else None,
        epoch=event.epoch(),
        traceparent=trace.get("traceparent"),
        partition=partition_of(key, event.topic.partitions),
    )


def partition_of(key: str, partitions: int) -> int:
    """Where Kafka's own partitioner puts a key, so that the partition is known before the event is sent."""
    return int((murmur2(key.encode()) & 0x7FFFFFFF) % partitions)


def read(envelope: Envelope, model: type[Model]) -> Model:
    """Read the payload. Raises pydantic.ValidationError when it does not fit."""
    return model.model_validate_json(envelope.data)


def to_headers(envelope: Envelope) -> dict[str, str]:
    """Give the Kafka headers of an envelope, as text."""
    headers = {
        "ce_specversion": "1.0",
        "ce_id": str(envelope.id),
        "ce_type": envelope.type,
        "ce_source": envelope.source,
        "ce_subject": envelope.key,
        "ce_time": envelope.time.isoformat().replace("+00:00", "Z"),
        "content-type": "application/json",
        "ce_dataschema": f"{envelope.type}.json",
    }
    optional = {
        "ce_actor": envelope.actor,
        "ce_causationid": envelope.cause,
        "ce_epoch": envelope.epoch,
        "ce_traceparent": envelope.traceparent,
    }
    return headers | {name: value for name, value in optional.items() if value is not None}


def from_record(record: Any) -> Envelope:
    """Read an aiokafka record. Raises NotAnEventError when it is no CloudEvent."""
    try:
        return _from(record, text_headers(record.headers))
    except (KeyError, ValueError) as error:
        raise NotAnEventError(repr(error)) from error


def _from(record: Any, headers: dict[str, str]) -> Envelope:
    return Envelope(
        id=UUID(headers["ce_id"]),
        type=headers["ce_type"],
        source=headers["ce_source"],
        topic=record.topic,
        key=headers["ce_subject"],
        time=datetime.fromisoformat(headers["ce_time"]),
        data=record.value or b"",
        actor=headers.get("ce_actor"),
        cause=headers.get("ce_causationid"),
        epoch=headers.get("ce_epoch"),
        traceparent=headers.get("ce_traceparent"),
        partition=record.partition,
        offset=record.offset,
    )


def text_headers(headers: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    """Give a record's headers as text; of a repeated one the last counts."""
    return {name: value.decode() for name, value in headers}
