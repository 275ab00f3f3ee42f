"""Jobs that fail are started again and show; pauses grow."""

import asyncio

import pytest

from services.kernel.service import Backoff, Check, Health, keep_running, wait_for


class Flaky:
    name = "flaky"

    def __init__(self, failures: int) -> None:
        self.failures, self.runs = failures, 0

    async def run(self, stop: asyncio.Event) -> None:
        self.runs += 1
        if self.runs <= self.failures:
            raise ConnectionError("away")
        stop.set()


def test_pauses_double_up_to_the_longest_and_begin_anew_when_it_went_well() -> None:
    backoff = Backoff(first=1, longest=5)

    assert [backoff.next() for _ in range(5)] == [1, 2, 4, 5, 5]
    backoff.reset_after(4)
    assert backoff.next() == 5
    backoff.reset_after(6)
    assert backoff.next() == 1


async def test_a_job_that_fails_is_started_again_and_shows_in_readiness(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.kernel.service.Backoff", lambda: Backoff(first=0.001))
    stop, job = asyncio.Event(), Flaky(failures=2)
    health = Health([job], (), asyncio.Event())

    await keep_running(job, stop, health)

    assert job.runs == 3
    assert await health.wrong() == {"flaky": "ConnectionError('away')"}


async def test_a_check_that_fails_or_hangs_shows_in_readiness(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.kernel.service.CHECK_SECONDS", 0.01)

    async def fails() -> None:
        raise OSError("refused")

    checks = [Check("database", fails), Check("stuck", asyncio.Event().wait)]

    wrong = await Health((), checks, asyncio.Event()).wrong()

    assert wrong == {"database": "OSError('refused')", "stuck": "TimeoutError()"}


async def test_a_service_that_stops_is_not_ready() -> None:
    stop = asyncio.Event()
    stop.set()

    assert await Health((), (), stop).wrong() == {"service": "stopping"}


async def test_waiting_ends_when_told_to_stop() -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().call_soon(stop.set)

    await asyncio.wait_for(wait_for(stop, 60), 1)
