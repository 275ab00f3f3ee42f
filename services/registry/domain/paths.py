"""A unit's public state with other values at some paths: the way back from `changes.flat`."""

from collections.abc import Mapping
from typing import Any

from services.contracts.registry import PublicUnit
from services.registry.domain.changes import flat
from services.registry.domain.normal import ADDRESS_ORDER


def with_values(unit: PublicUnit, values: Mapping[str, Any]) -> PublicUnit:
    """The unit with these values, by path (`addresses/BESOKSADRESS/streetAddress`); None takes one away.

    Raises pydantic.ValidationError for a value that no unit can have.
    """
    body: dict[str, Any] = {}
    for path, value in {**flat(unit), **values}.items():
        if value is not None:
            _put(body, path.split("/"), value)
    by_type = body.pop("addresses", {})
    body["addresses"] = [{"type": kind, **by_type[kind]} for kind in ADDRESS_ORDER if kind in by_type]
    return PublicUnit.model_validate(body)


def _put(body: dict[str, Any], path: list[str], value: Any) -> None:
    *folders, last = path
    for name in folders:
        body = body.setdefault(name, {})
    body[last] = value
