"""The words of the pages about files with many school units."""

from collections.abc import Iterable, Mapping
from typing import Any

ERRORS = {
    "file-kind": "Filen är varken Excel (.xlsx), CSV eller JSON, eller så är den skadad. Spara den på nytt som .xlsx.",
    "file-unpacked": "Filen innehåller orimligt mycket. Hämta en ny fil och fyll i den.",
    "file-too-heavy": "Filen är för tung att läsa. Ta bort allt utom själva raderna, eller spara den som CSV.",
    "file-encoding": "Teckenkodningen går inte att läsa. Spara som CSV UTF-8, eller som Excel.",
    "file-columns": "Filen har kolumner som registret inte känner igen, eller samma kolumn två gånger: {columns}.",
    "file-column-needed": "Filen saknar kolumnen Skolenhetskod. Hämta en ny fil och fyll i den.",
    "file-empty": "Filen har inga skolenheter.",
    "file-too-many-rows": "Filen har fler än {most} rader. Dela upp den.",
    "file-unit-unknown": "Ni har ingen skolenhet med den koden.",
    "file-unit-twice": "Skolenheten står på en tidigare rad också.",
    "file-row-outdated": "Skolenheten har ändrats sedan filen hämtades. Hämta en ny fil.",
    "file-version-form": "Versionen saknas. Ändra inte den dolda kolumnen Version; hämta annars en ny fil.",
    "file-value-unknown": "Värdet finns inte. Välj ett ur listan; alla värden står på bladet Värden.",
    "file-formula": "Cellen har en formel. Skriv själva värdet.",
    "file-row-cells": "Raden har fler eller färre kolumner än rubrikraden.",
    "file-changes-nothing": "Filen har inget som kan införas.",
}
PROBLEMS = {"upload-busy": ("", "Filen kontrolleras eller införs just nu. Vänta tills det är klart.")}
HEADINGS = {
    "checking": "Filen kontrolleras", "checked": "Kontrollera ändringarna", "refused": "Filen har fel",
    "applying": "Ändringarna införs", "applied": "Ändringarna är införda", "outdated": "Inget infördes",
    "lapsed": "Filen är borttagen", "failed": "Filen gick inte att läsa in",
}  # fmt: skip


def heading(found: Mapping[str, Any]) -> str:
    """The heading of an upload's page, by how far it has come."""
    nothing = found["state"] == "checked" and not found["changed"]
    return "Filen ändrar inget" if nothing else HEADINGS[found["state"]]


def units(count: int) -> str:
    """How many units, in words."""
    return "1 skolenhet" if count == 1 else f"{count} skolenheter"


def told(errors: Iterable[Mapping[str, Any]], sentence: Any) -> list[dict[str, Any]]:
    """Errors by row and column, each with its sentence; `sentence`: texts.error."""
    return [{**error, "text": sentence(error["code"], error.get("params", {}))} for error in errors]
