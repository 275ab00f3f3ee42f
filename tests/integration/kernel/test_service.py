"""A service as a process: it says how it is, and ends without dropping what was begun."""

import asyncio
import signal

import httpx

from deploy.stack.process import free_port
from tests.conftest import NewDatabase
from tests.integration.kernel.helpers import until, worker


async def answers(url: str) -> bool:
    async with httpx.AsyncClient() as http:
        try:
            return (await http.get(f"{url}/health/ready")).status_code == 200
        except httpx.TransportError:
            return False


async def test_a_service_finishes_what_was_begun_and_then_ends_its_jobs(database: NewDatabase) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    async with worker("service", await database("kernel"), str(port)) as service, httpx.AsyncClient() as http:
        await until(lambda: answers(url))
        slow = asyncio.create_task(http.get(f"{url}/slow"))
        await service.says("request began")

        service.process.send_signal(signal.SIGTERM)

        assert (await slow).json() == "finished"
        await service.says("job ended")
        await service.says("stopped")
        assert await service.process.wait() == 0


async def test_a_service_tells_that_it_lives_and_gives_its_figures(database: NewDatabase) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    async with worker("service", await database("kernel"), str(port)), httpx.AsyncClient() as http:
        await until(lambda: answers(url))

        assert (await http.get(f"{url}/health/live")).json() == {"status": "live"}
        assert (await http.get(f"{url}/slow")).status_code == 200
        assert (
            'http_request_seconds_count{method="GET",route="/slow",status="200"} 1.0'
            in (await http.get(f"{url}/metrics")).text
        )
