"""Who asks for XML, as programs and browsers ask; and that what is answered can always be read."""

from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publication.domain.xml import as_xml, wanted

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
HTTR = "application/json, text/xml, application/xml, */*"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", None), ("*/*", None), ("text/html", None), (HTTR, None), ("application/*", None),
        ("application/json, application/xml;q=0.5", None), ("application/xml;q=0, */*", None),
        ("application/xml", "application/xml"), ("text/xml", "text/xml"),
        ("text/xml, application/xml", "application/xml"),
        ("text/xml;q=0.4, application/xml;q=0.9, application/json;q=0.5", "application/xml"),
        (BROWSER, "application/xml"), ("APPLICATION/XML", "application/xml"),
    ],
)  # fmt: skip
def test_xml_is_answered_where_it_is_asked_for_before_json(accept: str, expected: str | None) -> None:
    assert wanted(accept) == expected


@given(st.text())
def test_whatever_a_text_holds_the_answer_can_be_read(text: str) -> None:
    fromstring(as_xml({"Message": text}))  # noqa: S314 - our own


def test_what_xml_cannot_hold_is_replaced_and_all_else_kept() -> None:
    read = fromstring(as_xml({"Message": "Å <&> 😀 \ufffe\x0b"}))  # noqa: S314 - our own

    assert read.findtext("Message") == "Å <&> 😀 \ufffd\ufffd"
