"""What the routes are given."""

from typing import Annotated

from fastapi import Depends, Request

from services.kernel.database import Pool


def database(request: Request) -> Pool:
    """The database pool."""
    pool: Pool = request.app.state.pool
    return pool


PoolDep = Annotated[Pool, Depends(database)]
