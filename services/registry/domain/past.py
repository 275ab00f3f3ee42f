"""A school unit as it was, from what it is now and what was changed since: the audit log read backwards."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.contracts.registry import FieldChange, PublicUnit
from services.contracts.vocabulary import AddressType
from services.registry.domain.changes import differing, flat

ORDER = [one.value for one in AddressType]


def undone(fields: Mapping[str, Any], changed: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Paths and values (as `changes.flat` gives them) without these changes. A protected one has no values: it stays.

    `changed`: one version's, as the log keeps them.
    """
    told = {change["field"]: change["before"] for change in changed if not change["protected"]}
    return {name: value for name, value in {**fields, **told}.items() if value is not None}


def unit_of(fields: Mapping[str, Any]) -> PublicUnit:
    """The unit that paths and values stand for: what `changes.flat` took apart."""
    body: dict[str, Any] = {}
    for path, value in fields.items():
        *folders, name = path.split("/")
        place = body
        for folder in folders:
            place = place.setdefault(folder, {})
        place[name] = value
    addresses = body.pop("addresses", {})
    kinds = sorted(addresses, key=ORDER.index)
    return PublicUnit.model_validate(body | {"addresses": [{"type": kind} | addresses[kind] for kind in kinds]})


def compared(before: PublicUnit | None, after: PublicUnit | None) -> tuple[FieldChange, ...]:
    """Each field that differs between two moments. A unit that was not there yet has no fields."""
    return differing(flat(before) if before else {}, flat(after) if after else {})
