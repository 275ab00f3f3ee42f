"""What follows from a file with many units that was applied: one mail of all of it."""

from services.contracts.bulk import BulkApplied
from services.kernel.database import Connection
from services.kernel.envelope import Envelope, read
from services.notifications.commands.telling import Occasion, Office, scene, to_members
from services.notifications.commands.users import Handler
from services.notifications.domain import bulk_notices as notices


async def bulk_applied(tx: Connection, envelope: Envelope, office: Office) -> None:
    """Tell the others who may act for the organizer."""
    fact, occasion = read(envelope, BulkApplied), Occasion.of(envelope, office)
    told = notices.applied(await scene(tx, occasion, fact.organization_number), fact)
    await to_members(tx, occasion, fact.organization_number, "bulk-applied", told)


HANDLERS: dict[str, Handler] = {BulkApplied.full_type(): bulk_applied}
"""What each event asks for."""
