"""What is served, whatever happens to the process: one whole day."""

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from deploy.stack import settings as stack_settings
from deploy.stack.kafka import KafkaServer
from deploy.stack.nginx import Gateway
from deploy.stack.process import answers, free_port
from services.kernel.database import open_pool
from services.publication.build import files
from services.publication.settings import PublicationSettings
from tests.conftest import NewDatabase, NewTopics
from tests.integration.kernel.helpers import ROOT, Worker
from tests.integration.publication.helpers import Publication, Story, command, contents, environment, serving, two_units
from tests.integration.publication.workers import STEPS
from tests.system import wait_for

CODE = "27508103"
FILES = {f"v2/school-units/{CODE}": ".json", "v2/school-units": ".json", "extract/skolenheter.csv": ""}
FILTERED = "v2/school-units?status=AKTIV"


@pytest_asyncio.fixture
async def behind_gateway(
    database: NewDatabase, kafka: KafkaServer, topics: NewTopics, tmp_path: Path
) -> AsyncIterator[tuple[Publication, Gateway]]:
    """A publication whose folder a real gateway serves."""
    ports = {name: free_port() for name in stack_settings.PORTS}
    places = stack_settings.native(ports, tmp_path)
    settings = PublicationSettings(
        database_url=await database("publication"), snapshot_dir=Path(places.snapshots),
        kafka_bootstrap=kafka.bootstrap, topic_prefix=await topics(),
        http_port=ports["publication"], public_base_url=places.public_url, demo_clock_allowed=True,
    )  # fmt: skip
    gateway = Gateway(tmp_path / "gateway", places, ports["gateway"])
    gateway.start()
    async with open_pool(settings.database_url) as pool:
        yield Publication(settings, pool), gateway
    gateway.stop()


class Readers:
    """People who ask through the gateway, again and again, and keep each answer."""

    def __init__(self, gateway: Gateway) -> None:
        self.base = f"http://127.0.0.1:{gateway.port}/skolenhetsregistret/"
        self.answers: dict[str, set[tuple[int, bytes]]] = {path: set() for path in [*FILES, FILTERED]}

    def ask(self) -> dict[str, httpx.Response]:
        return {path: httpx.get(self.base + path) for path in self.answers}

    def ask_on(self, paths: Iterable[str], stop: threading.Event) -> None:
        with httpx.Client(timeout=1) as http:
            while not stop.wait(0.005):
                for path in paths:
                    try:
                        answer = http.get(self.base + path)
                        self.answers[path].add((answer.status_code, answer.content))
                    except httpx.TransportError:  # of a process that stands still, or was killed while it answered
                        assert path == FILTERED

    @contextmanager
    def asking(self) -> Iterator[None]:
        stop = threading.Event()
        threads = [threading.Thread(target=self.ask_on, args=(paths, stop)) for paths in (FILES, [FILTERED])]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join()


@asynccontextmanager
async def standing_still(step: str, settings: PublicationSettings) -> AsyncIterator[Worker]:
    """The service in a process that has done a step of its publishing, and stands still."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.integration.publication.workers", step, cwd=ROOT,
        env=os.environ | environment(settings), stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    worker = Worker(process)
    await worker.says(f"stands still: {step}")
    yield worker
    await worker.kill()


@pytest.mark.faults
async def test_killed_at_any_step_readers_see_whole_days_and_the_next_start_ends_the_work(
    behind_gateway: tuple[Publication, Gateway], tmp_path: Path
) -> None:
    publication, gateway = behind_gateway
    story = two_units()
    story.close_day()
    await publication.hear(story.said)
    await publication.publish_complete()
    story.edit(CODE, display_name="Nya namnet")
    story.close_day()
    await publication.hear(story.said)
    readers = Readers(gateway)

    with readers.asking():
        for step in STEPS:
            async with standing_still(step, publication.settings):
                assert publication.current in files.snapshots(publication.root)
        with serving(publication.settings, tmp_path / "publication.log"):
            await asyncio.to_thread(wait_for, lambda: files.is_published(publication.current))
            now = await asyncio.to_thread(readers.ask)

    days = [contents(path) for path in files.snapshots(publication.root)]
    for path, ending in FILES.items():
        assert readers.answers[path] == {(200, day[path + ending]) for day in days}, path
        assert now[path].content == days[1][path + ending]
    whole = {(200, day["v2/school-units.json"]) for day in days}
    assert {answer for answer in readers.answers[FILTERED] if answer[0] != 503} <= whole, "all units are active"
    assert sorted(path.name for path in publication.root.iterdir()) == sorted(
        [*(path.name for path in files.snapshots(publication.root)), files.CURRENT, files.BY_DAY]
    ), "what was half built is removed"
    assert files.by_day(publication.root) == [path.name[:10] for path in files.snapshots(publication.root)]
    assert set(await publication.told_of()) == {path.name[:10] for path in files.snapshots(publication.root)}


async def test_who_is_started_anew_answers_from_the_first_request_on(publication: Publication, tmp_path: Path) -> None:
    await a_few_days(publication, 1)
    settings = publication.settings.model_copy(update={"http_port": free_port()})

    with serving(settings, tmp_path / "log") as process:
        await asyncio.to_thread(process.wait_until, lambda: answers(settings.http_port))
        answer = await asyncio.to_thread(
            httpx.get, f"http://127.0.0.1:{settings.http_port}/skolenhetsregistret/v2/school-units?status=AKTIV"
        )

    assert (answer.status_code, len(answer.json()["data"])) == (200, 2), process.last_lines()


async def a_few_days(publication: Publication, days: int) -> Story:
    story = two_units()
    for _ in range(days):
        story.close_day()
        await publication.hear(story.said)
        await publication.publish_complete()
    return story


async def test_a_rollback_is_served_until_the_next_day_is_built(publication: Publication) -> None:
    story = await a_few_days(publication, 2)
    first, second = files.snapshots(publication.root)

    status, said = await command(publication.settings, "rollback", first.name[:10])
    await publication.publish_complete()
    rolled_back = publication.publish.serving
    taken_away = files.by_day(publication.root)
    story.close_day()
    await publication.hear(story.said)
    await publication.publish_complete()

    assert (status, said.strip()) == (0, f"Serves {first.name}.")
    assert rolled_back
    assert rolled_back.folder == first
    assert publication.current not in {first, second}
    assert taken_away == [first.name[:10]]
    assert files.by_day(publication.root) == [path.name[:10] for path in (first, second, publication.current)]


async def test_a_day_that_was_never_built_cannot_be_rolled_back_to(publication: Publication) -> None:
    await a_few_days(publication, 1)
    before = publication.current

    status, said = await command(publication.settings, "rollback", "2026")

    assert (status, said.strip()) == (1, "There is no snapshot of 2026.")
    assert publication.current == before


async def test_as_many_days_are_kept_as_the_setting_says_and_the_one_served(publication: Publication) -> None:
    story = await a_few_days(publication, 1)
    first = publication.current
    publication.publish.keep = 2

    for _ in range(3):
        story.close_day()
        await publication.hear(story.said)
        await publication.publish_complete()
    newest = files.snapshots(publication.root)
    files.switch(publication.root, newest[0].name)
    files.prune(publication.root, 1)

    assert [files.day_of(path) for path in newest] == [story.day.replace(day=story.day.day - 1), story.day]
    assert not first.exists()
    assert files.snapshots(publication.root) == newest, "the one that is served is never removed"
