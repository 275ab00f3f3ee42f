"""From an edit's commit to its use by publication and notifications, against a bare aiokafka produce and consume.

The registry's relay, publication and notifications run as processes of their own. "Used" is when the consumer's own
transaction is committed: a trigger in the measured databases tells of it, which costs ours a little.
"""

import asyncio
import time
from uuid import uuid4

import asyncpg
import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from bench._measure import Aim, Figure, percentile, show
from bench._parts import (
    SECRET,
    WHO,
    Parts,
    load_register,
    may_edit,
    new_database,
    new_topics,
    parts,
    register,
)
from deploy.stack.kafka import KafkaServer
from deploy.stack.process import free_port
from services.contracts.identity import MembershipGranted, PersonalData, PersonRegistered
from services.contracts.registry import TOPIC
from services.contracts.vocabulary import OrganizationNumber, Role
from services.kernel import outbox
from services.kernel.database import open_pool, transaction
from services.kernel.envelope import seal
from services.registry.commands.units import EditUnit, edit_unit
from services.registry.domain.units import editable
from services.registry.register import Register
from services.registry.store import units

LUND = OrganizationNumber("2120001132")
WARM_UP = 20
PAUSES = {"ten a second": (300, 0.1), "after a second of rest": (60, 1.1)}
"""Edits, and the seconds before each."""
TELL = """
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_notify('used', NEW.{about}); RETURN NULL; END $$;
CREATE TRIGGER tell AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION tell();
"""
USED = {"publication": ("history", "id"), "notifications": ("mail", "about")}


class Ears:
    """Hears when a service has used an event."""

    def __init__(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        self.connection = connection
        self.heard: asyncio.Queue[tuple[str, float]] = asyncio.Queue()

    @classmethod
    async def at(cls, url: str) -> "Ears":
        """Listen at a database."""
        ears = cls(await asyncpg.connect(url))
        await ears.connection.add_listener("used", ears.hear)
        return ears

    def hear(self, _connection: object, _pid: int, _channel: str, about: object) -> None:
        """Note the moment."""
        self.heard.put_nowait((str(about), time.perf_counter()))

    async def wait_for(self, code: str) -> float:
        """The moment at which a unit's event was used; what was heard of others before is passed over."""
        while True:
            about, at = await self.heard.get()
            if about == code:
                return at


IDENTITY_SECRETS = (
    "KEYCLOAK_ADMIN_PASSWORD", "ESERVICE_CLIENT_SECRET", "CLIENT_SECRET", "VAULT_SECRET", "MAIL_SECRET",
)  # fmt: skip


async def colleague(url: str) -> None:
    """Let somebody else act for Lund too, so that notifications has a mail to queue."""
    person = uuid4()
    facts = (
        PersonRegistered(person_id=person, version=1, protected=False, contact=PersonalData(email="a@example.org")),
        MembershipGranted(
            membership_id=uuid4(), person_id=person, organization_number=LUND, role=Role.CONTACT_PERSON, version=1
        ),
    )
    async with open_pool(url, size=1) as pool, transaction(pool) as tx:
        await outbox.append(tx, *[seal(fact, source="/identity") for fact in facts])


def start(started: Parts, kafka: KafkaServer, urls: dict[str, str], prefix: str) -> None:
    """Run identity's relay, the registry, publication and notifications."""
    common = {"KAFKA_BOOTSTRAP": kafka.bootstrap, "TOPIC_PREFIX": prefix}
    own = {
        "registry": {"VAULT_SECRET": SECRET},
        "identity": dict.fromkeys(IDENTITY_SECRETS, SECRET),
        "publication": {"SNAPSHOT_DIR": str(started.folder / "snapshots")},
        "notifications": {"SMTP_PORT": str(free_port()), "MAIL_SECRET": SECRET},
    }
    for name, url in urls.items():
        port = {"HTTP_PORT": str(free_port()), "DATABASE_URL": url}
        started.service(name, common | port | own[name])


async def until_used(urls: dict[str, str]) -> None:
    """Wait until publication has heard of the last unit, and notifications of the colleague."""
    last = "SELECT count(*) >= 1751 FROM history WHERE kind = 'unit'"
    for name, question in {"publication": last, "notifications": "SELECT count(*) > 0 FROM membership"}.items():
        connection = await asyncpg.connect(urls[name])
        async with asyncio.timeout(120):
            while not await connection.fetchval(question):
                await asyncio.sleep(0.1)
        await connection.close()


async def edits_of(register: Register, wanted: int) -> list[EditUnit]:
    """Edits of Lund's units in turn, each changing a name that it has not had."""
    rows = await register.pool.fetch("SELECT code FROM school_unit WHERE organizer = $1 ORDER BY code", LUND)
    found = [row for code in rows if (row := await units.find(register.pool, register.vault, code["code"]))]
    return [
        EditUnit(
            found[number % len(found)].unit.code,
            editable(found[number % len(found)].unit).model_copy(update={"school_name": f"Skola {number}"}),
            1 + number // len(found), f"latency-{number:06}",
        )
        for number in range(wanted)
    ]  # fmt: skip


class Bare:
    """A producer and a consumer of one partition, with nothing around them."""

    def __init__(self, kafka: KafkaServer, topic: str) -> None:
        self.topic = topic
        self.producer = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap, enable_idempotence=True, acks="all")
        self.consumer = AIOKafkaConsumer(bootstrap_servers=kafka.bootstrap)

    async def start(self) -> None:
        """Connect."""
        await self.producer.start()
        self.consumer.assign([TopicPartition(self.topic, 0)])
        await self.consumer.start()
        await self.consumer.seek_to_end()

    async def once(self, body: bytes) -> float:
        """Seconds from the send to the consumer's getting it."""
        getting = asyncio.create_task(self.consumer.getone())
        await asyncio.sleep(0)
        began = time.perf_counter()
        await self.producer.send_and_wait(self.topic, body, partition=0)
        await getting
        return time.perf_counter() - began

    async def stop(self) -> None:
        """Let go."""
        await self.producer.stop()
        await self.consumer.stop()


async def measured(
    means: Register, edits: list[EditUnit], ears: dict[str, Ears], bare: Bare, pause: float
) -> dict[str, list[float]]:
    """Milliseconds of each edit, and of a bare message beside it."""
    found: dict[str, list[float]] = {name: [] for name in (*ears, "bare")}
    for edit in edits:
        await asyncio.sleep(pause)
        found["bare"].append(1000 * await bare.once(edit.fields.model_dump_json().encode()))
        await edit_unit(means, WHO, edit)
        committed = time.perf_counter()
        for name, listening in ears.items():
            found[name].append(1000 * (await listening.wait_for(edit.code) - committed))
    return found


def told(when: str, found: dict[str, list[float]]) -> list[Figure]:
    """Median and p99 of each service against the bare one's."""
    lines = []
    for name in USED:
        for percent, aim in ((50, Aim()), (99, Aim(most=3.0)), (99, Aim(most=100, of="ours"))):
            ours, bare = percentile(found[name], percent), percentile(found["bare"], percent)
            lines.append(Figure(f"{name}, {when}, p{percent}", "ms", [ours], [bare], aim))
    return lines


async def measure(kafka: KafkaServer, urls: dict[str, str]) -> list[Figure]:
    """Edit, and listen."""
    bare = Bare(kafka, f"{await new_topics(kafka)}{TOPIC}")
    await bare.start()
    figures = []
    async with open_pool(urls["registry"]) as pool:
        means = register(urls["registry"], pool)
        await may_edit(pool, [LUND])
        edits = await edits_of(means, WARM_UP + sum(count for count, _ in PAUSES.values()))
        ears = {name: await Ears.at(urls[name]) for name in USED}
        for when, (count, pause) in {"": (WARM_UP, 0.05), **PAUSES}.items():
            found = await measured(means, edits[:count], ears, bare, pause)
            edits = edits[count:]
            figures += told(when, found) if when else []
        for listening in ears.values():
            await listening.connection.close()
    await bare.stop()
    return figures


async def main() -> None:
    """Measure."""
    with parts() as started:
        server, kafka = started.postgres(), await asyncio.to_thread(started.kafka)
        urls = {name: new_database(server, name) for name in ("registry", "identity", *USED)}
        load_register(urls["registry"], started.folder / "data", 1)
        for name, (table, about) in USED.items():
            server.sql(TELL.format(table=table, about=about), name)
        await colleague(urls["identity"])
        start(started, kafka, urls, await new_topics(kafka))
        await until_used(urls)
        figures = await measure(kafka, urls)
    show("From an edit's commit to its use, against a bare produce and consume", figures)


if __name__ == "__main__":
    uvloop.run(main())
