"""Writing reorganisations with their audit rows and events: what the commands and the register day end with."""

from collections.abc import Mapping
from datetime import date

from services.contracts.registry import ProcessRef
from services.contracts.reorganisations import (
    PartOfReorganisation,
    ReorganisationChanged,
    ReorganisationPlanned,
    ReorganisationTookEffect,
    ReorganisationUndone,
)
from services.contracts.vocabulary import OrganizationNumber, ProcessType, SchoolUnitCode
from services.kernel.database import Connection
from services.registry.commands.command import note, say
from services.registry.domain import reorganisations as domain
from services.registry.domain.register_day import OpenDay
from services.registry.domain.reorganisations import Reorganisation
from services.registry.store import reorganisations
from services.registry.store.audit import Doer

Said = (
    type[ReorganisationPlanned]
    | type[ReorganisationChanged]
    | type[ReorganisationUndone]
    | type[ReorganisationTookEffect]
)


def process_of(reorganisation_id: str) -> ProcessRef:
    """What each change of a unit by it is part of."""
    return ProcessRef(type=ProcessType.REORGANISATION, id=reorganisation_id)


async def save_plan(
    tx: Connection, before: Reorganisation | None, after: Reorganisation, by: Doer, day: OpenDay, event: Said
) -> None:
    """Write a new or changed reorganisation, its audit row and its event. Its units are written before."""
    if before is None:
        await reorganisations.insert(tx, after)
    else:
        await reorganisations.update(tx, after)
    await note(tx, [(after.aggregate, after.version, domain.changes_of(before, after))], by, day)
    known = await reorganisations.names(tx, after.codes)
    named = {code: str(row["display_name"]) for code, row in known.items()}
    await say(tx, by, _fact(after, named, day.date, event))


def _fact(
    plan: Reorganisation, named: Mapping[str, str], day: date, event: Said
) -> ReorganisationPlanned | ReorganisationChanged | ReorganisationUndone | ReorganisationTookEffect:
    def parts(codes: tuple[str, ...]) -> tuple[PartOfReorganisation, ...]:
        return tuple(
            PartOfReorganisation(school_unit_code=SchoolUnitCode(code), display_name=named[code]) for code in codes
        )

    return event(
        reorganisation_id=plan.reorganisation_id, organization_number=OrganizationNumber(plan.organizer),
        effective_date=plan.effective_date, sources=parts(plan.sources), results=parts(plan.result_codes),
        version=plan.version, register_day=day,
    )  # fmt: skip
