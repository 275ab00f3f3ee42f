"""What is asked about files with many units, and the files themselves. Whoever asks must have been let in."""

from typing import Any
from uuid import UUID

from services.contracts.vocabulary import Status
from services.kernel.database import Connection, Pool
from services.registry.commands import authority
from services.registry.domain.bulk_columns import BY_NAME, cells_of
from services.registry.register import Register
from services.registry.store import bulk, units

PAGE_SIZE = 50
MOST_ERRORS = 500


async def one(connection: Connection | Pool, register: Register, upload_id: UUID) -> dict[str, Any]:
    """One upload with its progress, its counts and its first errors by row and column. Raises Problem 404."""
    row = await bulk.find(connection, upload_id)
    if row is None:
        raise authority.not_found()
    _, wrong = await bulk.found_rows(
        connection, register.vault, upload_id, ["wrong", "outdated"], size=MOST_ERRORS, offset=0
    )
    return {
        "uploadId": str(row["id"]),
        "version": row["version"],
        "organizationNumber": row["organizer"],
        "state": row["state"],
        "fileName": row["file_name"],
        "uploadedAt": row["uploaded_at"],
        "registerDay": row["register_day"],
        "progress": {"done": row["total"] - row["waiting"], "total": row["total"]},
        "changed": row["changed"],
        "wrong": row["wrong"],
        "errors": [_error(each, error) for each in wrong for error in each["errors"]][:MOST_ERRORS],
    }


async def organizer_of(connection: Connection | Pool, upload_id: UUID) -> str:
    """Whose file it is. Raises Problem 404."""
    row = await bulk.find(connection, upload_id)
    if row is None:
        raise authority.not_found()
    return str(row["organizer"])


async def changes(connection: Connection | Pool, register: Register, upload_id: UUID, page: int) -> dict[str, Any]:
    """A page of the rows that change something, field by field."""
    total, rows = await bulk.found_rows(
        connection, register.vault, upload_id, ["changed"], size=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE
    )
    return {"total": total, "page": page, "pages": -(-total // PAGE_SIZE), "rows": rows}


async def own_units(connection: Connection | Pool, register: Register, organizer: str) -> list[dict[str, str]]:
    """The organizer's units that can be edited, as cells, by their codes."""
    rows = await units.of_organizer(connection, register.vault, organizer)
    return [cells_of(row.unit) for row in rows if row.unit.public.status is not Status.UPPHORT]


def _error(row: dict[str, Any], error: dict[str, Any]) -> dict[str, Any]:
    column = BY_NAME[error["column"]]
    place = {"row": row["row"], "schoolUnitCode": row["schoolUnitCode"], "heading": column.heading}
    return place | error
