"""Planning a reorganisation, step by step: which units, how many new, each new one, the day, check, receipt."""

from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.eservice import reorganisation_picture, texts
from services.eservice.clients.api import RefusedError
from services.eservice.forms import reorganisations as forms
from services.eservice.forms import unit as unit_forms
from services.eservice.forms.reorganisations import Plan
from services.eservice.forms.unit import Typed
from services.eservice.pages.doors import SEE_OTHER, Accepted, ForgedFormError, Visit
from services.eservice.pages.places import municipality_names, with_places
from services.eservice.pages.steps import (
    STALE,
    Number,
    acting_of,
    check,
    done,
    errors_of,
    frame,
    kept_for,
    key_of,
    receipt,
)
from services.eservice.rendering import page

router = APIRouter()
START = "/huvudman/{number}/omorganisera"
BROKEN = frozenset({409, 422})
FAR = "9999-01-01"
"""A day to come, for asking about a new unit before its day is typed."""
Sources = Annotated[list[str], Query(max_length=forms.MOST)]


@router.get(f"{START}/enheter", response_class=HTMLResponse)
async def units(
    request: Request,
    visit: Accepted,
    number: Number,
    q: Annotated[str, Query(max_length=100)] = "",
    source: Sources = [],  # noqa: B006 - FastAPI copies it
) -> HTMLResponse:
    """Which units are reorganised. What is chosen stands in the address, and stays over a search."""
    return await _units(request, visit, number, q, source)


@router.get(f"{START}/antal", response_class=HTMLResponse)
async def count(
    request: Request,
    visit: Accepted,
    number: Number,
    source: Sources = [],  # noqa: B006 - FastAPI copies it
    results: Annotated[str | None, Query(max_length=10)] = None,
) -> Response:
    """How many new units come of them."""
    if not _codes(source):
        return await _units(
            request, visit, number, "", source, {"source": texts.ERRORS["reorganisation-sources-needed"]}
        )
    wrong = None if results is None else forms.count_error(results, len(_codes(source)))
    if results is not None and wrong is None:
        chosen = [*(("source", code) for code in _codes(source)), ("results", results.strip())]
        return RedirectResponse(f"{home(number)}/ny?{urlencode(chosen)}", SEE_OTHER)
    found = await visit.services.reorganisations.proposal(number, _codes(source), 1)
    return page(
        request, "reorganisations/count", visit.session, status=400 if wrong else 200, found=found, home=home(number),
        acting=await acting_of(visit, number), errors={"results": wrong} if wrong else {},
        back_to=f"{home(number)}/enheter?{urlencode([('source', code) for code in _codes(source)])}",
        typed={"results": [results or ("1" if len(found["sources"]) > 1 else "2")]},
    )  # fmt: skip


@router.get(f"{START}/ny", response_class=HTMLResponse)
async def first_result(
    request: Request,
    visit: Accepted,
    number: Number,
    source: Sources = [],  # noqa: B006 - FastAPI copies it
    results: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    """The first new unit, as proposed; or the one that was being typed when the session ended."""
    await acting_of(visit, number)
    kept = await kept_for(request, visit)
    plan = forms.read(kept or {"source": source, "results": [results]})
    if plan is None:
        return RedirectResponse(f"{home(number)}/enheter", SEE_OTHER)
    return await _result_form(request, visit, number, plan, forms.of_result(kept) if kept else None)


@router.post(f"{START}/ny", response_class=HTMLResponse)
async def next_result(request: Request, visit: Accepted, number: Number) -> Response:
    """Look at one new unit; on to the next, or to the day. With errors, its form again."""
    await acting_of(visit, number)
    plan = _plan(visit)
    if visit.one("step") == "form":
        return await _result_form(
            request, visit, number, plan, plan.made[plan.place] if plan.made[plan.place :] else None
        )
    typed = forms.of_result(visit.typed)
    errors = await _wrong_with(visit, number, plan, typed)
    if errors:
        return await _result_form(request, visit, number, plan, typed, errors)
    made = (*plan.made[: plan.place], typed, *plan.made[plan.place + 1 :])
    plan = replace(plan, made=made, place=len(made))
    if len(made) < plan.results:
        return await _result_form(request, visit, number, plan, None)
    return await _day_form(request, visit, number, plan)


@router.get(f"{START}/kontroll", response_class=HTMLResponse)
async def day_again(request: Request, visit: Accepted, number: Number) -> Response:
    """The day's form with all that was typed before the session ended, or before Back."""
    await acting_of(visit, number)
    kept = await kept_for(request, visit)
    plan = forms.read(kept or {})
    if plan is None or len(plan.made) < plan.results:
        return RedirectResponse(home(number), SEE_OTHER)
    return await _day_form(request, visit, number, plan, restored=True)


@router.post(f"{START}/kontroll", response_class=HTMLResponse)
async def check_plan(request: Request, visit: Accepted, number: Number) -> Response:
    """The check page: the picture, and each unit field by field. With errors, the form where they are."""
    await acting_of(visit, number)
    plan = _plan(visit)
    errors = forms.day_errors(plan)
    if visit.one("step") == "form" or errors:
        return await _day_form(request, visit, number, plan, {} if visit.one("step") == "form" else errors)
    return await _check(request, visit, number, plan, {})


@router.post(f"{START}/kontroll/spara", response_class=HTMLResponse)
async def save(request: Request, visit: Accepted, number: Number) -> Response:
    """Plan it. Sent twice, it is planned once."""
    await acting_of(visit, number)
    plan, key = _plan(visit), key_of(visit)
    if errors := forms.day_errors(plan):
        return await _day_form(request, visit, number, plan, errors)
    try:
        made = await visit.services.reorganisations.plan(number, plan.body(), key)
    except RefusedError as refused:
        return await _refused(request, visit, number, plan, refused)
    codes = "\n".join(f"{one['schoolUnitCode']} {one['displayName']}" for one in made["results"])
    return await done(
        request, visit, f"{home(number)}/kvitto", "planned", reorganisation=made["reorganisationId"],
        day=made["effectiveDate"], results=codes,
    )  # fmt: skip


@router.get(f"{START}/kvitto", response_class=HTMLResponse)
async def planned(request: Request, visit: Accepted, number: Number) -> Response:
    """The receipt: the new codes, and what happens on the day."""
    acting = await acting_of(visit, number)
    return await receipt(
        request, visit, "reorganisations/receipt", home(number), acting=acting, home=home(number)
    )  # fmt: skip


def home(number: str) -> str:
    """Where the organizer's reorganisations stand."""
    return f"/huvudman/{number}/omorganisera"


def _codes(given: list[str]) -> list[str]:
    return [code for code in dict.fromkeys(given) if forms.CODE.fullmatch(code)]


def _plan(visit: Visit) -> Plan:
    """What was typed so far. Raises ForgedFormError when it is not as we made it."""
    plan = forms.read(visit.typed)
    if plan is None or plan.place > len(plan.made):
        raise ForgedFormError
    return plan


async def _units(
    request: Request, visit: Visit, number: str, q: str, given: list[str], errors: dict[str, str] | None = None
) -> HTMLResponse:
    acting, q, codes = await acting_of(visit, number), texts.printable(q), _codes(given)
    params = [("q", q), ("status", "AKTIV"), ("status", "VILANDE")]
    found = await visit.services.registry.units(number, params)
    chosen = (await visit.services.reorganisations.proposal(number, codes, 1))["sources"] if codes else []
    return page(
        request, "reorganisations/units", visit.session, status=400 if errors else 200, acting=acting, q=q, found=found,
        chosen=chosen, codes=codes, errors=errors or {}, home=home(number),
    )  # fmt: skip


async def _wrong_with(visit: Visit, number: str, plan: Plan, typed: Typed) -> dict[str, str]:
    """What the registry says of one new unit: nothing is saved."""
    try:
        body = forms.tried(plan, typed, FAR)
        await visit.services.reorganisations.plan(number, body, visit.key, dry_run=True)
    except RefusedError as refused:
        if refused.status not in BROKEN:
            raise
        return forms.errors_of_result(refused.errors, plan.place)
    return {}


async def _result_form(
    request: Request, visit: Visit, number: str, plan: Plan, typed: Typed | None, errors: dict[str, str] | None = None
) -> Response:
    proposal = await visit.services.reorganisations.proposal(number, plan.sources, plan.results)
    if len(proposal["results"]) <= plan.place:
        return RedirectResponse(f"{home(number)}/enheter", SEE_OTHER)
    proposed = proposal["results"][plan.place]
    if not typed:
        typed = unit_forms.from_unit(proposed["unit"]) | {forms.CARRIED: [proposed[forms.CARRIED] or ""]}
    municipalities = await visit.services.registry.municipalities()
    carried = (typed.get(forms.CARRIED) or [""])[0]
    names = {one["schoolUnitCode"]: one["displayName"] for one in proposal["sources"]}
    origins = {path: ", ".join(names[code] for code in codes) for path, codes in proposed["origins"].items()}
    return page(
        request, "reorganisations/result", visit.session, status=400 if errors else 200, plan=plan, typed=typed,
        places=[(place["municipalityCode"], place["displayName"]) for place in municipalities],
        proposal=proposal, proposed=proposed, names=names, origin_names=origins, carried=carried,
        errors=errors or {}, acting=await acting_of(visit, number),
        home=home(number), number_given=False, hidden=[*frame(), *plan.hidden(), (forms.CARRIED, carried)],
    )  # fmt: skip


async def _day_form(
    request: Request, visit: Visit, number: str, plan: Plan, errors: dict[str, str] | None = None, **values: Any
) -> HTMLResponse:
    typed = {"effectiveDate": [plan.effective_date], "reason": [plan.reason]}
    return page(
        request, "reorganisations/day", visit.session, status=400 if errors else 200, plan=plan, typed=typed,
        errors=errors or {}, acting=await acting_of(visit, number), home=home(number),
        hidden=[*frame(), *plan.hidden("effectiveDate", "reason")], carried=[*frame(), *plan.hidden("place")], **values,
    )  # fmt: skip


async def _check(request: Request, visit: Visit, number: str, plan: Plan, errors: dict[str, str]) -> Response:
    try:
        told = await visit.services.reorganisations.plan(
            number, plan.body() | {"versions": {}}, visit.key, dry_run=True
        )
    except RefusedError as refused:
        return await _refused(request, visit, number, plan, refused)
    versions = {one["schoolUnitCode"]: one["version"] for one in told["sources"]}
    places = await municipality_names(visit)
    for one in told["results"]:
        one["changed"] = with_places(one["changed"], places)
    plan = replace(plan, versions=forms.written(versions))
    carried: dict[str, list[str]] = {name: [] for name in forms.STATE} | {"key": [frame()[0][1]]}
    for name, text in plan.hidden():
        carried[name].append(text)
    return await check(
        request, replace(visit, typed=carried), "reorganisations/check", forms.STATE, told=told, plan=plan,
        errors=errors, acting=await acting_of(visit, number), home=home(number), form_action=f"{home(number)}/kontroll",
        result_action=f"{home(number)}/ny", without_place=[*frame(), *plan.hidden("place")],
        picture=reorganisation_picture.picture(told["sources"], told["results"]),
    )  # fmt: skip


async def _refused(request: Request, visit: Visit, number: str, plan: Plan, refused: RefusedError) -> Response:
    """Where the error is: a new unit's form, the day's, or the check page when a source has changed meanwhile."""
    if refused.status == STALE:
        return await _check(request, visit, number, plan, {"": texts.ERRORS["source-changed"]})
    if refused.status not in BROKEN or not refused.errors:
        return await _day_form(request, visit, number, plan, errors_of(refused))
    place = forms.place_of(refused.errors)
    if place is not None and place < len(plan.made):
        errors = forms.errors_of_result(refused.errors, place)
        return await _result_form(request, visit, number, replace(plan, place=place), plan.made[place], errors)
    return await _day_form(request, visit, number, plan, forms.other_errors(refused.errors))
