"""The files of each day, and what catalogues tell of them: an index, a Data Package, DCAT-AP-SE 3."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.publication.domain import tables
from services.publication.domain.tables import Column

PATH = "/skolenhetsregistret"
EXTRACT = f"{PATH}/extract"
FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type/"


@dataclass(frozen=True, slots=True)
class Kind:
    """A file of each day."""

    name: str
    title: str
    english: str
    media_type: str
    file_type: str
    columns: Sequence[Column] = ()
    key: Sequence[str] = ()


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV, JSON_LINES = "text/csv; charset=utf-8", "application/jsonl"
UNIT, PROVIDER = ("SKOLENHETSKOD",), ("ANORDNARKOD",)
KINDS = (
    Kind("skolenheter.xlsx", "Skolenheter, ett blad för varje skolform", "School units, a sheet a school type", XLSX,
         "XLSX"),
    Kind("skolenheter.csv", "Skolenheter, en rad var", "School units, a line each", CSV, "CSV", tables.UNITS, UNIT),
    Kind("skolenheter-excel.csv", "Samma, för Excel: semikolon", "The same for Excel: semicolons", CSV, "CSV"),
    Kind("skolenheter.jsonl.gz", "Skolenheter i full detalj, som i API v3", "School units in full, as in API v3",
         "application/gzip", "JSONL"),
    Kind("skolenheter.geojson", "Skolenheter på karta", "School units on a map", "application/geo+json", "GEOJSON"),
    Kind("skolenheter.parquet", "Skolenheter, för analys", "School units, for analysis",
         "application/vnd.apache.parquet", "PARQUET"),
    Kind("huvudman.csv", "Huvudmän", "Organizers", CSV, "CSV", tables.ORGANIZERS, (tables.NUMBER.name,)),
    Kind("utbildningsanordnare.csv", "Utbildningsanordnare", "Education providers", CSV, "CSV", tables.PROVIDERS,
         PROVIDER),
    Kind("entreprenad.csv", "Komvux på entreprenad", "Adult education on contract", CSV, "CSV", tables.CONTRACTS,
         (tables.NUMBER.name, *PROVIDER, "SKOLFORMSDEL", "GILTIG FRÅN")),
    Kind("andringar.csv", "Vad som är ändrat sedan dagen före", "What changed since the day before", CSV, "CSV",
         tables.CHANGES, ("SLAG", "KOD", "UPPGIFT")),
    Kind("andringar.jsonl", "Samma, i full detalj", "The same, in full", JSON_LINES, "JSONL"),
)  # fmt: skip
INDEX, PACKAGE = "index.json", "datapackage.json"
BY_NAME = {kind.name: kind for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Made:
    """A file as it was made: its size in bytes and its SHA-256, in hexadecimal digits."""

    kind: Kind
    size: int
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
         "mediaType": one.kind.media_type.partition(";")[0], "bytes": one.size, "sha256": one.sha256,
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
         "schema": tables.schema(one.kind.columns, one.kind.key, one.kind.columns in {tables.UNITS, tables.CONTRACTS})}
        for one in made if one.kind.columns
    ]  # fmt: skip
    return {
        "name": "skolenhetsregistret", "title": "Skolenhetsregistret", "profile": "tabular-data-package",
        "created": extract_date, "licenses": [{"name": "CC0-1.0", "path": publisher.licence}],
        "contributors": [{"title": publisher.name, "path": publisher.url, "role": "publisher"}],
        "resources": resources,
    }  # fmt: skip
