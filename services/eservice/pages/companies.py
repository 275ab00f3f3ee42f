"""The companies register, for the register administration: upload an extract, see what differs, apply it."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import UploadFile

from services.eservice import organizer_texts, texts
from services.eservice.clients.api import RefusedError
from services.eservice.forms import companies as forms
from services.eservice.pages.administration import Administrator
from services.eservice.pages.doors import SEE_OTHER, Visit
from services.eservice.pages.steps import Id, errors_of, frame, key_of, question, seen, status_of
from services.eservice.rendering import page

router = APIRouter()
HOME = "/forvaltning/foretagsregister"
Page = Annotated[int, Query(alias="page", ge=1, le=100_000)]
BUSY = frozenset({"comparing", "applying"})


@router.get(HOME, response_class=HTMLResponse)
async def imports(request: Request, visit: Administrator) -> HTMLResponse:
    """What the companies register is, and the newest imports."""
    return page(request, "companies/list", visit.session, imports=await visit.services.companies.latest())


@router.get(HOME + "/ny", response_class=HTMLResponse)
async def form(request: Request, visit: Administrator) -> HTMLResponse:
    """The file, its day, and whether it has every organizer."""
    return await _form(request, visit)


@router.post(HOME + "/ny", response_class=HTMLResponse)
async def upload(request: Request, visit: Administrator) -> Response:
    """Upload the file; a job compares it. Nothing is changed by that."""
    key, file = key_of(visit), (await request.form()).get("file")
    content = await file.read() if isinstance(file, UploadFile) else b""
    name = forms.file_name(file.filename) if isinstance(file, UploadFile) else ""
    as_of, errors = forms.upload(visit.one("asOf"), visit.one("complete"), content)
    if errors or as_of is None:
        return await _form(request, visit, errors, 400)
    try:
        made = await _sent(visit, content, name, as_of, key)
    except RefusedError as refused:
        return await _form(request, visit, _told(refused), status_of(refused))
    return RedirectResponse(f"{HOME}/{made['importId']}", SEE_OTHER)


@router.get(HOME + "/{upload}", response_class=HTMLResponse)
async def one(request: Request, visit: Administrator, upload: Id, page_number: Page = 1) -> HTMLResponse:
    """How far an import has come, and what differs. While it is busy the page comes again by itself."""
    return await _one(request, visit, upload, page_number)


@router.post(HOME + "/{upload}/infor", response_class=HTMLResponse)
async def check(request: Request, visit: Administrator, upload: Id, page_number: Page = 1) -> HTMLResponse:
    """The check page: what will be applied."""
    version, key = seen(visit)
    kinds, numbers = forms.chosen(visit.typed.get("kinds", []), visit.typed.get("numbers", []))
    if not kinds and not numbers:
        errors = {"choose": texts.ERRORS["nothing-chosen"]}
        return await _one(request, visit, upload, page_number, errors, 400)
    found = await visit.services.companies.one(upload)
    listed = (await visit.services.companies.differences(upload, page_number))["differences"]
    single = [each for each in listed if each["organizationNumber"] in numbers and each["kind"] not in kinds]
    hidden = [
        ("version", version), ("key", key), *(("kinds", kind) for kind in kinds),
        *(("numbers", each["organizationNumber"]) for each in single),
    ]  # fmt: skip
    return page(
        request, "companies/check", visit.session, found=found, kinds=kinds, single=_in_words(single), hidden=hidden,
        action=f"{HOME}/{upload}/infor/spara", cancel=f"{HOME}/{upload}",
    )  # fmt: skip


@router.post(HOME + "/{upload}/infor/spara", response_class=HTMLResponse)
async def apply(request: Request, visit: Administrator, upload: Id) -> Response:
    """Apply what was chosen; the import's own page shows the progress, and is the receipt."""
    version, key = seen(visit)
    kinds, numbers = forms.chosen(visit.typed.get("kinds", []), visit.typed.get("numbers", []))
    try:
        await visit.services.companies.apply(upload, kinds, numbers, version, key)
    except RefusedError as refused:
        return await _one(request, visit, upload, 1, _told(refused), status_of(refused))
    return RedirectResponse(f"{HOME}/{upload}", SEE_OTHER)


async def _sent(visit: Visit, content: bytes, name: str, as_of: date, key: str) -> dict[str, Any]:
    complete = visit.one("complete") == forms.WHOLE
    return await visit.services.companies.upload(content, name, as_of.isoformat(), key, complete=complete)


async def _form(
    request: Request, visit: Visit, errors: dict[str, str] | None = None, status: int = 200
) -> HTMLResponse:
    return await question(
        request, visit, "companies/upload", status=status, errors=errors or {}, cancel=HOME, action=f"{HOME}/ny"
    )


async def _one(
    request: Request,
    visit: Visit,
    upload: str,
    page_number: int,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    found = await visit.services.companies.one(upload)
    listed = await visit.services.companies.differences(upload, page_number)
    listed["differences"] = _in_words(listed["differences"])
    return page(
        request, "companies/import", visit.session, status=status, found=found, listed=listed, home=HOME,
        is_busy=found["state"] in BUSY, errors=errors or {}, typed=visit.typed, hidden=frame(found["version"]),
        action=f"{HOME}/{upload}/infor?page={page_number}",
        left=[kind for kind, count in found["differences"].items() if count["found"] > count["chosen"]],
    )  # fmt: skip


def _in_words(differences: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each | {"changed": organizer_texts.told(each["changed"])} for each in differences]


def _told(refused: RefusedError) -> dict[str, str]:
    """A refusal in words; of an unreadable file also what the registry found."""
    errors = errors_of(refused)
    if refused.code == "file-unreadable":
        return {"file": f"{errors['file']} {organizer_texts.unreadable(str(refused.problem.get('detail', '')))}"}
    return {"choose" if name == "organizationNumbers" else name: text for name, text in errors.items()}
