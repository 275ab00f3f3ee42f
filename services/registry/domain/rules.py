"""What a rule is, and what it means to break some of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ALL: dict[str, "Rule"] = {}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with a stable code, a sentence and its source. Texts for people lie with the e-service, by code."""

    code: str
    sentence: str
    source: str

    def __post_init__(self) -> None:
        ALL[self.code] = self

    def broken_at(self, pointer: str, **params: Any) -> "Broken":
        return Broken(self, pointer, params)


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule broken at one field, with what the rule was told."""

    rule: Rule
    pointer: str
    params: Mapping[str, Any] = field(default_factory=dict)


class RulesBrokenError(Exception):
    """The change breaks these rules; all of them are named, not only the first."""

    def __init__(self, broken: list[Broken]) -> None:
        super().__init__(", ".join(f"{b.rule.code} at {b.pointer}" for b in broken))
        self.broken = broken
