"""Recording what is issued: the headline figures of the public pages that stand, as they stand (decision 0007).

Input: a manifest, the summaries of its pages, and what was issued before. Output: the figures that are new or
different, and a manifest in which the pages that say so already are not out of date because it was recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.errors import NhiemkyError, name_keys
from analysis.measures.issued import FIGURE
from analysis.render.manifest import Manifest, ReportEntry
from analysis.render.reuse import with_input
from analysis.site.summary import read_summary
from analysis.tables.issued import ISSUED_FILE, KEY

COLUMNS = {
    **dict.fromkeys(KEY, "str"),
    **dict.fromkeys(FIGURE, "Int64"),
    "data_date": "datetime64[us]",
}


def collect_figures(entries: Iterable[ReportEntry], out: Path) -> pd.DataFrame:
    """Return the figures that pages state, each once, as they stand on them. Columns: KEY, count_n, of_n, data_date.

    Raises NhiemkyError where two pages state one figure differently: one of them is out of date.
    """
    stated = [
        {**figure, "page": entry.page}
        for entry in entries
        for figure in getattr(read_summary(out, entry.page), "stated", ())
    ]
    figures = pd.DataFrame(stated, columns=[*COLUMNS, "page"]).astype(COLUMNS)
    once = figures.drop_duplicates([*KEY, *FIGURE])
    twice = once[once.duplicated(KEY, keep=False)]
    if len(twice):
        raise NhiemkyError(
            f"these pages state one figure differently: {name_keys(dict.fromkeys(twice['page']))}. "
            "Some of them are out of date: run `nhiemky render`, look at them, and issue them then."
        )
    return once.drop(columns="page").reset_index(drop=True)


def reports_without_figures(entries: Iterable[ReportEntry], out: Path) -> list[str]:
    """Return the reports of which no page states a figure that is recorded."""
    pages_n: dict[str, int] = {}
    for entry in entries:
        states = bool(getattr(read_summary(out, entry.page), "stated", ()))
        pages_n[entry.report] = pages_n.get(entry.report, 0) + states
    return [report for report, number in pages_n.items() if not number]


def choose_entries(manifest: Manifest, reports: Sequence[str]) -> list[ReportEntry]:
    """Return the entries of the reports that are named, or of all. Raises NhiemkyError where one may not be issued."""
    known = dict.fromkeys(entry.report for entry in manifest.reports)
    unknown = [name for name in reports if name not in known]
    if unknown:
        raise NhiemkyError(f"no pages of {', '.join(unknown)}. There are pages of: {', '.join(known)}.")
    if any(entry.audience != "public" for entry in manifest.reports):
        raise NhiemkyError("these pages are internal, and nothing of them is issued. Name a folder of public pages.")
    return [entry for entry in manifest.reports if not reports or entry.report in reports]


def settle(manifest: Manifest, out: Path, added: pd.DataFrame, hashes: tuple[str, str]) -> Manifest:
    """Return the manifest with the file of issued figures renewed where the page would say the same.

    hashes: of the file before and after the figures of `added` were recorded. A page that states one of them otherwise
    is left as it is, and made again by the next run.
    """
    recorded = {_key(row): _value(row) for row in added.to_dict("records")}

    def settled(entry: ReportEntry) -> ReportEntry:
        summary = read_summary(out, entry.page)
        if summary is None or entry.inputs.get(ISSUED_FILE) != hashes[0]:
            return entry
        agrees = all(recorded.get(_key(figure), _value(figure)) == _value(figure) for figure in summary.stated)
        return with_input(entry, ISSUED_FILE, hashes[1]) if agrees else entry

    return replace(manifest, reports=tuple(settled(entry) for entry in manifest.reports))


def _key(figure: Mapping[Any, Any]) -> tuple[str, ...]:
    return tuple(figure[name] for name in KEY)


def _value(figure: Mapping[Any, Any]) -> tuple[int | None, ...]:
    return tuple(None if pd.isna(figure[name]) else int(figure[name]) for name in FIGURE)
