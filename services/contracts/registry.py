"""What the registry says: facts with the whole new public state of a school unit or organizer, and the closed day."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from services.contracts.event import Event, TopicName, Wire
from services.contracts.vocabulary import (
    AddressType,
    Cause,
    CompanyStatus,
    LegalEntityStatus,
    MunicipalityCode,
    OrganizationNumber,
    OrganizerType,
    Orientation,
    ProviderType,
    ReportType,
    SchoolType,
    SchoolTypePart,
    SchoolUnitCode,
    SchoolUnitType,
    Status,
)

PARTITIONS = 6
TOPIC = TopicName("registry.events", partitions=PARTITIONS)


class FieldChange(Wire):
    """One field that changed. A field that is never public is named, without its values (domain.md, section 5)."""

    field: str = Field(description="v2 name; a nested one as a path: addresses/BESOKSADRESS/streetAddress")
    before: Any = None
    after: Any = None
    protected: bool = False


class GeoCoordinates(Wire):
    """SWEREF 99 TM and WGS 84, as text (openapi-v2.md)."""

    coordinate_swe_ref_n: str | None = Field(default=None, alias="coordinateSweRefN")
    coordinate_swe_ref_e: str | None = Field(default=None, alias="coordinateSweRefE")
    latitude: str | None = None
    longitude: str | None = None


class Address(Wire):
    type: AddressType
    care_of_address: str | None = None
    street_address: str | None = None
    postal_code: str | None = None
    locality: str | None = None
    geo_coordinates: GeoCoordinates | None = None
    country: str | None = None
    continent: str | None = None


class Grades(Wire):
    grades: tuple[str, ...] | None = None


class UpperSecondary(Wire):
    programmes: tuple[str, ...] | None = None
    csn_code: str | None = None


class AdaptedUpperSecondary(Wire):
    programmes: tuple[str, ...] | None = None


class AdultEducation(Wire):
    school_type_parts: tuple[SchoolTypePart, ...] = ()


class SchoolTypeProperties(Wire):
    """Details per school type; only those that apply are set."""

    gr: Grades | None = None
    gran: Grades | None = None
    sam: Grades | None = None
    sp: Grades | None = None
    gy: UpperSecondary | None = None
    gyan: AdaptedUpperSecondary | None = None
    vux: AdultEducation | None = None


class PublicUnit(Wire):
    """A school unit without what is never public. Names as in v2, with its spellings (startdate, reportsPersonell)."""

    school_unit_code: SchoolUnitCode
    organization_number: OrganizationNumber
    display_name: str
    status: Status
    school_name: str | None = None
    url: str | None = None
    email: str | None = None
    phone_number: str | None = None
    head_master: str | None = None
    addresses: tuple[Address, ...] = ()
    orientation_type: Orientation | None = None
    school_unit_type: SchoolUnitType = SchoolUnitType.SKOLENHET
    municipality_code: MunicipalityCode | None = None
    school_types: tuple[SchoolType, ...] = ()
    school_type_properties: SchoolTypeProperties = SchoolTypeProperties()
    special_support_school: bool | None = None
    hospital_school: bool | None = None
    reports_students: ReportType | None = None
    reports_personell: ReportType | None = None
    start_date: date | None = Field(default=None, alias="startdate")
    end_date: date | None = None
    municipal_adult_education_provided_internally: bool | None = None


class CompanyForm(Wire):
    code: str
    display_name: str


class OrganizerEmail(Wire):
    provider_type: ProviderType
    email: str


class OrganizerPhone(Wire):
    provider_type: ProviderType
    phone: str


class Municipality(Wire):
    municipality_code: MunicipalityCode
    display_name: str


class Region(Wire):
    region_code: str
    display_name: str


class PublicOrganizer(Wire):
    """An organizer's public state. Its base data come from the companies register (domain.md, Huvudman)."""

    organization_number: OrganizationNumber
    display_name: str
    organizer_type: OrganizerType
    address: Address | None = None
    url: str | None = None
    email: tuple[OrganizerEmail, ...] = ()
    phone_number: tuple[OrganizerPhone, ...] = ()
    company_form: CompanyForm | None = None
    legal_entity_status: LegalEntityStatus | None = None
    company_status: CompanyStatus | None = None
    is_international: bool | None = None
    municipalities: tuple[Municipality, ...] = ()
    regions: tuple[Region, ...] = ()
    high_school_association_id: str | None = None


class ProcessRef(Wire):
    """The larger undertaking that a change is part of; `type` is one of vocabulary.ProcessType."""

    type: str
    id: str


class Fact(Wire):
    """What every change says beside the new state: its version and its two days (design/architecture.md)."""

    version: int
    register_day: date = Field(description="The day from which it is valid")
    public_from: date = Field(description="The first day whose public view has it")
    cause: Cause
    changed: tuple[FieldChange, ...] = ()
    process: ProcessRef | None = Field(default=None, description="What the change is part of, if anything")

    def epoch(self) -> str:
        """Facts are counted by the view that first has them."""
        return self.public_from.isoformat()


class SchoolUnitRegistered(Fact, Event, type="school-unit.registered", version=1, topic=TOPIC, key="school_unit_code"):
    """A school unit entered the register."""

    school_unit_code: SchoolUnitCode
    unit: PublicUnit


class SchoolUnitEdited(Fact, Event, type="school-unit.edited", version=1, topic=TOPIC, key="school_unit_code"):
    """A school unit's data changed; `unit` is the whole new state."""

    school_unit_code: SchoolUnitCode
    unit: PublicUnit


class SchoolUnitOpened(Fact, Event, type="school-unit.opened", version=1, topic=TOPIC, key="school_unit_code"):
    """A planned school unit's start date came: it is active from this day, in the register and in the day's view."""

    school_unit_code: SchoolUnitCode
    unit: PublicUnit


class OrganizerRegistered(Fact, Event, type="organizer.registered", version=1, topic=TOPIC, key="organization_number"):
    """An organizer entered the register."""

    organization_number: OrganizationNumber
    organizer: PublicOrganizer


class OrganizerEdited(Fact, Event, type="organizer.edited", version=1, topic=TOPIC, key="organization_number"):
    """An organizer's data changed; `organizer` is the whole new state."""

    organization_number: OrganizationNumber
    organizer: PublicOrganizer


class RegisterDayClosed(Event, type="register-day.closed", version=1, topic=TOPIC, key="day"):
    """A register day closed: one marker a partition, behind every event of that day on it."""

    day: date
    public_from: date = Field(description="The day whose view is complete once all partitions have their marker")
    partition: int
    partitions: int
    events: int = Field(description="How many events of this partition have this publicFrom")
    total: int = Field(description="The same over all partitions")
    closed_at: datetime = Field(description="With the local offset; the view's extractDate")
    time_zone: str
