"""A thing as it was, from what it is now and what was changed since: the audit log read backwards."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.contracts.registry import PublicUnit
from services.contracts.vocabulary import AddressType

ORDER = [one.value for one in AddressType]


def undone(fields: Mapping[str, Any], changed: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Paths and values (as `changes.flat` gives them) without these changes. A protected one has no values: it stays.

    `changed`: one version's, as the log keeps them.
    """
    told = {change["field"]: change["before"] for change in changed if not change["protected"]}
    return {name: value for name, value in {**fields, **told}.items() if value is not None}


def added_up(versions: Iterable[Iterable[Mapping[str, Any]]]) -> dict[str, Any]:
    """What changes from nothing add up to, the oldest version first."""
    fields = {change["field"]: change["after"] for changed in versions for change in changed if not change["protected"]}
    return {name: value for name, value in fields.items() if value not in (None, "", [])}


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
