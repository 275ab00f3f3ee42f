"""What is to be counted among an organizer's units, and what of the organizer is not public yet."""

from services.kernel.database import Connection, Pool

FAR = 2000
"""Metres: so far beyond what a municipality reaches, a place is clearly another's; outlines are coarse."""
PLACE = '$.addresses[*] ? (@.type == "BESOKSADRESS").geoCoordinates'
LACKS = {
    "head-teacher": """(u.status = 'AKTIV' AND coalesce(u.body ->> 'headMaster', '') = '')""",
    "place": """(
      u.status IN ('AKTIV', 'VILANDE') AND coalesce(u.body ->> 'schoolUnitType', 'SKOLENHET') = 'SKOLENHET'
      AND NOT u.body @? '$.addresses[*] ? (@.type == "BESOKSADRESS").geoCoordinates.latitude')""",
    "right-place": f"""(
      u.status IN ('AKTIV', 'VILANDE') AND EXISTS (
        SELECT FROM municipality_extent x,
        jsonb_path_query(u.body, '{PLACE}.coordinateSweRefN.double()', '{{}}', true) n,
        jsonb_path_query(u.body, '{PLACE}.coordinateSweRefE.double()', '{{}}', true) e
        WHERE x.code = u.municipality_code AND NOT (
          n::float BETWEEN x.south - {FAR} AND x.north + {FAR}
          AND e::float BETWEEN x.west - {FAR} AND x.east + {FAR})))""",
}
"""What a unit ought to have and does not. A place: the coordinates of the visiting address, by which a map shows it;
a central reporting unit has none, one abroad lies on no map of ours, and one that is planned has not started. The
right place: not clearly outside the municipality, by how far that reaches. What is no number, as imports can have it,
is nowhere."""
UNITS = f"""
SELECT count(*) AS total,
       count(*) FILTER (WHERE u.status = 'AKTIV') AS "AKTIV",
       count(*) FILTER (WHERE u.status = 'VILANDE') AS "VILANDE",
       count(*) FILTER (WHERE u.status = 'PLANERAD') AS "PLANERAD",
       count(*) FILTER (WHERE u.status = 'UPPHORT') AS "UPPHORT",
       count(*) FILTER (WHERE u.public_from > d.day) AS not_public,
       count(*) FILTER (WHERE {LACKS["head-teacher"]}) AS "head-teacher",
       count(*) FILTER (WHERE {LACKS["place"]}) AS "place",
       count(*) FILTER (WHERE {LACKS["right-place"]}) AS "right-place"
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
