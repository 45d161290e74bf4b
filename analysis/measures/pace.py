"""Where an even pace would stand, and how many a month are still needed. An analyst's device, not an official measure.

Input: tables membership, targets. Rules: domain B.17 (pace), E.4 (targets), C.23 (nothing beyond the end of the Khối).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from analysis.measures.ratio import percent_of
from analysis.measures.rows import rows_within
from analysis.measures.targets import headline_target
from analysis.periods import Period, Term, Window

# What tells the number admitted, for those who may not know it.
DERIVED = ("attainment_pct", "ahead_n", "needed_n", "monthly_n", "needed_monthly_n")
# A month is a twelfth of 365.25 days: 487/16 days, in whole numbers.
MONTH_DAYS = (487, 16)


@dataclass(frozen=True)
class _Span:
    """What a target covers, and how far it has come."""

    scope: str
    start: date
    end: date
    target: int | None


def measure_pace(
    membership: pd.DataFrame, targets: pd.DataFrame, term: Term, asked: tuple[Period, Window]
) -> pd.DataFrame:
    """Return how far the term has come, and the year of the period, or of the data date of a period of the term.

    asked: the period, and the days of it that were read.
    Columns: scope (term, year), is_asked (the scope of the period itself), start_date, data_date, end_date (of the
    target), admitted_n (people from start_date to the data date), target_n (people, NA where none is set),
    attainment_pct (of the full target, rule E.4), elapsed_pct (of the days from start to end), pace_n (people
    an even pace would have reached, half up), ahead_n (admitted less pace), needed_n (people still missing, 0 where the
    target is reached), monthly_n and needed_monthly_n (people a month so far, and needed to the end; two decimals).
    """
    period, window = asked
    year = window.end.year if period.is_term else period.end.year
    own = Period(str(year), "year", date(year, 1, 1), date(year, 12, 31)).within(term)
    spans = [
        _Span("term", term.start, term.end, headline_target(targets, "term", None, window.end)[0]),
        _Span("year", own.start, own.end, headline_target(targets, "year", year, window.end)[0]),
    ]
    rows = _with_pace(pd.DataFrame([_counts(membership, span, window.end) for span in spans]))
    return rows.assign(is_asked=(rows["scope"] == "term") == period.is_term)


def _counts(membership: pd.DataFrame, span: _Span, day: date) -> dict[str, object]:
    admitted = int(rows_within(membership, Window(span.start, day))["admitted_n"].sum())
    return {
        "scope": span.scope,
        "start_date": pd.Timestamp(span.start),
        "data_date": pd.Timestamp(day),
        "end_date": pd.Timestamp(span.end),
        "admitted_n": admitted,
        "target_n": pd.NA if span.target is None else span.target,
    }


def _with_pace(rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows.astype({"admitted_n": "Int64", "target_n": "Int64"})
    gone = _days(rows["data_date"] - rows["start_date"] + pd.Timedelta(days=1))
    whole = _days(rows["end_date"] - rows["start_date"] + pd.Timedelta(days=1))
    pace = (2 * rows["target_n"] * gone + whole) // (2 * whole)
    needed = (rows["target_n"] - rows["admitted_n"]).clip(lower=0)
    return rows.assign(
        attainment_pct=percent_of(rows["admitted_n"], rows["target_n"]),
        elapsed_pct=percent_of(gone, whole),
        pace_n=pace,
        ahead_n=rows["admitted_n"] - pace,
        needed_n=needed,
        monthly_n=_a_month(rows["admitted_n"], gone),
        needed_monthly_n=_a_month(needed, whole - gone),
    )


def _days(spans: pd.Series) -> pd.Series:
    return spans.dt.days.astype("Int64")


def _a_month(people_n: pd.Series, days_n: pd.Series) -> pd.Series:
    """Return people a month with two decimals, half up; NA where no day is left."""
    numerator, denominator = MONTH_DAYS
    return percent_of(numerator * people_n, 100 * denominator * days_n)
