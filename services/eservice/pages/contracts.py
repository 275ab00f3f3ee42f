"""Komvux on contract: an organizer's contracts. See, register, change, end."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import HTMLResponse

from services.eservice.clients.api import RefusedError
from services.eservice.forms import adult_education as forms
from services.eservice.pages.doors import Accepted, Visit
from services.eservice.pages.steps import (
    STALE,
    Number,
    acting_of,
    check,
    done,
    errors_of,
    key_of,
    question,
    receipt,
    seen,
)
from services.eservice.rendering import page

router = APIRouter()
BROKEN = frozenset({409, 422})
START = "/huvudman/{number}/entreprenad"
NEW = f"{START}/ny/{{provider}}"
ONE = f"{START}/{{provider}}"
Code = Annotated[str, Path(pattern=r"^[0-9]{8}$")]
Text = Annotated[str, Query(max_length=100)]


@router.get(START, response_class=HTMLResponse)
async def contracts(request: Request, visit: Accepted, number: Number) -> HTMLResponse:
    """The organizer's contracts, and what it takes to register one."""
    found = await visit.services.adult_education.contracts(number)
    return page(
        request, "contracts/list", visit.session, found=found, acting=await acting_of(visit, number),
        home=home(number), begins=await _begins(visit),
    )  # fmt: skip


@router.get(f"{START}/kvitto", response_class=HTMLResponse)
async def done_with_contract(request: Request, visit: Accepted, number: Number) -> Response:
    """The receipt of what was registered, changed or ended."""
    acting = await acting_of(visit, number)
    return await receipt(request, visit, "contracts/receipt", home(number), acting=acting, home=home(number))


@router.get(NEW, response_class=HTMLResponse)
async def form(request: Request, visit: Accepted, number: Number, provider: Code) -> HTMLResponse:
    """Which parts, and from when."""
    return await _form(request, visit, number, provider)


@router.post(NEW, response_class=HTMLResponse)
async def check_new(request: Request, visit: Accepted, number: Number, provider: Code) -> HTMLResponse:
    """The check page of a new contract; with errors, the form again."""
    errors = forms.missing_parts(visit.typed)
    if errors or visit.one("step") == "form":
        return await _form(request, visit, number, provider, {} if visit.one("step") == "form" else errors)
    try:
        made = await visit.services.adult_education.register(
            number, provider, forms.to_parts(visit.typed), key_of(visit), dry_run=True
        )
    except RefusedError as refused:
        return await _form(request, visit, number, provider, words(refused))
    names = forms.part_names(visit.typed)
    return await _check(request, visit, number, made, names, f"{home(number)}/ny/{provider}", home(number))


@router.post(f"{NEW}/spara", response_class=HTMLResponse)
async def save_new(request: Request, visit: Accepted, number: Number, provider: Code) -> Response:
    """Register it."""
    try:
        made = await visit.services.adult_education.register(
            number, provider, forms.to_parts(visit.typed), key_of(visit)
        )
    except RefusedError as refused:
        return await _form(request, visit, number, provider, words(refused))
    return await _done(request, visit, number, "registered", made)


@router.get(ONE, response_class=HTMLResponse)
async def contract(request: Request, visit: Accepted, number: Number, provider: Code) -> HTMLResponse:
    """One contract, part by part."""
    found = await visit.services.adult_education.contract(number, provider)
    return page(
        request, "contracts/contract", visit.session, found=found, periods=_periods(found), begins=await _begins(visit),
        acting=await acting_of(visit, number), home=home(number), at=f"{home(number)}/{provider}",
    )  # fmt: skip


@router.get(f"{ONE}/historik", response_class=HTMLResponse)
async def history(
    request: Request,
    visit: Accepted,
    number: Number,
    provider: Code,
    page_number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> HTMLResponse:
    """What happened to it."""
    found = await visit.services.adult_education.contract(number, provider)
    told = await visit.services.adult_education.history(number, provider, page_number)
    entries = [entry | {"changed": forms.told(entry["changed"])} for entry in told["entries"]]
    day = await visit.services.registry.register_day()
    return page(
        request, "contracts/history", visit.session, found=found, told=told | {"entries": entries}, view=day["day"],
        names=await visit.services.identity.names(told["entries"]), acting=await acting_of(visit, number),
        at=f"{home(number)}/{provider}",
    )  # fmt: skip


@router.get(f"{ONE}/andra", response_class=HTMLResponse)
async def edit_form(request: Request, visit: Accepted, number: Number, provider: Code) -> HTMLResponse:
    """The form with the contract as it stands."""
    return await _edit_form(request, visit, number, provider)


@router.post(f"{ONE}/andra", response_class=HTMLResponse)
async def check_edit(request: Request, visit: Accepted, number: Number, provider: Code) -> HTMLResponse:
    """The check page of a change; with errors, the form again."""
    version, key = seen(visit)
    errors = forms.missing_parts(visit.typed)
    if errors or visit.one("step") == "form":
        return await _edit_form(request, visit, number, provider, {} if visit.one("step") == "form" else errors)
    parts, at = forms.to_parts(visit.typed), f"{home(number)}/{provider}"
    try:
        made = await visit.services.adult_education.edit(number, provider, parts, version, key, dry_run=True)
    except RefusedError as refused:
        return await _edit_form(request, visit, number, provider, words(refused))
    return await _check(request, visit, number, made, forms.part_names(visit.typed), f"{at}/andra", at)


@router.post(f"{ONE}/andra/spara", response_class=HTMLResponse)
async def save_edit(request: Request, visit: Accepted, number: Number, provider: Code) -> Response:
    """Save the change."""
    version, key = seen(visit)
    try:
        made = await visit.services.adult_education.edit(number, provider, forms.to_parts(visit.typed), version, key)
    except RefusedError as refused:
        return await _edit_form(request, visit, number, provider, words(refused))
    return await _done(request, visit, number, "edited", made)


@router.get(f"{ONE}/avsluta", response_class=HTMLResponse)
async def end_form(request: Request, visit: Accepted, number: Number, provider: Code) -> HTMLResponse:
    """Which day is the last."""
    return await _end_form(request, visit, number, provider)


@router.post(f"{ONE}/avsluta", response_class=HTMLResponse)
async def check_end(request: Request, visit: Accepted, number: Number, provider: Code) -> HTMLResponse:
    """The check page of an end."""
    version, key = seen(visit)
    if visit.one("step") == "form":
        return await _end_form(request, visit, number, provider)
    on, at = forms.day(visit.typed, "on"), f"{home(number)}/{provider}"
    if on is None:
        return await _end_form(request, visit, number, provider, {"on": forms.DATE_FORM})
    try:
        made = await visit.services.adult_education.end(number, provider, on, version, key, dry_run=True)
    except RefusedError as refused:
        return await _end_form(request, visit, number, provider, words(refused))
    return await _check(request, visit, number, made, ["on"], f"{at}/avsluta", at)


@router.post(f"{ONE}/avsluta/spara", response_class=HTMLResponse)
async def save_end(request: Request, visit: Accepted, number: Number, provider: Code) -> Response:
    """End it."""
    version, key = seen(visit)
    on = forms.day(visit.typed, "on") or ""
    try:
        made = await visit.services.adult_education.end(number, provider, on, version, key)
    except RefusedError as refused:
        return await _end_form(request, visit, number, provider, words(refused))
    return await _done(request, visit, number, "ended", made)


def home(number: str) -> str:
    """Where the organizer's contracts stand."""
    return f"/huvudman/{number}/entreprenad"


def words(refused: RefusedError) -> dict[str, str]:
    """A refusal in words, by input. Raises it again when it is no matter of the page."""
    if refused.status != STALE and refused.status in BROKEN and refused.errors:
        return forms.errors_by_name(refused.errors)
    return errors_of(refused)


def name_of(found: dict[str, Any]) -> str:
    """What a contract's provider is called: a folk high school by its own name."""
    provider = found["provider"]
    return str(provider["folkHighschoolName"] or provider["displayName"])


def _periods(found: dict[str, Any]) -> list[tuple[str, str]]:
    parts = found["contract"]["schoolTypeParts"]
    return [(part["schoolTypePart"], forms.period(part["validFrom"], part["validTo"])) for part in parts]


async def _done(request: Request, visit: Visit, number: str, kind: str, made: dict[str, Any]) -> Response:
    at = f"{home(number)}/{made['contract']['educationProviderCode']}"
    status, begins = made["contract"]["status"], (await _begins(visit))(made["contract"]) or ""
    return await done(
        request, visit, f"{home(number)}/kvitto", kind, name=name_of(made), at=at, status=status, begins=begins
    )


async def _begins(visit: Visit) -> Callable[[Mapping[str, Any]], str | None]:
    """Tells when a contract begins that has not begun."""
    today = (await visit.services.registry.register_day())["day"]
    return lambda contract: forms.begins(contract, today)


async def _check(  # what a check page is made of
    request: Request, visit: Visit, number: str, made: dict[str, Any], names: list[str], form: str, cancel: str
) -> HTMLResponse:
    return await check(
        request, visit, "contracts/check", names, made=made, name=name_of(made), changed=forms.told(made["changed"]),
        acting=await acting_of(visit, number), form_action=form, cancel=cancel,
    )  # fmt: skip


async def _form(
    request: Request, visit: Visit, number: str, code: str, errors: dict[str, str] | None = None
) -> HTMLResponse:
    acting, found = await acting_of(visit, number), await visit.services.adult_education.provider(code)
    named = {**found["provider"], "folkHighschoolName": found["provider"].get("folkHighschoolName")}
    return await _parts(
        request, visit, errors, is_new=True, name=name_of({"provider": named}), acting=acting,
        provider=found["provider"], action=f"{home(number)}/ny/{code}", cancel=f"{home(number)}/ny",
    )  # fmt: skip


async def _edit_form(
    request: Request, visit: Visit, number: str, code: str, errors: dict[str, str] | None = None
) -> HTMLResponse:
    found, at = await visit.services.adult_education.contract(number, code), f"{home(number)}/{code}"
    typed = forms.from_parts(found["contract"]["schoolTypeParts"]) if request.method == "GET" else {}
    return await _parts(
        request, visit, errors, is_new=False, name=name_of(found), typed=typed,
        version=found["version"], acting=await acting_of(visit, number), action=f"{at}/andra", cancel=at,
    )  # fmt: skip


async def _parts(request: Request, visit: Visit, errors: dict[str, str] | None, **values: Any) -> HTMLResponse:
    """A form of parts: `rows` counts them anew from what was typed."""
    status = 400 if errors else 200
    return await question(
        request, visit, "contracts/form", status=status, errors=errors or {}, rows_of=forms.rows, **values
    )


async def _end_form(
    request: Request, visit: Visit, number: str, code: str, errors: dict[str, str] | None = None
) -> HTMLResponse:
    found, at = await visit.services.adult_education.contract(number, code), f"{home(number)}/{code}"
    return await question(
        request, visit, "contracts/end", version=found["version"], status=400 if errors else 200, errors=errors or {},
        name=name_of(found), acting=await acting_of(visit, number), action=f"{at}/avsluta", cancel=at,
    )  # fmt: skip
