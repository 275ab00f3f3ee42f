"""What the open API v3 answers, for its OpenAPI document: every field is there, `null` where nothing is known."""

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from services.contracts.adult_education import ContractPart
from services.contracts.registry import (
    CompanyForm,
    Municipality,
    OrganizerEmail,
    OrganizerPhone,
    Region,
    SchoolTypeProperties,
)
from services.contracts.vocabulary import (
    AddressType,
    CompanyStatus,
    ContractStatus,
    LegalEntityStatus,
    OrganizerType,
    Orientation,
    ReportType,
    SchoolType,
    SchoolTypePart,
    SchoolUnitType,
    Status,
)

IN_DOCUMENT = "#/components/schemas/{model}"


class Model(BaseModel):
    """camelCase names."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


class Coordinates(Model):
    """WGS 84 in degrees, SWEREF 99 TM in metres; only those that are known."""

    latitude: float | None = None
    longitude: float | None = None
    coordinate_swe_ref_n: float | None = Field(default=None, alias="coordinateSweRefN")
    coordinate_swe_ref_e: float | None = Field(default=None, alias="coordinateSweRefE")


class Address(Model):
    type: AddressType
    care_of_address: str | None
    street_address: str | None
    postal_code: str | None
    locality: str | None
    country: str | None
    continent: str | None
    geo_coordinates: Coordinates | None


class Location(Model):
    """Where a school unit is: its visiting address, WGS 84, degrees."""

    latitude: float
    longitude: float


class UnitsOrganizer(Model):
    organization_number: str
    display_name: str | None
    organizer_type: OrganizerType | None


class Place(Model):
    municipality_code: str
    display_name: str | None


class County(Model):
    county_code: str
    display_name: str | None


class Told(Model):
    """What is told of every entity."""

    created: date = Field(description="The day that it entered the register")
    modified: date = Field(description="The day of its last change")
    links: dict[str, str]


class SchoolUnit(Told):
    school_unit_code: str
    display_name: str
    school_name: str | None
    status: Status
    school_unit_type: SchoolUnitType
    orientation_type: Orientation | None
    head_master: str | None
    email: str | None
    phone_number: str | None
    url: str | None
    special_support_school: bool | None
    hospital_school: bool | None
    reports_students: ReportType | None
    reports_personnel: ReportType | None
    start_date: date | None
    end_date: date | None
    municipal_adult_education_provided_internally: bool | None
    school_types: list[SchoolType]
    school_type_properties: SchoolTypeProperties
    organizer: UnitsOrganizer
    municipality: Place | None
    county: County | None
    addresses: list[Address]
    location: Location | None


def _chosen(schema: dict[str, Any]) -> None:
    """In a list `fields` may have left out any of them."""
    schema.pop("required", None)


class FoundUnit(SchoolUnit):
    model_config = ConfigDict(json_schema_extra=_chosen)
    distance: float | None = Field(default=None, description="Metres from `near`; there where it was asked for")


class Related(Model):
    school_unit_code: str
    since: date
    links: dict[str, str]


class SchoolUnitInFull(SchoolUnit):
    predecessors: list[Related] = Field(description="The units that it came of, by a merger or a division")
    successors: list[Related] = Field(description="The units that came of it")


class Organizer(Told):
    organization_number: str
    display_name: str
    organizer_type: OrganizerType
    url: str | None
    company_form: CompanyForm | None
    legal_entity_status: LegalEntityStatus | None
    company_status: CompanyStatus | None
    is_international: bool | None
    high_school_association_id: str | None
    address: Address | None
    emails: list[OrganizerEmail]
    phone_numbers: list[OrganizerPhone]
    municipalities: list[Municipality]
    regions: list[Region]


class EducationProvider(Told):
    education_provider_code: str
    organization_number: str
    display_name: str
    folk_highschool_name: str | None
    company_form: CompanyForm | None
    grading_rights: bool
    grading_rights_from: date | None
    grading_rights_to: date | None
    address: Address | None
    emails: list[OrganizerEmail]
    phone_numbers: list[OrganizerPhone]
    school_type_parts: list[SchoolTypePart]


class ContractOrganizer(Model):
    organization_number: str
    display_name: str | None


class ContractProvider(Model):
    education_provider_code: str
    display_name: str | None


class Contract(Told):
    organizer: ContractOrganizer
    education_provider: ContractProvider
    status: ContractStatus
    school_type_parts: list[ContractPart]


class FoundOrganizer(Organizer):
    model_config = ConfigDict(json_schema_extra=_chosen)


class FoundEducationProvider(EducationProvider):
    model_config = ConfigDict(json_schema_extra=_chosen)


class FoundContract(Contract):
    model_config = ConfigDict(json_schema_extra=_chosen)
