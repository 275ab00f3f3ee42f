"""Which units are part of an undertaking that has not taken effect: a unit is in one at most."""

from collections.abc import Sequence
from uuid import UUID

from services.kernel.database import Connection
from services.registry.store import transfers


async def busy(connection: Connection, codes: Sequence[str]) -> dict[str, UUID]:
    """In which undertaking each of the units is; those that are in none are absent. The caller has locked them."""
    return await transfers.open_for(connection, codes)
