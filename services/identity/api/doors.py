"""Who knocks, and what the routes are given."""

from typing import Annotated

from fastapi import Depends, Request

from services.kernel.database import Pool
from services.kernel.identity import Subject


async def subject(request: Request) -> Subject:
    """The logged-in person. Raises Problem 401."""
    who: Subject = await request.app.state.authenticate(await request.app.state.bearer(request))
    return who


def database(request: Request) -> Pool:
    """The database pool."""
    pool: Pool = request.app.state.pool
    return pool


Who = Annotated[Subject, Depends(subject)]
PoolDep = Annotated[Pool, Depends(database)]
