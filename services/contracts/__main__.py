"""`python -m services.contracts` writes what is made from the event types; `--check` tells whether it is up to date."""

import json
import sys
from pathlib import Path

from services.contracts.compatibility import breaks
from services.contracts.documents import HERE, SCHEMAS, asyncapi, asyncapi_text, schema
from services.contracts.page import events_page
from services.contracts.topics import EVENTS

PAGE = HERE.parents[1] / "docs" / "events.md"


def made() -> dict[Path, str]:
    """Give every made file with its text."""
    schemas = {SCHEMAS / f"{name}.json": _json(schema(event)) for name, event in EVENTS.items()}
    return schemas | {HERE / "asyncapi.yaml": asyncapi_text(), PAGE: events_page(asyncapi())}


def broken() -> list[str]:
    """Say where today's types would break with what was published: types that are gone, changes without a version."""
    found = []
    for file in sorted(SCHEMAS.glob("*.json")):
        event = EVENTS.get(file.stem)
        if event is None:
            found.append(f"{file.stem}: is gone, and its events are in the topic for ever")
        else:
            found += [f"{file.stem}{what}" for what in breaks(json.loads(file.read_text()), schema(event))]
    return found


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def main(arguments: list[str]) -> int:
    """Write or check; the exit status tells."""
    if wrong := broken():
        sys.stderr.write("These changes need a new version of the event:\n  " + "\n  ".join(wrong) + "\n")
        return 1
    files = made()
    stale = [path for path, text in files.items() if not path.exists() or path.read_text() != text]
    if "--check" in arguments:
        for path in stale:
            sys.stderr.write(f"{path}: not up to date; run ./dev contracts\n")
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[path])
        sys.stdout.write(f"wrote {path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
