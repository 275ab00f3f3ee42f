"""Whatever organizers do, in whatever order, over days: the register's rules hold.

A small model beside the real service on its real database (hypothesis, stateful): codes are never reused, a unit has
one organizer each day, no closed unit is edited, links are symmetric, planned changes take effect once, on their day.
"""

import asyncio
from collections.abc import Awaitable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, ClassVar, TypeVar
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from pydantic import SecretStr

from services.kernel.database import open_pool
from services.registry.app import new_api
from services.registry.commands.load import load
from services.registry.commands.register_day import close_due_days, move_clock_past_midnight
from services.registry.register import Register, new_register
from services.registry.settings import RegistrySettings
from services.registry.store import audit
from tests.conftest import NewDatabase
from tests.integration.registry.helpers import (
    FRIDA,
    KARIN,
    OTHER,
    SECRET,
    accepted,
    form,
    granted,
    hear,
    outbox,
    small_register,
    the_day,
    wait_days,
)
from tests.keys import ISSUER, KeyServer, token
from tests.units import CODE, INDEPENDENT, LUND

Done = TypeVar("Done")
WHO = {LUND: KARIN, INDEPENDENT: FRIDA}
NAMES = st.sampled_from(["Svalan", "Duvan", "Tranan", "Storken"])
UNITS = st.integers(min_value=0, max_value=30)
DAYS = st.integers(min_value=1, max_value=3)


@dataclass
class Unit:
    """What the model knows of a unit. `versions`: it has never fewer."""

    owner: str
    status: str
    name: str
    start: date | None = None
    came_from: set[str] = field(default_factory=set)


@dataclass
class Transfer:
    giver: str
    receiver: str
    codes: list[str]
    day: date
    state: str = "proposed"


@dataclass
class Reorganisation:
    sources: list[str]
    results: list[str]
    day: date
    state: str = "planned"


class World:
    """The real service, on a loop of its own; a new register for each example."""

    def __init__(self, runner: asyncio.Runner, database: NewDatabase, provider: KeyServer, folder: Path) -> None:
        self.runner, self.database, self.provider, self.folder = runner, database, provider, folder
        self.stack = AsyncExitStack()
        self.register: Register
        self.api: Any

    def run(self, work: Awaitable[Done]) -> Done:
        async def awaited() -> Done:
            return await work

        return self.runner.run(awaited())

    def begin(self) -> None:
        self.run(self._begin())

    async def _begin(self) -> None:
        await self.stack.aclose()
        self.stack = AsyncExitStack()
        made = RegistrySettings(
            database_url=await self.database("registry"), vault_secret=SecretStr(SECRET),
            oidc_jwks_url=self.provider.url, oidc_issuer=ISSUER, demo_clock_allowed=True,
        )  # fmt: skip
        pool = await self.stack.enter_async_context(open_pool(made.database_url, size=4))
        self.register = new_register(made, pool)
        self.api = new_api(made, self.register)
        await load(self.register, self.folder, lambda *_: None)
        await wait_days(self.register, 1)
        await close_due_days(self.register)
        for fact in (granted(KARIN, LUND), granted(FRIDA, INDEPENDENT), accepted(KARIN), accepted(FRIDA)):
            await hear(self.register, fact)

    def send(self, owner: str, method: str, path: str, body: Any = None, seen: int | None = None) -> httpx.Response:
        bearer = token(self.provider, person_id=str(WHO[owner]))
        headers = {"Idempotency-Key": str(uuid4()), "Authorization": f"Bearer {bearer}"}
        if seen is not None:
            headers["If-Match"] = f'"{seen}"'
        return self.run(self._send(method, path, body, headers))

    async def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> httpx.Response:
        transport = httpx.ASGITransport(self.api)
        async with httpx.AsyncClient(transport=transport, base_url="http://registry") as http:
            return await http.request(method, path, json=body, headers=headers)

    def see(self, owner: str, path: str) -> dict[str, Any]:
        answer = self.send(owner, "GET", path)
        assert answer.status_code == 200, (path, answer.text)
        return dict(answer.json())


class TheRegister(RuleBasedStateMachine):
    """The model: whose each unit is, what it is called and whether it runs; what is to come."""

    world: ClassVar[World]

    @initialize()
    def begin(self) -> None:
        self.world.begin()
        self.units = {
            CODE: Unit(LUND, "AKTIV", self._name(LUND, CODE)), OTHER: Unit(LUND, "AKTIV", self._name(LUND, OTHER)),
        }  # fmt: skip
        self.planned: dict[str, tuple[str, date, str]] = {}
        self.transfers: dict[str, Transfer] = {}
        self.reorganisations: dict[str, Reorganisation] = {}
        self.today = self.world.run(the_day(self.world.register))

    def _name(self, owner: str, code: str) -> str:
        return str(self.world.see(owner, f"/school-units/{code}")["unit"]["displayName"])

    def pick(self, number: int) -> tuple[str, Unit]:
        code = sorted(self.units)[number % len(self.units)]
        return code, self.units[code]

    def version(self, code: str) -> int:
        return int(self.world.see(self.units[code].owner, f"/school-units/{code}")["version"])

    def busy(self, code: str) -> bool:
        transfers = [one.codes for one in self.transfers.values() if one.state in {"proposed", "accepted"}]
        sources = [one.sources + one.results for one in self.reorganisations.values() if one.state == "planned"]
        return any(code in codes for codes in [*transfers, *sources])

    @rule(number=UNITS, name=NAMES, by_owner=st.booleans())
    def somebody_edits(self, number: int, name: str, *, by_owner: bool) -> None:
        code, unit = self.pick(number)
        who = unit.owner if by_owner else next(other for other in WHO if other != unit.owner)
        answer = self.world.send(who, "PUT", f"/school-units/{code}", form(displayName=name), self.version(code))
        expected = 404 if not by_owner else 409 if unit.status == "UPPHORT" else 200
        assert answer.status_code == expected, answer.text
        if expected == 200:
            unit.name = name

    @rule(owner=st.sampled_from([LUND, INDEPENDENT]), name=NAMES, days=DAYS)
    def a_unit_is_planned(self, owner: str, name: str, days: int) -> None:
        start = self.today + timedelta(days=days)
        body = {"organizationNumber": owner, "startdate": start.isoformat(), "unit": form(displayName=name)}
        answer = self.world.send(owner, "POST", "/school-units", body)
        assert answer.status_code == 201
        code = answer.json()["schoolUnitCode"]
        assert code not in self.units, "a code is never given twice"
        self.units[code] = Unit(owner, "PLANERAD", name, start)

    @rule(number=UNITS, to=st.sampled_from(["AKTIV", "VILANDE", "UPPHORT"]))
    def a_status_is_changed(self, number: int, to: str) -> None:
        code, unit = self.pick(number)
        answer = self.world.send(unit.owner, "POST", f"/school-units/{code}/status", {"to": to}, self.version(code))
        allowed = {("AKTIV", "VILANDE"), ("VILANDE", "AKTIV"), ("AKTIV", "UPPHORT"), ("VILANDE", "UPPHORT")}
        if (unit.status, to) not in allowed:
            assert answer.status_code == 409, answer.text
        elif answer.status_code == 200:
            unit.status = to
            if to == "UPPHORT":
                self._closed(code)
        else:
            assert self.busy(code), answer.text

    def _closed(self, code: str) -> None:
        self.units[code].status = "UPPHORT"
        self.planned = {key: change for key, change in self.planned.items() if change[0] != code}

    @rule(number=UNITS, name=NAMES, days=DAYS)
    def a_change_is_planned(self, number: int, name: str, days: int) -> None:
        code, unit = self.pick(number)
        day = self.today + timedelta(days=days)
        current = self.world.see(unit.owner, f"/school-units/{code}")
        fields = form(displayName=name)
        answer = self.world.send(unit.owner, "PUT", f"/school-units/{code}?on={day}", fields, current["version"])
        is_planned = any(one[0] == code and one[1] == day for one in self.planned.values())
        if unit.status == "UPPHORT" or (is_planned and answer.status_code != 200):
            assert answer.status_code == 409, answer.text
            return
        made = answer.json()
        names = [change["after"] for change in made.get("changed", ()) if change["field"] == "displayName"]
        assert not (is_planned and names), "the same field twice on one day"
        if names and made.get("id"):
            assert names == [name]
            self.planned[made["id"]] = (code, day, name)

    @rule(number=UNITS)
    def a_planned_change_is_cancelled(self, number: int) -> None:
        if self.planned:
            change = sorted(self.planned)[number % len(self.planned)]
            owner = self.units[self.planned[change][0]].owner
            seen = self.world.see(owner, f"/planned-changes/{change}")["version"]
            assert self.world.send(owner, "DELETE", f"/planned-changes/{change}", seen=seen).is_success
            del self.planned[change]

    @rule(number=UNITS, days=DAYS)
    def a_transfer_is_proposed(self, number: int, days: int) -> None:
        code, unit = self.pick(number)
        receiver = next(other for other in WHO if other != unit.owner)
        day = self.today + timedelta(days=days)
        body = {"receiver": receiver, "schoolUnitCodes": [code], "day": day.isoformat()}
        answer = self.world.send(unit.owner, "POST", f"/organizers/{unit.owner}/transfers", body)
        if unit.status == "UPPHORT" or self.busy(code):
            assert answer.status_code == 409, answer.text
        else:
            assert answer.is_success, answer.text
            self.transfers[answer.json()["transferId"]] = Transfer(unit.owner, receiver, [code], day)

    @rule(number=UNITS, way=st.sampled_from(["acceptance", "refusal", "withdrawal"]), by_right=st.booleans())
    def a_transfer_is_answered(self, number: int, way: str, *, by_right: bool) -> None:
        if not self.transfers:
            return
        key = sorted(self.transfers)[number % len(self.transfers)]
        transfer = self.transfers[key]
        right, wrong = (
            (transfer.receiver, transfer.giver) if way != "withdrawal" else (transfer.giver, transfer.receiver)
        )
        seen = self.world.see(transfer.giver, f"/transfers/{key}")["version"]
        body = {"reason": "Vi har inte plats"} if way != "acceptance" else None
        answer = self.world.send(right if by_right else wrong, "POST", f"/transfers/{key}/{way}", body, seen)
        possible = {"acceptance": {"proposed"}, "refusal": {"proposed"}, "withdrawal": {"proposed", "accepted"}}[way]
        if by_right and transfer.state in possible:
            assert answer.is_success, answer.text
            transfer.state = {"acceptance": "accepted", "refusal": "declined", "withdrawal": "withdrawn"}[way]
        else:
            assert answer.status_code in {403, 404, 409}, answer.text

    @rule(number=UNITS, parts=st.integers(min_value=2, max_value=3), days=DAYS, name=NAMES)
    def a_unit_is_split(self, number: int, parts: int, days: int, name: str) -> None:
        code, unit = self.pick(number)
        self._reorganised(unit.owner, [code], [f"{name} {part}" for part in range(parts)], days)

    @rule(number=UNITS, other=UNITS, days=DAYS, name=NAMES)
    def two_units_merge(self, number: int, other: int, days: int, name: str) -> None:
        (code, unit), (second, its) = self.pick(number), self.pick(other)
        if code != second and unit.owner == its.owner:
            self._reorganised(unit.owner, [code, second], [name], days)

    def _reorganised(self, owner: str, sources: list[str], names: list[str], days: int) -> None:
        day = self.today + timedelta(days=days)
        body = {"effectiveDate": day.isoformat(), "sources": sources, "reason": "Ny organisation",
                "results": [{"unit": form(displayName=name)} for name in names],
                "versions": {code: self.version(code) for code in sources}}  # fmt: skip
        answer = self.world.send(owner, "POST", f"/organizers/{owner}/reorganisations", body)
        if any(self.units[code].status not in {"AKTIV", "VILANDE"} or self.busy(code) for code in sources):
            assert answer.status_code == 409, answer.text
            return
        assert answer.is_success, answer.text
        made = answer.json()
        results = [one["schoolUnitCode"] for one in made["results"]]
        assert not set(results) & set(self.units), "every part gets a code that never was"
        for code, name in zip(results, names, strict=True):
            self.units[code] = Unit(owner, "PLANERAD", name, day, set(sources))
        self.reorganisations[made["reorganisationId"]] = Reorganisation(sources, results, day)

    @rule(number=UNITS)
    def a_reorganisation_is_undone(self, number: int) -> None:
        if not self.reorganisations:
            return
        key = sorted(self.reorganisations)[number % len(self.reorganisations)]
        done = self.reorganisations[key]
        owner = self.units[done.sources[0]].owner
        seen = self.world.see(owner, f"/reorganisations/{key}")["version"]
        answer = self.world.send(owner, "DELETE", f"/reorganisations/{key}?reason=Fel", seen=seen)
        assert answer.is_success == (done.state == "planned"), answer.text
        if answer.is_success:
            done.state = "undone"
            for code in done.results:
                self._closed(code)
                self.units[code].came_from = set()

    @rule()
    def the_day_closes(self) -> None:
        self.world.run(move_clock_past_midnight(self.world.register))
        self.today = self.world.run(the_day(self.world.register))
        self._transfers_take_effect()
        self._plans_take_effect()
        for unit in self.units.values():
            if unit.status == "PLANERAD" and unit.start and unit.start <= self.today:
                unit.status = "AKTIV"
        for done in self.reorganisations.values():
            if done.day <= self.today and done.state == "planned":
                done.state = "done"
                for code in done.sources:
                    self._closed(code)

    def _transfers_take_effect(self) -> None:
        for transfer in self.transfers.values():
            if transfer.day <= self.today and transfer.state in {"proposed", "accepted"}:
                is_accepted = transfer.state == "accepted"
                transfer.state = "done" if is_accepted else "lapsed"
                for code in transfer.codes if is_accepted else ():
                    self.units[code].owner = transfer.receiver

    def _plans_take_effect(self) -> None:
        for key, (code, day, name) in sorted(self.planned.items(), key=lambda item: item[1][1]):
            if day <= self.today:
                self.units[code].name = name
                del self.planned[key]

    @invariant()
    def the_register_is_as_the_model(self) -> None:
        if not hasattr(self, "units"):
            return
        rows = self.world.run(self.world.register.pool.fetch("SELECT code, organizer, status, body FROM school_unit"))
        found = {row["code"]: (row["organizer"], row["status"], row["body"]["displayName"]) for row in rows}
        assert found == {code: (unit.owner, unit.status, unit.name) for code, unit in self.units.items()}

    def teardown(self) -> None:
        """What was said adds up: each version once, one owner after the other, links both ways; the log is whole."""
        if not hasattr(self, "units"):
            return
        facts = [
            event for event in self.world.run(outbox(self.world.register)) if event.type.startswith("school-unit.")
        ]
        owners: dict[str, list[tuple[int, str]]] = {}
        for event in facts:
            body = event.body
            owners.setdefault(body["schoolUnitCode"], []).append((body["version"], body["unit"]["organizationNumber"]))
        for code, told in owners.items():
            assert [version for version, _ in told] == list(range(1, len(told) + 1)), "each version once, in order"
            assert told[-1][1] == self.units[code].owner
        for code, unit in self.units.items():
            links = self.world.see(unit.owner, f"/school-units/{code}/links")
            assert {one["schoolUnitCode"] for one in links["predecessors"]} == unit.came_from
            for source in unit.came_from:
                back = self.world.see(self.units[source].owner, f"/school-units/{source}/links")
                assert code in {one["schoolUnitCode"] for one in back["successors"]}
        assert self.world.run(audit.broken_chain(self.world.register.pool)) == []


@pytest.fixture
def world(database: NewDatabase, provider: KeyServer, tmp_path: Path) -> Iterator[World]:
    with asyncio.Runner() as runner:
        made = World(runner, database, provider, small_register(tmp_path))
        yield made
        runner.run(made.stack.aclose())


def test_the_rules_of_the_register_hold_whatever_is_done(world: World) -> None:
    TheRegister.world = world

    run_state_machine_as_test(
        TheRegister,
        settings=settings(
            max_examples=20,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate,),
        ),
    )
