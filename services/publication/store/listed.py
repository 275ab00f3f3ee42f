"""How entities are found: by facets, words, place and day, in any view and as of any day (migration 0002)."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any, cast

import asyncpg

from services.kernel.database import Connection, Pool
from services.publication.domain.asked import GROUPS, WORDS, Last, Question, SortKey
from services.publication.domain.history import Kind, Seen, Version
from services.publication.domain.listing import listed

CHUNK = 1000
BY_KIND: tuple[Kind, ...] = ("contract", "organizer", "provider", "unit")
"""The kinds in the order of their names."""

ADD = """
INSERT INTO listed (kind, id, version, valid_from, public_from, organizer, name, facets, name_words, words, place)
SELECT kind, id, version, valid_from, public_from, organizer, name,
  string_to_array(facets, chr(31)), array_to_tsvector(string_to_array(name_words, ' ')),
  array_to_tsvector(string_to_array(words, ' ')), place
FROM unnest($1::text[], $2::text[], $3::integer[], $4::date[], $5::date[], $6::text[], $7::text[], $8::text[],
            $9::text[], $10::text[], $11::point[])
  AS of (kind, id, version, valid_from, public_from, organizer, name, facets, name_words, words, place)
ON CONFLICT DO NOTHING
"""
END = """
UPDATE listed l SET valid_to = n.valid_to, public_to = n.public_to
FROM (
  SELECT kind, id, version, lead(valid_from) OVER w AS valid_to, lead(public_from) OVER w AS public_to
  FROM listed WHERE (kind, id) IN (SELECT * FROM unnest($1::text[], $2::text[]))
  WINDOW w AS (PARTITION BY kind, id ORDER BY version)
) n
WHERE (l.kind, l.id, l.version) = (n.kind, n.id, n.version) AND l.public_to IS DISTINCT FROM n.public_to
"""
ALL_WORDS = """
SELECT DISTINCT word COLLATE "C" AS word FROM listed, unnest(tsvector_to_array(words)) AS word
WHERE public_from <= $1 ORDER BY 1
"""
NOT_LISTED = """
SELECT h.* FROM history h WHERE NOT EXISTS (
  SELECT FROM listed l WHERE (l.kind, l.id, l.version) = (h.kind, h.id, h.version)) LIMIT $1
"""

HOLDS = "public_from <= $2 AND valid_from <= $3 AND (public_to IS NULL OR public_to > $2 OR valid_to > $3)"
"""The one version of an entity that holds: in view $2, as of day $3."""
_GROUP, _WORD, _NAME = 5, 5 + GROUPS, 5 + GROUPS + 3 * WORDS
_NEAR, _AFTER = _NAME + 4, _NAME + 8
_KEY = _AFTER + 1
_METRES = f"""12742017.6 * asin(sqrt(
  sin(radians(place[1] - ${_NEAR + 2}::float8) / 2) ^ 2
  + cos(radians(place[1])) * cos(radians(${_NEAR + 2}::float8))
  * sin(radians(place[0] - ${_NEAR + 1}::float8) / 2) ^ 2))"""
"""The distance in metres from longitude and latitude on a sphere of the Earth's mean radius (haversine)."""
_FOUND = f"""kind = $1 AND {HOLDS} AND ($4::text[] IS NULL OR organizer = ANY($4))
  {"".join(f" AND (${n}::text[] IS NULL OR facets && ${n})" for n in range(_GROUP, _WORD))}
  {
    "".join(
        f" AND (${n}::text IS NULL OR words @@ ${n}::text::tsquery OR organizer = ANY(${n + 1}::text[])"
        f" OR facets && ${n + 2}::text[])"
        for n in range(_WORD, _NAME, 3)
    )
}
  AND (${_NAME}::text IS NULL OR name_words @@ ${_NAME}::text::tsquery)
  AND (${_NAME + 1}::text IS NULL OR NOT name_words @@ ${_NAME + 1}::text::tsquery)
  AND (${_NAME + 2}::text IS NULL OR name ^@ ${_NAME + 2})
  AND (${_NAME + 3}::text IS NULL OR NOT name ^@ ${_NAME + 3})
  AND (${_NEAR}::box IS NULL OR place <@ ${_NEAR})
  AND (${_NEAR + 3}::float8 IS NULL OR {_METRES} <= ${_NEAR + 3})
  AND (${_AFTER}::date IS NULL OR valid_from >= ${_AFTER})"""


def _page(key: str, of_type: str, *, down: bool = False) -> str:
    way, beyond = ("DESC", "<") if down else ("ASC", ">")
    return f"""
SELECT l.id, l.version, l.valid_from AS modified, h.body, l.key, l.metres, (
  SELECT min(register_day) FROM history f WHERE (f.kind, f.id) = (h.kind, h.id)) AS created
FROM (
  SELECT id, version, valid_from, {key} AS key, {_METRES} AS metres
  FROM listed WHERE {_FOUND}
    AND (${_KEY + 1}::text IS NULL OR ({key}, id) {beyond} (${_KEY}::{of_type}, ${_KEY + 1}::text))
  ORDER BY {key} {way}, id {way} LIMIT ${_KEY + 2}
) l JOIN history h ON (h.kind, h.id, h.version) = ($1, l.id, l.version)
ORDER BY l.key {way}, l.id {way}
"""


BY_NAME, BY_NAME_DOWN = _page("name", "text"), _page("name", "text", down=True)
BY_CHANGE, BY_CHANGE_DOWN = _page("valid_from", "date"), _page("valid_from", "date", down=True)
BY_ID, BY_ID_DOWN = _page("id", "text"), _page("id", "text", down=True)
BY_DISTANCE = _page(_METRES, "float8")
PAGES: dict[SortKey, str] = {
    "displayName": BY_NAME, "-displayName": BY_NAME_DOWN, "modified": BY_CHANGE, "-modified": BY_CHANGE_DOWN,
    "id": BY_ID, "-id": BY_ID_DOWN, "distance": BY_DISTANCE,
}  # fmt: skip
COUNT = f"SELECT count(*) FROM listed WHERE {_FOUND}"
MATCHING = f"""
SELECT asked.word, kind, array_agg(id) AS found
FROM unnest($4::text[]) AS asked (word) JOIN listed ON words @@ asked.word::tsquery
WHERE kind = ANY($1::text[]) AND {HOLDS} GROUP BY asked.word, kind
"""
OF_TYPE = f"SELECT id FROM listed WHERE kind = $1 AND {HOLDS} AND facets && $4"
SEEN = f"""
SELECT l.id, l.version, l.valid_from AS modified, h.body, (
  SELECT min(register_day) FROM history f WHERE (f.kind, f.id) = (h.kind, h.id)) AS created
FROM listed l JOIN history h USING (kind, id, version)
WHERE l.kind = $1 AND l.id = ANY($4::text[]) AND {HOLDS.replace("public_", "l.public_").replace("valid_", "l.valid_")}
"""
VERSIONS = """
SELECT id, version, register_day AS modified, public_from, body, min(register_day) OVER () AS created
FROM history WHERE kind = $1 AND id = $2 AND public_from <= $3 ORDER BY version
"""
MODIFIED = f"SELECT id, valid_from FROM listed WHERE kind = $1 AND {HOLDS} ORDER BY id"
CHANGED = """
SELECT DISTINCT kind, id FROM listed
WHERE kind = ANY($1::text[]) AND public_from > $2 AND public_from <= $3 AND (kind, id) > ($4, $5)
ORDER BY kind, id LIMIT $6
"""
NEW_IN = "SELECT DISTINCT id FROM listed WHERE kind = $1 AND public_from = $2 ORDER BY id"
KNOWN = """
SELECT facet FROM unnest($2::text[]) AS facet
WHERE EXISTS (SELECT FROM listed WHERE public_from <= $1 AND facets @> ARRAY[facet])
"""
IS_BEFORE = "SELECT EXISTS (SELECT FROM listed WHERE public_from < $1)"
ADD_RELATION = """
INSERT INTO relation (source, result, reorganisation, day)
SELECT source, result, $3, $4 FROM unnest($1::text[]) AS s (source), unnest($2::text[]) AS r (result)
ON CONFLICT DO NOTHING
"""
RELATIONS = """
SELECT source, result, day FROM relation WHERE (source = $1 OR result = $1) AND day <= $2 ORDER BY day, source, result
"""


async def add(tx: Connection, versions: Sequence[Version]) -> None:
    """List versions, and end those that they follow; ones that are listed already are copies and are dropped."""
    found = [(version, listed(version)) for version in versions]
    rows = [
        (v.kind, v.id, v.version, v.register_day, v.public_from, v.organizer, one.name, chr(31).join(one.facets),
         " ".join(one.name_words), " ".join(one.words), one.place)
        for v, one in found
    ]  # fmt: skip
    if not rows:
        return
    await tx.execute(ADD, *map(list, zip(*rows, strict=True)))
    kinds, ids = zip(*{(version.kind, version.id) for version in versions}, strict=True)
    await tx.execute(END, kinds, ids)


async def not_listed(tx: Connection, limit: int) -> list[Version]:
    """Versions that an earlier release kept and did not list."""
    return [Version(**row) for row in await tx.fetch(NOT_LISTED, limit)]


async def add_relations(
    tx: Connection, sources: Sequence[str], results: Sequence[str], reorganisation: str, day: date
) -> None:
    """Keep that units came of others, from a day."""
    await tx.execute(ADD_RELATION, sources, results, reorganisation, day)


async def words(pool: Pool, view: date) -> list[str]:
    """Every word that a view, or one before it, tells of, in order: none of what is not public yet."""
    return [row["word"] for row in await pool.fetch(ALL_WORDS, view)]


@asynccontextmanager
async def reading(pool: Pool) -> AsyncIterator[Connection]:
    """One transaction that reads. Each question is planned for what it asks: most of its filters are not there."""
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.execute("SET LOCAL plan_cache_mode = force_custom_plan")
        yield cast("Connection", connection)


async def page(
    tx: Connection, question: Question, sort: SortKey, last: Last | None, limit: int
) -> list[tuple[Seen, Any, float | None]]:
    """A page of what is found, after `last`: (entity, its sort key, metres from the point asked from)."""
    key, entity = (last.key, last.id) if last else (None, None)
    rows = await tx.fetch(PAGES[sort], *_arguments(question), key, entity, limit)
    return [(_seen(row), row["key"], row["metres"]) for row in rows]


async def count(tx: Connection, question: Question) -> int:
    """How many are found."""
    found: int = await tx.fetchval(COUNT, *_arguments(question))
    return found


async def matching(
    tx: Connection, kinds: Iterable[Kind], question: Question, asked: Sequence[str]
) -> dict[tuple[str, Kind], list[str]]:
    """The ids of the entities that have each of the asked words (as `tsquery`), by word and kind."""
    rows = await tx.fetch(MATCHING, list(kinds), question.view, question.day, asked)
    return {(row["word"], row["kind"]): row["found"] for row in rows}


async def with_facets(tx: Connection, kind: Kind, view: date, day: date, facets: Sequence[str]) -> list[str]:
    """The ids of entities that have one of the facets."""
    return [row["id"] for row in await tx.fetch(OF_TYPE, kind, view, day, facets)]


async def seen(tx: Connection | Pool, kind: Kind, view: date, day: date, ids: Iterable[str]) -> dict[str, Seen]:
    """Entities in a view, as of a day, by id; without those that were not there."""
    rows = await tx.fetch(SEEN, kind, view, day, list(ids))
    return {row["id"]: _seen(row) for row in rows}


async def versions(tx: Connection | Pool, kind: Kind, entity: str, view: date) -> list[tuple[Seen, date]]:
    """Every version of an entity that a view has, the oldest first, with the first view that has it."""
    return [(_seen(row), row["public_from"]) for row in await tx.fetch(VERSIONS, kind, entity, view)]


async def modified(pool: Pool, kind: Kind, view: date) -> list[tuple[str, date]]:
    """Every entity of a kind in a view, and since when it is as it is, by id."""
    return [(row["id"], row["valid_from"]) for row in await pool.fetch(MODIFIED, kind, view, view)]


async def changed(
    tx: Connection, kinds: Sequence[Kind], views: tuple[date, date], after: tuple[str, str], limit: int
) -> list[tuple[Kind, str]]:
    """What the second view has other versions of than the first: (kind, id) in order, after `after`."""
    rows = await tx.fetch(CHANGED, kinds, *views, *after, limit)
    return [(row["kind"], row["id"]) for row in rows]


async def new_in_view(tx: Connection, view: date) -> AsyncIterator[tuple[Kind, list[tuple[Seen | None, Seen]]]]:
    """What a view is the first to have a version of: as the view of the day before had it, and as it has it.

    By kind and id, in chunks.
    """
    before = view - timedelta(days=1)
    for kind in BY_KIND:
        ids = [row["id"] for row in await tx.fetch(NEW_IN, kind, view)]
        for start in range(0, len(ids), CHUNK):
            chunk = ids[start : start + CHUNK]
            old, new = [await seen(tx, kind, day, day, chunk) for day in (before, view)]
            yield kind, [(old.get(entity), new[entity]) for entity in chunk]


async def known(connection: Connection | Pool, view: date, facets: Sequence[str]) -> set[str]:
    """Those of the facets that anything had at any time, as a view knows it."""
    return {row["facet"] for row in await connection.fetch(KNOWN, view, facets)}


async def is_there_before(tx: Connection, view: date) -> bool:
    """Whether anything was public before a view."""
    found: bool = await tx.fetchval(IS_BEFORE, view)
    return found


async def relations(tx: Connection | Pool, unit: str, day: date) -> list[tuple[str, str, date]]:
    """What a unit came of and what came of it, by a day: (source, result, since)."""
    return [(row["source"], row["result"], row["day"]) for row in await tx.fetch(RELATIONS, unit, day)]


def _arguments(question: Question) -> list[Any]:
    def filled(values: Sequence[Any], size: int) -> list[Any]:
        return [*values, *[None] * (size - len(values))]

    told = [part for word in question.words for part in (word.query, word.organizers, word.facets)]
    name, near = question.name, question.near
    within = (near.longitude, near.latitude, near.metres) if near else (None, None, None)
    box = asyncpg.Box(*question.box) if question.box else None
    return [
        question.kind, question.view, question.day, question.organizers, *filled(question.groups, GROUPS),
        *filled(told, 3 * WORDS),
        name.words, name.not_words, name.starts, name.not_starts, box, *within, question.modified_after,
    ]  # fmt: skip


def _seen(row: asyncpg.Record) -> Seen:
    body: dict[str, Any] = row["body"]
    return Seen(row["id"], row["version"], row["created"], row["modified"], body)
