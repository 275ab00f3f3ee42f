"""Whatever is asked, by schemathesis: every answer is as the OpenAPI document says, and none is an error of ours."""

import asyncio
import sys
from pathlib import Path

import pytest

from deploy.stack.process import answers, free_port
from tests.integration.publication.helpers import Publication, serving
from tests.integration.publication.test_v3 import a_register

BASE = "/skolenhetsregistret"
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
STRICT = "negative_data_rejection"
"""v1 and v2 take empty parameters for none, as the original does."""


@pytest.mark.parametrize(
    ("version", "server", "checks"),
    [("v1", BASE, CHECKS), ("v2", BASE, CHECKS), ("v3", f"{BASE}/v3", f"{CHECKS},{STRICT}")],
)
async def test_every_question_is_answered_as_documented(
    publication: Publication, tmp_path: Path, version: str, server: str, checks: str
) -> None:
    await publication.hear(a_register().said)
    await publication.publish_complete()
    port = free_port()
    settings, at = publication.settings.model_copy(update={"http_port": port}), f"http://127.0.0.1:{port}"
    with serving(settings, tmp_path / "log") as process:
        await asyncio.to_thread(process.wait_until, lambda: answers(port))
        asking = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "schemathesis.cli", "run", f"{at}{BASE}/{version}/openapi.json",
            "--url", f"{at}{server}",
            "--checks", checks, "--max-examples", "30", "--seed", "1", "--generation-deterministic",
            "--exclude-path-regex", "/changes|/webhooks",
            cwd=tmp_path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await asking.communicate()

    assert asking.returncode == 0, said.decode()
