"""What changed: on a day or in a month, in one municipality or in all."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from services.publication.api.v3_answers import serving_now, telling_today
from services.publication.build.serving import Serving
from services.publication.domain import words
from services.publication.domain.asked import NUMBER
from services.publication.domain.folding import by_name
from services.publication.domain.history import Kind
from services.publication.pages.nowhere import nowhere
from services.publication.queries import entities
from services.publication.rendering import page
from services.publication.store import changes, listed, statistics
from services.publication.store.changes import Numbered, Wanted

router = APIRouter(prefix="/register/andrat")
PAGE = 200
A_DAYS_PAGE = 100
"""A day is told with its values, which takes more room than a month's names of fields."""
ADDRESSES: dict[Kind, str] = {"unit": "/register/skolenheter", "organizer": "/register/huvudman"}
WHAT = {"created": "Ny", "changed": "Ändrad", "ended": "Upphörd"}
A_DAY = timedelta(days=1)
PERIOD = re.compile(r"[12][0-9]{3}-[0-9]{2}(-[0-9]{2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """A day, or a month: its first and its last day."""

    first: date
    last: date

    @classmethod
    def read(cls, text: str) -> "Period":
        """Read 2026-11-25 or 2026-11. Raises ValueError."""
        if not PERIOD.fullmatch(text):
            raise ValueError(text)
        return cls.day(date.fromisoformat(text)) if text.count("-") > 1 else cls.month(date.fromisoformat(f"{text}-01"))

    @classmethod
    def day(cls, day: date) -> "Period":
        return cls(day, day)

    @classmethod
    def month(cls, day: date) -> "Period":
        """The month that a day is in."""
        first = day.replace(day=1)
        return cls(first, (first + 31 * A_DAY).replace(day=1) - A_DAY)

    @property
    def is_a_day(self) -> bool:
        return self.first == self.last

    def beside(self, day: date) -> "Period":
        """The day or the month, as this is, that a day is in."""
        return Period.day(day) if self.is_a_day else Period.month(day)

    def __str__(self) -> str:
        """As its address has it."""
        return str(self.first) if self.is_a_day else str(self.first)[:7]

    @property
    def name(self) -> str:
        """As people say it."""
        return words.day(self.first) if self.is_a_day else words.month(self.first)


@router.get("")
async def today(request: Request) -> Response:
    """What today's view has otherwise than yesterday's."""
    serving = serving_now(request)
    return await _within(request, serving, Period.day(serving.day), "Ändrat i dag")


@router.get("/{text}")
async def earlier(request: Request, text: str) -> Response:
    """What changed on a day, or in a month."""
    serving = serving_now(request)
    try:
        period = Period.read(text)
    except ValueError:
        return nowhere(request, serving)
    if period.first > serving.day or period.last < await _beginning(request, serving):
        return nowhere(request, serving)
    on = "den" if period.is_a_day else "i"
    return await _within(request, serving, period, f"Ändrat {on} {period.name}")


async def _within(request: Request, serving: Serving, period: Period, title: str) -> Response:
    pool, asked = request.app.state.pool, _asked(request, serving)
    given = request.query_params.get("efter", "")
    after = max(int(given) if NUMBER.fullmatch(given) else 0, await changes.seq_before(pool, period.first))
    wanted = Wanted(municipalities=_each(asked.get("kommun")), what=_each(asked.get("typ")))
    limit = A_DAYS_PAGE if period.is_a_day else PAGE
    found = await changes.after(pool, after, min(period.last, serving.day), wanted, limit)
    return page(
        request, serving, "changed.html", title=title, period=period, asked=asked, query=urlencode(asked),
        changes=await _by_day(request, serving, period, found), links=await _links(request, serving, period), what=WHAT,
        places=by_name(serving.places),
        following=urlencode(asked | {"efter": found[-1].seq}) if len(found) == limit else None,
    )  # fmt: skip


def _asked(request: Request, serving: Serving) -> dict[str, str]:
    """Of which municipality, and what happened; what there is not is not asked for."""
    known = {"kommun": serving.places, "typ": WHAT}
    given = {name: request.query_params.get(name, "") for name in known}
    return {name: value for name, value in given.items() if value in known[name]}


def _each(value: str | None) -> list[str] | None:
    return [value] if value else None


async def _links(request: Request, serving: Serving, period: Period) -> list[tuple[str, Period]]:
    """The periods beside this one, as far as the register goes; and the month that a day is in."""
    beside = [("Föregående", period.beside(period.first - A_DAY)), ("Nästa", period.beside(period.last + A_DAY))]
    first = await _beginning(request, serving)
    found = [(which, one) for which, one in beside if one.last >= first and one.first <= serving.day]
    return [*found, ("Månad", Period.month(period.first))] if period.is_a_day else found


async def _beginning(request: Request, serving: Serving) -> date:
    return await statistics.first_view(request.app.state.pool) or serving.day


async def _by_day(
    request: Request, serving: Serving, period: Period, found: Sequence[Numbered]
) -> list[tuple[date, list[dict[str, Any]]]]:
    days = defaultdict[date, list[dict[str, Any]]](list)
    values = await _values(request, serving, period, found) if period.is_a_day else {}
    for one, name in zip(found, await _names(request, serving, found), strict=True):
        at = ADDRESSES.get(one.kind)
        told = {"what": WHAT[one.what], "name": name, "address": at and f"{at}/{one.id}"}
        days[one.view].append(told | {"fields": one.fields, "differences": values.get((one.kind, one.id))})
    return list(days.items())


async def _values(
    request: Request, serving: Serving, period: Period, found: Sequence[Numbered]
) -> dict[tuple[Kind, str], Any]:
    """What a day's view has otherwise than that of the day before, with both values; nothing for what is new."""
    by = replace(telling_today(request, serving), view=period.first, day=period.first)
    told = dict[tuple[Kind, str], Any]()
    changed = [one for one in found if one.what != "created"]
    for kind in {one.kind for one in changed}:
        ids = [one.id for one in changed if one.kind == kind]
        compared = await entities.compared(request.app.state.pool, kind, ids, by, period.first - A_DAY)
        told |= {(kind, entity): one["changes"] for entity, one in zip(ids, compared, strict=True)}
    return told


async def _names(request: Request, serving: Serving, found: Sequence[Numbered]) -> list[str]:
    """What each is called today; a contract by its two parties."""
    pool, by = request.app.state.pool, telling_today(request, serving)
    names = dict[tuple[Kind, str], str]()
    for kind in {one.kind for one in found}:
        ids = [one.id for one in found if one.kind == kind]
        seen = await listed.seen(pool, kind, serving.day, serving.day, ids)
        told = await entities.tell(pool, kind, list(seen.values()), by)
        names |= {(kind, entity): _name(said) for entity, said in zip(seen, told, strict=True)}
    return [names.get((one.kind, one.id), one.id) for one in found]


def _name(said: dict[str, Any]) -> str:
    if "educationProvider" not in said:
        return str(said["displayName"])
    parties = [said[party]["displayName"] for party in ("organizer", "educationProvider")]
    return f"Avtal mellan {' och '.join(filter(None, parties))}"
