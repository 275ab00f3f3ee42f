"""Number what changed: each view's changes after those of the view before it, in one transaction."""

from datetime import date

from services.kernel.database import Connection, Pool, transaction
from services.publication.domain import v3
from services.publication.domain.history import Kind, Seen
from services.publication.store import changes, listed
from services.publication.store.changes import Change


async def run(pool: Pool, view: date) -> int:
    """Number all views up to one that are not yet; gives the last number. Killed and run again, it goes on."""
    for day in await changes.not_numbered(pool, view):
        async with transaction(pool) as tx:
            await _number(tx, day)
    return await changes.last_seq(pool, view)


async def _number(tx: Connection, view: date) -> None:
    last = await changes.seq_before(tx, view)
    async for kind, pairs in listed.new_in_view(tx, view):
        told = [_change(kind, old, new) for old, new in pairs]
        found = [one for one in told if one.fields or one.what == "created"]
        if found:
            await changes.add(tx, view, last, found)
        last += len(found)
    await changes.close(tx, view, last)


def _change(kind: Kind, old: Seen | None, new: Seen) -> Change:
    told = v3.compared(kind, old, new, {}, "")
    fields = [change["field"] for change in told["changes"]] if old else []
    owner = new.body.get("organizationNumber", new.id)
    return Change(kind, new.id, told["what"], fields, owner, new.body.get("municipalityCode"))
