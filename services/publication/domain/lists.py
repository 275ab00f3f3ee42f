"""Lists by filter: sets of row numbers, intersected; the rows themselves are ready-made (openapi-v2.md, Parameters)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

import orjson
from pyroaring import BitMap


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


def from_index(lines: Iterable[bytes]) -> tuple[Rows, Rows]:
    """The two lists, units and organizers, from a snapshot's index: an array a line, which ends with the row."""
    units, organizers = Rows(), Rows()
    for line in lines:
        row = line[line.index(b"{") : line.rindex(b"]")]
        match orjson.loads(line):
            case ["unit", owner, types, status, municipality, kind, modified, _]:
                places = [municipality] if municipality else []
                facets = {"organization_number": [owner], "school_type": types, "status": [status],
                          "municipality_code": places, "school_unit_type": [kind]}  # fmt: skip
                units.add(row, facets, modified)
            case ["organizer", kind, modified, _]:
                organizers.add(row, {"organizer_type": [kind]}, modified)
    return units, organizers
