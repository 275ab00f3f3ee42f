"""What a mail says, from an event: rendered once, when it is queued."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.contracts.registry import SchoolUnitEdited, SchoolUnitOpened
from services.notifications.domain import swedish, texts
from services.notifications.domain.digest import Merged
from services.notifications.domain.notices import NO_ANSWER, REGISTER, Notice

TEMPLATE = "unit_edited"
DIGEST = "digest"
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
    name, code = swedish.one_line(event.unit.display_name), event.school_unit_code
    values = {
        "heading": "En planerad skolenhet är nu aktiv" if is_opened else "En skolenhet har ändrats",
        "organizer": setting.organizer,
        "name": name,
        "code": code,
        "at": swedish.moment(setting.at.astimezone(setting.zone)),
        "actor": setting.actor,
        "changes": [texts.change(change.model_dump(mode="json")) for change in event.changed],
        "public_from": swedish.day(event.public_from),
        "link": f"{setting.base_url}/enheter/{code}/historik#v{event.version}",
        "why": f"Du får mejlet för att du har behörighet för {setting.organizer} i {REGISTER}. {NO_ANSWER}",
    }
    return _rendered(TEMPLATE, f"{'Aktiv' if is_opened else 'Ändrat'}: {name} ({code})", values)


def notice(told: Notice, base_url: str) -> Content:
    """Tell of users and authority. What people typed is one line everywhere: none of it looks like our words."""
    heading = swedish.one_line(told.heading)
    values = {
        "heading": heading,
        "lead": swedish.one_line(told.lead),
        "facts": [(label, swedish.one_line(value)) for label, value in told.facts],
        "link": (told.link[0], base_url + told.link[1]) if told.link else None,
        "after": told.after,
        "why": swedish.one_line(told.why),
    }
    return _rendered("notice", heading, values)


def digest(units: Sequence[Merged], organizer: Callable[[str], str], zone: ZoneInfo, base_url: str) -> Content:
    """Tell of a whole day's changes, unit by unit. `organizer` gives the name for a number."""
    count = "En skolenhet har ändrats" if len(units) == 1 else f"{len(units)} skolenheter har ändrats"
    values = {
        "heading": count,
        "units": [_unit(unit, organizer(unit.organizer), zone, base_url) for unit in units],
        "why": f"Du får mejlet en gång om dagen för att du har valt det i {REGISTER}: {base_url}/mina-uppgifter/mejl. "
        f"{NO_ANSWER}",
    }
    return _rendered(DIGEST, f"{count} i {REGISTER}", values)


def _unit(unit: Merged, organizer: str, zone: ZoneInfo, base_url: str) -> dict[str, Any]:
    number, who = len(unit.versions), ", ".join(unit.actors)
    at = swedish.moment(unit.last_at.astimezone(zone))
    count = f"En ändring, {at}" if number == 1 else f"{number} ändringar, den senaste {at}"
    return {
        "name": swedish.one_line(unit.name),
        "code": unit.code,
        "organizer": organizer,
        "what": f"{count}, av {who}" + (". Den planerade skolenheten är nu aktiv" if unit.opened else ""),
        "changes": [texts.change(field) for field in unit.fields],
        "link": f"{base_url}/enheter/{unit.code}/historik#v{unit.versions[-1]}",
    }


def _rendered(template: str, subject: str, values: Mapping[str, Any]) -> Content:
    text = TEXT.get_template(f"{template}.sv.txt").render(values)
    return Content(subject, text, HTML.get_template(f"{template}.sv.html").render(values))
