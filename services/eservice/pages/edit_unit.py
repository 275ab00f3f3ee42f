"""Editing a unit: its groups of questions, the check page, saving, the receipt."""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.eservice.clients.api import RefusedError
from services.eservice.forms import unit as forms
from services.eservice.forms.unit import Typed
from services.eservice.pages import planned_edit
from services.eservice.pages.doors import SEE_OTHER, Accepted, ForgedFormError, Visit, drafts
from services.eservice.pages.editing import others_at, presence
from services.eservice.pages.places import municipality_names, with_places
from services.eservice.pages.steps import STALE, VERSION, done, seen
from services.eservice.pages.unit_conflict import SINCE, choose_again, conflict
from services.eservice.pages.unit_form import SHOWN, TO, Group, base_of, carried, frame, go_on, keep_typed, shown
from services.eservice.pages.units import Code, acting_at
from services.eservice.rendering import page

router = APIRouter()
Unit = dict[str, Any]
BROKEN = frozenset({409, 422})
FRAME = ("version", "key", "base", SINCE)
"""What the form carries beside its inputs."""
DAY = ("when", "on")
"""What the check page asks: from when it is to hold."""


@router.get("/enheter/{code}/andra", response_class=HTMLResponse)
async def groups(request: Request, visit: Accepted, code: Code) -> Response:
    """All groups, each with what stands there or was typed and is not saved. After a lost session: the group's form."""
    found = await visit.services.registry.unit(code)
    typed, restored = await _started(request, visit, found)
    if SHOWN in typed:
        return await _form(request, visit, found, typed, restored=restored)
    own = {"headMasterPersonalIdentityNumberGiven": _number_given(found, typed)}
    return page(
        request, "unit_form/groups", visit.session, found=found, code=code, acting=acting_at(visit, found),
        unit=found["unit"] | forms.to_fields(typed) | own, places=await municipality_names(visit), restored=restored,
        others=await _others(request, visit, found), hidden=carried(typed, (), (*FRAME, *DAY)),
    )  # fmt: skip


@router.get("/enheter/{code}/andra/avbryt", response_class=HTMLResponse)
async def cancel(request: Request, visit: Accepted, code: Code) -> Response:
    """Forget what was typed."""
    await visit.services.registry.unit(code)
    await _leave(request, visit, code)
    return RedirectResponse(f"/enheter/{code}", SEE_OTHER)


@router.get("/enheter/{code}/andra/{group}", response_class=HTMLResponse)
async def form(request: Request, visit: Accepted, code: Code, group: Group) -> Response:
    """One group's questions, with the unit as it stands or with what was typed before."""
    found = await visit.services.registry.unit(code)
    typed, restored = await _started(request, visit, found)
    return await _form(request, visit, found, typed | {SHOWN: [group]}, restored=restored)


@router.post("/enheter/{code}/andra", response_class=HTMLResponse)
async def check(request: Request, visit: Accepted, code: Code) -> Response:
    """The check page: what will change, field by field. With errors, the form again with all that was typed."""
    typed, missing = forms.settled(_of_our_form(visit), base_of(visit) or {})
    if missing:
        return await choose_again(request, visit, code, missing)
    typed = forms.placed(typed, base_of(visit) or {})
    visit = replace(visit, typed=typed)
    if visit.one(TO):
        return await go_on(request, visit, _form_of(code), visit.one(TO), typed, (*FRAME, *DAY))
    found = await visit.services.registry.unit(code)
    if visit.one("step") == "form":  # back from the map
        return await _form(request, visit, found, typed)
    try:
        changed = await visit.services.registry.try_edit(
            code, forms.to_fields(typed), visit.one("version"), visit.one("key")
        )
    except RefusedError as refused:
        return await _refused(request, visit, found, refused)
    return await _check(request, visit, found, changed)


@router.post("/enheter/{code}/andra/spara", response_class=HTMLResponse)
async def save(request: Request, visit: Accepted, code: Code) -> Response:
    """Save. A repeat of the same form gets the same answer: nothing is saved twice."""
    typed = _of_our_form(visit)
    if planned_edit.is_later(visit):
        return await _plan(request, visit, code)
    try:
        saved = await visit.services.registry.edit(code, forms.to_fields(typed), visit.one("version"), visit.one("key"))
    except RefusedError as refused:
        return await _refused(request, visit, await visit.services.registry.unit(code), refused)
    await _leave(request, visit, code)
    return RedirectResponse(f"/enheter/{code}/kvitto?version={saved['version']}", SEE_OTHER)


@router.get("/enheter/{code}/kvitto", response_class=HTMLResponse)
async def receipt(request: Request, visit: Accepted, code: Code, version: int) -> HTMLResponse:
    """What was saved, who is told, and when it is public."""
    found = await visit.services.registry.unit(code)
    told = await visit.services.registry.history(code, 1)
    entry = next((entry for entry in told["entries"] if entry["version"] == version), None)
    if entry is None:
        raise HTTPException(404)
    entry = entry | {"changed": with_places(entry["changed"], await municipality_names(visit))}
    return page(request, "receipt", visit.session, found=found, entry=entry, code=code, acting=acting_at(visit, found))


async def _plan(request: Request, visit: Visit, code: str) -> Response:
    """The same edit, for a day to come."""
    version, key = seen(visit)
    found = await visit.services.registry.unit(code)
    try:
        planned = await planned_edit.plan_instead(visit, code, version, key)
        if "id" in planned:
            await _leave(request, visit, code)
            return await done(request, visit, f"/enheter/{code}/livskvitto", "planned", day=planned["day"])
        changed = await visit.services.registry.try_edit(code, forms.to_fields(visit.typed), version, key)
    except RefusedError as refused:
        return await _refused(request, visit, found, refused)
    return await _check(request, visit, found, changed, planned)


async def _check(
    request: Request, visit: Visit, found: Unit, changed: list[dict[str, Any]], errors: dict[str, str] | None = None
) -> HTMLResponse:
    typed, code = visit.typed, found["schoolUnitCode"]
    answer = page(
        request, "check", visit.session, status=400 if errors else 200, found=found, code=code,
        changed=with_places(changed, await municipality_names(visit)), hidden=carried(typed, (), FRAME), typed=typed,
        acting=acting_at(visit, found), met=await planned_edit.met(visit, code, changed), errors=errors or {},
        others=await _others(request, visit, found),
    )  # fmt: skip
    # For the browser's own Back, which fetches the form anew.
    await keep_typed(request, visit, answer, _form_of(code), typed, (*FRAME, *DAY))
    return answer


async def _form(
    request: Request, visit: Visit, found: Unit, typed: Typed, *, errors: dict[str, str] | None = None,
    restored: bool = False,
) -> HTMLResponse:  # fmt: skip
    groups = shown(typed, errors or ())
    return page(
        request, "unit_form/group", visit.session, status=400 if errors else 200, found=found,
        code=found["schoolUnitCode"], typed=typed, errors=errors or {}, shown=groups, restored=restored,
        places=[(code, name) for code, name in (await municipality_names(visit)).items()],
        acting=acting_at(visit, found), others=await _others(request, visit, found),
        number_given=found["unit"]["headMasterPersonalIdentityNumberGiven"],
        hidden=carried(typed, groups, (*FRAME, *DAY)),
    )  # fmt: skip


async def _refused(request: Request, visit: Visit, found: Unit, refused: RefusedError) -> HTMLResponse:
    if refused.status == STALE:
        return await conflict(request, visit, found["schoolUnitCode"], refused.problem)
    if refused.status in BROKEN:
        errors = forms.errors_by_name(refused.errors)
        return await _form(request, visit, found, visit.typed, errors=errors)
    raise refused


async def _started(request: Request, visit: Visit, found: Unit) -> tuple[Typed, bool]:
    """The form as it stands, or as it was left; and whether something was typed in it."""
    draft = await drafts(request).read(request, visit.session, _form_of(found["schoolUnitCode"]))
    if draft is None:
        typed = forms.from_unit(found["unit"])
        return typed | {name: [text] for name, text in frame(found, typed)}, False
    typed, _ = forms.settled(draft.fields, {})
    return typed, True


async def _leave(request: Request, visit: Visit, code: str) -> None:
    await presence(request).leave(visit.session.id_hash, code)
    await drafts(request).take(request, visit.session, _form_of(code))


def _of_our_form(visit: Visit) -> Typed:
    """What was typed, in a form whose own inputs are as we made them. Raises ForgedFormError."""
    seen(visit)
    since = visit.typed.get(SINCE)
    if base_of(visit) is None or (since and not VERSION.fullmatch(since[0])):
        raise ForgedFormError
    return visit.typed


def _number_given(found: Unit, typed: Typed) -> bool:
    kept = found["unit"]["headMasterPersonalIdentityNumberGiven"] and not typed.get(forms.REMOVE_NUMBER)
    return bool(kept or typed.get(forms.NUMBER))


async def _others(request: Request, visit: Visit, found: Unit) -> list[str]:
    return await others_at(request, visit, found["schoolUnitCode"], found["organizer"]["organizationNumber"])


def _form_of(code: str) -> str:
    return f"/enheter/{code}/andra"
