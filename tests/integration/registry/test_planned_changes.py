"""Changes for a day to come: they wait, meet later edits, and take effect once on their day."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from services.kernel.database import transaction
from services.registry.commands.register_day import close_due_days
from services.registry.domain.register_day import OpenDay
from services.registry.domain.tasks import Task
from services.registry.queries import planning
from services.registry.register import Register
from services.registry.store import audit, units
from tests.integration.registry.helpers import (
    NUMBER,
    OTHER,
    WORK_EMAIL,
    Person,
    assert_days_add_up,
    facts,
    form,
    the_day,
    wait_days,
)
from tests.integration.registry.planning import ask, codes, in_days, pass_days, plan_edit, planned, to_status
from tests.units import CODE, LUND


async def names(register: Register, karin: Person, days: int, code: str = CODE) -> list[str]:
    """The unit's name on each of the coming days."""
    seen = []
    for _ in range(days):
        await pass_days(register, 1)
        seen.append((await karin.see(code)).json()["unit"]["displayName"])
    return seen


async def state(karin: Person, plan: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await karin.http.get(f"/planned-changes/{plan['id']}")).json()
    return found


async def test_a_planned_change_takes_effect_once_on_its_day(register: Register, karin: Person) -> None:
    day = await in_days(register, 2)

    plan = await plan_edit(karin, day, displayName="Nya namnet")

    assert plan.status_code == 200, plan.text
    assert plan.json()["changed"] == [
        {"field": "displayName", "before": "Svaleboskolan", "after": "Nya namnet", "protected": False}
    ]
    assert (await karin.see()).json()["version"] == 1
    assert await names(register, karin, 3) == ["Svaleboskolan", "Nya namnet", "Nya namnet"]
    [event] = await facts(register, "school-unit.edited")
    assert (event.body["registerDay"], event.public_from, event.body["cause"]) == (str(day), str(day), "planned")
    assert event.body["process"] == {"type": "planned-change", "id": plan.json()["id"]}
    assert (await state(karin, plan.json()))["state"] == "done"
    async with transaction(register.pool) as tx:
        assert await audit.broken_chain(tx) == []
    await assert_days_add_up(register)


async def test_days_that_were_missed_make_up_for_it_once_however_many_close_them(
    register: Register, karin: Person
) -> None:
    day = await in_days(register, 2)
    await plan_edit(karin, day, displayName="Nya namnet")
    await wait_days(register, 6)

    await asyncio.gather(*(close_due_days(register) for _ in range(4)))

    [event] = await facts(register, "school-unit.edited")
    assert event.body["registerDay"] == str(day)


async def test_only_what_is_planned_is_set_on_top_of_what_stands_then(register: Register, karin: Person) -> None:
    await plan_edit(karin, await in_days(register, 1), displayName="Nya namnet", headMasterWorkEmail=WORK_EMAIL,
                    headMasterPersonalIdentityNumber=NUMBER)  # fmt: skip
    await karin.edit(1, schoolName="Ändrad efteråt")

    await pass_days(register, 1)

    unit = (await karin.see()).json()["unit"]
    assert (unit["displayName"], unit["schoolName"]) == ("Nya namnet", "Ändrad efteråt")
    row = await units.find(register.pool, register.vault, CODE)
    assert row
    assert (row.unit.private.personal_identity_number, row.unit.private.work_email) == (NUMBER, WORK_EMAIL)


async def test_what_is_protected_is_sealed_and_never_told(register: Register, karin: Person) -> None:
    changes = {"headMasterPersonalIdentityNumber": NUMBER, "headMasterWorkEmail": WORK_EMAIL}
    plan = await plan_edit(karin, await in_days(register, 1), **changes)
    again = (await karin.http.get(f"/planned-changes/{plan.json()['id']}")).text

    kept = await register.pool.fetchval("""
        SELECT (SELECT string_agg(p::text, '') FROM planned_change p)
            || (SELECT string_agg(audit::text, '') FROM audit)
            || (SELECT string_agg(convert_from(body, 'UTF8'), '') FROM outbox)
            || (SELECT string_agg(encode(body, 'escape'), '') FROM idempotency)
    """)
    assert "headMasterWorkEmail" in kept
    assert NUMBER not in kept + plan.text + again
    assert WORK_EMAIL not in kept + plan.text


async def test_a_status_for_a_day_to_come(register: Register, karin: Person) -> None:
    rests, ends = await in_days(register, 1), await in_days(register, 3)
    await to_status(karin, "VILANDE", rests)
    await plan_edit(karin, ends + timedelta(days=1), displayName="Efter slutet")
    await to_status(karin, "UPPHORT", ends)
    too_late = await plan_edit(karin, ends + timedelta(days=2), displayName="Efter slutet")
    assert codes(too_late) == ["closed-unit-is-final"]

    seen = []
    for _ in range(4):
        await pass_days(register, 1)
        seen.append((await karin.see()).json())

    assert [unit["status"] for unit in seen] == ["VILANDE", "VILANDE", "UPPHORT", "UPPHORT"]
    assert seen[-1]["unit"]["endDate"] == str(ends)
    assert seen[-1]["unit"]["displayName"] == "Svaleboskolan"
    assert await planned(karin) == []
    [cancelled] = await facts(register, "planned-change.cancelled")
    assert cancelled.body["unitClosed"]


async def test_a_unit_that_is_planned_can_be_planned_to_rest_once_it_has_started(
    register: Register, karin: Person
) -> None:
    start = await in_days(register, 1)
    code = (await karin.plan(start)).json()["schoolUnitCode"]

    assert codes(await to_status(karin, "VILANDE", start, code)) == ["planned-unit-status"]
    await to_status(karin, "VILANDE", start + timedelta(days=1), code)

    seen = []
    for _ in range(2):
        await pass_days(register, 1)
        seen.append((await karin.see(code)).json()["status"])
    assert seen == ["AKTIV", "VILANDE"]


async def test_a_later_edit_of_the_same_field_is_a_conflict_that_is_told_once(
    register: Register, karin: Person
) -> None:
    await plan_edit(karin, await in_days(register, 1), displayName="Planerat", schoolName="Skolan")
    assert (await planned(karin))[0]["conflicts"] == []

    await karin.edit(1, displayName="Ändrat emellan")
    await karin.edit(2, displayName="Ändrat igen")

    [plan] = await planned(karin)
    assert plan["conflicts"] == ["displayName"]
    [told] = await facts(register, "planned-change.conflicted")
    assert told.body["fields"] == ["displayName"]
    assert await names(register, karin, 1) == ["Planerat"]


async def test_an_edit_to_what_is_planned_is_no_conflict(register: Register, karin: Person) -> None:
    await plan_edit(karin, await in_days(register, 1), displayName="Planerat")
    await karin.edit(1, displayName="Planerat")

    assert (await planned(karin))[0]["conflicts"] == []
    await pass_days(register, 1)
    assert (await karin.see()).json()["version"] == 2, "nothing was left to do"


async def test_a_change_of_a_protected_field_that_is_planned_is_a_conflict(register: Register, karin: Person) -> None:
    await plan_edit(karin, await in_days(register, 1), headMasterWorkEmail=WORK_EMAIL)
    await karin.edit(1, headMasterWorkEmail="annan@lund.example")

    assert (await planned(karin))[0]["conflicts"] == ["headMasterWorkEmail"]


async def test_changes_that_follow_each_other_are_no_conflict(register: Register, karin: Person) -> None:
    first, second = await in_days(register, 1), await in_days(register, 3)
    await plan_edit(karin, second, displayName="Andra")
    await plan_edit(karin, first, displayName="Första")
    plans = await planned(karin)

    assert [plan["day"] for plan in plans] == [str(first), str(second)]
    assert plans[1]["conflicts"] == ["displayName"], "it was planned from another name"
    assert await names(register, karin, 3) == ["Första", "Första", "Andra"]


async def test_what_would_break_rules_on_its_day_is_not_applied_and_told(register: Register, karin: Person) -> None:
    plan = (await plan_edit(karin, await in_days(register, 1), specialSupportSchool=True, displayName="Nytt")).json()
    await karin.edit(1, schoolTypes=["FKLASS"], schoolTypeProperties={})

    await pass_days(register, 2)

    assert (await karin.see()).json()["unit"]["displayName"] == "Svaleboskolan"
    hindered = await state(karin, plan)
    assert (hindered["state"], hindered["hinderedBy"]) == ("hindered", ["only-with-compulsory-school"])
    [told] = await facts(register, "planned-change.hindered")
    assert told.body["rules"] == ["only-with-compulsory-school"]
    await karin.edit(2)
    day = await in_days(register, 1)
    again = await ask(karin, "PUT", f"/planned-changes/{plan['id']}", {"on": str(day)})
    assert again.json()["state"] == "planned"
    assert await names(register, karin, 1) == ["Nytt"]


@pytest.mark.parametrize(
    ("days", "changes", "rule"),
    [
        (0, {"displayName": "I dag"}, "day-to-come-needed"),
        (1, {}, "nothing-to-plan"),
        (2, {"displayName": "Samma dag"}, "planned-same-field"),
        (1, {"displayName": ""}, "name-needed"),
    ],
)
async def test_what_cannot_be_planned_is_refused(
    register: Register, karin: Person, days: int, changes: dict[str, Any], rule: str
) -> None:
    await plan_edit(karin, await in_days(register, 2), displayName="Redan planerat")

    assert rule in codes(await plan_edit(karin, await in_days(register, days), **changes))


async def test_trying_a_plan_writes_nothing(register: Register, karin: Person) -> None:
    tried = await plan_edit(karin, await in_days(register, 2), displayName="Kanske", dry_run=True)

    assert [change["field"] for change in tried.json()["changed"]] == ["displayName"]
    assert await planned(karin) == []


async def test_a_plan_is_altered_and_cancelled(register: Register, karin: Person) -> None:
    plan = (await plan_edit(karin, await in_days(register, 1), displayName="Planerat")).json()
    path, later = f"/planned-changes/{plan['id']}", await in_days(register, 2)

    shown = await state(karin, plan)
    assert shown["form"]["displayName"] == "Planerat"
    body = {"on": str(later), "unit": shown["form"] | {"displayName": "Bättre"}, "unitVersion": shown["unitVersion"]}
    tried = await ask(karin, "PUT", f"{path}?dry_run=true", body)
    altered = await ask(karin, "PUT", path, body)
    stale = await ask(karin, "DELETE", path, version=1)

    assert tried.json()["changed"] == altered.json()["changed"]
    assert (altered.json()["version"], altered.json()["day"]) == (2, str(later))
    assert stale.status_code == 412
    assert await names(register, karin, 1) == ["Svaleboskolan"]
    cancelled = await ask(karin, "DELETE", path)
    assert cancelled.json()["state"] == "cancelled"
    assert codes(await ask(karin, "DELETE", path)) == ["planned-change-over"]
    assert await names(register, karin, 2) == ["Svaleboskolan"] * 2


async def test_values_made_from_an_older_version_of_the_unit_are_refused(register: Register, karin: Person) -> None:
    plan = (await plan_edit(karin, await in_days(register, 1), displayName="Planerat")).json()
    shown = await state(karin, plan)
    await karin.edit(1, schoolName="Emellan")

    body = {"on": plan["day"], "unit": shown["form"], "unitVersion": shown["unitVersion"]}
    assert (await ask(karin, "PUT", f"/planned-changes/{plan['id']}", body)).status_code == 412


async def test_a_planned_closing_has_another_last_day_when_its_day_is_moved(register: Register, karin: Person) -> None:
    plan = (await to_status(karin, "UPPHORT", await in_days(register, 1))).json()
    later = await in_days(register, 3)

    moved = await ask(karin, "PUT", f"/planned-changes/{plan['id']}", {"on": str(later)})

    assert moved.json()["changed"][-1] == {
        "field": "endDate", "before": None, "after": str(later), "protected": False,
    }  # fmt: skip
    with_fields = {"on": str(later), "unit": form(), "unitVersion": 1}
    assert codes(await ask(karin, "PUT", f"/planned-changes/{plan['id']}", with_fields)) == [
        "planned-status-has-no-fields"
    ]


async def test_an_organizers_plans_are_listed_by_day(register: Register, karin: Person) -> None:
    later = (await plan_edit(karin, await in_days(register, 5), displayName="Sen")).json()
    sooner = (await plan_edit(karin, await in_days(register, 2), OTHER, displayName="Snar")).json()

    listed = (await karin.http.get(f"/organizers/{LUND}/planned-changes")).json()["plannedChanges"]

    assert [plan["id"] for plan in listed] == [sooner["id"], later["id"]]
    assert [plan["schoolUnitCode"] for plan in listed] == [OTHER, CODE]


async def test_the_overview_has_what_is_ahead_at_odds_and_hindered(register: Register, karin: Person) -> None:
    hindered = (await plan_edit(karin, await in_days(register, 1), specialSupportSchool=True)).json()
    await karin.edit(1, schoolTypes=["FKLASS"], schoolTypeProperties={})
    await pass_days(register, 1)
    day = await in_days(register, 2)
    ahead = (await plan_edit(karin, day, OTHER, displayName="Planerat")).json()
    await karin.edit(1, OTHER, displayName="Emellan")

    found = await planning.tasks(register, LUND, OpenDay(await the_day(register)))

    assert found == [
        Task("planned-change-hindered", 1, None, (hindered["id"],)),
        Task("planned-change-conflict", 1, None, (ahead["id"],)),
        Task("planned-change", 1, day, (ahead["id"],)),
    ]


async def test_a_protected_value_that_is_planned_stays_when_the_rest_is_altered(
    register: Register, karin: Person
) -> None:
    day = await in_days(register, 1)
    plan = (await plan_edit(karin, day, displayName="Planerat", headMasterPersonalIdentityNumber=NUMBER)).json()
    shown = await state(karin, plan)
    body = {"on": str(day), "unit": shown["form"] | {"displayName": "Bättre"}, "unitVersion": shown["unitVersion"]}

    altered = await ask(karin, "PUT", f"/planned-changes/{plan['id']}", body)
    await pass_days(register, 1)

    assert [change["field"] for change in altered.json()["changed"]] == [
        "displayName", "headMasterPersonalIdentityNumber",
    ]  # fmt: skip
    row = await units.find(register.pool, register.vault, CODE)
    assert row
    assert row.unit.private.personal_identity_number == NUMBER


async def test_plans_and_edits_of_a_unit_at_once_neither_lose_nor_block_each_other(
    register: Register, karin: Person
) -> None:
    today = await the_day(register)

    async def plan(number: int) -> int:
        day = today + timedelta(days=number + 1)
        return (await plan_edit(karin, day, schoolName=f"Plan {number}")).status_code

    async def edit(number: int) -> int:
        version = (await karin.see()).json()["version"]
        return (await karin.edit(version, schoolName=f"Nu {number}")).status_code

    answers = await asyncio.gather(*(plan(n) for n in range(20)), *(edit(n) for n in range(20)))

    assert set(answers) <= {200, 412}
    plans = await planned(karin)
    assert len(plans) == answers[:20].count(200)
    assert await register.pool.fetchval("SELECT count(*) FROM audit WHERE aggregate LIKE 'planned-change/%'") == len(
        plans
    )
