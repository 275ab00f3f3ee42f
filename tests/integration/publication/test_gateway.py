"""The day's files through the real gateway: by nginx as they lie, and by the process for whoever asks more."""

import asyncio
import random
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from email.utils import parsedate_to_datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
import pytest_asyncio
import uvicorn

from deploy.stack import settings as stack_settings
from deploy.stack.nginx import Gateway
from deploy.stack.process import free_port
from services.publication.app import new_api
from services.publication.build import files
from tests.integration.publication.helpers import A_DAY_LATER, Publication, two_units
from tests.integration.publication.test_disk import a_day

ZONE = ZoneInfo("Europe/Stockholm")
LARGE = 5_000_000


@pytest_asyncio.fixture
async def served(publication: Publication, tmp_path: Path) -> AsyncIterator[tuple[Publication, httpx.AsyncClient]]:
    """A publication's folder and API behind a gateway, and somebody who asks it."""
    ports = {name: free_port() for name in stack_settings.PORTS}
    places = replace(stack_settings.native(ports, tmp_path), snapshots=str(publication.root))
    gateway = Gateway(tmp_path / "gateway", places, ports["gateway"], demo=False)
    api = new_api(publication.settings, publication.pool, publication.publish)
    server = uvicorn.Server(uvicorn.Config(api, log_config=None, lifespan="off", ws="none", loop="asyncio"))
    serving = asyncio.create_task(server.serve([socket.create_server(("127.0.0.1", ports["publication"]))]))
    await asyncio.to_thread(gateway.start)
    base = f"http://127.0.0.1:{gateway.port}/skolenhetsregistret/"
    async with httpx.AsyncClient(base_url=base, timeout=60) as http:
        yield publication, http
    server.should_exit = True
    await serving
    gateway.stop()


@pytest.mark.parametrize("at", ["extract", "extract/{day}"])
async def test_a_file_is_the_same_copy_whoever_gives_it(served: tuple[Publication, httpx.AsyncClient], at: str) -> None:
    """The gateway gives files as they lie; who asks something beside the address is answered by the process."""
    publication, http = served
    story = two_units()
    for _ in range(2):
        await a_day(publication, story)
    old = story.day - A_DAY_LATER
    address = f"{at.format(day=old)}/skolenheter.csv"

    plain, asked = [await http.get(f"{address}{question}") for question in ("", "?from=process")]
    known = await http.get(f"{address}?again", headers={"If-None-Match": plain.headers["etag"]})
    since = await http.get(f"{address}?since", headers={"If-Modified-Since": plain.headers["last-modified"]})

    assert plain.content == asked.content
    ways = [plain.headers["content-disposition"], asked.headers["content-disposition"]]
    assert ways == ["attachment", 'attachment; filename="skolenheter.csv"'], "the gateway, and the process"
    for name in ("etag", "last-modified", "content-type"):
        assert plain.headers[name] == asked.headers[name], name
    assert (known.status_code, since.status_code) == (304, 304)
    seen = int(parsedate_to_datetime(plain.headers["last-modified"]).timestamp())
    assert seen == int(files.dated(old if "{day}" in at else story.day, ZONE).timestamp())


@pytest.mark.parametrize("question", ["", "?from=process"])
async def test_a_part_of_a_large_file_can_be_asked_for(
    served: tuple[Publication, httpx.AsyncClient], question: str
) -> None:
    publication, http = served
    await a_day(publication, two_units())
    content = random.Random(1).randbytes(LARGE)  # noqa: S311 - a file's contents
    (publication.current / "skolenhetsregistret/extract/skolenheter.parquet").write_bytes(content)

    for asked, first, last in (("2000000-2000999", 2_000_000, 2_000_999), ("-5", LARGE - 5, LARGE - 1)):
        part = await http.get(f"extract/skolenheter.parquet{question}", headers={"Range": f"bytes={asked}"})
        assert part.status_code == 206
        assert part.headers["content-range"] == f"bytes {first}-{last}/{LARGE}"
        assert part.content == content[first : last + 1]
    beyond = await http.get(f"extract/skolenheter.parquet{question}", headers={"Range": f"bytes={LARGE}-"})
    assert beyond.status_code == 416
