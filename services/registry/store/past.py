"""A thing's rows of the audit log back to a day, beside the thing as it stands where the log does not begin with it."""

from datetime import date
from typing import Literal

import asyncpg

from services.kernel.database import Connection, Pool

View = Literal["register", "public"]
"""The register's own state at the end of a day, or what the open data of the day said."""
Kind = Literal["school_unit", "organizer", "introduced"]
"""What was loaded has its state in its table; what was introduced by a command has all of it in the log."""


def _back_to(day: str, table: str, name: str) -> str:
    # One statement, so that the thing and its log are of one moment. Both days only grow with the version.
    return f"""
SELECT a.version, a.register_day, a.public_from, a.{day} AS day, a.changed,
       CASE WHEN a.version = t.version THEN t.body END AS body
FROM {table} t JOIN audit a ON a.aggregate = t.{name}
WHERE t.{name} = $1
  AND a.{day} >= coalesce((SELECT max(p.{day}) FROM audit p WHERE p.aggregate = $1 AND p.{day} <= $2), '-infinity')
ORDER BY a.version DESC
"""


def _all(day: str) -> str:
    return f"""
SELECT version, register_day, public_from, {day} AS day, changed FROM audit
WHERE aggregate = $1 ORDER BY version DESC
"""


UNIT_IN_REGISTER, UNIT_IN_PUBLIC = (_back_to(day, "school_unit", "code") for day in ("register_day", "public_from"))
ORGANIZER_IN_REGISTER, ORGANIZER_IN_PUBLIC = (
    _back_to(day, "organizer", "number") for day in ("register_day", "public_from")
)
LOG_IN_REGISTER, LOG_IN_PUBLIC = _all("register_day"), _all("public_from")
STATEMENTS: dict[Kind, dict[View, str]] = {
    "school_unit": {"register": UNIT_IN_REGISTER, "public": UNIT_IN_PUBLIC},
    "organizer": {"register": ORGANIZER_IN_REGISTER, "public": ORGANIZER_IN_PUBLIC},
    "introduced": {"register": LOG_IN_REGISTER, "public": LOG_IN_PUBLIC},
}


async def back_to(
    connection: Connection | Pool, kind: Kind, aggregate: str, day: date, view: View
) -> list[asyncpg.Record]:
    """Every version after the day and at least the one that stood at its end, newest first.

    Of what has its state in its table, the first has it as `body`; of what was introduced, all versions are there.
    """
    given = (aggregate,) if kind == "introduced" else (aggregate, day)
    return list(await connection.fetch(STATEMENTS[kind][view], *given))
