"""Who knocks, and what the routes are given."""

from typing import Annotated

from fastapi import Depends, Request

from services.kernel.identity import Subject
from services.registry.register import Register


async def subject(request: Request) -> Subject:
    """The logged-in person. Raises Problem 401."""
    who: Subject = await request.app.state.authenticate(await request.app.state.bearer(request))
    return who


def register(request: Request) -> Register:
    """The register's means."""
    means: Register = request.app.state.register
    return means


Who = Annotated[Subject, Depends(subject)]
RegisterDep = Annotated[Register, Depends(register)]
