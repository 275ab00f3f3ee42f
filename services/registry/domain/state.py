"""A school unit as the register holds it, and what may be edited of it (spec/domain.md, Skolenhet)."""

from dataclasses import dataclass

from pydantic import ConfigDict

from services.contracts.event import Wire
from services.contracts.registry import Address, PublicUnit, SchoolTypeProperties
from services.contracts.vocabulary import OrganizerType, Orientation, ReportType, SchoolType, SchoolUnitType


class EditableFields(Wire):
    """What an organizer may edit of a unit. The private fields: None keeps what is there, an empty text removes it."""

    model_config = ConfigDict(extra="forbid")

    display_name: str
    school_name: str | None = None
    url: str | None = None
    email: str | None = None
    phone_number: str | None = None
    head_master: str | None = None
    head_master_personal_identity_number: str | None = None
    head_master_work_email: str | None = None
    addresses: tuple[Address, ...] = ()
    orientation_type: Orientation | None = None
    school_unit_type: SchoolUnitType = SchoolUnitType.SKOLENHET
    municipality_code: str | None = None
    school_types: tuple[SchoolType, ...] = ()
    school_type_properties: SchoolTypeProperties = SchoolTypeProperties()
    special_support_school: bool | None = None
    hospital_school: bool | None = None
    reports_students: ReportType | None = None
    reports_personell: ReportType | None = None
    municipal_adult_education_provided_internally: bool | None = None


@dataclass(frozen=True, slots=True)
class HeadTeacherPrivate:
    """What is held of the head teacher and never public (domain.md, section 5)."""

    personal_identity_number: str | None = None
    work_email: str | None = None


@dataclass(frozen=True, slots=True)
class SchoolUnit:
    """A unit as the register holds it: its public state, what is private, and the version."""

    public: PublicUnit
    private: HeadTeacherPrivate
    version: int

    @property
    def code(self) -> str:
        return self.public.school_unit_code


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a unit's rules need to know beside the unit."""

    organizer_type: OrganizerType
    municipalities: frozenset[str]
