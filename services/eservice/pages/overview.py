"""What waits for an organizer's users, and where each task begins; and the page that one comes to after the login."""

from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.eservice import overview_texts as words
from services.eservice.pages.doors import SEE_OTHER, Accepted
from services.eservice.pages.steps import Number
from services.eservice.rendering import acting_for, only_organizer, page

router = APIRouter()


@router.get("/hem")
async def home(visit: Accepted) -> Response:
    """Where one is after the login: the overview of the only organizer, else the choice between them."""
    only = only_organizer(visit.person)
    return RedirectResponse(f"/huvudman/{only['number']}/oversikt" if only else "/", SEE_OTHER)


@router.get("/huvudman/{number}/oversikt", response_class=HTMLResponse)
async def overview(request: Request, visit: Accepted, number: Number) -> HTMLResponse:
    """The task list: what is due first comes first."""
    found = await visit.services.registry.overview(number)
    organizer = found["organizer"]
    starts = [start for start in words.STARTS if start[1] != "entreprenad" or _may_contract(organizer)]
    return page(
        request, "overview/overview", visit.session, found=found, organizer=organizer, number=number, starts=starts,
        tasks=[_told(task, number, date.fromisoformat(found["day"])) for task in found["tasks"]],
        acting=acting_for(visit.person, number, organizer["displayName"]),
    )  # fmt: skip


def _told(task: dict[str, Any], number: str, today: date) -> dict[str, Any]:
    text, href = words.task(task, number)
    left = (date.fromisoformat(task["due"]) - today).days if task["due"] else None
    return {"text": text, "href": href, "due": task["due"], "left": None if left is None else words.days_left(left),
            "late": left is not None and left < 0,
            "comes": words.TASKS.get(task["kind"], words.UNKNOWN).comes}  # fmt: skip


def _may_contract(organizer: dict[str, Any]) -> bool:
    return organizer["organizerType"] in words.CONTRACT_TYPES
