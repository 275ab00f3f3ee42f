"""The image has what the services read, and the build is sent it."""

import re
from fnmatch import fnmatch

import pytest

from deploy.stack.settings import ROOT

COPIED = [
    name
    for line in re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "deploy" / "Dockerfile").read_text(), re.MULTILINE)
    for name in line.split()
]
READ = ["docs/api/problems.md", "docs/api/v3.md", "docs/api/openapi-v1.json", "docs/manual/README.md",
        "docs/manual/enhet.png", "client/pyproject.toml", "client/skolregister/client.py"]  # fmt: skip


def is_sent(name: str) -> bool:
    """Whether the build is sent a file: by the last line of .dockerignore that fits it or a folder that it is in."""
    parts = name.split("/")
    folders = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
    lines = (ROOT / ".dockerignore").read_text().split()
    fits = [line for line in lines if any(fnmatch(one, line.removeprefix("!")) for one in folders)]
    return not fits or fits[-1].startswith("!")


@pytest.mark.parametrize("name", COPIED)
def test_what_is_copied_is_sent_to_the_build(name: str) -> None:
    assert (ROOT / name).exists()
    assert is_sent(name)


@pytest.mark.parametrize("name", READ)
def test_what_is_read_is_in_the_image(name: str) -> None:
    assert (ROOT / name).exists()
    assert any(name == copied or name.startswith(f"{copied}/") for copied in COPIED)
    assert is_sent(name)
