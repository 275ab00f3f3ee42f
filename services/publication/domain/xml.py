"""The open API v1's answers as XML: elements by the JSON names, its layout not being known (openapi-v1.md)."""

import re
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from services.publication.domain.accepted import qualities

ROOT = "Skolenhetsregistret"
ITEMS = {"Skolenheter": "Skolenhet", "Skolenhetskoder": "Skolenhetskod", "Kommuner": "Kommun", "Skolformer": "Skolform",
         "Huvudman": "Huvudman"}  # fmt: skip
"""What one of each list is called."""
TYPE = re.compile(r"((?:application|text)/(?:xml|json)|(?:application|text|\*)/\*)")
FORMS = ("application/xml", "text/xml")
UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold in any way of writing (XML 1.0, production 2)."""


def wanted(accept: str) -> str | None:
    """The form of XML that is asked for before JSON (RFC 9110, section 12.5.1). Without a wish the answer is JSON."""
    best = {kind: quality for kind, quality in qualities(accept).items() if TYPE.fullmatch(kind)}
    form = max(FORMS, key=lambda name: best.get(name, 0.0))
    quality = best.pop(form, 0.0)
    json = max(best.get("application/json", 0.0), best.get("text/json", 0.0))
    return form if quality > json and quality >= max(best.values(), default=0.0) else None


def as_xml(answer: dict[str, Any]) -> bytes:
    """The answer, an element a value; what is null is an empty element."""
    root = Element(ROOT)
    _add(root, answer)
    told: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return told


def _add(parent: Element, values: dict[str, Any]) -> None:
    for name, value in values.items():
        child = SubElement(parent, name)
        if isinstance(value, dict):
            _add(child, value)
        elif isinstance(value, list):
            for item in value:
                one = SubElement(child, ITEMS[name])
                if isinstance(item, dict):
                    _add(one, item)
                else:
                    one.text = _text(item)
        else:
            child.text = _text(value)


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else UNFIT.sub("\N{REPLACEMENT CHARACTER}", str(value))
