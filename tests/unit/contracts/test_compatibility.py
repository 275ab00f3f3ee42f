"""Which changes of a schema are refused under the same version."""

import copy
from typing import Any

import pytest

from services.contracts.compatibility import breaks

OLD: dict[str, Any] = {
    "type": "object",
    "required": ["code", "unit"],
    "properties": {
        "code": {"type": "string", "pattern": "^[0-9]{8}$"},
        "unit": {"$ref": "#/$defs/Unit"},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
    },
    "$defs": {
        "Unit": {
            "type": "object",
            "properties": {"status": {"enum": ["OPEN", "CLOSED"]}, "parts": {"items": {"$ref": "#/$defs/Unit"}}},
        }
    },
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """The old schema with one place set, or removed when the value is None."""
    new = copy.deepcopy(OLD)
    *steps, last = path.split("/")
    place = new
    for step in steps:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return new


def test_the_same_schema_may_stay() -> None:
    assert breaks(OLD, OLD) == []


def test_an_optional_property_may_be_added() -> None:
    assert breaks(OLD, changed("properties/more", {"type": "string"})) == []


def test_words_for_people_may_change() -> None:
    assert breaks(OLD, changed("properties/code/description", "Eight digits")) == []


def test_a_definition_may_be_renamed() -> None:
    new = changed("$defs/SchoolUnit", OLD["$defs"]["Unit"] | {"properties": OLD["$defs"]["Unit"]["properties"]})
    new["properties"]["unit"] = {"$ref": "#/$defs/SchoolUnit"}

    assert breaks(OLD, new) == []


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("properties/note", None, "/note: is gone"),
        ("properties/code/type", "integer", "/code: type was 'string', is 'integer'"),
        ("properties/code/pattern", "^[0-9]{9}$", "/code: pattern was"),
        ("required", ["code", "unit", "more"], "/more: is required now"),
        ("required", ["code"], "/unit: may be absent now"),
        ("$defs/Unit/properties/status", None, "/unit/status: is gone"),
        ("$defs/Unit/properties/status/enum", ["OPEN"], "/unit/status: enum was"),
        ("$defs/Unit/properties/status/enum", ["OPEN", "CLOSED", "MOVED"], "/unit/status: enum was"),
        ("properties/note/anyOf", [{"type": "string"}], "/note: anyOf had 2 alternatives, has 1"),
        ("properties/note/anyOf", [{"type": "integer"}, {"type": "null"}], "/note/anyOf/0: type was"),
        ("$defs/Unit/properties/parts", {"items": {"type": "string"}}, "/unit/parts/items: type was"),
        ("additionalProperties", False, "additionalProperties was None, is False"),
    ],
)
def test_what_a_reader_could_not_read_needs_a_new_version(path: str, value: Any, says: str) -> None:
    assert any(says in found for found in breaks(OLD, changed(path, value)))


def test_a_renamed_property_is_a_removed_one() -> None:
    new = changed("properties/note", None)
    new["properties"]["remark"] = OLD["properties"]["note"]

    assert breaks(OLD, new) == ["/note: is gone"]
