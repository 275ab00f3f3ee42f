"""What the registry says of the yearly approval: what was approved, and who has still to do it."""

from datetime import date

from pydantic import Field

from services.contracts.event import Event, Wire
from services.contracts.registry import TOPIC
from services.contracts.vocabulary import OrganizationNumber


class ApprovedItem(Wire):
    """Something approved, as it stood."""

    kind: str = Field(description="organizer, school-unit, activity or contract")
    aggregate: str = Field(description="As in the audit log: a school unit code, an organization number, or kind/id")
    name: str
    version: int


class ApprovalGiven(Event, type="approval.given", version=1, topic=TOPIC, key="organization_number"):
    """An organizer approved data for a school year, all or some. Later edits keep the approval."""

    organization_number: OrganizationNumber
    school_year: str = Field(description="As people write it: 2026/27")
    version: int = Field(description="Counts the approvals of the organizer for the school year")
    items: tuple[ApprovedItem, ...] = Field(description="What was approved now")
    complete: bool = Field(description="Whether everything that the organizer has is approved by this")
    register_day: date


class ApprovalDue(Event, type="approval.due", version=1, topic=TOPIC, key="organization_number"):
    """An organizer that has not approved everything is asked to: the prompt when a year opens, or a reminder."""

    organization_number: OrganizationNumber
    school_year: str = Field(description="As people write it: 2026/27")
    step: str = Field(description="prompt or reminder")
    due_on: date
    days_left: int = Field(description="From this register day to the due date; below zero when it is past")
    missing: int = Field(description="How many things are not approved")
    roles: tuple[str, ...] = Field(description="Who may approve, by role")
    register_day: date
