"""The words about reorganisations: split, merged and newly formed units."""

FIELDS = {
    "effectiveDate": "Datum", "source": "Skolenheter", "results": "Antal nya skolenheter",
    "carriedFrom": "Rektor från", "state": "Läge",
}  # fmt: skip
KINDS = {"split": "Dela", "merge": "Slå ihop", "reform": "Omfördela"}
KINDS_DONE = {"split": "Delning", "merge": "Sammanslagning", "reform": "Omfördelning"}
STATES = {"planned": "Planerad", "undone": "Ångrad", "effective": "Genomförd"}
ERRORS = {
    "effective-date-to-come": "Datumet måste ligga efter i dag.",
    "reorganisation-sources-needed": "Välj minst en skolenhet.",
    "reorganisation-results-needed": "Minst en ny skolenhet behövs.",
    "reorganisation-one-to-one": "En skolenhet som blir en enda är ingen omorganisation. Skriv minst 2.",
    "reorganisation-too-many": "En omorganisation kan ha högst {most} skolenheter före och {most} efter.",
    "source-not-own": "Skolenheten {unit} hör inte till huvudmannen. Tillhör den en annan huvudman behöver den först "
    "byta huvudman.",
    "source-not-in-operation": "Skolenheten {unit} är inte aktiv eller vilande och kan inte omorganiseras.",
    "unit-in-other-process": "{unit} är redan med i ett byte eller en omorganisation, eller ska upphöra.",
    "result-name-twice": "En annan av de nya skolenheterna har samma namn. Skriv ett eget namn.",
    "carried-from-not-source": "Uppgifter kan bara föras över från en skolenhet som omorganiseras.",
    "reorganisation-not-planned": "Omorganisationen är redan genomförd eller ångrad och kan inte ändras.",
    "count-form": "Skriv ett antal från 1 till 50.",
    "effective-date-form": "Skriv datumet som ÅÅÅÅ-MM-DD, till exempel 2027-08-16.",
    "source-changed": "En av skolenheterna har ändrats sedan du började. Inget är sparat. Kontrollera igen.",
}
