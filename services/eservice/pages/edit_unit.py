"""Editing a unit: the form, the check page, saving, the receipt; and what to do when somebody else was faster."""

import secrets
from dataclasses import replace
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, HTTPException, Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.eservice import texts
from services.eservice.clients.api import RefusedError
from services.eservice.drafts import Draft
from services.eservice.forms import unit as forms
from services.eservice.forms.unit import Typed
from services.eservice.pages import planned_edit
from services.eservice.pages.doors import SEE_OTHER, Accepted, ForgedFormError, Visit, drafts
from services.eservice.pages.editing import others_at, presence
from services.eservice.pages.steps import STALE, VERSION, done, seen
from services.eservice.pages.units import acting_at
from services.eservice.rendering import page

router = APIRouter()
Code = Annotated[str, Path(pattern=r"^[0-9]{8}$")]
BROKEN = frozenset({409, 422})
SINCE = "since"
"""The version that a form was made from before somebody else was faster."""


@router.get("/enheter/{code}/andra", response_class=HTMLResponse)
async def form(request: Request, visit: Accepted, code: Code) -> Response:
    """The form with the unit as it stands, or with what was typed before the session ended."""
    found = await visit.services.registry.unit(code)
    draft = await drafts(request).take(request, visit.session, request.url.path)
    if draft is None:
        return await _form(request, visit, code, found, _started(found))
    typed, _ = forms.settled(draft.fields, {})
    return await _form(request, visit, code, found, typed, restored=True)


@router.post("/enheter/{code}/andra", response_class=HTMLResponse)
async def check(request: Request, visit: Accepted, code: Code) -> Response:
    """The check page: what will change, field by field. With errors, the form again with all that was typed."""
    typed, missing = forms.settled(_of_our_form(visit), _base(visit) or {})
    if missing:
        return await _choose_again(request, visit, code, missing)
    typed = forms.placed(typed, _base(visit) or {})
    visit = replace(visit, typed=typed)
    found = await visit.services.registry.unit(code)
    if visit.one("step") == "form":
        return await _form(request, visit, code, found, typed)
    try:
        changed = await visit.services.registry.try_edit(
            code, forms.to_fields(typed), visit.one("version"), visit.one("key")
        )
    except RefusedError as refused:
        return await _refused(request, visit, code, found, refused)
    return await _check(request, visit, code, found, changed)


async def _check(
    request: Request,
    visit: Visit,
    code: str,
    found: dict[str, Any],
    changed: list[dict[str, Any]],
    errors: dict[str, str] | None = None,
) -> HTMLResponse:
    typed, hidden = visit.typed, _hidden(visit.typed)
    answer = page(
        request, "check", visit.session, status=400 if errors else 200, found=found, code=code, changed=changed,
        hidden=hidden, typed=typed, acting=acting_at(visit, found), met=await planned_edit.met(visit, code, changed),
        errors=errors or {}, others=await _others(request, visit, code, found),
    )  # fmt: skip
    # For the browser's own Back, which fetches the form anew.
    draft = Draft(request.url.path, {name: typed[name] for name, _ in hidden})
    await drafts(request).keep(request, visit.session, draft, answer)
    return answer


@router.post("/enheter/{code}/andra/spara", response_class=HTMLResponse)
async def save(request: Request, visit: Accepted, code: Code) -> Response:
    """Save. A repeat of the same form gets the same answer: nothing is saved twice."""
    typed = _of_our_form(visit)
    if planned_edit.is_later(visit):
        return await _plan(request, visit, code)
    try:
        saved = await visit.services.registry.edit(code, forms.to_fields(typed), visit.one("version"), visit.one("key"))
    except RefusedError as refused:
        return await _refused(request, visit, code, await visit.services.registry.unit(code), refused)
    await presence(request).leave(visit.session.id_hash, code)
    await drafts(request).take(request, visit.session, f"/enheter/{code}/andra")
    return RedirectResponse(f"/enheter/{code}/kvitto?version={saved['version']}", SEE_OTHER)


async def _plan(request: Request, visit: Visit, code: str) -> Response:
    """The same edit, for a day to come."""
    version, key = seen(visit)
    found = await visit.services.registry.unit(code)
    try:
        planned = await planned_edit.plan_instead(visit, code, version, key)
        if "id" in planned:
            return await done(request, visit, f"/enheter/{code}/livskvitto", "planned", day=planned["day"])
        changed = await visit.services.registry.try_edit(code, forms.to_fields(visit.typed), version, key)
    except RefusedError as refused:
        return await _refused(request, visit, code, found, refused)
    return await _check(request, visit, code, found, changed, planned)


@router.get("/enheter/{code}/kvitto", response_class=HTMLResponse)
async def receipt(request: Request, visit: Accepted, code: Code, version: int) -> HTMLResponse:
    """What was saved, who is told, and when it is public."""
    found = await visit.services.registry.unit(code)
    told = await visit.services.registry.history(code, 1)
    entry = next((entry for entry in told["entries"] if entry["version"] == version), None)
    if entry is None:
        raise HTTPException(404)
    return page(request, "receipt", visit.session, found=found, entry=entry, code=code, acting=acting_at(visit, found))


def _of_our_form(visit: Visit) -> Typed:
    """What was typed, in a form whose own inputs are as we made them. Raises ForgedFormError."""
    seen(visit)
    since = visit.typed.get(SINCE)
    if _base(visit) is None or (since and not VERSION.fullmatch(since[0])):
        raise ForgedFormError
    return visit.typed


def _base(visit: Visit) -> Typed | None:
    """The values that the form was made from; None when they are not as we wrote them."""
    try:
        base = orjson.loads(visit.one("base"))
    except orjson.JSONDecodeError:
        return None
    is_ours = isinstance(base, dict) and all(isinstance(values, list) for values in base.values())
    return forms.only_known(base) if is_ours else None


async def _refused(
    request: Request, visit: Visit, code: str, found: dict[str, Any], refused: RefusedError
) -> HTMLResponse:
    if refused.status == STALE:
        return await _conflict(request, visit, code, refused.problem)
    if refused.status in BROKEN:
        errors = forms.errors_by_name(refused.errors)
        return await _form(request, visit, code, found, visit.typed, errors=errors)
    raise refused


async def _conflict(request: Request, visit: Visit, code: str, problem: dict[str, Any]) -> HTMLResponse:
    """Both versions where they differ; what only one of us changed is taken from the one who did."""
    current, mine, since = problem["current"], forms.only_known(visit.typed), problem["changedSince"]
    theirs = forms.from_unit(current["unit"])
    unseen = {change["field"] for entry in since for change in entry["changed"] if change["protected"]}
    together, conflicts = forms.merged(_base(visit) or {}, mine, theirs, unseen & {forms.NUMBER})
    hidden = [
        *_pairs(together, leaving_out=_inputs(conflicts)), *_frame(current, theirs), (SINCE, visit.one("version")),
        *((forms.BOTH, name) for name in conflicts),
        *((forms.MINE + name, text) for name in _inputs(conflicts) for text in mine.get(name, [])),
    ]  # fmt: skip
    both = [_both(name, mine, theirs) for name in conflicts]
    return await _choose(request, visit, code, current, hidden=hidden, both=both, since=since)


async def _choose_again(request: Request, visit: Visit, code: str, missing: list[str]) -> HTMLResponse:
    """The same page, where something was not chosen. What was stays chosen."""
    typed, theirs = visit.typed, _base(visit) or {}
    told = (await visit.services.registry.history(code, 1))["entries"]
    hidden = [
        *_pairs(forms.only_known(typed), leaving_out=_inputs(typed[forms.BOTH])),
        *((name, text) for name in typed for text in typed[name] if name.startswith(forms.MINE)),
        *((name, text) for name in ("version", "key", "base", SINCE, forms.BOTH) for text in typed.get(name, ())),
    ]  # fmt: skip
    mine = {name.removeprefix(forms.MINE): values for name, values in typed.items() if name.startswith(forms.MINE)}
    both = [_both(name, mine, theirs, visit.one(forms.CHOICE + name)) for name in typed[forms.BOTH]]
    errors = {forms.CHOICE + name: texts.ERRORS["choice-needed"] for name in missing}
    since = [entry for entry in told if entry["version"] > int(visit.one(SINCE) or 0)]
    found = await visit.services.registry.unit(code)
    return await _choose(request, visit, code, found, hidden=hidden, both=both, since=since, errors=errors)


async def _choose(
    request: Request, visit: Visit, code: str, found: dict[str, Any], *, both: list[dict[str, Any]],
    since: list[dict[str, Any]], **values: Any,
) -> HTMLResponse:  # fmt: skip
    names = await visit.services.identity.names(since)
    for field in both:
        field["whose"] = _whose(field["name"], since, names)
    return page(
        request, "conflict", visit.session, status=409, code=code, found=found, acting=acting_at(visit, found),
        both=both, since=since, names=names, **values,
    )  # fmt: skip


def _inputs(names: list[str]) -> list[str]:
    return [part for name in names for part in forms.parts(name)]


def _both(name: str, mine: Typed, theirs: Typed, chosen: str = "") -> dict[str, Any]:
    """What the two say there: of a place each coordinate with its name, of an identity number never itself."""
    if name == forms.NUMBER:
        said = ["Numret du skrev" if mine.get(name) else "Inget nummer"], ["Det nya, som inte visas här"]
    elif name == forms.PLACE:
        said = _place(mine), _place(theirs)
    else:
        said = mine.get(name, []), theirs.get(name, [])
    return {"name": name, "mine": said[0], "theirs": said[1], "chosen": chosen}


def _place(typed: Typed) -> list[str]:
    found = {part: (typed.get(part) or [""])[0].strip() for part in forms.PLACE_PATHS}
    return [f"{texts.PLACE_PARTS[part.rpartition('/')[2]]} {text}" for part, text in found.items() if text]


def _whose(name: str, since: list[dict[str, Any]], names: dict[str, str]) -> str:
    """Whose change stands against mine: "Karin Kontakts", where the name may be known."""
    changed = [entry for entry in since if any(change["field"] in forms.parts(name) for change in entry["changed"])]
    newest = max(changed, key=lambda entry: int(entry["version"]), default=None)
    known = names.get(newest["actor"]) if newest else None
    return texts.genitive(known) if known else "Den andras"


async def _form(
    request: Request,
    visit: Visit,
    code: str,
    found: dict[str, Any],
    typed: Typed,
    *,
    errors: dict[str, str] | None = None,
    restored: bool = False,
) -> HTMLResponse:
    municipalities = await visit.services.registry.municipalities()
    places = [(place["municipalityCode"], place["displayName"]) for place in municipalities]
    return page(
        request, "edit_unit", visit.session, status=400 if errors else 200, found=found, code=code, typed=typed,
        errors=errors or {}, places=places, acting=acting_at(visit, found), restored=restored, form=forms,
        others=await _others(request, visit, code, found),
        frame=[pair for pair in _hidden(typed) if pair[0] in {"version", "key", "base"}],
    )  # fmt: skip


async def _others(request: Request, visit: Visit, code: str, found: dict[str, Any]) -> list[str]:
    return await others_at(request, visit, code, found["organizer"]["organizationNumber"])


def _started(found: dict[str, Any]) -> Typed:
    """A fresh form: what is shown, and what it was made from."""
    typed = forms.from_unit(found["unit"])
    return typed | {name: [text] for name, text in _frame(found, typed)}


def _frame(found: dict[str, Any], base: Typed) -> list[tuple[str, str]]:
    """What a form carries beside its inputs: the version seen, a new key for its command, the values seen."""
    return [
        ("version", str(found["version"])),
        ("key", secrets.token_urlsafe(24)),
        ("base", orjson.dumps(base).decode()),
    ]


def _hidden(typed: Typed) -> list[tuple[str, str]]:
    """All that was typed, to be carried on."""
    frame = [(name, typed[name][0]) for name in ("version", "key", "base") if typed.get(name)]
    return [*_pairs(forms.only_known(typed)), *frame]


def _pairs(typed: Typed, leaving_out: list[str] | None = None) -> list[tuple[str, str]]:
    return [(name, text) for name, values in typed.items() if name not in (leaving_out or ()) for text in values]
