"""Things of the register with everything filled in that a test does not care about."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.contracts.identity import PersonalData, PersonRegistered
from services.contracts.registry import (
    FieldChange,
    OrganizerRegistered,
    PublicOrganizer,
    PublicUnit,
    RegisterDayClosed,
    SchoolUnitEdited,
    SchoolUnitRegistered,
)
from services.contracts.vocabulary import Cause

A_DAY, NEXT_DAY = date(2026, 11, 23), date(2026, 11, 24)
LUND, SVALEBO = "2120001132", "27508103"
KARIN = UUID("3f6c1f0e-8a52-4d7c-9a0e-52d1b7c0f001")


def a_unit(**other: Any) -> PublicUnit:
    """A compulsory school of a municipality."""
    values = {
        "school_unit_code": SVALEBO,
        "organization_number": LUND,
        "display_name": "Svaleboskolan",
        "status": "AKTIV",
        "municipality_code": "1281",
        "school_types": ("GR",),
    }
    return PublicUnit.model_validate(values | other)


def an_organizer(**other: Any) -> PublicOrganizer:
    """A municipality."""
    values = {"organization_number": LUND, "display_name": "Lunds kommun", "organizer_type": "KOMMUN"}
    return PublicOrganizer.model_validate(values | other)


def days(day: date = A_DAY, public_from: date = NEXT_DAY) -> dict[str, date]:
    return {"register_day": day, "public_from": public_from}


def unit_registered(unit: PublicUnit | None = None, **other: Any) -> SchoolUnitRegistered:
    unit = unit or a_unit()
    values: dict[str, Any] = {"version": 1, "cause": Cause.IMPORT, **days(), **other}
    return SchoolUnitRegistered(school_unit_code=unit.school_unit_code, unit=unit, **values)


def unit_edited(unit: PublicUnit | None = None, *changed: FieldChange, **other: Any) -> SchoolUnitEdited:
    unit = unit or a_unit()
    values: dict[str, Any] = {"version": 2, "cause": Cause.EDIT, **days(), **other}
    return SchoolUnitEdited(school_unit_code=unit.school_unit_code, unit=unit, changed=changed, **values)


def organizer_registered(organizer: PublicOrganizer | None = None, **other: Any) -> OrganizerRegistered:
    organizer = organizer or an_organizer()
    values: dict[str, Any] = {"version": 1, "cause": Cause.IMPORT, **days(), **other}
    return OrganizerRegistered(organization_number=organizer.organization_number, organizer=organizer, **values)


def a_marker(partition: int = 0, **other: Any) -> RegisterDayClosed:
    values: dict[str, Any] = {
        "day": A_DAY,
        "public_from": NEXT_DAY,
        "partition": partition,
        "partitions": 6,
        "events": 0,
        "total": 0,
        "closed_at": datetime(2026, 11, 23, 23, 0, 1, tzinfo=UTC),
        "time_zone": "Europe/Stockholm",
    }
    return RegisterDayClosed(**values | other)


def a_person(**other: Any) -> PersonRegistered:
    values: dict[str, Any] = {
        "person_id": KARIN,
        "version": 1,
        "protected": False,
        "contact": PersonalData(name="Karin Kontakt", email="karin.kontakt@example.org"),
    }
    return PersonRegistered(**values | other)
