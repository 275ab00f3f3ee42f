"""Persons and authority over HTTP."""

from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Header, Query, Response
from pydantic import ConfigDict, Field

from services.contracts.event import Wire
from services.contracts.vocabulary import OrganizationNumber, Role
from services.identity.api.doors import PoolDep
from services.identity.commands import persons as commands
from services.identity.commands.persons import NewMembership, NewPerson
from services.identity.queries import persons as queries
from services.kernel.identity import Who

router = APIRouter(tags=["Persons"])
NAME = r"^[^\x00-\x1f]+$"
Key = Annotated[
    str, Header(alias="Idempotency-Key", min_length=8, max_length=100, description="A new one for each new command")
]


class Acceptance(Wire):
    """Which version of the terms is accepted."""

    model_config = ConfigDict(extra="forbid")
    version: int = Field(ge=1, le=1_000_000)


class PersonBody(Wire):
    """A person to be given an account."""

    model_config = ConfigDict(extra="forbid")
    user_name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{2,60}$")
    name: str = Field(min_length=1, max_length=200, pattern=NAME)
    email: str = Field(max_length=254, pattern=r"^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$")
    protected: bool = False
    register_administration: bool = False


class MembershipBody(Wire):
    """A person to act for an organizer."""

    model_config = ConfigDict(extra="forbid")
    person_id: UUID
    organization_number: OrganizationNumber
    role: Role


@router.get("/me")
async def me(who: Who, pool: PoolDep) -> Response:
    """Who the caller is: name, memberships, and whether the current terms are accepted."""
    return _json(await queries.me(pool, who))


@router.post("/me/terms", status_code=204)
async def accept(body: Acceptance, who: Who, pool: PoolDep) -> None:
    """Accept the terms for users. Once is enough: a repeat changes nothing."""
    await commands.accept_terms(pool, who, body.version)


@router.get("/persons")
async def names(who: Who, pool: PoolDep, id: Annotated[list[UUID], Query(max_length=200)]) -> Response:  # noqa: A002
    """Names of persons who share an organizer with the caller."""
    return _json({"persons": await queries.names(pool, who, id)})


@router.post("/persons", status_code=201)
async def register(body: PersonBody, who: Who, pool: PoolDep, key: Key) -> dict[str, UUID]:
    """Give a person an account. For the register administration. A user name is taken once only."""
    return {"personId": await commands.register_person(pool, who, NewPerson(**body.model_dump()), key)}


@router.post("/memberships", status_code=201)
async def grant(body: MembershipBody, who: Who, pool: PoolDep, key: Key) -> dict[str, UUID]:
    """Let a person act for an organizer. For the register administration."""
    return {"membershipId": await commands.grant_membership(pool, who, NewMembership(**body.model_dump()), key)}


@router.delete("/memberships/{membership_id}", status_code=204)
async def end(membership_id: UUID, who: Who, pool: PoolDep) -> None:
    """End a person's authority for an organizer. For the register administration."""
    await commands.end_membership(pool, who, membership_id)


def _json(body: object) -> Response:
    # default: asyncpg's UUIDs are a type of their own
    content = orjson.dumps(body, default=str)
    return Response(content, media_type="application/json", headers={"Cache-Control": "no-store"})
