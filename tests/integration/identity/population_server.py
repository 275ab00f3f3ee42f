"""A population register in small, on a real port: what an organisation puts before Navet or a register of its own."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

TOKEN = "a-long-random-token-of-the-test"


@dataclass(frozen=True)
class Exchange:
    """What was asked, and what was answered."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes
    status: int
    content_type: str
    answer: bytes


@dataclass
class PopulationServer:
    """People by number, what was said, and answers to give before the right ones: `next_answers`."""

    base: str
    people: dict[str, dict[str, Any]]
    next_answers: list[Callable[[], Response]] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    silent: bool = False
    patience: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: Request) -> Response:
        """Answer, and keep what was said."""
        body = await request.body()
        if self.silent:
            await self.patience.wait()
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            answer = problem(401)
        elif self.next_answers:
            answer = self.next_answers.pop(0)()
        else:
            number = (await request.json())["personalIdentityNumber"]
            answer = JSONResponse({"citizen": self.people.get(number)}, headers={"Cache-Control": "no-store"})
        self.exchanges.append(
            Exchange(
                request.method, str(request.url), dict(request.headers), body, answer.status_code,
                answer.headers.get("content-type", ""), bytes(answer.body),
            )
        )  # fmt: skip
        return answer


def problem(status: int, **headers: str) -> Response:
    """An error, as the contract says."""
    return JSONResponse(
        {"type": "about:blank", "status": status}, status, headers=headers, media_type="application/problem+json"
    )


@contextmanager
def serving(people: list[dict[str, Any]]) -> Iterator[PopulationServer]:
    """Serve these people until the end."""
    with socket.create_server(("127.0.0.1", 0)) as listening:  # it listens already: nobody needs to wait for the server
        base = f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
        state = PopulationServer(base, {person["personalIdentityNumber"]: person for person in people})
        app = FastAPI(openapi_url=None)
        app.add_api_route("/v1/citizens/find", state.answer, methods=["POST"], response_model=None)
        config = uvicorn.Config(app, log_config=None, lifespan="off", ws="none", loop="asyncio")
        server = uvicorn.Server(config)
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=lambda: loop.run_until_complete(server.serve([listening])))
        thread.start()
        try:
            yield state
        finally:
            loop.call_soon_threadsafe(state.patience.set)
            server.should_exit = True
            thread.join()
            loop.close()
