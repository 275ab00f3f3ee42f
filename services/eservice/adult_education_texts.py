"""Words for komvux on contract: fields, values, errors, refusals."""

FIELDS = {
    "contractStatus": "Avtalet", "folkHighschoolName": "Folkhögskolans namn", "providerName": "Anordnarens namn",
    "providerNumber": "Organisationsnummer", "careOfAddress": "C/o", "streetAddress": "Gatuadress",
    "postalCode": "Postnummer", "locality": "Postort", "gradingRights": "Betygsrätt",
    "gradingRightsFrom": "Betygsrätt från och med", "gradingRightsTo": "Betygsrätt till och med",
    "gradingRightsParts": "Betygsrätten gäller", "decision": "Beslut", "validFrom": "Från och med",
    "validTo": "Till och med", "schoolTypeParts": "Delar av komvux",
}  # fmt: skip
VALUES = {"aktiv": "Aktivt", "inaktiv": "Inte aktivt"}
ERRORS = {
    "contract-organizer-type": "Bara kommuner, regioner och kommunalförbund lägger ut komvux på entreprenad.",
    "contract-part-needed": "Kryssa för minst en del, och skriv från vilken dag den gäller.",
    "contract-too-many-parts": "Ett avtal har högst {most} perioder. Ta bort någon.",
    "contract-part-overlap": "Perioderna för den här delen går in i varandra. Ändra datumen.",
    "contract-end-in-past": "Den sista dagen kan tidigast vara i går. I registret är det {day}.",
    "contract-ended": "Avtalet har redan upphört.",
    "valid-to-before-from": "Den sista dagen kan inte komma före den första.",
    "rights-part-needed": "Välj minst en del som betygsrätten gäller.",
    "decision-needed": "Skriv vilket beslut betygsrätten kommer av.",
}
PROBLEMS = {
    "contract-exists": ("", "Ni har redan ett avtal med anordnaren. Öppna det i listan och ändra det."),
    "provider-exists": ("providerNumber", "Anordnaren finns redan. Sök på organisationsnumret."),
}
