"""Days of the past as people type them."""

import re
from datetime import date

from services.eservice import texts

COMPACT = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})", re.ASCII)
SPOKEN = re.compile(r"(\d{1,2})[/.](\d{1,2})[ /.-](\d{4})", re.ASCII)
FORM = "Skriv en dag, till exempel {day}."


def parsed(text: str, today: date) -> tuple[date | None, str]:
    """The day that was typed (2026-08-14, 20260814, 14/8 2026), not after today; or None and what is wrong."""
    text = text.strip()
    written = COMPACT.fullmatch(text)
    said = SPOKEN.fullmatch(text)
    parts = written.groups() if written else said.groups()[::-1] if said else ()
    try:
        day = date(*map(int, parts))
    except (TypeError, ValueError):
        return None, FORM.format(day=today)
    return (day, "") if day <= today else (None, texts.ERRORS["day-to-come"])
