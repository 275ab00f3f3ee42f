"""What is asked about other activities."""

from typing import Any

from services.contracts.registry import FieldChange
from services.kernel.identity import Subject
from services.registry.commands import authority
from services.registry.domain.activities import OtherActivity
from services.registry.register import Register
from services.registry.store import activities


async def of_organizer(register: Register, who: Subject, number: str) -> list[dict[str, Any]]:
    """An organizer's activities. Raises Problem 404 for a stranger."""
    await authority.require(register.pool, register, who, number)
    return [answer(activity) for activity in await activities.of_organizer(register.pool, number)]


async def one(register: Register, who: Subject, activity_id: str) -> OtherActivity:
    """One activity that the caller may see. Raises Problem 404."""
    activity = await activities.find(register.pool, activity_id)
    if activity is None:
        raise authority.not_found()
    await authority.require(register.pool, register, who, activity.organizer)
    return activity


def answer(activity: OtherActivity, changed: tuple[FieldChange, ...] = ()) -> dict[str, Any]:
    """An activity as it is answered; after a command with what it changed."""
    return {
        "activityId": activity.activity_id,
        "version": activity.version,
        "organizationNumber": activity.organizer,
        "status": activity.status.value,
        "startdate": activity.start_date.isoformat(),
        "endDate": activity.end_date.isoformat() if activity.end_date else None,
        "activity": activity.fields.model_dump(mode="json", by_alias=True),
        "changed": [change.model_dump(mode="json", by_alias=True) for change in changed],
    }
