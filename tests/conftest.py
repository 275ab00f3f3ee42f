"""Real parts for tests, started when the first test asks for them: `tests/unit` starts nothing."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from deploy.stack.kafka import KafkaServer, create_topics
from deploy.stack.postgres import PostgresServer
from deploy.stack.stack import Stack
from services.contracts.topics import DEAD_LETTERS, TOPICS
from services.kernel.database import migrate
from tests.system import new_stack

SERVICES = Path(__file__).parent.parent / "services"

NewDatabase = Callable[[str], Awaitable[str]]
NewTopics = Callable[..., Awaitable[str]]


WHOLE_SYSTEM = (
    "tests/browser/", "tests/contract/", "tests/e2e/", "tests/integration/authority/", "tests/integration/eservice/",
    "tests/integration/identity/test_keycloak.py",
)  # fmt: skip


class BySystem(LoadScopeScheduling):
    """Of two workers one takes the tests that share the whole system, in their order; the other all else, by files."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        if path.startswith("tests/faults/"):
            return "faults"
        return "system" if path.startswith(WHOLE_SYSTEM) else path


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> BySystem:
    return BySystem(config, log)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """PostgreSQL for this test run."""
    # Tests kill processes, never the machine: what the kernel has is safe without waiting for the disk.
    server = PostgresServer(tmp_path_factory.mktemp("postgres"), fsync="off")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaServer]:
    """Kafka for this test run."""
    server = KafkaServer(tmp_path_factory.mktemp("kafka"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The whole system for this test run, on free ports."""
    running = new_stack(tmp_path_factory.mktemp("stack"))
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def database(postgres: PostgresServer) -> NewDatabase:
    """Give a factory: the address of a new, migrated database; of "kernel", one with the kernel's tables alone."""
    templates: dict[str, str] = {}

    def make(service: str) -> str:
        if service not in templates:
            templates[service] = _template(postgres, service)
        name = f"{service}_{uuid4().hex[:12]}"
        postgres.sql(f'CREATE DATABASE "{name}" OWNER "{service}" TEMPLATE "{templates[service]}"')
        return postgres.dsn(name, service)

    async def factory(service: str) -> str:
        return await asyncio.to_thread(make, service)

    return factory


def _template(postgres: PostgresServer, service: str) -> str:
    """Migrate one database, which the others are copied from. The owner has the service's name, as in real life."""
    postgres.create_database(service)
    folder = SERVICES / service / "migrations"
    migrate(postgres.dsn(service, service), *([folder] if service != "kernel" else []))
    return service


@pytest.fixture(scope="session")
def topics(kafka: KafkaServer) -> NewTopics:
    """Give a factory that makes all topics of the contracts under a prefix, and returns it."""

    async def factory(prefix: str | None = None) -> str:
        prefix = prefix or f"t{uuid4().hex[:8]}-"
        partitions = {name: name.partitions for name in (*(topic.name for topic in TOPICS), *DEAD_LETTERS)}
        await create_topics(kafka.bootstrap, {prefix + name: (count, {}) for name, count in partitions.items()})
        return prefix

    return factory
