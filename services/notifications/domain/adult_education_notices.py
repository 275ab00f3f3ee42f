"""What a notice about komvux on contract says."""

from services.contracts.adult_education import ContractEdited, ContractRegistered, PublicContract
from services.contracts.vocabulary import ContractStatus
from services.notifications.domain import swedish, texts
from services.notifications.domain.notices import NO_ANSWER, REGISTER, Notice, Scene

STATUSES = {ContractStatus.AKTIV: "Aktivt", ContractStatus.INAKTIV: "Inte aktivt"}


def contract(scene: Scene, fact: ContractRegistered | ContractEdited) -> Notice:
    """To all who may act for the organizer."""
    name = swedish.one_line(fact.provider_name)
    what = "Ett nytt avtal om komvux på entreprenad" if isinstance(fact, ContractRegistered) else "Avtalet är ändrat"
    parts = [
        (texts.value(part.school_type_part), f"Från {swedish.day(part.valid_from)}"
         + (f" till och med {swedish.day(part.valid_to)}" if part.valid_to else " tills vidare"))
        for part in fact.contract.school_type_parts
    ]  # fmt: skip
    return Notice(
        heading=f"{what}: {name}",
        lead="Det gäller genast i registret och syns i öppna data dagen efter.",
        facts=scene.facts(("Utbildningsanordnare", name), ("Avtalet", _standing(scene, fact.contract)), *parts),
        link=("Se avtalet", f"/huvudman/{scene.number}/entreprenad/{fact.contract.education_provider_code}"),
        why=f"Du får mejlet för att du har behörighet för {scene.organizer} i {REGISTER}. {NO_ANSWER}",
    )


def _standing(scene: Scene, of: PublicContract) -> str:
    """Whether the contract is active, or the day to come on which it begins."""
    today = scene.at.astimezone(scene.zone).date()
    to_come = [part.valid_from for part in of.school_type_parts if part.valid_from > today]
    if of.status is ContractStatus.INAKTIV and to_come:
        return f"Börjar gälla den {swedish.day(min(to_come))}"
    return STATUSES[of.status]
