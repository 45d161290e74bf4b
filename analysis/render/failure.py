"""What is known of a report that did not come about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

KINDS = ("error", "crashed", "timeout")


@dataclass(frozen=True)
class Failure:
    """Why one report failed.

    kind: error (a cell, or the writing of the page, raised), crashed (the process ended) or timeout.
    cell: position in the notebook, counted from 1 over all its cells; None where no cell was running.
    error_name, message: the exception's class and text, or what became of the process.
    parameters: what the report was asked to show.
    """

    kind: str
    cell: int | None
    error_name: str
    message: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    def summary(self) -> str:
        """Return one line that begins with the kind: `error: cell 5, ValueError: no rows`.

        Of a message of many lines it holds the first.
        """
        place = f"cell {self.cell}, " if self.cell is not None else ""
        name = f"{self.error_name}: " if self.error_name else ""
        first = (self.message.strip().splitlines() or [""])[0]
        return f"{self.kind}: {place}{name}{first}"
