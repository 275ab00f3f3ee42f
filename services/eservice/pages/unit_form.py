"""What the pages with a unit's questions share: one group a page, and all that was typed goes on from page to page."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

import orjson
from fastapi import Path, Request, Response
from fastapi.responses import RedirectResponse

from services.eservice.drafts import Draft
from services.eservice.forms import unit as forms
from services.eservice.forms.unit import Typed
from services.eservice.pages.doors import SEE_OTHER, Visit, new_key
from services.eservice.pages.steps import keep

Group = Annotated[str, Path(pattern=f"^({'|'.join(forms.GROUPS)})$")]
SHOWN, TO = "group", "to"
"""The groups that the form showed; what to go on to: one of them, or the page of all."""


def shown(typed: Typed, errors: Iterable[str] = ()) -> list[str]:
    """The groups to show: those that the form showed, and each where something is wrong."""
    found = set(typed.get(SHOWN, ())) | set(forms.in_groups(name for name in errors if name in forms.NAMES))
    return [group for group in forms.GROUPS if group in found] or [next(iter(forms.GROUPS))]


def carried(typed: Typed, groups: Sequence[str], others: Sequence[str] = ()) -> list[tuple[str, str]]:
    """What a form of some groups carries: what was typed in the rest, and `others` beside a unit's inputs."""
    rest = [name for name in forms.NAMES if forms.group_of(name) not in groups]
    return [*pairs({name: typed.get(name, []) for name in (*rest, *others)}), *((SHOWN, group) for group in groups)]


def pairs(typed: Typed, leaving_out: Sequence[str] = ()) -> list[tuple[str, str]]:
    """What was typed, as hidden inputs."""
    return [(name, text) for name, values in typed.items() if name not in leaving_out for text in values]


def frame(found: Mapping[str, Any], base: Typed) -> list[tuple[str, str]]:
    """What an edit's form carries beside its inputs: the version seen, its command's key, the values seen."""
    return [("version", str(found["version"])), ("key", new_key()), ("base", orjson.dumps(base).decode())]


def base_of(visit: Visit) -> Typed | None:
    """The values that the form was made from; None when they are not as we wrote them."""
    try:
        base = orjson.loads(visit.one("base"))
    except orjson.JSONDecodeError:
        return None
    is_ours = isinstance(base, dict) and all(isinstance(values, list) for values in base.values())
    return forms.only_known(base) if is_ours else None


async def keep_typed(
    request: Request, visit: Visit, answer: Response, form: str, typed: Typed, others: Sequence[str]
) -> None:
    """Keep what was typed in the form at `form`: each of its pages has it, however one comes there."""
    kept = {name: typed[name] for name in (*forms.NAMES, *others) if typed.get(name)}
    await keep(request, visit, answer, Draft(form, kept))


async def go_on(request: Request, visit: Visit, form: str, to: str, typed: Typed, others: Sequence[str]) -> Response:
    """On to another page of the form, one that the browser can come back to."""
    answer = RedirectResponse(f"{form}/{to}" if to in forms.GROUPS else form, SEE_OTHER)
    await keep_typed(request, visit, answer, form, typed, others)
    return answer
