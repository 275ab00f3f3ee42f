"""Whether a schema may take another's place under the same version.

Topics are kept for ever and consumers are deployed one by one. So an old consumer must read what a new producer sends,
and a new consumer what an old producer sent: properties may be added, where nobody has to have them; all else is a
new version.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

Schema = dict[str, Any]

CONSTRAINTS = (
    "type", "format", "pattern", "const", "enum", "minimum", "maximum", "minLength", "maxLength", "minItems",
    "maxItems", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "uniqueItems",
)  # fmt: skip
ALTERNATIVES = ("anyOf", "oneOf", "allOf", "prefixItems")


def breaks(old: Schema, new: Schema) -> list[str]:
    """Say what an old or new reader could not read; empty when the new schema may take the old one's place."""
    return list(_Comparison(old, new).at("", old, new))


@dataclass(frozen=True)
class _Comparison:
    old: Schema
    new: Schema
    under_way: frozenset[tuple[str | None, str | None]] = frozenset()

    def at(self, path: str, old: Any, new: Any) -> Iterator[str]:
        """Compare two schemas that stand at the same path."""
        pair = (_reference(old), _reference(new))
        if pair in self.under_way:
            return
        inside = replace(self, under_way=self.under_way | {pair}) if all(pair) else self
        before, after = _resolved(old, self.old), _resolved(new, self.new)
        yield from _constraints(path, before, after)
        yield from _required(path, before, after)
        yield from inside.properties(path, before, after)
        yield from inside.contents(path, before, after)

    def properties(self, path: str, before: Schema, after: Schema) -> Iterator[str]:
        """Each property is still there, and still the same."""
        now = after.get("properties", {})
        for name, was in before.get("properties", {}).items():
            if name in now:
                yield from self.at(f"{path}/{name}", was, now[name])
            else:
                yield f"{path}/{name}: is gone"

    def contents(self, path: str, before: Schema, after: Schema) -> Iterator[str]:
        """Items of lists, values of maps, and alternatives."""
        for kind in ("items", "additionalProperties"):
            was, now = before.get(kind), after.get(kind)
            if isinstance(was, dict) and isinstance(now, dict):
                yield from self.at(f"{path}/{kind}", was, now)
            elif was != now:
                yield f"{path or '/'}: {kind} was {was!r}, is {now!r}"
        for kind in ALTERNATIVES:
            many, more = before.get(kind, []), after.get(kind, [])
            if len(many) != len(more):
                yield f"{path or '/'}: {kind} had {len(many)} alternatives, has {len(more)}"
            for number, (one, other) in enumerate(zip(many, more, strict=False)):
                yield from self.at(f"{path}/{kind}/{number}", one, other)


def _constraints(path: str, before: Schema, after: Schema) -> Iterator[str]:
    for name in CONSTRAINTS:
        if before.get(name) != after.get(name):
            yield f"{path or '/'}: {name} was {before.get(name)!r}, is {after.get(name)!r}"


def _required(path: str, before: Schema, after: Schema) -> Iterator[str]:
    was, now = set(before.get("required", ())), set(after.get("required", ()))
    for name in sorted(now - was):
        yield f"{path}/{name}: is required now, and old events lack it"
    for name in sorted(was - now):
        yield f"{path}/{name}: may be absent now, and old readers require it"


def _reference(schema: Any) -> str | None:
    return schema.get("$ref") if isinstance(schema, dict) else None


def _resolved(schema: Any, root: Schema) -> Schema:
    if not isinstance(schema, dict):
        return {}
    if reference := _reference(schema):
        found: Schema = root["$defs"][reference.removeprefix("#/$defs/")]
        return found
    return schema
