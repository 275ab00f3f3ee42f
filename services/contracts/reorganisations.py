"""What the registry says of reorganisations. Each unit's own change is said of the unit, with the same process."""

from datetime import date

from services.contracts.event import Event, Wire
from services.contracts.registry import TOPIC
from services.contracts.vocabulary import OrganizationNumber, SchoolUnitCode


class PartOfReorganisation(Wire):
    """A unit that closes or is new."""

    school_unit_code: SchoolUnitCode
    display_name: str


class ReorganisationFact(Wire):
    """A reorganisation as it stands after the change."""

    reorganisation_id: str
    organization_number: OrganizationNumber
    effective_date: date
    sources: tuple[PartOfReorganisation, ...]
    results: tuple[PartOfReorganisation, ...]
    version: int
    register_day: date


class ReorganisationPlanned(
    ReorganisationFact, Event, type="reorganisation.planned", version=1, topic=TOPIC, key="reorganisation_id"
):
    """Units are to be split, merged or formed anew on a day to come."""


class ReorganisationChanged(
    ReorganisationFact, Event, type="reorganisation.changed", version=1, topic=TOPIC, key="reorganisation_id"
):
    """A planned reorganisation got another day or reason."""


class ReorganisationUndone(
    ReorganisationFact, Event, type="reorganisation.undone", version=1, topic=TOPIC, key="reorganisation_id"
):
    """A planned reorganisation was taken back: the new units never start, the old ones stay."""


class ReorganisationTookEffect(
    ReorganisationFact, Event, type="reorganisation.took-effect", version=1, topic=TOPIC, key="reorganisation_id"
):
    """The day came: the old units are closed, the new ones are active."""
