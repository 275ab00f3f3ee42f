"""What a view has otherwise than the one of the day before. Costs as much as changed."""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import timedelta

from services.kernel.database import Pool
from services.publication.domain import v3
from services.publication.domain.history import Kind, Seen, View
from services.publication.domain.v3 import Said
from services.publication.store import listed

CHUNK = 1000
KINDS: tuple[Kind, ...] = ("contract", "organizer", "provider", "unit")


async def since_yesterday(pool: Pool, view: View, places: Mapping[str, str], base: str) -> AsyncIterator[list[Said]]:
    """Each entity that is another, or new, by kind and id, in chunks. The first view of all has none."""
    before = view.day - timedelta(days=1)
    async with listed.reading(pool) as tx:
        if not await listed.is_there_before(tx, view.day):
            return
        for kind in KINDS:
            ids = await listed.new_in(tx, kind, view.day)
            for start in range(0, len(ids), CHUNK):
                chunk = ids[start : start + CHUNK]
                old, new = [await listed.seen(tx, kind, day, day, chunk) for day in (before, view.day)]
                yield [one for one in _of(kind, chunk, old, new, places, base) if one["changes"]]


def _of(
    kind: Kind, ids: list[str], old: Mapping[str, Seen], new: Mapping[str, Seen], places: Mapping[str, str], base: str
) -> Iterator[Said]:
    for entity in ids:
        past = v3.state(kind, old[entity], places, base) if entity in old else None
        yield v3.difference(kind, entity, past, v3.state(kind, new[entity], places, base))
