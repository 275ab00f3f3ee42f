"""A real Chromium, and axe."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from deploy.stack.settings import DEMO_PASSWORD
from deploy.stack.stack import Stack
from tests.provider import code

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
LOOK_SECONDS = 0.5
expect.set_options(timeout=20_000)  # two cores, shared with everything that is looked at
NARROW, WIDE = {"width": 320, "height": 640}, {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def browser(stack: Stack) -> Iterator[Browser]:  # noqa: ARG001 - Playwright's loop must not run while the stack starts
    """One Chromium for a module; each page has a profile of its own."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield chromium
        chromium.close()


PICTURES = Path(__file__).parents[2] / ".dev" / "pictures"


class Visitor:
    """Somebody at a browser."""

    def __init__(self, page: Page, url: str, *, scripts: bool = True) -> None:
        self.page, self.url, self.scripts = page, url, scripts
        page.set_default_timeout(20_000)

    def go(self, path: str) -> None:
        self.page.goto(self.url + path)

    def log_in(self, user_name: str) -> None:
        """Log in by keyboard alone, with the second factor if asked for it, and accept the terms the first time."""
        self.to_login()
        self.fill_in("Användarnamn", user_name)
        otp = self.page.locator("#otp")
        otp.or_(self.page.locator(".register-header")).first.wait_for()
        if otp.is_visible():
            self.second_factor()
        self.inside()

    def log_in_with_e_legitimation(self, number: str) -> None:
        """Log in by keyboard alone with the test e-legitimation; accept the terms if asked to."""
        self.to_login()
        self.page.get_by_role("link", name="Logga in med e-legitimation").press("Enter")
        self.fill_in("Personnummer", number)
        self.inside()

    def to_login(self) -> None:
        """From the start page to the identity provider's."""
        self.go("/")
        self.page.get_by_role("button", name="Logga in").focus()
        self.page.keyboard.press("Enter")

    def fill_in(self, label: str, name: str) -> None:
        """Give a name and the demo's password."""
        self.page.get_by_label(label).fill(name)
        self.page.get_by_label("Lösenord", exact=True).fill(DEMO_PASSWORD)
        self.page.keyboard.press("Enter")

    def second_factor(self) -> None:
        """Give the code of the demo's administrator."""
        self.page.get_by_label("Engångskod").fill(code())
        self.page.keyboard.press("Enter")

    def inside(self) -> None:
        """Wait until the e-service is there; accept the terms if asked to."""
        self.page.wait_for_url(lambda url: "/auth/" not in url and "/logga-in" not in url)
        if "/villkor" in self.page.url:
            self.page.get_by_label("Jag har läst").focus()
            self.page.keyboard.press("Space")
            self.page.get_by_role("button", name="Fortsätt").press("Enter")
            self.page.wait_for_url(lambda url: "/villkor" not in url)
        self.page.get_by_role("heading", level=1).wait_for()

    def be_safer(self) -> None:
        """Give the code of the authenticator app. One goes once: with one that was used, wait for the next."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="Fortsätt till säkrare inloggning").press("Enter")
        given = ""
        while "/auth/" in self.page.url:
            given = _other_than(given)
            self.page.get_by_label("Engångskod").fill(given)
            with self.page.expect_navigation():
                self.page.keyboard.press("Enter")

    def look(self) -> None:
        """Nothing is wrong for axe, and nothing is wider than the page, at 320 and at 1280 pixels.

        Without JavaScript axe cannot run: then the width alone.
        """
        self.page.wait_for_load_state("load")
        self.page.get_by_role("heading", level=1).wait_for()
        for size in (NARROW, WIDE):
            self.page.set_viewport_size(size)
            if self.scripts:
                found = Axe().run(self.page)
                assert found.violations_count == 0, f"{self.page.url} at {size}\n{found.generate_report()}"
            width = self.page.evaluate("document.documentElement.scrollWidth")
            assert width <= size["width"], f"{self.page.url} is {width} wide at {size['width']}"


def _other_than(given: str) -> str:
    while (new := code()) == given:
        time.sleep(LOOK_SECONDS)
    return new


def heading(visitor: Visitor, text: str) -> None:
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text(text)


def press(visitor: Visitor, name: str) -> None:
    """Press a button or what looks like one, by keyboard."""
    visitor.page.get_by_role("button", name=name, exact=True).press("Enter")


def follow(visitor: Visitor, name: str) -> None:
    """Follow a link in the page, by keyboard."""
    visitor.page.get_by_role("main").get_by_role("link", name=name).first.press("Enter")


def see_the_past(visitor: Visitor) -> None:
    """From a history: to choose a day, the day, and that day compared with the first of them all."""
    follow(visitor, "Se en annan dag")
    heading(visitor, "Så såg det ut")
    visitor.look()
    day = visitor.page.locator("#dag-hint").inner_text().split()[-1]
    visitor.page.get_by_label("Dag", exact=True).fill(day)
    press(visitor, "Visa dagen")
    expect(visitor.page.get_by_role("link", name="Version")).to_be_visible()
    visitor.look()
    follow(visitor, "Välj en annan dag")
    visitor.page.get_by_label("Första dagen").fill("1/1 2020")
    visitor.page.get_by_label("Andra dagen").fill(day)
    press(visitor, "Jämför dagarna")
    expect(visitor.page.get_by_text("fanns inte i registret")).to_be_visible()
    expect(visitor.page.get_by_role("rowheader").first).to_be_visible()
    visitor.look()


def picture(visitor: Visitor, name: str) -> None:
    """Keep a picture of the page, for people to look at."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    visitor.page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def javascript(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def visitor(browser: Browser, stack: Stack) -> Iterator[Visitor]:
    context = browser.new_context(locale="sv-SE")
    yield Visitor(context.new_page(), stack.url)
    context.close()


@pytest.fixture
def plain_visitor(browser: Browser, stack: Stack, javascript: bool) -> Iterator[Visitor]:
    context = browser.new_context(locale="sv-SE", java_script_enabled=javascript)
    yield Visitor(context.new_page(), stack.url, scripts=javascript)
    context.close()
