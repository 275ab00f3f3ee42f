"""What publication's tests share: a register that tells its story, and a publication that hears it."""

import asyncio
import json
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import httpx

from deploy.stack.process import Process
from services.contracts.registry import (
    PARTITIONS,
    FieldChange,
    PublicUnit,
    SchoolUnitEdited,
    SchoolUnitOpened,
    SchoolUnitRegistered,
)
from services.contracts.vocabulary import Status
from services.kernel.database import Pool
from services.kernel.envelope import Envelope, seal
from services.publication.app import new_api, new_publish
from services.publication.build import files
from services.publication.consumers import consumer
from services.publication.jobs import Publish
from services.publication.settings import PublicationSettings
from tests.builders import A_DAY, LUND, a_marker, a_unit, an_organizer, organizer_registered, unit_registered
from tests.integration.kernel.helpers import ROOT
from tests.integration.publication.documents import agrees
from tests.units import INDEPENDENT

BASE = "https://register.example"
A_DAY_LATER = timedelta(days=1)
Fact = SchoolUnitRegistered | SchoolUnitEdited | SchoolUnitOpened


class Story:
    """What the registry says, in its order: facts of the open day, and markers when it closes."""

    def __init__(self, day: date = A_DAY) -> None:
        self.day, self.said, self.facts = day, list[Envelope](), list[Fact]()
        lund = an_organizer(municipalities=({"municipality_code": "1281", "display_name": "Lund"},))
        for organizer in (
            lund,
            an_organizer(organization_number=INDEPENDENT, display_name="Friskolan AB", organizer_type="ENSKILD"),
        ):
            self.say(organizer_registered(organizer, register_day=day, public_from=day + A_DAY_LATER))

    def say(self, event: Any) -> None:
        self.said.append(seal(event, source="/registry"))

    def has(self, code: str) -> Fact:
        """A unit's last fact."""
        return next(fact for fact in reversed(self.facts) if fact.school_unit_code == code)

    def register(self, code: str, **values: Any) -> None:
        unit = a_unit(school_unit_code=code, display_name=f"Skola {code}", **values)
        self._tell(unit_registered(unit, register_day=self.day, public_from=self.day + A_DAY_LATER))

    def edit(self, code: str, **changes: Any) -> None:
        self._tell(self._next(SchoolUnitEdited, code, self.day, self.day + A_DAY_LATER, changes))

    def close_unit(self, code: str) -> None:
        self.edit(code, status=Status.UPPHORT, end_date=self.day)

    def close_day(self) -> date:
        """Close the open day as the registry does, and open what was planned for the next; gives the view's day."""
        self.day += A_DAY_LATER
        for code in sorted({fact.school_unit_code for fact in self.facts}):
            if self.has(code).unit.status is Status.PLANERAD and self.has(code).unit.start_date == self.day:
                self._tell(self._next(SchoolUnitOpened, code, self.day, self.day, {"status": Status.AKTIV}))
        counts = Counter(said.partition for said in self.said if said.epoch == self.day.isoformat())
        for partition in range(PARTITIONS):
            self.say(a_marker(
                partition, day=self.day - A_DAY_LATER, public_from=self.day, events=counts[partition],
                total=counts.total(), closed_at=datetime.combine(self.day, time(0, 0, 1), UTC),
            ))  # fmt: skip
            self.said[-1] = replace(self.said[-1], partition=partition)
        return self.day

    def _next(self, kind: type[Any], code: str, day: date, public_from: date, changes: dict[str, Any]) -> Any:
        before = self.has(code)
        unit = PublicUnit.model_validate(before.unit.model_dump() | changes)
        changed = tuple(FieldChange(field=name) for name in changes)
        return kind(school_unit_code=code, unit=unit, version=before.version + 1, cause="edit", changed=changed,
                    register_day=day, public_from=public_from)  # fmt: skip

    def _tell(self, fact: Fact) -> None:
        self.facts.append(fact)
        self.say(fact)

    def as_of(self, code: str, view: date, day: date) -> Fact | None:
        """Replay: a unit's last fact that the view has and that was valid on the day."""
        found = [f for f in self.facts
                 if f.school_unit_code == code and f.public_from <= view and f.register_day <= day]  # fmt: skip
        return found[-1] if found else None


def is_marker(envelope: Envelope) -> bool:
    return envelope.type.startswith("register-day.closed")


def view_of(envelope: Envelope) -> str:
    """The day whose view an event or a marker belongs to."""
    return str(envelope.epoch or envelope.data.split(b'"publicFrom":"')[1][:10].decode())


@dataclass
class Publication:
    """One replica: a database and a folder."""

    settings: PublicationSettings
    pool: Pool
    publish: Publish = field(init=False)

    def __post_init__(self) -> None:
        self.publish = new_publish(self.settings, self.pool)

    @property
    def root(self) -> Path:
        return self.settings.snapshot_dir

    @property
    def current(self) -> Path:
        found = files.current(self.root)
        assert found
        return found

    async def hear(self, envelopes: Sequence[Envelope]) -> None:
        """Handle one batch as the consumer does, with its inbox."""
        hears = consumer(self.settings, self.pool)
        (bound,) = hears.bound.values()
        await hears.work(bound, list(envelopes))

    async def publish_complete(self) -> None:
        """One look of the job."""
        await asyncio.to_thread(self.publish.serve_current)
        await self.publish._publish_complete(asyncio.Event())

    async def told_of(self) -> list[str]:
        """The days that it said were public."""
        rows = await self.pool.fetch("SELECT body FROM outbox ORDER BY position")
        return [json.loads(row["body"])["publicFrom"] for row in rows]

    async def forget(self) -> None:
        """As new: nothing heard, nothing built."""
        await empty(self.pool)
        shutil.rmtree(self.root, ignore_errors=True)
        self.publish.serving = None

    def api(self) -> httpx.AsyncClient:
        """Somebody who asks the open API."""
        app = httpx.ASGITransport(new_api(self.settings, self.pool, self.publish))
        hooks = {"response": [agrees]}
        return httpx.AsyncClient(transport=app, base_url=f"{BASE}/skolenhetsregistret/", event_hooks=hooks)


def contents(folder: Path) -> dict[str, bytes]:
    """Every public file of a snapshot."""
    urls = folder / "skolenhetsregistret"
    return {str(path.relative_to(urls)): path.read_bytes() for path in urls.rglob("*") if path.is_file()}


def environment(settings: PublicationSettings) -> dict[str, str]:
    """The settings as a process is told them."""
    values = settings.model_dump(exclude_defaults=True)
    return {f"PUBLICATION_{name.upper()}": str(value) for name, value in values.items()} | {"PYTHONPATH": str(ROOT)}


@contextmanager
def serving(settings: PublicationSettings, log: Path) -> Iterator[Process]:
    """The service in a process of its own."""
    process = Process("publication", [sys.executable, "-m", "services.publication", "serve"], log=log,
                      env=environment(settings), cwd=ROOT)  # fmt: skip
    process.start()
    try:
        yield process
    finally:
        process.kill()


async def command(settings: PublicationSettings, *words: str) -> tuple[int, str]:
    """Run one of publication's commands; gives its status and what it says."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.publication", *words, cwd=ROOT, env=os.environ | environment(settings),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def empty(pool: Pool) -> None:
    """A database as new."""
    await pool.execute("TRUNCATE history, listed, relation, change, numbered, marker, inbox")


def two_units() -> Story:
    """A register with two units."""
    story = Story()
    for code in ("27508103", "10023937"):
        story.register(code, organization_number=LUND)
    return story
