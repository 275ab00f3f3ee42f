"""Folders of the snapshots: what a kill left half is swept, and nothing else."""

from pathlib import Path

from services.publication.build import files


def test_files_that_were_put_aside_when_a_kill_came_are_there_again(tmp_path: Path) -> None:
    """Between the two renames of `republish`."""
    aside, new = (tmp_path / files.BY_DAY / f"2026-11-30{end}" for end in (files.ASIDE, files.HALF))
    for folder, text in ((aside, "as published"), (new, "another")):
        folder.mkdir(parents=True)
        (folder / "skolenheter.csv").write_text(text)

    files.sweep(tmp_path)

    assert files.by_day(tmp_path) == ["2026-11-30"]
    assert (tmp_path / files.BY_DAY / "2026-11-30" / "skolenheter.csv").read_text() == "as published"
