"""What the command shows, and how it ends."""

import csv
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.stack.process import free_port
from tests.unit.client.register import FILE, command, environment, serving


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    with serving() as address:
        yield address


def test_all_that_is_found_is_shown_page_after_page(base: str) -> None:
    done = command("search", base=base)

    assert [line.split()[0] for line in done.stdout.splitlines()] == [
        "schoolUnitCode",
        "10000001",
        "10000002",
        "10000003",
    ]
    assert done.stderr == ""


def test_a_limit_says_how_many_there_are(base: str) -> None:
    done = command("search", "--limit", "1", base=base)

    assert len(done.stdout.splitlines()) == 2
    assert done.stderr == "skolregister: 1 of 3 found\n"


def test_words_that_the_register_took_for_others_are_told_beside_the_answer(base: str) -> None:
    done = command("search", "skoal", "--format", "json", base=base)

    assert done.stderr == "skolregister: nothing is found by skoal; searched for skola or skolan\n"
    assert len(done.stdout.splitlines()) == 3


def test_csv_has_codes_and_places(base: str) -> None:
    first, second, _ = csv.DictReader(command("search", "--format", "csv", base=base).stdout.splitlines())

    assert (first["organizationNumber"], first["municipalityCode"], first["countyCode"]) == ("2120000019", "0114", "01")
    assert (first["latitude"], first["longitude"], second["latitude"]) == ("59.5", "17.9", "")


@pytest.mark.parametrize(("words", "shown"), [(["--near", "59,18"], True), ([], False)])
@pytest.mark.parametrize("form", ["table", "csv"])
def test_a_distance_is_shown_where_it_was_asked_for(base: str, form: str, words: list[str], shown: bool) -> None:
    heading, first, *_ = command("search", *words, "--format", form, base=base).stdout.splitlines()

    assert heading.endswith("distance") == first.endswith("100.5") == shown


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_changes_are_told_as_they_come_and_who_stops_reading_ends_it(base: str, form: str) -> None:
    words = [sys.executable, "-m", "skolregister", "changes", "--follow", "--format", form]
    with subprocess.Popen(  # noqa: S603 - our own command
        words, env=environment(base), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout
        assert running.stderr
        told = running.stdout.readline() + running.stdout.readline()
        running.stdout.close()

        assert "10000001" in told
        assert running.wait(30) == 141
        assert running.stderr.read() == ""


def test_an_answer_that_nobody_reads_is_no_error(base: str) -> None:
    words = f"{sys.executable} -m skolregister search | true; echo ${{PIPESTATUS[0]}}"

    done = subprocess.run(  # noqa: S603 - our own command
        ["/bin/bash", "-c", words], env=environment(base), capture_output=True, text=True, check=False
    )

    assert (done.stdout, done.stderr) in {("0\n", ""), ("141\n", "")}


def test_a_form_that_is_none_is_refused_with_those_that_are(base: str) -> None:
    done = command("search", "--format", "xml", base=base)

    assert done.returncode == 2
    assert "'table', 'json', 'csv'" in done.stderr


def test_a_register_that_is_not_there_is_named_and_what_to_do() -> None:
    nobody = f"http://127.0.0.1:{free_port()}"

    done = command("search", base=nobody)

    assert done.returncode == 1
    assert done.stderr.startswith(f"skolregister: {nobody}/v3/school-units is not reached")
    assert "REGISTER_URL or --base" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_option_stands_before_the_environment(base: str) -> None:
    assert command("search", "--base", base, base="http://127.0.0.1:1").returncode == 0


@pytest.mark.parametrize("address", ["localhost:8080", "http://", "http://a b/", "http://127.0.0.1:99999"])
def test_an_address_that_is_none_is_one_line(address: str) -> None:
    done = command("search", base=address)

    assert done.returncode == 1
    assert done.stderr.startswith("skolregister: ")
    assert len(done.stderr.splitlines()) == 1


def test_another_site_is_not_taken_for_the_register(base: str) -> None:
    done = command("unit", "10000001", base=base)

    assert done.returncode == 1
    assert done.stderr.endswith("/v3/school-units/10000001 answers no JSON. Is it the register's address?\n")


def test_a_file_keeps_its_name_in_a_folder(base: str, tmp_path: Path) -> None:
    assert command("download", "skolenheter.csv", "--to", str(tmp_path), base=base).returncode == 0
    assert command("download", "skolenheter.csv", base=base, cwd=tmp_path).stdout == "skolenheter.csv\n"
    assert (tmp_path / "skolenheter.csv").read_bytes() == FILE


def test_a_file_that_did_not_arrive_whole_is_not_kept(base: str, tmp_path: Path) -> None:
    done = command("download", "broken.csv", base=base, cwd=tmp_path)

    assert (done.returncode, done.stderr) == (1, "skolregister: broken.csv did not arrive whole\n")
    assert list(tmp_path.iterdir()) == []


def test_a_place_where_no_file_can_be_is_one_line(base: str, tmp_path: Path) -> None:
    done = command("download", "skolenheter.csv", "--to", "nowhere/units.csv", base=base, cwd=tmp_path)

    assert done.returncode == 1
    assert done.stderr == "skolregister: nowhere/units.csv.half: No such file or directory\n"


def test_it_tells_its_version() -> None:
    assert command("--version", base="").stdout == "skolregister 3.0.0\n"
