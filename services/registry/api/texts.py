"""What comes as text and is none: refused before anything else looks at it, for every route."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from fastapi import Request

from services.kernel.problems import Problem

NO_TEXT = re.compile("[\0\ud800-\udfff]")
"""NUL and half a surrogate pair: JSON can carry them, PostgreSQL and UTF-8 cannot."""
MOST_NAMED = 20


async def only_texts(request: Request) -> None:
    """Every route depends on it. Raises Problem 422, which names the fields.

    It comes before the fields are checked: their errors, and the answer that is kept, would have the text in them.
    """
    asked: list[tuple[str, Any]] = [(f"/query/{name}", value) for name, value in request.query_params.multi_items()]
    asked += [(f"/path/{name}", value) for name, value in request.path_params.items()]
    asked.append(("", getattr(request, "_json", None)))  # the body, where FastAPI has read one as JSON
    if wrong := [*islice(_no_texts(asked), MOST_NAMED)]:
        detail = "NUL, or half of a surrogate pair"
        errors = [{"pointer": pointer, "code": "bad-characters", "detail": detail} for pointer in wrong]
        raise Problem(422, "malformed", "The request does not have the right form", errors=errors)


def _no_texts(values: list[tuple[str, Any]]) -> Iterator[str]:
    """Pointers to texts that are none; where a field's name is one, to what has the field. Any depth is looked at."""
    while values:
        pointer, value = values.pop()
        if isinstance(value, str) and NO_TEXT.search(value):
            yield pointer
        elif isinstance(value, dict):
            if NO_TEXT.search("".join(value)):
                yield pointer
            else:
                values += [(f"{pointer}/{_step(name)}", inner) for name, inner in value.items()]
        elif isinstance(value, list):
            values += [(f"{pointer}/{place}", inner) for place, inner in enumerate(value)]


def _step(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
