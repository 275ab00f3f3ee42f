"""Units in blocks. What one is to readers is the same on any day, until one of its units changes: so it is kept."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Protocol, TypeVar
from zlib import crc32

import orjson

from services.publication.domain.history import Seen

Item = TypeVar("Item")
Pieces = Mapping[str, Sequence[bytes]]
"""By a family's name for it: a piece a unit, or one for the whole block."""
BLOCK, SEGMENT = 8, 1024
"""Units in a block, and in what is packed as one, on the average. A segment begins where a block does."""


class Family(Protocol):
    """What is made of units for one kind of readers: pieces that know no day, and the files made of them."""

    def make(self, units: Sequence[Seen]) -> Pieces:
        """What a block's units are, whatever the day."""

    def take(self, blocks: Sequence["Block"]) -> None:
        """Write some blocks, those of a segment or fewer, in order."""

    def finish(self) -> None:
        """No more comes."""


@dataclass(frozen=True, slots=True)
class About:
    """What others tell of a unit."""

    id: str
    owner: str
    types: Sequence[str]
    status: str


@dataclass(frozen=True, slots=True)
class Block:
    """Some units in order, and all that was made of them."""

    units: Sequence[About]
    sizes: Mapping[str, Sequence[int]]
    content: bytes
    begins: Mapping[str, int]

    def whole(self, name: str) -> bytes:
        """All of a family's pieces, one after the other."""
        begin = self.begins[name]
        return self.content[begin : begin + sum(self.sizes[name])]

    def each(self, name: str) -> Iterator[bytes]:
        """A family's pieces one by one."""
        ends = list(accumulate(self.sizes[name], initial=self.begins[name]))
        return (self.content[begin:end] for begin, end in pairwise(ends))

    def begins_segment(self) -> bool:
        """Whether what is packed as one begins here."""
        return begins(self.units[0].id, SEGMENT)

    def packed(self) -> bytes:
        """The block as it is kept."""
        head = [[[one.id, one.owner, one.types, one.status] for one in self.units], self.sizes]
        return orjson.dumps(head) + b"\n" + self.content


def begins(unit: str, every: int) -> bool:
    """Whether a unit is the first of a block, or of a segment: by its code alone, whatever comes and goes beside it."""
    return crc32(unit.encode()) % every == 0


def cut(items: Iterable[Item], code: Callable[[Item], str]) -> Iterator[list[Item]]:
    """Items in blocks, by their unit codes, in whose order they are."""
    block: list[Item] = []
    for item in items:
        if block and begins(code(item), BLOCK):
            yield block
            block = []
        block.append(item)
    if block:
        yield block


def new_block(units: Sequence[Seen], families: Iterable[Family]) -> Block:
    """Make a block of units."""
    pieces: dict[str, Sequence[bytes]] = {}
    for family in families:
        pieces |= family.make(units)
    about = [About(u.id, u.body["organizationNumber"], u.body.get("schoolTypes", []), u.body["status"]) for u in units]
    sizes = {name: list(map(len, found)) for name, found in pieces.items()}
    return _block(about, sizes, b"".join(part for found in pieces.values() for part in found))


def unpacked(packed: bytes) -> Block:
    """A block from what was kept of it."""
    end = packed.index(b"\n")
    units, sizes = orjson.loads(packed[:end])
    return _block([About(*one) for one in units], sizes, packed[end + 1 :])


def _block(units: Sequence[About], sizes: Mapping[str, Sequence[int]], content: bytes) -> Block:
    begins_at = accumulate(map(sum, sizes.values()), initial=0)
    return Block(units, sizes, content, dict(zip(sizes, begins_at, strict=False)))
