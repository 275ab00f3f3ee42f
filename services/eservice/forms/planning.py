"""What is typed about days, statuses and reasons: looked at before the registry is asked."""

import re
from collections.abc import Mapping
from datetime import date

from services.eservice import planning_texts, texts

LONGEST_REASON = 500
SWEDISH = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[ ./]([0-9]{4})", re.ASCII)
ISO = re.compile(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}", re.ASCII)
Errors = dict[str, str]


def day_or_none(typed: str) -> date | None:
    """The day that was typed: 2027-08-01, 20270801, 1/8 2027 or 1.8.2027. None where it is none of these."""
    text = typed.strip()
    if found := SWEDISH.fullmatch(text):
        text = f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}"
    try:
        return date.fromisoformat(text) if ISO.fullmatch(text) else None
    except ValueError:
        return None


def day(typed: str, *, name: str = "on", needed: bool = True) -> Errors:
    """What is wrong with a day."""
    if not typed.strip():
        return {name: texts.ERRORS["day-needed"]} if needed else {}
    return {} if day_or_none(typed) else {name: texts.ERRORS["day-form"]}


def reason(typed: str, *, needed: bool = True) -> Errors:
    """What is wrong with a reason."""
    if needed and not typed.strip():
        return {"reason": texts.ERRORS["reason-needed"]}
    return {"reason": texts.ERRORS["reason-too-long"]} if len(typed.strip()) > LONGEST_REASON else {}


def status(typed: Mapping[str, str], present: str) -> Errors:
    """What is wrong with the next status of a unit that has a status now."""
    if typed["to"] not in planning_texts.NEXT[present]:
        return {"to": texts.ERRORS["status-needed"]}
    withdrawn = typed["to"] == planning_texts.WITHDRAW
    return ({} if withdrawn else day(typed["on"], needed=False)) | reason(typed["reason"], needed=withdrawn)
