"""The register as DCAT-AP-SE 3 tells of it: a catalogue with a data set, its files and its APIs, as JSON-LD.

Every node has an address, so that the same register gives the same triples in every form.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from services.publication.domain.catalogue import EXTRACT, FILE_TYPE, PATH, Made, Publisher

EU = "http://publications.europa.eu/resource/authority/"
CONTEXT = {
    "adms": "http://www.w3.org/ns/adms#", "dcat": "http://www.w3.org/ns/dcat#", "dcterms": "http://purl.org/dc/terms/",
    "dcatap": "http://data.europa.eu/r5r/", "foaf": "http://xmlns.com/foaf/0.1/", "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#", "xsd": "http://www.w3.org/2001/XMLSchema#",
}  # fmt: skip
KEYWORDS = ("skolenhet", "skola", "huvudman", "skolenhetskod", "komvux")
APIS = {
    "v3": ("API v3: sökning, historik, skillnader", "API v3: search, history, differences"),
    "v2": ("API v2, som Skolverkets", "API v2, as the authority's"),
    "v1": ("API v1, för äldre program", "API v1, for older programs"),
}
ABOUT = {
    "sv": "Alla skolenheter och deras huvudmän: vad de heter, var de ligger och vilka skolformer de har. "
    "Huvudmännen håller uppgifterna aktuella; det som ändras i dag syns i morgon.",
    "en": "All school units and their organizers: names, places and school types. Organizers keep their own data "
    "current; what changes today is public tomorrow.",
}

OPENAPI = {"v3": "v3.1.0", "v2": "v3.0.0", "v1": "v3.0.3"}
"""The form that each one's document has."""
Node = dict[str, Any]


def graph(made: Sequence[Made], publisher: Publisher, base: str, day: date, extract_date: str) -> Node:
    """The catalogue."""
    at = f"{base}{PATH}/dcat"
    stamp = {"@value": extract_date, "@type": "xsd:dateTime"}
    nodes = [
        _catalogue(at, publisher, base, stamp),
        _data_set(at, publisher, base, stamp, made),
        _period(at, day),
        *_agents(at, publisher),
        *(node for one in made for node in _distribution(at, one, publisher, base, stamp)),
        *(_service(at, version, publisher, base) for version in APIS),
        _api_distribution(at, publisher, base, day),
    ]
    return {"@context": CONTEXT, "@graph": nodes}


def _catalogue(at: str, publisher: Publisher, base: str, stamp: Node) -> Node:
    return {
        "@id": f"{at}#catalogue", "@type": "dcat:Catalog",
        "dcterms:title": _both("Öppna data ur skolenhetsregistret", "Open data of the register of school units"),
        "dcterms:description": _both("Registrets filer och API:er.", "The register's files and APIs."),
        "dcterms:publisher": _ref(f"{at}#publisher"), "dcterms:license": _ref(publisher.licence),
        "dcterms:language": [_ref(f"{EU}language/SWE"), _ref(f"{EU}language/ENG")], "dcterms:modified": stamp,
        "foaf:homepage": _ref(f"{base}/register"), "dcat:dataset": _ref(f"{at}#units"),
        "dcterms:spatial": _ref(f"{EU}country/SWE"), "dcat:themeTaxonomy": _ref(f"{EU}data-theme"),
        "dcat:service": [_ref(f"{at}#api-{version}") for version in APIS],
    }  # fmt: skip


def _data_set(at: str, publisher: Publisher, base: str, stamp: Node, made: Sequence[Made]) -> Node:
    files = [_ref(f"{at}#file-{one.kind.name}") for one in made]
    return {
        "@id": f"{at}#units", "@type": "dcat:Dataset", "dcterms:identifier": f"{at}#units",
        "dcterms:title": _both("Skolenhetsregistret", "The register of school units"),
        "dcterms:description": [{"@value": text, "@language": language} for language, text in ABOUT.items()],
        "dcterms:publisher": _ref(f"{at}#publisher"), "dcat:contactPoint": _ref(f"{at}#contact"),
        "dcat:keyword": [{"@value": word, "@language": "sv"} for word in KEYWORDS],
        "dcat:theme": _ref(f"{EU}data-theme/EDUC"), "dcterms:accrualPeriodicity": _ref(f"{EU}frequency/DAILY"),
        "dcterms:accessRights": _ref(f"{EU}access-right/PUBLIC"), "dcterms:license": _ref(publisher.licence),
        "dcterms:spatial": _ref(f"{EU}country/SWE"), "dcterms:temporal": _ref(f"{at}#day"),
        "dcterms:language": _ref(f"{EU}language/SWE"),
        "dcterms:modified": stamp, "dcat:landingPage": _ref(f"{base}/register"),
        "foaf:page": _ref(f"{base}{EXTRACT}/datapackage.json"),
        "dcat:distribution": [*files, _ref(f"{at}#api")],
    }  # fmt: skip


def _period(at: str, day: date) -> Node:
    """The files tell how the register is on one day."""
    value = {"@value": day.isoformat(), "@type": "xsd:date"}
    return {"@id": f"{at}#day", "@type": "dcterms:PeriodOfTime", "dcat:startDate": value, "dcat:endDate": value}


def _agents(at: str, publisher: Publisher) -> list[Node]:
    return [
        {"@id": f"{at}#publisher", "@type": "foaf:Agent", "foaf:name": publisher.name,
         "foaf:homepage": _ref(publisher.url),
         "dcterms:type": _ref("http://purl.org/adms/publishertype/NationalAuthority")},
        {"@id": f"{at}#contact", "@type": "vcard:Organization", "vcard:fn": publisher.name,
         "vcard:hasEmail": _ref(f"mailto:{publisher.email}")},
    ]  # fmt: skip


def _distribution(at: str, one: Made, publisher: Publisher, base: str, stamp: Node) -> list[Node]:
    name, address = one.kind.name, f"{base}{EXTRACT}/{one.kind.name}"
    follows = {"dcterms:conformsTo": _ref(one.kind.standard)} if one.kind.standard else {}
    packed = {"dcat:compressFormat": _media_type(one.kind.packed)} if one.kind.packed else {}
    return [
        {
            "@id": f"{at}#file-{name}", "@type": "dcat:Distribution",
            "dcterms:title": _both(one.kind.title, one.kind.english), "dcat:accessURL": _ref(address),
            "dcat:downloadURL": _ref(address), "dcterms:license": _ref(publisher.licence),
            "dcterms:format": _ref(f"{FILE_TYPE}{one.kind.file_type}"), "dcterms:modified": stamp,
            "dcat:mediaType": _media_type(one.kind.media_type), **packed, **follows,
            "dcat:byteSize": {"@value": str(one.size), "@type": "xsd:nonNegativeInteger"},
            "dcatap:availability": _ref("http://publications.europa.eu/resource/authority/planned-availability/STABLE"),
            "adms:status": _ref("http://publications.europa.eu/resource/authority/distribution-status/COMPLETED"),
            "spdx:checksum": _ref(f"{at}#sum-{name}"),
        },
        {
            "@id": f"{at}#sum-{name}", "@type": "spdx:Checksum",
            "spdx:algorithm": _ref("http://spdx.org/rdf/terms#checksumAlgorithm_sha256"),
            "spdx:checksumValue": {"@value": one.sha256, "@type": "xsd:hexBinary"},
        },
    ]  # fmt: skip


def _service(at: str, version: str, publisher: Publisher, base: str) -> Node:
    return {
        "@id": f"{at}#api-{version}", "@type": "dcat:DataService", "dcterms:title": _both(*APIS[version]),
        "dcat:endpointURL": _ref(f"{base}{PATH}/{version}"), "dcterms:publisher": _ref(f"{at}#publisher"),
        "dcat:endpointDescription": _ref(f"{base}{PATH}/{version}/openapi.json"),
        "dcat:contactPoint": _ref(f"{at}#contact"), "dcat:servesDataset": _ref(f"{at}#units"),
        "dcterms:license": _ref(publisher.licence), "dcterms:accessRights": _ref(f"{EU}access-right/PUBLIC"),
        "dcterms:conformsTo": _ref(f"https://spec.openapis.org/oas/{OPENAPI[version]}"),
    }  # fmt: skip


def _api_distribution(at: str, publisher: Publisher, base: str, day: date) -> Node:
    return {
        "@id": f"{at}#api", "@type": "dcat:Distribution", "dcterms:title": _both("Genom API", "By API"),
        "dcat:accessURL": _ref(f"{base}{PATH}/v3"), "dcterms:license": _ref(publisher.licence),
        "dcterms:format": _ref(f"{FILE_TYPE}JSON"),
        "dcterms:modified": {"@value": day.isoformat(), "@type": "xsd:date"},
        "dcat:accessService": [_ref(f"{at}#api-{version}") for version in APIS],
    }  # fmt: skip


def _media_type(name: str) -> Node:
    return _ref(f"http://www.iana.org/assignments/media-types/{name.partition(';')[0]}")


def _ref(address: str) -> Node:
    return {"@id": address}


def _both(swedish: str, english: str) -> list[Node]:
    return [{"@value": swedish, "@language": "sv"}, {"@value": english, "@language": "en"}]
