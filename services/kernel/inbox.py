"""Which events a consumer has handled, so that a repeat does nothing."""

from collections.abc import Sequence
from uuid import UUID

from services.kernel.database import Connection
from services.kernel.envelope import Envelope

SEEN = """
INSERT INTO inbox (consumer, event_id) SELECT $1, id FROM unnest($2::uuid[]) AS id ORDER BY id
ON CONFLICT DO NOTHING RETURNING event_id
"""


async def once(tx: Connection, consumer: str, envelope: Envelope) -> bool:
    """Whether this is the first time. Call inside the transaction that does the work."""
    return bool(await new_ones(tx, consumer, [envelope]))


async def new_ones(tx: Connection, consumer: str, envelopes: Sequence[Envelope]) -> list[Envelope]:
    """Those events that the consumer has not handled, in order and each once. One round trip."""
    first: dict[UUID, Envelope] = {}
    for envelope in envelopes:
        first.setdefault(envelope.id, envelope)
    rows = await tx.fetch(SEEN, consumer, list(first))
    fresh = {row["event_id"] for row in rows}
    return [envelope for identity, envelope in first.items() if identity in fresh]
