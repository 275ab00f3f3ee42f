"""The words for one's account: how a session ended, why one cannot join, what is wrong in a form about oneself."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

ENDED = {
    "idle": "Det gick för lång tid utan att du gjorde något.",
    "longest": "En inloggning gäller bara en viss tid, och den tiden är slut.",
    "elsewhere": "Inloggningen har avslutats på ett annat ställe, till exempel i en annan flik eller webbläsare.",
    "everywhere": "Du har valt Logga ut överallt i en annan webbläsare.",
    "locked": "Registerförvaltningen har spärrat kontot.",
    "authority-ended": "Du har inte längre behörighet för någon huvudman. Fråga er kontaktperson om det är fel.",
}
METHODS = {
    "password": "Lösenord", "second-factor": "Lösenord och engångskod", "e-legitimation": "E-legitimation",
    "unknown": "Okänt",
}  # fmt: skip
DELIVERIES = {
    "at-once": "Genast, ett mejl för varje händelse",
    "daily": "En gång om dagen, allt i ett mejl varje morgon kl. 7",
}
JOB = {
    "contact-person": "Som kontaktperson kan du se och ändra uppgifterna om huvudmannens skolenheter, "
    "bjuda in fler användare och avsluta behörigheter.",
    "data-reporter": "Som uppgiftslämnare kan du se och ändra uppgifterna om huvudmannens skolenheter.",
}
BECOME = {"contact-person": "Bli kontaktperson", "data-reporter": "Bli uppgiftslämnare"}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one cannot join, and what to do about it. `action`: the page's button: "log-in", "again", or none.

    `says_who`: whether the page says who is logged in.
    """

    title: str
    text: str
    advice: str
    action: str = ""
    says_who: bool = False


OTHER_PERSON = Refusal(
    "Inbjudan gäller någon annan",
    "Logga ut och logga in som den som är inbjuden, eller be om en ny inbjudan.",
    "Är det du som är inbjuden? Då gick inbjudan till en annan e-postadress än den vi har för dig. Be den som bjöd in "
    "dig om en ny, till adressen vi har eller med ditt personnummer.",
    "log-in",
    says_who=True,
)
IDENTIFY = Refusal(
    "Logga in med e-legitimation",
    "För att veta att det är du behöver vi en inloggning med e-legitimation.",
    "Sedan kommer du tillbaka hit.",
    "log-in",
)
REFUSALS = {
    "other-person": OTHER_PERSON,
    "not-the-invited": OTHER_PERSON,
    "identification-needed": IDENTIFY,
    "membership-exists": Refusal(
        "Du har redan behörighet", "Du har redan behörighet för huvudmannen.",
        "Behöver du en annan roll? Be huvudmannens kontaktperson att ändra den.",
    ),
    "invitation-unknown": Refusal(
        "Inbjudan finns inte", "Länken är inte hel, eller så har en nyare inbjudan skickats.",
        "Öppna länken i det senaste mejlet. Hjälper inte det: be den som bjöd in dig om en ny inbjudan.",
    ),
    "invitation-closed": Refusal(
        "Inbjudan gäller inte längre", "Den har redan använts, eller så har den dragits tillbaka.",
        "Har du själv använt den? Då är det klart, och du kan gå till startsidan. Annars: fråga den som bjöd in dig.",
    ),
    "invitation-expired": Refusal(
        "Inbjudan har gått ut", "En inbjudan gäller en begränsad tid.", "Be den som bjöd in dig att skicka en ny."
    ),
    "letter-closed": Refusal(
        "Koden gäller inte längre", "Den har redan använts, eller så har brevet dragits tillbaka.",
        "Har du själv använt den? Då är det klart: gå till startsidan. Annars: kontakta registerförvaltningen.",
    ),
    "letter-expired": Refusal(
        "Koden har gått ut", "Koden i brevet gäller en begränsad tid.",
        "Kontakta registerförvaltningen, så får ni ett nytt brev.",
    ),
    "not-in-population-register": Refusal(
        "Du finns inte i folkbokföringen", "Vi hämtar namn från folkbokföringen, och där finns du inte.",
        "Kontakta registerförvaltningen, så hjälper vi dig vidare.",
    ),
    "population-register-away": Refusal(
        "Folkbokföringen svarar inte just nu", "Vi behöver hämta ditt namn därifrån innan du kan börja.",
        "Vänta några minuter och försök igen. Inbjudan eller koden gäller fortfarande.", "again",
    ),
}  # fmt: skip
ERRORS = {
    "accept": "Kryssa för att du godkänner villkoren.",
    "terms-not-current": "Villkoren har ändrats medan du läste. Läs dem igen och kryssa för att du godkänner dem.",
    "number": "Skriv organisationsnumret med tio siffror, till exempel 212000-1132.",
    "code": "Skriv koden som den står i brevet.",
    "code-unknown": "Organisationsnumret och koden hör inte ihop. Kontrollera båda mot brevet. "
    "Har ni fått flera brev: använd koden i det senaste.",
    "email": "Skriv en e-postadress på formen namn@huvudman.se",
    "phone": "Skriv telefonnumret med siffror, till exempel 046-12 34 56",
    "delivery": "Välj hur ofta du vill ha mejl.",
    "stale": "Uppgifterna har ändrats i ett annat fönster sedan du öppnade sidan. Kontrollera dem och spara igen.",
}


def why_ended(reason: str | None) -> str:
    """Why one was logged out."""
    return ENDED.get(reason or "", "Inloggningen gäller inte längre.")


def refusal(code: str) -> Refusal | None:
    """The words for a refusal to let somebody join; None for a code that is not about that."""
    return REFUSALS.get(code)


def wait(seconds: int | None) -> str:
    """How long to wait after too many attempts."""
    minutes = max(1, -(-(seconds or 60) // 60))
    time = "en minut" if minutes == 1 else f"{minutes} minuter"
    return f"Du har försökt för många gånger. Vänta {time} och försök igen."


def pointed(errors: list[dict[str, Any]]) -> dict[str, str]:
    """A problem's errors by input: its pointer's last word, with what to do."""
    names = [str(error.get("pointer", "")).rpartition("/")[2] for error in errors]
    return {name: ERRORS[name] for name in names if name in ERRORS}


def number_of(typed: str) -> str | None:
    """Ten digits of an organization number as people write it; None when it is none."""
    digits = typed.replace("-", "").replace(" ", "").strip()
    digits = digits[2:] if len(digits) == 12 and digits.startswith("16") else digits  # noqa: PLR2004 - with its century
    return digits if digits.isdecimal() and digits.isascii() and len(digits) == 10 else None  # noqa: PLR2004


def clock(moment: datetime, zone: str) -> str:
    """A time of day on the zone's clock: 14.32."""
    return f"{moment.astimezone(ZoneInfo(zone)):%H.%M}"


def seconds_left(moment: datetime) -> int:
    """Whole seconds until a moment; 0 when it has passed."""
    return max(0, int((moment - datetime.now(UTC)).total_seconds()))
