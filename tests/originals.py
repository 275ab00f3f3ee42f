"""Programs written as for the original, in several languages: told a base address, each says what it read there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CLIENTS = Path(__file__).parent / "clients"
LANGUAGES = {
    "Python": ([sys.executable], "client.py", ()), "JavaScript": (["node"], "client.mjs", ()),
    "shell": (["sh"], "client.sh", ("curl",)), "Java": (["java"], "Client.java", ("javac",)),
    "Go": (["go", "run"], "client.go", ()),
}  # fmt: skip
"""What runs a language's client, its file, and what must be on the machine beside it."""
ALONE = {"GO111MODULE": "off", "GOTOOLCHAIN": "local", "GOPROXY": "off", "NO_PROXY": "127.0.0.1,localhost",
         "no_proxy": "127.0.0.1,localhost"}  # fmt: skip
SECONDS = 240
LEAST_NODE = 20


def read_by(language: str, base: str) -> list[str]:
    """The lines that a language's client says. Skips where its runtime is missing; Python's never is."""
    command, name, beside = LANGUAGES[language]
    missing = [tool for tool in (command[0], *beside) if shutil.which(tool) is None]
    if missing or (language == "JavaScript" and _node() < LEAST_NODE):
        pytest.skip(f"{language} cannot be run here: {missing or 'Node is too old'}")
    done = subprocess.run(  # noqa: S603 - our own words
        [*command, str(CLIENTS / name), base], capture_output=True, text=True, encoding="utf-8", timeout=SECONDS,
        check=False, env=os.environ | ALONE,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def _node() -> int:
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)  # noqa: S607 - as found
    return int(said.stdout.lstrip("v").partition(".")[0])
