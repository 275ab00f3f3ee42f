"""Rows of open data read as organizers and units. What a source lacks stays empty: nothing is invented."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.contracts.registry import Municipality, PublicOrganizer, PublicUnit
from services.contracts.vocabulary import AddressType, OrganizerType
from services.registry.domain.units import HeadTeacherPrivate, SchoolUnit

UNIT_FIELDS = {field.alias or name for name, field in PublicUnit.model_fields.items()}


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be taken, and why."""

    row: int
    code: str
    reason: str


def unit_from(row: Mapping[str, Any]) -> SchoolUnit:
    """Read a unit in v2's names. Raises ValueError where the register could not hold it.

    A place without an address becomes a visiting address with coordinates only.
    """
    known = {name: value for name, value in row.items() if name in UNIT_FIELDS and value is not None}
    if "coordinates" in row and not known.get("addresses"):
        known["addresses"] = [{"type": AddressType.BESOKSADRESS, "geoCoordinates": row["coordinates"]}]
    return SchoolUnit(PublicUnit.model_validate(known), HeadTeacherPrivate(), version=1)


def organizer_from(row: Mapping[str, str], municipalities: Mapping[str, tuple[str, str]]) -> PublicOrganizer:
    """Read an organizer. A municipality's own code is found by its name: `municipalities` is name -> (code, name)."""
    organizer = PublicOrganizer.model_validate(dict(row))
    seat = municipalities.get(organizer.display_name.casefold())
    if organizer.organizer_type is not OrganizerType.KOMMUN or seat is None:
        return organizer
    place = Municipality.model_validate({"municipalityCode": seat[0], "displayName": seat[1]})
    return organizer.model_copy(update={"municipalities": (place,)})
