"""What is asked about reorganisations, about the links that they make, and what is proposed for a new one."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from services.contracts.registry import FieldChange
from services.contracts.vocabulary import Status
from services.kernel.database import Connection, Pool
from services.kernel.identity import Subject
from services.registry.commands import authority
from services.registry.domain import reorganisations as domain
from services.registry.domain.changes import changes_between, differences, wire
from services.registry.domain.proposals import Proposed, proposals
from services.registry.domain.reorganisations import Reorganisation, State, kind_of
from services.registry.domain.state import SchoolUnit
from services.registry.domain.tasks import Task
from services.registry.register import Register
from services.registry.store import reorganisations, units

Json = dict[str, Any]
KNOWN_ANYWAY = {"school_unit_code", "organization_number"}


async def of_organizer(register: Register, who: Subject, number: str) -> list[Json]:
    """An organizer's reorganisations, those to come first. Raises Problem 404 for a stranger."""
    await authority.require(register.pool, register, who, number)
    found = await reorganisations.of_organizer(register.pool, number)
    return [await answer(register.pool, plan) for plan in found]


async def one(register: Register, who: Subject, reorganisation_id: str) -> Reorganisation:
    """One that the caller may see. Raises Problem 404."""
    plan = await reorganisations.find(register.pool, reorganisation_id)
    if plan is None:
        raise authority.not_found()
    await authority.require(register.pool, register, who, plan.organizer)
    return plan


async def answer(connection: Connection | Pool, plan: Reorganisation) -> Json:
    """A reorganisation as it is answered, with its units as they are called and stand now."""
    known = await reorganisations.names(connection, plan.codes)

    def part(code: str) -> Json:
        row = known[code]
        return {"schoolUnitCode": code, "displayName": row["display_name"], "status": row["status"],
                "version": row["version"]}  # fmt: skip

    return {
        "reorganisationId": plan.reorganisation_id,
        "version": plan.version,
        "organizationNumber": plan.organizer,
        "kind": plan.kind.value,
        "state": plan.state.value,
        "effectiveDate": plan.effective_date.isoformat(),
        "reason": plan.reason,
        "plannedOn": plan.planned_on.isoformat(),
        "sources": [part(code) for code in plan.sources],
        "results": [part(result.code) | {"carriedFrom": result.carried_from} for result in plan.results],
    }


def preview(
    effective: date, reason: str, sources: Sequence[SchoolUnit], results: Sequence[tuple[SchoolUnit, str | None]]
) -> Json:
    """What planning would do, each unit with its changes, field by field. The codes are not drawn yet."""
    closing = [
        {"schoolUnitCode": unit.code, "displayName": unit.public.display_name, "status": unit.public.status.value,
         "version": unit.version, "changed": wire(domain.closed(unit, effective)[1])}
        for unit in sources
    ]  # fmt: skip
    new = [
        {"schoolUnitCode": None, "displayName": unit.public.display_name, "status": Status.PLANERAD.value,
         "carriedFrom": carried, "changed": wire(_introduced(unit))}
        for unit, carried in results
    ]  # fmt: skip
    return {"kind": kind_of(len(sources), len(results)).value, "effectiveDate": effective.isoformat(),
            "reason": reason.strip(), "sources": closing, "results": new}  # fmt: skip


async def links(register: Register, who: Subject, code: str) -> Json:
    """What a unit came of, and what came of it; planned ones too. Raises Problem 404."""
    row = await units.find(register.pool, register.vault, code)
    if row is None:
        raise authority.not_found()
    await authority.require(register.pool, register, who, row.organizer)
    found = await reorganisations.links(register.pool, code)
    told: dict[str, list[Json]] = {"source": [], "result": []}
    for other in found:
        told[other["part"]].append(
            {"schoolUnitCode": other["code"], "displayName": other["display_name"], "status": other["status"],
             "organizationNumber": other["organizer"], "reorganisationId": str(other["reorganisation_id"]),
             "state": other["state"], "effectiveDate": other["effective_date"].isoformat()}
        )  # fmt: skip
    return {"predecessors": told["source"], "successors": told["result"]}


async def proposal(register: Register, who: Subject, number: str, codes: Sequence[str], results: int) -> Json:
    """What is proposed for each result, and where each field comes from. Raises Problem 404.

    A code that is not the organizer's is passed over: planning names it.
    """
    await authority.require(register.pool, register, who, number)
    rows = [await units.find(register.pool, register.vault, code) for code in dict.fromkeys(codes)]
    sources = [row.unit for row in rows if row and row.organizer == number]
    return {
        "sources": [
            {"schoolUnitCode": unit.code, "displayName": unit.public.display_name, "status": unit.public.status.value,
             "version": unit.version}
            for unit in sources
        ],
        "results": [_proposed(each) for each in proposals(sources, results)],
    }  # fmt: skip


async def tasks(register: Register, organizer: str, _day: date) -> list[Task]:
    """Reorganisations that take effect on a day to come, for the overview. Whoever asks must have been let in."""
    found = await reorganisations.of_organizer(register.pool, organizer)
    coming = [plan for plan in found if plan.state is State.PLANNED]
    if not coming:
        return []
    about = tuple(plan.reorganisation_id for plan in coming)
    return [Task("reorganisation-coming", len(coming), min(plan.effective_date for plan in coming), about)]


def _introduced(unit: SchoolUnit) -> tuple[FieldChange, ...]:
    """Each field of a new unit but its code, not drawn yet, and its organizer. Protected ones are named."""
    body = unit.public.model_dump(mode="json", by_alias=True, exclude_none=True, exclude=KNOWN_ANYWAY)
    bare = SchoolUnit(unit.public, type(unit.private)(), unit.version)
    return (*differences({}, body), *changes_between(bare, unit))


def _proposed(each: Proposed) -> Json:
    fields = each.fields.model_dump(mode="json", by_alias=True, exclude={"head_master_personal_identity_number"})
    return {"unit": fields, "carriedFrom": each.carried_from, "origins": each.origins, "differing": each.differing}
