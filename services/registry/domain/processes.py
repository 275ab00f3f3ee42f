"""Undertakings that take units with them on a day to come: a unit is in one at most."""

from services.registry.domain.rules import Rule

IN_OTHER_PROCESS = Rule(
    "unit-in-other-process", "The school unit is part of another undertaking that has not taken effect", "ours"
)
