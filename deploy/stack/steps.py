"""What is going on, for somebody who waits: bars on a terminal, a line a step elsewhere."""

from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn


class Steps:
    """Steps one after the other. A step whose length is known shows how far it is."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.progress = Progress(
            SpinnerColumn(finished_text="✓"), TextColumn("{task.description}"), BarColumn(bar_width=20),
            TextColumn("{task.fields[far]}"), TimeElapsedColumn(), console=console, disable=not console.is_terminal,
        )  # fmt: skip
        self.step, self.task = "", TaskID(0)

    def __enter__(self) -> Self:
        self.progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._end()
        self.progress.stop()

    def tell(self, step: str, done: int = 0, total: int = 0) -> None:
        """Tell the step that is taken; nothing new when it is the same and no further."""
        if step and step != self.step:
            self._end()
            self.step, self.task = step, self.progress.add_task(step, total=None, far="")
            if not self.console.is_terminal:
                self.console.print(f"  {step}")
        if total:
            self.progress.update(self.task, completed=done, total=total, far=f"{done}/{total}")

    def _end(self) -> None:
        """A step of unknown length is one of one when it is over."""
        if self.step:
            total = self.progress.tasks[self.task].total or 1
            self.progress.update(self.task, completed=total, total=total)
