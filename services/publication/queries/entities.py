"""Entities of the open API v3 as they are told: with their organizer, their history, and what they came of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.kernel.database import Connection, Pool
from services.publication.domain import v3
from services.publication.domain.history import Kind, Seen
from services.publication.domain.v3 import Said
from services.publication.store import listed

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Telling:
    """In which view, as of which day; `places`: municipalities' names; `base`: the public address of links."""

    view: date
    day: date
    places: Mapping[str, str]
    base: str


async def tell(tx: Connection | Pool, kind: Kind, found: Sequence[Seen], by: Telling) -> list[Said]:
    """Entities of one kind, in the same order, with the names of those that they belong to."""
    owners = await _named(tx, "organizer", by, (one.body["organizationNumber"] for one in found))
    if kind == "unit":
        return [v3.unit(one, owners.get(one.body["organizationNumber"]), by.places, by.base) for one in found]
    if kind == "organizer":
        return [v3.organizer(one, by.base) for one in found]
    if kind == "provider":
        return [v3.provider(one, by.base) for one in found]
    others = await _named(tx, "provider", by, (one.id.partition("/")[2] for one in found))
    return [
        v3.contract(one, owners.get(one.body["organizationNumber"]), others.get(one.id.partition("/")[2]), by.base)
        for one in found
    ]


async def one(pool: Pool, kind: Kind, entity: str, by: Telling) -> Said | None:
    """An entity, or None. A unit with what it came of and what came of it."""
    async with listed.reading(pool) as tx:
        found = await listed.seen(tx, kind, by.view, by.day, [entity])
        if entity not in found:
            return None
        (said,) = await tell(tx, kind, [found[entity]], by)
        return said | await _relations(tx, entity, by) if kind == "unit" else said


async def history(pool: Pool, kind: Kind, entity: str, by: Telling) -> list[Said] | None:
    """An entity's states, the newest first: one for each day that ended with another; None where it is unknown."""
    versions = {one[0].modified: one for one in await listed.versions(pool, kind, entity, by.view)}
    found = [one for day, one in versions.items() if day <= by.day]
    if not found:
        return None
    said = [v3.state(kind, seen, by.places, by.base) for seen, _ in found]
    ends = [seen.modified - A_DAY for seen, _ in found[1:]]
    days = [(seen.modified, end, public_from) for (seen, public_from), end in zip(found, [*ends, None], strict=True)]
    return v3.history(said, days)


async def differences(
    pool: Pool, kinds: Sequence[Kind], by: Telling, since: date, after: tuple[str, str], limit: int
) -> tuple[list[Said], tuple[str, str] | None]:
    """What the view has otherwise than that of the day `since`, and where the next page begins.

    Costs as much as changed. Before the first view nothing was public: then all is new.
    """
    async with listed.reading(pool) as tx:
        changed = await listed.changed(tx, kinds, (since, by.view), after, limit + 1)
        shown, found = changed[:limit], list[Said]()
        for kind in kinds:
            ids = [entity for of_kind, entity in shown if of_kind == kind]
            found += await compared(tx, kind, ids, by, since)
    told = [one for one in found if one["changes"]]
    return told, (shown[-1] if len(changed) > limit else None)


async def compared(tx: Connection | Pool, kind: Kind, ids: Sequence[str], by: Telling, since: date) -> list[Said]:
    """What the view has otherwise with each entity than that of the day `since`; the ids are in the view."""
    old, new = [await listed.seen(tx, kind, view, view, ids) for view in (since, by.view)]
    return [v3.compared(kind, old.get(entity), new[entity], by.places, by.base) for entity in ids]


async def _relations(tx: Connection, unit: str, by: Telling) -> Said:
    found = await listed.relations(tx, unit, min(by.view, by.day))
    return {
        "predecessors": [_related(source, day, by) for source, result, day in found if result == unit],
        "successors": [_related(result, day, by) for source, result, day in found if source == unit],
    }


def _related(code: str, day: date, by: Telling) -> Said:
    return {"schoolUnitCode": code, "since": day.isoformat(),
            "links": {"self": f"{by.base}{v3.PATH}/school-units/{code}"}}  # fmt: skip


async def _named(tx: Connection | Pool, kind: Kind, by: Telling, ids: Iterable[str]) -> Mapping[str, Seen]:
    return await listed.seen(tx, kind, by.view, by.day, set(ids))
