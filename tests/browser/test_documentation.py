"""The interactive documentation in a real browser: it needs nothing from elsewhere, and its questions are answered."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from deploy.stack.stack import Stack
from tests.browser.conftest import WIDE

pytestmark = [pytest.mark.stack, pytest.mark.browser]
DOCS = "/skolenhetsregistret/docs"
OWN = ("http://localhost:", "http://127.0.0.1:", "data:", "blob:")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that may load nothing from elsewhere and has no error in its console."""
    context = browser.new_context(viewport=WIDE)  # type: ignore[arg-type] # a plain dict
    page, wrong = context.new_page(), list[str]()
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("request", lambda asked: None if asked.url.startswith(OWN) else wrong.append(asked.url))
    yield page
    assert wrong == []
    context.close()


@pytest.mark.parametrize(
    ("version", "operation"),
    [("v3", "/school-units/{code}/history"), ("v2", "/v2/education-providers"), ("v1", "/v1/skolform")],
)
def test_each_version_shows_its_operations(stack: Stack, page: Page, version: str, operation: str) -> None:
    page.goto(f"{stack.url}{DOCS}/{version}")

    expect(page.locator(".opblock-summary-path", has_text=operation).first).to_be_visible()
    expect(page.get_by_role("link", name=f"Version {version[1]}")).to_have_attribute("aria-current", "page")


def test_a_question_can_be_tried_out(stack: Stack, page: Page) -> None:
    page.goto(f"{stack.url}{DOCS}")
    page.locator(".opblock", has_text="/api-info").locator(".opblock-summary-control").press("Enter")
    page.get_by_role("button", name="Execute").press("Enter")

    expect(page.locator(".live-responses-table tbody .response-col_status").first).to_contain_text("200")
    expect(page.locator(".live-responses-table")).to_contain_text("skolenhetsregistret")
