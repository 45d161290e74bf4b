"""The index of an edition: periods down, reports across, with what came of each.

Input: the manifest of one audience. Output: one HTML page per language; here, and never on a report, stands the time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from analysis.errors import DataError, ParamsError
from analysis.language import Language
from analysis.params import SECTOR_GROUPS, load_params
from analysis.project import project_root
from analysis.site.links import INDEX_PAGES, Link, error_page, in_reading_order, link_to, report_title, scope_words
from analysis.site.page import other_edition, templates
from analysis.tables.info import INFO_FILE, DatasetInfo, read_info
from analysis.wording import period_words


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
    def inputs(self) -> Mapping[str, str]: ...
    @property
    def page(self) -> str: ...


class Manifest(Protocol):
    """The manifest of one audience."""

    @property
    def finished(self) -> str: ...
    @property
    def reports(self) -> Sequence[Entry]: ...


@dataclass(frozen=True)
class Page:
    """A page in the matrix: what it is limited to, its links, and whether its last rendering failed."""

    scope: str
    link: Link | None
    error: Link | None


@dataclass(frozen=True)
class Row:
    """A period with its cells, one per column; each holds the pages of that report, the whole before its parts."""

    heading: str
    cells: tuple[tuple[Page, ...], ...]


def build_index(manifest: Manifest, out: Path, language: Language) -> str:
    """Return the index of one language. Files under `out` tell whether a failed report still has its old page."""
    entries = [entry for entry in manifest.reports if entry.lang == language.code]
    columns = in_reading_order((entry.notebook for entry in entries), language)
    return (
        templates()
        .get_template("index.html.j2")
        .render(
            lang=language.code,
            t=language.text,
            audience=entries[0].audience if entries else "",
            datasets=[(info.title(language.code), info.kind) for info in _datasets(manifest.reports)],
            columns=[report_title(name, language) for name in columns],
            rows=_rows(entries, columns, out, language),
            rendered_n=language.count(sum(entry.status != "failed" for entry in entries)),
            failed_n=sum(entry.status == "failed" for entry in entries),
            finished=_moment(manifest.finished, language),
            other=other_edition(language),
            other_page=INDEX_PAGES["en" if language.code == "vi" else "vi"],
        )
    )


def _rows(entries: Sequence[Entry], columns: Sequence[str], out: Path, language: Language) -> list[Row]:
    """Return one row per report folder, the latest period first; the manifest holds them in time order."""
    by_report: dict[str, list[Entry]] = {}
    for entry in entries:
        by_report.setdefault(entry.report, []).append(entry)
    headings = _headings({report: _period_of(found[0]) for report, found in by_report.items()}, language)
    return [
        Row(headings[report], tuple(_cell(found, name, out, language) for name in columns))
        for report, found in reversed(by_report.items())
    ]


def _headings(periods: Mapping[str, str], language: Language) -> dict[str, str]:
    """Return how each report folder is called: its period in words, or the folder where the period is not known."""
    words = {report: period_words(period, language) if period else report for report, period in periods.items()}
    counts = Counter(words.values())
    # Two folders may show the same period, of two datasets for instance: then the folder tells them apart.
    return {report: f"{text} ({report})" if counts[text] > 1 else text for report, text in words.items()}


def _cell(entries: Iterable[Entry], notebook: str, out: Path, language: Language) -> tuple[Page, ...]:
    own = sorted((entry for entry in entries if entry.notebook == notebook), key=_scope_rank)
    return tuple(_page(entry, out, language) for entry in own)


def _page(entry: Entry, out: Path, language: Language) -> Page:
    scope = scope_words(entry.sector, entry.organisation, language)
    has_failed = entry.status == "failed"
    link = None if has_failed and not (out / entry.page).is_file() else Link(link_to(entry.page, ""), scope)
    error = Link(link_to(error_page(entry.page), ""), scope) if has_failed else None
    return Page(scope, link, error)


def _scope_rank(entry: Entry) -> tuple[bool, int, str]:
    place = SECTOR_GROUPS.index(entry.sector) if entry.sector in SECTOR_GROUPS else -1
    return bool(entry.organisation), place, entry.organisation


def _params_path(entry: Entry) -> Path:
    """Return the file that a report was asked for with: among its inputs, or where such files stand."""
    named = (path for path in entry.inputs if Path(path).name == f"{entry.report}.yaml")
    return project_root() / next(named, f"params/{entry.report}.yaml")


def _period_of(entry: Entry) -> str:
    """Return the period of a report, or nothing where its parameters are no longer there."""
    try:
        return load_params(_params_path(entry)).period
    except ParamsError:
        return ""


def _datasets(entries: Iterable[Entry]) -> list[DatasetInfo]:
    """Return what the datasets of an edition say of themselves, each once."""
    folders = {}
    for entry in {entry.report: entry for entry in entries}.values():
        info_files = [path for path in entry.inputs if Path(path).name == INFO_FILE]
        folders.update(dict.fromkeys(str(Path(path).parent) for path in info_files))
        try:
            folders[load_params(_params_path(entry)).dataset] = None
        except ParamsError:
            continue
    return [info for folder in folders if (info := _info(project_root() / folder))]


def _info(folder: Path) -> DatasetInfo | None:
    try:
        return read_info(folder / INFO_FILE)
    except DataError:
        return None


def _moment(moment: str, language: Language) -> str:
    """Return a moment as the language writes it, with its time zone."""
    when = datetime.fromisoformat(moment)
    zone = f" {when.tzname()}" if when.tzinfo else ""
    return f"{language.day(when.date())}, {when:%H:%M}{zone}"
