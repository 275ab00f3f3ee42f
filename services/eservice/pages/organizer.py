"""An organizer's own page: what the register has of it, its contact values, its history."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from services.eservice import organizer_texts
from services.eservice.clients.api import RefusedError
from services.eservice.forms import web
from services.eservice.pages.doors import Accepted, Visit
from services.eservice.pages.steps import STALE, Number, check, done, errors_of, question, receipt, seen, status_of
from services.eservice.rendering import acting_for, page

router = APIRouter()
TYPED = ("url", "email", "phoneNumber")


@router.get("/huvudman/{number}/uppgifter", response_class=HTMLResponse)
async def view(request: Request, visit: Accepted, number: Number) -> HTMLResponse:
    """The organizer with all its fields: its own, and those of the companies register with their origin."""
    found = await visit.services.organizers.one(number)
    day = await visit.services.registry.register_day()
    return page(
        request, "organizer/view", visit.session, public_from=day["publicFrom"],
        soon=organizer_texts.told(found["notYetPublic"]), **_shown(visit, number, found),
    )  # fmt: skip


@router.get("/huvudman/{number}/uppgifter/andra", response_class=HTMLResponse)
async def form(request: Request, visit: Accepted, number: Number) -> HTMLResponse:
    """The contact values as they stand."""
    return await _form(request, visit, number)


@router.post("/huvudman/{number}/uppgifter/andra", response_class=HTMLResponse)
async def check_contact(request: Request, visit: Accepted, number: Number) -> HTMLResponse:
    """The check page: what will change, field by field."""
    version, key = seen(visit)
    try:
        changed = await visit.services.organizers.try_contact(number, _typed(visit), version, key)
    except RefusedError as refused:
        return await _form(request, visit, number, refused)
    found = await visit.services.organizers.one(number)
    return await check(
        request, visit, "organizer/check", TYPED, changed=organizer_texts.told(changed),
        cancel=home(number), change=f"{home(number)}/andra", **_shown(visit, number, found),
    )  # fmt: skip


@router.post("/huvudman/{number}/uppgifter/andra/spara", response_class=HTMLResponse)
async def save(request: Request, visit: Accepted, number: Number) -> Response:
    """Save. Whoever was slower sees what stands now beside what they wrote."""
    version, key = seen(visit)
    try:
        saved = await visit.services.organizers.edit_contact(number, _typed(visit), version, key)
    except RefusedError as refused:
        return await _form(request, visit, number, refused)
    return await done(request, visit, f"{home(number)}/kvitto", "contact", version=str(saved["version"]))


@router.get("/huvudman/{number}/uppgifter/kvitto", response_class=HTMLResponse)
async def done_with_contact(request: Request, visit: Accepted, number: Number) -> Response:
    """What was saved, who is told, and when it is public."""
    found = await visit.services.organizers.one(number)
    told = (await visit.services.organizers.history(number, 1))["entries"]
    return await receipt(
        request, visit, "organizer/receipt", home(number),
        entries=[entry | {"changed": organizer_texts.told(entry["changed"])} for entry in told],
        **_shown(visit, number, found),
    )  # fmt: skip


@router.get("/huvudman/{number}/historik", response_class=HTMLResponse)
async def history(
    request: Request, visit: Accepted, number: Number, page_number: Annotated[int, Query(alias="page", ge=1)] = 1
) -> HTMLResponse:
    """What happened to the organizer: who, when, by which way, each field from what to what."""
    found = await visit.services.organizers.one(number)
    told = await visit.services.organizers.history(number, page_number)
    day = await visit.services.registry.register_day()
    names = await visit.services.identity.names(told["entries"])
    for entry in told["entries"]:
        entry["changed"] = organizer_texts.told(entry["changed"])
    return page(
        request, "organizer/history", visit.session, told=told, names=names, view=day["day"],
        **_shown(visit, number, found),
    )  # fmt: skip


def home(number: str) -> str:
    """Where the organizer's own page stands."""
    return f"/huvudman/{number}/uppgifter"


def _typed(visit: Visit) -> dict[str, str]:
    return {name: visit.one(name) for name in TYPED} | {"url": web.address(visit.one("url"))}


def _shown(visit: Visit, number: str, found: dict[str, Any]) -> dict[str, Any]:
    """What every page about the organizer shows."""
    return {"found": found, "number": number, "home": home(number),
            "acting": acting_for(visit.person, number, found["organizer"]["displayName"])}  # fmt: skip


async def _form(request: Request, visit: Visit, number: str, refused: RefusedError | None = None) -> HTMLResponse:
    """The form; when somebody else was faster, with what stands now beside what was typed."""
    errors = errors_of(refused) if refused else {}
    found = await visit.services.organizers.one(number)
    typed = {name: [text or ""] for name, text in found["contact"].items()}
    return await question(
        request, visit, "organizer/form", version=found["version"], status=status_of(refused) if refused else 200,
        typed=typed, errors=errors, now=found["contact"] if refused and refused.status == STALE else None,
        cancel=home(number), action=f"{home(number)}/andra", **_shown(visit, number, found),
    )  # fmt: skip
