"""The terms for users: versioned texts, each published on a day; the newest published one must be accepted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

PUBLISHED = "published:"


class TermsError(ValueError):
    """A text of the terms that cannot be used; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Terms:
    """One version of the terms, as Markdown with its title as first heading."""

    version: int
    published_on: date
    markdown: str

    @property
    def title(self) -> str:
        return self.markdown.partition("\n")[0].removeprefix("# ").strip()


def read(name: str, text: str) -> Terms:
    """One version, from its file's name (`1.sv.md`) and text; its first line: `published: 2026-01-01`."""
    first, _, rest = text.partition("\n")
    word, _, day = first.partition(" ")
    if word != PUBLISHED:
        raise TermsError(f"{name}: the first line is not '{PUBLISHED} <day>'")
    try:
        return Terms(int(name.partition(".")[0]), date.fromisoformat(day.strip()), rest.strip() + "\n")
    except ValueError as error:
        raise TermsError(f"{name}: {error}") from error


def in_order(files: Mapping[str, str]) -> list[Terms]:
    """The versions in order, from file names and their texts. Raises TermsError."""
    return sorted((read(name, text) for name, text in files.items()), key=lambda terms: terms.version)


def from_folder(folder: Path) -> list[Terms]:
    """The versions that a folder has; read once, at start. Raises TermsError."""
    return in_order({path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.sv.md")})


def current(versions: Sequence[Terms], day: date) -> Terms:
    """The version that must be accepted on a day. Raises TermsError when none is published yet."""
    published = [terms for terms in versions if terms.published_on <= day]
    if not published:
        raise TermsError(f"no terms are published on {day}")
    return published[-1]
