"""What the registry says of planned changes. Nothing of it is public before its day: these are no facts of the view."""

from datetime import date

from pydantic import Field

from services.contracts.event import Event, Wire
from services.contracts.registry import TOPIC, FieldChange
from services.contracts.vocabulary import OrganizationNumber, SchoolUnitCode


class PlannedChangeSaid(Wire):
    """A planned change as it is now. Protected fields are named, without their values."""

    planned_change_id: str
    school_unit_code: SchoolUnitCode
    organization_number: OrganizationNumber
    display_name: str = Field(description="The unit's name as it stands")
    version: int
    day: date = Field(description="The register day on which it takes effect")
    changed: tuple[FieldChange, ...] = ()


class ChangePlanned(PlannedChangeSaid, Event, type="planned-change.planned", version=1, topic=TOPIC, key="school_unit_code"):  # fmt: skip  # noqa: E501
    """Somebody planned a change of a school unit."""


class PlannedChangeEdited(PlannedChangeSaid, Event, type="planned-change.edited", version=1, topic=TOPIC, key="school_unit_code"):  # fmt: skip  # noqa: E501
    """A planned change has another day or other values; also one that was cancelled and is planned again."""


class PlannedChangeCancelled(PlannedChangeSaid, Event, type="planned-change.cancelled", version=1, topic=TOPIC, key="school_unit_code"):  # fmt: skip  # noqa: E501
    """A planned change will not take effect."""

    unit_closed: bool = Field(description="Nobody chose it: the unit was closed")


class PlannedChangeConflicted(PlannedChangeSaid, Event, type="planned-change.conflicted", version=1, topic=TOPIC, key="school_unit_code"):  # fmt: skip  # noqa: E501
    """A later edit gave a field that is planned to change another value than it was planned from."""

    fields: tuple[str, ...] = Field(description="The fields that were not in conflict before")
    planned_by: str = Field(description="The id of who planned it; who edited is the event's actor")


class PlannedChangeHindered(PlannedChangeSaid, Event, type="planned-change.hindered", version=1, topic=TOPIC, key="school_unit_code"):  # fmt: skip  # noqa: E501
    """A planned change's day came, and it was not applied: rules would have been broken."""

    rules: tuple[str, ...] = Field(description="The codes of the rules")
