"""What a problem of our APIs means: where its `type` leads (RFC 9457, section 3.1.1)."""

import re
from functools import cache
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from services.eservice.rendering import markdown, page

router = APIRouter()
DOCUMENT = Path(__file__).parents[3] / "docs" / "api" / "problems.md"


@cache
def explained() -> dict[str, str]:
    """Each problem's code with its part of docs/api/problems.md, in Markdown."""
    parts = re.split(r"^#{2,3} ", DOCUMENT.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {code: text.strip() for code, _, text in (part.partition("\n") for part in parts[1:])}


@router.get("/docs/problems/{code}", response_class=HTMLResponse)
async def problem(request: Request, code: str) -> Response:
    """One problem, explained in English to those who write programs."""
    text = explained().get(code)
    if text is None:
        raise HTTPException(404)
    return page(request, "problem", code=code, html=markdown(text))
