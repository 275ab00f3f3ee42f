"""The client and its command against the real register."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from skolregister import Client, ProblemError

from deploy.stack.stack import Stack
from tests.house.code import ROOT

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def base(stack: Stack) -> str:
    return f"{stack.url}/skolenhetsregistret"


@pytest.fixture(scope="module")
def register(base: str) -> Iterator[Client]:
    with Client(base) as client:
        yield client


def run(base: str, *words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"REGISTER_URL": base, "PYTHONPATH": str(ROOT / "client")}
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "skolregister", *words], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )


def test_pages_are_turned_to_the_last(register: Client) -> None:
    codes = [one["schoolUnitCode"] for one in register.all(register.school_units(limit=500, fields=["schoolUnitCode"]))]

    assert len(codes) == len(set(codes)) >= 1751


def test_an_answer_has_its_types(register: Client) -> None:
    (unit,) = register.school_units(q="Svaleboskolan", municipality_code=["1281"])["data"]

    assert unit["displayName"] == "Svaleboskolan"
    assert register.school_unit(unit["schoolUnitCode"])["data"]["organizer"]["organizationNumber"] == "2120001132"
    assert register.organizer("2120001132")["data"]["organizerType"] == "KOMMUN"


def test_changes_are_followed_to_the_last(register: Client) -> None:
    seqs = [one["seq"] for one in register.follow(wait=False)]

    assert seqs == list(range(1, register.feed(after=0, limit=1)["meta"]["lastSeq"] + 1))


def test_what_the_register_refuses_is_told(register: Client) -> None:
    with pytest.raises(ProblemError, match=r"/query/near.*") as told:
        register.school_units(near="55")

    assert told.value.problem["code"] == "invalid-parameter"


def test_a_file_is_fetched_and_checked(register: Client, tmp_path: Path) -> None:
    told = register.download("skolenheter.csv", tmp_path / "units.csv")

    sums = (register.http.get(f"{register.base}/extract/skolenheter.csv.sha256")).text
    assert hashlib.sha256(told.read_bytes()).hexdigest() == sums.split()[0]
    assert [path.name for path in tmp_path.iterdir()] == ["units.csv"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["search", "svaleboskolan"], "27508103        Svaleboskolan"),
        (["search", "svaleboskolan", "--format", "csv"], "27508103,Svaleboskolan,AKTIV"),
        (["search", "--near", "55.70,13.19", "--radius", "3", "--format", "csv"], ",longitude,distance"),
        (["changes", "--format", "table"], "seq      publicFrom  type"),
        (["files"], "skolenheter.parquet"),
        (["unit", "27508103"], '"displayName": "Svaleboskolan"'),
        (["unit", "27508103", "--history"], '"validTo": null'),
        (["organizer", "2120001132"], '"organizationNumber": "2120001132"'),
        (["changes", "--after", "1"], '"seq": 2'),
    ],
)
def test_the_command_tells(base: str, words: list[str], told: str) -> None:
    done = run(base, *words)

    assert done.returncode == 0, done.stderr
    assert told in done.stdout


def test_the_command_downloads(base: str, tmp_path: Path) -> None:
    assert run(base, "download", "index.json", cwd=tmp_path).returncode == 1, "the index has no checksum beside it"
    assert run(base, "download", "andringar.jsonl", cwd=tmp_path).stdout == "andringar.jsonl\n"
    assert (tmp_path / "andringar.jsonl").exists()


def test_a_mistyped_word_is_told(base: str) -> None:
    done = run(base, "search", "svaleboskoaln")

    assert "searched for svaleboskolan" in done.stderr
    assert "27508103" in done.stdout


def test_an_error_is_one_line(base: str) -> None:
    done = run(base, "search", "--near", "here")

    assert done.returncode == 1
    assert done.stderr.startswith("skolregister: A parameter is not right")
    assert len(done.stderr.splitlines()) == 1
    assert json.dumps(done.stdout) == '""'
