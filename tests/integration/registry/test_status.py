"""A unit's life through the registry's door: dormant, active, closed, withdrawn, started another day, corrected."""

from datetime import timedelta

import pytest

from services.kernel.database import transaction
from services.registry.register import Register
from services.registry.store import audit, processes
from tests.integration.registry.conftest import AsPerson
from tests.integration.registry.helpers import FRIDA, NUMBER, Person, assert_days_add_up, facts, the_day
from tests.integration.registry.planning import ask, codes, in_days, pass_days, plan_edit, planned, to_status
from tests.units import CODE, LUND


async def test_a_unit_rests_and_goes_on(register: Register, karin: Person) -> None:
    path = f"/school-units/{CODE}/status"
    rests = await ask(karin, "POST", path, {"to": "VILANDE", "reason": "Inga elever i år"})
    goes_on = await to_status(karin, "AKTIV")

    assert [answer.json()["status"] for answer in (rests, goes_on)] == ["VILANDE", "AKTIV"]
    assert rests.headers["etag"] == '"2"'
    assert rests.json()["changed"] == [{"field": "status", "before": "AKTIV", "after": "VILANDE", "protected": False}]
    events = await facts(register, "school-unit.edited")
    assert [event.body["unit"]["status"] for event in events] == ["VILANDE", "AKTIV"]
    told = (await karin.http.get(f"/school-units/{CODE}/history")).json()["entries"]
    assert [entry["reason"] for entry in told[:2]] == [None, "Inga elever i år"]


async def test_a_closed_unit_has_its_last_day_and_is_final(register: Register, karin: Person) -> None:
    today = await the_day(register)

    closed = (await to_status(karin, "UPPHORT")).json()

    assert (closed["status"], closed["unit"]["endDate"]) == ("UPPHORT", today.isoformat())
    assert codes(await to_status(karin, "AKTIV")) == ["closed-unit-is-final"]
    assert codes(await karin.edit(2, displayName="Död skola")) == ["closed-unit-is-final"]
    assert codes(await plan_edit(karin, today + timedelta(days=3), displayName="X")) == ["closed-unit-is-final"]


@pytest.mark.parametrize(
    ("to", "days", "rule"),
    [("AKTIV", 0, "status-already"), ("VILANDE", -1, "day-in-past"), ("AKTIV", 5, "status-already")],
)
async def test_a_status_that_cannot_be_is_refused(
    register: Register, karin: Person, to: str, days: int, rule: str
) -> None:
    assert codes(await to_status(karin, to, await in_days(register, days))) == [rule]


async def test_trying_a_status_changes_nothing(karin: Person) -> None:
    tried = await ask(karin, "POST", f"/school-units/{CODE}/status?dry_run=true", {"to": "UPPHORT"})

    assert [change["field"] for change in tried.json()["changed"]] == ["status", "endDate"]
    assert (await karin.see()).json()["status"] == "AKTIV"


async def test_a_stale_version_is_refused_and_a_repeat_does_nothing(register: Register, karin: Person) -> None:
    path, body = f"/school-units/{CODE}/status", {"to": "VILANDE"}
    first = await ask(karin, "POST", path, body, version=1, key="the same key")
    again = await ask(karin, "POST", path, body, version=1, key="the same key")
    stale = await ask(karin, "POST", path, {"to": "AKTIV"}, version=1)

    assert first.content == again.content
    assert stale.status_code == 412
    assert len(await facts(register, "school-unit.edited")) == 1


async def test_a_planned_unit_that_never_starts_is_withdrawn(register: Register, karin: Person) -> None:
    start = await in_days(register, 2)
    code = (await karin.plan(start, displayName="Aldrigskolan")).json()["schoolUnitCode"]
    await plan_edit(karin, start, code, displayName="Kanskeskolan")
    assert codes(await to_status(karin, "UPPHORT", code=code)) == ["planned-unit-status"]

    answer = await ask(karin, "POST", f"/school-units/{code}/withdrawal", {"reason": "Inget tillstånd"})
    await pass_days(register, 4)

    assert answer.json()["status"] == "UPPHORT"
    unit = (await karin.see(code)).json()
    assert (unit["status"], unit["unit"]["startdate"]) == ("UPPHORT", None)
    assert await planned(karin, code) == []
    assert await facts(register, "school-unit.opened") == []
    assert codes(await ask(karin, "POST", f"/school-units/{CODE}/withdrawal", {"reason": "x"})) == ["only-planned-unit"]


async def test_a_start_is_moved_to_another_day_to_come(register: Register, karin: Person) -> None:
    today = await the_day(register)
    code = (await karin.plan(today + timedelta(days=1))).json()["schoolUnitCode"]
    path = f"/school-units/{code}/start-date"

    moved = await ask(karin, "PUT", path, {"startdate": (today + timedelta(days=3)).isoformat()})
    too_early = await ask(karin, "PUT", path, {"startdate": today.isoformat()})

    assert moved.json()["unit"]["startdate"] == (today + timedelta(days=3)).isoformat()
    assert codes(too_early) == ["start-date-in-future"]
    assert codes(await ask(karin, "PUT", f"/school-units/{CODE}/start-date", {"startdate": "2035-01-01"})) == [
        "only-planned-unit"
    ]
    seen = []
    for _ in range(3):
        await pass_days(register, 1)
        seen.append((await karin.see(code)).json()["status"])
    assert seen == ["PLANERAD", "PLANERAD", "AKTIV"]


async def test_todays_mistakes_are_taken_back_to_what_is_public(register: Register, karin: Person) -> None:
    await karin.edit(1, schoolName="I går", email="gammal@lund.se")
    await pass_days(register, 1)
    before = (await karin.see()).json()["unit"]
    address = {"type": "BESOKSADRESS", "streetAddress": "Fel gata 1"}
    await karin.edit(2, displayName="Fel", schoolName="I går", addresses=[address], schoolTypes=["FKLASS"],
                     schoolTypeProperties={}, headMasterPersonalIdentityNumber=NUMBER)  # fmt: skip
    closed = await to_status(karin, "UPPHORT")
    assert closed.json()["status"] == "UPPHORT"

    answer = await ask(karin, "POST", f"/school-units/{CODE}/correction", {"reason": "Fel enhet"})

    after = answer.json()
    assert after["status"] == "AKTIV"
    assert after["unit"] == before | {"headMasterPersonalIdentityNumberGiven": True}, "what is protected stays"
    assert [change["field"] for change in after["notYetPublic"]] == ["headMasterPersonalIdentityNumber"]
    [*_, event] = await facts(register, "school-unit.edited")
    assert event.body["cause"] == "correction"
    await pass_days(register, 1)
    again = await ask(karin, "POST", f"/school-units/{CODE}/correction", {"reason": "Igen"})
    assert codes(again) == ["nothing-to-correct"]
    await assert_days_add_up(register)


async def test_what_a_mistaken_closing_cancelled_is_planned_again(register: Register, karin: Person) -> None:
    plan = (await plan_edit(karin, await in_days(register, 2), displayName="Nya namnet")).json()
    await to_status(karin, "UPPHORT")
    assert await planned(karin) == []

    await ask(karin, "POST", f"/school-units/{CODE}/correction", {"reason": "Fel enhet"})

    [again] = await planned(karin)
    assert (again["id"], again["state"], again["version"]) == (plan["id"], "planned", 3)
    await pass_days(register, 2)
    assert (await karin.see()).json()["unit"]["displayName"] == "Nya namnet"
    async with transaction(register.pool) as tx:
        assert await audit.broken_chain(tx) == []


async def test_a_unit_in_an_undertaking_is_not_closed(
    register: Register, karin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def open_for(_: object, units: object) -> dict[str, str]:
        return dict.fromkeys(units, "a transfer")  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(processes, "UNDERTAKINGS", (open_for,))

    assert codes(await to_status(karin, "UPPHORT")) == ["unit-in-other-process"]
    assert codes(await to_status(karin, "UPPHORT", await in_days(register, 3))) == ["unit-in-other-process"]
    assert (await to_status(karin, "VILANDE")).status_code == 200


async def test_strangers_learn_nothing(register: Register, karin: Person, as_person: AsPerson) -> None:
    plan = (await plan_edit(karin, await in_days(register, 2), displayName="Hemligt")).json()
    frida, reason = as_person(FRIDA), {"reason": "Nyfiken"}
    tries = (
        ("POST", f"/school-units/{CODE}/status", {"to": "VILANDE"}),
        ("POST", f"/school-units/{CODE}/withdrawal", reason),
        ("POST", f"/school-units/{CODE}/correction", reason),
        ("PUT", f"/school-units/{CODE}/start-date", {"startdate": "2035-01-01"}),
        ("GET", f"/school-units/{CODE}/planned-changes", None),
        ("GET", f"/organizers/{LUND}/planned-changes", None),
        ("GET", f"/planned-changes/{plan['id']}", None),
        ("PUT", f"/planned-changes/{plan['id']}", {"on": "2035-01-01"}),
        ("DELETE", f"/planned-changes/{plan['id']}", None),
    )

    answers = [await ask(frida, method, path, body, version=1) for method, path, body in tries]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
