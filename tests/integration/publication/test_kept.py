"""How long answers may be kept, the gateway's plain files and the process's own: until the next view is expected."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
import pytest_asyncio

from deploy.stack import settings as stack_settings
from deploy.stack.kafka import KafkaServer
from deploy.stack.nginx import Gateway
from deploy.stack.process import free_port
from services.kernel.database import open_pool
from services.publication.build import files
from services.publication.settings import PublicationSettings
from tests.conftest import NewDatabase, NewTopics
from tests.integration.publication.helpers import A_DAY_LATER, Publication, Story, serving
from tests.system import wait_for

ZONE = ZoneInfo("Europe/Stockholm")
CODE = "27508103"
ADDRESSES = (
    f"v2/school-units/{CODE}", "v2/school-units", "v2/api-info", "v2/school-units?status=AKTIV",
    f"v2/school-units/{CODE}?search_date=2026-11-25", f"v1/skolenhet/{CODE}", "v1/skolenhet", "v1/kommun",
    "extract/skolenheter.csv", "dcat.ttl", "v3/school-units",
)  # fmt: skip


@pytest_asyncio.fixture
async def behind_gateway(
    database: NewDatabase, kafka: KafkaServer, topics: NewTopics, tmp_path: Path
) -> AsyncIterator[tuple[Publication, httpx.AsyncClient]]:
    """A publication as it runs in earnest, and somebody who asks it through the gateway."""
    ports = {name: free_port() for name in stack_settings.PORTS}
    places = stack_settings.native(ports, tmp_path)
    settings = PublicationSettings(
        database_url=await database("publication"), snapshot_dir=Path(places.snapshots),
        kafka_bootstrap=kafka.bootstrap, topic_prefix=await topics(),
        http_port=ports["publication"], public_base_url=places.public_url,
    )  # fmt: skip
    gateway = Gateway(tmp_path / "gateway", places, ports["gateway"], demo=False)
    gateway.start()
    base = f"http://127.0.0.1:{gateway.port}/skolenhetsregistret/"
    async with open_pool(settings.database_url) as pool, httpx.AsyncClient(base_url=base) as http:
        publication = Publication(settings, pool)
        with serving(settings, tmp_path / "publication.log") as process:
            await asyncio.to_thread(process.wait_until, lambda: _is_up(ports["publication"]))
            yield publication, http
    gateway.stop()


def _is_up(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health/live").status_code < 500
    except httpx.TransportError:
        return False


async def publish(publication: Publication, days_ago: int) -> None:
    """Have the process publish the view of a day."""
    story = Story(datetime.now(tz=ZONE).date() - timedelta(days=days_ago + 1))
    story.register(CODE)
    story.close_day()
    await publication.hear(story.said)
    await asyncio.to_thread(
        wait_for, lambda: files.current(publication.root) and files.is_published(publication.current)
    )


async def test_answers_may_be_kept_until_the_next_view_is_expected(
    behind_gateway: tuple[Publication, httpx.AsyncClient],
) -> None:
    publication, http = behind_gateway
    await publish(publication, days_ago=0)

    answers = {path: await http.get(path) for path in ADDRESSES}

    tomorrow = datetime.combine(datetime.now(tz=ZONE).date() + A_DAY_LATER, time(0, 5), ZONE)
    left = (tomorrow.astimezone(UTC) - datetime.now(tz=UTC)).total_seconds()
    for path, answer in answers.items():
        assert answer.status_code == 200, (path, answer.text)
        said = answer.headers["cache-control"].removeprefix("public, ")
        assert said.startswith("max-age="), (path, said)
        assert abs(int(said.removeprefix("max-age=")) - left) < 10, path
    assert len({answer.headers["last-modified"] for answer in answers.values()}) == 1


async def test_while_the_next_view_is_late_each_answer_is_asked_for_anew(
    behind_gateway: tuple[Publication, httpx.AsyncClient],
) -> None:
    publication, http = behind_gateway
    await publish(publication, days_ago=2)

    said = {path: (await http.get(path)).headers["cache-control"] for path in ADDRESSES}

    assert {one.removeprefix("public, ") for one in said.values()} == {"no-cache"}


async def test_who_has_an_answer_is_told_so(behind_gateway: tuple[Publication, httpx.AsyncClient]) -> None:
    publication, http = behind_gateway
    await publish(publication, days_ago=0)

    for path in ADDRESSES:
        first = await http.get(path)
        again = await http.get(path, headers={"If-None-Match": first.headers["etag"]})
        other = await http.get(path, headers={"If-None-Match": '"another"'})

        assert (again.status_code, again.content) == (304, b""), path
        assert again.headers["cache-control"].removeprefix("public, ").startswith("max-age="), path
        assert (other.status_code, other.content) == (200, first.content), path


@pytest.mark.parametrize(
    ("day", "dated"),
    [("2026-11-25", "2026-11-24T01:00"), ("2026-07-01", "2026-06-30T00:00"), ("2026-03-28", "2026-03-27T01:00"),
     ("2026-03-29", "2026-03-28T00:00"), ("2026-10-24", "2026-10-23T00:00"), ("2026-10-25", "2026-10-24T01:00")],
)  # fmt: skip
def test_each_day_has_a_time_of_its_own(day: str, dated: str) -> None:
    found = files.dated(datetime.fromisoformat(day).date(), ZONE)

    assert found.isoformat()[:16] == dated
    assert found < datetime.combine(datetime.fromisoformat(day).date(), time(), ZONE)
