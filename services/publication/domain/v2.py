"""Answers of the open API v2, to the byte (spec/openapi-v2.md): key order, nulls, absences, spellings."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.publication.domain.history import Seen
from services.publication.domain.wire import (
    PATH,
    ContractId,
    as_json,
    in_order,
    link,
    meta,
    ordered,
    ordered_inside,
    organizer_said,
    to_contracts,
)

ALWAYS = ("displayName", "status", "url", "email", "phoneNumber", "headMaster", "addresses", "orientationType",
          "schoolUnitType", "schoolName", "municipalityCode", "schoolTypes", "schoolTypeProperties",
          "specialSupportSchool", "hospitalSchool", "reportsStudents", "reportsPersonell", "startdate", "endDate",
          "municipalAdultEducationProvidedInternally")  # fmt: skip
NULLABLE = frozenset({"url", "email", "phoneNumber", "schoolName", "municipalityCode", "specialSupportSchool",
                      "hospitalSchool", "startdate", "endDate"})  # fmt: skip
PROPERTIES = {"gr": ("grades",), "gran": ("grades",), "sam": ("grades",), "sp": ("grades",),
              "gy": ("programmes", "csnCode"), "gyan": ("programmes",), "vux": ("schoolTypeParts",)}  # fmt: skip
ORGANIZER = ("displayName", "address", "url", "email", "phoneNumber", "companyForm", "organizerType",
             "legalEntityStatus", "companyStatus", "isInternational", "municipalities", "regions")  # fmt: skip
SCHOOL_TYPES = ("FKLASS", "FTH", "OPPFTH", "GR", "GRAN", "SP", "SAM", "GY", "GYAN", "VUX")


def unit_attributes(body: Mapping[str, Any]) -> dict[str, Any]:
    """A unit's attributes. The head teacher's key is missing where there is none; what never applies is absent."""
    values = dict(body) | {
        "addresses": [in_order(address) for address in body.get("addresses", ())],
        "schoolTypes": body.get("schoolTypes", []),
        "schoolTypeProperties": ordered_inside(body.get("schoolTypeProperties", {}), PROPERTIES),
    }
    return {name: values.get(name) for name in ALWAYS if name in values or name in NULLABLE}


def unit_row(unit: Seen) -> bytes:
    """A unit's row of the list, which calls its name `name`."""
    return as_json({"schoolUnitCode": unit.id, "name": unit.body["displayName"], "status": unit.body["status"]})


def unit_detail(unit: Seen, organizer: Seen | None, extract_date: str, base: str) -> bytes:
    """The answer for one unit."""
    answer: dict[str, Any] = {
        "meta": meta(unit, extract_date),
        "links": link(f"{base}{PATH}/school-units/{unit.id}", "self"),
        "data": {"type": "schoolunit", "schoolUnitCode": unit.id, "attributes": unit_attributes(unit.body)},
    }
    if organizer:
        answer["included"] = {
            "type": "organizer",
            "organizationNumber": organizer.id,
            "attributes": ordered(organizer.body, ("displayName", "organizerType")),
            "links": link(f"{base}{PATH}/organizers/{organizer.id}", "related"),
        }
    return as_json(answer)


def organizer_row(organizer: Seen) -> bytes:
    """An organizer's row of the list."""
    body = organizer.body
    return as_json({"organizationNumber": organizer.id} | ordered(body, ("displayName", "organizerType")))


def organizer_detail(
    organizer: Seen,
    unit_codes: Sequence[str],
    school_types: Iterable[str],
    contracts: Sequence[ContractId],
    extract_date: str,
    base: str,
) -> bytes:
    """The answer for one organizer; its school types are those of its units."""
    attributes = ordered(organizer_said(organizer.body), ORGANIZER)
    attributes["schoolTypes"] = [name for name in SCHOOL_TYPES if name in set(school_types)]
    if association := organizer.body.get("highSchoolAssociationId"):
        attributes["highSchoolAssociationId"] = association
    units = f"{base}{PATH}/school-units"
    relationships = {
        "schoolunit": {
            "links": link(f"{units}?organization_number={organizer.id}", "self")
            | {"related": [link(f"{units}/{code}", "related") for code in unit_codes]},
            "data": [{"type": "schoolunit", "schoolUnitCode": code} for code in unit_codes],
        },
        "contract": to_contracts(f"organizer_organization_number={organizer.id}", contracts, base),
    }
    return as_json(
        {
            "meta": meta(organizer, extract_date),
            "links": link(f"{base}{PATH}/organizers/{organizer.id}", "self"),
            "data": {"type": "organizer", "organizationNumber": organizer.id, "attributes": attributes,
                     "relationships": relationships},
        }
    )  # fmt: skip


def list_answer(kind: str, rows: Iterable[bytes | bytearray], extract_date: str) -> bytes:
    """A list: its rows lie in `data.attributes`."""
    head, tail = list_ends(kind, extract_date)
    return head + b",".join(rows) + tail


def list_ends(kind: str, extract_date: str) -> tuple[bytes, bytes]:
    """What stands before a list's rows, and after."""
    whole = as_json({"meta": {"extractDate": extract_date}, "data": {"type": kind, "attributes": []}})
    return whole[:-3], whole[-3:]


def head(extract_date: str) -> bytes:
    """How every answer for one entity begins: all that knows the day. The rest is the same until the entity changes."""
    return as_json({"meta": {"extractDate": extract_date}})[:-2]


def api_info(publisher: str, documentation: str) -> bytes:
    """The flat object that tells what this API is."""
    return as_json(
        {"apiPublisher": publisher, "apiName": "skolenhetsregistret", "apiVersion": "2.0", "apiReleased": "2024-02-14",
         "apiDocumentation": documentation, "apiStatus": "beta"}
    )  # fmt: skip


def error(status: int, title: str, detail: str) -> bytes:
    """An error; its status is text (openapi-v2.md, Errors)."""
    return as_json({"type": "about:blank", "title": title, "status": str(status), "detail": detail})
