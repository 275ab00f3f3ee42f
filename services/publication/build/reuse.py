"""What of the last snapshot is as it was: the blocks of units that nothing has changed in since its view."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import orjson

import services.contracts
import services.publication
from services.kernel.database import Pool
from services.publication.build import files, kept
from services.publication.build.around import Around
from services.publication.build.blocks import Block, Family, cut, new_block, unpacked
from services.publication.build.kept import BrokenError, Keeping, Kept
from services.publication.domain.extract import Programmes
from services.publication.domain.history import Kind, Seen, View
from services.publication.store import history

MOST = 20_000
"""So many units, or half of all, are read one by one; where more are to be made, everything is."""
KINDS = {"GY": "gy", "GYAN": "gyan"}


@dataclass(frozen=True, slots=True)
class Known:
    """A block of the last snapshot: whose units, by whom owned, with which programmes (of units not ended)."""

    units: Sequence[str]
    owners: Sequence[str]
    programmes: Programmes


@dataclass(frozen=True, slots=True)
class Plan:
    """A view's blocks in order: units read anew, or what is known of a block that is as it was."""

    blocks: Sequence[Sequence[Seen] | Known]
    programmes: Programmes


def last(root: Path, view: View) -> Kept | None:
    """What the newest snapshot of an earlier day left."""
    for path in reversed(files.snapshots(root)):
        if files.day_of(path) < view.day and (found := kept.read(path)):
            return found
    return None


async def plan(pool: Pool, before: Kept, view: View, here: Around) -> Plan | None:
    """Which blocks are to be made anew; None for all: too much changed, or what is in everything."""
    known = {block.units[0]: block for block in _known(before)}
    changed = await history.changed(pool, files.day_of(before.path.parent), view.day)
    codes = sorted({unit for block in known.values() for unit in block.units} | changed["unit"])
    blocks = list(cut(codes, str))
    anew = [block for block in blocks if _is_anew(block, known.get(block[0]), changed)]
    if sum(map(len, anew)) > min(MOST, len(codes) // 2):
        return None
    seen = await history.in_view_of(pool, "unit", view.day, [unit for block in anew for unit in block])
    read = {block[0]: [seen[unit] for unit in block] for block in anew}
    programmes = union(
        programmes_of(read[block[0]]) if block[0] in read else known[block[0]].programmes for block in blocks
    )
    if before.about["key"] != key(here, programmes):
        return None
    return Plan([read.get(block[0]) or known[block[0]] for block in blocks], programmes)


class Blocks:
    """Takes blocks from the last snapshot, keeps those of this one, and what the next is to know of them."""

    def __init__(self, keeping: Keeping) -> None:
        self.keeping, self.told = keeping, list[tuple[str, Sequence[str], Programmes]]()

    def taken(self, known: Known) -> Block:
        """A block as the last snapshot left it. Raises BrokenError."""
        packed = self.keeping.take(f"block {known.units[0]}")
        if packed is None:
            raise BrokenError(known.units[0])
        self.told.append((",".join(known.units), known.owners, known.programmes))
        return unpacked(packed)

    def made(self, units: Sequence[Seen], families: Iterable[Family]) -> Block:
        """A block made anew."""
        block = new_block(units, families)
        self.keeping.put(f"block {units[0].id}", block.packed())
        owners = sorted({one.owner for one in block.units})
        self.told.append((",".join(one.id for one in block.units), owners, programmes_of(units)))
        return block

    def finish(self, here: Around, programmes: Programmes) -> None:
        """That was the last."""
        self.keeping.finish({"key": key(here, programmes), "blocks": self.told})


def key(here: Around, programmes: Programmes) -> str:
    """Of all that is in units' answers beside the units and their organizers: our own code, settings, columns."""
    said = [code(), here.base, dict(sorted(here.places.items())), programmes]
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


@cache
def code() -> str:
    """Of the code that makes answers: a release that makes other ones begins anew."""
    digest = hashlib.sha256(str(files.FORM).encode())
    for package, rooms in ((services.publication, ("domain", "build")), (services.contracts, (".",))):
        for room in rooms:
            for path in sorted(Path(package.__path__[0], room).glob("*.py")):
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def programmes_of(units: Iterable[Seen]) -> Programmes:
    """The programme codes that units have which have not ended, in order, by school type."""
    found: dict[str, set[str]] = defaultdict(set)
    for unit in units:
        properties = unit.body.get("schoolTypeProperties", {}) if unit.body["status"] != "UPPHORT" else {}
        for school_type, name in KINDS.items():
            found[school_type].update(properties.get(name, {}).get("programmes") or ())
    return {school_type: sorted(codes) for school_type, codes in found.items() if codes}


def union(all_: Iterable[Programmes]) -> Programmes:
    """The codes of all, in order, by school type."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in all_:
        for school_type, codes in one.items():
            found[school_type].update(codes)
    return {school_type: sorted(codes) for school_type, codes in found.items()}


def _known(before: Kept) -> Iterator[Known]:
    told: Iterable[tuple[str, list[str], dict[str, list[str]]]] = before.about["blocks"]
    for units, owners, programmes in told:
        yield Known(units.split(","), owners, programmes)


def _is_anew(block: Sequence[str], known: Known | None, changed: Mapping[Kind, set[str]]) -> bool:
    if known is None or list(known.units) != list(block):
        return True
    return not changed["unit"].isdisjoint(block) or not changed["organizer"].isdisjoint(known.owners)
