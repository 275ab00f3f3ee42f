"""An XML answer of v1 read as its OpenAPI document says, so that both forms are held against one schema."""

import json
from functools import cache
from typing import Any
from xml.etree.ElementTree import Element, fromstring

from services.publication.api.answers import DOCUMENTS

Schema = dict[str, Any]


@cache
def _schemas() -> Schema:
    found: Schema = json.loads((DOCUMENTS / "openapi-v1.json").read_bytes())["components"]["schemas"]
    return found


def read(body: bytes) -> Any:
    """The answer's value. What is empty is null where the document lets it be, and no text otherwise."""
    root = fromstring(body)  # noqa: S314 - our own
    names = {child.tag for child in root}
    tops = [schema for schema in _schemas().values() if _called(schema) == "Skolenhetsregistret"]
    (schema,) = [schema for schema in tops if schema["properties"].keys() == names]
    assert root.tag == _called(schema)
    return _value(root, schema)


def _called(schema: Schema) -> str:
    return str(schema.get("xml", {}).get("name", ""))


def _value(element: Element, schema: Schema) -> Any:
    if reference := schema.get("$ref"):
        return _value(element, _schemas()[reference.rpartition("/")[2]])
    if schema["type"] == "array":
        items = schema["items"]
        name = _called(_schemas()[items["$ref"].rpartition("/")[2]] if "$ref" in items else items)
        assert {child.tag for child in element} <= {name}
        return [_value(child, items) for child in element]
    if schema["type"] == "object":
        other, named = schema.get("additionalProperties") or None, schema["properties"]
        return {child.tag: _value(child, named.get(child.tag) or other or {"type": "string"}) for child in element}
    return _scalar(element, schema)


def _scalar(element: Element, schema: Schema) -> Any:
    assert len(element) == 0
    if element.text is None:
        return None if schema.get("nullable") else ""
    if schema["type"] == "boolean":
        return {"true": True, "false": False}[element.text]
    return int(element.text) if schema["type"] == "integer" else element.text
