"""Lists by filter: sets of row numbers, intersected; the rows themselves are ready-made (openapi-v2.md, Parameters)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from typing import Literal

import orjson
from pyroaring import BitMap

from services.publication.domain.history import Kind


@dataclass(slots=True)
class Rows:
    """One list's rows in order, and for each filter's value the rows that have it."""

    rows: list[bytes] = field(default_factory=list)
    having: dict[str, dict[str, BitMap]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(BitMap)))
    modified: dict[str, BitMap] = field(default_factory=lambda: defaultdict(BitMap))

    def add(self, row: bytes, facets: Mapping[str, Iterable[str]], modified: str) -> None:
        """Add a row with its values and the day it was last changed (ISO)."""
        number = len(self.rows)
        self.rows.append(row)
        self.modified[modified].add(number)
        for name, values in facets.items():
            for value in values:
                self.having[name][value].add(number)

    def select(self, filters: Mapping[str, Sequence[str]], modified_after: str | None) -> list[bytes]:
        """The rows that have, for each filter, one of its values, and were changed from and with a day."""
        wanted = [self._one_of(name, values) for name, values in filters.items() if values]
        if modified_after is not None:
            wanted.append(BitMap.union(BitMap(), *[m for day, m in self.modified.items() if day >= modified_after]))
        if not wanted:
            return self.rows
        return [self.rows[number] for number in reduce(BitMap.intersection, wanted)]

    def _one_of(self, name: str, values: Sequence[str]) -> BitMap:
        having = self.having.get(name, {})
        return BitMap.union(BitMap(), *[having[value] for value in values if value in having])


ListName = Kind | Literal["v1"]
FACETS: Mapping[ListName, Sequence[str]] = {
    "unit": ("organization_number", "school_type", "status", "municipality_code", "school_unit_type"),
    "organizer": ("organizer_type",),
    "provider": ("grading_rights",),
    "v1": ("kommun", "skolform", "huvudman"),
    "contract": ("organizer_organization_number", "education_provider_organization_number"),
}
"""What each list can be filtered by, in the index's order."""


def line(name: ListName, values: Sequence[Sequence[str]], modified: date, row: bytes) -> bytes:
    """A row's line of the index: an array that ends with the row. `values`: of each facet, in order."""
    return orjson.dumps([name, values, modified, orjson.Fragment(row)]) + b"\n"


def from_index(lines: Iterable[bytes]) -> dict[ListName, Rows]:
    """The lists from a snapshot's index."""
    found: dict[ListName, Rows] = {name: Rows() for name in FACETS}
    for text in lines:
        name, values, modified, _ = orjson.loads(text)
        row = text[text.index(b"{") : text.rindex(b"]")]
        found[name].add(row, dict(zip(FACETS[name], values, strict=True)), modified)
    return found
