"""What a notice about a reorganisation says."""

from collections.abc import Sequence

from services.contracts.reorganisations import (
    PartOfReorganisation,
    ReorganisationChanged,
    ReorganisationPlanned,
    ReorganisationTookEffect,
    ReorganisationUndone,
)
from services.notifications.domain import swedish
from services.notifications.domain.notices import NO_ANSWER, REGISTER, Notice, Scene

Kind = (
    type[ReorganisationPlanned]
    | type[ReorganisationChanged]
    | type[ReorganisationUndone]
    | type[ReorganisationTookEffect]
)
Fact = ReorganisationPlanned | ReorganisationChanged | ReorganisationUndone | ReorganisationTookEffect
MOST = 6
"""More units than this are counted, not named, in a heading."""


def reorganisation(scene: Scene, fact: Fact) -> Notice:
    """To all who may act for the organizer."""
    heading, lead, after = _words(fact)
    return Notice(
        heading=heading,
        lead=lead,
        facts=scene.facts(
            ("Gamla skolenheter", _named(fact.sources)), ("Nya skolenheter", _named(fact.results)),
            ("Skulle ha gällt från" if isinstance(fact, ReorganisationUndone) else "Gäller från",
             swedish.day(fact.effective_date)),
        ),
        link=("Se omorganisationen", f"/omorganisationer/{fact.reorganisation_id}"),
        after=after,
        why=f"Du får mejlet för att du har behörighet för {scene.organizer} i {REGISTER}. {NO_ANSWER}",
    )  # fmt: skip


def _words(fact: Fact) -> tuple[str, str, tuple[str, ...]]:
    day, what = swedish.day(fact.effective_date), _names(fact.sources)
    undo = ("Är något fel? Ni kan ändra eller ångra omorganisationen fram till den dagen.",)
    match fact:
        case ReorganisationPlanned():
            lead = "Den dagen stängs de gamla skolenheterna och de nya blir aktiva. De nya har fått sina koder."
            return f"En omorganisation är planerad till {day}: {what}", lead, undo
        case ReorganisationChanged():
            lead = "Dagen eller anledningen har ändrats. De nya skolenheterna startar den dagen."
            return f"En omorganisation har ändrats, och gäller från {day}: {what}", lead, undo
        case ReorganisationUndone():
            lead = "De gamla skolenheterna finns kvar. De nya startar aldrig, och deras koder används inte igen."
            return f"En omorganisation är ångrad: {what}", lead, ()
        case ReorganisationTookEffect():
            lead = "De gamla skolenheterna är stängda och de nya är aktiva. Använd de nya koderna."
            return f"En omorganisation gäller från i dag: {what}", lead, ()


def _names(units: Sequence[PartOfReorganisation]) -> str:
    if len(units) > MOST:
        return f"{len(units)} skolenheter"
    return ", ".join(swedish.one_line(unit.display_name) for unit in units)


def _named(units: Sequence[PartOfReorganisation]) -> str:
    return ", ".join(f"{swedish.one_line(unit.display_name)} ({unit.school_unit_code})" for unit in units)
