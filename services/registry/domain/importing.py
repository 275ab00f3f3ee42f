"""Rows of open data read as organizers and units. What a source lacks stays as it is: an import empties nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pydantic import ValidationError

from services.contracts.event import Wire
from services.contracts.registry import (
    Address,
    FieldChange,
    GeoCoordinates,
    Municipality,
    PublicOrganizer,
    PublicUnit,
    SchoolTypeProperties,
)
from services.contracts.vocabulary import AddressType, OrganizerType, SchoolType, Status
from services.registry.domain.changes import changes_between
from services.registry.domain.rules import RulesBrokenError
from services.registry.domain.state import HeadTeacherPrivate, SchoolUnit, Surroundings
from services.registry.domain.units import CLOSED_IS_FINAL, checked

UNIT_FIELDS = {field.alias or name for name, field in PublicUnit.model_fields.items()}
EMPTY: tuple[object, ...] = (None, "", [], {}, ())
Value = TypeVar("Value", bound=Wire)
Seat = tuple[str, str]
"""A municipality's code and short name."""


class RefusedError(Exception):
    """A row that cannot be taken. The code is stable: a rule's, or one of docs/operating/import.md."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code, self.reason = code, reason


@dataclass(frozen=True, slots=True)
class Reference:
    """What rows refer to."""

    organizers: Mapping[str, OrganizerType]
    municipalities: frozenset[str]


def taken(
    row: Mapping[str, Any], before: SchoolUnit | None, reference: Reference
) -> tuple[SchoolUnit, tuple[FieldChange, ...]]:
    """The unit that a row in v2's names makes, and what it changes; a new unit changes nothing. Raises RefusedError."""
    try:
        said = merged(before, row) if before else unit_from(row)
        changed = changes_between(before, said) if before else ()
        if before and not changed:
            return before, ()
        if before and before.public.status is Status.UPPHORT:
            raise RefusedError(CLOSED_IS_FINAL.code, CLOSED_IS_FINAL.sentence)
        unit = checked(said, _around(said, reference))
    except ValidationError as error:
        first = error.errors()[0]
        where = "/".join(str(part) for part in first["loc"])
        raise RefusedError("malformed", f"/{where}: {first['msg']}") from error
    except RulesBrokenError as error:
        reason = "; ".join(f"{b.pointer}: {b.rule.sentence}" for b in error.broken)
        raise RefusedError(error.broken[0].rule.code, reason) from error
    return unit, changes_between(before, unit) if before else ()


def unit_from(row: Mapping[str, Any]) -> SchoolUnit:
    """Read a new unit. Raises ValueError where the register could not hold it."""
    return SchoolUnit(PublicUnit.model_validate(_said(row)), HeadTeacherPrivate(), version=1)


def merged(before: SchoolUnit, row: Mapping[str, Any]) -> SchoolUnit:
    """The unit with what a row says. What the row does not name stays, as does what is private.

    Raises ValueError where the register could not hold it.
    """
    said = _said(row)
    public = before.public
    update = PublicUnit.model_validate(public.model_dump(by_alias=True, exclude_none=True) | said)
    details = SchoolTypeProperties.model_validate(said.get("schoolTypeProperties", {}))
    parts = {
        "addresses": _addresses(public.addresses, update.addresses),
        "school_type_properties": _details(public.school_type_properties, details, update.school_types),
    }
    return replace(before, public=update.model_copy(update=parts), version=before.version + 1)


def _said(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a row says of a unit. A place without an address becomes a visiting address with coordinates only."""
    known = {name: value for name, value in row.items() if name in UNIT_FIELDS and value not in EMPTY}
    if row.get("coordinates") and "addresses" not in known:
        known["addresses"] = [{"type": AddressType.BESOKSADRESS, "geoCoordinates": row["coordinates"]}]
    return known


def _addresses(before: Sequence[Address], said: Sequence[Address]) -> tuple[Address, ...]:
    old, named = {address.type: address for address in before}, {address.type for address in said}
    kept = [address for address in before if address.type not in named]
    return (*(_address(old.get(address.type), address) for address in said), *kept)


def _address(before: Address | None, said: Address) -> Address:
    if before is None or before.geo_coordinates is None or said.geo_coordinates is None:
        return _over(before, said)
    place = _place(before.geo_coordinates, said.geo_coordinates)
    return _over(before, said.model_copy(update={"geo_coordinates": place}))


def _place(before: GeoCoordinates, said: GeoCoordinates) -> GeoCoordinates:
    """A place that is said anew in one system only must not keep the other system's old numbers."""
    return before if _over(before, said) == before else said


def _details(
    before: SchoolTypeProperties, said: SchoolTypeProperties, types: Sequence[SchoolType]
) -> SchoolTypeProperties:
    """Details of the school types that the unit still has, with those that the row names."""
    kept = {name: value for name, value in before if value and SchoolType(name.upper()) in types}
    named = {name: _over(kept.get(name), value) for name, value in said if value}
    return SchoolTypeProperties(**(kept | named))


def _over(before: Value | None, said: Value) -> Value:
    given = {name: value for name, value in said if value not in EMPTY}
    return before.model_copy(update=given) if before else said


def _around(unit: SchoolUnit, reference: Reference) -> Surroundings:
    number = unit.public.organization_number
    if number not in reference.organizers:
        raise RefusedError("organizer-unknown", f"no organizer {number}")
    return Surroundings(reference.organizers[number], reference.municipalities)


def organizer_from(row: Mapping[str, str], municipalities: Mapping[str, Seat]) -> PublicOrganizer:
    """Read an organizer. A municipality's own code is found by its name: `municipalities` is folded name -> seat."""
    organizer = PublicOrganizer.model_validate(dict(row))
    seat = municipalities.get(organizer.display_name.casefold()) or _seat(organizer.display_name, municipalities)
    if organizer.organizer_type is not OrganizerType.KOMMUN or seat is None:
        return organizer
    place = Municipality.model_validate({"municipalityCode": seat[0], "displayName": seat[1]})
    return organizer.model_copy(update={"municipalities": (place,)})


def _seat(display_name: str, municipalities: Mapping[str, Seat]) -> Seat | None:
    """By the short name, as some write theirs otherwise than a list does: Region Gotland, Kalix kommun, Falu kommun."""
    name = " ".join(word for word in display_name.casefold().split() if word not in {"kommun", "region"})
    named = {seat[1].casefold(): seat for seat in municipalities.values()}
    return named.get(name) or named.get(f"{name}n")
