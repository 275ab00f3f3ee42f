"""What the registry's tests share: a small register, people who knock at its door, and a look into its books."""

import asyncio
import csv
import json
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import httpx

from services.contracts.event import Event as Fact
from services.contracts.identity import (
    MembershipEnded,
    MembershipGranted,
    PersonalData,
    PersonRegistered,
    TermsAccepted,
)
from services.contracts.registry import PARTITIONS
from services.contracts.vocabulary import Role
from services.kernel.database import transaction
from services.kernel.envelope import seal
from services.registry.consumers import keep_authority
from services.registry.register import Register
from services.registry.store import register_day
from tests.units import CODE, INDEPENDENT, LUND, a_body, a_unit, fields_of

SECRET = "a secret of tests that is long enough"
OTHER = "10023937"
KARIN, FRIDA, ADA = (uuid5(NAMESPACE_URL, name) for name in ("karin", "frida", "ada"))
NUMBER, WORK_EMAIL = "199001012385", "rut@lund.example"


@dataclass(frozen=True)
class Event:
    """A row of the outbox."""

    position: int
    partition: int
    type: str
    body: dict[str, Any]

    @property
    def public_from(self) -> str:
        return str(self.body["publicFrom"])


@dataclass(frozen=True)
class Person:
    """Somebody at the door of the registry's API."""

    http: httpx.AsyncClient

    async def see(self, code: str = CODE) -> httpx.Response:
        return await self.http.get(f"/school-units/{code}")

    async def edit(self, version: int, code: str = CODE, key: str = "", **changes: Any) -> httpx.Response:
        """Send the form as it was first loaded, with some fields changed; a new key where none is given."""
        headers = {"If-Match": f'"{version}"', "Idempotency-Key": key or str(uuid4())}
        return await self.http.put(f"/school-units/{code}", json=form(**changes), headers=headers)

    async def plan(self, start: date, **changes: Any) -> httpx.Response:
        planned = {"organizationNumber": LUND, "startdate": start.isoformat(), "unit": form(**changes)}
        return await self.http.post("/school-units", json=planned, headers={"Idempotency-Key": str(uuid4())})


def form(**changes: Any) -> dict[str, Any]:
    """A unit's editable fields as they are sent."""
    return fields_of(a_unit(), **changes).model_dump(mode="json", by_alias=True)


def small_register(folder: Path) -> Path:
    """Two organizers, and two units of the first, as files of open data."""
    tables: dict[str, list[dict[str, str]]] = {
        "counties": [{"county_code": "12", "county_name": "Skåne län"}],
        "municipalities": [{"municipality_code": "1281", "municipality_name_short": "Lund",
                            "municipality_name": "Lunds kommun", "county_code": "12"}],
        "organizers": [{"organizationNumber": LUND, "displayName": "Lunds kommun", "organizerType": "KOMMUN"},
                       {"organizationNumber": INDEPENDENT, "displayName": "Friskolan AB", "organizerType": "ENSKILD"}],
    }  # fmt: skip
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    units = [a_body(), a_body(schoolUnitCode=OTHER, displayName="Andra skolan")]
    (folder / "school-units.jsonl").write_text("\n".join(map(json.dumps, units)))
    return folder


async def hear(register: Register, fact: Fact) -> None:
    """Hear an event of identity, as the consumer does."""
    async with transaction(register.pool) as tx:
        await keep_authority(tx, seal(fact, source="/identity"))


def granted(person: UUID, organizer: str) -> MembershipGranted:
    """The person may act for the organizer, as a contact person."""
    values = {"membership_id": person, "person_id": person, "organization_number": organizer, "version": 1}
    return MembershipGranted.model_validate(values | {"role": Role.CONTACT_PERSON})


def accepted(person: UUID) -> TermsAccepted:
    """The person accepted the terms."""
    return TermsAccepted(person_id=person, terms_version=1, accepted_at=datetime.now(UTC))


def ended(person: UUID, organizer: str) -> MembershipEnded:
    """No longer."""
    return MembershipEnded.model_validate(granted(person, organizer).model_dump() | {"version": 2})


def administrator(person: UUID) -> PersonRegistered:
    """The person belongs to the register administration."""
    contact = PersonalData(email="ada@register.example")
    return PersonRegistered(person_id=person, version=1, protected=False, contact=contact, register_administration=True)


async def set_clock(register: Register, moment: datetime, open_day: date | None = None) -> None:
    """Move the register's clock, and the open day with it where one is given."""
    async with transaction(register.pool) as tx:
        await register_day.hold_alone(tx)
        now: datetime = await tx.fetchval("SELECT clock_timestamp()")
        await register_day.set_clock_offset(tx, moment - now)
        if open_day:
            await register_day.move_on(tx, open_day)


async def wait_days(register: Register, days: int) -> None:
    """Move the clock to noon, so many days after the open day. Nothing is closed by that alone."""
    later = await the_day(register) + timedelta(days=days)
    await set_clock(register, datetime.combine(later, time(12), register.zone))


async def the_day(register: Register) -> date:
    row = await register_day.find(register.pool, register.zone.key)
    assert row
    return row.day


async def outbox(register: Register) -> list[Event]:
    """Everything said, in the outbox's order."""
    rows = await register.pool.fetch("SELECT position, partition, headers, body FROM outbox ORDER BY position")
    return [Event(r["position"], r["partition"], _type(r["headers"]), json.loads(r["body"])) for r in rows]


def _type(headers: str) -> str:
    return str(dict(json.loads(headers))["ce_type"])


async def facts(register: Register, kind: str = "") -> list[Event]:
    """What was said of units and organizers."""
    return [e for e in await outbox(register) if e.type != "register-day.closed.v1" and e.type.startswith(kind)]


async def markers(register: Register) -> list[Event]:
    return [e for e in await outbox(register) if e.type == "register-day.closed.v1"]


async def assert_days_add_up(register: Register) -> None:
    """Each closed day has one marker a partition, behind all its events, with their counts."""
    said = [event for event in await facts(register) if "publicFrom" in event.body]
    closed = await markers(register)
    views = sorted({marker.public_from for marker in closed})
    assert len(closed) == PARTITIONS * len(views)
    for view in views:
        of_view = [marker for marker in closed if marker.public_from == view]
        counts = Counter(event.partition for event in said if event.public_from == view)
        assert {m.partition: m.body["events"] for m in of_view} == {n: counts[n] for n in range(PARTITIONS)}
        assert {m.body["total"] for m in of_view} == {counts.total()}
        last = max((event.position for event in said if event.public_from <= view), default=0)
        assert last < min(marker.position for marker in of_view), f"an event of {view} stands behind its marker"


async def waiting_for_locks(register: Register, count: int, seconds: float = 20) -> None:
    """Wait until so many sessions of this database wait for a lock."""
    statement = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
    """
    async with asyncio.timeout(seconds):
        while await register.pool.fetchval(statement) < count:  # noqa: ASYNC110 - what is waited for is in a database
            await asyncio.sleep(0.01)
