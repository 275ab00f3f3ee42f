"""The package that `pip install ./client` makes: a command, a library and its types."""

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.house.code import ROOT

USE = """\
from typing import assert_type

from skolregister import Client, ProblemError, __version__, models


def names(register: Client) -> list[str]:
    assert_type(register.school_unit("10000001")["data"]["organizer"]["displayName"], str | None)
    assert_type(register.feed(after=1), models.Feed)
    return [unit["displayName"] for unit in register.all(register.school_units(status=["AKTIV"], as_of="2026-11-30"))]
"""
MISUSE = """\
from skolregister import Client

Client().school_units(status=["OPEN"])
Client().school_unit("10000001")["data"]["name"]
"""

TELL = """\
from importlib.metadata import distribution

package = distribution("skolregister")
(command,) = package.entry_points
print(package.version, command.name, command.load().__name__)
"""


def run(*words: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False)  # noqa: S603 - our own words


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that has the package as it is installed, and what it needs."""
    home = tmp_path_factory.mktemp("installed")
    built = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", home, cwd=ROOT / "client")
    assert built.returncode == 0, built.stderr
    venv.create(home / "venv", symlinks=True)
    packages = next(home.glob("venv/lib/python3*/site-packages"))
    with zipfile.ZipFile(next(home.glob("skolregister-*.whl"))) as wheel:
        wheel.extractall(packages)
    (packages / "needed.pth").write_text(sysconfig.get_path("purelib"))
    return home / "venv" / "bin" / "python"


def test_it_brings_a_command(python: Path, tmp_path: Path) -> None:
    told = run(python, "-c", TELL, cwd=tmp_path)

    assert told.stdout == "3.0.0 skolregister main\n", told.stderr


def test_its_types_reach_who_uses_it(python: Path, tmp_path: Path) -> None:
    (tmp_path / "use.py").write_text(USE)
    (tmp_path / "misuse.py").write_text(MISUSE)
    checked = (sys.executable, "-m", "mypy", "--strict", "--config-file=", "--python-executable", python)

    use = run(*checked, "use.py", cwd=tmp_path)
    misuse = run(*checked, "misuse.py", cwd=tmp_path)

    assert use.returncode == 0, use.stdout
    assert "'OPEN'" in misuse.stdout
    assert 'no key "name"' in misuse.stdout
