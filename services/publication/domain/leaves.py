"""Values as a spreadsheet's reader takes them: what is nested as plain texts, each under a name of its own."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.publication.domain.tables import YES_OR_NO

NAMES = ("type", "schoolTypePart", "municipalityCode", "regionCode", "providerType")
"""What tells an object in a list from the others."""


def changed(field: str, before: Any, after: Any) -> Iterator[tuple[str, str, str]]:
    """What is another, plain value by plain value: its name, and both texts. What is not there is empty text."""
    old, new = dict(_leaves(field, before)), dict(_leaves(field, after))
    for name in old | new:
        if old.get(name, "") != new.get(name, ""):
            yield name, old.get(name, ""), new.get(name, "")


def _leaves(name: str, value: Any) -> Iterator[tuple[str, str]]:
    match value:
        case None:
            return
        case bool():
            yield name, YES_OR_NO[not value]
        case dict():
            for key, inner in value.items():
                yield from _leaves(f"{name}.{key}", inner)
        case [dict(), *_]:
            for key, inner in _named(value):
                yield from _leaves(f"{name}.{key}", inner)
        case list():
            yield name, " ".join(map(str, value))
        case _:
            yield name, str(value)


def _named(found: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Objects by what tells them from each other, or by their place where nothing does."""
    for name in NAMES:
        keys = [one.get(name) for one in found]
        if None not in keys and len(set(keys)) == len(keys):
            yield from ((str(one[name]), {key: one[key] for key in one if key != name}) for one in found)
            return
    yield from ((str(place), one) for place, one in enumerate(found, start=1))
