"""Anybody may open a webhook to anybody's address: how much of that there can be, and for how long."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.notifications.domain import webhooks as domain
from services.notifications.jobs import Forget
from tests.integration.kernel.helpers import running, until
from tests.integration.notifications.hooks import Desk, Receiver, active


async def opened(desk: Desk, url: str, **more: Any) -> httpx.Response:
    async with desk.api() as api:
        return await api.post("/webhooks", json={"url": url} | more)


async def test_a_webhook_is_pinged_once_a_minute(desk: Desk, receiver: Receiver) -> None:
    hook = await desk.open(receiver.url)
    too_soon = await desk.ask("POST", hook, "/ping")
    moved = await desk.ask("PATCH", hook, json={"url": "http://127.0.0.2/"})
    await desk.later("50 seconds")
    sooner = await desk.ask("POST", hook, "/ping")
    await desk.later("10 seconds")

    assert [(one.status_code, one.json()["code"]) for one in (too_soon, moved)] == [(429, "too-many-pings")] * 2
    assert 50 < int(too_soon.headers["retry-after"]) <= 60
    assert int(sooner.headers["retry-after"]) <= 10
    assert (await desk.ask("GET", hook)).json()["url"] == receiver.url
    assert (await desk.ask("POST", hook, "/ping")).status_code == 202


async def test_a_host_is_pinged_so_often_a_day_whoever_asks_and_removes_webhooks_meanwhile(
    desk: Desk, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(domain, "PINGS_OF_ONE_HOST", 3)
    for path in "abc":
        hook = await desk.open(f"{receiver.url}/{path}")
        await desk.ask("DELETE", hook)
    elsewhere = await desk.open("http://127.0.0.2/")
    await desk.later("1 hour")

    refused = [await opened(desk, receiver.url), await desk.ask("PATCH", elsewhere, json={"url": receiver.url})]
    await desk.later("23 hours")

    assert [one.status_code for one in refused] == [429, 429]
    assert 22 * 3600 < int(refused[0].headers["retry-after"]) <= 23 * 3600
    assert (await opened(desk, receiver.url)).status_code == 201


async def test_a_host_has_so_many_webhooks_whatever_their_addresses(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.notifications.commands.webhooks.MOST_OF_ONE_HOST", 3)
    hooks = [await desk.open(url) for url in (
        "http://hook.example/a", "http://HOOK.example:8080/b?c=1", "https://hook.example./"
    )]  # fmt: skip
    elsewhere = await desk.open("http://other.example/")
    await desk.later()

    one_more = await opened(desk, "http://hook.example/d")
    moved_there = await desk.ask("PATCH", elsewhere, json={"url": "http://hook.example/d"})
    moved_within = await desk.ask("PATCH", hooks[0], json={"url": "http://hook.example/d"})

    for answer in (one_more, moved_there):
        assert (answer.status_code, answer.json()["code"]) == (409, "too-many-webhooks")
    assert moved_within.status_code == 200
    assert (await desk.ask("GET", elsewhere)).json()["url"] == "http://other.example/"


@pytest.mark.parametrize(
    ("state", "days", "is_kept"),
    [("unverified", 6, True), ("unverified", 8, False), ("failing", 29, True), ("failing", 31, False),
     ("gone", 31, False), ("active", 400, True)],
)  # fmt: skip
async def test_a_webhook_that_does_not_answer_is_removed(desk: Desk, state: str, days: int, is_kept: bool) -> None:
    hook = await desk.open("http://hook.example/")
    other = await desk.open("http://other.example/")
    await desk.pool.execute(
        "UPDATE webhook SET state = $2, state_since = now() - $3::interval WHERE webhook_id::text = $1",
        hook["id"], state, timedelta(days=days),
    )  # fmt: skip
    await desk.pool.execute("UPDATE webhook SET state_since = now() - interval '99 days' WHERE url LIKE '%other%'")

    async def is_removed(one: dict[str, Any]) -> bool:
        return (await desk.ask("GET", one)).status_code == 404

    async with running(Forget(desk.pool)):
        await until(lambda: is_removed(other))

    assert await is_removed(hook) is not is_kept


async def test_the_log_has_pages_and_thirty_days(desk: Desk, receiver: Receiver) -> None:
    async with desk.delivering():
        hook = await active(desk, receiver)
        for number in range(2):
            await desk.later()
            await desk.ask("POST", hook, "/ping")
            await until(lambda count=number + 2: receiver.has_heard(count))  # type: ignore[misc]
    whole = [one["id"] for one in await desk.log(hook)]

    first = (await desk.ask("GET", hook, "/deliveries?limit=2")).json()
    rest = (await desk.ask("GET", hook, first["links"]["next"].partition(hook["id"])[2])).json()
    await desk.pool.execute(
        "UPDATE delivery SET ended_at = now() - interval '31 days' WHERE delivery_id::text = $1", whole[2]
    )
    async with running(Forget(desk.pool)):
        await until(lambda: log_has(desk, hook, 2))

    assert [one["id"] for one in first["data"]] == whole[:2]
    assert [one["id"] for one in rest["data"]] == whole[2:]
    assert rest["links"] == {}
    assert [one["id"] for one in await desk.log(hook)] == whole[:2]
    assert await desk.pool.fetchval("SELECT count(*) FROM attempt") == 2


async def log_has(desk: Desk, hook: dict[str, Any], count: int) -> bool:
    return len(await desk.log(hook)) == count


@pytest.mark.parametrize("media_type", [None, "text/plain", "application/x-www-form-urlencoded"])
async def test_a_body_that_does_not_say_that_it_is_json_is_refused(desk: Desk, media_type: str | None) -> None:
    """A page of somebody else's can let its readers send these, and no others."""
    headers = {"Content-Type": media_type} if media_type else {}
    async with desk.api() as api:
        answer = await api.post("/webhooks", content=b'{"url": "http://hook.example/"}', headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported-media-type")
    assert "application/json" in answer.json()["detail"]
    assert await desk.pool.fetchval("SELECT count(*) FROM webhook") == 0


async def test_a_page_elsewhere_may_not_ask(desk: Desk) -> None:
    asks = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    async with desk.api() as api:
        answer = await api.options("/webhooks", headers=asks)

    assert answer.status_code == 405
    assert [name for name in answer.headers if name.startswith("access-control")] == []


@pytest.mark.parametrize("url", ["http://hook.example/", "https://10.0.0.1/", "https://x:y@hook.example/"])
async def test_an_address_that_may_not_be_is_refused(desk: Desk, url: str) -> None:
    strict = Desk(desk.settings.model_copy(update={"webhook_private": False}), desk.pool)

    answer = await opened(strict, url)

    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    assert answer.json()["errors"][0]["pointer"] == "/url"


async def test_what_it_is_for_is_told_back(desk: Desk) -> None:
    hook = (await opened(desk, "http://hook.example/", description="The timetable of Lund")).json()

    told = (await desk.ask("GET", hook)).json()
    dates = dict.fromkeys(("createdAt", "stateSince"), told["createdAt"])
    kept = {name: hook[name] for name in ("id", "url", "description", "state")}
    assert told == kept | dates | {"failingSince": None}
    assert told["description"] == "The timetable of Lund"
