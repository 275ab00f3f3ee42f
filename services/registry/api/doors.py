"""What the routes are given."""

from typing import Annotated

from fastapi import Depends, Request

from services.registry.register import Register


def register(request: Request) -> Register:
    """The register's means."""
    means: Register = request.app.state.register
    return means


RegisterDep = Annotated[Register, Depends(register)]
VISIBLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]*$"
"""A text without control characters, and without those that turn the reading direction."""
