"""What the pages point at is there."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from deploy.stack import settings_page
from services.publication.build.data_files import SCHEMA
from tests.house.code import ROOT, metrics, short

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "services").rglob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
ADRS = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
SECTIONS = ["Context", "Decision", "Consequences", "Rejected", "Reopen if", "Held by"]


def headings(page: Path) -> set[str]:
    """A page's anchors, as forges make them."""
    lines = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_every_file_linked_from_a_page_exists(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    missing = []
    for link in LINK.findall(text):
        address, _, anchor = unquote(link).partition("#")
        if re.match(r"[a-z]+:", address):
            continue
        target = (page.parent / address).resolve() if address else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in headings(target)):
            missing.append(link)

    assert missing == []


@pytest.mark.parametrize("page", ADRS, ids=short)
def test_every_decision_says_what_would_reopen_it_and_what_holds_it(page: Path) -> None:
    text = page.read_text()

    assert [section for section in SECTIONS if f"\n## {section}\n" not in text] == []
    assert len(text.splitlines()) < 80, "a decision is one page"


def test_decisions_are_numbered_without_gaps() -> None:
    assert [page.name[:4] for page in ADRS] == [f"{number:04}" for number in range(1, len(ADRS) + 1)]


@pytest.mark.parametrize("figure", sorted(metrics()))
def test_every_figure_is_explained(figure: str) -> None:
    assert f"| `{figure}` |" in (ROOT / "docs" / "operating" / "metrics.md").read_text()


def test_every_column_of_the_parquet_file_is_explained() -> None:
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", (ROOT / "docs/api/files.md").read_text(), re.MULTILINE)
    explained = [name for row in rows for name in re.findall(r"\w+", row)]

    assert explained == SCHEMA.names


def test_the_page_of_settings_is_as_the_settings_say() -> None:
    assert settings_page.FILE.read_text(encoding="utf-8") == settings_page.text()
