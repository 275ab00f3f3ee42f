"""The one way each value is written, whatever way it was typed."""

import re
from typing import TypeVar

from services.contracts.event import Wire
from services.contracts.registry import Address, GeoCoordinates, SchoolTypeProperties
from services.contracts.vocabulary import GRADES, AddressType, PersonalIdentityNumber, SchoolType, SchoolTypePart
from services.registry.domain import coordinates
from services.registry.domain.state import EditableFields

ADDRESS_ORDER = [
    AddressType.BESOKSADRESS,
    AddressType.POSTADRESS,
    AddressType.LEVERANSADRESS,
    AddressType.UTLANDSADRESS,
]
Values = TypeVar("Values", bound=Wire)


def normalised(fields: EditableFields) -> EditableFields:
    """Spaces trimmed, nothing empty but None, lists in the register's order. Doing it twice alters nothing."""
    number, work_email = fields.head_master_personal_identity_number, fields.head_master_work_email
    trimmed = _trimmed(fields)
    return trimmed.model_copy(
        update={
            "display_name": trimmed.display_name or "",
            "phone_number": phone(trimmed.phone_number),
            "head_master_personal_identity_number": None if number is None else PersonalIdentityNumber.tidied(number),
            "head_master_work_email": None if work_email is None else work_email.strip(),
            "addresses": tuple(_address(a) for a in sorted(fields.addresses, key=_address_order) if not _is_empty(a)),
            "school_types": tuple(t for t in SchoolType if t in fields.school_types),
            "school_type_properties": _properties(fields.school_type_properties),
        }
    )


def _trimmed(values: Values) -> Values:
    texts = {name: value for name, value in values if isinstance(value, str) and type(value) is str}
    return values.model_copy(update={name: " ".join(text.split()) or None for name, text in texts.items()})


def phone(text: str | None) -> str | None:
    """Spelled without parentheses, and with a plain hyphen that nothing stands around."""
    plain = re.sub(r"\s*[-‐‑–—]\s*", "-", re.sub(r"[()]", "", text or ""))
    return " ".join(plain.split()) or None


def _address_order(address: Address) -> int:
    return ADDRESS_ORDER.index(address.type)


def _is_empty(address: Address) -> bool:
    values = address.model_dump(exclude={"type"}, exclude_none=True)
    place = values.pop("geo_coordinates", None) or {}
    return not any(str(value).strip() for value in [*values.values(), *place.values()])


def _address(address: Address) -> Address:
    trimmed = _trimmed(address)
    postal_code = re.sub(r"\s", "", trimmed.postal_code or "") or None
    geo = address.geo_coordinates
    return trimmed.model_copy(update={"postal_code": postal_code, "geo_coordinates": _place(geo) if geo else None})


def _place(place: GeoCoordinates) -> GeoCoordinates | None:
    texts = {name: value.strip().replace(",", ".") or None for name, value in place if value is not None}
    return coordinates.completed(place.model_copy(update=texts)) if any(texts.values()) else None


def _properties(properties: SchoolTypeProperties) -> SchoolTypeProperties:
    update: dict[str, Wire | None] = {}
    for school_type, allowed in GRADES.items():
        name = school_type.value.lower()
        if given := getattr(properties, name):
            known = [grade for grade in allowed if grade in (given.grades or ())]
            unknown = [grade for grade in given.grades or () if grade not in allowed]
            update[name] = given.model_copy(update={"grades": (*known, *unknown)}) if known or unknown else None
    for name in ("gy", "gyan"):
        if given := getattr(properties, name):
            codes = tuple(sorted({code.strip().upper() for code in given.programmes or () if code.strip()}))
            csn = (getattr(given, "csn_code", None) or "").strip() or None
            cleaned = given.model_copy(
                update={"programmes": codes or None} | ({"csn_code": csn} if name == "gy" else {})
            )
            update[name] = cleaned if codes or csn else None
    if properties.vux:
        parts = tuple(part for part in SchoolTypePart if part in properties.vux.school_type_parts)
        update["vux"] = properties.vux.model_copy(update={"school_type_parts": parts}) if parts else None
    return properties.model_copy(update=update)
