"""What a view has otherwise than the one of the day before. Costs as much as changed."""

from collections.abc import AsyncIterator, Mapping

from services.kernel.database import Pool
from services.publication.domain import v3
from services.publication.domain.history import View
from services.publication.domain.v3 import Said
from services.publication.store import listed


async def since_yesterday(pool: Pool, view: View, places: Mapping[str, str], base: str) -> AsyncIterator[list[Said]]:
    """Each entity that is another, or new, by kind and id, in chunks. The first view of all has none."""
    async with listed.reading(pool) as tx:
        if await listed.is_there_before(tx, view.day):
            async for kind, pairs in listed.new_in_view(tx, view.day):
                told = [v3.compared(kind, old, new, places, base) for old, new in pairs]
                yield [one for one in told if one["changes"]]
