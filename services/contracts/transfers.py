"""What the registry says of school units that go from one organizer to another. The units' own facts stand beside."""

from datetime import date

from pydantic import Field

from services.contracts.event import Event, Wire
from services.contracts.registry import TOPIC
from services.contracts.vocabulary import OrganizationNumber, SchoolUnitCode


class NamedUnit(Wire):
    school_unit_code: SchoolUnitCode
    display_name: str


class Transfer(Wire):
    """What every event of a transfer says: whose units go to whom, and when."""

    transfer_id: str
    version: int
    giver: OrganizationNumber
    giver_name: str
    receiver: OrganizationNumber
    receiver_name: str
    day: date = Field(description="The register day from whose beginning the units are the receiver's")
    ends_organizer: bool = Field(description="All the giver's units, and the giver is an organizer no longer")
    units: tuple[NamedUnit, ...]
    message: str | None = Field(default=None, description="The giver's own words")


class TransferProposed(Transfer, Event, type="transfer.proposed", version=1, topic=TOPIC, key="transfer_id"):
    """An organizer proposed that units of its shall become another's."""


class TransferAccepted(Transfer, Event, type="transfer.accepted", version=1, topic=TOPIC, key="transfer_id"):
    """The receiver accepted: the units move when the day begins."""


class TransferDeclined(Transfer, Event, type="transfer.declined", version=1, topic=TOPIC, key="transfer_id"):
    """The receiver declined: the units stay."""

    reason: str


class TransferWithdrawn(Transfer, Event, type="transfer.withdrawn", version=1, topic=TOPIC, key="transfer_id"):
    """The giver withdrew it before the day: the units stay."""


class TransferReminded(Transfer, Event, type="transfer.reminded", version=1, topic=TOPIC, key="transfer_id"):
    """The receiver has not answered, and the day comes near."""

    days_left: int


class TransferLapsed(Transfer, Event, type="transfer.lapsed", version=1, topic=TOPIC, key="transfer_id"):
    """The day came without an answer: the units stay."""


class TransferTookEffect(Transfer, Event, type="transfer.took-effect", version=1, topic=TOPIC, key="transfer_id"):
    """The day came: `units` are the receiver's from now on. One that has closed meanwhile stays, and is not named."""
