"""From when an edit is to hold: the question on its check page, and what follows when it is a day to come."""

from typing import Any

from services.eservice import texts
from services.eservice.clients.api import RefusedError
from services.eservice.forms import planning, unit
from services.eservice.pages.doors import Visit
from services.eservice.pages.planning_steps import RULES, broken

LATER = "later"
OF_THE_DAY = ("", "/on")


def is_later(visit: Visit) -> bool:
    """Whether the edit is to wait for a day."""
    return visit.one("when") == LATER


async def met(visit: Visit, code: str, changed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is planned already for the fields that an edit changes: each planned change with those `fields`."""
    fields = {change["field"] for change in changed}
    plans = await visit.services.planning.of_unit(code) if fields else []
    found = [
        plan | {"fields": [change["field"] for change in plan["changed"] if change["field"] in fields]}
        for plan in plans
    ]
    return [plan for plan in found if plan["fields"]]


async def plan_instead(visit: Visit, code: str, version: str, key: str) -> dict[str, Any] | dict[str, str]:
    """Plan the edit; gives what is planned, or the errors of the question (`when`, `on`). Raises RefusedError."""
    if errors := planning.day(visit.one("on")):
        return errors
    on = str(planning.day_or_none(visit.one("on")))
    try:
        return await visit.services.planning.plan_edit(code, unit.to_fields(visit.typed), on, version, key)
    except RefusedError as refused:
        of_the_day = refused.errors and all(error["pointer"] in OF_THE_DAY for error in refused.errors)
        if refused.status != RULES or not of_the_day:
            raise
        return {"on": next(iter(broken(refused).errors.values()), texts.UNKNOWN_ERROR)}
