"""The PDFs of a run: made at its end from pages that stand, where a page has none.

Input: the entries of a run. Output: the same with their PDFs among the files; a page that cannot be printed stays.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from analysis.files import beside
from analysis.render.manifest import ReportEntry
from analysis.render.progress import Progress

PDF = ".pdf"


@dataclass(frozen=True)
class Printed:
    """What came of one sheet: its place among those asked for, seconds, and why it failed (empty: it did not)."""

    index: int
    seconds: float
    error: str


# Takes pairs of page and PDF, and how many to print at a time.
Printer = Callable[[Sequence[tuple[Path, Path]], int], Generator[Printed]]


@dataclass(frozen=True)
class PrintRun:
    """The entries of a run after printing, the pages that could not be printed with the reason, and Ctrl-C."""

    entries: tuple[ReportEntry, ...]
    unprinted: tuple[tuple[str, str], ...] = ()
    is_interrupted: bool = False


def print_missing(entries: Sequence[ReportEntry], out: Path, printer: Printer, lanes: int) -> PrintRun:
    """Print the pages of a run that have no PDF; those of reports that failed are left as they are."""
    wanted = [place for place, entry in enumerate(entries) if not entry.has_failed and not _has_pdf(entry, out)]
    made = list(entries)
    unprinted: list[tuple[str, str]] = []
    sheets = [(out / entries[place].page, out / beside(entries[place].page, PDF)) for place in wanted]
    if not sheets:
        return PrintRun(tuple(entries))
    printing = printer(sheets, min(lanes, len(sheets)))
    try:
        with Progress(len(sheets)) as progress:
            for printed in printing:
                entry = entries[wanted[printed.index]]
                progress.count(beside(entry.page, PDF), printed.seconds, printed.error)
                if printed.error:
                    unprinted.append((entry.page, printed.error))
                else:
                    made[wanted[printed.index]] = with_file(entry, beside(entry.page, PDF))
    except KeyboardInterrupt:
        return PrintRun(tuple(made), tuple(unprinted), is_interrupted=True)
    finally:
        printing.close()
    return PrintRun(tuple(made), tuple(unprinted))


def with_file(entry: ReportEntry, name: str) -> ReportEntry:
    """Return an entry with one more file."""
    return replace(entry, files=(*(file for file in entry.files if file != name), name))


def _has_pdf(entry: ReportEntry, out: Path) -> bool:
    name = beside(entry.page, PDF)
    return name in entry.files and (out / name).is_file()
