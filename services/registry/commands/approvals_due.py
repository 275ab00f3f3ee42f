"""The prompts and reminders of the yearly approval, when their register day begins."""

from services.contracts.approvals import ApprovalDue
from services.contracts.vocabulary import OrganizationNumber
from services.kernel import outbox
from services.kernel.database import Connection
from services.kernel.envelope import seal
from services.registry.domain.register_day import OpenDay
from services.registry.register import SOURCE, Register
from services.registry.store import approvals

THE_REGISTER = "register"


async def take_effect(tx: Connection, register: Register, day: OpenDay) -> None:
    """Write to every organizer that has not approved everything, where the calendar says so; a day once."""
    call = register.approval.call_on(day.date)
    if call is None or not await approvals.claim_call(tx, call, day.date):
        return
    missing = await approvals.missing(tx, call.round.year)
    events = [
        ApprovalDue(
            organization_number=OrganizationNumber(organizer), school_year=call.round.name, step=call.step,
            due_on=call.round.due, days_left=call.days_left, missing=count, roles=register.approval.roles,
            register_day=day.date,
        )
        for organizer, count in missing.items()
    ]  # fmt: skip
    await outbox.append(tx, *[seal(event, source=SOURCE, actor=THE_REGISTER) for event in events])
    await approvals.called(tx, call.round, day.date, len(events))
