"""What lists are asked for: each entity's facets, words and place, and how an asked filter reads as facets."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from services.contracts.vocabulary import (
    ContractStatus,
    OrganizerType,
    Orientation,
    SchoolType,
    SchoolTypePart,
    SchoolUnitType,
    Status,
)
from services.publication.domain.folding import sort_key, words
from services.publication.domain.history import Kind, Version

Body = Mapping[str, Any]
Place = tuple[float, float]
"""Longitude and latitude, WGS 84, degrees."""


@dataclass(frozen=True, slots=True)
class Listed:
    """How one version of an entity is found."""

    name: str
    facets: list[str]
    name_words: list[str]
    words: list[str]
    place: Place | None


def listed(version: Version) -> Listed:
    """How a version is found."""
    body, kind = version.body, version.kind
    named = " ".join(filter(None, (body.get(name) for name in NAMES)))
    name_words = _with_other_forms(words(named))
    others = words(" ".join(chain([version.id.replace("/", " "), version.organizer], _places(body))))
    facets = [facet(name, value) for name, values in _facets(kind, version.id, body) for value in values]
    return Listed(
        sort_key(body.get("displayName", version.id)), facets, name_words, sorted({*name_words, *others}), place(body)
    )


def facet(name: str, value: str) -> str:
    """A filter's value as the index holds it."""
    return f"{name}:{value}"


def place(body: Body) -> Place | None:
    """Where an entity is: the visiting address's place, or None."""
    for address in body.get("addresses", ()):
        geo = address.get("geoCoordinates") or {}
        if address["type"] == "BESOKSADRESS" and geo.get("longitude") and geo.get("latitude"):
            return number(geo["longitude"]), number(geo["latitude"])
    return None


def number(text: str) -> float:
    """A coordinate: the register has them as text, some with a decimal comma."""
    return float(text.replace(",", "."))


NAMES = ("displayName", "schoolName", "folkHighschoolName")
OTHER_FORMS = {"st": "sankt", "sankt": "st", "sta": "sankta", "sankta": "sta"}
"""Words of names that people write in either way."""
YES_OR_NO = ("false", "true")
UNIT_FILTERS: Mapping[str, Iterable[str] | str] = {
    "organizationNumber": r"[0-9]{10}",
    "organizerType": tuple(OrganizerType),
    "schoolType": tuple(SchoolType),
    "grade": r"[0-9]{1,2}",
    "programme": r"[A-Z0-9]{1,12}",
    "schoolTypePart": tuple(SchoolTypePart),
    "status": tuple(Status),
    "schoolUnitType": tuple(SchoolUnitType),
    "orientationType": tuple(Orientation),
    "municipalityCode": r"[0-9]{4}",
    "countyCode": r"[0-9]{2}",
    "specialSupportSchool": YES_OR_NO,
    "hospitalSchool": YES_OR_NO,
}
FILTERS: Mapping[Kind, Mapping[str, Iterable[str] | str]] = {
    "unit": UNIT_FILTERS,
    "organizer": {"organizerType": tuple(OrganizerType), "municipalityCode": r"[0-9]{4}", "countyCode": r"[0-9]{2}"},
    "provider": {
        "organizationNumber": r"[0-9]{10}",
        "gradingRights": YES_OR_NO,
        "schoolTypePart": tuple(SchoolTypePart),
    },
    "contract": {
        "organizationNumber": r"[0-9]{10}",
        "educationProviderCode": r"[0-9]{8}",
        "status": tuple(ContractStatus),
        "schoolTypePart": tuple(SchoolTypePart),
    },
}
"""Each list's filters: the values that one may have, or the form of them (a regular expression)."""

Facets = Iterator[tuple[str, Iterable[str]]]


def _facets(kind: Kind, entity: str, body: Body) -> Facets:
    of_kind: Mapping[Kind, Callable[[str, Body], Facets]] = {
        "unit": _unit, "organizer": _organizer, "provider": _provider, "contract": _contract,
    }  # fmt: skip
    return of_kind[kind](entity, body)


def _unit(_code: str, body: Body) -> Facets:
    properties: Mapping[str, Body] = body.get("schoolTypeProperties", {})
    yield "schoolType", body.get("schoolTypes", ())
    yield "grade", _each(properties, "grades")
    yield "programme", _each(properties, "programmes")
    yield "schoolTypePart", _each(properties, "schoolTypeParts")
    yield "municipalityCode", _known(body, "municipalityCode")
    yield "countyCode", [code[:2] for code in _known(body, "municipalityCode")]
    for name in ("organizationNumber", "status", "schoolUnitType", "orientationType"):
        yield name, _known(body, name)
    for name in ("specialSupportSchool", "hospitalSchool"):
        yield name, [YES_OR_NO[body[name]] for _ in _known(body, name)]


def _organizer(_number: str, body: Body) -> Facets:
    codes = [municipality["municipalityCode"] for municipality in body.get("municipalities", ())]
    yield "organizerType", [body["organizerType"]]
    yield "municipalityCode", codes
    yield "countyCode", {code[:2] for code in codes} | {region["regionCode"] for region in body.get("regions", ())}


def _provider(_code: str, body: Body) -> Facets:
    yield "organizationNumber", [body["organizationNumber"]]
    yield "gradingRights", [YES_OR_NO[body["gradingRights"]]]
    yield "schoolTypePart", body.get("schoolTypeParts", ())


def _contract(entity: str, body: Body) -> Facets:
    yield "organizationNumber", [body["organizationNumber"]]
    yield "educationProviderCode", [entity.partition("/")[2]]
    yield "status", [body["status"]]
    yield "schoolTypePart", [part["schoolTypePart"] for part in body["schoolTypeParts"]]


def _known(body: Body, name: str) -> list[Any]:
    return [body[name]] if body.get(name) is not None else []


def _each(properties: Mapping[str, Body], name: str) -> list[str]:
    return sorted({value for found in properties.values() for value in found.get(name) or ()})


def _places(body: Body) -> Iterator[str]:
    for address in body.get("addresses", [body["address"]] if body.get("address") else ()):
        yield address.get("locality") or ""
        yield (address.get("postalCode") or "").replace(" ", "")


def _with_other_forms(found: list[str]) -> list[str]:
    return list(dict.fromkeys([*found, *(OTHER_FORMS[word] for word in found if word in OTHER_FORMS)]))
