"""The yearly approval: what has changed since the last, all or some of it, check, receipt with its certificate."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.eservice import approval_texts
from services.eservice.clients.api import RefusedError
from services.eservice.pages.doors import SEE_OTHER, Accepted, ForgedFormError, Visit
from services.eservice.pages.steps import (
    SAID,
    STALE,
    Number,
    acting_of,
    check,
    done,
    errors_of,
    frame,
    key_of,
    question,
    receipt,
    status_of,
)
from services.eservice.rendering import page

router = APIRouter()
SchoolYear = Annotated[str, Path(pattern=r"^20[0-9]{2}-[0-9]{2}$")]
SEEN = re.compile(r"([A-Za-z0-9/-]{1,100}):([0-9]{1,9})", re.ASCII)
CHOSEN = ("chosen", "seen")
RULES_BROKEN = 409


@router.get("/huvudman/{number}/godkann", response_class=HTMLResponse)
async def overview(request: Request, visit: Accepted, number: Number) -> HTMLResponse:
    """How the approval stands, until when, and what has changed since the last."""
    return await _overview(request, visit, number)


@router.get("/huvudman/{number}/godkann/alla", response_class=HTMLResponse)
async def check_all(request: Request, visit: Accepted, number: Number) -> Response:
    """The check page of approving all that is not approved as it stands."""
    found = await visit.services.approvals.state(number)
    waiting = _waiting(found)
    if not waiting or not found["mayApprove"]:
        return RedirectResponse(_home(number), SEE_OTHER)
    return page(
        request, "approval/check", visit.session, items=waiting, action=f"{_home(number)}/alla/spara",
        hidden=[*frame(), ("seen", _seen(waiting)), *(("chosen", one["aggregate"]) for one in waiting)],
        **await _shown(visit, number, found),
    )  # fmt: skip


@router.get("/huvudman/{number}/godkann/valj", response_class=HTMLResponse)
async def choose(request: Request, visit: Accepted, number: Number) -> HTMLResponse:
    """Which to approve."""
    return await _form(request, visit, number)


@router.post("/huvudman/{number}/godkann/valj", response_class=HTMLResponse)
async def check_chosen(request: Request, visit: Accepted, number: Number) -> HTMLResponse:
    """The check page of approving some."""
    key_of(visit)
    chosen, seen = _chosen(visit)
    found = await visit.services.approvals.state(number)
    items = [one for one in found["items"] if one["aggregate"] in chosen]
    if not items:
        return await _form(request, visit, number, {"chosen": approval_texts.ERRORS["approval-nothing-chosen"]}, 400)
    if any(seen.get(one["aggregate"]) != one["version"] for one in items):
        return await _form(request, visit, number, {"": approval_texts.STALE}, STALE)
    return await check(
        request, visit, "approval/check", CHOSEN, items=items, change=request.url.path,
        **await _shown(visit, number, found),
    )  # fmt: skip


@router.post("/huvudman/{number}/godkann/alla/spara", response_class=HTMLResponse)
async def approve_all(request: Request, visit: Accepted, number: Number) -> Response:
    """Approve all that the check page showed."""
    return await _approve(request, visit, number)


@router.post("/huvudman/{number}/godkann/valj/spara", response_class=HTMLResponse)
async def approve_chosen(request: Request, visit: Accepted, number: Number) -> Response:
    """Approve what was chosen."""
    return await _approve(request, visit, number)


@router.get("/huvudman/{number}/godkann/kvitto", response_class=HTMLResponse)
async def approved(request: Request, visit: Accepted, number: Number) -> Response:
    """The receipt."""
    acting = await acting_of(visit, number)
    return await receipt(request, visit, "approval/receipt", _home(number), number=number, acting=acting)


@router.get("/huvudman/{number}/godkann/tidigare", response_class=HTMLResponse)
async def earlier(request: Request, visit: Accepted, number: Number) -> HTMLResponse:
    """What was approved for each school year, by whom and when."""
    years = await visit.services.approvals.given(number)
    found = await visit.services.approvals.state(number)
    names = await visit.services.identity.names(act for year in years for act in year["acts"])
    known = {one["aggregate"]: one["name"] for one in found["items"]}
    return page(
        request, "approval/earlier", visit.session, years=years, names=names, known=known,
        **await _shown(visit, number, found),
    )  # fmt: skip


@router.get("/huvudman/{number}/godkann/intyg/{school_year}.pdf")
async def certificate(visit: Accepted, number: Number, school_year: SchoolYear) -> Response:
    """The certificate of what was approved for a school year."""
    content = await visit.services.approvals.certificate(number, school_year)
    named = {"Content-Disposition": f'inline; filename="intyg-{number}-{school_year}.pdf"'}
    return Response(content, media_type="application/pdf", headers=named)


async def _approve(request: Request, visit: Visit, number: str) -> Response:
    """Approve what the check page showed. Where it has changed since, one sees how it stands now."""
    key, (chosen, seen) = key_of(visit), _chosen(visit)
    try:
        made = await visit.services.approvals.approve(number, chosen, seen, key)
    except RefusedError as refused:
        if refused.status not in SAID:
            raise
        return await _overview(request, visit, number, _errors(refused), status_of(refused))
    return await done(
        request, visit, f"{_home(number)}/kvitto", "approved", year=made["schoolYear"],
        count=str(len(made["approved"])), missing=str(made["missing"]),
    )  # fmt: skip


def _errors(refused: RefusedError) -> dict[str, str]:
    if refused.status == STALE:
        return {"": approval_texts.STALE}
    if refused.status == RULES_BROKEN and refused.errors:
        return {"": approval_texts.ERRORS[refused.errors[0]["code"]]}
    return errors_of(refused)


async def _overview(
    request: Request, visit: Visit, number: str, errors: dict[str, str] | None = None, status: int = 200
) -> HTMLResponse:
    found = await visit.services.approvals.state(number)
    entries = [{"actor": one["approved"]["actor"], "actorRole": ""} for one in found["items"] if one["approved"]]
    return page(
        request, "approval/overview", visit.session, status=status, errors=errors or {},
        names=await visit.services.identity.names(entries), waiting=_waiting(found),
        **await _shown(visit, number, found),
    )  # fmt: skip


async def _form(
    request: Request, visit: Visit, number: str, errors: dict[str, str] | None = None, status: int = 200
) -> HTMLResponse:
    found = await visit.services.approvals.state(number)
    waiting = _waiting(found)
    return await question(
        request, visit, "approval/choose", status=status, errors=errors or {}, items=waiting,
        seen=_seen(waiting), action=f"{_home(number)}/valj", **await _shown(visit, number, found),
    )  # fmt: skip


async def _shown(visit: Visit, number: str, found: dict[str, Any]) -> dict[str, Any]:
    """What every page of the approval shows."""
    return {"found": found, "number": number, "home": _home(number), "acting": await acting_of(visit, number)}


def _waiting(found: dict[str, Any]) -> list[dict[str, Any]]:
    """What is not approved, or was changed after it."""
    return [one for one in found["items"] if not one["approved"] or one["changedAfter"]]


def _seen(items: list[dict[str, Any]]) -> str:
    """The version of each as it is shown, in one input: there may be more of them than a form may have inputs."""
    return " ".join(f"{one['aggregate']}:{one['version']}" for one in items)


def _chosen(visit: Visit) -> tuple[list[str], dict[str, int]]:
    """What is chosen, and at which version each was seen. Raises ForgedFormError."""
    pairs = [SEEN.fullmatch(word) for word in visit.one("seen").split()]
    if not all(pairs):
        raise ForgedFormError
    return visit.typed.get("chosen", []), {pair[1]: int(pair[2]) for pair in pairs if pair}


def _home(number: str) -> str:
    return f"/huvudman/{number}/godkann"
