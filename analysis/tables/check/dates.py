"""Whether rows are dated by the last day of a row period, and by a day of the term.

Input: every table with dates.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analysis.errors import Problem
from analysis.tables.check.report import Rule, find, labels, readable_table, reads
from analysis.tables.check.rows import DAY, is_calendar_end, row_ends
from analysis.tables.dataset import Dataset

ROW_DATES = {"membership": "period_end", "admissions": "period_end", "probation": "outcome_period_end"}
# Days of these columns lie between the Congress and the end of the Khối.
IN_TERM = {**ROW_DATES, "composition": "period_end", "events": "date", "classification": "decided_on"}
# What these columns date may lie before the Congress, but not after the end.
UNTIL_END = (
    ("targets", "assigned_on"),
    ("probation", "admitted_period_end"),
    ("organisations", "valid_from"),
    ("organisations", "valid_to"),
)
ENDING_EVENTS = ("merged", "dissolved", "transferred_out")
ABOVE_OR_OUTSIDE = ("country", "province", "outside")


def rows_end_a_period(dataset: Dataset) -> Iterator[Problem]:
    """Rows are dated by the last day of their month, quarter or half-year, the last row by the end of the term."""
    ends = row_ends(dataset.info)
    for table, column in ROW_DATES.items():
        frame = readable_table(dataset, table)
        if frame is not None:
            days = frame[column]
            between = frame[_is_in_term(dataset, days) & ~days.isin(ends)]
            yield from _misdated(dataset, table, column, between)


@reads("probation")
def cohorts_end_a_period(dataset: Dataset, probation: pd.DataFrame) -> Iterator[Problem]:
    """A cohort is dated by a row period, too; it may have been admitted before the Congress."""
    info, days = dataset.info, probation["admitted_period_end"]
    is_end = is_calendar_end(days, info.granularity) & (days < pd.Timestamp(info.term_start))
    between = probation[(days <= pd.Timestamp(info.term_end)) & ~is_end & ~days.isin(row_ends(info))]
    yield from _misdated(dataset, "probation", "admitted_period_end", between)


def rows_lie_in_the_term(dataset: Dataset) -> Iterator[Problem]:
    """Nothing is dated before the Congress or after the end of the Khối (C.23)."""
    for table, column in IN_TERM.items():
        frame = readable_table(dataset, table)
        if frame is not None:
            days = frame[column]
            is_outside = days.notna() & ~_is_in_term(dataset, days)
            if table == "events":
                # Bodies that end with the Khối are absent from the day after its end.
                is_last = frame["event"].isin(ENDING_EVENTS) & (days - DAY == pd.Timestamp(dataset.info.term_end))
                is_outside &= ~is_last
            outside = frame[is_outside]
            yield from _outside_term(dataset, table, column, outside)


def nothing_follows_the_end(dataset: Dataset) -> Iterator[Problem]:
    """Targets, cohorts and the register end with the Khối as well."""
    for table, column in UNTIL_END:
        frame = readable_table(dataset, table)
        if frame is not None:
            late = frame[frame[column] > pd.Timestamp(dataset.info.term_end)]
            if table == "organisations":
                late = late[~late["kind"].isin(ABOVE_OR_OUTSIDE)]
            yield from _outside_term(dataset, table, column, late)


def _is_in_term(dataset: Dataset, days: pd.Series) -> pd.Series:
    info = dataset.info
    return (days >= pd.Timestamp(info.term_start)) & (days <= pd.Timestamp(info.term_end))


def _misdated(dataset: Dataset, table: str, column: str, bad: pd.DataFrame) -> Iterator[Problem]:
    text = f"not_last_day_of_{dataset.info.granularity}"
    yield from find(Rule("period", table, text), bad, labels(bad, column), column=column, end=dataset.info.term_end)


def _outside_term(dataset: Dataset, table: str, column: str, bad: pd.DataFrame) -> Iterator[Problem]:
    info = dataset.info
    yield from find(
        Rule("K27", table, "outside_term"),
        bad,
        labels(bad, "org_id", column),
        column=column,
        start=info.term_start,
        end=info.term_end,
    )
