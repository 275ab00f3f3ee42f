"""What is made from the event types: a JSON Schema for each, and one AsyncAPI document. All of it is checked in."""

import json
from pathlib import Path
from typing import Any, Union

import yaml
from faststream.kafka import KafkaBroker
from faststream.specification import AsyncAPI

from services.contracts.event import Event
from services.contracts.topics import TOPICS, Topic

HERE = Path(__file__).parent
SCHEMAS, EXAMPLES = HERE / "schemas", HERE / "examples"
Document = dict[str, Any]

HEADERS = {
    "ce_specversion": "1.0",
    "ce_id": "The event's id (UUID); the same when it is sent again",
    "ce_type": "The type with its version",
    "ce_source": "The service that says it",
    "ce_subject": "The aggregate's id, which is the key",
    "ce_time": "When it was written",
    "ce_dataschema": "The schema's file in services/contracts/schemas",
    "ce_actor": "Who did it: a person's id, never a name; absent for what the system does",
    "ce_causationid": "The event that this one answers, when there is one",
    "ce_epoch": "The group that it is counted in, when it is counted (registry: publicFrom)",
    "ce_traceparent": "W3C Trace Context",
    "content-type": "application/json",
}
OPTIONAL = ("ce_actor", "ce_causationid", "ce_epoch", "ce_traceparent")


def schema(event: type[Event]) -> Document:
    """Give an event's JSON Schema (2020-12), by the names on the wire."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"{event.full_type()}.json"}
    return head | event.model_json_schema(by_alias=True, mode="validation")


def examples(event: type[Event]) -> dict[str, Any]:
    """Give the hand-written examples, by file name. They are kept for ever."""
    files = sorted((EXAMPLES / event.full_type()).glob("*.json"))
    return {file.stem: json.loads(file.read_text()) for file in files}


def asyncapi() -> Document:
    """Give the AsyncAPI document: FastStream's, with each event as a message of its own."""
    broker = KafkaBroker("localhost:9192", description="Kafka, CloudEvents 1.0 in binary mode")
    for topic in TOPICS:
        broker.publisher(str(topic.name), title=str(topic.name), schema=Union[topic.events])  # noqa: UP007
    specification = AsyncAPI(
        broker, title="Open register of school units: events", version="1.0.0", schema_version="3.0.0"
    )
    document: Document = yaml.safe_load(specification.to_specification().to_yaml())
    for room in ("channels", "operations"):  # FastStream gives them in no fixed order
        document[room] = {str(topic.name): document[room][str(topic.name)] for topic in TOPICS}
    document["components"]["messages"] = {e.full_type(): _message(e) for topic in TOPICS for e in topic.events}
    schemas = document["components"]["schemas"]
    document["components"]["schemas"] = {name: body for name, body in sorted(schemas.items()) if ":" not in name}
    document["components"]["schemas"]["Headers"] = _headers()
    for topic in TOPICS:
        _describe(document, topic)
    return document


def asyncapi_text() -> str:
    """Render the document."""
    text: str = yaml.safe_dump(asyncapi(), sort_keys=False, allow_unicode=True, width=120)
    return "# Made by `./dev contracts` from services/contracts/*.py; do not edit.\n" + text


def _describe(document: Document, topic: Topic) -> None:
    name = str(topic.name)
    messages = {e.full_type(): {"$ref": f"#/components/messages/{e.full_type()}"} for e in topic.events}
    channel = document["channels"][name]
    channel["messages"] = messages
    channel["description"] = f"Key: {topic.key}."
    channel["bindings"]["kafka"] |= {"partitions": topic.partitions, "topicConfiguration": _kept(topic)}
    channel |= {"x-producer": topic.producer, "x-consumers": list(topic.consumers)}
    references = [{"$ref": f"#/channels/{name}/messages/{message}"} for message in messages]
    document["operations"][name]["messages"] = references


def _kept(topic: Topic) -> Document:
    return {"retention.ms": topic.retention_ms, "cleanup.policy": ["delete"]}


def _message(event: type[Event]) -> Document:
    return {
        "name": event.full_type(),
        "title": event.event_type,
        "summary": " ".join((event.__doc__ or "").split()),
        "contentType": "application/json",
        "headers": {"$ref": "#/components/schemas/Headers"},
        "payload": {"$ref": f"#/components/schemas/{event.__name__}"},
        "examples": [{"name": name, "payload": payload} for name, payload in examples(event).items()],
    }


def _headers() -> Document:
    properties = {name: {"type": "string", "description": text} for name, text in HEADERS.items()}
    required = [name for name in HEADERS if name not in OPTIONAL]
    return {"type": "object", "title": "Headers", "properties": properties, "required": required}
