"""Admissions as the cumulative official periods of every year, beside the same days a year before. Rules D.2, E.2, E.4.

Input: tables membership, targets. Quý I, 6 tháng, 9 tháng and the year all begin on 1 January.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis.measures.ratio import index_of, percent_of
from analysis.measures.rows import rows_on, rows_within
from analysis.measures.targets import headline_target
from analysis.periods import LAST_DAYS, Window, day_before, one_year_back

_COLUMNS = [
    *("year", "kind", "start_date", "data_date", "admitted_n", "target_n"),
    *("before_start_date", "before_date", "before_n"),
]


def count_official_periods(membership: pd.DataFrame, targets: pd.DataFrame, covered: Window) -> pd.DataFrame:
    """Return admissions of every official period that is over, and of the year so far; one row per year and kind.

    covered: from the Congress to the data date. A year that the Congress cuts has its part alone, as `year`.
    Columns: year, kind (q1, h1, 9m, year; to_date: to a data date that ends no such period), start_date, data_date,
    admitted_n (people), target_n (people, of the whole year, as it held on that day), attainment_pct,
    before_start_date, before_date, before_n (people admitted in the same days a year before; NA where these are not all
    in the term, or no row ends with them), index_pct (100 = as many; NA without a base).
    """
    rows = [
        [year, kind, *_counts(membership, targets, window), *_counts_before(membership, window, covered)]
        for year in range(covered.start.year, covered.end.year + 1)
        for kind, window in _of_year(membership, covered, year).items()
    ]
    counted = pd.DataFrame(rows, columns=_COLUMNS).astype({name: "Int64" for name in _COLUMNS if name.endswith("_n")})
    counted = counted.assign(**{name: pd.to_datetime(counted[name]) for name in _COLUMNS if name.endswith("_date")})
    return counted.assign(
        attainment_pct=percent_of(counted["admitted_n"], counted["target_n"]),
        index_pct=index_of(counted["admitted_n"], counted["before_n"]),
    )


def _counts(membership: pd.DataFrame, targets: pd.DataFrame, window: Window) -> list[object]:
    """Return first day, last day, people admitted, and the target of the whole year as it held on the last day."""
    target, _ = headline_target(targets, "year", window.end.year, window.end)
    return [window.start, window.end, _admitted(membership, window), target]


def _counts_before(membership: pd.DataFrame, window: Window, covered: Window) -> list[object]:
    """Return the same of the same days a year before, without a target; nothing where the data do not have them all."""
    before = _same_days_before(membership, window, covered)
    return [None, None, None] if before is None else [before.start, before.end, _admitted(membership, before)]


def _of_year(membership: pd.DataFrame, covered: Window, year: int) -> dict[str, Window]:
    """Return the days of a year's periods that end with a row, and of the year so far where none ends with it."""
    start, last = max(date(year, 1, 1), covered.start), min(date(year, 12, 31), covered.end)
    kinds = ["year"] if start > date(year, 1, 1) else list(LAST_DAYS)
    windows = {kind: Window(start, date(year, *LAST_DAYS[kind])) for kind in kinds}
    over = {kind: days for kind, days in windows.items() if days.end <= last and _ends_a_row(membership, days.end)}
    ends_one = any(days.end == last for days in windows.values())
    return over if ends_one else over | {"to_date": Window(start, last)}


def _same_days_before(membership: pd.DataFrame, window: Window, covered: Window) -> Window | None:
    """Return the same days a year before, None where the data do not have all of them."""
    start, end = one_year_back(window.start), one_year_back(window.end)
    if not _ends_a_row(membership, end):
        return None
    # Rows are dated by their last day: the first one must not begin before the first day. Before the term are no rows.
    starts_a_row = start == covered.start or _ends_a_row(membership, day_before(start))
    return Window(start, end) if starts_a_row else None


def _admitted(membership: pd.DataFrame, window: Window) -> int:
    return int(rows_within(membership, window)["admitted_n"].sum())


def _ends_a_row(membership: pd.DataFrame, day: date) -> bool:
    return not rows_on(membership, day).empty
