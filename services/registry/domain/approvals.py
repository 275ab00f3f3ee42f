"""The yearly approval: which school year is open, what it covers, when is reminded (domain.md, Yearly approval)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.contracts.vocabulary import Role
from services.registry.domain.rules import Rule, RulesBrokenError

NOTHING_CHOSEN = Rule("approval-nothing-chosen", "At least one thing is approved", "adr/0018")
UNKNOWN_ITEM = Rule("approval-unknown-item", "Only what the organizer has now can be approved", "adr/0018")
NOTHING_NEW = Rule("approval-nothing-new", "It is approved already, as it stands", "adr/0018")


class Step(StrEnum):
    """Why an organizer is written to."""

    PROMPT = "prompt"
    REMINDER = "reminder"


@dataclass(frozen=True, slots=True)
class Round:
    """The approval for one school year. `year`: in which it begins. Open until the next opens: late is possible."""

    year: int
    opens: date
    due: date

    @property
    def name(self) -> str:
        """The school year as people write it."""
        return school_year(self.year)


@dataclass(frozen=True, slots=True)
class Call:
    """A day on which those who have not approved everything are written to."""

    round: Round
    step: Step
    days_left: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """When it is approved, and who may. `prompt` and `due`: month and day, the due date not before the prompt.

    `before`, `after`: the days before and after the due date on which is reminded. `roles`: who may approve.
    """

    prompt: tuple[int, int] = (6, 1)
    due: tuple[int, int] = (6, 14)
    before: tuple[int, ...] = (7, 2)
    after: tuple[int, ...] = (3, 10)
    roles: tuple[str, ...] = (Role.CONTACT_PERSON.value,)

    def round_on(self, day: date) -> Round:
        """The round that is open on a day: the one whose prompt day came last."""
        year = day.year if (day.month, day.day) >= self.prompt else day.year - 1
        return Round(year, date(year, *self.prompt), date(year, *self.due))

    def next_opens(self, day: date) -> date:
        """When the round after the one of the day opens."""
        return date(self.round_on(day).year + 1, *self.prompt)

    def call_on(self, day: date) -> Call | None:
        """Whether those who have not approved are written to when this day begins."""
        current = self.round_on(day)
        left = (current.due - day).days
        if day == current.opens:
            return Call(current, Step.PROMPT, left)
        is_reminded = left in self.before or -left in self.after
        return Call(current, Step.REMINDER, left) if is_reminded else None


@dataclass(frozen=True, slots=True)
class Approved:
    """An approval of one thing: at which version, when, by whom in which role."""

    school_year: int
    version: int
    at: datetime
    day: date
    actor: str
    role: str


@dataclass(frozen=True, slots=True)
class Covered:
    """Something that the approval covers, as it stands; how it is approved this year, and before it, if at all."""

    kind: str
    aggregate: str
    name: str
    version: int
    approved: Approved | None = None
    previous: Approved | None = None

    @property
    def last(self) -> Approved | None:
        """The newest approval, of this year or an earlier one."""
        return self.approved or self.previous

    @property
    def is_as_approved(self) -> bool:
        """Whether it is approved this year, and nobody has touched it since."""
        return self.approved is not None and self.approved.version == self.version


class ChangedMeanwhileError(Exception):
    """These are not as the one who approves saw them."""

    def __init__(self, aggregates: Sequence[str]) -> None:
        super().__init__(", ".join(aggregates))
        self.aggregates = tuple(aggregates)


def chosen(covered: Sequence[Covered], asked: Sequence[str] | None, seen: Mapping[str, int]) -> list[Covered]:
    """What is approved now; what is approved already as it stands is passed over. `asked` None: everything.

    `seen`: the version of each that the one who approves has seen. Raises RulesBrokenError, ChangedMeanwhileError.
    """
    known = {one.aggregate: one for one in covered}
    wanted = list(known) if asked is None else list(dict.fromkeys(asked))
    if not wanted:
        raise RulesBrokenError([NOTHING_CHOSEN.broken_at("/items")])
    unknown = [UNKNOWN_ITEM.broken_at(f"/items/{n}", item=one) for n, one in enumerate(wanted) if one not in known]
    if unknown:
        raise RulesBrokenError(unknown)
    if changed := [name for name in wanted if seen.get(name) != known[name].version]:
        raise ChangedMeanwhileError(changed)
    if new := [known[name] for name in wanted if not known[name].is_as_approved]:
        return new
    raise RulesBrokenError([NOTHING_NEW.broken_at("/items")])


def school_year(year: int) -> str:
    """A school year as people write it: 2026/27."""
    return f"{year}/{(year + 1) % 100:02}"


def month_and_day(text: str) -> tuple[int, int]:
    """Read `06-14`. Raises ValueError; 29 February does not come each year."""
    day = date.fromisoformat(f"2001-{text}")
    return day.month, day.day
