"""Replicas share nothing, and serve the same bytes."""

import asyncio
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from aiokafka import AIOKafkaProducer

from deploy.stack.kafka import KafkaServer
from deploy.stack.process import free_port
from services.kernel.envelope import Envelope, to_headers
from services.publication.build import files
from services.publication.settings import PublicationSettings
from tests.conftest import NewDatabase, NewTopics
from tests.integration.kernel.helpers import records
from tests.integration.publication.helpers import Story, contents, serving, two_units
from tests.system import wait_for


async def send(kafka: KafkaServer, prefix: str, envelopes: Iterable[Envelope]) -> None:
    """Say events in their order, as the relay does."""
    async with AIOKafkaProducer(bootstrap_servers=kafka.bootstrap) as producer:
        for envelope in envelopes:
            headers = [(name, text.encode()) for name, text in to_headers(envelope).items()]
            await producer.send_and_wait(
                prefix + envelope.topic, envelope.data, envelope.key.encode(), envelope.partition, headers=headers
            )


async def test_two_replicas_hear_all_events_build_the_same_bytes_and_put_a_late_event_aside(
    database: NewDatabase, kafka: KafkaServer, topics: NewTopics, tmp_path: Path
) -> None:
    prefix, story = await topics(), two_units()
    late = Story(story.day)
    late.facts = list(story.facts)
    late.edit("27508103", display_name="För sent")
    story.close_day()
    story.said.append(late.said[-1])
    story.edit("10023937", display_name="I tid")
    story.close_day()
    replicas = [
        PublicationSettings(
            database_url=await database("publication"), snapshot_dir=tmp_path / name, kafka_bootstrap=kafka.bootstrap,
            topic_prefix=prefix, http_port=free_port(), replica=name,
        )
        for name in ("", "b")
    ]  # fmt: skip

    with ExitStack() as processes:
        for replica in replicas:
            processes.enter_context(serving(replica, replica.snapshot_dir.with_suffix(".log")))
        await send(kafka, prefix, story.said)
        served = [await asyncio.to_thread(wait_for, lambda r=replica: published(r, story)) for replica in replicas]

    assert served[0].name == served[1].name
    assert contents(served[0]) == contents(served[1])
    assert "I tid" in contents(served[0])["v2/school-units.json"].decode()
    assert "För sent" not in contents(served[0])["v2/school-units.json"].decode()
    for group in ("publication", "publication-b"):
        [letter] = await records(kafka.bootstrap, f"{prefix}{group}.dead-letters", 1)
        assert b"LateEventError" in dict(letter.headers)["dl_reason"]


def published(replica: PublicationSettings, story: Story) -> Path | None:
    """The replica's snapshot of the story's last day, when it is public."""
    served = files.current(replica.snapshot_dir)
    return served if served and files.day_of(served) == story.day and files.is_published(served) else None
