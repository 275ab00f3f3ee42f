"""What the registry says of files with many units: one was applied."""

from datetime import date
from uuid import UUID

from pydantic import Field

from services.contracts.event import Event, Wire
from services.contracts.registry import TOPIC
from services.contracts.vocabulary import OrganizationNumber, SchoolUnitCode


class BulkUnit(Wire):
    """A unit that was changed, and which of its fields."""

    school_unit_code: SchoolUnitCode
    name: str
    version: int
    fields: tuple[str, ...] = Field(description="v2 names, as in FieldChange")


class BulkApplied(Event, type="bulk.applied", version=1, topic=TOPIC, key="organization_number"):
    """An organizer's file with many units was applied, all at once. Each unit has its own school-unit.edited."""

    organization_number: OrganizationNumber
    upload_id: UUID
    version: int = Field(description="The upload's version")
    total: int = Field(description="How many units were changed")
    units: tuple[BulkUnit, ...] = Field(description="The first of them: at most a hundred")
    register_day: date
