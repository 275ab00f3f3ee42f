"""What all commands' pages share: a question, a check page, a receipt. Nothing is done twice, nothing typed is lost."""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from fastapi import Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.eservice import texts
from services.eservice.clients.api import RefusedError
from services.eservice.drafts import Draft
from services.eservice.pages.doors import SEE_OTHER, ForgedFormError, Visit, drafts, new_key
from services.eservice.rendering import acting_for, page

Number = Annotated[str, Path(pattern=r"^[0-9]{10}$")]
Id = Annotated[str, Path(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Pairs = list[tuple[str, str]]
KEY, VERSION = re.compile(r"[A-Za-z0-9_-]{8,100}"), re.compile(r"[0-9]{1,9}", re.ASCII)
TYPED_WRONG, GONE, STALE, MALFORMED = 400, 404, 412, 422
SAID = frozenset({409, 410, STALE, MALFORMED, 429})
"""Refusals that the page tells of; all others are the same on every page (services.eservice.app)."""


def of_person(visit: Visit) -> dict[str, str]:
    """The organizers that the person acts for: names by number."""
    return {one["organizationNumber"]: one["organizerName"] for one in visit.person["memberships"]}


async def acting_of(visit: Visit, number: str) -> dict[str, str]:
    """The organizer that a page belongs to, for its head. Raises RefusedError 404 for a stranger."""
    name = of_person(visit).get(number)
    if name is None:
        name = (await visit.services.registry.organizer(number))["organizer"]["displayName"]
    return acting_for(visit.person, number, name)


async def names_of(visit: Visit, *ids: str | None) -> dict[str, str]:
    """Names of persons by id; a protected one is told by the reference. Whom one may not know of is absent."""
    return await visit.services.identity.names({"actor": one, "actorRole": ""} for one in ids if one)


def frame(version: int | None = None) -> Pairs:
    """What a command's form carries: a new Idempotency-Key, and the version that the page shows."""
    return [("key", new_key()), *([] if version is None else [("version", str(version))])]


def key_of(visit: Visit) -> str:
    """The form's Idempotency-Key. Raises ForgedFormError when it is not as we made it."""
    if not KEY.fullmatch(visit.one("key")):
        raise ForgedFormError
    return visit.one("key")


def seen(visit: Visit) -> tuple[str, str]:
    """The version that the form was made from, and its Idempotency-Key. Raises ForgedFormError."""
    if not VERSION.fullmatch(visit.one("version")):
        raise ForgedFormError
    return visit.one("version"), key_of(visit)


async def question(
    request: Request, visit: Visit, template: str, *, version: int | None = None, status: int = 200, **values: Any
) -> HTMLResponse:
    """A command's form: fresh, with what was typed before (Back, a lost session), or as it was sent, with `errors`."""
    before = await kept_for(request, visit) if request.method == "GET" else None
    typed = {**values.pop("typed", {}), **(before or visit.typed)}
    return page(
        request, template, visit.session, status=status, typed=typed, restored=before is not None,
        hidden=frame(version), **values,
    )  # fmt: skip


async def check(request: Request, visit: Visit, template: str, names: Iterable[str], **values: Any) -> HTMLResponse:
    """The check page, carrying what was typed. The browser's own Back finds it too."""
    carried = {name: visit.typed[name] for name in ("key", "version", *names) if visit.typed.get(name)}
    hidden = [(name, text) for name, found in carried.items() for text in found]
    answer = page(
        request, template, visit.session, typed=visit.typed, hidden=hidden, action=f"{request.url.path}/spara", **values
    )
    await keep(request, visit, answer, Draft(request.url.path, carried))
    return answer


async def done(request: Request, visit: Visit, path: str, kind: str, **facts: str) -> Response:
    """On to the receipt. What it tells is kept sealed, for this browser and once: a secret too can be told so."""
    form = request.url.path.removesuffix("/spara")
    await drafts(request).take(request, visit.session, form)  # or the form would be filled in the next time
    answer = RedirectResponse(path, SEE_OTHER)
    await keep(request, visit, answer, Draft(path, {"kind": [kind]} | {name: [text] for name, text in facts.items()}))
    return answer


async def receipt(request: Request, visit: Visit, template: str, otherwise: str, **values: Any) -> Response:
    """The receipt of what was done. Asked for again it is gone: `otherwise` says what is true."""
    kept = await kept_for(request, visit)
    if kept is None:
        return RedirectResponse(otherwise, SEE_OTHER)
    told = {name: found[0] for name, found in kept.items()}
    return page(request, template, visit.session, told=told, **values)


def errors_of(refused: RefusedError) -> dict[str, str]:
    """A refusal in words, by input ("": the whole page). Raises it again when it is no matter of this page."""
    if refused.status not in SAID:
        raise refused
    if refused.errors:
        return {_input(error): texts.error(error["code"], error.get("params", {})) for error in refused.errors}
    name, text = texts.problem("stale" if refused.status == STALE else str(refused.problem.get("code")))
    return {name: text}


def status_of(refused: RefusedError) -> int:
    """The page's status: 400 wherever something typed is wrong; what else hinders keeps its own."""
    return TYPED_WRONG if refused.errors else refused.status


def _input(error: Mapping[str, Any]) -> str:
    return str(error["pointer"]).rstrip("/0123456789").rpartition("/")[2]  # "/address/2" is one of the input's lines


async def keep(request: Request, visit: Visit, answer: Response, draft: Draft) -> None:
    """Keep something for a page that this browser will ask for."""
    await drafts(request).keep(request, visit.session, draft, answer)


async def kept_for(request: Request, visit: Visit) -> dict[str, list[str]] | None:
    """What was kept for this page, once."""
    draft = await drafts(request).take(request, visit.session, request.url.path)
    return draft.fields if draft else None
