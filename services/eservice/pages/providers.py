"""Education providers and their grading rights, for the register administration."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from services.eservice import texts
from services.eservice.clients.api import RefusedError
from services.eservice.forms import adult_education as forms
from services.eservice.pages.administration import Administrator
from services.eservice.pages.contracts import Code, Text, words
from services.eservice.pages.doors import Visit
from services.eservice.pages.steps import check, done, key_of, question, receipt, seen
from services.eservice.rendering import page

router = APIRouter()
HOME = "/forvaltning/anordnare"
ONE = HOME + "/{provider}"
NEW_NAMES, NAMES = forms.PROVIDER_NAMES, forms.PROVIDER_NAMES[1:]


@router.get(HOME, response_class=HTMLResponse)
async def providers(request: Request, visit: Administrator, q: Text = "") -> HTMLResponse:
    """Search providers; without a word, the first fifty."""
    text = texts.printable(q).strip()
    found = await visit.services.adult_education.search(text)
    return page(request, "providers/list", visit.session, q=text, found=found)


@router.get(f"{HOME}/ny", response_class=HTMLResponse)
async def form(request: Request, visit: Administrator) -> HTMLResponse:
    """A provider that the register does not have."""
    return await _form(request, visit)


@router.post(f"{HOME}/ny", response_class=HTMLResponse)
async def check_new(request: Request, visit: Administrator) -> HTMLResponse:
    """The check page of a new provider."""
    if visit.one("step") == "form":
        return await _form(request, visit)
    if errors := forms.missing_provider(visit.typed):
        return await _form(request, visit, errors)
    changed = forms.new_provider_rows(visit.typed)
    return await _check(request, visit, visit.one(forms.NAME), changed, NEW_NAMES, cancel=HOME)


@router.post(f"{HOME}/ny/spara", response_class=HTMLResponse)
async def save_new(request: Request, visit: Administrator) -> Response:
    """Enter it."""
    body = forms.to_new_provider(visit.typed)
    try:
        made = await visit.services.adult_education.name_provider(None, body, key_of(visit))
    except RefusedError as refused:
        return await _form(request, visit, words(refused))
    return await _done(request, visit, "registered", made)


@router.get(f"{HOME}/kvitto", response_class=HTMLResponse)
async def done_with_provider(request: Request, visit: Administrator) -> Response:
    """The receipt of what was registered or changed."""
    return await receipt(request, visit, "providers/receipt", HOME, home=HOME)


@router.get(ONE, response_class=HTMLResponse)
async def provider(request: Request, visit: Administrator, provider: Code) -> HTMLResponse:
    """One provider with the decision on its grading rights."""
    found = await visit.services.adult_education.provider_with_decision(provider)
    return page(request, "providers/provider", visit.session, found=found, at=f"{HOME}/{provider}", home=HOME)


@router.get(f"{ONE}/historik", response_class=HTMLResponse)
async def history(
    request: Request,
    visit: Administrator,
    provider: Code,
    page_number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> HTMLResponse:
    """What happened to the provider and its grading rights."""
    found = await visit.services.adult_education.provider_with_decision(provider)
    told = await visit.services.adult_education.provider_history(provider, page_number)
    entries = [entry | {"changed": forms.told(entry["changed"])} for entry in told["entries"]]
    day = await visit.services.registry.register_day()
    return page(
        request, "providers/history", visit.session, found=found, told=told | {"entries": entries}, view=day["day"],
        names=await visit.services.identity.names(told["entries"]), at=f"{HOME}/{provider}",
    )  # fmt: skip


@router.get(f"{ONE}/andra", response_class=HTMLResponse)
async def edit_form(request: Request, visit: Administrator, provider: Code) -> HTMLResponse:
    """The form with the provider as it stands."""
    return await _edit_form(request, visit, provider)


@router.post(f"{ONE}/andra", response_class=HTMLResponse)
async def check_edit(request: Request, visit: Administrator, provider: Code) -> HTMLResponse:
    """The check page of a change."""
    version, key = seen(visit)
    if visit.one("step") == "form":
        return await _edit_form(request, visit, provider)
    fields = forms.to_provider(visit.typed)
    try:
        made = await visit.services.adult_education.edit_provider(provider, fields, version, key, dry_run=True)
    except RefusedError as refused:
        return await _edit_form(request, visit, provider, words(refused))
    return await _check_changed(request, visit, made, NAMES, provider)


@router.post(f"{ONE}/andra/spara", response_class=HTMLResponse)
async def save_edit(request: Request, visit: Administrator, provider: Code) -> Response:
    """Save the change."""
    version, key = seen(visit)
    fields = forms.to_provider(visit.typed)
    try:
        made = await visit.services.adult_education.edit_provider(provider, fields, version, key)
    except RefusedError as refused:
        return await _edit_form(request, visit, provider, words(refused))
    return await _done(request, visit, "edited", made)


@router.get(f"{ONE}/betygsratt", response_class=HTMLResponse)
async def rights_form(request: Request, visit: Administrator, provider: Code) -> HTMLResponse:
    """The provider's grading rights."""
    return await _rights_form(request, visit, provider)


@router.post(f"{ONE}/betygsratt", response_class=HTMLResponse)
async def check_rights(request: Request, visit: Administrator, provider: Code) -> HTMLResponse:
    """The check page of grading rights."""
    version, key = seen(visit)
    if visit.one("step") == "form":
        return await _rights_form(request, visit, provider)
    if errors := forms.missing_rights(visit.typed):
        return await _rights_form(request, visit, provider, errors)
    rights = forms.to_rights(visit.typed)
    try:
        made = await visit.services.adult_education.grant(provider, rights, version, key, dry_run=True)
    except RefusedError as refused:
        return await _rights_form(request, visit, provider, words(refused))
    return await _check_changed(request, visit, made, forms.RIGHTS_NAMES, provider)


@router.post(f"{ONE}/betygsratt/spara", response_class=HTMLResponse)
async def save_rights(request: Request, visit: Administrator, provider: Code) -> Response:
    """Register the rights."""
    version, key = seen(visit)
    try:
        made = await visit.services.adult_education.grant(provider, forms.to_rights(visit.typed), version, key)
    except RefusedError as refused:
        return await _rights_form(request, visit, provider, words(refused))
    return await _done(request, visit, "rights", made)


async def _done(request: Request, visit: Visit, kind: str, made: dict[str, Any]) -> Response:
    of = made["provider"]
    at = f"{HOME}/{of['educationProviderCode']}"
    return await done(request, visit, f"{HOME}/kvitto", kind, name=of["displayName"], at=at)


async def _check(
    request: Request, visit: Visit, name: str, changed: list[dict[str, Any]], names: tuple[str, ...], *, cancel: str
) -> HTMLResponse:
    return await check(
        request, visit, "providers/check", names, name=name, changed=changed, form_action=request.url.path,
        cancel=cancel,
    )  # fmt: skip


async def _check_changed(
    request: Request, visit: Visit, made: dict[str, Any], names: tuple[str, ...], code: str
) -> HTMLResponse:
    name, changed = made["provider"]["displayName"], forms.told(made["changed"])
    return await _check(request, visit, name, changed, names, cancel=f"{HOME}/{code}")


async def _form(request: Request, visit: Visit, errors: dict[str, str] | None = None) -> HTMLResponse:
    return await question(
        request, visit, "providers/form", status=400 if errors else 200, errors=errors or {}, is_new=True,
        action=f"{HOME}/ny", cancel=HOME,
    )  # fmt: skip


async def _edit_form(request: Request, visit: Visit, code: str, errors: dict[str, str] | None = None) -> HTMLResponse:
    found, at = await visit.services.adult_education.provider_with_decision(code), f"{HOME}/{code}"
    typed = forms.from_provider(found["fields"]) if request.method == "GET" else {}
    return await question(
        request, visit, "providers/form", version=found["version"], status=400 if errors else 200, errors=errors or {},
        typed=typed, is_new=False, name=found["provider"]["displayName"], action=f"{at}/andra", cancel=at,
    )  # fmt: skip


async def _rights_form(request: Request, visit: Visit, code: str, errors: dict[str, str] | None = None) -> HTMLResponse:
    found, at = await visit.services.adult_education.provider_with_decision(code), f"{HOME}/{code}"
    typed = forms.from_rights(found["rights"]) if request.method == "GET" else {}
    return await question(
        request, visit, "providers/rights", version=found["version"], status=400 if errors else 200,
        errors=errors or {}, typed=typed, name=found["provider"]["displayName"], action=f"{at}/betygsratt", cancel=at,
    )  # fmt: skip
