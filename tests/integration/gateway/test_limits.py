"""How much one address may ask for: of files, of the process, and of the feed."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.integration.gateway.behind import EVENT, OPEN, Answer, Behind, gateway
from tests.system import wait_for

STREAM = f"{OPEN}/v3/changes/stream"
ONE_A_MINUTE = {"zone=asked:10m rate=1000r/s": "zone=asked:10m rate=1r/m", "zone=asked burst=2000": "zone=asked"}


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    """A gateway that lets one question a minute through to the process, and any number to the files."""
    with gateway(tmp_path_factory.mktemp("gateway"), ONE_A_MINUTE) as running:
        yield running


@pytest.mark.parametrize(
    ("known", "unknown"),
    [("v2/school-units/27508103", "v2/school-units/00000000"), ("v1/skolenhet/27508103", "v1/skolenhet/00000000"),
     ("v2/contracts/1/27508103", "v2/contracts/1/0"), ("extract/skolenheter.csv", "extract/nothing.csv"),
     ("dcat.ttl", "extract/1999-01-01/skolenheter.csv")],
)  # fmt: skip
def test_a_file_that_there_is_not_counts_as_a_question(strict: Behind, known: str, unknown: str) -> None:
    strict.file(f"{known}.json" if known.startswith("v") else known)
    strict.get("/register")  # the question that this minute has

    refused = [strict.get(f"{OPEN}/{unknown}").status_code for _ in range(3)]
    served = [strict.get(f"{OPEN}/{known}").status_code for _ in range(5)]

    assert (refused, served) == ([429] * 3, [200] * 5)


def test_one_address_has_five_streams_and_may_still_ask(behind: Behind) -> None:
    behind.service.answers[f"{OPEN}/v3/changes?after=1"] = Answer()
    with ExitStack() as open_streams:
        streams = [open_streams.enter_context(behind.http.stream("GET", STREAM)).iter_raw() for _ in range(5)]
        assert [next(stream) for stream in streams] == [EVENT] * 5
        refused, page = behind.get(STREAM), behind.get(f"{OPEN}/v3/changes?after=1")

    assert (refused.status_code, refused.json()["code"], refused.headers["retry-after"]) == (429, "too-often", "1")
    assert page.status_code == 200


def test_questions_that_wait_are_counted_and_others_are_not(tmp_path: Path) -> None:
    page, waits = f"{OPEN}/v3/changes?after=1", f"{OPEN}/v3/changes?after=1&wait=60"
    twice = f"{OPEN}/v3/changes?wait=0&%77ait=60"
    changes = {"limit_conn waiting 20": "limit_conn waiting 1"}
    with gateway(tmp_path, changes) as running, ThreadPoolExecutor() as pool:
        running.service.answers |= {page: Answer(), waits: Answer()}
        waiting = pool.submit(running.get, waits)
        wait_for(lambda: running.service.times(waits))
        statuses = [running.get(path).status_code for path in (page, waits, twice)]
        running.service.over.set()

    assert (statuses, waiting.result().status_code) == ([200, 429, 429], 200)
