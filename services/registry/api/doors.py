"""What the routes are given."""

from typing import Annotated

from fastapi import Depends, Request

from services.registry.register import Register


def register(request: Request) -> Register:
    """The register's means."""
    means: Register = request.app.state.register
    return means


RegisterDep = Annotated[Register, Depends(register)]
