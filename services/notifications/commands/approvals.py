"""What follows from the yearly approval: prompts, reminders, and word of what was approved."""

from services.contracts.approvals import ApprovalDue, ApprovalGiven
from services.kernel.database import Connection
from services.kernel.envelope import Envelope, read
from services.notifications.commands.telling import Occasion, Office, scene, to_members
from services.notifications.commands.users import Handler
from services.notifications.domain import approval_notices as notices


async def approval_due(tx: Connection, envelope: Envelope, office: Office) -> None:
    """Ask all who may act for the organizer."""
    fact, occasion = read(envelope, ApprovalDue), Occasion.of(envelope, office)
    told = notices.due(await scene(tx, occasion, fact.organization_number), fact)
    await to_members(tx, occasion, fact.organization_number, f"approval-{fact.step}", told)


async def approval_given(tx: Connection, envelope: Envelope, office: Office) -> None:
    """Tell the others who may act for the organizer."""
    fact, occasion = read(envelope, ApprovalGiven), Occasion.of(envelope, office)
    told = notices.given(await scene(tx, occasion, fact.organization_number), fact)
    await to_members(tx, occasion, fact.organization_number, "approval-given", told)


HANDLERS: dict[str, Handler] = {
    ApprovalDue.full_type(): approval_due,
    ApprovalGiven.full_type(): approval_given,
}
