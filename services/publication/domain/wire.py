"""What answers of the open API are made of: key order, links, and what never changes from one to the other."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from services.publication.domain.history import Seen

PATH = "/skolenhetsregistret/v2"
ContractId = tuple[str, str]
"""Organization number and education provider code."""
ADDRESS = ("type", "careOfAddress", "streetAddress", "postalCode", "locality", "geoCoordinates", "country", "continent")
PLACE = ("coordinateSweRefN", "coordinateSweRefE", "latitude", "longitude")
INSIDE = {"email": ("providerType", "email"), "phoneNumber": ("providerType", "phone"),
                    "companyForm": ("code", "displayName"), "municipalities": ("municipalityCode", "displayName"),
                    "regions": ("regionCode", "displayName")}  # fmt: skip


def organizer_said(body: Mapping[str, Any]) -> dict[str, Any]:
    """What an organizer or a provider says of itself, each inner value's keys in the contract's order."""
    said = dict(body) | ordered_inside(body, INSIDE)
    if found := said.get("address"):
        said["address"] = in_order(found)
    return said


def to_contracts(question: str, contracts: Sequence[ContractId], base: str) -> dict[str, Any]:
    """An organizer's or a provider's relation to its contracts. `question`: what lists them."""
    at = f"{base}{PATH}/contracts"
    return {
        "links": link(f"{at}?{question}", "self")
        | {"related": [link(f"{at}/{number}/{code}", "related") for number, code in contracts]},
        "data": [
            {"type": "contract", "organizationNumber": number, "educationProviderCode": code}
            for number, code in contracts
        ],
    }


def meta(seen: Seen, extract_date: str) -> dict[str, str]:
    """When the extract was made, and when the entity was made and last changed."""
    return {"extractDate": extract_date, "created": seen.created.isoformat(), "modified": seen.modified.isoformat()}


def link(href: str, rel: str) -> dict[str, Any]:
    """A link, as the contract writes one."""
    return {"href": href, "rel": rel, "method": "GET"}


def ordered(values: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """The values that are there, in the order of `names`."""
    return {name: values[name] for name in names if name in values}


def ordered_inside(values: Mapping[str, Any], inside: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The objects, and lists of objects, that `inside` names, their keys ordered: the database keeps no order."""
    return {
        name: [ordered(each, names) for each in found] if isinstance(found, list) else ordered(found, names)
        for name, names in inside.items()
        if (found := values.get(name)) is not None
    }


def in_order(address: Mapping[str, Any]) -> dict[str, Any]:
    """An address in the contract's order; of a place all four coordinates."""
    found = ordered(address, ADDRESS)
    if place := found.get("geoCoordinates"):
        found["geoCoordinates"] = {name: place.get(name) for name in PLACE}
    return found


def as_json(value: Any) -> bytes:
    """The value as bytes."""
    # Copied: what orjson gives takes four kilobytes each, however short; and rows are kept for the life of a snapshot.
    return memoryview(orjson.dumps(value)).tobytes()
