"""The letter with an activation code: what it says, who can read it, and that names in it are only names."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from pypdf import PageObject, PdfReader

from services.contracts.vocabulary import OrganizationNumber
from services.identity.letter import UNSHOWN, LetterContent, letter_pdf

CODE = "7B2K-0QZM-X94T-G1HD"
MILLIMETRE = 72 / 25.4
LETTER = LetterContent(
    organizer_name="Åre Östra Friskolor ideell förening",
    organization_number=OrganizationNumber("2120001355"),
    address=("Storgatan 1", "830 13 Åre"),
    requested_by="Åsa Öst",
    request_reference="UBN 2026/0417",
    requested_on=date(2026, 11, 20),
    letter_reference="BREV-7Q4D",
    issued_on=date(2026, 11, 24),
    code=CODE,
    public_base_url="https://register.example.se/",
    expires_at=datetime(2026, 12, 25, tzinfo=ZoneInfo("Europe/Stockholm")),
    contact="forvaltningen@example.se eller 010-123 45 67",
)
LONG = "Stiftelsen Västra Nylödöse Sjöängsskolans och Åsö Fria Läroverks gemensamma förvaltning ekonomisk förening"


def read(letter: LetterContent) -> PdfReader:
    return PdfReader(BytesIO(letter_pdf(letter)))


def text_of(letter: LetterContent) -> str:
    """All that stands in the letter, with one space where lines are broken."""
    return " ".join(" ".join(page.extract_text() for page in read(letter).pages).split())


@pytest.mark.parametrize(
    "fact",
    [
        "Till: kontaktperson för Åre Östra Friskolor ideell förening Storgatan 1 830 13 Åre",
        "Datum: 24 november 2026",
        "Vår beteckning: BREV-7Q4D",
        "Er beteckning: UBN 2026/0417",
        "Organisationsnummer: 212000-1355",
        "Begäran kom från Åsa Öst den 20 november 2026 och har beteckningen UBN 2026/0417.",
        CODE,
        "aldrig bokstäverna I, L, O eller U",
        "https://register.example.se/aktivera",
        "Koden gäller till och med den 24 december 2026. Den går att använda en gång.",
        "Om ni inte har bett om brevet Använd inte koden.",
        "Kontakta registerförvaltningen (forvaltningen@example.se eller 010-123 45 67), så gör vi den ogiltig.",
        "Registerförvaltningen, Skolenhetsregistret",
        "Sida 1 (1)",
    ],
)
def test_the_letter_says(fact: str) -> None:
    assert fact in text_of(LETTER)


def test_an_end_within_a_day_is_told_to_the_minute() -> None:
    letter = replace(LETTER, expires_at=datetime(2026, 12, 24, 9, 5, tzinfo=ZoneInfo("Europe/Stockholm")))

    assert "Koden gäller till den 24 december 2026 klockan 09.05." in text_of(letter)


def test_a_letter_for_one_person_says_so_without_a_name() -> None:
    said = "Bara den person som ni har angett i begäran kan använda koden."

    assert said not in text_of(LETTER)
    assert said in text_of(replace(LETTER, names_person=True))


def test_without_a_way_to_be_reached_none_is_named() -> None:
    assert "Kontakta registerförvaltningen, så gör vi den ogiltig." in text_of(replace(LETTER, contact=None))


def test_the_letter_can_be_read_aloud() -> None:
    pdf = read(LETTER)
    root = pdf.root_object

    assert root["/Lang"] == "sv-SE"
    assert root["/MarkInfo"]["/Marked"].value is True
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Aktiveringskod för Åre Östra Friskolor ideell förening"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert pdf.xmp_metadata is not None
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf.xmp_metadata.stream.get_data()
    assert {"/H1", "/H2", "/P", "/L", "/LI", "/Lbl", "/LBody"} <= set(tags(root["/StructTreeRoot"]))


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


def test_the_fonts_are_in_the_letter() -> None:
    fonts = [font.get_object() for font in read(LETTER).pages[0]["/Resources"]["/Font"].values()]

    assert fonts
    for font in fonts:
        described = font["/DescendantFonts"][0]["/FontDescriptor"]
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(described)


def test_the_letter_is_one_a4_page() -> None:
    (page,) = read(LETTER).pages

    assert (round(page.mediabox.width / MILLIMETRE), round(page.mediabox.height / MILLIMETRE)) == (210, 297)


def placed(page: PageObject, wanted: str) -> list[tuple[float, float]]:
    """Where these words begin: millimetres from the left and from the top."""
    height, found = float(page.mediabox.height), []

    def visit(text: str, matrix: list[float], position: list[float], *_: object) -> None:
        if wanted in text:
            x, y = position[4] * matrix[0] + matrix[4], position[5] * matrix[3] + matrix[5]
            found.append((x / MILLIMETRE, (height - y) / MILLIMETRE))

    page.extract_text(visitor_text=visit)
    return found


@pytest.mark.parametrize("name", ["Åre kommun", LONG])
def test_the_address_stands_in_the_window(name: str) -> None:
    page = read(replace(LETTER, organizer_name=name)).pages[0]
    ((left, top), *_), ((_, bottom), *_) = placed(page, "Till:"), placed(page, "830 13")

    assert 113 < left < 117
    assert 39 < top < bottom < 39 + 30


@pytest.mark.parametrize(
    "letter",
    [
        replace(LETTER, organizer_name=LONG, address=("c/o " + LONG, LONG, "Box 1", "830 13 Åre", "Sverige")),
        replace(LETTER, organizer_name="Å" * 300, requested_by="Ö" * 300, request_reference="Ä" * 300),
        replace(LETTER, address=("Storgatan 1",) * 40),
        replace(LETTER, address=()),
    ],
    ids=["long names", "words that no line holds", "many lines", "no address"],
)
def test_whatever_is_long_leaves_the_code_whole(letter: LetterContent) -> None:
    pdf = read(letter)

    assert CODE in text_of(letter)
    assert f"Sida 1 ({len(pdf.pages)})" in text_of(letter)
    lines = [line for page in pdf.pages for line in page.extract_text().splitlines()]
    assert max(len(line) for line in lines) < 130  # none runs out of the page


@pytest.mark.parametrize(
    "name",
    [
        "#panic()", '#read("/etc/passwd")', "*Fet* _kursiv_ `kod` $x^2$", "= Rubrik", "</w:t> <b>fet</b> & \\u{41}",
        "https://elsewhere.example/ @ref <label>", "\\#let x = 1", "'enkla' -- \"dubbla\" ... ~",
    ],
)  # fmt: skip
def test_a_name_is_only_a_name(name: str) -> None:
    letter = replace(LETTER, organizer_name=name, requested_by=name, request_reference=name, address=(name,))
    text = text_of(letter)

    assert f"Till: kontaktperson för {name} {name}" in text
    assert f"Aktiveringskod för {name}" in text
    assert "/Annots" not in read(letter).pages[0]


def test_control_characters_and_breaks_are_spaces() -> None:
    letter = replace(LETTER, organizer_name="Åre\r\n\tkommun\u202e\x00 AB", address=("Storgatan 1\nBluff 2",))

    assert "Till: kontaktperson för Åre kommun AB Storgatan 1 Bluff 2" in text_of(letter)


def test_every_character_is_shown_or_replaced() -> None:
    shown = "".join(chr(c) for c in range(33, 0x3000) if not UNSHOWN.match(chr(c)))

    assert len(shown) > 700
    letter_pdf(replace(LETTER, organizer_name=" ".join(re.findall(".{1,20}", shown))))
    assert "Till: kontaktperson för Skola ?? ? Åre" in text_of(
        replace(LETTER, organizer_name="Skola 学校 🎒 A\u030are")
    )


def test_the_same_content_is_the_same_bytes_in_any_thread() -> None:
    with ThreadPoolExecutor(4) as threads:
        letters = set(threads.map(letter_pdf, [LETTER] * 12))

    assert len(letters) == 1
    assert letter_pdf(replace(LETTER, code="0000-0000-0000-0000")) not in letters


def test_a_letters_code_does_not_show_in_logs() -> None:
    assert CODE not in repr(LETTER)
