"""What is kept of a snapshot for the next one: bytes by key, in files that later snapshots share by hard links."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any
from zlib import crc32

import orjson

from services.publication.build import files
from services.publication.build.files import Folder

FOLDER, INDEX = "kept", "index.json"
MOST_FILES, NEWEST = 16, 2
"""Of so many files on, all that is still in use is copied to one: what is not goes. So many snapshots have theirs."""
Place = tuple[str, int, int, int]
"""A file's name, where in it, how long, CRC-32."""


class BrokenError(Exception):
    """What was kept is not there any more as it was put."""


@dataclass(slots=True)
class Kept:
    """What an earlier snapshot left."""

    path: Path
    about: Mapping[str, Any]
    places: Mapping[str, Place]
    _open: dict[str, int] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def get(self, key: str) -> bytes | None:
        """The bytes of a key; None where there are none, or not those that were put there."""
        if key not in self.places:
            return None
        name, at, size, check = self.places[key]
        try:
            with self._lock:
                if name not in self._open:
                    self._open[name] = os.open(self.path / name, os.O_RDONLY)
            found = os.pread(self._open[name], size, at)
        except OSError:
            return None
        return found if crc32(found) == check else None

    def close(self) -> None:
        """Nothing more is read."""
        for descriptor in self._open.values():
            os.close(descriptor)
        self._open.clear()


class Keeping:
    """What a snapshot being built leaves for the next: what is new, and by links what it took from the last one.

    Several threads may put and take at a time.
    """

    def __init__(self, folder: Folder, day: str, before: Kept | None) -> None:
        self.path, self.name, self.before = folder.path / FOLDER, day, before
        self.places: dict[str, Place] = {}
        self.file, self.lock = folder.open(f"{FOLDER}/{day}"), Lock()
        names = {place[0] for place in before.places.values()} if before else set()
        self.copies_all = len(names) >= MOST_FILES

    def put(self, key: str, content: bytes) -> None:
        """Keep bytes."""
        check = crc32(content)
        with self.lock:
            self.places[key] = (self.name, self.file.tell(), len(content), check)
            self.file.write(content)

    def take(self, key: str) -> bytes | None:
        """What the last snapshot left, which is kept on; or None."""
        found = self.before.get(key) if self.before else None
        if found is not None and self.before:
            if self.copies_all:
                self.put(key, found)
            else:
                self.places[key] = self.before.places[key]
        return found

    def finish(self, about: Mapping[str, object]) -> None:
        """Nothing more comes. `about`: what the next one is told of it."""
        self.file.close()
        for name in {place[0] for place in self.places.values()} - {self.name}:
            assert self.before  # noqa: S101 - whose file it is
            try:
                os.link(self.before.path / name, self.path / name)
            except OSError as error:
                raise BrokenError(name) from error
        (self.path / INDEX).write_bytes(orjson.dumps({"about": about, "places": self.places}))
        if self.before:
            self.before.close()


def read(snapshot: Path) -> Kept | None:
    """What a snapshot left, or None: also where it cannot be read."""
    path = snapshot / FOLDER
    try:
        found = orjson.loads((path / INDEX).read_bytes())
        return Kept(path, {**found["about"]}, {key: tuple(place) for key, place in found["places"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def prune(root: Path) -> None:
    """Only the newest snapshots' are read: one more than the last stays, should a day be built again."""
    for snapshot in files.of_any_form(root)[:-NEWEST]:
        if (snapshot / FOLDER).exists():
            shutil.rmtree(snapshot / FOLDER)


def forget(root: Path) -> None:
    """Let the next snapshot be made anew, as when what is known of the past has changed."""
    for path in root.glob(f"*/{FOLDER}"):
        shutil.rmtree(path)
