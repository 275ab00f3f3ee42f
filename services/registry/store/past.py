"""A unit's rows of the audit log back to a day, beside the unit as it stands."""

from datetime import date
from typing import Literal

import asyncpg

from services.kernel.database import Connection, Pool

View = Literal["register", "public"]
"""The register's own state at the end of a day, or what the open data of the day said."""


def _back_to(day: str) -> str:
    # One statement, so that the unit and its log are of one moment. Both days only grow with the version.
    return f"""
SELECT a.version, a.register_day, a.public_from, a.{day} AS day, a.changed,
       CASE WHEN a.version = u.version THEN u.body END AS body
FROM school_unit u JOIN audit a ON a.aggregate = u.code
WHERE u.code = $1
  AND a.{day} >= coalesce((SELECT max(p.{day}) FROM audit p WHERE p.aggregate = $1 AND p.{day} <= $2), '-infinity')
ORDER BY a.version DESC
"""


IN_REGISTER, IN_PUBLIC = _back_to("register_day"), _back_to("public_from")


async def back_to(connection: Connection | Pool, code: str, day: date, view: View) -> list[asyncpg.Record]:
    """Every version after the day and at least the one that stood at its end, newest first; the first has `body`."""
    statement = IN_PUBLIC if view == "public" else IN_REGISTER
    return list(await connection.fetch(statement, code, day))
