"""What the registry says of other activities (övriga verksamheter). The open API has no place for them."""

from datetime import date

from services.contracts.event import Event, Wire
from services.contracts.registry import TOPIC, FieldChange
from services.contracts.vocabulary import ActivityType, OrganizationNumber, Status


class ActivityFact(Wire):
    """An other activity as it stands after the change."""

    activity_id: str
    organization_number: OrganizationNumber
    display_name: str
    activity_type: ActivityType
    status: Status
    version: int
    register_day: date
    changed: tuple[FieldChange, ...] = ()


class ActivityRegistered(ActivityFact, Event, type="activity.registered", version=1, topic=TOPIC, key="activity_id"):
    """An other activity entered the register."""


class ActivityEdited(ActivityFact, Event, type="activity.edited", version=1, topic=TOPIC, key="activity_id"):
    """An other activity's data changed, or it began or ended."""
