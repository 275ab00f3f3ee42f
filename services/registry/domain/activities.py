"""Other activities: independent leisure-time centres and the like (spec/domain.md, section 3; ADR 0022).

They have a name, contacts, a municipality and addresses under the same rules as a unit's, and a time of their own.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pydantic import ConfigDict

from services.contracts.event import Wire
from services.contracts.registry import Address, FieldChange
from services.contracts.vocabulary import ActivityType, OrganizerType, SchoolUnitType, Status
from services.registry.domain.changes import differences
from services.registry.domain.checks import broken_rules
from services.registry.domain.normal import normalised
from services.registry.domain.rules import Broken, Rule, RulesBrokenError
from services.registry.domain.state import EditableFields, Surroundings

SOURCE = "domain.md, Övriga verksamheter; docs/adr/0022"
ENDED_IS_FINAL = Rule("ended-activity-is-final", "An activity that has ended cannot be edited", SOURCE)
INDEPENDENT_ONLY = Rule(
    "leisure-centre-independent-only", "Only an independent organizer has an independent leisure-time centre", SOURCE
)
END_BEFORE_START = Rule("end-before-start", "The last day cannot come before the first", SOURCE)
END_IN_PAST = Rule("end-in-past", "The last day cannot be a day that is over", SOURCE)


class ActivityFields(Wire):
    """What an organizer says of an other activity."""

    model_config = ConfigDict(extra="forbid")

    activity_type: ActivityType
    display_name: str
    municipality_code: str | None = None
    url: str | None = None
    email: str | None = None
    phone_number: str | None = None
    addresses: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherActivity:
    """An other activity as the register holds it. `end_date`: from that day it has ended."""

    activity_id: str
    organizer: str
    fields: ActivityFields
    status: Status
    start_date: date
    end_date: date | None
    version: int

    @property
    def aggregate(self) -> str:
        return f"activity/{self.activity_id}"


Edited = tuple[OtherActivity, tuple[FieldChange, ...]]


def register(
    activity_id: str, organizer: str, start: date, intent: ActivityFields, around: Surroundings, *, day: date
) -> OtherActivity:
    """A new activity: active, or planned when it starts on a day to come. Raises RulesBrokenError."""
    fields = _checked(intent, around)
    status = Status.PLANERAD if start > day else Status.AKTIV
    return OtherActivity(activity_id, organizer, fields, status, start, None, version=1)


def edit(activity: OtherActivity, intent: ActivityFields, around: Surroundings) -> Edited:
    """Apply an edit; the same activity and no changes when it alters nothing. Raises RulesBrokenError."""
    _refuse_ended(activity)
    return _changed(activity, replace(activity, fields=_checked(intent, around)))


def end(activity: OtherActivity, on: date, *, day: date) -> Edited:
    """End it from a day, today or to come. Raises RulesBrokenError."""
    _refuse_ended(activity)
    if on < day:
        raise RulesBrokenError([END_IN_PAST.broken_at("/on", day=day.isoformat())])
    if on < activity.start_date:
        raise RulesBrokenError([END_BEFORE_START.broken_at("/on", start=activity.start_date.isoformat())])
    return _changed(activity, as_of(replace(activity, end_date=on), day))


def as_of(activity: OtherActivity, day: date) -> OtherActivity:
    """The activity with the status that its days give it."""
    if activity.end_date is not None and activity.end_date <= day:
        return replace(activity, status=Status.UPPHORT)
    return replace(activity, status=Status.PLANERAD if activity.start_date > day else Status.AKTIV)


def turned(activity: OtherActivity, day: date) -> Edited:
    """What a day that begins makes of it."""
    return _changed(activity, as_of(activity, day))


def flat(activity: OtherActivity) -> dict[str, Any]:
    """Its values by the names that people compare, without what is not said."""
    return activity.fields.model_dump(mode="json", by_alias=True, exclude_none=True) | {
        "status": activity.status.value,
        "startdate": activity.start_date.isoformat(),
        "endDate": activity.end_date and activity.end_date.isoformat(),
    }


def introduced(activity: OtherActivity) -> tuple[FieldChange, ...]:
    """All that a new activity says, as changes from nothing."""
    return differences({}, flat(activity))


def _changed(before: OtherActivity, after: OtherActivity) -> Edited:
    changed = differences(flat(before), flat(after))
    return (replace(after, version=before.version + 1), changed) if changed else (before, ())


def _refuse_ended(activity: OtherActivity) -> None:
    if activity.status is Status.UPPHORT:
        raise RulesBrokenError([ENDED_IS_FINAL.broken_at("/status")])


def _checked(intent: ActivityFields, around: Surroundings) -> ActivityFields:
    """The fields, each value written the one way. Raises RulesBrokenError."""
    shared = intent.model_dump(exclude={"activity_type"})
    # A central unit has all that an activity has, and needs no school type.
    as_unit = normalised(EditableFields.model_validate(shared | {"school_unit_type": SchoolUnitType.CENTRAL}))
    broken: list[Broken] = broken_rules(as_unit, around.organizer_type, around.municipalities)
    is_centre = intent.activity_type is ActivityType.FRISTAENDE_FRITIDSHEM
    if is_centre and around.organizer_type is not OrganizerType.ENSKILD:
        broken.append(INDEPENDENT_ONLY.broken_at("/activityType"))
    if broken:
        raise RulesBrokenError(broken)
    return intent.model_copy(update={name: getattr(as_unit, name) for name in shared})
