"""Number what changed: each view's changes after those of the view before it, in one transaction."""

from collections.abc import Sequence
from datetime import date, timedelta

from services.kernel.database import Connection, Pool, transaction
from services.publication.domain import v3
from services.publication.domain.history import Kind, Seen
from services.publication.store import changes, listed
from services.publication.store.changes import Change

KINDS: Sequence[Kind] = ("contract", "organizer", "provider", "unit")
CHUNK = 1000


async def run(pool: Pool, view: date) -> int:
    """Number all views up to one that are not yet; gives the last number. Killed and run again, it goes on."""
    for day in await changes.not_numbered(pool, view):
        async with transaction(pool) as tx:
            await _number(tx, day)
    return await changes.last_seq(pool, view)


async def _number(tx: Connection, view: date) -> None:
    last = await changes.seq_before(tx, view)
    for kind in KINDS:
        ids = await listed.new_in(tx, kind, view)
        for start in range(0, len(ids), CHUNK):
            found = await _changes(tx, kind, view, ids[start : start + CHUNK])
            if found:
                await changes.add(tx, view, last, found)
            last += len(found)
    await changes.close(tx, view, last)


async def _changes(tx: Connection, kind: Kind, view: date, ids: Sequence[str]) -> list[Change]:
    before = view - timedelta(days=1)
    old, new = [await listed.seen(tx, kind, day, day, ids) for day in (before, view)]
    found = [_change(kind, old.get(entity), new[entity]) for entity in ids]
    return [one for one in found if one.fields or one.what == "created"]


def _change(kind: Kind, old: Seen | None, new: Seen) -> Change:
    before = v3.state(kind, old, {}, "") if old else None
    told = v3.difference(kind, new.id, before, v3.state(kind, new, {}, ""))
    fields = [change["field"] for change in told["changes"]] if old else []
    owner = new.body.get("organizationNumber", new.id)
    return Change(kind, new.id, told["what"], fields, owner, new.body.get("municipalityCode"))
