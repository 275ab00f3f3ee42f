"""Each command of the registry, one after the other, against the same statements sent bare by asyncpg.

As in `edits`, the statements are recorded from the commands themselves. What a command draws (codes, ids) is drawn anew
by ours and sent as it was recorded by the other: both do the same work on a copy of the same database.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, timedelta
from uuid import uuid4

import asyncpg
import orjson
import uvloop

from bench._measure import Aim, Figure, in_turns, show
from bench._parts import WHO, copy_of, load_register, may_edit, new_database, parts, register
from bench.edits import Script, send, wait_for_disk
from deploy.stack.postgres import PostgresServer
from services.contracts.adult_education import ContractPart
from services.contracts.vocabulary import ActivityType, SchoolType, SchoolTypePart, Status
from services.kernel.database import Connection, open_pool, prepare_connection
from services.registry.commands.activities import RegisterActivity, register_activity
from services.registry.commands.approvals import Approve, approve
from services.registry.commands.education_contracts import RegisterContract, register_contract
from services.registry.commands.education_providers import NameProvider, name_provider
from services.registry.commands.organizers import EditContact, edit_contact
from services.registry.commands.planned_changes import PlanEdit, plan_edit
from services.registry.commands.register_day import close_due_days
from services.registry.commands.reorganisations import PlanReorganisation, plan_reorganisation
from services.registry.commands.status import ChangeStatus, change_status
from services.registry.commands.transfers import Propose, propose
from services.registry.commands.units import PlanUnit, plan_unit
from services.registry.domain.activities import ActivityFields
from services.registry.domain.education_providers import ProviderFields
from services.registry.domain.organizers import ContactValues
from services.registry.domain.reorganisations import NewUnit
from services.registry.domain.state import EditableFields
from services.registry.register import Register
from services.registry.store import register_day

EACH, ROUNDS = 40, 5
SIMPLE = EditableFields(display_name="En skola", municipality_code="1281", school_types=(SchoolType.GR,))
PARTS = [SIMPLE.model_copy(update={"display_name": f"En skola {part}"}) for part in "AB"]
RECEIVERS = ("2120001132", "2120001124")
"""Lund and Malmö."""
AIM = Aim(least=0.6)
PARTS_LET_OUT = (ContractPart(school_type_part=SchoolTypePart.VUXGY, valid_from=date(2026, 1, 1)),)
PROVIDER = "5560360793"
Command = Callable[[Register], Awaitable[object]]
LETTING_OUT = "SELECT number FROM organizer WHERE organizer_type = 'KOMMUN' ORDER BY number LIMIT $1"
UNITS = """
SELECT code, organizer FROM school_unit WHERE status = 'AKTIV' AND municipality_code IS NOT NULL ORDER BY code LIMIT $1
"""


async def prepare(url: str) -> dict[str, list[Command]]:
    """Every command, as often as all rounds need it, each on a unit of its own."""
    wanted = EACH * (ROUNDS + 1)
    async with open_pool(url, size=1) as pool:
        means = register(url, pool)
        await close_due_days(means)
        rows = await pool.fetch(UNITS, wanted)
        towns = [row["number"] for row in await pool.fetch(LETTING_OUT, wanted)]
        await may_edit(pool, {*towns, *(row["organizer"] for row in rows)})
        provider = await _provider(means, towns[0])
        today = await register_day.find(pool, means.zone.key)
    assert today
    start = today.day + timedelta(days=30)
    of = [(row["code"], row["organizer"]) for row in rows]
    return {
        "plan a unit": [_plan_unit(PlanUnit(number, start, SIMPLE, str(uuid4()))) for _, number in of],
        "plan a change": [
            _plan_edit(PlanEdit(code=code, version=1, key=str(uuid4()), on=start, fields=SIMPLE)) for code, _ in of
        ],
        "make dormant": [
            _status(ChangeStatus(code=code, version=1, key=str(uuid4()), to=Status.VILANDE)) for code, _ in of
        ],
        "split a unit": [_split(code, number, start) for code, number in of],
        "propose a transfer": [_propose(code, number, start) for code, number in of],
        "register an activity": [_activity(number, start) for _, number in of],
        "edit an organizer's values": [_contact(number) for number in towns],
        "register a contract": [_contract(number, provider) for number in towns],
        "approve an organizer's own data": [_approve(number) for number in towns],
    }


async def _provider(means: Register, number: str) -> str:
    """A provider that all may let out to."""
    named = NameProvider(number, PROVIDER, ProviderFields(display_name="Lärcentrum AB"))
    found = orjson.loads(await name_provider(means, WHO, named, str(uuid4())))
    return str(found["provider"]["educationProviderCode"])


def _plan_unit(command: PlanUnit) -> Command:
    return lambda means: plan_unit(means, WHO, command)


def _plan_edit(command: PlanEdit) -> Command:
    return lambda means: plan_edit(means, WHO, command)


def _status(command: ChangeStatus) -> Command:
    return lambda means: change_status(means, WHO, command)


def _split(code: str, number: str, day: date) -> Command:
    command = PlanReorganisation(number, day, (code,), tuple(map(NewUnit, PARTS)), "Ny organisation", {code: 1})
    return lambda means: plan_reorganisation(means, WHO, command, str(uuid4()))


def _propose(code: str, number: str, day: date) -> Command:
    receiver = next(one for one in RECEIVERS if one != number)
    command = Propose(number, receiver, (code,), ends_organizer=False, day=day, message=None, key=str(uuid4()))
    return lambda means: propose(means, WHO, command)


def _activity(number: str, start: date) -> Command:
    fields = ActivityFields(activity_type=ActivityType.ANNAN, display_name="En verksamhet", municipality_code="1281")
    return lambda means: register_activity(means, WHO, RegisterActivity(number, start, fields), str(uuid4()))


def _contact(number: str) -> Command:
    command = EditContact(number, ContactValues(url="https://kommunen.example"), 1, str(uuid4()))
    return lambda means: edit_contact(means, WHO, command)


def _contract(number: str, provider: str) -> Command:
    command = RegisterContract(number, provider, PARTS_LET_OUT)
    return lambda means: register_contract(means, WHO, command, str(uuid4()))


def _approve(number: str) -> Command:
    command = Approve(number, [number], {number: 1}, str(uuid4()))
    return lambda means: approve(means, WHO, command)


async def recorded(url: str, commands: Sequence[Command]) -> list[Script]:
    """Carry the commands out; give each one's statements, from BEGIN to COMMIT."""
    scripts: list[Script] = []
    said: Script = []

    async def listen(connection: Connection) -> None:
        await prepare_connection(connection)
        connection.add_query_logger(lambda query: said.append((query.query, tuple(query.args or ()))))

    async with asyncpg.create_pool(url, min_size=1, max_size=1, init=listen) as pool:
        means = register(url, pool)
        for command in commands:
            said.clear()
            await command(means)
            words = [query.split(" ", 1)[0].rstrip(";") for query, _ in said]
            scripts.append(said[words.index("BEGIN") : words.index("COMMIT") + 1])
    return scripts


async def measured(
    server: PostgresServer,
    name: str,
    commands: Sequence[Command],
    *,
    each: int = EACH,
    rounds: int = ROUNDS,
    aim: Aim = AIM,
) -> Figure:
    """Ours and the bare statements, in turns, by one writer each: so many rounds of so many, after one to warm up."""
    scripts = await recorded(copy_of(server, "registry"), commands)
    url, bare_url = copy_of(server, "registry"), copy_of(server, "registry")
    connection = await asyncpg.connect(bare_url)
    await prepare_connection(connection)
    done = {"ours": 0, "bare": 0}

    async def one_round(of: str, one: Callable[[int], Awaitable[object]]) -> float:
        numbers = range(done[of], done[of] + each)
        done[of] = numbers.stop
        began = time.perf_counter()
        for number in numbers:
            await one(number)
        return each / (time.perf_counter() - began)

    async with open_pool(url, size=2) as pool:
        means = register(url, pool)

        async def ours() -> float:
            return await one_round("ours", lambda number: commands[number](means))

        async def bare() -> float:
            return await one_round("bare", lambda number: send(connection, scripts[number]))

        await ours(), await bare()
        found = await in_turns(rounds, ours, bare)
    await connection.close()
    return Figure(f"{name} ({len(scripts[-1])} statements)", "commands/s", *found, aim)


async def main() -> None:
    """Measure."""
    with parts() as started:
        server = started.postgres()
        wait_for_disk(server, "off")
        url = new_database(server, "registry")
        await asyncio.to_thread(load_register, url, started.folder / "data", 1)
        commands = await prepare(url)
        figures = [await measured(server, name, commands[name]) for name in commands]
    show("Commands: ours against the same statements sent bare by asyncpg", figures)


if __name__ == "__main__":
    uvloop.run(main())
