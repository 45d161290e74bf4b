"""Admission rates on the three bases in use, beside the national goal. Rules B.10, B.11, C.23 and E.5 (docs/rules.md).

Input: tables membership (of the Khối or of a part of it) and targets (always of the whole Khối: the goal is national).
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis.measures.ratio import percent_of
from analysis.measures.rows import rows_on, rows_within
from analysis.periods import Period, Term, Window, same_period_of

# In the order in which the settings name them: members at the Congress, on 1 January, on 31 December before.
RATE_BASES = ("term_start", "year_start", "previous_year_end")

_COLUMNS = ["year", "start_date", "data_date", "admitted_n", "base", "base_date", "base_n", "is_part"]


def measure_rates(membership: pd.DataFrame, goals: pd.DataFrame, period: Period, covered: Window) -> pd.DataFrame:
    """Return the admission rate of the same cumulative period of every year, one row per year and base (rule B.11).

    covered: from the Congress to the data date. A term period is split into its calendar years.
    Columns: year, start_date, data_date, admitted_n (people), base (RATE_BASES), base_date, base_n (members on that
    day; NA where no row tells), rate_pct (admitted per 100 of the base; never annualised, rule C.23),
    is_part (only a part of a calendar year: not to be judged by the goal of a year),
    goal_low_pct, goal_high_pct, goal_assigned_date (national goal as it holds on the data date; NA where none does).
    """
    term = Term(covered.start, covered.end)
    known = membership[membership["period_end"] <= pd.Timestamp(covered.end)]
    rows = pd.DataFrame(
        [
            row
            for year in range(covered.start.year, covered.end.year + 1)
            for row in _rows_of_year(known, same_period_of(year, period, term), term)
        ],
        columns=_COLUMNS,
    ).astype({"year": "int64", "admitted_n": "Int64", "base_n": "Int64", "is_part": "bool"})
    rows = rows.assign(rate_pct=percent_of(rows["admitted_n"], rows["base_n"]))
    return rows.merge(national_goals(goals, covered.end), on="year", how="left", validate="m:1")


def national_goals(goals: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return the national admission-rate goal of every year as it held on a day, one row per year (rule B.10).

    Columns: year, goal_low_pct, goal_high_pct (percent of members; the latter NA where the goal is no range),
    goal_assigned_date.
    A goal may be assigned for a year that has passed: it holds from the day of its assignment.
    """
    is_goal = (goals["level"] == "national") & (goals["scope"] == "year") & (goals["measure"] == "admission_rate")
    held = goals[is_goal & (goals["assigned_on"] <= pd.Timestamp(day)) & goals["year"].notna()]
    latest = held.sort_values("assigned_on", kind="stable").drop_duplicates("year", keep="last")
    renamed = latest.rename(
        columns={"target": "goal_low_pct", "target_high": "goal_high_pct", "assigned_on": "goal_assigned_date"}
    )
    return renamed[["year", "goal_low_pct", "goal_high_pct", "goal_assigned_date"]].astype(
        {"year": "int64", "goal_low_pct": "Float64", "goal_high_pct": "Float64"}
    )


def _rows_of_year(membership: pd.DataFrame, period: Period, term: Term) -> list[list[object]]:
    window = period.within(term)
    if window.is_empty:
        return []
    year = period.end.year
    admitted = int(rows_within(membership, window)["admitted_n"].sum())
    is_part = (window.start, window.end) != (date(year, 1, 1), date(year, 12, 31))
    first, last = pd.Timestamp(window.start), pd.Timestamp(window.end)
    bases = {
        "term_start": (term.start, _opening_on(membership, term.start)),
        "year_start": (date(year, 1, 1), _opening_on(membership, max(term.start, date(year, 1, 1)))),
        "previous_year_end": (date(year - 1, 12, 31), _closing_on(membership, date(year - 1, 12, 31))),
    }
    # Before the Congress there is no count, whatever an older row may say.
    return [
        [year, first, last, admitted, base, pd.Timestamp(day), pd.NA if day < term.start else members, is_part]
        for base, (day, members) in bases.items()
    ]


def _opening_on(membership: pd.DataFrame, day: date) -> object:
    """Return members at the beginning of a day: the openings of the first row date after it, NA where none is near.

    A body that appears later opens at 0 and is filled by moves, so only the first row date counts; a row covers half a
    year at most, so that a first row after that began later.
    """
    near = rows_within(membership, Window(day, date(day.year, 6, 30) if day.month <= 6 else date(day.year, 12, 31)))
    if near.empty:
        return pd.NA
    return int(rows_on(near, near["period_end"].min().date())["opening_n"].sum())


def _closing_on(membership: pd.DataFrame, day: date) -> object:
    """Return members at the end of a day, NA where no row ends on it."""
    rows = rows_on(membership, day)
    return pd.NA if rows.empty else int(rows["closing_n"].sum())
