"""Words for a unit's life and for planned changes."""

PLANNING_FIELDS = {"to": "Ny status", "on": "Datum", "when": "När ska ändringen gälla?", "day": "Dag",
                   "startdate": "Startdatum"}  # fmt: skip
PLANNING_ERRORS = {
    "organizer-ended": "Huvudmannen har upphört och kan inte få nya skolenheter.",
    "status-already": "Skolenheten har redan den statusen.",
    "planned-unit-status": "Skolenheten har inte startat än. Dra tillbaka den, eller vänta till efter startdatumet.",
    "status-not-allowed": "Skolenheten kan inte få den statusen.",
    "only-planned-unit": "Det här går bara för en skolenhet som inte har startat.",
    "day-in-past": "Datumet har passerat. Skriv dagens datum eller ett senare.",
    "nothing-to-correct": "Inget har ändrats i dag, så det finns inget att ta tillbaka.",
    "correction-part-of-process": "Dagens ändring hör till en omorganisation eller ett byte av huvudman. "
    "Ångra den där i stället.",
    "day-to-come-needed": "Skriv ett datum efter i dag.",
    "planned-same-field": "Det finns redan en planerad ändring av samma uppgift den dagen. Välj en annan dag, eller "
    "ändra den som finns.",
    "nothing-to-plan": "Du har inte ändrat någon uppgift.",
    "planned-status-has-no-fields": "För en planerad status kan bara dagen ändras.",
    "planned-change-over": "Den planerade ändringen är redan genomförd eller avbruten.",
    "day-form": "Skriv datumet som ÅÅÅÅ-MM-DD, till exempel 2027-08-01.",
    "day-needed": "Skriv datumet, till exempel 2027-08-01.",
    "status-needed": "Välj vad som ska hända med skolenheten.",
    "when-needed": "Välj när ändringen ska gälla.",
}
WITHDRAW = "WITHDRAW"
"""What the status page calls that a planned unit never starts."""
CANCELLED_WITH_IT = "Koden används aldrig igen, och planerade ändringar av skolenheten avbryts."
STEPS = {
    "VILANDE": ("Vilande", "Skolenheten har ingen verksamhet för närvarande. Den finns kvar och kan bli aktiv igen."),
    "AKTIV": ("Aktiv igen", "Skolenheten tar upp sin verksamhet."),
    "UPPHORT": ("Upphör", f"Skolenheten läggs ner. Efter den dagen går det inte att ångra. {CANCELLED_WITH_IT}"),
    WITHDRAW: ("Dra tillbaka", f"Skolenheten startar aldrig. {CANCELLED_WITH_IT}"),
}
"""What an organizer can do with a unit's status: words, and what it means."""
NEXT = {"AKTIV": ("VILANDE", "UPPHORT"), "VILANDE": ("AKTIV", "UPPHORT"), "PLANERAD": (WITHDRAW,), "UPPHORT": ()}
"""The steps from each status."""
STATES = {"planned": "Planerad", "done": "Genomförd", "cancelled": "Avbruten", "hindered": "Kunde inte genomföras"}
RECEIPTS = {
    "status": "Statusen är ändrad", "planned": "Ändringen är planerad", "withdrawn": "Skolenheten är tillbakadragen",
    "start": "Startdatumet är ändrat", "corrected": "Dagens ändringar är tillbakatagna",
    "altered": "Den planerade ändringen är ändrad", "cancelled": "Den planerade ändringen är avbruten",
    "new": "Skolenheten är planerad",
}  # fmt: skip
