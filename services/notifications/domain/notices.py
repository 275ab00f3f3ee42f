"""What a notice about users and authority says: a heading, facts, one link, and why one gets it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from services.notifications.domain import swedish

TOKEN = "~token~"  # noqa: S105 - what stands in a kept mail where the link's token will be
REGISTER = "Skolenhetsregistret"
NO_ANSWER = "Det går inte att svara på det."
UNEXPECTED = "Känner du inte igen det här? Kontakta registerförvaltningen genast."
MAY = {
    "contact-person": "En kontaktperson ser och ändrar uppgifterna om huvudmannens skolenheter och bestämmer vilka som "
    "har behörighet.",
    "data-reporter": "En uppgiftslämnare ser och ändrar uppgifterna om huvudmannens skolenheter.",
}


@dataclass(frozen=True, slots=True)
class Scene:
    """Where and when it happened, and who did it (a name only where it may be told)."""

    organizer: str
    number: str
    actor: str
    at: datetime
    zone: ZoneInfo

    @property
    def users(self) -> tuple[str, str]:
        return "Se vilka som har behörighet", f"/huvudman/{self.number}/anvandare"

    @property
    def keys(self) -> tuple[str, str]:
        return "Se API-nycklarna", f"/huvudman/{self.number}/api-nycklar"

    def facts(self, *own: tuple[str, str], by_whom: bool = True) -> tuple[tuple[str, str], ...]:
        """Facts of one's own between the organizer and who did it, and when."""
        by = [("Av", swedish.sentence(self.actor))] if by_whom else []
        return (("Huvudman", self.organizer), *own, *by, ("När", self.moment(self.at)))

    def moment(self, of: datetime) -> str:
        return swedish.moment(of.astimezone(self.zone))

    @property
    def why_contact_person(self) -> str:
        return f"Du får mejlet för att du är kontaktperson för {self.organizer} i {REGISTER}. {NO_ANSWER}"


@dataclass(frozen=True, slots=True)
class Notice:
    """A mail in plain words. `link`: its words and its path under our address."""

    heading: str
    lead: str
    facts: tuple[tuple[str, str], ...]
    why: str
    link: tuple[str, str] | None = None
    after: tuple[str, ...] = ()


class KeyEvent(StrEnum):
    """What happened to an API credential."""

    ISSUED = "har fått en ny API-nyckel"
    ROTATED = "har bytt hemlighet för en API-nyckel"
    REVOKED = "har återkallat en API-nyckel"


def invitation(scene: Scene, role: str, expires_at: datetime) -> Notice:
    """To the one who is invited."""
    return Notice(
        heading=f"Du är inbjuden som {swedish.ROLES[role]} för {scene.organizer}",
        lead=f"{swedish.sentence(scene.actor)} bjuder in dig till {REGISTER}. {MAY[role]}",
        facts=(
            ("Huvudman", scene.organizer), ("Behörighet", swedish.sentence(swedish.ROLES[role])),
            ("Från", swedish.sentence(scene.actor)), ("Svara senast", scene.moment(expires_at)),
        ),
        link=("Svara på inbjudan", f"/inbjudan/{TOKEN}"),
        after=(
            "Du behöver logga in och visa vem du är. Länken är bara din och kan användas en gång.",
            "Väntade du dig ingen inbjudan? Då behöver du inte göra något. Ingen får behörighet utan att svara.",
        ),
        why=f"Du får mejlet för att någon har angett din e-postadress i en inbjudan. {NO_ANSWER}",
    )  # fmt: skip


def new_user(scene: Scene, who: str, role: str, *, accepted: bool) -> Notice:
    """To the other contact persons."""
    as_what = f"{swedish.ROLES[role]} för {scene.organizer}"
    name = swedish.sentence(who)
    return Notice(
        heading=f"{name} har accepterat och är nu {as_what}" if accepted else f"{name} är nu {as_what}",
        lead=MAY[role],
        facts=scene.facts(
            ("Person", name), ("Behörighet", swedish.sentence(swedish.ROLES[role])), by_whom=not accepted
        ),
        link=scene.users,
        after=("Ska personen inte ha behörighet? Avsluta den på samma sida.",),
        why=scene.why_contact_person,
    )


def role_changed(scene: Scene, who: str, role: str) -> Notice:
    """To the other contact persons."""
    name = swedish.sentence(who)
    return Notice(
        heading=f"{name} är nu {swedish.ROLES[role]} för {scene.organizer}",
        lead=f"Behörigheten har ändrats. {MAY[role]}",
        facts=scene.facts(("Person", name), ("Ny behörighet", swedish.sentence(swedish.ROLES[role]))),
        link=scene.users,
        why=scene.why_contact_person,
    )


def own_role_changed(scene: Scene, role: str) -> Notice:
    """To the person."""
    return Notice(
        heading=f"Du är nu {swedish.ROLES[role]} för {scene.organizer}",
        lead=f"Din behörighet har ändrats. {MAY[role]}",
        facts=scene.facts(("Ny behörighet", swedish.sentence(swedish.ROLES[role]))),
        link=("Se dina uppgifter", "/mina-uppgifter"),
        after=(UNEXPECTED,),
        why=f"Du får mejlet för att det gäller din egen behörighet. {NO_ANSWER}",
    )


def authority_ended(scene: Scene, who: str, role: str) -> Notice:
    """To the other contact persons."""
    name = swedish.sentence(who)
    return Notice(
        heading=f"{name} är inte längre {swedish.ROLES[role]} för {scene.organizer}",
        lead="Behörigheten har avslutats och kan inte längre användas.",
        facts=scene.facts(("Person", name), ("Avslutad behörighet", swedish.sentence(swedish.ROLES[role]))),
        link=scene.users,
        why=scene.why_contact_person,
    )


def own_authority_ended(scene: Scene, role: str) -> Notice:
    """To the person, who has no authority any more."""
    return Notice(
        heading=f"Din behörighet för {scene.organizer} är avslutad",
        lead=f"Du kan inte längre se eller ändra något för {scene.organizer} i {REGISTER}.",
        facts=scene.facts(("Avslutad behörighet", swedish.sentence(swedish.ROLES[role]))),
        after=(f"Är det fel? Kontakta en kontaktperson hos {scene.organizer}.",),
        why=f"Du får mejlet för att det gäller din egen behörighet. {NO_ANSWER}",
    )


def account_locked(scene: Scene, who: str, *, locked: bool) -> Notice:
    """To the contact persons of the person's organizers."""
    name = swedish.sentence(who)
    return Notice(
        heading=f"{name} är spärrad i {REGISTER}" if locked else f"Spärren är hävd: {name} i {REGISTER}",
        lead=f"Personen kan inte göra något för {scene.organizer} så länge kontot är spärrat. Behörigheten finns kvar."
        if locked
        else f"Personen kan åter använda sin behörighet för {scene.organizer}.",
        facts=scene.facts(("Person", name)),
        link=scene.users,
        why=scene.why_contact_person,
    )


def own_account_locked(scene: Scene, *, locked: bool) -> Notice:
    """To the person, without the reason: that is told in person."""
    return Notice(
        heading=f"Ditt konto i {REGISTER} är spärrat" if locked else f"Ditt konto i {REGISTER} är inte längre spärrat",
        lead="Du kan inte logga in så länge kontot är spärrat. Kontakta registerförvaltningen om du har frågor."
        if locked
        else "Du kan logga in igen. Din behörighet är som förut.",
        facts=(("Av", swedish.sentence(swedish.ADMINISTRATION)), ("När", scene.moment(scene.at))),
        why=f"Du får mejlet för att det gäller ditt eget konto. {NO_ANSWER}",
    )


def letter(scene: Scene) -> Notice:
    """To the contact persons that there are already."""
    return Notice(
        heading=f"Ett brev med aktiveringskod har gjorts för {scene.organizer}",
        lead="Den som får brevet kan bli kontaktperson för huvudmannen.",
        facts=scene.facts(),
        link=scene.users,
        after=("Har huvudmannen inte bett om något brev? Kontakta registerförvaltningen genast.",),
        why=scene.why_contact_person,
    )


def credential(scene: Scene, event: KeyEvent, label: str, expires_at: datetime) -> Notice:
    """To the other contact persons. It says until when the key holds, unless it is revoked."""
    name, revoked = swedish.one_line(label), event is KeyEvent.REVOKED
    until = () if revoked else (("Gäller till", scene.moment(expires_at)),)
    return Notice(
        heading=f"{scene.organizer} {event}: {name}",
        lead="Nyckeln kan inte längre användas."
        if revoked
        else "Ett program kan med nyckeln ändra uppgifterna om huvudmannens skolenheter.",
        facts=scene.facts(("API-nyckel", name), *until),
        link=scene.keys,
        after=() if revoked else ("Känner du inte igen det här? Återkalla nyckeln på samma sida.",),
        why=scene.why_contact_person,
    )


def credential_ends(scene: Scene, label: str, expires_at: datetime) -> Notice:
    """To the contact persons, some time before."""
    name = swedish.one_line(label)
    return Notice(
        heading=f"API-nyckeln {name} slutar snart att gälla",
        lead="Sedan kan programmet inte längre ändra uppgifter. Byt hemlighet, så gäller nyckeln längre.",
        facts=(("Huvudman", scene.organizer), ("API-nyckel", name), ("Gäller till", scene.moment(expires_at))),
        link=scene.keys,
        why=scene.why_contact_person,
    )


def review_due(scene: Scene, due_on: date) -> Notice:
    """To the contact persons, once a year."""
    return Notice(
        heading=f"Gå igenom vilka som har behörighet för {scene.organizer}",
        lead="Minst en gång om året ska en kontaktperson bekräfta att rätt personer har behörighet.",
        facts=(("Huvudman", scene.organizer), ("Senast", swedish.day(due_on))),
        link=("Gå igenom användarna", f"/huvudman/{scene.number}/anvandare/granska"),
        why=scene.why_contact_person,
    )


def email_change(scene: Scene, expires_at: datetime) -> Notice:
    """To the new address."""
    return Notice(
        heading="Bekräfta din nya e-postadress",
        lead=f"Du har bett att få mejl från {REGISTER} till den här adressen. Det börjar när du har bekräftat den.",
        facts=(("Länken gäller till", scene.moment(expires_at)),),
        link=("Bekräfta e-postadressen", f"/epost/{TOKEN}"),
        after=("Har du inte bett om det? Då behöver du inte göra något.",),
        why=f"Du får mejlet för att någon har angett din e-postadress i {REGISTER}. {NO_ANSWER}",
    )


def email_change_asked(scene: Scene) -> Notice:
    """To the address that is used until then; the new one is not told."""
    return Notice(
        heading="Någon har bett om att byta din e-postadress",
        lead=f"Mejl från {REGISTER} går till en ny adress när den har bekräftats. Till dess kommer de hit.",
        facts=(("När", scene.moment(scene.at)),),
        after=("Är det inte du? Logga ut överallt under Mina uppgifter och kontakta registerförvaltningen genast.",),
        link=("Se dina uppgifter", "/mina-uppgifter"),
        why=f"Du får mejlet för att det gäller ditt eget konto. {NO_ANSWER}",
    )


def email_changed(scene: Scene) -> Notice:
    """To the old address; the new one is not told, for the old one may be somebody else's by now."""
    return Notice(
        heading="Din e-postadress har ändrats",
        lead=f"Mejl från {REGISTER} går nu till din nya adress. Hit kommer inga fler.",
        facts=(("När", scene.moment(scene.at)),),
        after=("Har du inte ändrat adressen? Kontakta registerförvaltningen genast.",),
        why=f"Du får mejlet för att adressen fanns i {REGISTER}. {NO_ANSWER}",
    )
