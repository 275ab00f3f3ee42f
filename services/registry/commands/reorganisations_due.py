"""Reorganisations whose day begins: the old units close, the new ones are active."""

from services.contracts.registry import SchoolUnitOpened
from services.contracts.reorganisations import ReorganisationTookEffect
from services.contracts.vocabulary import Cause, Status
from services.kernel.database import Connection
from services.registry.commands.reorganising import process_of, save_plan
from services.registry.commands.saving import save
from services.registry.domain import reorganisations as domain
from services.registry.domain.register_day import OpenDay
from services.registry.domain.reorganisations import Reorganisation
from services.registry.domain.units import opened
from services.registry.register import Register
from services.registry.store import reorganisations, units
from services.registry.store.audit import Doer


async def take_effect(tx: Connection, register: Register, day: OpenDay) -> None:
    """Each whose day has come, once."""
    for plan in await reorganisations.due(tx, day.date):
        await _take_effect(tx, register, plan, day)


async def _take_effect(tx: Connection, register: Register, plan: Reorganisation, day: OpenDay) -> None:
    """Both sides in this transaction, each change as part of the reorganisation: no day has both, or neither.

    What an import has closed meanwhile stays as it is.
    """
    process = process_of(plan.reorganisation_id)
    by = Doer("register", "register", Cause.PLANNED, reason=plan.reason or None, process=process)
    found = await units.many_for_update(tx, register.vault, sorted(plan.codes))
    new = [found[code].unit for code in plan.result_codes]
    await save(
        tx, register, [opened(unit) for unit in new if unit.public.status is Status.PLANERAD], by, day,
        event=SchoolUnitOpened,
    )  # fmt: skip
    old = [found[code].unit for code in plan.sources]
    closing = [domain.closed(unit, plan.effective_date) for unit in old if unit.public.status is not Status.UPPHORT]
    await save(tx, register, closing, by, day)
    await save_plan(tx, plan, domain.effective(plan), by, day, ReorganisationTookEffect)
