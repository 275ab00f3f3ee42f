"""An organizer's page."""

from typing import Any

from fastapi import APIRouter, Request, Response

from services.publication.api.v3_answers import serving_now, telling_today
from services.publication.domain import words
from services.publication.domain.listing import facet
from services.publication.pages.nowhere import nowhere
from services.publication.pages.places import ACTIVE, shares
from services.publication.pages.search import told
from services.publication.queries import entities, lists
from services.publication.rendering import page
from services.publication.store import statistics

router = APIRouter(prefix="/register/huvudman")
FACTS = ("companyForm", "address", "emails", "phoneNumbers", "regions")
SHOWN = 300


@router.get("/{number}")
async def organizer(request: Request, number: str) -> Response:
    """An organizer, and its school units."""
    serving, state = serving_now(request), request.app.state
    by = telling_today(request, serving)
    said = await entities.one(state.pool, "organizer", number, by)
    if said is None:
        return nowhere(request, serving)
    own = {"organizationNumber": [number]}
    asked = lists.Asked("unit", by.view, by.day, own, limit=SHOWN, with_total=True)
    found, units = await told(request, by, asked)
    counts = await statistics.by_type(state.pool, by.view, [ACTIVE, facet("organizationNumber", number)])
    return page(
        request, serving, "organizer.html", organizer=said, facts=_facts(said), total=found.total,
        units=units,
        counts=shares(counts), states=await entities.history(state.pool, "organizer", number, by),
    )  # fmt: skip


def _facts(said: dict[str, Any]) -> list[tuple[str, str]]:
    address = said["address"] or {}
    town = words.town(address.get("postalCode"), address.get("locality"))
    shown = said | {
        "address": ", ".join(filter(None, [address.get("streetAddress"), town])),
        "emails": ", ".join(one["email"] for one in said["emails"]),
        "phoneNumbers": ", ".join(one["phone"] for one in said["phoneNumbers"]),
    }
    return [(words.field(name), words.value(shown[name])) for name in FACTS if shown[name]]
