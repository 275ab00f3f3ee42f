"""Webhooks: anybody may be told when a day is public. Who opened one keeps its token, and changes it by that."""

from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import ConfigDict, Field

from services.contracts.event import Wire
from services.kernel.database import transaction
from services.kernel.problems import Problem
from services.notifications.api.doors import not_found
from services.notifications.commands import webhooks as commands
from services.notifications.domain.addresses import Address, AddressError, checked_address
from services.notifications.domain.webhooks import WebhookState
from services.notifications.store import webhooks

router = APIRouter(prefix="/webhooks", tags=["Webhooks"])
Limit = Annotated[int, Query(ge=1, le=100, description="How many at most; `links.next` has those before them")]
Authorization = Annotated[str | None, Header(description="`Bearer` and the management token")]
JSON = "application/json"
BASE = "/skolenhetsregistret/v3/webhooks"


def require_json(request: Request) -> None:
    """Raise Problem 415 for a body that does not say that it is JSON: a page elsewhere can send that unasked."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        says = f"Send the body with Content-Type: {JSON}"
        raise Problem(415, "unsupported-media-type", "The request has the wrong media type", says)


class NewWebhook(Wire):
    """Where to tell."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(max_length=500, description="An https address that answers 2xx to a signed ping")
    description: str | None = Field(default=None, max_length=200)


class MovedWebhook(Wire):
    """Another address; the same one: try it again."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(max_length=500)


@router.post("", dependencies=[Depends(require_json)])
async def open_webhook(request: Request, asked: NewWebhook) -> Response:
    """Open a webhook. The secret that signs and the token that manages are in this answer alone."""
    state = request.app.state
    opened = await commands.open_webhook(state.pool, state.vault, _checked(request, asked.url), asked.description)
    told = {"id": opened.webhook_id, "url": asked.url, "description": asked.description,
            "state": WebhookState.UNVERIFIED, "secret": opened.secret, "token": opened.token}  # fmt: skip
    headers = {"Location": f"{BASE}/{opened.webhook_id}", "Cache-Control": "no-store"}
    return Response(orjson.dumps(told), 201, headers, JSON)


@router.get("/{webhook_id}")
async def get_webhook(request: Request, webhook_id: UUID, authorization: Authorization = None) -> Response:
    """A webhook, and whether it is told."""
    found = await _own(request, webhook_id, authorization)
    names = {"webhook_id": "id", "url": "url", "description": "description", "state": "state",
             "state_since": "stateSince", "created_at": "createdAt", "failing_since": "failingSince"}  # fmt: skip
    return _answer({told: found[name] for name, told in names.items()})


@router.patch("/{webhook_id}", dependencies=[Depends(require_json)])
async def move_webhook(
    request: Request, webhook_id: UUID, asked: MovedWebhook, authorization: Authorization = None
) -> Response:
    """Give it another address, or try the same again after failures: it is pinged first."""
    await _own(request, webhook_id, authorization)
    await commands.move(request.app.state.pool, webhook_id, _checked(request, asked.url))
    return await get_webhook(request, webhook_id, authorization)


@router.delete("/{webhook_id}")
async def delete_webhook(request: Request, webhook_id: UUID, authorization: Authorization = None) -> Response:
    """Forget it."""
    await _own(request, webhook_id, authorization)
    await webhooks.delete(request.app.state.pool, webhook_id)
    return Response(status_code=204)


@router.post("/{webhook_id}/secret")
async def renew_secret(request: Request, webhook_id: UUID, authorization: Authorization = None) -> Response:
    """A new secret, told here alone; what is sent from now on is signed with it."""
    await _own(request, webhook_id, authorization)
    secret = await commands.renew_secret(request.app.state.pool, request.app.state.vault, webhook_id)
    return _answer({"secret": secret})


@router.post("/{webhook_id}/ping")
async def ping(request: Request, webhook_id: UUID, authorization: Authorization = None) -> Response:
    """Send a ping, to try one's receiver."""
    found = await _own(request, webhook_id, authorization)
    async with transaction(request.app.state.pool) as tx:
        await commands.ping(tx, webhook_id, found["host"])
    return Response(status_code=202)


@router.get("/{webhook_id}/deliveries")
async def deliveries(
    request: Request,
    webhook_id: UUID,
    limit: Limit = 100,
    after: UUID | None = None,
    authorization: Authorization = None,
) -> Response:
    """What was sent, the newest first: each attempt with its status or error, and when it is tried again."""
    await _own(request, webhook_id, authorization)
    rows = await webhooks.deliveries(request.app.state.pool, webhook_id, after, limit + 1)
    data, more = [_delivery(row) for row in rows[:limit]], len(rows) > limit
    links = {"next": f"{BASE}/{webhook_id}/deliveries?limit={limit}&after={data[-1]['id']}"} if more else {}
    return _answer({"data": data, "links": links})


def _delivery(row: Any) -> dict[str, Any]:
    return {
        "id": row["delivery_id"], "type": row["type"], "state": row["state"], "queuedAt": row["queued_at"],
        "nextTry": None if row["ended_at"] else row["due_at"], "endedAt": row["ended_at"],
        "attempts": row["attempts"],
    }  # fmt: skip


async def _own(request: Request, webhook_id: UUID, authorization: str | None) -> Any:
    """The webhook, for who has its token. Raises Problem 404 for others: nobody learns what exists."""
    kind, _, token = (authorization or "").partition(" ")
    found = await webhooks.get(request.app.state.pool, webhook_id, commands.hash_of(token))
    if kind.lower() != "bearer" or found is None:
        raise not_found()
    return found


def _checked(request: Request, url: str) -> Address:
    try:
        return checked_address(url, private=request.app.state.settings.webhook_private)
    except AddressError as error:
        wrong = {"pointer": "/url", "code": "bad-address", "detail": str(error)}
        raise Problem(422, "malformed", "The request does not have the right form", errors=[wrong]) from error


def _answer(told: dict[str, Any]) -> Response:
    return Response(orjson.dumps(told, default=str), headers={"Cache-Control": "no-store"}, media_type=JSON)
