"""Planning a new unit: its start and its groups of questions one by one, the check page, the receipt with the code."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.eservice.clients.api import RefusedError
from services.eservice.forms import planning, unit
from services.eservice.forms.unit import Typed
from services.eservice.pages.doors import SEE_OTHER, Accepted, Visit, drafts
from services.eservice.pages.places import municipality_names, with_places
from services.eservice.pages.planning_steps import RULES, Doing
from services.eservice.pages.steps import Number, acting_of, done, errors_of, frame, key_of, receipt
from services.eservice.pages.unit_form import SHOWN, TO, Group, carried, go_on, keep_typed, shown
from services.eservice.rendering import page

router = APIRouter()
START, CHECKED = "startdate", "checked"
"""CHECKED: all groups have been seen, and each goes back to the check page."""
OURS = (START, CHECKED, "key")
FIRST, *_ = unit.GROUPS
NEXT = dict(zip(unit.GROUPS, list(unit.GROUPS)[1:], strict=False))
FORM = "/huvudman/{number}/enheter/ny"


@router.get(FORM, response_class=HTMLResponse)
async def form(request: Request, visit: Accepted, number: Number) -> HTMLResponse:
    """From when, and what it will be called; after a lost session, the group that was open."""
    typed = await _started(request, visit, number)
    return await _form(request, visit, number, {SHOWN: [FIRST]} | typed)


@router.get(f"{FORM}/avbryt", response_class=HTMLResponse)
async def cancel(request: Request, visit: Accepted, number: Number) -> Response:
    """Forget what was typed."""
    await acting_of(visit, number)
    await drafts(request).take(request, visit.session, _form_of(number))
    return RedirectResponse(_units(number), SEE_OTHER)


@router.get(f"{FORM}/kvitto", response_class=HTMLResponse)
async def new_receipt(request: Request, visit: Accepted, number: Number) -> Response:
    """The new unit's code, and when it starts."""
    acting = await acting_of(visit, number)
    return await receipt(request, visit, "planning/new_receipt", _units(number), acting=acting, number=number)


@router.get(f"{FORM}/{{group}}", response_class=HTMLResponse)
async def group_form(request: Request, visit: Accepted, number: Number, group: Group) -> HTMLResponse:
    """One group's questions."""
    typed = await _started(request, visit, number)
    return await _form(request, visit, number, typed | {SHOWN: [group]})


@router.post(FORM, response_class=HTMLResponse)
async def check_new(request: Request, visit: Accepted, number: Number) -> Response:
    """The next group; after the last, all that the unit will have. With errors in what has been asked, the form."""
    key, typed, form = key_of(visit), visit.typed, _form_of(number)
    if visit.one("step") == "form":  # back from the map
        return await _form(request, visit, number, typed)
    if visit.one(TO):
        return await go_on(request, visit, form, visit.one(TO), typed, OURS)
    groups = shown(typed)
    try:
        tried, errors = await visit.services.planning.plan_unit(_planned(visit, number), key, dry_run=True), {}
    except RefusedError as refused:
        tried, errors = {}, _errors(visit, refused)
    following = "" if visit.one(CHECKED) else NEXT.get(groups[-1], "")
    if own := {name: text for name, text in errors.items() if not following or _is_asked(name, groups)}:
        return await _form(request, visit, number, typed, Doing(own, 400))
    if following:
        return await go_on(request, visit, form, following, typed, OURS)
    return await _check(request, visit, number, tried)


@router.post(f"{FORM}/spara", response_class=HTMLResponse)
async def save_new(request: Request, visit: Accepted, number: Number) -> Response:
    """Plan it; its code is drawn. A repeat of the same form draws no other."""
    key = key_of(visit)
    try:
        saved = await visit.services.planning.plan_unit(_planned(visit, number), key)
    except RefusedError as refused:
        return await _form(request, visit, number, visit.typed, Doing(_errors(visit, refused), 400))
    name = saved["unit"]["displayName"]
    return await done(
        request, visit, f"{_form_of(number)}/kvitto", "new", code=saved["schoolUnitCode"], name=name,
        day=saved["unit"]["startdate"],
    )  # fmt: skip


def _planned(visit: Visit, number: str) -> dict[str, Any]:
    start = planning.day_or_none(visit.one(START))
    return {"organizationNumber": number, START: start.isoformat() if start else "0001-01-01",
            "unit": unit.to_fields(visit.typed)}  # fmt: skip


def _is_asked(name: str, groups: list[str]) -> bool:
    """Whether an error is of a group's questions; the start is asked with the first, and what is of none is told."""
    group = FIRST if name == START else unit.group_of(name) if name in unit.NAMES else groups[-1]
    return group in groups


def _errors(visit: Visit, refused: RefusedError) -> dict[str, str]:
    """The form's errors with the start's own: no day, or none that could be read, is told as that."""
    if refused.status != RULES or not refused.errors:
        return errors_of(refused)
    start = [error for error in refused.errors if error["pointer"] == f"/{START}"]
    rest = [error for error in refused.errors if error not in start]
    own = planning.day(visit.one(START), name=START) or (
        {START: unit.errors_by_name([{**start[0], "pointer": "/displayName"}])["displayName"]} if start else {}
    )
    return own | unit.errors_by_name(rest)


async def _started(request: Request, visit: Visit, number: str) -> Typed:
    draft = await drafts(request).read(request, visit.session, _form_of(number))
    return draft.fields if draft else {name: [text] for name, text in frame()}


async def _check(request: Request, visit: Visit, number: str, tried: dict[str, Any]) -> HTMLResponse:
    typed = visit.typed | {CHECKED: ["yes"]}
    answer = page(
        request, "planning/new_check", visit.session, tried=tried, acting=await acting_of(visit, number),
        changed=with_places(tried["changed"], await municipality_names(visit)), hidden=carried(typed, (), OURS),
        action=f"{_form_of(number)}/spara", form_action=_form_of(number), cancel=f"{_form_of(number)}/avbryt",
    )  # fmt: skip
    await keep_typed(request, visit, answer, _form_of(number), typed, OURS)
    return answer


async def _form(request: Request, visit: Visit, number: str, typed: Typed, doing: Doing | None = None) -> HTMLResponse:
    doing = doing or Doing()
    groups = shown(typed, ("displayName", *doing.errors) if START in doing.errors else doing.errors)
    others = OURS[1:] if FIRST in groups else OURS
    return page(
        request, "planning/new", visit.session, status=doing.status, errors=doing.errors, typed=typed, shown=groups,
        acting=await acting_of(visit, number), hidden=carried(typed, groups, others), action=_form_of(number),
        places=list((await municipality_names(visit)).items()), first=FIRST, number_given=False,
        step=list(unit.GROUPS).index(groups[0]) + 1,
        before=None if typed.get(CHECKED) else {after: group for group, after in NEXT.items()}.get(groups[0]),
        cancel=f"{_form_of(number)}/avbryt", units=_units(number),
        restored=request.method == "GET" and any(typed.get(name) for name in _asked(groups)),
    )  # fmt: skip


def _asked(groups: list[str]) -> list[str]:
    return [name for name in unit.NAMES if unit.group_of(name) in groups]


def _form_of(number: str) -> str:
    return f"{_units(number)}/ny"


def _units(number: str) -> str:
    return f"/huvudman/{number}/enheter"
