"""What is to be counted among an organizer's units, and what of the organizer is not public yet."""

from services.kernel.database import Connection, Pool

LACKS = {
    "head-teacher": """(u.status = 'AKTIV' AND coalesce(u.body ->> 'headMaster', '') = '')""",
    "place": """(
      u.status IN ('AKTIV', 'VILANDE') AND coalesce(u.body ->> 'schoolUnitType', 'SKOLENHET') = 'SKOLENHET'
      AND NOT u.body @? '$.addresses[*] ? (@.type == "BESOKSADRESS").geoCoordinates.latitude')""",
}
"""What a unit ought to have and does not. A place: the coordinates of the visiting address, by which a map shows it;
a central reporting unit has none, one abroad lies on no map of ours, and one that is planned has not started."""
UNITS = f"""
SELECT count(*) AS total,
       count(*) FILTER (WHERE u.status = 'AKTIV') AS "AKTIV",
       count(*) FILTER (WHERE u.status = 'VILANDE') AS "VILANDE",
       count(*) FILTER (WHERE u.status = 'PLANERAD') AS "PLANERAD",
       count(*) FILTER (WHERE u.status = 'UPPHORT') AS "UPPHORT",
       count(*) FILTER (WHERE u.public_from > d.day) AS not_public,
       count(*) FILTER (WHERE {LACKS["head-teacher"]}) AS "head-teacher",
       count(*) FILTER (WHERE {LACKS["place"]}) AS "place"
FROM school_unit u CROSS JOIN register_day d WHERE u.organizer = $1
"""
ORGANIZER_NOT_PUBLIC = """
SELECT EXISTS (SELECT FROM audit WHERE aggregate = $1 AND public_from > (SELECT day FROM register_day))
"""


async def units(connection: Connection | Pool, number: str) -> dict[str, int]:
    """How many units an organizer has: `total`, by status, `not_public`, and by each key of LACKS."""
    row = await connection.fetchrow(UNITS, number)
    return dict(row) if row else {}


async def organizer_not_public(connection: Connection | Pool, number: str) -> bool:
    """Whether the organizer's own data have changes that today's public view does not have."""
    return await connection.fetchval(ORGANIZER_NOT_PUBLIC, number) is True
