"""What lies on the disk: how a full one is borne, what goes when, and what stays as it was published."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from services.publication.build import files, kept
from services.publication.build.kept import NEWEST
from services.publication.build.units import AllUnits
from tests.integration.publication.helpers import Publication, Story, command, contents, two_units

DISK = "8m"


@contextmanager
def small_disk(at: Path) -> Iterator[None]:
    """A disk of its own, where the system lets us have one."""
    at.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", at]
    if subprocess.run(mount, check=False).returncode:  # noqa: S603 - our own words
        pytest.skip("only root may mount a disk")
    try:
        yield
    finally:
        subprocess.run(["umount", at], check=True)  # noqa: S603, S607 - as above


def fill(disk: Path) -> Path:
    """Write until no more can be written."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            return filler


async def a_day(publication: Publication, story: Story) -> Path:
    """Close the day and publish it."""
    story.close_day()
    await publication.hear(story.said)
    await publication.publish_complete()
    return publication.current


def of_another_form(snapshot: Path) -> None:
    """As an earlier release left it."""
    about = files.manifest(snapshot)
    (snapshot / files.MANIFEST).write_bytes(orjson.dumps(about | {"form": files.FORM - 1}))


async def test_a_day_that_does_not_fit_leaves_nothing_and_is_built_when_there_is_room(publication: Publication) -> None:
    with small_disk(publication.root):
        story = two_units()
        first = await a_day(publication, story)
        filler = fill(publication.root)

        with pytest.raises(OSError, match="No space left"):
            await a_day(publication, story)
        left = {path.name for path in publication.root.iterdir()}
        filler.unlink()
        await publication.publish_complete()

        assert left == {first.name, files.CURRENT, files.BY_DAY, "filler"}
        assert files.day_of(publication.current) == story.day


async def test_a_full_disk_has_room_again_by_what_is_too_old(publication: Publication) -> None:
    with small_disk(publication.root):
        story = two_units()
        for _ in range(3):
            await a_day(publication, story)
        filler = fill(publication.root)
        publication.publish.keep = 2

        newest = await a_day(publication, story)
        filler.unlink()

        assert files.day_of(newest) == story.day
        assert len(files.snapshots(publication.root)) == 2


async def test_what_goes_wrong_in_one_thread_leaves_no_folder(
    publication: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def goes_wrong(*_: object) -> None:
        raise OSError("no more")

    monkeypatch.setattr(AllUnits, "_take", goes_wrong)

    with pytest.raises(OSError, match="no more"):
        await a_day(publication, two_units())

    assert list(publication.root.iterdir()) == []


async def test_what_a_killed_build_left_is_swept_at_the_start(publication: Publication) -> None:
    await a_day(publication, two_units())
    whole = sorted(publication.root.iterdir())
    for left in (publication.root / f"2026-12-24{files.HALF}", publication.root / files.BY_DAY / f"x{files.HALF}"):
        (left / "below").mkdir(parents=True)

    files.sweep(publication.root)

    assert sorted(publication.root.iterdir()) == whole
    assert files.by_day(publication.root) == [str(files.day_of(publication.current))]


async def test_snapshots_of_an_earlier_release_go_by_the_same_age(publication: Publication) -> None:
    story = two_units()
    old = [await a_day(publication, story) for _ in range(3)]
    for snapshot in old:
        of_another_form(snapshot)
    publication.publish.keep = 2

    files.prune(publication.root, 1)
    held = [path.exists() for path in old]
    await a_day(publication, story)

    assert held == [False, False, True], "the last is served by the gateway until there is one of ours"
    assert files.of_any_form(publication.root) == [old[2], publication.current]


async def test_only_the_newest_snapshots_have_what_is_kept_for_the_next(publication: Publication) -> None:
    story = two_units()
    for _ in range(NEWEST + 3):
        await a_day(publication, story)

    have = [(path / kept.FOLDER).exists() for path in files.snapshots(publication.root)]
    assert have == [False, False, True, True, True], "those that the last build found, and its own"


async def test_a_days_files_stay_as_they_were_published_whoever_builds_the_day_again(
    publication: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await a_day(publication, two_units())
    day = publication.root / files.BY_DAY / str(files.day_of(first))
    published = contents(first)
    monkeypatch.setattr(files, "FORM", files.FORM + 1)
    builder = publication.publish.builder
    publication.publish.builder = replace(builder, base="https://another.example")
    await publication.publish_complete()

    assert contents(publication.current)["extract/index.json"] != published["extract/index.json"]
    assert {f"extract/{path.name}": path.read_bytes() for path in day.iterdir()}.items() <= published.items()


async def test_an_operator_may_publish_a_days_files_anew(publication: Publication) -> None:
    snapshot = await a_day(publication, two_units())
    file = publication.root / files.BY_DAY / str(files.day_of(snapshot)) / "huvudman.csv"
    file.unlink()
    file.write_bytes(b"wrong")

    status, said = await command(publication.settings, "republish", str(files.day_of(snapshot)))
    missing, _ = await command(publication.settings, "republish", "1999-01-01")

    assert (status, said.strip()) == (0, f"The files of {files.day_of(snapshot)} are published anew.")
    assert file.read_bytes() == contents(snapshot)["extract/huvudman.csv"]
    assert missing == 1
