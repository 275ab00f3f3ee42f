"""An organizer's list of 500 units: the server's time for its page, the whole list, its overview; against the bare SQL.

Of the page: the registry's answer over HTTP, from a process of its own, and the e-service's rendering of it. Who asks
is looked up at identity for every page alike, and is not in it. The baseline sends the registry's own statement.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import asyncpg
import httpx
import uvloop
from starlette.requests import Request

from bench._measure import Aim, Figure, in_turns, percentile, show
from bench._parts import SECRET, WHO, Parts, load_register, may_edit, new_database, new_topics, parts, register
from deploy.stack.process import free_port
from services.eservice import overview_texts as words
from services.eservice.pages.unit_list import SORTS, as_csv, chosen
from services.eservice.rendering import acting_for, page
from services.kernel.database import open_pool, prepare_connection
from services.registry.commands.register_day import close_due_days
from services.registry.store import organizers, overview
from tests.keys import ISSUER, KeyServer, key_server, token

LUND, UNITS, ROUNDS, EACH = "2120001132", 500, 6, 40
AIM = Aim(most=50, of="ours")
GIVE = "UPDATE school_unit SET organizer = $1 WHERE code IN (SELECT code FROM school_unit ORDER BY code LIMIT $2)"
ELSEWHERE = "UPDATE school_unit SET organizer = (SELECT min(number) FROM organizer) WHERE organizer = $1"
PERSON = {"personId": WHO.person_id, "name": "Karin Kontakt", "registerAdministration": False,
          "memberships": [{"organizationNumber": LUND, "organizerName": "Lunds kommun", "role": "contact-person",
                           "reviewDue": False}]}  # fmt: skip
Ask = Callable[[], Awaitable[object]]


async def prepare(url: str) -> None:
    """Give one organizer 500 units, and somebody who may see them."""
    async with open_pool(url, size=1) as pool:
        await pool.execute(ELSEWHERE, LUND)
        await pool.execute(GIVE, LUND, UNITS)
        await may_edit(pool, [LUND])
        await close_due_days(register(url, pool))
        await pool.execute("ANALYZE school_unit")


async def registry(started: Parts, keys: KeyServer, url: str) -> httpx.AsyncClient:
    """The registry as a process of its own; a client with a token."""
    kafka, port = await asyncio.to_thread(started.kafka), free_port()
    process = started.service("registry", {
        "DATABASE_URL": url, "VAULT_SECRET": SECRET, "KAFKA_BOOTSTRAP": kafka.bootstrap, "HTTP_PORT": str(port),
        "TOPIC_PREFIX": await new_topics(kafka), "OIDC_ISSUER": ISSUER, "OIDC_JWKS_URL": keys.url,
    })  # fmt: skip
    bearer = {"Authorization": f"Bearer {token(keys, person_id=WHO.person_id)}"}
    base = f"http://127.0.0.1:{port}"
    await asyncio.to_thread(process.wait_until, lambda: _is_up(base))
    return httpx.AsyncClient(base_url=base, headers=bearer, timeout=30)


def _is_up(base: str) -> bool:
    try:
        return httpx.get(f"{base}/health/ready").is_success
    except httpx.HTTPError:
        return False


def rendered(found: dict[str, Any]) -> bytes:
    """The list's page, as the e-service renders it."""
    settings = SimpleNamespace(time_zone="Europe/Stockholm", session_warning=None, contact_email="")
    app = SimpleNamespace(state=SimpleNamespace(settings=settings))
    request = Request({"type": "http", "path": "/", "headers": [], "app": app, "state": {"person": PERSON}})
    choice = chosen()
    heads = [("Namn", "ascending"), *((words.COLUMNS[one], "") for one in choice.columns)]
    answer = page(
        request, "units", None, found=found, organizer={"displayName": "Lunds kommun"}, number=LUND, choice=choice,
        sorts=SORTS, columns=words.COLUMNS, lacking=words.LACKS, cell_of=words.column, query=choice.query,
        heads=heads, acting=acting_for(PERSON, LUND, "Lunds kommun"),
    )  # fmt: skip
    return bytes(answer.body)


async def timed(ask: Ask) -> float:
    """Milliseconds, the median of a round."""
    taken = []
    for _ in range(EACH):
        began = time.perf_counter()
        await ask()
        taken.append(1000 * (time.perf_counter() - began))
    return percentile(taken, 50)


async def figure(what: str, ours: Ask, bare: Ask) -> Figure:
    """Both in turns."""
    await ours(), await bare()
    return Figure(what, "ms", *await in_turns(ROUNDS, lambda: timed(ours), lambda: timed(bare)), AIM)


async def measure(http: httpx.AsyncClient, bare: "asyncpg.Connection[asyncpg.Record]") -> list[Figure]:
    """The three figures."""
    path = f"/organizers/{LUND}/school-units"

    async def units(size: int) -> dict[str, Any]:
        answer = await http.get(path, params={"size": size})
        found: dict[str, Any] = answer.raise_for_status().json()
        assert found["total"] == UNITS, found["total"]
        return found

    async def statement(size: int) -> object:
        return await organizers.units(
            bare, LUND, text="", statuses=[], school_types=[], lacks=[], not_public=False, order=("name", False),
            page=(size, 0),
        )  # fmt: skip

    async def shown(size: int) -> object:
        return rendered(await units(size))

    async def file() -> object:
        return as_csv((await units(1000))["schoolUnits"], list(words.COLUMNS))

    async def tasks() -> object:
        return (await http.get(f"/organizers/{LUND}/overview")).raise_for_status()

    return [
        await figure("list page of 50 of 500 units", lambda: shown(50), lambda: statement(50)),
        await figure("all 500 on one page", lambda: shown(UNITS), lambda: statement(UNITS)),
        await figure("all 500 as a file", file, lambda: statement(1000)),
        await figure("overview", tasks, lambda: overview.units(bare, LUND)),
    ]


async def main() -> None:
    """Measure."""
    with parts() as started, key_server() as keys:
        url = new_database(started.postgres(), "registry")
        load_register(url, started.folder / "data", 1)
        await prepare(url)
        bare = await asyncpg.connect(url)
        await prepare_connection(bare)
        async with await registry(started, keys, url) as http:
            figures = await measure(http, bare)
        await bare.close()
    show("An organizer with 500 units: server time against the statement alone", figures)


if __name__ == "__main__":
    uvloop.run(main())
