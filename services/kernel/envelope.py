"""CloudEvents 1.0 in Kafka's binary mode: the attributes are headers, the payload is the fact itself as JSON.

Source: CloudEvents 1.0.2, Kafka Protocol Binding 1.0.2, section 3.2.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar, Protocol, TypeVar
from uuid import UUID, uuid4

from opentelemetry import propagate
from pydantic import BaseModel


class Sendable(Protocol):
    """An event as the kernel sees it: something with a type, a topic and a key, that knows its JSON."""

    topic: ClassVar[str]

    @classmethod
    def full_type(cls) -> str: ...
    def key(self) -> str: ...
    def model_dump_json(self, *, by_alias: bool, exclude_none: bool) -> str: ...


Model = TypeVar("Model", bound=BaseModel)


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
    epoch: str | None = None
    trace: dict[str, str] = field(default_factory=dict)
    partition: int | None = None
    offset: int | None = None


def seal(event: Sendable, *, source: str, actor: str | None = None, epoch: str | None = None) -> Envelope:
    """Put an event into an envelope with a new id, the current time and the current trace."""
    trace: dict[str, str] = {}
    propagate.inject(trace)
    data = event.model_dump_json(by_alias=True, exclude_none=True).encode()
    return Envelope(
        uuid4(), event.full_type(), source, event.topic, event.key(), datetime.now(UTC), data, actor, epoch, trace
    )


def open_as(envelope: Envelope, model: type[Model]) -> Model:
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
    }
    optional = {"ce_actor": envelope.actor, "ce_epoch": envelope.epoch, **envelope.trace}
    return headers | {name: value for name, value in optional.items() if value is not None}


def from_record(record: Any) -> Envelope:
    """Read an aiokafka record. Raises KeyError or ValueError when it is no CloudEvent."""
    headers = _text(record.headers)
    return Envelope(
        id=UUID(headers["ce_id"]),
        type=headers["ce_type"],
        source=headers["ce_source"],
        topic=record.topic,
        key=headers["ce_subject"],
        time=datetime.fromisoformat(headers["ce_time"]),
        data=record.value or b"",
        actor=headers.get("ce_actor"),
        epoch=headers.get("ce_epoch"),
        trace={name: headers[name] for name in ("traceparent", "tracestate") if name in headers},
        partition=record.partition,
        offset=record.offset,
    )


def _text(headers: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    return {name: value.decode() for name, value in headers}
