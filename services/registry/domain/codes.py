"""How a school unit code is drawn (openapi-v2.md, School-unit code; rule since November 2013)."""

from collections.abc import Callable
from datetime import datetime

FIRST, LAST = 10_000_000, 99_999_999
DATE_FORMATS = ("%Y%m%d", "%d%m%Y", "%m%d%Y", "%Y%d%m")


def is_readable_date(code: str) -> bool:
    """Whether eight digits can be read as a day of the years 1000 to 9999, in any usual order."""
    return any(_is_date(code, form) for form in DATE_FORMATS)


def draw(random_below: Callable[[int], int]) -> str:
    """Draw a code without meaning. `random_below(n)` gives a number from 0 to n - 1 (secrets.randbelow)."""
    while True:
        code = str(FIRST + random_below(LAST - FIRST + 1))
        if not is_readable_date(code):
            return code


def _is_date(code: str, form: str) -> bool:
    try:
        datetime.strptime(code, form)  # noqa: DTZ007 - only whether it can be read
    except ValueError:
        return False
    return True
