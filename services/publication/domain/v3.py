"""What the open API v3 says of an entity: v2's names with mended spelling, numbers as numbers, null for unknown."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from services.contracts.vocabulary import ContractStatus, Status
from services.publication.domain.extract import COUNTIES
from services.publication.domain.history import Kind, Seen
from services.publication.domain.listing import number, place
from services.publication.domain.wire import PLACE

PATH = "/skolenhetsregistret/v3"
COLLECTIONS: Mapping[Kind, str] = {
    "unit": "school-units", "organizer": "organizers", "provider": "education-providers", "contract": "contracts",
}  # fmt: skip
Said = dict[str, Any]
Body = Mapping[str, Any]

UNIT = {"schoolUnitCode": "schoolUnitCode", "displayName": "displayName", "schoolName": "schoolName",
        "status": "status", "schoolUnitType": "schoolUnitType", "orientationType": "orientationType",
        "headMaster": "headMaster", "email": "email", "phoneNumber": "phoneNumber", "url": "url",
        "specialSupportSchool": "specialSupportSchool", "hospitalSchool": "hospitalSchool",
        "reportsStudents": "reportsStudents", "reportsPersonnel": "reportsPersonell", "startDate": "startdate",
        "endDate": "endDate", "municipalAdultEducationProvidedInternally":
        "municipalAdultEducationProvidedInternally"}  # fmt: skip
"""v3's name for each of v2's plain values."""
ORGANIZER = ("organizationNumber", "displayName", "organizerType", "url", "companyForm", "legalEntityStatus",
             "companyStatus", "isInternational", "highSchoolAssociationId")  # fmt: skip
PROVIDER = ("educationProviderCode", "organizationNumber", "displayName", "folkHighschoolName", "companyForm",
            "gradingRights", "gradingRightsFrom", "gradingRightsTo")  # fmt: skip
ADDRESS = ("type", "careOfAddress", "streetAddress", "postalCode", "locality", "country", "continent")
ENDED = (Status.UPPHORT, ContractStatus.INAKTIV)
NOT_DATA = frozenset({"created", "modified", "links", "distance"})
"""What says something of the answer and not of the entity."""


def unit(seen: Seen, organizer: Seen | None, places: Mapping[str, str], base: str) -> Said:
    """A school unit. `places`: municipalities' names by code."""
    body, number = seen.body, seen.body["organizationNumber"]
    municipality, owner = body.get("municipalityCode"), organizer.body if organizer else {}
    found = place(body)
    return {
        **{name: body.get(old) for name, old in UNIT.items()},
        "schoolTypes": body.get("schoolTypes", []),
        "schoolTypeProperties": body.get("schoolTypeProperties", {}),
        "organizer": {"organizationNumber": number, "displayName": owner.get("displayName"),
                      "organizerType": owner.get("organizerType")},
        "municipality": municipality and {"municipalityCode": municipality, "displayName": places.get(municipality)},
        "county": municipality and {"countyCode": municipality[:2], "displayName": COUNTIES.get(municipality[:2])},
        "addresses": [_address(address) for address in body.get("addresses", ())],
        "location": {"latitude": found[1], "longitude": found[0]} if found else None,
        **_made(seen),
        "links": _links(base, "unit", seen.id) | {"organizer": f"{base}{PATH}/organizers/{number}"},
    }  # fmt: skip


def organizer(seen: Seen, base: str) -> Said:
    """An organizer."""
    body, at = seen.body, f"{base}{PATH}"
    return {
        **{name: body.get(name) for name in ORGANIZER},
        **_reached(body),
        "municipalities": body.get("municipalities", []),
        "regions": body.get("regions", []),
        **_made(seen),
        "links": _links(base, "organizer", seen.id)
        | {
            "schoolUnits": f"{at}/school-units?organizationNumber={seen.id}",
            "contracts": f"{at}/contracts?organizationNumber={seen.id}",
        },
    }


def provider(seen: Seen, base: str) -> Said:
    """An education provider."""
    contracts = f"{base}{PATH}/contracts?educationProviderCode={seen.id}"
    return {
        **{name: seen.body.get(name) for name in PROVIDER},
        **_reached(seen.body),
        "schoolTypeParts": seen.body.get("schoolTypeParts", []),
        **_made(seen),
        "links": _links(base, "provider", seen.id) | {"contracts": contracts},
    }


def contract(seen: Seen, organizer: Seen | None, provider: Seen | None, base: str) -> Said:
    """A contract, with the names of both parties."""
    number, _, code = seen.id.partition("/")
    at = f"{base}{PATH}"
    return {
        "organizer": _party("organizationNumber", number, organizer),
        "educationProvider": _party("educationProviderCode", code, provider),
        "status": seen.body["status"],
        "schoolTypeParts": [{"validTo": None} | part for part in seen.body["schoolTypeParts"]],
        **_made(seen),
        "links": _links(base, "contract", seen.id)
        | {"organizer": f"{at}/organizers/{number}", "educationProvider": f"{at}/education-providers/{code}"},
    }


def municipality(code: str, name: str | None, units: int, base: str) -> Said:
    """A municipality, with its county and how many units in operation it has."""
    return {
        "municipalityCode": code,
        "displayName": name,
        "county": {"countyCode": code[:2], "displayName": COUNTIES.get(code[:2])},
        "schoolUnits": units,
        "links": {"schoolUnits": f"{base}{PATH}/school-units?municipalityCode={code}&status={Status.AKTIV}"},
    }


def county(code: str, municipalities: int, units: int, base: str) -> Said:
    """A county, with how many municipalities and units in operation it has."""
    at = f"{base}{PATH}"
    return {
        "countyCode": code,
        "displayName": COUNTIES[code],
        "municipalities": municipalities,
        "schoolUnits": units,
        "links": {
            "municipalities": f"{at}/municipalities?countyCode={code}",
            "schoolUnits": f"{at}/school-units?countyCode={code}&status={Status.AKTIV}",
        },
    }


def only(said: Said, fields: Sequence[str]) -> Said:
    """The fields that were asked for, in the answer's order; all where none was named."""
    return {name: value for name, value in said.items() if name in fields} if fields else said


def feature(said: Said, fields: Sequence[str] = ()) -> Said:
    """A unit as a GeoJSON feature (RFC 7946, section 3.2); one without a place has no geometry.

    `fields`: of its properties; what and where it is is told always.
    """
    found = said.get("location")
    point = {"type": "Point", "coordinates": [found["longitude"], found["latitude"]]} if found else None
    properties = only({name: value for name, value in said.items() if name != "location"}, fields)
    return {"type": "Feature", "id": said["schoolUnitCode"], "geometry": point, "properties": properties}


def changes(before: Said | None, after: Said | None) -> Iterator[Said]:
    """The fields that are not alike, with both values; what is not there has nothing but nulls."""
    old, new = before or {}, after or {}
    for name in new or old:
        if name not in NOT_DATA and old.get(name) != new.get(name):
            yield {"field": name, "before": old.get(name), "after": new.get(name)}


def compared(kind: Kind, old: Seen | None, new: Seen, places: Mapping[str, str], base: str) -> Said:
    """What is another with an entity than it was, by what its own data said and say."""
    before, after = state(kind, old, places, base) if old else None, state(kind, new, places, base)
    return {
        "type": COLLECTIONS[kind],
        "id": new.id,
        "what": _what(before, after),
        "changes": list(changes(before, after)),
        "links": {"self": after["links"]["self"]},
    }


def state(kind: Kind, seen: Seen, places: Mapping[str, str], base: str) -> Said:
    """What an entity's own data say, without what others say of it."""
    if kind == "unit":
        said = unit(seen, None, places, base)
        return said | {"organizer": {"organizationNumber": seen.body["organizationNumber"]}}
    if kind == "organizer":
        return organizer(seen, base)
    return provider(seen, base) if kind == "provider" else contract(seen, None, None, base)


def history(said: Sequence[Said], days: Iterable[tuple[date, date | None, date]]) -> list[Said]:
    """An entity's states, the newest first, and what changed.

    `days`: the first and the last one that each held, and the first whose view has it.
    """
    found, before = [], None
    for after, (first, last, public_from) in zip(said, days, strict=True):
        told = {"validFrom": first.isoformat(), "validTo": last and last.isoformat(),
                "publicFrom": public_from.isoformat()}  # fmt: skip
        found.append(told | {"changes": list(changes(before, after))})
        before = after
    return found[::-1]


def places_to_go(base: str) -> dict[str, str]:
    """The addresses of everything that there is."""
    at = f"{base}{PATH}"
    lists = {"schoolUnits": "school-units", "organizers": "organizers", "educationProviders": "education-providers",
             "contracts": "contracts", "municipalities": "municipalities", "counties": "counties",
             "differences": "differences", "changes": "changes", "changesStream": "changes/stream",
             "webhooks": "webhooks", "apiInfo": "api-info", "openapi": "openapi.json"}  # fmt: skip
    return {
        "self": at,
        **{name: f"{at}/{path}" for name, path in lists.items()},
        "documentation": f"{base}/skolenhetsregistret/docs/v3",
        "examples": f"{base}/register/api",
        "files": f"{base}/skolenhetsregistret/extract/",
        "catalogue": f"{base}/skolenhetsregistret/dcat.jsonld",
    }


def _what(before: Said | None, after: Said) -> str:
    if before is None:
        return "created"
    return "ended" if after.get("status") in ENDED and before.get("status") not in ENDED else "changed"


def _links(base: str, kind: Kind, entity: str) -> Said:
    at = f"{base}{PATH}/{COLLECTIONS[kind]}/{entity}"
    return {"self": at, "history": f"{at}/history"}


def _party(name: str, entity: str, seen: Seen | None) -> Said:
    return {name: entity, "displayName": seen.body.get("displayName") if seen else None}


def _made(seen: Seen) -> Said:
    return {"created": seen.created.isoformat(), "modified": seen.modified.isoformat()}


def _reached(body: Body) -> Said:
    return {
        "address": _address(body["address"]) if body.get("address") else None,
        "emails": body.get("email", []),
        "phoneNumbers": body.get("phoneNumber", []),
    }


def _address(address: Body) -> Said:
    geo = address.get("geoCoordinates") or {}
    numbers = {name: number(geo[name]) for name in PLACE if geo.get(name)}
    return {name: address.get(name) for name in ADDRESS} | {"geoCoordinates": numbers or None}
