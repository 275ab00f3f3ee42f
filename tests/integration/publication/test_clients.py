"""Programs written as for the original read all of it: each language says the same, and what the register has."""

import asyncio
from pathlib import Path

import pytest

from deploy.stack.process import answers, free_port
from tests.integration.publication.helpers import Publication, serving
from tests.integration.publication.kinds import every_kind
from tests.originals import LANGUAGES, read_by

READ = """\
v2 some 16 16
v2 unit 10023937 Mimerskolan 2281 None organizer ENSKILD
v2 then 2026-11-23
v2 adults 1
v2 wrong 404 400
v1 all 17
v1 unit Mimerskolan Enskild 62.402 2026 5 false
v1 xml Mimerskolan 5
v1 gone 410 404
v1 lists 5 12 16 18
"""


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_client_of_the_original_needs_another_address_and_nothing_else(
    publication: Publication, tmp_path: Path, language: str
) -> None:
    await publication.hear(every_kind().said)
    await publication.publish_complete()
    port = free_port()
    settings = publication.settings.model_copy(update={"http_port": port})

    with serving(settings, tmp_path / "log") as process:
        await asyncio.to_thread(process.wait_until, lambda: answers(port))
        read = await asyncio.to_thread(read_by, language, f"http://127.0.0.1:{port}/skolenhetsregistret")

    assert read == READ.splitlines()
