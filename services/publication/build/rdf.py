"""A flat JSON-LD graph in RDF's other forms. The same graph gives the same bytes, whatever the process's hash order."""

from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from rdflib import RDF, Graph, Literal, URIRef

Node = Mapping[str, Any]
XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def as_turtle(told: Node) -> bytes:
    """Turtle. rdflib's serializer orders what it writes; that of RDF/XML does not."""
    context, graph = told["@context"], Graph(bind_namespaces="none")
    for prefix, address in context.items():
        graph.bind(prefix, address)
    for node in told["@graph"]:
        subject = URIRef(node["@id"])
        graph.add((subject, RDF.type, URIRef(_full(context, node["@type"]))))
        for name, value in _values(node):
            graph.add((subject, URIRef(_full(context, name)), _term(context, value)))
    return graph.serialize(format="turtle").encode()


def as_xml(told: Node) -> bytes:
    """RDF/XML, in the order of the graph."""
    context, rdf = told["@context"], str(RDF)
    for prefix, address in (context | {"rdf": rdf}).items():
        register_namespace(prefix, address)
    root = Element(f"{{{rdf}}}RDF")
    for node in told["@graph"]:
        one = SubElement(root, _tag(context, node["@type"]), {f"{{{rdf}}}about": node["@id"]})
        for name, value in _values(node):
            said = SubElement(one, _tag(context, name))
            if "@id" in value:
                said.set(f"{{{rdf}}}resource", value["@id"])
                continue
            said.text = value["@value"]
            if "@language" in value:
                said.set(XML_LANGUAGE, value["@language"])
            if "@type" in value:
                said.set(f"{{{rdf}}}datatype", _full(context, value["@type"]))
    indent(root)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _values(node: Node) -> Iterator[tuple[str, Node]]:
    for name, given in node.items():
        if not name.startswith("@"):
            for value in given if isinstance(given, list) else [given]:
                yield name, value if isinstance(value, dict) else {"@value": value}


def _term(context: Mapping[str, str], value: Node) -> URIRef | Literal:
    if "@id" in value:
        return URIRef(value["@id"])
    kind = URIRef(_full(context, value["@type"])) if "@type" in value else None
    return Literal(value["@value"], lang=value.get("@language"), datatype=kind, normalize=False)


def _full(context: Mapping[str, str], name: str) -> str:
    prefix, _, rest = name.partition(":")
    return context[prefix] + rest


def _tag(context: Mapping[str, str], name: str) -> str:
    prefix, _, rest = name.partition(":")
    return f"{{{context[prefix]}}}{rest}"
