"""The real parts that a benchmark runs against: started for it on free ports, thrown away after it."""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import structlog
from pydantic import SecretStr

from bench import multiply
from deploy.stack import settings
from deploy.stack.kafka import KafkaServer, create_topics
from deploy.stack.postgres import PostgresServer
from deploy.stack.process import Process
from services.kernel import telemetry
from services.kernel.database import Pool, migrate, transaction
from services.kernel.identity import Subject
from services.kernel.settings import ServiceSettings
from services.registry.register import Register, new_register
from services.registry.settings import RegistrySettings
from services.registry.store import authority
from services.registry.store.authority import Held

ROOT = Path(__file__).parents[1]
WHO = Subject("3f6c1f0e-8a52-4d7c-9a0e-52d1b7c0f001", frozenset(), "eservice", assurance=2)
SECRET = "a secret of benchmarks, long enough for anybody"  # noqa: S105


class Parts:
    """What has been started so far. Leaving the context stops it all."""

    def __init__(self, folder: Path, started: ExitStack) -> None:
        self.folder, self.started = folder, started
        self._postgres: PostgresServer | None = None

    def postgres(self) -> PostgresServer:
        """PostgreSQL as the product runs it: a commit waits for the disk. One for all who ask."""
        if self._postgres is None:
            self._postgres = PostgresServer(self.folder / "postgres")
            self._postgres.start()
            self.started.callback(self._postgres.stop)
        return self._postgres

    def kafka(self) -> KafkaServer:
        """One broker."""
        server = KafkaServer(self.folder / "kafka")
        server.start()
        self.started.callback(server.stop)
        return server

    def service(self, name: str, environment: dict[str, str]) -> Process:
        """One of our services as a process of its own."""
        prefixed = {f"{name.upper()}_{key}": value for key, value in environment.items()}
        command = [sys.executable, "-m", f"services.{name}", "serve"]
        process = Process(name, command, log=self.folder / f"{name}.log", env=prefixed, cwd=ROOT)
        process.start()
        self.started.callback(process.stop)
        return process


@contextmanager
def parts() -> Iterator[Parts]:
    """A folder for parts, and their end."""
    with TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder, ExitStack() as started:
        # Logs and spans as in the product, whose cost is part of ours.
        telemetry.configure("bench", ServiceSettings(database_url="", http_port=0))
        log = started.enter_context((Path(folder) / "bench.log").open("w"))
        structlog.configure(logger_factory=structlog.PrintLoggerFactory(log))
        yield Parts(Path(folder), started)


def new_database(server: PostgresServer, service: str) -> str:
    """Make and migrate a service's database; "kernel": one with the kernel's tables alone."""
    url = server.create_database(service)
    folders = [] if service == "kernel" else [ROOT / "services" / service / "migrations"]
    migrate(url, *folders)
    return url


def copy_of(server: PostgresServer, service: str) -> str:
    """Copy a service's database as it stands; nobody may be connected to it."""
    name = f"{service}_{uuid4().hex[:8]}"
    server.sql(f'CREATE DATABASE "{name}" OWNER "{service}" TEMPLATE "{service}"')
    return server.dsn(name, service)


def load_register(url: str, folder: Path, times: int) -> None:
    """Load a migrated registry's database with the multiplied data, by the product's own command."""
    environment = os.environ | {"REGISTRY_DATABASE_URL": url, "REGISTRY_VAULT_SECRET": SECRET}
    command = [sys.executable, "-m", "services.registry", "load", str(multiply.folder(folder, times))]
    subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True)


async def new_topics(kafka: KafkaServer) -> str:
    """Make all topics under a new prefix, and give it."""
    prefix = f"b{uuid4().hex[:8]}-"
    await create_topics(kafka.bootstrap, {prefix + name: setting for name, setting in settings.topics().items()})
    return prefix


def register(url: str, pool: Pool) -> Register:
    """The registry's means, as the service makes them."""
    return new_register(RegistrySettings(database_url=url, vault_secret=SecretStr(SECRET)), pool)


async def may_edit(pool: Pool, organizers: Iterable[str]) -> None:
    """Let WHO act for organizers, as far as the registry knows."""
    async with transaction(pool) as tx:
        for number in organizers:
            held = Held(uuid4(), WHO.person_id, number, "contact-person", version=1, ended=False)
            await authority.put_membership(tx, held)
        await authority.put_acceptance(tx, WHO.person_id)
