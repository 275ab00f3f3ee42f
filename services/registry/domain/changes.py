"""What changed between two states of a unit, field by field, in the order people read it."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.contracts.registry import FieldChange, PublicUnit
from services.registry.domain.state import SchoolUnit

PERSONAL_IDENTITY_NUMBER = "headMasterPersonalIdentityNumber"
WORK_EMAIL = "headMasterWorkEmail"


def changes_between(before: SchoolUnit, after: SchoolUnit) -> tuple[FieldChange, ...]:
    """Each changed field. A private field is named, without its values (domain.md, section 5)."""
    changed = [*differing(flat(before.public), flat(after.public))]
    private = {
        PERSONAL_IDENTITY_NUMBER: before.private.personal_identity_number != after.private.personal_identity_number,
        WORK_EMAIL: before.private.work_email != after.private.work_email,
    }
    changed += [FieldChange(field=name, protected=True) for name, differs in private.items() if differs]
    return tuple(changed)


def wire(changes: Iterable[FieldChange]) -> list[dict[str, Any]]:
    """Changes as they are answered."""
    return [change.model_dump(mode="json", by_alias=True) for change in changes]


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    """What differs between two bodies as they are sent (camelCase, addresses as a list)."""
    return differing(_flattened(before), _flattened(after))


def differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    """The paths whose values differ, in the order people read them; both as `flat` gives them."""
    return tuple(
        FieldChange(field=name, before=old.get(name), after=new.get(name))
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    )


def net(changes: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Changes as they are sent, one after the other, made one: a field once, from its first value to its last.

    What came back to its first value is not in it.
    """
    found: dict[str, dict[str, Any]] = {}
    for change in changes:
        first = found.setdefault(change["field"], dict(change))
        first["after"] = change["after"]
    return [change for change in found.values() if change["protected"] or change["before"] != change["after"]]


def flat(unit: PublicUnit) -> dict[str, Any]:
    """The unit as paths and plain values: `addresses/BESOKSADRESS/streetAddress`. Lists of words stay lists."""
    return _flattened(unit.model_dump(mode="json", by_alias=True, exclude_none=True))


def _flattened(body: Mapping[str, Any]) -> dict[str, Any]:
    addresses = {
        address["type"]: {name: value for name, value in address.items() if name != "type"}
        for address in body.get("addresses", [])
    }
    return dict(_paths({**body, "addresses": addresses}, ""))


def _paths(value: Any, path: str) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [pair for name, item in value.items() for pair in _paths(item, f"{path}/{name}" if path else name)]
    return [] if value in (None, "", []) else [(path, value)]
