"""Swedish personal identity numbers and coordination numbers (SFS 1991:481, 18 §; SFS 2022:1697)."""

import re
from datetime import date

from services.contracts.vocabulary import luhn_holds

COORDINATION_OFFSET = 60


def normalised(text: str) -> str:
    """Twelve digits without a mark where twelve were typed; otherwise what was typed, trimmed."""
    digits = re.sub(r"[\s-]", "", text)
    return digits if re.fullmatch(r"[0-9]{12}", digits) else text.strip()


def is_valid(number: str) -> bool:
    """Whether twelve digits are a day (coordination numbers add 60 to it) and end with the right check digit."""
    if not re.fullmatch(r"[0-9]{12}", number, re.ASCII):
        return False
    year, month, day = int(number[:4]), int(number[4:6]), int(number[6:8])
    try:
        date(year, month, day - COORDINATION_OFFSET if day > COORDINATION_OFFSET else day)
    except ValueError:
        return False
    return luhn_holds(number[2:])
