"""Interactive documentation of each version, with everything that it needs from here."""

from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse

from services.publication.api.answers import BOTH, ContractError, contract_file

router = APIRouter(prefix="/skolenhetsregistret")
OURS = Path(__file__).parents[1] / "static"
SWAGGER = Path(str(files("fastapi_offline"))) / "static"
STATIC = {
    "favicon.png": SWAGGER,
    "docs.css": OURS,
    "docs.js": OURS,
    "swagger-ui.css": SWAGGER,
    "swagger-ui-bundle.js": SWAGGER,
}
VERSIONS = {"v3": "Version 3", "v2": "Version 2", "v1": "Version 1"}
KEPT = "public, max-age=3600"
POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"
"""Swagger UI sets styles on its elements; no script but the two files."""
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="icon" href="static/favicon.png">
<title>{name} - open register of school units</title>
<link rel="stylesheet" href="static/swagger-ui.css"><link rel="stylesheet" href="static/docs.css">
<header><p>Open register of school units</p><nav aria-label="Versions"><ul>{versions}</ul></nav></header>
<main id="docs">
<noscript><p>Without scripts: <a href="../{version}/openapi.json">the OpenAPI document</a>.</p></noscript>
</main>
<script src="static/swagger-ui-bundle.js"></script>
<script src="static/docs.js" data-url="../{version}/openapi.json"></script></html>"""


@router.api_route("/docs", methods=BOTH)
@router.api_route("/docs/", methods=BOTH)
async def newest() -> Response:
    """The newest version's."""
    return RedirectResponse("/skolenhetsregistret/docs/v3")


@router.api_route("/docs/{version}", methods=BOTH)
async def page(version: str) -> Response:
    """One version's."""
    if version not in VERSIONS:
        raise ContractError(404, "There is no such version")
    current = {version: ' aria-current="page"'}
    versions = "".join(
        f'<li><a href="{name}"{current.get(name, "")}>{title}</a></li>' for name, title in VERSIONS.items()
    )
    text = PAGE.format(name=VERSIONS[version], versions=versions, version=version)
    return HTMLResponse(text, headers={"Content-Security-Policy": POLICY, "Cache-Control": KEPT})


@router.api_route("/docs/static/{name}", methods=BOTH)
async def static(name: str) -> Response:
    """A file of the pages."""
    if name not in STATIC:
        raise ContractError(404, "There is no such file")
    return FileResponse(STATIC[name] / name, headers={"Cache-Control": KEPT})


@router.api_route("/swagger-ui/index.html", methods=BOTH)
async def page_of_the_original() -> Response:
    """Where the original has its documentation, of version 2 (openapi-v2.md, Sources)."""
    return RedirectResponse("/skolenhetsregistret/docs/v2")


@router.api_route("/skolenhetsregistret_v2_openapi.yaml", methods=BOTH)
async def document_of_the_original(request: Request) -> Response:
    """The contract of version 2: JSON is YAML too."""
    return contract_file(request, "openapi-v2.json", "application/yaml")
