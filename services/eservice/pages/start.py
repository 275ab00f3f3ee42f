"""The first page."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from services.eservice import texts
from services.eservice.clients.api import RefusedError
from services.eservice.overview_texts import of_administration
from services.eservice.pages.doors import LoginNeededError, Visit, accepted, known, logged_in, sessions
from services.eservice.rendering import page

router = APIRouter()


@router.get("/", response_class=HTMLResponse)
async def start(request: Request, q: str | None = None) -> Response:
    """What this is; for somebody logged in, the organizers they act for."""
    if await sessions(request).of(request) is None:
        ended = await sessions(request).ended(request)
        if ended and ended.reason:
            raise LoginNeededError
        return page(request, "welcome")
    visit = await accepted(await known(await logged_in(request)))
    is_administration = visit.person["registerAdministration"]
    text = texts.printable(q or "")
    organizers = await visit.services.registry.organizers(text if is_administration else None)
    tasks = await _tasks(visit) if is_administration and not text else []
    return page(
        request, "start", visit.session, organizers=organizers, is_administration=is_administration, q=text, tasks=tasks
    )


async def _tasks(visit: Visit) -> list[tuple[str, str]] | None:
    """What waits for the administration; None when that takes a safer login."""
    try:
        return await _waiting(visit)
    except RefusedError as refused:
        if refused.code != "assurance-too-low":
            raise
        return None


async def _waiting(visit: Visit) -> list[tuple[str, str]]:
    transfers, imports = visit.services.transfers, await visit.services.companies.latest()
    letters = await visit.services.identity.administration.letters()
    return of_administration({
        "answers": (await transfers.every(["proposed"], 1))["total"],
        "accepted": (await transfers.every(["accepted"], 1))["total"],
        "imports": sum(one["state"] == "compared" for one in imports),
        "letters": sum(letter["state"] == "open" for letter in letters),
    })  # fmt: skip
