"""Writing other activities with their audit rows and events."""

from collections.abc import Sequence

from services.contracts.activities import ActivityEdited, ActivityRegistered
from services.contracts.registry import FieldChange
from services.kernel.database import Connection
from services.registry.commands.command import note, say
from services.registry.domain.activities import Edited, OtherActivity
from services.registry.domain.register_day import OpenDay
from services.registry.store import activities
from services.registry.store.audit import Doer


async def save_new(tx: Connection, activity: OtherActivity, by: Doer, day: OpenDay) -> None:
    """Write a new activity."""
    await activities.insert(tx, activity, day.date)
    await note(tx, [(activity.aggregate, activity.version, ())], by, day)
    await say(tx, by, _fact(ActivityRegistered, activity, (), day))


async def save(tx: Connection, edits: Sequence[Edited], by: Doer, day: OpenDay) -> None:
    """Write changed activities."""
    await activities.update(tx, [activity for activity, _ in edits], day.date)
    await note(tx, [(activity.aggregate, activity.version, changed) for activity, changed in edits], by, day)
    await say(tx, by, *[_fact(ActivityEdited, activity, changed, day) for activity, changed in edits])


def _fact(
    kind: type[ActivityRegistered | ActivityEdited],
    activity: OtherActivity,
    changed: tuple[FieldChange, ...],
    day: OpenDay,
) -> ActivityRegistered | ActivityEdited:
    return kind.model_validate(
        {"activityId": activity.activity_id, "organizationNumber": activity.organizer,
         "displayName": activity.fields.display_name, "activityType": activity.fields.activity_type,
         "status": activity.status, "version": activity.version, "registerDay": day.date, "changed": changed}
    )  # fmt: skip
