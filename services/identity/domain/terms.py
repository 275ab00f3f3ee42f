"""The terms for users: versioned texts; the newest must be accepted."""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "terms"


@dataclass(frozen=True, slots=True)
class Terms:
    """One version of the terms, as Markdown with its title as first heading."""

    version: int
    markdown: str

    @property
    def title(self) -> str:
        return self.markdown.partition("\n")[0].removeprefix("# ").strip()


def published(files: dict[str, str]) -> list[Terms]:
    """The versions in order, from file names (`1.sv.md`) and their texts."""
    return sorted((Terms(int(name.split(".")[0]), text) for name, text in files.items()), key=lambda t: t.version)


def from_folder() -> list[Terms]:
    """The versions that this release carries; read once, at start."""
    return published({path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.sv.md")})


def newest() -> Terms:
    """The version that must be accepted."""
    return CURRENT


CURRENT = from_folder()[-1]
