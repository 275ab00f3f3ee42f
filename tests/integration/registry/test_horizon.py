"""Days that nobody means: refused wherever a day is typed, and kept where the register has them already."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from services.registry.register import Register
from tests.integration.registry.conftest import AsPerson
from tests.integration.registry.helpers import ADA, Person, form, the_day
from tests.integration.registry.planning import ask, codes, in_days, plan_edit, planned
from tests.units import CODE, INDEPENDENT, LUND

NUMBER = "5560360793"
FAR, EARLY = "9999-12-31", "0206-08-01"
ACTIVITY = {"activityType": "ANNAN", "displayName": "Öppen förskola", "municipalityCode": "1281"}


def part(first: str, last: str | None = None) -> dict[str, Any]:
    return {"schoolTypePart": "VUXGY", "validFrom": first, "validTo": last}


def contract(first: str, last: str | None = None) -> dict[str, Any]:
    return {"schoolTypeParts": [part(first, last)]}


def reorganisation(day: str) -> dict[str, Any]:
    results = [{"unit": form(displayName=name)} for name in ("Ett", "Två")]
    return {"effectiveDate": day, "sources": [CODE], "results": results, "versions": {CODE: 1}}


TYPED: dict[str, tuple[str, str, Callable[[str], Any], str]] = {
    "start of a unit": ("POST", "/school-units", lambda day: {"organizationNumber": LUND, "startdate": day,
                        "unit": form()}, "/startdate"),
    "edit": ("PUT", f"/school-units/{CODE}?on=", lambda _: form(schoolName="Nytt"), "/on"),
    "closing": ("POST", f"/school-units/{CODE}/status", lambda day: {"to": "UPPHORT", "on": day}, "/on"),
    "transfer": ("POST", f"/organizers/{LUND}/transfers", lambda day: {"receiver": INDEPENDENT,
                 "schoolUnitCodes": [CODE], "day": day}, "/day"),
    "reorganisation": ("POST", f"/organizers/{LUND}/reorganisations", reorganisation, "/effectiveDate"),
    "activity": ("POST", f"/organizers/{LUND}/activities", lambda day: {"activity": ACTIVITY, "startdate": day},
                 "/startdate"),
    "contract": ("POST", f"/organizers/{LUND}/contracts", contract, "/schoolTypeParts/VUXGY/validFrom"),
    "contract's end": ("POST", f"/organizers/{LUND}/contracts", lambda day: contract("2026-01-01", day),
                       "/schoolTypeParts/VUXGY/validTo"),
}  # fmt: skip


OVER = {"start of a unit": "start-date-in-future", "edit": "day-to-come-needed", "closing": "day-in-past",
        "transfer": "transfer-day-to-come", "reorganisation": "effective-date-to-come",
        "contract's end": "valid-to-before-from"}  # fmt: skip
"""What is told of a day long past where it had to come in any case."""


async def a_provider(karin: Person) -> str:
    body = {"organizationNumber": NUMBER, "provider": {"displayName": "Lärcentrum AB"}}
    made = await ask(karin, "POST", f"/organizers/{LUND}/education-providers", body, version=1)
    return str(made.json()["provider"]["educationProviderCode"])


@pytest.mark.parametrize("dry_run", ["", "dry_run=true"], ids=["done", "tried"])
@pytest.mark.parametrize("what", TYPED)
async def test_no_command_takes_it(karin: Person, what: str, dry_run: str) -> None:
    method, path, body_of, pointer = TYPED[what]
    more = {"educationProviderCode": await a_provider(karin)} if what.startswith("contract") else {}
    for day, rule in ((FAR, "date-too-far"), (EARLY, OVER.get(what, "date-too-early"))):
        address = path + day if path.endswith("=") else path
        address += ("&" if "?" in address else "?") + dry_run
        answer = await ask(karin, method, address, body_of(day) | more, version=1)

        assert codes(answer) == [rule]
        assert answer.json()["errors"][0]["pointer"] == pointer


async def test_what_else_is_wrong_is_told_with_it(karin: Person) -> None:
    wrong = {"organizationNumber": LUND, "startdate": FAR, "unit": form(displayName="", url="nowhere")}
    parts = reorganisation(FAR)
    parts["results"][1]["unit"]["displayName"] = ""

    unit = await ask(karin, "POST", "/school-units", wrong, version=1)
    split = await ask(karin, "POST", f"/organizers/{LUND}/reorganisations?dry_run=true", parts, version=1)

    assert codes(unit) == ["name-needed", "url-form", "date-too-far"]
    assert codes(split) == ["name-needed", "date-too-far"]


async def test_to_the_end_of_the_year_it_is_taken(register: Register, karin: Person) -> None:
    year = (await the_day(register)).year + register.horizon.years
    last, beyond = await plan_edit(karin, date(year, 12, 31), url="https://a.se"), date(year + 1, 1, 1)

    assert last.status_code == 200, last.text
    assert codes(await plan_edit(karin, beyond, url="https://b.se")) == ["date-too-far"]
    assert (await plan_edit(karin, beyond, url="https://b.se")).json()["errors"][0]["params"] == {
        "last": f"{year}-12-31"
    }


async def test_what_is_planned_is_not_moved_beyond_it(register: Register, karin: Person) -> None:
    await plan_edit(karin, await in_days(register, 3), url="https://a.se")
    (plan,) = await planned(karin)
    unit = (await karin.plan(await in_days(register, 3))).json()["schoolUnitCode"]

    moved = await ask(karin, "PUT", f"/planned-changes/{plan['id']}", {"on": FAR})
    started = await ask(karin, "PUT", f"/school-units/{unit}/start-date", {"startdate": FAR})

    assert [codes(moved), codes(started)] == [["date-too-far"]] * 2


async def test_ends_and_rights_are_within_it(karin: Person, as_person: AsPerson) -> None:
    activity = (await ask(karin, "POST", f"/organizers/{LUND}/activities", {"activity": ACTIVITY}, version=1)).json()
    code, ada = await a_provider(karin), as_person(ADA, "register-administration")
    await ask(karin, "POST", f"/organizers/{LUND}/contracts", contract("2026-01-01") | {"educationProviderCode": code},
              version=1)  # fmt: skip
    rights = {"validFrom": EARLY, "validTo": FAR, "schoolTypeParts": ["VUXGY"], "decision": "Dnr 1"}

    ended = await ask(karin, "POST", f"/activities/{activity['activityId']}/end", {"on": FAR})
    contract_ended = await ask(karin, "POST", f"/contracts/{LUND}/{code}/end", {"on": FAR}, version=1)
    granted = await ask(ada, "PUT", f"/education-providers/{code}/grading-rights", rights, version=1)

    assert [codes(ended), codes(contract_ended)] == [["date-too-far"]] * 2
    assert sorted(codes(granted)) == ["date-too-early", "date-too-far"]


async def test_a_day_that_stands_already_may_stay(register: Register, karin: Person) -> None:
    code = await a_provider(karin)
    await ask(karin, "POST", f"/organizers/{LUND}/contracts", contract("2026-01-01") | {"educationProviderCode": code},
              version=1)  # fmt: skip
    await register.pool.execute(
        "UPDATE contract SET body = replace(body::text, '2026-01-01', '1899-07-01')::jsonb WHERE organizer = $1", LUND
    )
    other = {"schoolTypePart": "VUXGR", "validFrom": "2026-08-01", "validTo": None}

    kept = await ask(karin, "PUT", f"/contracts/{LUND}/{code}", {"schoolTypeParts": [part("1899-07-01"), other]},
                     version=1)  # fmt: skip
    moved = await ask(karin, "PUT", f"/contracts/{LUND}/{code}", {"schoolTypeParts": [part("1899-07-02"), other]},
                      version=2)  # fmt: skip

    assert kept.status_code == 200, kept.text
    assert codes(moved) == ["date-too-early"]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
async def test_the_past_is_asked_for_any_day(karin: Person, day: str) -> None:
    paths = (f"/school-units/{CODE}/compare?from={day}&to={day}", f"/school-units/{CODE}/as-of/{day}")
    for path in paths:
        answer = await karin.http.get(path, headers={"Idempotency-Key": str(uuid4())})

        assert answer.status_code < 500, answer.text
