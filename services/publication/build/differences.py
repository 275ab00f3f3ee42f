"""What a view has otherwise than the one of the day before. Costs as much as changed."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from services.kernel.database import Pool
from services.publication.build.around import Around
from services.publication.domain import v3
from services.publication.domain.history import Kind, Seen
from services.publication.domain.v2_contracts import contract_id
from services.publication.domain.v3 import Said
from services.publication.store import changes, listed


@dataclass(frozen=True, slots=True)
class Difference:
    """What is otherwise with an entity: its number in the feed (None: it has none yet), its name, what v3 tells."""

    seq: int | None
    name: str
    told: Said


async def since_yesterday(pool: Pool, here: Around) -> AsyncIterator[list[Difference]]:
    """Each entity that is another, or new, by kind and id, in chunks. The first view of all has none."""
    day = here.view.day
    async with listed.reading(pool) as tx:
        if await listed.is_there_before(tx, day):
            seqs = await changes.seqs(tx, day)
            async for kind, pairs in listed.new_in_view(tx, day):
                found = [
                    Difference(seqs.get((kind, new.id)), _name(kind, new, here),
                               v3.compared(kind, old, new, here.places, here.base))
                    for old, new in pairs
                ]  # fmt: skip
                yield [one for one in found if one.told["changes"]]


def _name(kind: Kind, seen: Seen, here: Around) -> str:
    if kind != "contract":
        return str(seen.body["displayName"])
    number, code = contract_id(seen)
    parties = (here.organizers.get(number), here.providers.get(code))
    return ", ".join(party.body["displayName"] for party in parties if party)
