"""What is asked about imports of the companies register. Whoever asks must have been let in."""

from typing import Any
from uuid import UUID

import asyncpg

from services.kernel.database import Connection, Pool
from services.registry.commands import authority
from services.registry.domain.companies import KINDS
from services.registry.store import companies

MOST_LISTED = 20
PAGE_SIZE = 50


async def latest(connection: Connection | Pool) -> list[dict[str, Any]]:
    """The newest imports, without their counts."""
    return [_told(row) for row in await companies.latest(connection, MOST_LISTED)]


async def one(connection: Connection | Pool, import_id: UUID) -> dict[str, Any]:
    """One import with its progress and its counts. Raises Problem 404."""
    row = await companies.find(connection, import_id)
    if row is None:
        raise authority.not_found()
    none = {"found": 0, "chosen": 0, "applied": 0, "outdated": 0}
    found: dict[str, dict[str, int]] = {kind: dict(none) for kind in KINDS}
    for count in await companies.counts(connection, import_id):
        found[count["kind"]] = {name: count[name] for name in none}
    return _told(row) | {"progress": _progress(row, found), "differences": found, "refused": row["refused"]}


async def differences(connection: Connection | Pool, import_id: UUID, kind: str, page: int) -> dict[str, Any]:
    """A page of an import's differences, by name. Raises Problem 404."""
    if await companies.find(connection, import_id) is None:
        raise authority.not_found()
    rows = await companies.differences(connection, import_id, kind, size=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
    total = rows[0]["total"] if rows else 0
    found = [
        {"organizationNumber": row["number"], "kind": row["kind"], "displayName": row["display_name"],
         "changed": row["changed"], "chosen": row["chosen"], "outcome": row["outcome"]}
        for row in rows
    ]  # fmt: skip
    return {"total": total, "page": page, "pages": -(-total // PAGE_SIZE), "differences": found}


def _told(row: asyncpg.Record) -> dict[str, Any]:
    return {
        "importId": str(row["id"]),
        "version": row["version"],
        "state": row["state"],
        "fileName": row["file_name"],
        "asOf": row["as_of"],
        "complete": row["complete"],
        "uploadedAt": row["uploaded_at"],
        "registerDay": row["register_day"],
    }


def _progress(row: asyncpg.Record, found: dict[str, dict[str, int]]) -> dict[str, int]:
    """How many rows are compared; once differences are chosen, how many of those are done."""
    if row["state"] in {"comparing", "compared"}:
        return {"done": row["total"] - row["waiting"], "total": row["total"]}
    return {
        "done": sum(count["applied"] + count["outdated"] for count in found.values()),
        "total": sum(count["chosen"] for count in found.values()),
    }
