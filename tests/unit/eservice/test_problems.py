"""The pages that a problem's `type` leads to."""

import re

from services.eservice import organizer_texts
from services.eservice.pages.problems import DOCUMENT, explained


def test_every_problem_of_the_document_has_its_page() -> None:
    named = re.findall(r"^### (.+)$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)

    assert set(named) <= set(explained())
    assert all(explained()[code] for code in named)


def test_what_is_wrong_with_an_extract_is_told_in_swedish() -> None:
    assert organizer_texts.unreadable("no column displayName, organizationNumber") == (
        "Den saknar kolumnen displayName och organizationNumber."
    )
    assert organizer_texts.unreadable("not UTF-8 (byte 7)") == "Spara den med teckenkodningen UTF-8."
    assert organizer_texts.unreadable("something else") == ""
