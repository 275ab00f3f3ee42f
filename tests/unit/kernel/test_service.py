"""Jobs that fail are started again and show; pauses grow."""

import asyncio

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from services.kernel.service import Backoff, Check, Health, install, keep_running, wait_for
from services.kernel.telemetry import traceparent


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


def observed() -> httpx.AsyncClient:
    app, router = FastAPI(), APIRouter(prefix="/things")

    @router.get("/{code}")
    async def get(code: str) -> dict[str, str | None]:
        return {"code": code, "traceparent": traceparent()}

    app.include_router(router)
    install(app, Health((), (), asyncio.Event()))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


async def test_a_request_goes_on_with_the_trace_that_it_came_with() -> None:
    trace.set_tracer_provider(TracerProvider())
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    async with observed() as http:
        answer = await http.get("/things/3", headers={"traceparent": parent})

    assert answer.json()["traceparent"].split("-")[1] == "0af7651916cd43dd8448eb211c80319c"


async def test_requests_are_counted_by_route_and_never_by_address() -> None:
    async with observed() as http:
        for code in ("3", "4", "secret@example.org"):
            await http.get(f"/things/{code}")
        await http.get("/nothing/here")
        figures = (await http.get("/metrics")).text

    assert 'route="/things/{code}",status="200"' in figures
    assert 'route="unknown",status="404"' in figures
    assert "secret" not in figures


async def test_a_service_that_is_ready_says_so_and_one_that_is_not_says_why() -> None:
    async with observed() as http:
        ready, live = await http.get("/health/ready"), await http.get("/health/live")

    assert (ready.status_code, ready.json()) == (200, {"status": "ready", "waitingFor": {}})
    assert live.status_code == 200
