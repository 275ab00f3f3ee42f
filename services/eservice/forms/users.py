"""What is typed about users, API credentials and letters: looked at before it is shown on a check page."""

import re
from collections.abc import Mapping
from datetime import date

from services.contracts.vocabulary import NotACodeError, PersonalIdentityNumber, Role
from services.eservice import texts

PART = r"[^\s@<>\"(),:;\\]+"
EMAIL = re.compile(rf"{PART}@{PART}\.{PART}")
LONGEST = {"email": 254, "label": 80, "reason": 500, "requestedBy": 200, "requestReference": 80}
LONGEST_CREDENTIAL = 365
MOST_LINES, LONGEST_LINE = 5, 100
Errors = dict[str, str]


def invitation(typed: Mapping[str, str]) -> Errors:
    """What is wrong with an invitation, in words, by input."""
    errors = _texts(typed, email="email-needed")
    if "email" not in errors and not EMAIL.fullmatch(typed["email"].strip()):
        errors["email"] = texts.ERRORS["email-form"]
    if typed["role"] not in set(Role):
        errors["role"] = texts.ERRORS["role-needed"]
    return errors | _number(typed)


def letter(typed: Mapping[str, str], today: date) -> Errors:
    """What is wrong with an organizer's request for a letter."""
    errors = _texts(typed, requestedBy="requested-by-needed", requestReference="reference-needed")
    requested_on = day_or_none(typed["requestedOn"])
    if requested_on is None:
        errors["requestedOn"] = texts.ERRORS["date-needed"]
    elif requested_on > today:
        errors["requestedOn"] = texts.ERRORS["date-in-future"]
    return errors | _address(typed["address"]) | _number(typed)


def day_or_none(typed: str) -> date | None:
    """The day that was typed, in any form of ISO 8601: 2026-11-24, 20261124, 2026-W48-2. None where it is none."""
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        return None


def address(typed: str) -> list[str]:
    """The lines of a postal address, without empty ones."""
    return [line.strip() for line in typed.splitlines() if line.strip()]


def credential(typed: Mapping[str, str]) -> Errors:
    """What is wrong with a new API credential."""
    errors = _texts(typed, label="label-needed")
    days = typed["days"].strip()
    if not (re.fullmatch(r"[0-9]{1,3}", days, re.ASCII) and 1 <= int(days) <= LONGEST_CREDENTIAL):
        errors["days"] = texts.ERRORS["days-form"]
    return errors


def lock(typed: Mapping[str, str]) -> Errors:
    """What is wrong with a lock's reason."""
    return _texts(typed, reason="reason-needed")


def number_or_none(typed: str) -> str | None:
    """A personal identity number as it is sent; None where none was typed."""
    return PersonalIdentityNumber.tidied(typed) or None


def _number(typed: Mapping[str, str]) -> Errors:
    found = number_or_none(typed["personalIdentityNumber"])
    try:
        if found:
            PersonalIdentityNumber(found)
    except NotACodeError:
        return {"personalIdentityNumber": texts.ERRORS["personal-identity-number-form"]}
    return {}


def _address(typed: str) -> Errors:
    lines = address(typed)
    if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
        return {"address": texts.error("address-lines", {"most": MOST_LINES, "longest": LONGEST_LINE})}
    if not all(line.isprintable() for line in lines):
        return {"address": texts.ERRORS["bad-characters"]}
    return {}


def _texts(typed: Mapping[str, str], **needed: str) -> Errors:
    errors = {}
    for name, code in needed.items():
        text = typed[name].strip()
        if not text:
            errors[name] = texts.ERRORS[code]
        elif len(text) > LONGEST[name]:
            errors[name] = texts.error("too-long", {"most": LONGEST[name]})
        elif not text.replace("\r\n", "").replace("\n", "").isprintable():
            errors[name] = texts.ERRORS["bad-characters"]
    return errors
