"""What is taken from the last snapshot: to the same bytes as when all is made anew, and only what is as it was."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.contracts.registry import OrganizerEdited
from services.publication.app import new_builder
from services.publication.build import blocks, files, kept, streams
from services.publication.build.snapshot import Built
from services.publication.store import history
from tests.builders import A_DAY, an_organizer
from tests.integration.publication.helpers import A_DAY_LATER, Publication, Story
from tests.units import INDEPENDENT

CODES = [f"{10_000_007 + 1_000_003 * number}" for number in range(60)]
NEW = [f"{90_000_001 + 11 * number}" for number in range(20)]
HIS = CODES[:4]
"""Units of the independent organizer."""


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A register of sixty units has many blocks and several segments."""
    monkeypatch.setattr(blocks, "BLOCK", 4)
    monkeypatch.setattr(blocks, "SEGMENT", 16)


def sixty_units() -> Story:
    """On the first day."""
    story = Story()
    for code in CODES:
        story.register(code, **({"organization_number": INDEPENDENT} if code in HIS else {}))
    return story


def organizer_renamed(story: Story, name: str) -> None:
    """The independent organizer's name is in its units' answers."""
    organizer = an_organizer(organization_number=INDEPENDENT, display_name=name, organizer_type="ENSKILD")
    story.say(OrganizerEdited(
        organization_number=INDEPENDENT, organizer=organizer, version=2 + len(story.said), cause="edit", changed=(),
        register_day=story.day, public_from=story.day + A_DAY_LATER,
    ))  # fmt: skip


def upper_secondary(story: Story, code: str, *programmes: str) -> None:
    """Programmes are columns of the extract: a new one is in every unit's row."""
    story.edit(code, school_types=("GY",), school_type_properties={"gy": {"programmes": programmes}})


def edit(story: Story, kind: str, code: str, number: int) -> None:
    """Whatever may happen to a unit, or to what is in its answers."""
    match kind:
        case "renamed":
            story.edit(code, display_name=f"Skola {number}")
        case "moved":
            story.edit(code, organization_number=INDEPENDENT)
        case "ended":
            story.close_unit(code)
        case "new":
            story.register(NEW[number])
        case "new programme":
            upper_secondary(story, code, "NA25", f"SA{number}")
        case "organizer renamed":
            organizer_renamed(story, f"Friskolan {number} AB")


KINDS = ["renamed", "renamed", "renamed", "renamed", "moved", "ended", "new", "new programme", "organizer renamed"]
DAYS = st.lists(
    st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(CODES)), max_size=4),
    min_size=1, max_size=4,
)  # fmt: skip


async def close_and_publish(publication: Publication, story: Story) -> None:
    story.close_day()
    await publication.hear(story.said)
    await publication.publish_complete()


async def made_anew(publication: Publication, folder: Path, day: str) -> Built:
    """A day's snapshot, by a replica that has no other."""
    settings = publication.settings.model_copy(update={"snapshot_dir": folder})
    shutil.rmtree(folder, ignore_errors=True)
    (view,) = [view for view in await history.complete_views(publication.pool, A_DAY) if str(view.day) == day]
    return await new_builder(settings, publication.pool).build(view)


def everything(snapshot: Path) -> dict[str, tuple[bytes, int]]:
    """Each file that readers may see, with its time."""
    aside = (kept.FOLDER, files.PUBLISHED, files.MANIFEST)
    found = {str(path.relative_to(snapshot)): path for path in snapshot.rglob("*") if path.is_file()}
    return {
        name: (path.read_bytes(), path.stat().st_mtime_ns) for name, path in found.items() if not name.startswith(aside)
    }


def blocks_of(snapshot: Path) -> dict[str, str]:
    """By each block's key: the day on which it was made."""
    found = kept.read(snapshot)
    assert found
    return {key: place[0] for key, place in found.places.items() if key.startswith("block ")}


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(DAYS)
async def test_after_any_days_a_snapshot_has_the_bytes_of_one_made_anew(
    publication: Publication, tmp_path: Path, days: list[list[tuple[str, str]]]
) -> None:
    await publication.forget()
    story, number = sixty_units(), 0
    await close_and_publish(publication, story)
    for edits in days:
        for kind, code in edits:
            edit(story, kind, code, number)
            number += 1
        await close_and_publish(publication, story)
    for snapshot in files.snapshots(publication.root):
        anew = await made_anew(publication, tmp_path / "anew", str(files.day_of(snapshot)))
        assert anew.path.name == snapshot.name
        assert everything(anew.path) == everything(snapshot)


async def test_one_changed_unit_makes_one_block_anew(publication: Publication) -> None:
    story = sixty_units()
    await close_and_publish(publication, story)
    first = blocks_of(publication.current)
    story.edit(CODES[30], display_name="Nya namnet")
    await close_and_publish(publication, story)

    second = blocks_of(publication.current)
    anew = [key for key, day in second.items() if day == str(story.day)]
    assert len(first) > len(CODES) / 10
    assert first.keys() == second.keys()
    assert len(anew) == 1


async def test_a_renamed_organizer_makes_its_units_blocks_anew(publication: Publication) -> None:
    story = sixty_units()
    await close_and_publish(publication, story)
    organizer_renamed(story, "Friskolan Norr AB")
    await close_and_publish(publication, story)

    anew = [key for key, day in blocks_of(publication.current).items() if day == str(story.day)]
    assert 0 < len(anew) <= len(HIS)
    assert (
        b"Friskolan Norr AB" in everything(publication.current)[f"skolenhetsregistret/v2/school-units/{HIS[0]}.json"][0]
    )


async def test_what_was_kept_and_is_broken_is_made_anew(publication: Publication, tmp_path: Path) -> None:
    story = sixty_units()
    await close_and_publish(publication, story)
    (broken,) = [path for path in (publication.current / kept.FOLDER).iterdir() if path.name != kept.INDEX]
    content = bytearray(broken.read_bytes())
    content[::50] = bytes(255 - value for value in content[::50])
    broken.write_bytes(content)
    story.edit(CODES[30], display_name="Nya namnet")
    await close_and_publish(publication, story)

    assert set(blocks_of(publication.current).values()) == {str(story.day)}
    anew = await made_anew(publication, tmp_path / "anew", str(story.day))
    assert everything(anew.path) == everything(publication.current)


@pytest.mark.parametrize("how", ["a file is gone", "the index is broken", "the index says nothing"])
async def test_what_was_kept_and_cannot_be_read_is_made_anew(
    publication: Publication, tmp_path: Path, how: str
) -> None:
    story = sixty_units()
    await close_and_publish(publication, story)
    folder = publication.current / kept.FOLDER
    match how:
        case "a file is gone":
            (folder / str(story.day)).unlink()
        case "the index is broken":
            (folder / kept.INDEX).write_bytes(b'{"about": {"key"')
        case _:
            (folder / kept.INDEX).write_bytes(b"{}")
    story.edit(CODES[30], display_name="Nya namnet")
    await close_and_publish(publication, story)

    assert set(blocks_of(publication.current).values()) == {str(story.day)}
    anew = await made_anew(publication, tmp_path / "anew", str(story.day))
    assert everything(anew.path) == everything(publication.current)


async def test_what_another_packer_packed_is_not_taken(
    publication: Publication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = sixty_units()
    with monkeypatch.context() as earlier:
        earlier.setattr(streams, "GZIP_LEVEL", 1)
        earlier.setattr(streams, "PACKER", "zlib 1.0 1")
        await close_and_publish(publication, story)
    await close_and_publish(publication, story)

    anew = await made_anew(publication, tmp_path / "anew", str(story.day))
    assert everything(anew.path) == everything(publication.current)


async def test_what_is_kept_lies_in_a_few_files_however_many_days_pass(publication: Publication) -> None:
    story = sixty_units()
    for day in range(2 * kept.MOST_FILES):
        story.edit(CODES[day], display_name=f"Skola {day}")
        await close_and_publish(publication, story)
        assert len(set(blocks_of(publication.current).values())) <= kept.MOST_FILES + 1
    assert story.day == A_DAY + timedelta(days=2 * kept.MOST_FILES)
