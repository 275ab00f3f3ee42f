"""API credentials: the programs that may act for an organizer, for its contact persons."""

from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from services.eservice import texts
from services.eservice.clients.api import RefusedError
from services.eservice.forms import users as forms
from services.eservice.pages.doors import Accepted, Visit
from services.eservice.pages.steps import (
    GONE,
    Id,
    Number,
    acting_of,
    done,
    errors_of,
    frame,
    key_of,
    names_of,
    question,
    receipt,
    seen,
    status_of,
)
from services.eservice.rendering import page

router = APIRouter()
TYPED = ("label", "days")
USUAL_DAYS = "180"


@router.get("/huvudman/{number}/api-nycklar", response_class=HTMLResponse)
async def credentials(request: Request, visit: Accepted, number: Number) -> HTMLResponse:
    """The organizer's credentials, those that are over too."""
    return await _list(request, visit, number)


@router.get("/huvudman/{number}/api-nycklar/ny", response_class=HTMLResponse)
async def form(request: Request, visit: Accepted, number: Number) -> HTMLResponse:
    """What the program is called, and for how long it may act."""
    return await _form(request, visit, number)


@router.post("/huvudman/{number}/api-nycklar/ny", response_class=HTMLResponse)
async def issue(request: Request, visit: Accepted, number: Number) -> Response:
    """Issue a credential; the receipt shows its secret, once."""
    key = key_of(visit)
    typed = {name: visit.one(name) for name in TYPED}
    if errors := forms.credential(typed):
        return await _form(request, visit, number, errors, 400)
    label, days = typed["label"].strip(), int(typed["days"])
    try:
        made = await visit.services.identity.users.issue_credential(number, label, days, key)
    except RefusedError as refused:
        return await _form(request, visit, number, errors_of(refused), status_of(refused))
    return await _secret(request, visit, number, "issued", label, made, made["tokenUrl"])


@router.get("/huvudman/{number}/api-nycklar/kvitto", response_class=HTMLResponse)
async def done_with_credential(request: Request, visit: Accepted, number: Number) -> Response:
    """The receipt of what was issued, rotated or revoked."""
    acting = await acting_of(visit, number)
    return await receipt(
        request, visit, "credentials/receipt", home(number), number=number, acting=acting, api=_api(request, number),
        home=home(number),
    )  # fmt: skip


@router.get("/huvudman/{number}/api-nycklar/{credential}", response_class=HTMLResponse)
async def credential(request: Request, visit: Accepted, number: Number, credential: Id) -> HTMLResponse:
    """One credential, and what can be done."""
    return await _one(request, visit, number, credential, "credentials/credential")


@router.get("/huvudman/{number}/api-nycklar/{credential}/byt", response_class=HTMLResponse)
async def check_rotate(request: Request, visit: Accepted, number: Number, credential: Id) -> HTMLResponse:
    """The check page of a new secret: the old one is dead then."""
    return await _one(request, visit, number, credential, "credentials/rotate", step="byt")


@router.post("/huvudman/{number}/api-nycklar/{credential}/byt/spara", response_class=HTMLResponse)
async def rotate(request: Request, visit: Accepted, number: Number, credential: Id) -> Response:
    """Give it a new secret, shown once on the receipt."""
    version, key = seen(visit)
    try:
        made = await visit.services.identity.users.rotate_credential(credential, version, key)
    except RefusedError as refused:
        return await _refused(request, visit, number, credential, refused)
    return await _secret(request, visit, number, "rotated", visit.one("label"), made, visit.one("tokenUrl"))


@router.get("/huvudman/{number}/api-nycklar/{credential}/aterkalla", response_class=HTMLResponse)
async def check_revoke(request: Request, visit: Accepted, number: Number, credential: Id) -> HTMLResponse:
    """The check page of revoking."""
    return await _one(request, visit, number, credential, "credentials/revoke", step="aterkalla")


@router.post("/huvudman/{number}/api-nycklar/{credential}/aterkalla/spara", response_class=HTMLResponse)
async def revoke(request: Request, visit: Accepted, number: Number, credential: Id) -> Response:
    """End the program's authority."""
    version, key = seen(visit)
    try:
        await visit.services.identity.users.revoke_credential(credential, version, key)
    except RefusedError as refused:
        return await _refused(request, visit, number, credential, refused)
    return await done(request, visit, f"{home(number)}/kvitto", "revoked", label=visit.one("label"))


def home(number: str) -> str:
    """Where the organizer's credentials stand."""
    return f"/huvudman/{number}/api-nycklar"


async def _secret(
    request: Request, visit: Visit, number: str, kind: str, label: str, made: dict[str, Any], token_url: str
) -> Response:
    return await done(
        request, visit, f"{home(number)}/kvitto", kind, label=label, client=made["clientId"],
        secret=made["clientSecret"], expires=made["expiresAt"], token_url=token_url,
    )  # fmt: skip


async def _list(request: Request, visit: Visit, number: str, **values: Any) -> HTMLResponse:
    found = await visit.services.identity.users.credentials(number)
    acting = await acting_of(visit, number)
    return page(request, "credentials/list", visit.session, found=found, acting=acting, home=home(number), **values)


async def _form(
    request: Request, visit: Visit, number: str, errors: dict[str, str] | None = None, status: int = 200
) -> HTMLResponse:
    await visit.services.identity.users.credentials(number)  # who may not issue any is told so before typing
    return await question(
        request, visit, "credentials/new", status=status, errors=errors or {}, typed={"days": [USUAL_DAYS]},
        acting=await acting_of(visit, number), action=f"{home(number)}/ny", cancel=home(number),
    )  # fmt: skip


async def _one(
    request: Request, visit: Visit, number: str, credential: str, template: str, *, step: str = "", **values: Any
) -> HTMLResponse:
    found = await visit.services.identity.users.credentials(number)
    one = _among(found, credential)
    if one is None or (step and one["state"] != "active"):
        raise HTTPException(404)
    at = f"{home(number)}/{credential}"
    carried = [("label", one["label"]), ("tokenUrl", found["tokenUrl"])]
    return page(
        request, template, visit.session, credential=one, found=found, hidden=[*frame(one["version"]), *carried],
        acting=await acting_of(visit, number), action=f"{at}/{step}/spara", cancel=at, home=home(number),
        names=await names_of(visit, one["issuedBy"]), api=_api(request, number), **values,
    )  # fmt: skip


async def _refused(request: Request, visit: Visit, number: str, credential: str, refused: RefusedError) -> HTMLResponse:
    """The credential as it is now, with a sentence."""
    if refused.status == GONE:
        return await _list(request, visit, number, status=409, errors={"": texts.ERRORS["credential-gone"]})
    errors = errors_of(refused)
    return await _one(
        request, visit, number, credential, "credentials/credential", errors=errors, status=status_of(refused)
    )


def _api(request: Request, number: str) -> str:
    return f"{request.app.state.settings.public_base_url}/api/registry/organizers/{number}"


def _among(found: dict[str, Any], credential: str) -> dict[str, Any] | None:
    return next((dict(one) for one in found["credentials"] if one["credentialId"] == credential), None)
