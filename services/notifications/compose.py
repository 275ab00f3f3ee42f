"""What a mail says, from an event: rendered once, when it is queued."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.contracts.registry import SchoolUnitEdited, SchoolUnitOpened
from services.notifications.domain import texts

TEMPLATE = "unit_edited"
MONTHS = ("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november",
          "december")  # fmt: skip
ROLES = {"contact-person": "en kontaktperson", "data-reporter": "en uppgiftslämnare"}
FOLDER = Path(__file__).parent / "templates"
TEXT = Environment(loader=FileSystemLoader(FOLDER), undefined=StrictUndefined, autoescape=False)  # noqa: S701 - plain text
HTML = Environment(loader=FileSystemLoader(FOLDER), undefined=StrictUndefined, autoescape=True)


@dataclass(frozen=True, slots=True)
class Content:
    """A mail's words."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Setting:
    """What surrounds a change: who did it (a name only where it may be told), when, whose unit, and our address."""

    actor: str
    at: datetime
    organizer: str
    zone: ZoneInfo
    base_url: str


def unit_changed(event: SchoolUnitEdited | SchoolUnitOpened, setting: Setting) -> Content:
    """Tell of a change of a school unit, field by field. A protected value is never in it: the event has none."""
    is_opened = isinstance(event, SchoolUnitOpened)
    heading = "En planerad skolenhet är nu aktiv" if is_opened else "En skolenhet har ändrats"
    name, code = one_line(event.unit.display_name), event.school_unit_code
    values = {
        "heading": heading,
        "organizer": setting.organizer,
        "name": name,
        "code": code,
        "at": swedish_time(setting.at.astimezone(setting.zone)),
        "actor": setting.actor,
        "changes": [texts.change(change.model_dump(mode="json")) for change in event.changed],
        "public_from": swedish_date(event.public_from),
        "link": f"{setting.base_url}/enheter/{code}/historik#v{event.version}",
    }
    subject = f"{'Aktiv' if is_opened else 'Ändrat'}: {name} ({code})"
    text = TEXT.get_template(f"{TEMPLATE}.sv.txt").render(values)
    return Content(subject, text, HTML.get_template(f"{TEMPLATE}.sv.html").render(values))


def actor_in_words(name: str | None, role: str | None) -> str:
    """Who did it: by name where it is known and not protected, else by role."""
    return name or ROLES.get(role or "", "registerförvaltningen")


def one_line(text: str) -> str:
    """The text without line breaks: it goes into a header."""
    return " ".join(text.split())


def swedish_date(day: date) -> str:
    """A day in words: 24 november 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def swedish_time(moment: datetime) -> str:
    """A moment in words, in the zone that it carries."""
    return f"{swedish_date(moment.date())} kl. {moment:%H.%M}"
