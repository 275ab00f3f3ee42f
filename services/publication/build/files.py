"""A snapshot's folder: written beside the current one, made durable, and switched to by one rename."""

import ctypes
import hashlib
import os
import shutil
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

import orjson

HALF, CURRENT, PUBLISHED, BY_DAY = ".half", "current", "published", "by-day"
ASIDE = f".old{HALF}"
MANIFEST, FORM = "manifest.json", 5
"""The form of a snapshot: what an earlier release built in another is not read, but built anew."""
AFTER_MIDNIGHT = timedelta(minutes=5)
"""When the next view is expected to be served."""
KEPT = timedelta(hours=46, minutes=5)
"""The same as in the gateway's configuration (deploy/stack/settings.py)."""


@dataclass(slots=True)
class Folder:
    """A folder being written; it keeps each file's SHA-256, so that the whole has one."""

    path: Path
    seconds: int = 0
    counts: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    """How many are in a file of the day, which its writer knows."""
    made: set[Path] = field(default_factory=set)
    opened: ExitStack = field(default_factory=ExitStack)

    def place(self, name: str) -> Path:
        """Where a file lies; its folder is made."""
        path = self.path / name
        if path.parent not in self.made:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.made.add(path.parent)
        return path

    def open(self, name: str) -> BinaryIO:
        """A file to write, which is then to be `counted`."""
        return self.opened.enter_context(self.place(name).open("wb"))

    def end(self) -> None:
        """Close what is still open, and remove what has not got its name: a build that failed leaves nothing."""
        try:
            self.opened.close()
        finally:
            shutil.rmtree(self.path, ignore_errors=True)

    def write(self, name: str, content: bytes) -> None:
        """Write one file and count it in."""
        self.place(name).write_bytes(content)
        self.counted(name, hashlib.sha256(content).hexdigest())

    def counted(self, name: str, sha256: str) -> None:
        """Date a written file, or a folder of them, and count it in."""
        os.utime(self.path / name, (self.seconds, self.seconds))
        self.counts[name] = sha256

    def sha256(self) -> str:
        """That of all that was counted in, whatever the order."""
        return hashlib.sha256(
            "".join(f"{name} {self.counts[name]}\n" for name in sorted(self.counts)).encode()
        ).hexdigest()


def sweep(root: Path) -> None:
    """Remove what a killed build left half; a day's files that were only put aside are there again."""
    for aside in (root / BY_DAY).glob(f"*{ASIDE}"):
        day = aside.with_name(aside.name.removesuffix(ASIDE))
        if not day.exists():
            aside.rename(day)
    for left in [*root.glob(f"*{HALF}"), *(root / BY_DAY).glob(f"*{HALF}")]:
        if left.is_symlink():
            left.unlink()
        else:
            shutil.rmtree(left)


def begin(root: Path, day: date, dated: datetime) -> Folder:
    """Begin a snapshot. What an earlier, killed build left is swept away.

    Its files carry `dated`: their `Last-Modified` and `ETag` at the gateway, one for each day and no other.
    """
    root.mkdir(parents=True, exist_ok=True)
    sweep(root)
    path = root / f"{day.isoformat()}{HALF}"
    path.mkdir()
    return Folder(path, int(dated.timestamp()))


def dated(day: date, zone: ZoneInfo) -> datetime:
    """The `Last-Modified` of a view's answers: never in the future (RFC 9110, section 8.8.2), another for each day.

    It lies `KEPT` before the next view is expected, so that the gateway can tell by a file's time how long it holds.
    """
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), zone)
    return midnight.astimezone(UTC) + AFTER_MIDNIGHT - KEPT


def finish(root: Path, folder: Folder, name: str) -> Path:
    """Make a whole folder durable and give it its name. A snapshot of this name is there already: keep that one."""
    sync(folder.path)
    path = root / name
    if path.exists():
        shutil.rmtree(folder.path)
    else:
        folder.path.rename(path)
    sync(root)
    return path


def switch(root: Path, name: str) -> None:
    """Point `current` to a snapshot, in one atomic step."""
    link = root / f"{CURRENT}{HALF}"
    link.unlink(missing_ok=True)
    link.symlink_to(name)
    link.replace(root / CURRENT)
    sync(root)


def current(root: Path) -> Path | None:
    """The snapshot that is served, or None."""
    link = root / CURRENT
    return link.resolve() if _has_our_form(link) else None


def snapshots(root: Path) -> list[Path]:
    """Every whole snapshot that we can read, oldest day first."""
    return list(filter(_has_our_form, of_any_form(root)))


def of_any_form(root: Path) -> list[Path]:
    """Every whole snapshot, also those of other releases; oldest day first, and of a day our own last."""
    found = [path.parent for path in root.glob(f"*/{MANIFEST}")]
    whole = [path for path in found if not path.is_symlink() and not path.name.endswith(HALF)]
    return sorted(whole, key=lambda path: (day_of(path), _has_our_form(path), path.name))


def day_of(path: Path) -> date:
    """The day whose view a snapshot is."""
    return date.fromisoformat(path.name[:10])


def mark_published(path: Path) -> None:
    """Note that a snapshot has been served and told of: it is not built again."""
    (path / PUBLISHED).touch()


def is_published(path: Path) -> bool:
    return (path / PUBLISHED).exists()


def prune(root: Path, keep: int) -> None:
    """Remove the oldest beyond `keep`, whoever built them, never the one that `current` points to.

    What a kill leaves of one is swept by the next build.
    """
    serving = (root / CURRENT).resolve()
    for path in of_any_form(root)[:-keep]:
        if path.resolve() != serving:
            shutil.rmtree(path.rename(path.with_name(f"{path.name}{HALF}")))


def keep_by_day(root: Path, snapshot: Path, folder: str, keep: int) -> None:
    """Give a snapshot's files an address of their day, which outlives the snapshot. They lie there once, by two names.

    Files that have such an address stay as they are, also where a later release builds their day otherwise: readers
    were told that they never change. The oldest beyond `keep` go.
    """
    if not (root / BY_DAY / str(day_of(snapshot))).exists():
        replace_by_day(root, snapshot, folder)
    for old in by_day(root)[:-keep]:
        shutil.rmtree(root / BY_DAY / old)


def replace_by_day(root: Path, snapshot: Path, folder: str) -> None:
    """Give a snapshot's files the address of their day, in place of any that have it."""
    day = root / BY_DAY / str(day_of(snapshot))
    half, aside = day.with_name(f"{day.name}{HALF}"), day.with_name(f"{day.name}{ASIDE}")
    for left in (half, aside):
        shutil.rmtree(left, ignore_errors=True)
    shutil.copytree(snapshot / folder, half, copy_function=os.link)
    if day.exists():
        day.rename(aside)
    half.rename(day)
    shutil.rmtree(aside, ignore_errors=True)
    sync(day.parent)


def forget_after(root: Path, day: str) -> None:
    """Take away the files of the days after one."""
    for later in by_day(root):
        if later > day:
            shutil.rmtree(root / BY_DAY / later)


def by_day(root: Path) -> list[str]:
    """The days whose files are kept, the oldest first."""
    return sorted(path.name for path in (root / BY_DAY).glob("*") if not path.name.endswith(HALF))


def manifest(path: Path) -> dict[str, Any]:
    """A snapshot's manifest."""
    found: dict[str, Any] = orjson.loads((path / MANIFEST).read_bytes())
    return found


def _has_our_form(path: Path) -> bool:
    return (path / MANIFEST).exists() and manifest(path).get("form") == FORM


def sync(path: Path) -> None:
    """Make everything on the path's file system durable in one call: far cheaper than each of 10,000 files."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if ctypes.CDLL("libc.so.6", use_errno=True).syncfs(descriptor) != 0:
            raise OSError(ctypes.get_errno(), "syncfs failed", str(path))
    finally:
        os.close(descriptor)
