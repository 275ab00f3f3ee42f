"""Answers of the open API v2, to the byte (spec/openapi-v2.md): key order, nulls, absences, spellings."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from services.publication.domain.history import Seen

PATH = "/skolenhetsregistret/v2"
ALWAYS = ("displayName", "status", "url", "email", "phoneNumber", "headMaster", "addresses", "orientationType",
          "schoolUnitType", "schoolName", "municipalityCode", "schoolTypes", "schoolTypeProperties",
          "specialSupportSchool", "hospitalSchool", "reportsStudents", "reportsPersonell", "startdate", "endDate",
          "municipalAdultEducationProvidedInternally")  # fmt: skip
NULLABLE = frozenset({"url", "email", "phoneNumber", "schoolName", "municipalityCode", "specialSupportSchool",
                      "hospitalSchool", "startdate", "endDate"})  # fmt: skip
ADDRESS = ("type", "careOfAddress", "streetAddress", "postalCode", "locality", "geoCoordinates", "country", "continent")
PLACE = ("coordinateSweRefN", "coordinateSweRefE", "latitude", "longitude")
PROPERTIES = {"gr": ("grades",), "gran": ("grades",), "sam": ("grades",), "sp": ("grades",),
              "gy": ("programmes", "csnCode"), "gyan": ("programmes",), "vux": ("schoolTypeParts",)}  # fmt: skip
ORGANIZER = ("displayName", "address", "url", "email", "phoneNumber", "companyForm", "organizerType",
             "legalEntityStatus", "companyStatus", "isInternational", "municipalities", "regions")  # fmt: skip
INSIDE_ORGANIZER = {"email": ("providerType", "email"), "phoneNumber": ("providerType", "phone"),
                    "companyForm": ("code", "displayName"), "municipalities": ("municipalityCode", "displayName"),
                    "regions": ("regionCode", "displayName")}  # fmt: skip
SCHOOL_TYPES = ("FKLASS", "FTH", "OPPFTH", "GR", "GRAN", "SP", "SAM", "GY", "GYAN", "VUX")


def unit_attributes(body: Mapping[str, Any]) -> dict[str, Any]:
    """A unit's attributes. The head teacher's key is missing where there is none; what never applies is absent."""
    values = dict(body) | {
        "addresses": [_address(address) for address in body.get("addresses", ())],
        "schoolTypes": body.get("schoolTypes", []),
        "schoolTypeProperties": _ordered_inside(body.get("schoolTypeProperties", {}), PROPERTIES),
    }
    return {name: values.get(name) for name in ALWAYS if name in values or name in NULLABLE}


def unit_row(unit: Seen) -> bytes:
    """A unit's row of the list, which calls its name `name`."""
    return _json({"schoolUnitCode": unit.id, "name": unit.body["displayName"], "status": unit.body["status"]})


def unit_detail(unit: Seen, organizer: Seen | None, extract_date: str, base: str) -> bytes:
    """The answer for one unit."""
    answer: dict[str, Any] = {
        "meta": _meta(unit, extract_date),
        "links": _link(f"{base}{PATH}/school-units/{unit.id}", "self"),
        "data": {"type": "schoolunit", "schoolUnitCode": unit.id, "attributes": unit_attributes(unit.body)},
    }
    if organizer:
        answer["included"] = {
            "type": "organizer",
            "organizationNumber": organizer.id,
            "attributes": _ordered(organizer.body, ("displayName", "organizerType")),
            "links": _link(f"{base}{PATH}/organizers/{organizer.id}", "related"),
        }
    return _json(answer)


def organizer_row(organizer: Seen) -> bytes:
    """An organizer's row of the list."""
    body = organizer.body
    return _json({"organizationNumber": organizer.id} | _ordered(body, ("displayName", "organizerType")))


def organizer_detail(
    organizer: Seen, unit_codes: Sequence[str], school_types: Iterable[str], extract_date: str, base: str
) -> bytes:
    """The answer for one organizer; its school types are those of its units."""
    body = organizer.body | _ordered_inside(organizer.body, INSIDE_ORGANIZER)
    if address := body.get("address"):
        body["address"] = _address(address)
    attributes = _ordered(body, ORGANIZER)
    attributes["schoolTypes"] = [name for name in SCHOOL_TYPES if name in set(school_types)]
    if association := body.get("highSchoolAssociationId"):
        attributes["highSchoolAssociationId"] = association
    units = f"{base}{PATH}/school-units"
    relationships = {
        "schoolunit": {
            "links": _link(f"{units}?organization_number={organizer.id}", "self")
            | {"related": [_link(f"{units}/{code}", "related") for code in unit_codes]},
            "data": [{"type": "schoolunit", "schoolUnitCode": code} for code in unit_codes],
        },
        "contract": {
            "links": _link(f"{base}{PATH}/contracts?organizer_organization_number={organizer.id}", "self")
            | {"related": []},
            "data": [],
        },
    }
    return _json(
        {
            "meta": _meta(organizer, extract_date),
            "links": _link(f"{base}{PATH}/organizers/{organizer.id}", "self"),
            "data": {"type": "organizer", "organizationNumber": organizer.id, "attributes": attributes,
                     "relationships": relationships},
        }
    )  # fmt: skip


def list_answer(kind: str, rows: Iterable[bytes | bytearray], extract_date: str) -> bytes:
    """A list: its rows lie in `data.attributes`."""
    head = _json({"meta": {"extractDate": extract_date}, "data": {"type": kind, "attributes": []}})
    return head[:-3] + b",".join(rows) + b"]}}"


def api_info(publisher: str, documentation: str) -> bytes:
    """The flat object that tells what this API is."""
    return _json(
        {"apiPublisher": publisher, "apiName": "skolenhetsregistret", "apiVersion": "2.0", "apiReleased": "2024-02-14",
         "apiDocumentation": documentation, "apiStatus": "beta"}
    )  # fmt: skip


def error(status: int, title: str, detail: str) -> bytes:
    """An error; its status is text (openapi-v2.md, Errors)."""
    return _json({"type": "about:blank", "title": title, "status": str(status), "detail": detail})


def _meta(seen: Seen, extract_date: str) -> dict[str, str]:
    return {"extractDate": extract_date, "created": seen.created.isoformat(), "modified": seen.modified.isoformat()}


def _link(href: str, rel: str) -> dict[str, Any]:
    return {"href": href, "rel": rel, "method": "GET"}


def _ordered(values: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values}


def _ordered_inside(values: Mapping[str, Any], inside: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The objects, and lists of objects, that `inside` names, their keys ordered: the database keeps no order."""
    return {
        name: [_ordered(each, names) for each in found] if isinstance(found, list) else _ordered(found, names)
        for name, names in inside.items()
        if (found := values.get(name)) is not None
    }


def _address(address: Mapping[str, Any]) -> dict[str, Any]:
    found = _ordered(address, ADDRESS)
    if place := found.get("geoCoordinates"):
        found["geoCoordinates"] = {name: place.get(name) for name in PLACE}
    return found


def _json(value: Any) -> bytes:
    # Copied: what orjson gives takes four kilobytes each, however short; and rows are kept for the life of a snapshot.
    return memoryview(orjson.dumps(value)).tobytes()
