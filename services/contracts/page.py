"""docs/events.md, made from the AsyncAPI document: who says each event, who hears it, when, and what is in it."""

import json
from collections.abc import Iterator
from typing import Any

Document = dict[str, Any]

INTRODUCTION = """\
<!-- Made by `./dev contracts` from services/contracts/asyncapi.yaml; do not edit. -->
# Events

What the services say to each other. Each event is a fact in the past tense, with the whole new public state of what it
is about. The envelope is CloudEvents 1.0 in Kafka's binary mode: attributes are headers, the payload is JSON.

- **Order**: events with one key keep their order. A repeat (same `ce_id`) may come behind newer events: whoever keeps
  state drops by version, whoever acts on each fact drops by `ce_id`.
- **Versions**: a property may be added to a version. Anything else that an old reader could not read is a new version
  (`services/contracts/compatibility.py` decides, a test enforces it). Schemas: `services/contracts/schemas/`.
- **Personal data**: no event names a person who acts (`ce_actor` is an id), and none has a value that is never public.
"""


def events_page(document: Document) -> str:
    """Render the page."""
    parts = [INTRODUCTION, *_headers(document)]
    for name, channel in document["channels"].items():
        parts += [f"## {name}\n", *_topic(channel)]
        for message in channel["messages"]:
            parts += _event(document, document["components"]["messages"][message], channel)
    return "\n".join(parts).rstrip() + "\n"


def _headers(document: Document) -> Iterator[str]:
    headers = document["components"]["schemas"]["Headers"]
    yield "## Headers\n"
    yield "| header | always | meaning |\n|---|---|---|"
    for name, header in headers["properties"].items():
        yield f"| `{name}` | {'yes' if name in headers['required'] else ''} | {header['description']} |"
    yield ""


def _topic(channel: Document) -> Iterator[str]:
    kafka = channel["bindings"]["kafka"]
    kept = kafka["topicConfiguration"]["retention.ms"]
    yield f"- Producer: {channel['x-producer']}"
    yield f"- Consumers: {', '.join(channel['x-consumers']) or 'none of ours; open to others'}"
    yield f"- {channel['description']} Partitions: {kafka['partitions']}, a number that never changes"
    yield f"- Kept: {'for ever' if kept == -1 else f'{kept} ms'}\n"


def _event(document: Document, message: Document, channel: Document) -> Iterator[str]:
    schemas = document["components"]["schemas"]
    payload = schemas[message["payload"]["$ref"].rsplit("/", 1)[1]]
    yield f"### {message['name']}\n"
    yield f"{message['summary']}\n"
    yield f"From {channel['x-producer']} to {', '.join(channel['x-consumers']) or 'whoever wants to know'}.\n"
    yield "| field | type | always | meaning |\n|---|---|---|---|"
    required = payload.get("required", [])
    for name, field in payload["properties"].items():
        yield f"| `{name}` | {_type(field)} | {'yes' if name in required else ''} | {_meaning(field, schemas)} |"
    example = message["examples"][0]
    yield f"\nExample ({example['name']}):\n"
    yield f"```json\n{json.dumps(example['payload'], ensure_ascii=False, indent=2)}\n```\n"


def _type(field: Document) -> str:
    if "$ref" in field:
        return str(field["$ref"]).rsplit("/", 1)[1]
    if "anyOf" in field:
        return " or ".join(_type(option) for option in field["anyOf"])
    if field.get("type") == "array":
        return f"list of {_type(field.get('items', {}))}"
    return str(field.get("format") or field.get("type") or "any")


def _meaning(field: Document, schemas: Document) -> str:
    text = field.get("description")
    if not text and "$ref" in field:
        text = schemas[_type(field)].get("description")
    return " ".join((text or "").split())
