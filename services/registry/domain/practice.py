"""How an authority wants transfers. Apart from their rules, so that a command that only looks loads nothing heavy."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Practice:
    """Who may propose and answer beside the administration, and how many days before the day one is reminded."""

    roles: tuple[str, ...]
    reminders: tuple[int, ...]
