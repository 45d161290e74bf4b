"""Admissions against targets, by year and by sector. Rules: domain sections B and E (docs/rules.md).

Input: tables membership, targets, organisations. An admission counts where `admitted_n` of membership counts it.
"""

from __future__ import annotations

import pandas as pd
from pandas.api.extensions import ExtensionArray

from analysis.measures.ratio import index_of, percent_of
from analysis.measures.rows import rows_within, with_sector_group
from analysis.measures.targets import headline_target
from analysis.params import SECTOR_GROUPS
from analysis.periods import Period, Term, Window, same_period_of


def measure_attainment(membership: pd.DataFrame, targets: pd.DataFrame, period: Period, window: Window) -> pd.DataFrame:
    """Return admissions of a period against the full target of its year or term, one row.

    Columns: period, start_date, data_date, admitted_n (people), target_n (people, NA where none is set),
    target_assigned_date, attainment_pct (of the FULL target even part-way, rule E.4; may pass 100).
    """
    scope = "term" if period.is_term else "year"
    target, assigned = headline_target(targets, scope, period.end.year, window.end)
    admitted = int(rows_within(membership, window)["admitted_n"].sum())
    row = pd.DataFrame(
        {
            "period": [period.text],
            "start_date": [pd.Timestamp(window.start)],
            "data_date": [pd.Timestamp(window.end)],
            "admitted_n": pd.array([admitted], dtype="Int64"),
            "target_n": pd.array([pd.NA if target is None else target], dtype="Int64"),
            "target_assigned_date": [pd.NaT if assigned is None else pd.Timestamp(assigned)],
        }
    )
    return row.assign(attainment_pct=percent_of(row["admitted_n"], row["target_n"]))


def compare_attainment(
    membership: pd.DataFrame,
    targets: pd.DataFrame,
    asked: tuple[Period, Window],
    compared: tuple[Period | None, Window | None],
) -> pd.DataFrame:
    """Return the period compared with and the period asked for, in this order, one row each; one where there is none.

    Columns: those of measure_attainment, change_n (people, to the row before), index_pct (100 = as many; NA where the
    one period holds the other, because the longer one always has more), and for
    disclosure between_n (people admitted after the one period and within the other; NA unless both begin alike).
    """
    rows = [measure_attainment(membership, targets, *asked)]
    period, window = compared
    if period is not None and window is not None and not window.is_empty:
        rows.insert(0, measure_attainment(membership, targets, period, window))
    both = pd.concat(rows, ignore_index=True)
    before = both["admitted_n"].shift()
    change = both["admitted_n"] - before
    begins_alike = both["start_date"] == both["start_date"].shift()
    index = index_of(both["admitted_n"], before)
    return both.assign(change_n=change, index_pct=index.mask(begins_alike), between_n=change.where(begins_alike))


def accumulate_admissions(membership: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Return admissions by row date with their running total from the window's start, one row per row date.

    Columns: period_end, admitted_n (people), cumulative_n (people).
    """
    rows = rows_within(membership, window)
    by_date = rows.groupby("period_end", as_index=False)["admitted_n"].sum()
    return by_date.assign(cumulative_n=by_date["admitted_n"].cumsum())


def compare_years(membership: pd.DataFrame, targets: pd.DataFrame, period: Period, covered: Window) -> pd.DataFrame:
    """Return the same cumulative official period of every year in `covered`, one row per year.

    covered: from the Congress to the data date. A term period is split into its calendar years.
    Columns: year, start_date, data_date, admitted_n (people), target_n (people), attainment_pct (percent of the
    year's full target), is_part (the row covers only a part of its period: no comparison),
    index_pct (100 = as many as a year before; NA where either year is a part or missing).
    """
    term = Term(covered.start, covered.end)
    years = range(covered.start.year, covered.end.year + 1)
    counted = [_year_row(membership, targets, same_period_of(year, period, term), term) for year in years]
    rows = pd.DataFrame(counted, columns=_YEAR)
    rows = rows.dropna(subset=["start_date"]).reset_index(drop=True)
    rows = rows.astype({"admitted_n": "Int64", "target_n": "Int64", "is_part": "bool"})
    whole = rows["admitted_n"].where(~rows["is_part"])
    return rows.assign(
        attainment_pct=percent_of(rows["admitted_n"], rows["target_n"]),
        index_pct=index_of(whole, whole.shift()),
    )


_YEAR = ["year", "start_date", "data_date", "admitted_n", "target_n", "is_part"]


def _year_row(membership: pd.DataFrame, targets: pd.DataFrame, period: Period, term: Term) -> list[object]:
    window = period.within(term)
    if window.is_empty:
        return [period.end.year, pd.NaT, pd.NaT, 0, pd.NA, True]
    target, _ = headline_target(targets, "year", period.end.year, window.end)
    return [
        period.end.year,
        pd.Timestamp(window.start),
        pd.Timestamp(window.end),
        int(rows_within(membership, window)["admitted_n"].sum()),
        pd.NA if target is None else target,
        (window.start, window.end) != (period.start, period.end),
    ]


def attain_years(years: pd.DataFrame) -> pd.DataFrame:
    """Return the years that have a target, taken together, one row: for places that have no target of the term.

    years: rows of compare_years, suppressed or not.
    Columns: first_year, last_year (NA without any), admitted_n, target_n (people, of these years; NA where one of them
    is hidden), attainment_pct (of the full targets, rule E.4).
    """
    aimed = years[years["target_n"].notna()]
    numbers = {
        "first_year": aimed["year"].min(),
        "last_year": aimed["year"].max(),
        "admitted_n": aimed["admitted_n"].sum(skipna=False, min_count=1),
        "target_n": aimed["target_n"].sum(min_count=1),
    }
    row = pd.DataFrame({name: pd.array([number], dtype="Int64") for name, number in numbers.items()})
    return row.assign(attainment_pct=percent_of(row["admitted_n"], row["target_n"]))


def admissions_by_sector(membership: pd.DataFrame, organisations: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Return admissions by sector group against members at the window's start, one row per group in fixed order.

    Columns: sector_group, organisations_n (that reported), admitted_n (people), share_pct (percent of all admitted),
    members_start_n (people: opening of the first row in the window),
    per_100_pct (admitted per 100 members at the start).
    The sector is the one that the organisation has on the data date, or had when it ended.
    """
    rows = with_sector_group(rows_within(membership, window), organisations, window.end)
    first = rows[rows["period_end"] == rows["period_end"].min()]
    groups = [group for group in SECTOR_GROUPS if (rows["sector_group"] == group).any()]
    table = pd.DataFrame(
        {
            "sector_group": groups,
            "organisations_n": rows.groupby("sector_group")["org_id"].nunique().reindex(groups).astype("Int64").array,
            "admitted_n": _sum_by_group(rows, "admitted_n", groups),
            "members_start_n": _sum_by_group(first, "opening_n", groups),
        }
    )
    total = pd.Series(table["admitted_n"].sum(), index=table.index, dtype="Int64")
    return table.assign(
        share_pct=percent_of(table["admitted_n"], total),
        per_100_pct=percent_of(table["admitted_n"], table["members_start_n"]),
    )


def _sum_by_group(rows: pd.DataFrame, column: str, groups: list[str]) -> ExtensionArray:
    sums = rows.groupby("sector_group")[column].sum()
    return sums.reindex(groups, fill_value=0).astype("Int64").array
