"""How far a batch is: a bar in a terminal, one line a report elsewhere."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from analysis.render.lanes import Outcome


class Progress:
    """Shows each report as it ends. Use as a context."""

    def __init__(self, total: int, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False, soft_wrap=True)
        self._total = total
        self._done = self._failed = 0
        self._bar = Bar(
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[failed]}"),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._task = self._bar.add_task("", total=total, rate="", failed="")

    def __enter__(self) -> Progress:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def report(self, page: str, outcome: Outcome) -> None:
        """Count one report that ended."""
        self.count(page, outcome.seconds, outcome.failure.summary() if outcome.failure else "")

    def count(self, name: str, seconds: float, trouble: str) -> None:
        """Count one thing that is done, and name it where there is no bar, or where there was trouble."""
        self._done += 1
        self._failed += bool(trouble)
        self._bar.update(self._task, advance=1, **self._fields())
        count = "" if self._console.is_terminal else f"{self._done}/{self._total} "
        if trouble:
            self._print(f"{count}{name}: {trouble}")
        elif count:
            self._print(f"{count}{name} {seconds:.2f} s")

    def _fields(self) -> dict[str, Any]:
        speed = self._bar.tasks[0].finished_speed or self._bar.tasks[0].speed
        return {"rate": f"{speed:.1f}/s" if speed else "", "failed": f"{self._failed} failed" if self._failed else ""}

    def _print(self, line: str) -> None:
        # Names and messages are not markup: a bracket in them is a bracket.
        self._console.print(line, markup=False)
