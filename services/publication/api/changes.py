"""The feed of changes: by pages, by waiting for the next, and as a stream of server-sent events."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request, Response
from sse_starlette import EventSourceResponse, ServerSentEvent

from services.kernel.problems import Problem
from services.publication.api import v3_pages as pages
from services.publication.api.answers import JSON, RETRY_SECONDS
from services.publication.api.v3_answers import links, page_answer, refuse_unknown_places, serving_now
from services.publication.api.v3_parameters import MAX_WAIT, FeedPageQuery, FeedQuery
from services.publication.build.serving import Serving
from services.publication.domain import v3
from services.publication.domain.asked import NUMBER
from services.publication.domain.history import Kind
from services.publication.store import changes
from services.publication.store.changes import Numbered, Wanted

router = APIRouter(prefix="/changes", tags=["changes"])
MAX_STREAMS, PING_SECONDS, SLOW_SECONDS = 500, 15, 30
PAGE = 500
OPEN = {"Access-Control-Allow-Origin": "*"}
KINDS: dict[str, Kind] = {name: kind for kind, name in v3.COLLECTIONS.items()}


@router.get("", response_model=pages.Feed, summary="Follow what changes")
async def feed(request: Request, asked: Annotated[FeedPageQuery, Query()]) -> Response:
    """What changed after a number, in order. Follow `links.next`, which is always there: nothing is missed.

    A change is public from the day in `publicFrom`. With `wait` the answer comes as soon as a new day is public.
    """
    after = await _start(request, asked)
    serving, found = await _found(request, after, asked)
    if not found and asked.wait:
        await request.app.state.publish.next_switch(serving.day, asked.wait)
        serving, found = await _found(request, after, asked)
    last = await changes.last_seq(request.app.state.pool, serving.day)
    beyond = found[-1].seq if len(found) == asked.limit else max(last, after)
    base = request.app.state.base
    body = {
        "meta": {"snapshot": serving.day, "extractDate": serving.extract_date, "lastSeq": last},
        "links": links(request, {"after": str(beyond)}, without=frozenset({"from"})),
        "data": [_told(one, base) for one in found],
    }
    if asked.wait:  # kept by nobody: it would be given to who waits next
        return Response(orjson.dumps(body), headers=OPEN | {"Cache-Control": "no-store"}, media_type=JSON)
    return page_answer(request, serving, body)


@router.get(
    "/stream", response_class=EventSourceResponse, responses={200: {"content": {"text/event-stream": {}}}},
    summary="Follow what changes, as a stream",
)  # fmt: skip
async def stream(request: Request, asked: Annotated[FeedQuery, Query()]) -> Response:
    """The same as server-sent events: `change` for each, and `snapshot` when a day's changes are all told.

    `Last-Event-ID` goes on where a broken stream ended.
    """
    state = request.app.state
    if state.streams >= MAX_STREAMS:
        raise Problem(503, "try-again", "Too many streams are open", headers={"Retry-After": RETRY_SECONDS})
    again = request.headers.get("last-event-id", "")
    after = int(again) if NUMBER.fullmatch(again) else await _start(request, asked)
    serving_now(request)
    headers = OPEN | {"Cache-Control": "no-store"}
    if request.scope.get("is_head"):  # a stream has no end, and the connection is to be used again
        return Response(headers=headers, media_type="text/event-stream")
    events = _events(request, after, asked)
    return EventSourceResponse(events, ping=PING_SECONDS, send_timeout=SLOW_SECONDS, headers=headers)


async def _events(request: Request, after: int, asked: FeedQuery) -> AsyncIterator[ServerSentEvent]:
    """Changes, and after a view's last one which view that was."""
    state = request.app.state
    state.streams += 1
    try:
        told: date | None = None
        while True:
            serving = serving_now(request)
            while found := await changes.after(state.pool, after, serving.day, _wanted(asked), PAGE):
                for one in found:
                    yield _event("change", one.seq, _told(one, state.base))
                after = found[-1].seq
            if told != serving.day:
                told, after = serving.day, max(after, await changes.last_seq(state.pool, serving.day))
                yield _event("snapshot", after, {"snapshot": serving.day, "lastSeq": after})
            await state.publish.next_switch(serving.day, MAX_WAIT)
    finally:
        state.streams -= 1


def _wanted(asked: FeedQuery) -> Wanted:
    kinds = [KINDS[name] for name in asked.type] or None
    return Wanted(kinds, asked.organization_number or None, asked.municipality_code or None)


async def _start(request: Request, asked: FeedQuery) -> int:
    await refuse_unknown_places(request, serving_now(request), asked.municipality_code)
    if asked.since is not None:
        return await changes.seq_before(request.app.state.pool, asked.since)
    return asked.after or 0


async def _found(request: Request, after: int, asked: FeedPageQuery) -> tuple[Serving, list[Numbered]]:
    serving = serving_now(request)
    return serving, await changes.after(request.app.state.pool, after, serving.day, _wanted(asked), asked.limit)


def _told(one: Numbered, base: str) -> dict[str, Any]:
    name = v3.COLLECTIONS[one.kind]
    return {"seq": one.seq, "publicFrom": one.view, "type": name, "id": one.id, "what": one.what,
            "fields": list(one.fields), "links": {"self": f"{base}{v3.PATH}/{name}/{one.id}"}}  # fmt: skip


def _event(name: str, seq: int, data: dict[str, Any]) -> ServerSentEvent:
    return ServerSentEvent(orjson.dumps(data).decode(), event=name, id=str(seq))
