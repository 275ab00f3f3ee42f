"""Examples that the site shows are run as they stand."""

import html
import re
import shutil
import subprocess
import sys

import httpx
import pytest

from deploy.stack.stack import Stack

pytestmark = pytest.mark.stack
EXAMPLE = re.compile(r'<code data-language="(\w+)">(.*?)</code>', re.DOTALL)
RUN = {
    "sh": ["sh", "-c"], "python": [sys.executable, "-c"], "js": ["node", "--input-type=module", "-e"],
    "r": ["Rscript", "-e"],
}  # fmt: skip
SAYS = {"sh": '"data"', "python": "school-units", "js": "skola", "r": "län"}


def examples(stack: Stack) -> list[tuple[str, str]]:
    page = httpx.get(f"{stack.url}/register/api", timeout=20).text
    return [(language, html.unescape(text)) for language, text in EXAMPLE.findall(page)]


@pytest.mark.parametrize("language", RUN)
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
