"""Komvux on contract: with whom. Search a provider, or name one that the register does not have."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.eservice import texts
from services.eservice.clients.api import RefusedError
from services.eservice.forms import adult_education as forms
from services.eservice.pages.contracts import START, Text, home, words
from services.eservice.pages.doors import SEE_OTHER, Accepted, Visit
from services.eservice.pages.steps import Number, acting_of, check, key_of, question
from services.eservice.rendering import page

router = APIRouter()


@router.get(f"{START}/ny", response_class=HTMLResponse)
async def search(request: Request, visit: Accepted, number: Number, q: Text = "") -> HTMLResponse:
    """With whom: search a provider."""
    found = await visit.services.adult_education.contracts(number)
    text = texts.printable(q).strip()
    providers = await visit.services.adult_education.search(text) if text else None
    have = {one["contract"]["educationProviderCode"] for one in found["contracts"]}
    return page(
        request, "contracts/search", visit.session, q=text, providers=providers, have=have, found=found,
        acting=await acting_of(visit, number), home=home(number),
    )  # fmt: skip


@router.get(f"{START}/anordnare", response_class=HTMLResponse)
async def provider_form(request: Request, visit: Accepted, number: Number) -> HTMLResponse:
    """A provider that the register does not have."""
    return await _provider_form(request, visit, number)


@router.post(f"{START}/anordnare", response_class=HTMLResponse)
async def check_provider(request: Request, visit: Accepted, number: Number) -> HTMLResponse:
    """The check page of a provider that is named."""
    errors = forms.missing_provider(visit.typed)
    if errors or visit.one("step") == "form":
        return await _provider_form(request, visit, number, {} if visit.one("step") == "form" else errors)
    acting = await acting_of(visit, number)
    return await check(
        request, visit, "contracts/provider_check", forms.PROVIDER_NAMES, changed=forms.new_provider_rows(visit.typed),
        name=visit.one(forms.NAME), acting=acting, form_action=f"{home(number)}/anordnare", cancel=f"{home(number)}/ny",
    )  # fmt: skip


@router.post(f"{START}/anordnare/spara", response_class=HTMLResponse)
async def save_provider(request: Request, visit: Accepted, number: Number) -> Response:
    """Enter it, and go on with the contract."""
    try:
        made = await visit.services.adult_education.name_provider(
            number, forms.to_new_provider(visit.typed), key_of(visit)
        )
    except RefusedError as refused:
        return await _provider_form(request, visit, number, words(refused))
    return RedirectResponse(f"{home(number)}/ny/{made['provider']['educationProviderCode']}", SEE_OTHER)


async def _provider_form(
    request: Request, visit: Visit, number: str, errors: dict[str, str] | None = None
) -> HTMLResponse:
    found = await visit.services.adult_education.contracts(number)
    return await question(
        request, visit, "contracts/provider", status=400 if errors else 200, errors=errors or {}, found=found,
        acting=await acting_of(visit, number), action=f"{home(number)}/anordnare", cancel=f"{home(number)}/ny",
    )  # fmt: skip
