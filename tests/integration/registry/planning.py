"""What the tests of a unit's life share: commands at the door, and days that pass."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx

from services.registry.commands.register_day import move_clock_past_midnight
from services.registry.register import Register
from tests.integration.registry.helpers import Person, form, the_day
from tests.units import CODE


async def in_days(register: Register, days: int) -> date:
    """The day so many days after the open one."""
    return await the_day(register) + timedelta(days=days)


async def pass_days(register: Register, days: int) -> None:
    """Close so many days."""
    for _ in range(days):
        await move_clock_past_midnight(register)


async def ask(
    person: Person, method: str, path: str, body: Any = None, *, version: int | None = None, key: str = ""
) -> httpx.Response:
    """Send a command; the version is the present one of its unit or planned change where none is given."""
    if version is None:
        at = path.partition("?")[0].split("/")
        version = (await person.http.get("/".join(at[:3]))).json().get("version", 1)
    headers = {"If-Match": f'"{version}"', "Idempotency-Key": key or str(uuid4())}
    return await person.http.request(method, path, json=body, headers=headers)


async def to_status(person: Person, to: str, on: date | None = None, code: str = CODE, **more: Any) -> httpx.Response:
    body = {"to": to} | ({"on": on.isoformat()} if on else {})
    return await ask(person, "POST", f"/school-units/{code}/status", body, **more)


async def plan_edit(
    person: Person, on: date, code: str = CODE, *, dry_run: bool = False, **changes: Any
) -> httpx.Response:
    """Plan an edit of the form as it stands now."""
    unit = (await person.see(code)).json()["unit"]
    sent = {name: unit.get(name, value) for name, value in form().items()} | changes
    sent.pop("headMasterPersonalIdentityNumber" if "headMasterPersonalIdentityNumber" not in changes else "", None)
    return await ask(person, "PUT", f"/school-units/{code}?on={on}&dry_run={dry_run}", sent)


async def planned(person: Person, code: str = CODE) -> list[dict[str, Any]]:
    """What is planned for a unit."""
    found: list[dict[str, Any]] = (await person.http.get(f"/school-units/{code}/planned-changes")).json()[
        "plannedChanges"
    ]
    return found


def codes(answer: httpx.Response) -> list[str]:
    """The broken rules."""
    assert answer.status_code == 409, answer.text
    return [error["code"] for error in answer.json()["errors"]]
