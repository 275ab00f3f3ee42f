"""An organizer's reorganisations: what it takes, those there are, one of them; another day; undoing it."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from services.eservice import reorganisation_picture, texts
from services.eservice.clients.api import RefusedError
from services.eservice.forms.reorganisations import LONGEST_REASON
from services.eservice.forms.users import day_or_none
from services.eservice.pages.doors import Accepted, Visit
from services.eservice.pages.reorganising import home
from services.eservice.pages.steps import (
    SAID,
    STALE,
    Id,
    Number,
    acting_of,
    check,
    done,
    errors_of,
    frame,
    question,
    receipt,
    seen,
    status_of,
)
from services.eservice.rendering import page

router = APIRouter()
ONE = "/omorganisationer/{reorganisation}"


@router.get("/huvudman/{number}/omorganisera", response_class=HTMLResponse)
async def start(request: Request, visit: Accepted, number: Number) -> HTMLResponse:
    """What a reorganisation is and takes, and those there are."""
    found, acting = await visit.services.reorganisations.of(number), await acting_of(visit, number)
    return page(request, "reorganisations/start", visit.session, found=found, acting=acting, home=home(number))


@router.get(ONE, response_class=HTMLResponse)
async def one(request: Request, visit: Accepted, reorganisation: Id) -> HTMLResponse:
    """One reorganisation: picture, units, history; what can still be done."""
    return await _show(request, visit, reorganisation)


@router.get(f"{ONE}/kvitto", response_class=HTMLResponse)
async def done_with_it(request: Request, visit: Accepted, reorganisation: Id) -> Response:
    """The receipt of another day, or of undoing it."""
    found, acting = await _one_of(visit, reorganisation)
    return await receipt(
        request, visit, "reorganisations/changed_receipt", _at(reorganisation), found=found, acting=acting,
        home=home(found["organizationNumber"]), at=_at(reorganisation),
    )  # fmt: skip


@router.get(f"{ONE}/dag", response_class=HTMLResponse)
async def day_form(request: Request, visit: Accepted, reorganisation: Id) -> HTMLResponse:
    """Another day or reason."""
    return await _day_form(request, visit, reorganisation)


@router.post(f"{ONE}/dag", response_class=HTMLResponse)
async def check_day(request: Request, visit: Accepted, reorganisation: Id) -> HTMLResponse:
    """The check page of another day."""
    version, key = seen(visit)
    errors = _wrong(visit)
    if visit.one("step") == "form" or errors:
        return await _day_form(request, visit, reorganisation, {} if visit.one("step") == "form" else errors)
    try:
        told = await visit.services.reorganisations.move(reorganisation, _body(visit), version, key, dry_run=True)
    except RefusedError as refused:
        return await _day_form(request, visit, reorganisation, _errors(refused))
    found, acting = await _one_of(visit, reorganisation)
    changed = [
        {"field": name, "before": found[name] or None, "after": told[name] or None}
        for name in ("effectiveDate", "reason") if found[name] != told[name]
    ]  # fmt: skip
    return await check(
        request, visit, "reorganisations/day_check", ("effectiveDate", "reason"), found=found, changed=changed,
        acting=acting, at=_at(reorganisation),
    )  # fmt: skip


@router.post(f"{ONE}/dag/spara", response_class=HTMLResponse)
async def save_day(request: Request, visit: Accepted, reorganisation: Id) -> Response:
    """Give it another day."""
    version, key = seen(visit)
    if errors := _wrong(visit):
        return await _day_form(request, visit, reorganisation, errors)
    try:
        await visit.services.reorganisations.move(reorganisation, _body(visit), version, key)
    except RefusedError as refused:
        return await _day_form(request, visit, reorganisation, _errors(refused))
    return await done(request, visit, f"{_at(reorganisation)}/kvitto", "moved")


@router.get(f"{ONE}/angra", response_class=HTMLResponse)
async def check_undo(request: Request, visit: Accepted, reorganisation: Id) -> HTMLResponse:
    """What undoing it means."""
    found, acting = await _one_of(visit, reorganisation)
    if found["state"] != "planned":
        return await _show(request, visit, reorganisation)
    return page(
        request, "reorganisations/undo", visit.session, found=found, acting=acting, at=_at(reorganisation),
        hidden=frame(found["version"]),
    )  # fmt: skip


@router.post(f"{ONE}/angra/spara", response_class=HTMLResponse)
async def undo(request: Request, visit: Accepted, reorganisation: Id) -> Response:
    """Undo it. Whoever was slower sees it as it is now."""
    version, key = seen(visit)
    try:
        await visit.services.reorganisations.undo(reorganisation, version, key)
    except RefusedError as refused:
        if refused.status not in SAID:
            raise
        return await _show(request, visit, reorganisation, errors=_errors(refused), status=status_of(refused))
    return await done(request, visit, f"{_at(reorganisation)}/kvitto", "undone")


def _at(reorganisation: str) -> str:
    return f"/omorganisationer/{reorganisation}"


async def _one_of(visit: Visit, reorganisation: str) -> tuple[dict[str, Any], dict[str, str]]:
    """A reorganisation and the organizer it belongs to. Raises RefusedError 404 for a stranger."""
    found = await visit.services.reorganisations.one(reorganisation)
    return found, await acting_of(visit, found["organizationNumber"])


async def _show(request: Request, visit: Visit, reorganisation: str, **values: Any) -> HTMLResponse:
    found, acting = await _one_of(visit, reorganisation)
    told = await visit.services.reorganisations.history(reorganisation)
    names = await visit.services.identity.names(told["entries"])
    return page(
        request, "reorganisations/view", visit.session, found=found, acting=acting, told=told, names=names,
        home=home(found["organizationNumber"]), at=_at(reorganisation),
        picture=reorganisation_picture.picture(found["sources"], found["results"]), **values,
    )  # fmt: skip


async def _day_form(
    request: Request, visit: Visit, reorganisation: str, errors: dict[str, str] | None = None
) -> HTMLResponse:
    found, acting = await _one_of(visit, reorganisation)
    if found["state"] != "planned":
        return await _show(request, visit, reorganisation)
    stands = {"effectiveDate": [found["effectiveDate"]], "reason": [found["reason"]]}
    return await question(
        request, visit, "reorganisations/other_day", version=found["version"], status=400 if errors else 200,
        typed=stands if request.method == "GET" else {}, errors=errors or {}, found=found, acting=acting,
        at=_at(reorganisation),
    )  # fmt: skip


def _wrong(visit: Visit) -> dict[str, str]:
    is_day = day_or_none(visit.one("effectiveDate")) is not None
    errors = {} if is_day else {"effectiveDate": texts.ERRORS["effective-date-form"]}
    return errors | ({"reason": texts.ERRORS["reason-too-long"]} if len(visit.one("reason")) > LONGEST_REASON else {})


def _body(visit: Visit) -> dict[str, str]:
    day = day_or_none(visit.one("effectiveDate"))
    return {"effectiveDate": day.isoformat() if day else "", "reason": visit.one("reason").strip()}


def _errors(refused: RefusedError) -> dict[str, str]:
    if refused.status != STALE and refused.errors:
        return {
            "effectiveDate" if error["pointer"] == "/effectiveDate" else "": texts.error(
                error["code"], error.get("params", {})
            )
            for error in refused.errors
        }
    return errors_of(refused)
