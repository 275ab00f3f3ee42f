"""Which events a consumer has handled, so that a repeat does nothing."""

from collections.abc import Sequence
from uuid import UUID

from services.kernel.database import Connection
from services.kernel.envelope import Envelope

SEEN = """
INSERT INTO inbox (consumer, event_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING RETURNING event_id
"""
FORGET = "DELETE FROM inbox WHERE consumer = $1 AND event_id = $2"


async def new_ones(tx: Connection, consumer: str, envelopes: Sequence[Envelope]) -> list[Envelope]:
    """Those events that the consumer has not handled, each once. Call inside the transaction that does the work."""
    rows = await tx.fetch(SEEN, consumer, [e.id for e in envelopes])
    fresh: set[UUID] = {row["event_id"] for row in rows}
    taken = []
    for envelope in envelopes:
        if envelope.id in fresh:
            fresh.discard(envelope.id)
            taken.append(envelope)
    return taken


async def once(tx: Connection, consumer: str, envelope: Envelope) -> bool:
    """Whether this is the first time. Call inside the transaction that does the work."""
    return bool(await new_ones(tx, consumer, [envelope]))
