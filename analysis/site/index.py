"""The index of an edition: the newest report, the matrix of all (analysis.site.matrix), and what is searched.

Input: the manifest of one audience. Output: one HTML page per language; here, and never on a report, stands the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from analysis.errors import DataError, ParamsError
from analysis.language import Language
from analysis.params import load_params
from analysis.project import project_root
from analysis.site.corrections import Issued, list_corrections
from analysis.site.links import INDEX_PAGES, SEARCH_FILES, in_reading_order, report_title
from analysis.site.matrix import Entry, Matrix
from analysis.site.page import other_edition, templates
from analysis.site.search import write_search
from analysis.site.summary import read_summary
from analysis.tables.info import INFO_FILE, DatasetInfo, read_info

# Of the corrections, the newest are listed openly; the others are folded under them.
SHOWN_CORRECTIONS = 8


class Manifest(Protocol):
    """The manifest of one audience."""

    @property
    def finished(self) -> str: ...
    @property
    def reports(self) -> Sequence[Entry]: ...


def build_index(manifest: Manifest, out: Path, language: Language) -> str:
    """Return the index of one language. Files under `out` tell whether a failed report still has its old page."""
    entries = [entry for entry in manifest.reports if entry.lang == language.code]
    columns = in_reading_order((entry.notebook for entry in entries), language)
    matrix = Matrix(out, language, _period_of, lambda moment: _moment(moment, language))
    groups = matrix.groups(entries, columns)
    return (
        templates()
        .get_template("index.html.j2")
        .render(
            lang=language.code,
            t=language.text,
            audience=entries[0].audience if entries else "",
            datasets=[(info.title(language.code), info.kind) for info in _datasets(manifest.reports)],
            columns=[report_title(name, language) for name in columns],
            groups=groups,
            newest=groups[0].rows[0] if groups else None,
            corrections=list_corrections(entries, out, _period_of, language, _last_issued),
            shown_corrections=SHOWN_CORRECTIONS,
            search=SEARCH_FILES[language.code],
            rendered_n=language.count(sum(entry.status != "failed" for entry in entries)),
            failed_n=sum(entry.status == "failed" for entry in entries),
            finished=_moment(manifest.finished, language),
            other=other_edition(language),
            other_page=INDEX_PAGES["en" if language.code == "vi" else "vi"],
        )
    )


def _last_issued() -> Issued:
    """Return the last value that was issued of each figure; nothing where the record cannot be read."""
    # Deferred: it needs pandas, and most editions have nothing to put right.
    from analysis.tables.issued import ISSUED_FILE, last_issued, read_issued

    try:
        return last_issued(read_issued(project_root() / ISSUED_FILE))
    except DataError:
        return {}


def build_search(manifest: Manifest, out: Path, language: Language) -> str:
    """Return what the search box of one language loads: the findings of all pages that stand.

    The latest period comes first, and in each the reports as the index has them.
    """
    entries = [entry for entry in manifest.reports if entry.lang == language.code]
    order = in_reading_order((entry.notebook for entry in entries), language)
    periods = list(dict.fromkeys(entry.report for entry in reversed(entries)))
    entries.sort(key=lambda entry: (periods.index(entry.report), order.index(entry.notebook)))
    summaries = [(entry.page, read_summary(out, entry.page)) for entry in entries if (out / entry.page).is_file()]
    return write_search((page, summary) for page, summary in summaries if summary is not None)


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
