"""Things that tests need, with what matters named and the rest as usual."""

from datetime import date
from typing import Any

from services.contracts.registry import PublicUnit
from services.publication.domain.history import Seen, Version
from services.registry.domain.state import EditableFields, HeadTeacherPrivate, SchoolUnit
from services.registry.domain.units import editable

CODE, LUND, INDEPENDENT = "27508103", "2120001132", "5564515988"
DAY = date(2026, 11, 23)


def a_body(**changes: Any) -> dict[str, Any]:
    """A unit's public state on the wire."""
    return {
        "schoolUnitCode": CODE, "organizationNumber": LUND, "displayName": "Svaleboskolan", "status": "AKTIV",
        "municipalityCode": "1281", "schoolTypes": ["GR"], "schoolTypeProperties": {"gr": {"grades": ["7", "8"]}},
        "schoolUnitType": "SKOLENHET", "orientationType": "EJ_RELEVANT",
    } | changes  # fmt: skip


def a_unit(private: HeadTeacherPrivate | None = None, **changes: Any) -> SchoolUnit:
    """A unit as the register holds it."""
    return SchoolUnit(PublicUnit.model_validate(a_body(**changes)), private or HeadTeacherPrivate(), version=1)


def fields_of(unit: SchoolUnit, **changes: Any) -> EditableFields:
    """The unit's form with some fields changed (v2 names)."""
    return EditableFields.model_validate(editable(unit).model_dump(by_alias=True) | changes)


def a_version(version: int = 1, *, day: date = DAY, public_from: date = date(2026, 11, 24), **changes: Any) -> Version:
    """A version of a unit in publication's history."""
    body = a_body(**changes)
    return Version("unit", body["schoolUnitCode"], version, day, public_from, 0, body["organizationNumber"], body)


def a_seen(**changes: Any) -> Seen:
    """A unit as a view has it."""
    return Seen(CODE, 1, DAY, DAY, a_body(**changes))


def a_seen_organizer() -> Seen:
    """Its organizer as a view has it."""
    body = {"organizationNumber": LUND, "displayName": "Lunds kommun", "organizerType": "KOMMUN",
            "municipalities": [{"municipalityCode": "1281", "displayName": "Lund"}]}  # fmt: skip
    return Seen(LUND, 1, DAY, DAY, body)
