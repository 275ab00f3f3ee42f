"""The certificate of an approval: what it says, who can read it, and that names in it are only names."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from services.registry.certificate import CertificateContent, CertificateItem, certificate_pdf

MILLIMETRE = 72 / 25.4
DAY = date(2026, 6, 9)
ORGANIZER = CertificateItem(
    "organizer", "Åre kommun", "2120001355", DAY, "contact-person", is_changed_after=False
)  # fmt: skip
UNIT = CertificateItem("school-unit", "Östra Åskolan", "27508103", DAY, "data-reporter", is_changed_after=True)
CERTIFICATE = CertificateContent(
    organizer_name="Åre kommun", organization_number="2120001355", school_year="2026/27", issued_on=date(2026, 11, 25),
    covered=2, missing=0, items=(ORGANIZER, UNIT),
)  # fmt: skip


def read(certificate: CertificateContent) -> PdfReader:
    return PdfReader(BytesIO(certificate_pdf(certificate)))


def text_of(certificate: CertificateContent) -> str:
    """All that stands in it, with one space where lines are broken."""
    return " ".join(" ".join(page.extract_text() for page in read(certificate).pages).split())


@pytest.mark.parametrize(
    "fact",
    [
        "Intyg om godkända uppgifter för läsåret 2026/27",
        "Huvudman: Åre kommun",
        "Organisationsnummer: 212000-1355",
        "Läsår: 2026/27",
        "Intyget gjort: 25 november 2026",
        "Den 9 juni 2026 hade Åre kommun godkänt alla sina uppgifter i Skolenhetsregistret för läsåret 2026/27.",
        "Huvudmannens uppgifter",
        "Åre kommun 212000-1355 9 juni 2026 kontaktperson Nej",
        "Skolenheter",
        "Östra Åskolan 27508103 9 juni 2026 uppgiftslämnare Ja",
        "En ändring tar inte bort godkännandet.",
        "fram till den 25 november 2026.",
        "Sida 1 (1)",
    ],
)
def test_the_certificate_says(fact: str) -> None:
    assert fact in text_of(CERTIFICATE)


def test_what_is_lacking_is_told() -> None:
    text = text_of(replace(CERTIFICATE, covered=5, missing=3))

    assert "Den 9 juni 2026 hade Åre kommun godkänt 2 av 5 poster" in text
    assert "Det som inte är godkänt finns inte med nedan." in text


def test_the_certificate_can_be_read_aloud() -> None:
    pdf = read(CERTIFICATE)
    root: Any = pdf.root_object

    assert root["/Lang"] == "sv-SE"
    assert root["/MarkInfo"]["/Marked"].value is True
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Intyg om godkända uppgifter för läsåret 2026/27"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert pdf.xmp_metadata is not None
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf.xmp_metadata.stream.get_data()
    assert {"/H1", "/H2", "/P", "/Table", "/THead", "/TBody", "/TR", "/TH", "/TD"} <= set(tags(root["/StructTreeRoot"]))


def tags(node: object) -> list[str]:
    """The kinds of all parts of the structure tree."""
    found: list[str] = []
    waiting = [node]
    while waiting:
        part = waiting.pop()
        part = part.get_object() if hasattr(part, "get_object") else part
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            found += [str(part["/S"])] if "/S" in part else []
            waiting += [part["/K"]] if "/K" in part else []
    return found


def test_the_fonts_are_in_it() -> None:
    page: Any = read(CERTIFICATE).pages[0]
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]

    assert fonts
    for font in fonts:
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(font["/DescendantFonts"][0]["/FontDescriptor"])


def test_hundreds_of_units_stand_on_numbered_pages_with_their_header() -> None:
    units = tuple(replace(UNIT, name=f"Skola {n}") for n in range(300))

    pdf = read(replace(CERTIFICATE, items=(ORGANIZER, *units)))

    pages = [" ".join(page.extract_text().split()) for page in pdf.pages]
    assert len(pages) > 5
    assert all(f"Sida {n} ({len(pages)})" in text for n, text in enumerate(pages, 1))
    assert all("Namn Kod Godkänt Av Ändrat efteråt" in text for text in pages[:-1])
    assert "Skola 299 " in pages[-1] + pages[-2]


@pytest.mark.parametrize("name", ["Å" * 300, "Stiftelsen " * 20])
def test_whatever_is_long_stays_on_the_page(name: str) -> None:
    pdf = read(replace(CERTIFICATE, organizer_name=name, items=(replace(UNIT, name=name),)))

    lines = [line for page in pdf.pages for line in page.extract_text().splitlines()]
    assert max(len(line) for line in lines) < 150  # none runs out of the page
    assert "27508103" in text_of(replace(CERTIFICATE, items=(replace(UNIT, name=name),)))


@pytest.mark.parametrize(
    "name",
    ["#panic()", '#read("/etc/passwd")', "*Fet* _kursiv_ `kod` $x^2$", "= Rubrik", "<b>fet</b> & \\u{41}",
     "https://elsewhere.example/ @ref <label>", "'enkla' -- \"dubbla\" ... ~"],
)  # fmt: skip
def test_a_name_is_only_a_name(name: str) -> None:
    certificate = replace(CERTIFICATE, organizer_name=name, items=(replace(UNIT, name=name),))

    assert f"{name} 27508103" in text_of(certificate)
    assert "/Annots" not in read(certificate).pages[0]


def test_what_our_fonts_lack_is_replaced() -> None:
    assert "Skola ?? ? Åre" in text_of(replace(CERTIFICATE, organizer_name="Skola 学校 🎒 A\u030are"))


def test_the_same_content_is_the_same_bytes_in_any_thread() -> None:
    with ThreadPoolExecutor(4) as threads:
        made = set(threads.map(certificate_pdf, [CERTIFICATE] * 8))

    assert len(made) == 1
