"""Every page of the login in a real browser: by keyboard, by axe, narrow and wide; and what the token says after it."""

import base64
import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from deploy.stack.settings import DEMO_PASSWORD
from deploy.stack.stack import Stack
from tests.browser.conftest import Visitor
from tests.provider import NUMBERS, AtProvider, ByHand, code

pytestmark = [pytest.mark.stack, pytest.mark.browser]


@pytest.fixture
def provider(stack: Stack) -> Iterator[AtProvider]:
    """The e-service's part: it makes the address to go to, and reads the token."""
    with AtProvider(stack.url, stack.secret["client_secret"]) as part:
        yield part


@pytest.fixture
def by_hand(stack: Stack) -> Iterator[ByHand]:
    with ByHand(stack) as administrator:
        yield administrator


def come_back(visitor: Visitor) -> str:
    """Wait until the identity provider sends the browser back; gives the address with the code."""
    visitor.page.wait_for_url("**/logga-in/retur?*")
    return visitor.page.url


def press(visitor: Visitor, name: str) -> None:
    visitor.page.get_by_role("button", name=name, exact=True).press("Enter")


def add_key(visitor: Visitor, *, present: bool = True) -> None:
    """Plug a security key in."""
    devtools = visitor.page.context.new_cdp_session(visitor.page)
    devtools.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "usb", "hasUserVerification": True, "isUserVerified": present}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": key | {"automaticPresenceSimulation": present}})


def test_a_wrong_password_is_said_beside_its_field_and_the_right_one_logs_in(
    visitor: Visitor, provider: AtProvider
) -> None:
    visitor.page.goto(provider.address())
    visitor.look()
    visitor.page.get_by_label("Användarnamn").fill("karin.kontakt")
    visitor.page.get_by_label("Lösenord", exact=True).fill("fel-losen-2026")
    press(visitor, "Visa lösenordet")
    assert visitor.page.get_by_label("Lösenord", exact=True).get_attribute("type") == "text"
    press(visitor, "Logga in")
    field = visitor.page.get_by_label("Användarnamn")
    assert (
        "stämmer inte"
        in visitor.page.locator(f"#{field.get_attribute('aria-describedby')}".replace(" ", "")).inner_text()
    )
    visitor.look()
    visitor.fill_in("Användarnamn", "karin.kontakt")

    told = provider.claims(come_back(visitor))
    assert (told["acr"], "eid_assurance" in told) == ("1", False)


def test_a_code_is_asked_for_at_level_2_and_no_wrong_one_taken(visitor: Visitor, provider: AtProvider) -> None:
    visitor.page.goto(provider.address(acr_values="2"))
    visitor.fill_in("Användarnamn", "anna.admin")
    visitor.page.get_by_label("Engångskod").fill("000000")
    visitor.look()
    visitor.page.get_by_label("Engångskod").press("Enter")
    visitor.page.get_by_text("Koden stämmer inte").wait_for()
    visitor.look()
    visitor.second_factor()

    told = provider.claims(come_back(visitor))
    assert (told["acr"], told["realm_access"]["roles"]) == ("2", ["register-administration"])


def test_who_has_no_second_factor_gets_one_at_the_first_need(
    visitor: Visitor, provider: AtProvider, by_hand: ByHand
) -> None:
    name = by_hand.new_user()
    visitor.page.goto(provider.address())
    visitor.fill_in("Användarnamn", name)
    assert provider.claims(come_back(visitor))["acr"] == "1"

    visitor.page.goto(provider.address(acr_values="2"))
    visitor.page.get_by_text("Kan du inte läsa av QR-koden?").press("Enter")
    visitor.look()
    secret = visitor.page.locator("#kc-totp-secret-key").inner_text().replace(" ", "")
    visitor.page.get_by_label("Skriv koden som appen visar").fill("000000")
    press(visitor, "Spara")
    visitor.page.get_by_text("Koden stämmer inte").wait_for()
    visitor.look()
    visitor.page.get_by_label("Skriv koden som appen visar").fill(code(secret))
    press(visitor, "Spara")
    assert provider.claims(come_back(visitor))["acr"] == "2"

    visitor.page.context.clear_cookies()
    visitor.page.goto(provider.address(acr_values="2"))
    visitor.fill_in("Användarnamn", name)
    visitor.page.get_by_label("Engångskod").fill(code(secret))
    press(visitor, "Logga in")
    assert provider.claims(come_back(visitor))["acr"] == "2"


def test_a_security_key_is_a_second_factor_too_and_one_may_choose_another(
    visitor: Visitor, provider: AtProvider, by_hand: ByHand
) -> None:
    add_key(visitor)
    name = by_hand.new_user()
    visitor.page.goto(provider.address(kc_action="webauthn-register"))
    visitor.fill_in("Användarnamn", name)
    visitor.page.get_by_label("Nyckelns namn").fill("Nyckelknippan")
    visitor.look()
    press(visitor, "Lägg till nyckeln")
    come_back(visitor)
    [label] = [
        c["userLabel"] for c in by_hand.get(f"/users/{by_hand.user(name)['id']}/credentials") if c["type"] == "webauthn"
    ]
    assert label == "Nyckelknippan"

    visitor.page.goto(provider.address(acr_values="2"))
    visitor.page.get_by_text("Nyckelknippan").wait_for()
    visitor.look()
    press(visitor, "Fortsätt")
    assert provider.claims(come_back(visitor))["acr"] == "2"

    visitor.page.goto(provider.address(kc_action="CONFIGURE_TOTP", acr_values="2"))
    visitor.look()
    visitor.page.get_by_text("Kan du inte läsa av QR-koden?").press("Enter")
    secret = visitor.page.locator("#kc-totp-secret-key").inner_text().replace(" ", "")
    visitor.page.get_by_label("Skriv koden som appen visar").fill(code(secret))
    press(visitor, "Spara")
    come_back(visitor)
    visitor.page.context.clear_cookies()
    visitor.page.goto(provider.address(acr_values="2"))
    visitor.fill_in("Användarnamn", name)
    press(visitor, "Logga in på ett annat sätt")
    visitor.look()
    visitor.page.get_by_role("button", name="Kod från en app").press("Enter")
    visitor.page.get_by_label("Engångskod").fill(code(secret))
    press(visitor, "Logga in")
    assert provider.claims(come_back(visitor))["acr"] == "2"


@pytest.mark.parametrize("action", ["CONFIGURE_TOTP", "webauthn-register"])
def test_nobody_adds_a_second_factor_with_the_password_alone_to_one_who_has_one(
    visitor: Visitor, provider: AtProvider, action: str
) -> None:
    visitor.page.goto(provider.address(kc_action=action))
    visitor.fill_in("Användarnamn", "anna.admin")

    visitor.page.get_by_role("heading", name="Skriv koden från din app").wait_for()
    assert visitor.page.locator("#totpSecret, #registerWebAuthn").count() == 0


def test_a_security_key_that_does_not_answer_is_told_of_and_can_be_tried_again(
    visitor: Visitor, provider: AtProvider, by_hand: ByHand
) -> None:
    name = by_hand.new_user()
    visitor.page.goto(provider.address(kc_action="webauthn-register"))
    visitor.fill_in("Användarnamn", name)
    visitor.page.get_by_label("Nyckelns namn").wait_for()
    visitor.page.wait_for_load_state()  # the button works from when its script has come
    refuse = "navigator.credentials.create = () => Promise.reject(new DOMException('', 'NotAllowedError'))"
    visitor.page.evaluate(f"() => {{ {refuse} }}")
    press(visitor, "Lägg till nyckeln")
    visitor.page.get_by_text("Vi fick inget svar från nyckeln").wait_for()
    visitor.look()
    press(visitor, "Försök igen")
    visitor.page.get_by_label("Nyckelns namn").wait_for()
    press(visitor, "Avbryt")

    assert "kc_action_status=cancelled" in come_back(visitor)


def test_an_e_legitimation_says_how_sure_it_is_and_the_number_only_where_it_is_asked_for(
    visitor: Visitor, provider: AtProvider
) -> None:
    visitor.page.goto(provider.address())
    visitor.page.get_by_role("link", name="Logga in med e-legitimation").press("Enter")
    visitor.page.get_by_text("Det här är ett test").wait_for()
    visitor.look()
    visitor.fill_in("Personnummer", NUMBERS["olle.obehorig"])
    told = provider.claims(come_back(visitor))
    visitor.page.goto(provider.address(scope="openid personal-identity-number"))
    with_number = provider.claims(come_back(visitor))

    assert told["eid_assurance"] == with_number["eid_assurance"] == "loa3"
    assert NUMBERS["olle.obehorig"] not in str(told)
    assert with_number["personal_identity_number"] == NUMBERS["olle.obehorig"]
    assert told["sub"] == with_number["sub"]


def test_a_new_password_is_held_against_the_rules(visitor: Visitor, provider: AtProvider, by_hand: ByHand) -> None:
    name = by_hand.new_user(requiredActions=["UPDATE_PASSWORD"])
    visitor.page.goto(provider.address())
    visitor.fill_in("Användarnamn", name)
    wrong = {
        "kort": ("kort", "för kort"), "inte lika": ("ett-nytt-losen-1", "inte lika"),
        "namnet": (f"{name}-2026", "får inte innehålla"), "det gamla": (DEMO_PASSWORD, "haft det lösenordet förut"),
    }  # fmt: skip
    visitor.look()
    for kind, (new, said) in wrong.items():
        visitor.page.get_by_label("Nytt lösenord", exact=True).fill(new)
        visitor.page.get_by_label("Nytt lösenord en gång till").fill("något annat" if kind == "inte lika" else new)
        press(visitor, "Spara")
        visitor.page.get_by_text(re.compile(said)).first.wait_for()
    visitor.look()
    visitor.page.get_by_label("Nytt lösenord", exact=True).fill("ett-nytt-losen-2")
    visitor.page.get_by_label("Nytt lösenord en gång till").fill("ett-nytt-losen-2")
    press(visitor, "Spara")

    assert provider.claims(come_back(visitor))["acr"] == "1"


def test_a_login_that_cannot_begin_says_so_in_swedish(visitor: Visitor, provider: AtProvider) -> None:
    visitor.page.goto(provider.address(redirect_uri="https://evil.example/"))
    visitor.page.get_by_text("Inloggningen gick inte att påbörja").wait_for()
    visitor.look()


def test_a_page_that_is_over_leads_on(visitor: Visitor, provider: AtProvider) -> None:
    visitor.page.goto(provider.address())
    form = visitor.page.locator("#kc-form-login").get_attribute("action") or ""
    visitor.page.goto(re.sub(r"execution=[^&]+", f"execution={base64.b16encode(b'another').decode()}", form))
    visitor.page.get_by_role("heading", name="Sidan gäller inte längre").wait_for()
    visitor.look()
    visitor.page.get_by_role("link", name="Fortsätt inloggningen").press("Enter")
    visitor.fill_in("Användarnamn", "karin.kontakt")

    assert provider.claims(come_back(visitor))["acr"] == "1"


def test_logging_out_without_the_e_service_asks_first(visitor: Visitor, provider: AtProvider) -> None:
    visitor.page.goto(provider.address())
    visitor.fill_in("Användarnamn", "karin.kontakt")
    come_back(visitor)
    visitor.page.goto(f"{provider.realm}/logout?{urlencode({'client_id': 'eservice'})}")
    visitor.look()
    press(visitor, "Logga ut")
    visitor.page.get_by_role("heading", name="Du är utloggad").wait_for()
    visitor.look()
    visitor.page.goto(provider.address())

    visitor.page.get_by_label("Användarnamn").wait_for()


def test_the_e_service_lets_people_in_by_either_way(visitor: Visitor) -> None:
    visitor.log_in("karin.kontakt")

    assert visitor.page.get_by_role("button", name="Logga ut").is_visible()
