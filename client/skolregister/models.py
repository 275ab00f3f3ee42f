"""Made by client/generate.py from the OpenAPI document."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict


class AdaptedUpperSecondary(TypedDict):
    programmes: NotRequired[list[str] | None]


AddressType: TypeAlias = Literal["BESOKSADRESS", "LEVERANSADRESS", "POSTADRESS", "UTLANDSADRESS"]


class ApiInfo(TypedDict):
    """
    The national REST API profile's description of an API (DOK.16).
    """

    apiName: str
    apiVersion: str
    apiReleased: str
    apiDocumentation: str
    apiStatus: Literal["beta", "active", "deprecated"]


class Change(TypedDict):
    field: str
    before: Any
    after: Any


class Changed(TypedDict):
    """
    What is otherwise than in the view before.
    """

    seq: int
    publicFrom: str
    type: str
    id: str
    what: Literal["created", "changed", "ended"]
    fields: list[str]
    links: dict[str, str]


class CompanyForm(TypedDict):
    code: str
    displayName: str


CompanyStatus: TypeAlias = Literal["ALDRIG_AKTIV", "AKTIV", "EJ_LANGRE_AKTIV"]


class ContractOrganizer(TypedDict):
    organizationNumber: str
    displayName: str | None


class ContractProvider(TypedDict):
    educationProviderCode: str
    displayName: str | None


ContractStatus: TypeAlias = Literal["aktiv", "inaktiv"]


class Coordinates(TypedDict):
    """
    WGS 84 in degrees, SWEREF 99 TM in metres; only those that are known.
    """

    latitude: NotRequired[float | None]
    longitude: NotRequired[float | None]
    coordinateSweRefN: NotRequired[float | None]
    coordinateSweRefE: NotRequired[float | None]


class County(TypedDict):
    countyCode: str
    displayName: str | None


class CountyOfUnits(TypedDict):
    countyCode: str
    displayName: str
    municipalities: int
    schoolUnits: int
    links: dict[str, str]


class Difference(TypedDict):
    type: str
    id: str
    what: Literal["created", "changed", "ended"]
    changes: list[Change]
    links: dict[str, str]


DifferencesMeta = TypedDict(
    "DifferencesMeta",
    {
        "snapshot": str,
        "extractDate": str,
        "asOf": NotRequired[str | None],
        "total": NotRequired[int | None],
        "corrections": NotRequired[dict[str, list[str]] | None],
        "from": str,
    },
)


class FeedLinks(TypedDict):
    self: str
    next: str


class FeedMeta(TypedDict):
    snapshot: str
    extractDate: str
    asOf: NotRequired[str | None]
    total: NotRequired[int | None]
    corrections: NotRequired[dict[str, list[str]] | None]
    lastSeq: int


class Grades(TypedDict):
    grades: NotRequired[list[str] | None]


LegalEntityStatus: TypeAlias = Literal["INKLUDERAD_SKV", "INKLUDERAD_ANNAN", "EJ_LANGRE_INKLUDERAD"]


class Links(TypedDict):
    self: str
    next: NotRequired[str | None]


class Location(TypedDict):
    """
    Where a school unit is: its visiting address, WGS 84, degrees.
    """

    latitude: float
    longitude: float


class Meta(TypedDict):
    """
    Of which view an answer is.
    """

    snapshot: str
    extractDate: str
    asOf: NotRequired[str | None]
    total: NotRequired[int | None]
    corrections: NotRequired[dict[str, list[str]] | None]


OrganizerType: TypeAlias = Literal["KOMMUN", "REGION", "STAT", "SAME", "ENSKILD", "SPECIAL", "KOMMFORB", "HMANUTL"]


Orientation: TypeAlias = Literal["ALLMAN", "WALDORF", "KONFESSIONELL", "RIKSINTERNAT", "INTERNATIONELL", "EJ_RELEVANT"]


class Place(TypedDict):
    municipalityCode: str
    displayName: str | None


ProviderType: TypeAlias = Literal["SCB", "SKOLVERKET"]


class Region(TypedDict):
    regionCode: str
    displayName: str


class Related(TypedDict):
    schoolUnitCode: str
    since: str
    links: dict[str, str]


ReportType: TypeAlias = Literal["NEJ", "KOMMUNAL", "ENSKILD"]


class Root(TypedDict):
    """
    Where everything is.
    """

    name: str
    title: str
    version: str
    snapshot: str
    extractDate: str
    links: dict[str, str]


SchoolType: TypeAlias = Literal["FKLASS", "FTH", "OPPFTH", "GR", "GRAN", "SP", "SAM", "GY", "GYAN", "VUX"]


SchoolTypePart: TypeAlias = Literal["VUXGR", "VUXGY", "VUXGRAN", "VUXGYAN", "VUXSFI"]


SchoolUnitType: TypeAlias = Literal["SKOLENHET", "CENTRAL", "UTLAND"]


class State(TypedDict):
    """
    A state of an entity, and what made it another than the one before.
    """

    validFrom: str
    validTo: str | None
    publicFrom: str
    changes: list[Change]


Status: TypeAlias = Literal["AKTIV", "VILANDE", "UPPHORT", "PLANERAD"]


class UnitsOrganizer(TypedDict):
    organizationNumber: str
    displayName: str | None
    organizerType: OrganizerType | None


class UpperSecondary(TypedDict):
    programmes: NotRequired[list[str] | None]
    csnCode: NotRequired[str | None]


class ServicesContractsRegistryMunicipality(TypedDict):
    municipalityCode: str
    displayName: str


class ServicesPublicationApiV3PagesMunicipality(TypedDict):
    municipalityCode: str
    displayName: str | None
    county: County
    schoolUnits: int
    links: dict[str, str]


class Geometry(TypedDict):
    type: Literal["Point"]
    coordinates: list[float]


class ProblemDetails(TypedDict):
    """
    What went wrong (RFC 9457).
    """

    type: str
    title: str
    status: int
    code: str
    detail: NotRequired[str | None]
    errors: NotRequired[list[dict[str, Any]] | None]


class NewWebhook(TypedDict):
    url: str
    description: NotRequired[str | None]


class MovedWebhook(TypedDict):
    url: str


class OpenedWebhook(TypedDict):
    id: str
    url: str
    state: Literal["unverified", "active", "failing", "gone"]
    secret: str
    token: str
    description: str | None


class Webhook(TypedDict):
    id: str
    url: str
    description: str | None
    state: Literal["unverified", "active", "failing", "gone"]
    createdAt: str
    failingSince: str | None
    stateSince: str


class WebhookSecret(TypedDict):
    secret: str


class Links1(TypedDict):
    next: NotRequired[str]


class Attempt(TypedDict):
    at: str
    status: NotRequired[int | None]
    error: NotRequired[str | None]
    milliseconds: float


class Delivery(TypedDict):
    id: str
    type: Literal["ping", "changes.published"]
    state: Literal["queued", "heard", "given-up"]
    queuedAt: str
    nextTry: str | None
    endedAt: str | None
    attempts: list[Attempt]


class Data(TypedDict):
    publicFrom: str
    lastSeq: int | None
    url: str


class DayIsPublic(TypedDict):
    type: Literal["changes.published"]
    timestamp: str
    data: Data


class Address(TypedDict):
    type: AddressType
    careOfAddress: str | None
    streetAddress: str | None
    postalCode: str | None
    locality: str | None
    country: str | None
    continent: str | None
    geoCoordinates: Coordinates | None


class AdultEducation(TypedDict):
    schoolTypeParts: NotRequired[list[SchoolTypePart]]


class ContractPart(TypedDict):
    """
    One part of adult education, from its first day to its last; none: until further notice.
    """

    schoolTypePart: SchoolTypePart
    validFrom: str
    validTo: NotRequired[str | None]


class Counties(TypedDict):
    meta: Meta
    links: Links
    data: list[CountyOfUnits]


class Differences(TypedDict):
    meta: DifferencesMeta
    links: Links
    data: list[Difference]


class Feed(TypedDict):
    meta: FeedMeta
    links: FeedLinks
    data: list[Changed]


class FoundContract(TypedDict):
    created: NotRequired[str]
    modified: NotRequired[str]
    links: NotRequired[dict[str, str]]
    organizer: NotRequired[ContractOrganizer]
    educationProvider: NotRequired[ContractProvider]
    status: NotRequired[ContractStatus]
    schoolTypeParts: NotRequired[list[ContractPart]]


class History(TypedDict):
    meta: Meta
    links: Links
    data: list[State]


class Municipalities(TypedDict):
    meta: Meta
    links: Links
    data: list[ServicesPublicationApiV3PagesMunicipality]


class OrganizerEmail(TypedDict):
    providerType: ProviderType
    email: str


class OrganizerPhone(TypedDict):
    providerType: ProviderType
    phone: str


class SchoolTypeProperties(TypedDict):
    """
    Details per school type; only those that apply are set.
    """

    gr: NotRequired[Grades | None]
    gran: NotRequired[Grades | None]
    sam: NotRequired[Grades | None]
    sp: NotRequired[Grades | None]
    gy: NotRequired[UpperSecondary | None]
    gyan: NotRequired[AdaptedUpperSecondary | None]
    vux: NotRequired[AdultEducation | None]


class SchoolUnitInFull(TypedDict):
    created: str
    modified: str
    links: dict[str, str]
    schoolUnitCode: str
    displayName: str
    schoolName: str | None
    status: Status
    schoolUnitType: SchoolUnitType
    orientationType: Orientation | None
    headMaster: str | None
    email: str | None
    phoneNumber: str | None
    url: str | None
    specialSupportSchool: bool | None
    hospitalSchool: bool | None
    reportsStudents: ReportType | None
    reportsPersonnel: ReportType | None
    startDate: str | None
    endDate: str | None
    municipalAdultEducationProvidedInternally: bool | None
    schoolTypes: list[SchoolType]
    schoolTypeProperties: SchoolTypeProperties
    organizer: UnitsOrganizer
    municipality: Place | None
    county: County | None
    addresses: list[Address]
    location: Location | None
    predecessors: list[Related]
    successors: list[Related]


class Feature(TypedDict):
    """
    RFC 7946, section 3.2.
    """

    type: Literal["Feature"]
    id: str | None
    geometry: Geometry | None
    properties: dict[str, Any]


class Features(TypedDict):
    """
    RFC 7946, section 3.3, with what the page says of itself beside it.
    """

    meta: Meta
    links: Links
    type: Literal["FeatureCollection"]
    features: list[Feature]


class Deliveries(TypedDict):
    data: list[Delivery]
    links: Links1


class Contract(TypedDict):
    created: str
    modified: str
    links: dict[str, str]
    organizer: ContractOrganizer
    educationProvider: ContractProvider
    status: ContractStatus
    schoolTypeParts: list[ContractPart]


class Contracts(TypedDict):
    meta: Meta
    links: Links
    data: list[FoundContract]


class EducationProvider(TypedDict):
    created: str
    modified: str
    links: dict[str, str]
    educationProviderCode: str
    organizationNumber: str
    displayName: str
    folkHighschoolName: str | None
    companyForm: CompanyForm | None
    gradingRights: bool
    gradingRightsFrom: str | None
    gradingRightsTo: str | None
    address: Address | None
    emails: list[OrganizerEmail]
    phoneNumbers: list[OrganizerPhone]
    schoolTypeParts: list[SchoolTypePart]


class FoundEducationProvider(TypedDict):
    created: NotRequired[str]
    modified: NotRequired[str]
    links: NotRequired[dict[str, str]]
    educationProviderCode: NotRequired[str]
    organizationNumber: NotRequired[str]
    displayName: NotRequired[str]
    folkHighschoolName: NotRequired[str | None]
    companyForm: NotRequired[CompanyForm | None]
    gradingRights: NotRequired[bool]
    gradingRightsFrom: NotRequired[str | None]
    gradingRightsTo: NotRequired[str | None]
    address: NotRequired[Address | None]
    emails: NotRequired[list[OrganizerEmail]]
    phoneNumbers: NotRequired[list[OrganizerPhone]]
    schoolTypeParts: NotRequired[list[SchoolTypePart]]


class FoundOrganizer(TypedDict):
    created: NotRequired[str]
    modified: NotRequired[str]
    links: NotRequired[dict[str, str]]
    organizationNumber: NotRequired[str]
    displayName: NotRequired[str]
    organizerType: NotRequired[OrganizerType]
    url: NotRequired[str | None]
    companyForm: NotRequired[CompanyForm | None]
    legalEntityStatus: NotRequired[LegalEntityStatus | None]
    companyStatus: NotRequired[CompanyStatus | None]
    isInternational: NotRequired[bool | None]
    highSchoolAssociationId: NotRequired[str | None]
    address: NotRequired[Address | None]
    emails: NotRequired[list[OrganizerEmail]]
    phoneNumbers: NotRequired[list[OrganizerPhone]]
    municipalities: NotRequired[list[ServicesContractsRegistryMunicipality]]
    regions: NotRequired[list[Region]]


class FoundUnit(TypedDict):
    created: NotRequired[str]
    modified: NotRequired[str]
    links: NotRequired[dict[str, str]]
    schoolUnitCode: NotRequired[str]
    displayName: NotRequired[str]
    schoolName: NotRequired[str | None]
    status: NotRequired[Status]
    schoolUnitType: NotRequired[SchoolUnitType]
    orientationType: NotRequired[Orientation | None]
    headMaster: NotRequired[str | None]
    email: NotRequired[str | None]
    phoneNumber: NotRequired[str | None]
    url: NotRequired[str | None]
    specialSupportSchool: NotRequired[bool | None]
    hospitalSchool: NotRequired[bool | None]
    reportsStudents: NotRequired[ReportType | None]
    reportsPersonnel: NotRequired[ReportType | None]
    startDate: NotRequired[str | None]
    endDate: NotRequired[str | None]
    municipalAdultEducationProvidedInternally: NotRequired[bool | None]
    schoolTypes: NotRequired[list[SchoolType]]
    schoolTypeProperties: NotRequired[SchoolTypeProperties]
    organizer: NotRequired[UnitsOrganizer]
    municipality: NotRequired[Place | None]
    county: NotRequired[County | None]
    addresses: NotRequired[list[Address]]
    location: NotRequired[Location | None]
    distance: NotRequired[float | None]


class OneContract(TypedDict):
    meta: Meta
    links: Links
    data: Contract


class OneEducationProvider(TypedDict):
    meta: Meta
    links: Links
    data: EducationProvider


class OneUnit(TypedDict):
    meta: Meta
    links: Links
    data: SchoolUnitInFull


class Organizer(TypedDict):
    created: str
    modified: str
    links: dict[str, str]
    organizationNumber: str
    displayName: str
    organizerType: OrganizerType
    url: str | None
    companyForm: CompanyForm | None
    legalEntityStatus: LegalEntityStatus | None
    companyStatus: CompanyStatus | None
    isInternational: bool | None
    highSchoolAssociationId: str | None
    address: Address | None
    emails: list[OrganizerEmail]
    phoneNumbers: list[OrganizerPhone]
    municipalities: list[ServicesContractsRegistryMunicipality]
    regions: list[Region]


class Organizers(TypedDict):
    meta: Meta
    links: Links
    data: list[FoundOrganizer]


class SchoolUnits(TypedDict):
    meta: Meta
    links: Links
    data: list[FoundUnit]


class EducationProviders(TypedDict):
    meta: Meta
    links: Links
    data: list[FoundEducationProvider]


class OneOrganizer(TypedDict):
    meta: Meta
    links: Links
    data: Organizer
