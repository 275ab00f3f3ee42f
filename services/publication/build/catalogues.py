"""What the day's files are, for programs: checksums, an index, a Data Package, and DCAT-AP-SE in three forms."""

import hashlib
from datetime import date

import orjson

from services.publication.build.files import Folder
from services.publication.build.rdf import as_turtle, as_xml
from services.publication.build.v2_files import URLS
from services.publication.domain import catalogue, dcat
from services.publication.domain.catalogue import KINDS, Made, Publisher
from services.publication.domain.history import View

AT = f"{URLS}/extract"


def write_catalogues(folder: Folder, view: View, publisher: Publisher, base: str) -> None:
    """Count the day's files in, each with its checksum beside it, and tell of them."""
    made = [_counted(folder, kind) for kind in KINDS]
    index = catalogue.index(made, base, view.day, view.extract_date)
    folder.write(f"{AT}/{catalogue.INDEX}", orjson.dumps(index, option=orjson.OPT_INDENT_2))
    package = catalogue.package(made, publisher, view.extract_date)
    folder.write(f"{AT}/{catalogue.PACKAGE}", orjson.dumps(package, option=orjson.OPT_INDENT_2))
    _write_dcat(folder, made, publisher, base, view.day, view.extract_date)


def _counted(folder: Folder, kind: catalogue.Kind) -> Made:
    path = folder.path / AT / kind.name
    with path.open("rb") as file:
        sum_ = hashlib.file_digest(file, "sha256").hexdigest()
    folder.counted(f"{AT}/{kind.name}", sum_)
    folder.write(f"{AT}/{kind.name}.sha256", f"{sum_}  {kind.name}\n".encode())
    return Made(kind, path.stat().st_size, folder.rows[f"{AT}/{kind.name}"], sum_)


def _write_dcat(
    folder: Folder, made: list[Made], publisher: Publisher, base: str, day: date, extract_date: str
) -> None:
    graph = dcat.graph(made, publisher, base, day, extract_date)
    folder.write(f"{URLS}/dcat.jsonld", orjson.dumps(graph, option=orjson.OPT_INDENT_2))
    folder.write(f"{URLS}/dcat.ttl", as_turtle(graph))
    folder.write(f"{URLS}/dcat.rdf", as_xml(graph))
