"""Runs a service: its HTTP server and its jobs in one loop, with health, metrics, and a graceful stop."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Protocol

import structlog
import uvicorn
from fastapi import FastAPI, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.kernel.problems import Problem, install, render
from services.kernel.relay import wait_for
from services.kernel.settings import ServiceSettings
from services.kernel.telemetry import JOB_RESTARTS, span

log = structlog.get_logger()

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 10.0
DRAIN_SECONDS = 20


class Job(Protocol):
    """Work that goes on beside the HTTP server until `stop` is set. When it raises, it is started again."""

    name: str

    async def run(self, stop: asyncio.Event) -> None: ...


Check = Callable[[], Awaitable[None]]


class Health:
    """What is wrong just now: failing jobs and failing checks, by name."""

    def __init__(self, checks: dict[str, Check]) -> None:
        self.checks, self.failing_jobs = checks, dict[str, str]()

    async def wrong(self) -> dict[str, str]:
        found = dict(self.failing_jobs)
        for name, check in self.checks.items():
            try:
                await asyncio.wait_for(check(), timeout=3)
            except Exception as error:  # noqa: BLE001 - whatever it is, the service is not ready
                found[name] = repr(error)
        return found


def new_app(title: str, health: Health, *, root_path: str = "") -> FastAPI:
    """An application with health, metrics, traces and problem documents."""
    app = FastAPI(title=title, root_path=root_path, docs_url=None, redoc_url=None, openapi_url="/openapi.json")
    install(app)

    @app.middleware("http")
    async def traced(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        with span(f"{request.method} {request.url.path}", dict(request.headers)):
            return await call_next(request)

    @app.get("/health/live", include_in_schema=False)
    async def live() -> dict[str, str]:
        return {"status": "live"}

    @app.get("/health/ready", include_in_schema=False)
    async def ready() -> Response:
        wrong = await health.wrong()
        if wrong:
            return render(Problem(503, "not-ready", "The service is not ready", waiting_for=wrong))
        return Response('{"status":"ready"}', media_type="application/json")

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return app


async def run(app: FastAPI, *, settings: ServiceSettings, health: Health, jobs: Sequence[Job] = ()) -> None:
    """Serve until SIGTERM or SIGINT; then take no more requests, finish those begun, and end the jobs."""
    stop = asyncio.Event()
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.http_host,
            port=settings.http_port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=DRAIN_SECONDS,
            proxy_headers=True,
            forwarded_allow_ips="*",
        )
    )
    server.capture_signals = _no_signals  # type: ignore[method-assign,assignment] # ours end the jobs too
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    tasks = [asyncio.create_task(keep_running(job, stop, health), name=job.name) for job in jobs]
    serving = asyncio.create_task(server.serve())
    log.info("serves", port=settings.http_port)
    await asyncio.wait([serving, asyncio.create_task(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    stop.set()
    await serving
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), DRAIN_SECONDS)
    log.info("stopped")


@contextmanager
def _no_signals() -> Iterator[None]:
    yield


async def keep_running(job: Job, stop: asyncio.Event, health: Health) -> None:
    """Run a job; when it fails, say so, wait a little longer each time, and start it again."""
    pause = FIRST_PAUSE
    loop = asyncio.get_running_loop()
    while not stop.is_set():
        started = loop.time()
        try:
            health.failing_jobs.pop(job.name, None)
            await job.run(stop)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            JOB_RESTARTS.labels(job.name).inc()
            health.failing_jobs[job.name] = repr(error)
            log.exception("job_failed", job=job.name)
            pause = FIRST_PAUSE if loop.time() - started > LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
            await wait_for(stop, pause)
