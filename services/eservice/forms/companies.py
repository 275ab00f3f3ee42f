"""What is typed on the pages about the companies register."""

import re
from collections.abc import Sequence
from datetime import date

from services.eservice import texts
from services.eservice.forms.users import day_or_none

WHOLE, PART = "whole", "part"
KINDS = ("new", "changed", "gone")


def upload(as_of: str, complete: str, content: bytes) -> tuple[date | None, dict[str, str]]:
    """The extract's day, and what is wrong by input."""
    errors, day = {}, day_or_none(as_of)
    if not content:
        errors["file"] = texts.ERRORS["file-needed"]
    if day is None:
        errors["asOf"] = texts.ERRORS["as-of-needed"]
    if complete not in {WHOLE, PART}:
        errors["complete"] = texts.ERRORS["complete-needed"]
    return day, errors


def file_name(given: str | None) -> str:
    """A file's name without folders and what cannot be seen, as the registry takes it."""
    name = re.split(r"[/\\]", given or "")[-1]
    return "".join(letter for letter in name if letter.isprintable())[:200] or "utdrag"


def chosen(kinds: Sequence[str], numbers: Sequence[str]) -> tuple[list[str], list[str]]:
    """Kinds and organization numbers as our form sends them; anything else is left out."""
    known = [kind for kind in KINDS if kind in kinds]
    return known, [number for number in numbers if re.fullmatch(r"[0-9]{10}", number, re.ASCII)]
