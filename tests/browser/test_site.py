"""The public site in a real browser: by keyboard, without scripts, at 320 pixels, and by axe."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from deploy.stack.stack import Stack
from tests.browser.conftest import NARROW, WIDE

pytestmark = [pytest.mark.stack, pytest.mark.browser]
PAGES = ["", "?q=svaleboskolan", "?q=finnsinte", "?q=!!", "?q=skola&skolform=GR&upphorda=ja", "/skolenheter/27508103",
         "/huvudman/2120001132", "/kommuner", "/kommuner/1281", "/lan/12", "/andrat", "/andrat?kommun=1281&typ=changed",
         "/filer", "/api", "/api/v3", "/api/changes", "/api/webhooks", "/api/problems",
         "/skolenheter/99999999"]  # fmt: skip


@pytest.fixture(params=[NARROW, WIDE], ids=["320", "1280"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(viewport=request.param)
    page, wrong = context.new_page(), list[str]()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    assert wrong == []
    context.close()


def test_no_page_has_a_fault_that_axe_finds_or_a_sideways_scroll(stack: Stack, page: Page) -> None:
    for path in PAGES:
        page.goto(f"{stack.url}/register{path}")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_a_school_is_found_by_keyboard_while_its_name_is_written(stack: Stack, page: Page) -> None:
    page.goto(f"{stack.url}/register")
    page.get_by_role("searchbox").press_sequentially("svalebo")
    expect(page.get_by_role("status")).to_have_text("En skolenhet")
    page.get_by_role("link", name="Svaleboskolan").press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Svaleboskolan")
    expect(page.get_by_role("img", name="Tecknad karta över kommunen Lund")).to_be_visible()


def test_every_field_is_followed_and_the_address_leads_back(stack: Stack, page: Page) -> None:
    page.goto(f"{stack.url}/register")
    if page.get_by_text("Kommun, skolform och upphörda").is_visible():
        page.get_by_text("Kommun, skolform och upphörda").press("Enter")
    page.get_by_role("searchbox").fill("lund")
    page.get_by_label("Grundskola", exact=True).press("Space")
    page.get_by_label("Kommun", exact=True).select_option("Lund")
    expect(page).to_have_url(f"{stack.url}/register?q=lund&kommun=1281&skolform=GR")
    page.get_by_role("link", name="Svaleboskolan").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Svaleboskolan")
    page.go_back()

    expect(page.get_by_role("searchbox")).to_have_value("lund")
    expect(page.get_by_label("Grundskola", exact=True)).to_be_checked()
    expect(page.get_by_label("Kommun", exact=True)).to_have_value("1281")
    expect(page.get_by_role("link", name="Svaleboskolan")).to_be_visible()


def test_what_is_found_on_a_small_screen_begins_on_the_first(stack: Stack, browser: Browser) -> None:
    context = browser.new_context(viewport=NARROW)
    page = context.new_page()
    page.goto(f"{stack.url}/register?q=svaleboskolan")

    expect(page.get_by_role("heading", name="En skolenhet")).to_be_in_viewport()
    context.close()


def test_code_can_be_copied_where_there_are_scripts(stack: Stack, page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{stack.url}/register/api")
    page.get_by_role("button", name="Kopiera").first.press("Enter")

    expect(page.get_by_role("button", name="Kopierat")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("curl -s 'http")


def test_without_scripts_the_form_finds_the_same(stack: Stack, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{stack.url}/register")
    page.get_by_role("searchbox").fill("svaleboskolan")
    page.get_by_role("searchbox").press("Enter")

    expect(page.get_by_role("heading", name="En skolenhet")).to_be_visible()
    context.close()
