"""What both organizers are told of units that go from one to the other."""

from collections.abc import Mapping
from datetime import timedelta

from services.contracts.transfers import (
    Transfer,
    TransferAccepted,
    TransferDeclined,
    TransferLapsed,
    TransferProposed,
    TransferReminded,
    TransferTookEffect,
    TransferWithdrawn,
)
from services.notifications.domain import swedish
from services.notifications.domain.notices import NO_ANSWER, REGISTER, Notice, Scene

MOST_UNITS = 20
HEADINGS: Mapping[type[Transfer], str] = {
    TransferProposed: "{giver} vill lämna över {units} till {receiver}",
    TransferAccepted: "{receiver} har godkänt att ta över {units} från {giver}",
    TransferDeclined: "{receiver} tar inte över {units} från {giver}",
    TransferWithdrawn: "{giver} har dragit tillbaka bytet av huvudman för {units}",
    TransferReminded: "{receiver} har inte svarat {giver} om {units}",
    TransferLapsed: "Bytet av huvudman för {units} blev inte av",
    TransferTookEffect: "{receiver} är nu huvudman för {units}",
}
FOR_RECEIVER: Mapping[type[Transfer], str] = {
    TransferProposed: "Godkänn eller tacka nej senast den {last}. Utan svar blir bytet inte av.",
    TransferAccepted: "Ni får ändra uppgifterna från och med dagen för bytet.",
    TransferDeclined: "Skolenheterna blir kvar hos {giver}.",
    TransferWithdrawn: "Skolenheterna blir kvar hos {giver}.",
    TransferReminded: "Ni har inte svarat. Godkänn eller tacka nej senast den {last}. Utan svar blir bytet inte av.",
    TransferLapsed: "Skolenheterna blir kvar hos {giver}. Det behövs ett nytt förslag om ni ska ta över dem.",
    TransferTookEffect: "Skolenhetskoderna är desamma. Kontrollera uppgifterna, till exempel rektor och e-post.",
}
FOR_GIVER: Mapping[type[Transfer], str] = {
    TransferProposed: "Bytet blir av om {receiver} godkänner det senast den {last}. Till och med den dagen "
    "kan ni dra tillbaka det.",
    TransferAccepted: "Ni får ändra uppgifterna till och med den {last}, och kan dra tillbaka bytet.",
    TransferDeclined: "Skolenheterna blir kvar hos er.",
    TransferWithdrawn: "Skolenheterna blir kvar hos er.",
    TransferLapsed: "Skolenheterna blir kvar hos er: det fanns inget godkännande när dagen kom. Föreslå bytet igen "
    "om det ska bli av.",
    TransferTookEffect: "Ni kan inte längre ändra uppgifterna, men fortfarande läsa historiken för er tid.",
}
"""A reminder is the receiver's alone."""


def told(transfer: Transfer, scene: Scene) -> Notice:
    """To one of the two organizers, that of the scene."""
    is_receiver = scene.number == transfer.receiver
    names = {"giver": transfer.giver_name, "receiver": transfer.receiver_name, "units": _count(transfer),
             "last": swedish.day(transfer.day - timedelta(days=1))}  # fmt: skip
    lead = (FOR_RECEIVER if is_receiver else FOR_GIVER)[type(transfer)]
    link = "Svara på förslaget" if is_receiver and _waits(transfer) else "Se bytet"
    return Notice(
        heading=HEADINGS[type(transfer)].format(**names),
        lead=lead.format(**names),
        facts=tuple(_facts(transfer, scene)),
        link=(link, f"/byten/{transfer.transfer_id}"),
        after=(f"{transfer.giver_name} upphör som huvudman när skolenheterna har gått över.",)
        if transfer.ends_organizer and not isinstance(transfer, TransferTookEffect) else (),
        why=f"Du får mejlet för att du har behörighet för {scene.organizer} i {REGISTER}. {NO_ANSWER}",
    )  # fmt: skip


def _waits(transfer: Transfer) -> bool:
    return isinstance(transfer, TransferProposed | TransferReminded)


def _facts(transfer: Transfer, scene: Scene) -> list[tuple[str, str]]:
    units = [f"{unit.display_name} ({unit.school_unit_code})" for unit in transfer.units[:MOST_UNITS]]
    more = len(transfer.units) - len(units)
    facts = [
        ("Från", transfer.giver_name), ("Till", transfer.receiver_name), ("Dag för bytet", swedish.day(transfer.day)),
        ("Skolenheter", ", ".join(units) + (f" och {more} till" if more else "")),
    ]  # fmt: skip
    if transfer.message and isinstance(transfer, TransferProposed | TransferReminded):
        facts.append(("Meddelande", transfer.message))
    if isinstance(transfer, TransferDeclined):
        facts.append(("Anledning", transfer.reason))
    givers, receivers = TransferProposed | TransferWithdrawn, TransferAccepted | TransferDeclined
    if isinstance(transfer, receivers if scene.number == transfer.receiver else givers):  # others' users are not named
        facts.append(("Av", swedish.sentence(scene.actor)))
    return facts


def _count(transfer: Transfer) -> str:
    return "en skolenhet" if len(transfer.units) == 1 else f"{len(transfer.units)} skolenheter"
