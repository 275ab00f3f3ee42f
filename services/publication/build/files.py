"""A snapshot's folder: written beside the current one, made durable, and switched to by one rename."""

import ctypes
import gzip
import hashlib
import os
import shutil
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

HALF, CURRENT, PUBLISHED, BY_DAY = ".half", "current", "published", "by-day"
MANIFEST, FORM = "manifest.json", 3
"""The form of a snapshot: what an earlier release built in another is not read, but built anew."""
GZIP_LEVEL = 6


@dataclass(slots=True)
class Folder:
    """A folder being written; it keeps each file's SHA-256 in order, so that the whole has one."""

    path: Path
    seconds: int = 0
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    made: set[Path] = field(default_factory=set)

    def write(self, name: str, content: bytes) -> None:
        """Write one file and count it in."""
        path = self.path / name
        if path.parent not in self.made:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.made.add(path.parent)
        path.write_bytes(content)
        self.date(path)
        self.count(name, content)

    def write_packed(self, name: str, content: bytes) -> None:
        """Write a file and its gzip form, which carries no time and no name."""
        self.write(name, content)
        self.write(f"{name}.gz", gzip.compress(content, GZIP_LEVEL, mtime=0))

    def date(self, path: Path) -> None:
        """Give a file the view's day: its `Last-Modified` and `ETag` at the gateway, one for each day and no other."""
        os.utime(path, (self.seconds, self.seconds))

    def count(self, name: str, content: bytes) -> None:
        self.digest.update(f"{name} {hashlib.sha256(content).hexdigest()}\n".encode())


def begin(root: Path, day: date) -> Folder:
    """Begin a snapshot. What an earlier, killed build left is swept away.

    Its files carry the midnight (UTC) before the view's day: never in the future, and another for each day.
    """
    root.mkdir(parents=True, exist_ok=True)
    for left in root.glob(f"*{HALF}"):
        if left.is_symlink():
            left.unlink()
        else:
            shutil.rmtree(left)
    path = root / f"{day.isoformat()}{HALF}"
    path.mkdir()
    return Folder(path, int(dated(day).timestamp()))


def dated(day: date) -> datetime:
    """The `Last-Modified` of a view's answers (RFC 9110, section 8.8.2: not in the future)."""
    return datetime.combine(day - timedelta(days=1), datetime.min.time(), UTC)


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
    """Every whole snapshot, oldest day first."""
    found = [path for path in root.glob("*") if not path.is_symlink() and not path.name.endswith(HALF)]
    return sorted(filter(_has_our_form, found))


def day_of(path: Path) -> date:
    """The day whose view a snapshot is."""
    return date.fromisoformat(path.name[:10])


def mark_published(path: Path) -> None:
    """Note that a snapshot has been served and told of: it is not built again."""
    (path / PUBLISHED).touch()


def is_published(path: Path) -> bool:
    return (path / PUBLISHED).exists()


def prune(root: Path, keep: int) -> None:
    """Remove the oldest beyond `keep`, never the current one. What a kill leaves of one is swept by the next build."""
    serving = current(root)
    for path in snapshots(root)[:-keep]:
        if path != serving:
            shutil.rmtree(path.rename(path.with_name(f"{path.name}{HALF}")))


def keep_by_day(root: Path, snapshot: Path, folder: str, keep: int) -> None:
    """Give a snapshot's files an address of their day, which outlives the snapshot. They lie there once, by two names.

    The oldest beyond `keep` go. A day that is built anew takes the place of the old one.
    """
    days = root / BY_DAY
    days.mkdir(exist_ok=True)
    for left in days.glob(f"*{HALF}"):
        shutil.rmtree(left)
    half, day = days / f"{day_of(snapshot)}{HALF}", days / str(day_of(snapshot))
    shutil.copytree(snapshot / folder, half, copy_function=os.link)
    aside = days / f"{day.name}.old{HALF}"
    if day.exists():
        day.rename(aside)
    half.rename(day)
    shutil.rmtree(aside, ignore_errors=True)
    for old in by_day(root)[:-keep]:
        shutil.rmtree(days / old)
    sync(days)


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
