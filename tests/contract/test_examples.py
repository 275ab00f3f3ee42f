"""Examples that the site and the pages show are run as they stand."""

import html
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from deploy.stack.stack import Stack
from tests.house.code import ROOT

pytestmark = pytest.mark.stack
EXAMPLE = re.compile(r'<code data-language="(\w+)">(.*?)</code>', re.DOTALL)
RUN = {
    "sh": ["bash", "-e", "-o", "pipefail", "-c"], "python": [sys.executable, "-c"],
    "js": ["node", "--input-type=module", "-e"], "r": ["Rscript", "-e"],
}  # fmt: skip
SAYS = {"sh": '"data"', "python": "school-units", "js": "skola", "r": "län"}
PAGES = [ROOT / "README.md", ROOT / "client" / "README.md", *sorted((ROOT / "docs" / "api").glob("*.md"))]
# A block may have a reason not to be run, or have no end: then the first of what it says is enough.
BLOCK = re.compile(r"(?:^<!-- (not run: [^>]+|without end) -->\n)?^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
DEMO = "http://localhost:8080"


@dataclass(frozen=True)
class Block:
    """An example of a page."""

    place: str
    language: str
    text: str
    endless: bool


def blocks(page: Path) -> list[Block]:
    """Those that can be run."""
    text, name = page.read_text(encoding="utf-8"), page.relative_to(ROOT)
    return [
        Block(f"{name}:{text.count(chr(10), 0, found.start()) + 1}", found[2], found[3], endless=bool(found[1]))
        for found in BLOCK.finditer(text)
        if found[2] in RUN and not (found[1] or "").startswith("not run")
    ]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """With the command at hand, and a curl that does not take an error for an answer."""
    (tmp_path / ".curlrc").write_text("fail\n")
    (tmp_path / "skolregister").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m skolregister "$@"\n')
    (tmp_path / "skolregister").chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    return os.environ | {"PATH": path, "HOME": str(tmp_path), "PYTHONPATH": str(ROOT / "client")}


def run(block: Block, text: str, cwd: Path, env: dict[str, str]) -> str:
    """What it says. Raises AssertionError where it goes wrong."""
    with subprocess.Popen(  # noqa: S603 - our own examples
        [*RUN[block.language], text], cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        if block.endless:
            assert running.stdout
            said = running.stdout.readline()
            running.kill()
            return said
        said, wrong = running.communicate(timeout=120)
    assert running.returncode == 0, wrong
    return said


@pytest.mark.parametrize("block", [block for page in PAGES for block in blocks(page)], ids=lambda block: block.place)
def test_each_block_of_the_pages_runs(stack: Stack, block: Block, tmp_path: Path, environment: dict[str, str]) -> None:
    if not shutil.which(RUN[block.language][0]):
        pytest.skip(f"{RUN[block.language][0]} is not on this machine")

    said = run(block, block.text.replace(DEMO, stack.url), tmp_path, environment)

    assert said.strip() or block.language == "r"


def examples(stack: Stack) -> list[tuple[str, str]]:
    page = httpx.get(f"{stack.url}/register/api", timeout=20).text
    return [(language, html.unescape(text)) for language, text in EXAMPLE.findall(page)]


@pytest.mark.parametrize("language", SAYS)
def test_each_example_runs(stack: Stack, language: str) -> None:
    if not shutil.which(RUN[language][0]):
        pytest.skip(f"{RUN[language][0]} is not on this machine")
    found = [text for of_language, text in examples(stack) if of_language == language]

    assert found
    for text in found:
        done = subprocess.run([*RUN[language], text], capture_output=True, text=True, check=False, timeout=60)  # noqa: S603
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip()
    assert SAYS[language] in done.stdout.lower()
