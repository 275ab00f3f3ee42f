"""Education providers and contracts of the open API v2, to the byte (spec/openapi-v2.md)."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.publication.domain.history import Seen
from services.publication.domain.wire import (
    PATH,
    ContractId,
    as_json,
    link,
    meta,
    ordered,
    organizer_said,
    to_contracts,
)

PROVIDER_ROW = ("organizationNumber", "educationProviderCode", "displayName", "folkHighschoolName", "gradingRight")
PROVIDER = ("displayName", "folkHighschoolName", "address", "email", "phoneNumber", "companyForm", "gradingRights",
            "gradingRightsFrom", "gradingRightsTo", "schoolTypeParts")  # fmt: skip
CONTRACT_ROW = ("organizerOrganizationNumber", "organizerName", "educationProviderOrganizationNumber",
                "educationProviderName", "educationProviderCode", "folkHighschoolName", "status")  # fmt: skip
CONTRACT = ("organizerName", "educationProviderOrganizationNumber", "educationProviderName", "folkHighschoolName",
            "status", "schoolTypeParts")  # fmt: skip
PART = ("schoolTypePart", "validFrom", "validTo")
ABROAD = ("geoCoordinates", "country", "continent")
"""What a provider's address has not, unlike others."""


def provider_row(provider: Seen) -> bytes:
    """A provider's row of the list, which calls its rights `gradingRight`."""
    return as_json(ordered(provider.body | {"gradingRight": provider.body["gradingRights"]}, PROVIDER_ROW))


def provider_detail(provider: Seen, contracts: Sequence[ContractId], extract_date: str, base: str) -> bytes:
    """The answer for one provider. Its contracts' list is asked for by a name with hyphens, as the contract has it."""
    said = organizer_said(provider.body)
    if address := said.get("address"):
        said["address"] = {name: value for name, value in address.items() if name not in ABROAD}
    return as_json(
        {
            "meta": meta(provider, extract_date),
            "links": link(f"{base}{PATH}/education-providers/{provider.id}", "self"),
            "data": {
                "type": "educationProvider",
                "educationProviderCode": provider.id,
                "attributes": ordered(said, PROVIDER),
                "relationships": {"contract": to_contracts(f"education-provider-code={provider.id}", contracts, base)},
            },
        }
    )


def contract_row(contract: Seen, organizer: Seen | None, provider: Seen | None) -> bytes:
    """A contract's row of the list."""
    return as_json(ordered(_named(contract, organizer, provider), CONTRACT_ROW))


def contract_detail(
    contract: Seen,
    organizer: Seen | None,
    provider: Seen | None,
    unit_codes: Sequence[str],
    extract_date: str,
    base: str,
) -> bytes:
    """The answer for one contract. `unit_codes`: the organizer's own units with adult education."""
    number, code = contract_id(contract)
    parts = [{"validTo": None} | part for part in contract.body["schoolTypeParts"]]
    said = _named(contract, organizer, provider) | {"schoolTypeParts": [ordered(part, PART) for part in parts]}
    at = f"{base}{PATH}"
    return as_json(
        {
            "meta": meta(contract, extract_date),
            "links": link(f"{at}/contracts/{number}/{code}", "self"),
            "data": {
                "type": "contract",
                "organizationNumber": number,
                "educationProviderCode": code,
                "attributes": ordered(said, CONTRACT),
                "relationships": {
                    "schoolUnit": {
                        "links": {"related": [link(f"{at}/school-units/{unit}", "related") for unit in unit_codes]},
                        "data": [{"type": "schoolunit", "schoolUnitCode": unit} for unit in unit_codes],
                    },
                    "organizer": {"links": {"related": link(f"{at}/organizers/{number}", "related")}},
                    "educationProvider": {"links": {"related": link(f"{at}/education-providers/{code}", "related")}},
                },
            },
        }
    )


def contract_id(contract: Seen) -> ContractId:
    """Whose contract with whom."""
    number, _, code = contract.id.partition("/")
    return number, code


def _named(contract: Seen, organizer: Seen | None, provider: Seen | None) -> dict[str, Any]:
    """A contract with the names of both as they are in the same view."""
    number, code = contract_id(contract)
    owner: Mapping[str, Any] = organizer.body if organizer else {}
    other: Mapping[str, Any] = provider.body if provider else {}
    names = {
        "organizerName": owner.get("displayName"),
        "educationProviderOrganizationNumber": other.get("organizationNumber"),
        "educationProviderName": other.get("displayName"),
        "folkHighschoolName": other.get("folkHighschoolName"),
    }
    known = {name: value for name, value in names.items() if value is not None}
    return {"organizerOrganizationNumber": number, "educationProviderCode": code, **known,
            "status": contract.body["status"]}  # fmt: skip
