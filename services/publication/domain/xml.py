"""The open API v1's answers as XML: elements by the JSON names, its layout not being known (openapi-v1.md)."""

import re
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

ROOT = "Skolenhetsregistret"
ITEMS = {"Skolenheter": "Skolenhet", "Skolenhetskoder": "Skolenhetskod", "Kommuner": "Kommun", "Skolformer": "Skolform",
         "Huvudman": "Huvudman"}  # fmt: skip
"""What one of each list is called."""
TYPE = re.compile(r"(?:application|text)/(xml|json|\*)|(\*/\*)")


def is_wanted(accept: str) -> bool:
    """Whether XML is asked for before JSON (RFC 9110, section 12.5.1). Without a wish the answer is JSON."""
    best: dict[str, float] = {}
    for part in accept.lower().split(","):
        kind, _, parameters = part.strip().partition(";")
        found = TYPE.fullmatch(kind.strip())
        name = (found[1] or "*") if found else ""
        best[name] = max(best.get(name, 0.0), _quality(parameters))
    return best.get("xml", 0.0) > max(best.get("json", 0.0), 0.0) and best["xml"] >= best.get("*", 0.0)


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
    return None if value is None else str(value)


def _quality(parameters: str) -> float:
    found = re.search(r"q=([01](?:\.[0-9]{0,3})?)", parameters)
    return float(found[1]) if found else 1.0
