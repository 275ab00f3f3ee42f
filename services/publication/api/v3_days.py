"""What one day's public view has otherwise than another's."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.publication.api import v3_pages as pages
from services.publication.api.v3_answers import last_of, links, meta, page_answer, serving_now, telling, wrong
from services.publication.api.v3_parameters import Days, DifferenceQuery
from services.publication.domain import v3
from services.publication.domain.asked import Last
from services.publication.queries import entities

router = APIRouter(tags=["changes"])
A_DAY = timedelta(days=1)


@router.get(
    "/differences", response_model=pages.Differences, summary="Compare two days' public views",
)  # fmt: skip
async def differences(request: Request, asked: Annotated[DifferenceQuery, Query()]) -> Response:
    """What was public on the day `to` otherwise than on the day `from`, with both values.

    These are the same days as `publicFrom` in the feed: what its entries after `from`, up to and with `to`, amount to.
    """
    serving, last = serving_now(request), last_of(asked.cursor, "id")
    by, made_at = await telling(request, serving, Days(snapshot=asked.to), view=last.view if last else None)
    since = asked.since or by.view - A_DAY
    if since > by.view:
        raise wrong("from", "from-after-to", f"{since} is after {by.view}, the day that it is compared with")
    kinds = sorted(kind for kind, name in v3.COLLECTIONS.items() if not asked.type or name in asked.type)
    after = (str(last.key), last.id) if last else ("", "")
    found, beyond = await entities.differences(request.app.state.pool, kinds, by, since, after, asked.limit)
    cursor = {"cursor": Last(by.view, 0, *beyond).cursor()} if beyond else None
    about = meta(by, made_at, Days(), **{"from": since})
    return page_answer(request, serving, {"meta": about, "links": links(request, cursor), "data": found})
