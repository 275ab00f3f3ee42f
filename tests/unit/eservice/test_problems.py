"""The pages that a problem's `type` leads to."""

import re

from services.eservice.pages.problems import DOCUMENT, explained


def test_every_problem_of_the_document_has_its_page() -> None:
    named = re.findall(r"^### (.+)$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)

    assert set(named) <= set(explained())
    assert all(explained()[code] for code in named)
