"""What is asked about organizers and their units."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from services.contracts.registry import PublicOrganizer
from services.contracts.vocabulary import AddressType
from services.kernel.database import Connection, Pool
from services.kernel.identity import Subject
from services.registry.commands import authority
from services.registry.domain.organizers import contact_of
from services.registry.register import Register
from services.registry.store import audit, organizers

PAGE_SIZE, LARGEST_PAGE = 50, 1000
VISITING = AddressType.BESOKSADRESS.value
LISTED = ("schoolName", "headMaster", "email", "phoneNumber", "url", "schoolUnitType", "orientationType", "startdate",
          "endDate")  # fmt: skip
"""Public fields that a list tells of beside a unit's own columns."""


@dataclass(frozen=True, slots=True)
class UnitSearch:
    """How a list of units is narrowed, ordered and paged."""

    text: str = ""
    statuses: Sequence[str] = ()
    school_types: Sequence[str] = ()
    sort: str = "name"
    descending: bool = False
    page: int = 1
    size: int = PAGE_SIZE
    lacks: Sequence[str] = ()
    not_public: bool = False


async def mine(register: Register, who: Subject, text: str | None) -> list[dict[str, Any]]:
    """The organizers that the caller may act for; an administrator searches all."""
    if text is not None and await authority.is_administration(register.pool, who):
        return [organizers.as_json(row) for row in await organizers.search(register.pool, text)]
    return [organizers.as_json(row) for row in await organizers.of_person(register.pool, who.person_id)]


async def one(register: Register, who: Subject, number: str) -> dict[str, Any]:
    """One organizer. Raises Problem 404 for a stranger."""
    role = await authority.require(register.pool, register, who, number)
    if await organizers.find(register.pool, number) is None:
        raise authority.not_found()
    return await as_answer(register.pool, register, number, role)


async def as_answer(connection: Connection | Pool, register: Register, number: str, role: str) -> dict[str, Any]:
    """An organizer as it is answered: all of it, its own contact values, where the rest is from, what is not public.

    Raises LookupError for a number that is not there.
    """
    row = await organizers.find(connection, number)
    if row is None:
        raise LookupError(number)
    contact = contact_of(PublicOrganizer.model_validate(row["body"]))
    return {
        "organizer": row["body"],
        "version": row["version"],
        "role": role,
        "created": row["created"],
        "modified": row["modified"],
        "contact": contact.model_dump(mode="json", by_alias=True),
        "baseData": {"origin": register.companies_register, "asOf": row["base_data_as_of"]},
        "notYetPublic": await audit.not_public(connection, number),
    }


async def units(register: Register, who: Subject, number: str, search: UnitSearch) -> dict[str, Any]:
    """A page of an organizer's units. Raises Problem 404 for a stranger."""
    await authority.require(register.pool, register, who, number)
    rows = await organizers.units(
        register.pool, number, text=search.text, statuses=search.statuses, school_types=search.school_types,
        lacks=search.lacks, not_public=search.not_public, order=(search.sort, search.descending),
        page=(search.size, (search.page - 1) * search.size),
    )  # fmt: skip
    total = rows[0]["total"] if rows else 0
    return {
        "total": total,
        "page": search.page,
        "pages": -(-total // search.size),
        "schoolUnits": [_listed(row) for row in rows],
    }


def _listed(row: asyncpg.Record) -> dict[str, Any]:
    """A unit as a list tells of it; what it has no value for is null."""
    body = row["body"]
    return {
        "schoolUnitCode": row["code"],
        "displayName": row["display_name"],
        "status": row["status"],
        "municipalityCode": row["municipality_code"],
        "municipalityName": row["municipality_name"],
        "schoolTypes": row["school_types"],
        "modified": row["modified"],
        "notYetPublic": row["not_yet_public"],
        "version": row["version"],
        "visitingAddress": next((one for one in body.get("addresses", ()) if one["type"] == VISITING), None),
        **{name: body.get(name) for name in LISTED},
    }
