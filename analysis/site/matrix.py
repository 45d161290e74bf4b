"""The matrix of an edition: periods down, grouped by year, reports across, with what came of each and what it says.

Input: the entries of a manifest in time order, and the summaries of their pages. Output: rows for the index.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from analysis.language import Language
from analysis.params import SECTOR_GROUPS
from analysis.site.links import Link, error_page, link_to, report_title, scope_words
from analysis.site.summary import Summary, read_summary
from analysis.wording import period_words

WHOLE_TERM = "term"


class Entry(Protocol):
    """One report of a manifest; `render.manifest.ReportEntry` is one."""

    @property
    def report(self) -> str: ...
    @property
    def notebook(self) -> str: ...
    @property
    def lang(self) -> str: ...
    @property
    def audience(self) -> str: ...
    @property
    def sector(self) -> str: ...
    @property
    def organisation(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def rendered_at(self) -> str: ...
    @property
    def inputs(self) -> Mapping[str, str]: ...
    @property
    def page(self) -> str: ...


@dataclass(frozen=True)
class Cell:
    """A page in the matrix: its report and scope, what it says (`headline`), its links, and what came of it (`status`).

    kind: what its numbers are, where that differs from the dataset's (printed figures beside synthetic ones).
    """

    title: str
    scope: str
    headline: str
    status: str
    kind: str
    link: Link | None
    error: Link | None


@dataclass(frozen=True)
class Row:
    """A period: in words, how far its data reach, when its latest page was rendered, and its cells by column."""

    heading: str
    data_as_of: str
    rendered_at: str
    cells: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Group:
    """The periods that end in one year, the latest first; the whole term is a group of its own."""

    year: str
    rows: tuple[Row, ...]

    @property
    def pages_n(self) -> int:
        return sum(len(cells) for row in self.rows for cells in row.cells)

    @property
    def headline(self) -> str:
        """Return what the first report of the latest period says: it stands for the year while that is folded."""
        return next((cells[0].headline for cells in self.rows[0].cells if cells), "")

    @property
    def failed_n(self) -> int:
        return sum(cell.error is not None for row in self.rows for cells in row.cells for cell in cells)


@dataclass(frozen=True)
class Matrix:
    """What rows are made from: the output folder, the language, and what is known of each report's period."""

    out: Path
    language: Language
    period_of: Callable[[Entry], str]
    moment: Callable[[str], str]

    def groups(self, entries: Iterable[Entry], columns: Sequence[str]) -> list[Group]:
        """Return the groups, the latest first; the manifest holds its entries in time order."""
        by_report: dict[str, list[Entry]] = {}
        for entry in entries:
            by_report.setdefault(entry.report, []).append(entry)
        periods = {report: self.period_of(found[0]) for report, found in by_report.items()}
        headings = _headings(periods, self.language)
        rows: dict[str, list[Row]] = {}
        for report, found in reversed(by_report.items()):
            rows.setdefault(_year_of(periods[report]), []).append(self._row(headings[report], found, columns))
        return [Group(year, tuple(own)) for year, own in rows.items()]

    def _row(self, heading: str, entries: Sequence[Entry], columns: Sequence[str]) -> Row:
        summaries = {entry.page: read_summary(self.out, entry.page) for entry in entries}
        as_of = [summary.data_as_of for summary in summaries.values() if summary and summary.data_as_of]
        latest = max((entry.rendered_at for entry in entries), default="")
        cells = tuple(
            tuple(
                self._cell(entry, summaries[entry.page])
                for entry in sorted((one for one in entries if one.notebook == name), key=_scope_rank)
            )
            for name in columns
        )
        return Row(heading, next(iter(as_of), ""), self.moment(latest) if latest else "", cells)

    def _cell(self, entry: Entry, summary: Summary | None) -> Cell:
        has_failed = entry.status == "failed"
        is_there = not has_failed or (self.out / entry.page).is_file()
        words = scope_words(entry.sector, entry.organisation, self.language)
        return Cell(
            title=report_title(entry.notebook, self.language),
            scope=(summary.scope if summary else "") or words,
            headline=summary.headline if summary else "",
            status=entry.status,
            kind="" if summary is None or summary.is_synthetic else summary.status,
            link=Link(link_to(entry.page, ""), words) if is_there else None,
            error=Link(link_to(error_page(entry.page), ""), words) if has_failed else None,
        )


def _headings(periods: Mapping[str, str], language: Language) -> dict[str, str]:
    """Return how each report folder is called: its period in words, or the folder where the period is not known."""
    words = {report: period_words(period, language) if period else report for report, period in periods.items()}
    counts = Counter(words.values())
    # Two folders may show the same period, of two datasets for instance: then the folder tells them apart.
    return {report: f"{text} ({report})" if counts[text] > 1 else text for report, text in words.items()}


def _year_of(period: str) -> str:
    """Return the year in which a period ends; WHOLE_TERM for the whole term, nothing where it is not known."""
    return period if period == WHOLE_TERM else period.removeprefix("term:")[:4]


def _scope_rank(entry: Entry) -> tuple[bool, int, str]:
    place = SECTOR_GROUPS.index(entry.sector) if entry.sector in SECTOR_GROUPS else -1
    return bool(entry.organisation), place, entry.organisation
