"""What the open API v3 answers, for its OpenAPI document: every field is there, `null` where nothing is known."""

from datetime import date
from typing import Any, Literal

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


class Meta(Model):
    """Of which view an answer is."""

    snapshot: date = Field(description="The day whose public view this is")
    extract_date: str = Field(description="When the day before it closed")
    as_of: date | None = Field(default=None, description="The day that was asked for")
    total: int | None = Field(default=None, description="How many are found in all, where it was asked for")
    corrections: dict[str, list[str]] | None = Field(
        default=None, description="Words that nothing was found by, and what was searched for in their place"
    )


class Links(Model):
    self: str
    next: str | None = Field(default=None, description="The next page; not there on the last")


class Page(Model):
    meta: Meta
    links: Links


class SchoolUnits(Page):
    data: list[FoundUnit]


class FoundOrganizer(Organizer):
    model_config = ConfigDict(json_schema_extra=_chosen)


class Organizers(Page):
    data: list[FoundOrganizer]


class FoundEducationProvider(EducationProvider):
    model_config = ConfigDict(json_schema_extra=_chosen)


class EducationProviders(Page):
    data: list[FoundEducationProvider]


class FoundContract(Contract):
    model_config = ConfigDict(json_schema_extra=_chosen)


class Contracts(Page):
    data: list[FoundContract]


class Change(Model):
    field: str
    before: Any
    after: Any


class State(Model):
    """A state of an entity, and what made it another than the one before."""

    valid_from: date
    valid_to: date | None = Field(description="Its last day; null: it still holds")
    changes: list[Change]


class History(Page):
    data: list[State]


class Difference(Model):
    type: str
    id: str
    what: Literal["created", "changed", "ended"]
    changes: list[Change]
    links: dict[str, str]


class Differences(Page):
    data: list[Difference]


class Geometry(Model):
    type: Literal["Point"]
    coordinates: list[float]


class Feature(Model):
    """RFC 7946, section 3.2."""

    type: Literal["Feature"]
    id: str | None
    geometry: Geometry | None
    properties: dict[str, Any]


class Features(Page):
    """RFC 7946, section 3.3, with what the page says of itself beside it."""

    type: Literal["FeatureCollection"]
    features: list[Feature]


class OneUnit(Page):
    data: SchoolUnitInFull


class OneOrganizer(Page):
    data: Organizer


class OneEducationProvider(Page):
    data: EducationProvider


class OneContract(Page):
    data: Contract


class ApiInfo(Model):
    """The national REST API profile's description of an API (DOK.16)."""

    api_name: str
    api_version: str
    api_released: date
    api_documentation: str
    api_status: Literal["beta", "active", "deprecated"]


class ProblemDetails(Model):
    """What went wrong (RFC 9457)."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    code: str
    detail: str | None = None
    errors: list[dict[str, Any]] | None = Field(default=None, description="What is wrong with each parameter")
