"""Runs a service: its HTTP server and its jobs in one loop, with health, metrics, and a graceful stop."""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

import structlog
import uvicorn
from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from opentelemetry.trace import SpanKind
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.kernel.database import Pool
from services.kernel.settings import ServiceSettings
from services.kernel.telemetry import JOB_FAILURES, REQUESTS, route_of, span

log = structlog.get_logger(__name__)

DRAIN_SECONDS = 15
CHECK_SECONDS = 3
FAILURE_SHOWS_SECONDS = 15
OWN_ROUTES = frozenset({"/health/live", "/health/ready", "/metrics"})
UNTRACED: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
"""For each FastAPI application: its own spans would double ours, and carry queries and addresses."""


class Job(Protocol):
    """Work that goes on beside the HTTP server until `stop` is set. When it raises, it is started again.

    A job may have an attribute `trouble: str | None`, which shows in readiness.
    """

    @property
    def name(self) -> str: ...
    async def run(self, stop: asyncio.Event) -> None: ...


@dataclass(frozen=True, slots=True)
class Check:
    """Something that the service needs. `probe` raises when it is not there."""

    name: str
    probe: Callable[[], Awaitable[object]]


def database_check(pool: Pool) -> Check:
    """Readiness needs the database."""
    return Check("database", lambda: pool.fetchval("SELECT 1"))


class Health:
    """What is wrong just now, by name: failing jobs and failing checks."""

    def __init__(self, jobs: Sequence[Job], checks: Sequence[Check], stop: asyncio.Event) -> None:
        self._jobs, self._checks, self._stop = jobs, checks, stop
        self._failures: dict[str, tuple[str, float]] = {}

    def failed(self, job: Job, error: Exception) -> None:
        """Note a failure; it shows for a while, and for as long as the job goes on failing."""
        self._failures[job.name] = (repr(error), time.monotonic())

    async def wrong(self) -> dict[str, str]:
        """Ask all; empty when the service is ready."""
        since = time.monotonic() - FAILURE_SHOWS_SECONDS
        found = {name: error for name, (error, at) in self._failures.items() if at > since}
        if self._stop.is_set():
            found["service"] = "stopping"
        for job in self._jobs:
            if trouble := getattr(job, "trouble", None):
                found[job.name] = trouble
        for check in self._checks:
            try:
                await asyncio.wait_for(check.probe(), CHECK_SECONDS)
            except Exception as error:  # noqa: BLE001 - whatever it is, the service is not ready
                found[check.name] = repr(error)
        return found

    async def live(self, _request: Request) -> Response:
        """The loop turns."""
        return JSONResponse({"status": "live"})

    async def ready(self, _request: Request) -> Response:
        """Whether requests should be sent here."""
        wrong = await self.wrong()
        return JSONResponse({"status": "waiting" if wrong else "ready", "waitingFor": wrong}, 503 if wrong else 200)


class Observed:
    """ASGI middleware: each request has a span, a time and one log line."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"] in OWN_ROUTES:
            await self.app(scope, receive, send)
            return
        status, began = 500, time.perf_counter()

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        structlog.contextvars.unbind_contextvars("subject")
        with span(scope["method"], Headers(scope=scope).get("traceparent"), kind=SpanKind.SERVER) as current:
            try:
                await self.app(scope, receive, watched)
            finally:
                route = route_of(scope)
                seconds = time.perf_counter() - began
                current.update_name(f"{scope['method']} {route}")
                current.set_attribute("http.response.status_code", status)
                REQUESTS.labels(scope["method"], route, status).observe(seconds)
                log.info("request", method=scope["method"], route=route, status=status, ms=round(seconds * 1000, 1))


async def run(
    app: FastAPI, *, settings: ServiceSettings, jobs: Sequence[Job] = (), ready: Sequence[Check] = ()
) -> None:
    """Serve until SIGTERM or SIGINT; then finish the requests begun, and after them end the jobs."""
    stop, ended = asyncio.Event(), asyncio.Event()
    health = Health(jobs, ready, stop)
    install(app, health)
    _on_signals(stop)
    tasks = [asyncio.create_task(keep_running(job, ended, health), name=job.name) for job in jobs]
    server = _server(app, settings)
    serving = asyncio.create_task(server.serve())
    stopping = asyncio.create_task(stop.wait())
    log.info("serves", port=settings.http_port)
    await asyncio.wait([serving, stopping], return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    server.should_exit = True
    try:
        await serving
    finally:
        ended.set()
        await _end(tasks)
    log.info("stopped")


def install(app: FastAPI, health: Health) -> None:
    """Add health, metrics, traces and request figures to an application."""
    app.add_route("/health/live", health.live, include_in_schema=False)
    app.add_route("/health/ready", health.ready, include_in_schema=False)
    app.add_route("/metrics", _metrics, include_in_schema=False)
    app.add_middleware(Observed)


async def _metrics(_request: Request) -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _server(app: FastAPI, settings: ServiceSettings) -> uvicorn.Server:
    config = uvicorn.Config(
        app,
        host=settings.http_host,
        port=settings.http_port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        proxy_headers=True,
    )
    server = uvicorn.Server(config)
    server.capture_signals = _no_signals  # type: ignore[method-assign] # ours end the jobs too
    return server


@contextmanager
def _no_signals() -> Iterator[None]:
    yield


def _on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    if not tasks:
        return
    _, late = await asyncio.wait(tasks, timeout=DRAIN_SECONDS)
    for task in late:
        log.warning("job-cancelled", job=task.get_name())
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def keep_running(job: Job, stop: asyncio.Event, health: Health) -> None:
    """Run a job; when it fails, say so, wait a little longer each time, and start it again."""
    backoff = Backoff()
    while not stop.is_set():
        began = time.monotonic()
        try:
            await job.run(stop)
        except Exception as error:
            JOB_FAILURES.labels(job.name).inc()
            health.failed(job, error)
            log.exception("job-failed", job=job.name)
            backoff.reset_after(time.monotonic() - began)
            await wait_for(stop, backoff.next())


async def wait_for(stop: asyncio.Event, seconds: float, wake: asyncio.Event | None = None) -> None:
    """Wait until stopped or woken, `seconds` at most."""
    waits = [asyncio.ensure_future(event.wait()) for event in (stop, wake) if event]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


class Backoff:
    """Pauses in seconds, each twice as long as the one before, up to the longest."""

    def __init__(self, first: float = 0.2, longest: float = 10.0) -> None:
        self.first, self.longest, self._next = first, longest, first

    def next(self) -> float:
        """Give the pause to make now."""
        pause, self._next = self._next, min(self._next * 2, self.longest)
        return pause

    def reset_after(self, seconds: float) -> None:
        """Begin anew when things went well for longer than the longest pause."""
        if seconds > self.longest:
            self._next = self.first
