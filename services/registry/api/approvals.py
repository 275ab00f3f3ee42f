"""The yearly approval over HTTP."""

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Response
from pydantic import ConfigDict, Field

from services.contracts.event import Wire
from services.kernel.idempotency import Key
from services.kernel.identity import Who
from services.registry.api.doors import Number, RegisterDep, json_answer, versioned
from services.registry.certificate import certificate_pdf
from services.registry.commands.approvals import Approve, approve
from services.registry.queries import approvals as queries

router = APIRouter(tags=["Approval"])
SchoolYear = Annotated[str, Path(pattern=r"^20[0-9]{2}-[0-9]{2}$", description="A school year, as 2026-27")]
Aggregate = Annotated[str, Field(max_length=100, pattern=r"^[A-Za-z0-9/-]+$")]
MOST = 20_000


class Approval(Wire):
    """What is approved: everything or some of it, and the version of each as it was seen."""

    model_config = ConfigDict(extra="forbid")

    items: Literal["all"] | Annotated[tuple[Aggregate, ...], Field(max_length=MOST)] = Field(
        description="`all`, or school unit codes, the organization number, and kind/id"
    )
    versions: dict[Aggregate, Annotated[int, Field(ge=1, le=999_999_999)]] = Field(
        max_length=MOST, description="The version of each item, as `GET …/approval` told it"
    )


@router.get("/organizers/{number}/approval")
async def state(number: Number, who: Who, register: RegisterDep) -> Response:
    """How the approval for the coming school year stands: days left, and each thing with what changed."""
    return json_answer(await queries.state(register, who, number))


@router.get("/organizers/{number}/approvals")
async def given(number: Number, who: Who, register: RegisterDep) -> Response:
    """What was approved for each school year, by whom and when, the newest first."""
    return json_answer(await queries.given(register, who, number))


@router.post("/organizers/{number}/approvals", status_code=201)
async def post(number: Number, approval: Approval, who: Who, register: RegisterDep, key: Key) -> Response:
    """Approve for the coming school year, all or some. What one approves is what one saw: `versions`."""
    items = None if approval.items == "all" else approval.items
    body = await approve(register, who, Approve(number, items, approval.versions, key))
    return versioned(body, 201)


@router.get("/organizers/{number}/approvals/{school_year}/certificate", response_class=Response)
async def certificate(number: Number, school_year: SchoolYear, who: Who, register: RegisterDep) -> Response:
    """A certificate of what was approved for a school year, as a PDF that everybody can read."""
    content = await queries.certificate(register, who, number, int(school_year[:4]))
    pdf = await asyncio.to_thread(certificate_pdf, content)
    return Response(pdf, media_type="application/pdf", headers={"Cache-Control": "no-store"})
