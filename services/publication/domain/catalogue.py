"""The files of each day, and what catalogues tell of them: an index, a Data Package, DCAT-AP-SE 3."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.publication.domain import tables
from services.publication.domain.tables import Column

PATH = "/skolenhetsregistret"
EXTRACT = f"{PATH}/extract"
FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type/"


@dataclass(frozen=True, slots=True)
class Kind:
    """A file of each day.

    `standard`: the address of what its form follows; `packed`: the media type of what it is packed by; `links`: by
    column, the table that it refers to.
    """

    name: str
    title: str
    english: str
    media_type: str
    file_type: str
    columns: Sequence[Column] = ()
    key: Sequence[str] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    standard: str | None = None
    packed: str | None = None

    @property
    def served_as(self) -> str:
        """The media type of what is sent."""
        return self.packed or self.media_type


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV, JSON_LINES = "text/csv; charset=utf-8", "application/jsonl"
RFC_4180, LINES_OF_JSON = "https://www.rfc-editor.org/info/rfc4180", "https://jsonlines.org/"
NUMBER, UNIT, PROVIDER = tables.NUMBER.name, ("SKOLENHETSKOD",), ("ANORDNARKOD",)
TO_ORGANIZER = {NUMBER: "huvudman"}
KINDS = (
    Kind("skolenheter.xlsx", "Skolenheter, ett blad för varje skolform", "School units, a sheet a school type", XLSX,
         "XLSX", standard="https://www.iso.org/standard/71691.html"),
    Kind("skolenheter.csv", "Skolenheter, en rad var", "School units, a line each", CSV, "CSV", tables.UNITS, UNIT,
         TO_ORGANIZER, RFC_4180),
    Kind("skolenheter-excel.csv", "Samma, för Excel: semikolon", "The same for Excel: semicolons", CSV, "CSV"),
    Kind("skolenheter.jsonl.gz", "Skolenheter i full detalj, som i API v3", "School units in full, as in API v3",
         JSON_LINES, "JSONL", standard=LINES_OF_JSON, packed="application/gzip"),
    Kind("skolenheter.geojson", "Skolenheter på karta", "School units on a map", "application/geo+json", "GEOJSON",
         standard="https://www.rfc-editor.org/info/rfc7946"),
    Kind("skolenheter.parquet", "Skolenheter, för analys", "School units, for analysis",
         "application/vnd.apache.parquet", "PARQUET", standard="https://parquet.apache.org/docs/file-format/"),
    Kind("huvudman.csv", "Huvudmän", "Organizers", CSV, "CSV", tables.ORGANIZERS, (NUMBER,), standard=RFC_4180),
    Kind("utbildningsanordnare.csv", "Utbildningsanordnare", "Education providers", CSV, "CSV", tables.PROVIDERS,
         PROVIDER, standard=RFC_4180),
    Kind("entreprenad.csv", "Komvux på entreprenad", "Adult education on contract", CSV, "CSV", tables.CONTRACTS,
         (NUMBER, *PROVIDER, "SKOLFORMSDEL", "GILTIG FRÅN"),
         TO_ORGANIZER | {PROVIDER[0]: "utbildningsanordnare"}, RFC_4180),
    Kind("andringar.csv", "Vad som är ändrat sedan dagen före", "What changed since the day before", CSV, "CSV",
         tables.CHANGES, ("SLAG", "KOD", "UPPGIFT"), standard=RFC_4180),
    Kind("andringar.jsonl", "Samma, i full detalj", "The same, in full", JSON_LINES, "JSONL", standard=LINES_OF_JSON),
)  # fmt: skip
INDEX, PACKAGE = "index.json", "datapackage.json"
BY_NAME = {kind.name: kind for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Made:
    """A file as it was made: its size in bytes, how many rows (units, lines, features) are in it, and its SHA-256."""

    kind: Kind
    size: int
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes the register, as catalogues name them."""

    name: str
    url: str
    email: str
    licence: str


def index(made: Sequence[Made], base: str, day: date, extract_date: str) -> dict[str, Any]:
    """The day's files, for programs."""
    files = [
        {"name": one.kind.name, "title": one.kind.title, "titleEnglish": one.kind.english,
         "mediaType": one.kind.served_as.partition(";")[0], "rows": one.rows, "bytes": one.size, "sha256": one.sha256,
         "latest": f"{base}{EXTRACT}/{one.kind.name}", "dated": f"{base}{EXTRACT}/{day}/{one.kind.name}"}
        for one in made
    ]  # fmt: skip
    return {"snapshot": day, "extractDate": extract_date, "files": files}


def package(made: Sequence[Made], publisher: Publisher, extract_date: str) -> dict[str, Any]:
    """The tables, as a Frictionless Data Package v1 that lies beside them."""
    resources = [
        {"name": one.kind.name.removesuffix(".csv"), "title": one.kind.title, "path": one.kind.name, "format": "csv",
         "mediatype": "text/csv", "encoding": "utf-8", "bytes": one.size, "hash": f"sha256:{one.sha256}",
         "profile": "tabular-data-resource",
         "schema": tables.schema(one.kind.columns, one.kind.key, one.kind.links)}
        for one in made if one.kind.columns
    ]  # fmt: skip
    return {
        "name": "skolenhetsregistret", "title": "Skolenhetsregistret", "profile": "tabular-data-package",
        "created": extract_date, "licenses": [{"name": "CC0-1.0", "path": publisher.licence}],
        "contributors": [{"title": publisher.name, "path": publisher.url, "role": "publisher"}],
        "resources": resources,
    }  # fmt: skip
