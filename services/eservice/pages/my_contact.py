"""My e-mail address and telephone: the telephone at once, a new address when its link has been opened."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.eservice import account_texts
from services.eservice.clients.api import RefusedError
from services.eservice.cookies import EMAIL, clear_cookie, keep_link, link_token
from services.eservice.pages.doors import SEE_OTHER, Known, Visit, drafts, new_key
from services.eservice.rendering import page

router = APIRouter()
Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_.~-]{16,300}$")]
FORM, CONFIRM = "/mina-uppgifter/kontakt", "/epost"
STALE, BROKEN, UNKNOWN, GONE = 412, 422, 404, 410


@router.get(FORM, response_class=HTMLResponse)
async def form(request: Request, visit: Known) -> HTMLResponse:
    """The form as it stands, or with what was typed before the session ended."""
    draft = await drafts(request).take(request, visit.session, FORM)
    return _form(request, visit, draft.fields if draft else None)


@router.post(FORM, response_class=HTMLResponse)
async def save(request: Request, visit: Known) -> Response:
    """Save; with errors, the form again with all that was typed."""
    contact = {"email": visit.one("email").strip(), "phone": visit.one("phone").strip() or None}
    try:
        saved = await visit.services.identity.me.change_contact(contact, visit.one("version"), visit.key)
    except RefusedError as refused:
        if refused.status == STALE:
            return _form(request, visit, visit.typed, {"email": account_texts.ERRORS["stale"]})
        errors = account_texts.pointed(refused.errors)
        if refused.status != BROKEN or not errors:
            raise
        return _form(request, visit, visit.typed, errors)
    done = "epost" if saved["emailPending"] and contact["email"] != visit.person["email"] else "kontakt"
    return RedirectResponse(f"/mina-uppgifter?sparat={done}", SEE_OTHER)


def _form(
    request: Request, visit: Visit, typed: dict[str, list[str]] | None, errors: dict[str, str] | None = None
) -> HTMLResponse:
    shown: dict[str, Any] = {"email": visit.person["email"], "phone": visit.person["phone"] or ""}
    if typed is not None:
        shown = {name: (typed.get(name) or [""])[0] for name in shown}
    return page(
        request, "my_contact", visit.session, status=400 if errors else 200, shown=shown, errors=errors or {},
        version=visit.person["version"], key=new_key(), restored=typed is not None and not errors,
    )  # fmt: skip


@router.get(CONFIRM + "/{token}")
async def by_link(request: Request, token: Token) -> Response:
    """Take the token out of the address, and go on."""
    answer = RedirectResponse(CONFIRM, SEE_OTHER)
    keep_link(answer, request.app.state.sealed, EMAIL, token)
    return answer


@router.get(CONFIRM, response_class=HTMLResponse)
async def ask(request: Request, visit: Known) -> Response:
    """Ask before confirming: whatever opens links in mail by itself confirms nothing."""
    is_there = link_token(request, request.app.state.sealed, EMAIL) is not None
    return page(
        request, "confirm_email", visit.session, status=200 if is_there else 404, state="" if is_there else "lost"
    )


@router.post(CONFIRM, response_class=HTMLResponse)
async def confirm(request: Request, visit: Known) -> Response:
    """Confirm the new address."""
    token = link_token(request, request.app.state.sealed, EMAIL)
    if token is None:
        return page(request, "confirm_email", visit.session, status=404, state="lost")
    try:
        await visit.services.identity.me.confirm_email(token)
    except RefusedError as refused:
        if refused.status not in {UNKNOWN, GONE}:
            raise
        state = "unknown" if refused.status == UNKNOWN else "gone"
        return page(request, "confirm_email", visit.session, status=refused.status, state=state)
    answer = RedirectResponse("/mina-uppgifter?sparat=ny-epost", SEE_OTHER)
    clear_cookie(answer, EMAIL)
    return answer
