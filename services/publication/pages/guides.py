"""The guides for programmers, docs/api/*.md, as pages of the site."""

import itertools
import re
from functools import lru_cache

from fastapi import APIRouter, Request, Response
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from services.publication.api.answers import DOCUMENTS
from services.publication.api.v3_answers import serving_now
from services.publication.pages.nowhere import nowhere
from services.publication.rendering import page

router = APIRouter(prefix="/register/api")
GUIDES = {
    "v3": "API v3: listor, sökning, som det var en viss dag",
    "changes": "Följ ändringar: flödet och strömmen",
    "webhooks": "Webhooks: få ett anrop när en ny dag är publicerad",
    "files": "Filer för nedladdning",
    "v2": "API v2",
    "v1": "API v1",
    "problems": "Felkoder",
    "registry": "Skriva till registret, för huvudmäns egna system",
    "identity": "Användare och API-nycklar, för huvudmäns egna system",
}
"""The names of the files, and in Swedish what each is about."""
DOCUMENTS_OF_VERSIONS = {f"openapi-{name}.json": f"/skolenhetsregistret/{name}/openapi.json" for name in ("v1", "v2")}
EXAMPLE = "http://localhost:8080"
"""Where the guides' examples ask: here they ask the register that shows them."""
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


@router.get("/{name}")
async def guide(request: Request, name: str) -> Response:
    """A guide."""
    serving = serving_now(request)
    if name not in GUIDES:
        return nowhere(request, serving)
    title, html, contents = rendered(name, request.app.state.base)
    return page(
        request, serving, "guide.html", title=title, html=html, contents=contents, about=GUIDES[name], guides=GUIDES
    )


@lru_cache(len(GUIDES))
def rendered(name: str, base: str) -> tuple[str, Markup, list[tuple[str, str]]]:
    """A guide: its title, the HTML below that, and its sections (anchor, heading)."""
    text = (DOCUMENTS / f"{name}.md").read_text(encoding="utf-8").replace(EXAMPLE, base)
    _, title, _, *tokens = MARKDOWN.parse(text)
    contents = list[tuple[str, str]]()
    for token, inner in itertools.pairwise(tokens):
        if token.type == "heading_open":
            token.attrSet("id", anchor(inner.content))
            contents += [(anchor(inner.content), inner.content.replace("`", ""))] * (token.tag == "h2")
        _lead(inner.children or [])
    # Our own files, in which HTML is text; code that scrolls is reached by keyboard.
    html = MARKDOWN.renderer.render(tokens, MARKDOWN.options, {}).replace("<pre>", '<pre tabindex="0">')
    return title.content, Markup(html), contents  # noqa: S704


def anchor(heading: str) -> str:
    """A heading's anchor, as forges make them."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _lead(tokens: list[Token]) -> None:
    """Let links lead to where the site has it; what it does not have is text."""
    hidden = False
    for token in tokens:
        if token.type == "link_open":
            at = _address(str(token.attrGet("href")))
            token.hidden = hidden = at is None
            token.attrSet("href", at or "")
        elif token.type == "link_close":
            token.hidden = hidden


def _address(link: str) -> str | None:
    path, mark, fragment = link.partition("#")
    if not path or re.match(r"https?:", path):
        return link
    name = path.removesuffix(".md")
    return f"{router.prefix}/{name}{mark}{fragment}" if name in GUIDES else DOCUMENTS_OF_VERSIONS.get(path)
