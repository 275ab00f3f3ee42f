"""The whole system as parts, in the order they need each other; what `./dev up` and the browser tests start."""

import asyncio
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import Protocol

from deploy.stack import settings
from deploy.stack.kafka import KafkaServer, create_topics
from deploy.stack.keycloak import KeycloakServer
from deploy.stack.mail import MailCatcher
from deploy.stack.nginx import Gateway
from deploy.stack.postgres import PostgresServer
from deploy.stack.process import PartFailedError, Process, answers
from services.kernel.database import migrate

ROOT = Path(__file__).parents[2]
DATA = ROOT / "deploy" / "data"
KEYCLOAK_SECONDS = 600
"""Alone it takes some twenty; on a busy machine minutes, while all the rest answers already."""
KERNEL = ("identity", "registry", "publication", "notifications")
TUNED = {"PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"}


class Part(Protocol):
    """Something that runs as one process of its own."""

    @property
    def process(self) -> Process: ...
    def is_ready(self) -> bool: ...


@dataclass(slots=True)
class Service:
    """One of our services."""

    name: str
    port: int
    process: Process

    def is_ready(self) -> bool:
        return answers(self.port)


class Say(Protocol):
    """Tell the step that is taken, and how far it is."""

    def __call__(self, step: str, done: int = 0, total: int = 0, /) -> None: ...


def tell_nobody(*_: object) -> None:
    """A `say` for where nobody waits."""


@dataclass
class Stack:
    """The system with its state in `home`. `say` is told each step."""

    home: Path
    ports: dict[str, int]
    say: Say = tell_nobody
    parts: dict[str, Part] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.home = self.home.resolve()
        self.state = self.home / "state"
        self.logs = self.home / "logs"
        self.secret = settings.Secrets(self.state / "secrets.json").load()
        self.places = settings.native(self.ports, self.home)
        self.database_password = self.secret["database_password"]
        self.postgres = PostgresServer(
            self.state / "postgres", self.ports["postgres"], superuser_password=self.database_password
        )
        self.kafka = KafkaServer(self.state / "kafka", self.ports["kafka"], self.ports["kafka_controller"])
        self.keycloak = KeycloakServer(
            self.state / "keycloak",
            jdbc=f"jdbc:postgresql://127.0.0.1:{self.ports['postgres']}/keycloak",
            database_password=self.database_password,
            public_url=f"{self.places.public_url}/auth",
            admin_password=self.secret["keycloak_admin_password"],
            port=self.ports["keycloak"],
            management_port=self.ports["keycloak_management"],
        )
        self.mail = MailCatcher(self.state / "mail", self.ports["smtp"], self.ports["mail"])
        self.gateway = Gateway(self.state / "gateway", self.places, self.ports["gateway"])
        self.services = {name: self._service(name) for name in settings.SERVICES}

    @property
    def url(self) -> str:
        """The gateway's address, as people see it."""
        return self.places.public_url

    def environment(self, name: str) -> dict[str, str]:
        """What a service's commands are told."""
        return settings.service_settings(name, self.places, self.secret)

    def command(self, service: str, *words: str, heard: Callable[[str], None] = lambda _: None) -> str:
        """Run a service's command; returns what it prints. `heard` gets each line of stderr. Raises PartFailedError."""
        with TemporaryFile("w+") as printed:
            lines = []
            with subprocess.Popen(
                [sys.executable, "-m", f"services.{service}", *words], cwd=ROOT, text=True, stdout=printed,
                stderr=subprocess.PIPE, env={**os.environ, **TUNED, **self.environment(service)},
            ) as child:  # fmt: skip
                for line in child.stderr or ():
                    lines.append(line)
                    heard(line)
            failed = child.returncode
            printed.seek(0)
            if failed:
                raise PartFailedError(f"{service} {' '.join(words)} failed:\n{printed.read()}{''.join(lines)}")
            return printed.read()

    def start(self) -> None:
        """Bring everything up. What is ready already is left alone; what was done before is not done again."""
        with ThreadPoolExecutor(4) as threads:
            self._run("postgres", self.postgres, self.postgres.start)
            self._databases()
            keycloak = threads.submit(self.keycloak.prepare)
            kafka = threads.submit(self.kafka.prepare)
            migrated = threads.submit(self._migrate)
            self._run("mail", self.mail, self.mail.start)
            kafka.result()
            self._run("kafka", self.kafka, self.kafka.start)
            asyncio.run(create_topics(self.kafka.bootstrap, settings.topics()))
            migrated.result()
            keycloak.result()
            self.keycloak.process.start()
            self.parts["keycloak"] = self.keycloak
            if not self._done("loaded"):
                self._load()
                self._mark("loaded")
            for name, service in self.services.items():
                self._run(name, service, service.process.start)
            self._run("gateway", self.gateway, self.gateway.start)
            self.say("waiting for Keycloak")
            self.keycloak.process.wait_until(self.keycloak.is_ready, KEYCLOAK_SECONDS)
            self._accounts()
            self._wait_until_ready()

    def stop(self) -> None:
        """Stop everything, last things first; what is acknowledged stays."""
        with ThreadPoolExecutor(6) as threads:
            list(threads.map(lambda part: part.process.stop(), [self.gateway, *self.services.values()]))
            list(threads.map(lambda part: part.process.stop(), [self.keycloak, self.kafka, self.mail]))
        self.postgres.process.stop()

    def _service(self, name: str) -> Service:
        process = Process(
            name,
            [sys.executable, "-m", f"services.{name}", "serve"],
            log=self.logs / f"{name}.log",
            env=TUNED | self.environment(name),
            cwd=ROOT,
        )
        return Service(name, self.ports[name], process)

    def _run(self, name: str, part: Part, start: Callable[[], None]) -> None:
        self.say(f"starting {name}")
        self.parts[name] = part
        start()

    def _databases(self) -> None:
        for name in settings.DATABASES:
            self.postgres.create_database(name, self.database_password)

    def _migrate(self) -> None:
        for name in settings.SERVICES:
            url = self.postgres.dsn(name, name)
            migrate(url, ROOT / "services" / name / "migrations")

    def _load(self) -> None:
        """Load the real open data, and tell how far it is: the command prints `... 500/1751`."""

        def tell(line: str) -> None:
            if far := re.search(r"(\d+)/(\d+)$", line):
                self.say("loading real open data", int(far[1]), int(far[2]))

        self.say("loading real open data")
        self.command("registry", "load", str(DATA), heard=tell)

    def _accounts(self) -> None:
        """The realm, each time its configuration is another; the demo's accounts, once."""
        files = sorted((ROOT / "deploy" / "keycloak").glob("*.json"))
        realm = f"realm {' '.join(str(file.stat().st_mtime_ns) for file in files)} {self.url}"
        if not self._done(realm):
            self.say("setting up the realm")
            self.command("identity", "setup-realm")
            self._mark(realm)
        if not self._done("demo"):
            self.say("making the demo's accounts")
            self.command("identity", "demo")
            self._mark("demo")

    def _wait_until_ready(self) -> None:
        self.say("waiting for the first snapshot")
        manifest = Path(self.places.snapshots) / "current" / "manifest.json"
        self.services["publication"].process.wait_until(manifest.exists, 120)
        for service in self.services.values():
            service.process.wait_until(service.is_ready, 60)

    def _done(self, what: str) -> bool:
        path = self.state / "done"
        return path.exists() and what in path.read_text().splitlines()

    def _mark(self, what: str) -> None:
        with (self.state / "done").open("a") as file:
            file.write(f"{what}\n")


def taken(ports: dict[str, int]) -> dict[str, int]:
    """The ports that somebody else holds."""
    return {name: port for name, port in ports.items() if answers(port)}


class Restarter:
    """Starts again what has died, a little later each time; counts how often."""

    def __init__(self, parts: dict[str, Part]) -> None:
        self.parts = parts
        self.restarts = dict.fromkeys(parts, 0)
        self._not_before = dict.fromkeys(parts, 0.0)
        self._pause = dict.fromkeys(parts, 0.5)

    def look(self, held: str | None = None) -> None:
        """Look once at every part; the one that is held is to be down."""
        now = time.monotonic()
        for name, part in self.parts.items():
            if name == held:
                part.process.stop()
                continue
            if part.process.running:
                if now - self._not_before[name] > 60:  # noqa: PLR2004 - a minute without trouble
                    self._pause[name] = 0.5
                continue
            if now >= self._not_before[name]:
                part.process.start()
                self.restarts[name] += 1
                self._pause[name] = min(self._pause[name] * 2, 30)
                self._not_before[name] = now + self._pause[name]
