"""Whether every table speaks of organisations that the register knows, while it knows them.

Input: organisations and every table with an org_id.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analysis.errors import Problem
from analysis.tables.check.report import Rule, find, labels, readable_table, reads
from analysis.tables.check.rows import DAY, row_starts
from analysis.tables.dataset import Dataset
from analysis.tables.info import DatasetInfo
from analysis.tables.schema import TABLES

REFERENCES = {
    "organisations": ("parent_id", "replaced_by"),
    "events": ("org_id", "related_org_id"),
    "targets": ("org_id",),
    "membership": ("org_id",),
    "composition": ("org_id",),
    "admissions": ("org_id",),
    "probation": ("org_id",),
    "classification": ("org_id",),
}


def tables_have_rows(dataset: Dataset) -> Iterator[Problem]:
    """A required table with a heading and nothing else leaves nothing to report."""
    for name, table in TABLES.items():
        frame = readable_table(dataset, name)
        if table.is_required and frame is not None and frame.empty:
            heading = pd.DataFrame({"table": [name]}, index=[-1])
            yield from find(Rule("empty", name, "no_rows"), heading, [])


@reads("organisations")
def organisations_are_known(dataset: Dataset, organisations: pd.DataFrame) -> Iterator[Problem]:
    """Every organisation that a table names stands in the register."""
    for table, columns in REFERENCES.items():
        frame = readable_table(dataset, table)
        if frame is None:
            continue
        for column in columns:
            unknown = frame[frame[column].notna() & ~frame[column].isin(organisations["org_id"])]
            yield from find(Rule("reference", table, "unknown_organisation"), unknown, unknown[column], column=column)


@reads("organisations")
def rows_lie_in_validity(dataset: Dataset, organisations: pd.DataFrame) -> Iterator[Problem]:
    """No row speaks of an organisation at a time when the register does not have it."""
    for table, (column, of_row) in SPANS.items():
        frame = readable_table(dataset, table)
        if frame is None:
            continue
        spans = of_row(frame[frame["org_id"].isin(organisations["org_id"])], dataset.info)
        outside = frame.loc[spans.index[~_meets_validity(spans, organisations)]]
        yield from find(Rule("reference", table, "outside_validity"), outside, labels(outside, "org_id", column))


def _meets_validity(spans: pd.DataFrame, organisations: pd.DataFrame) -> pd.Series:
    """Tell of each span (org_id, start, end) whether it meets an interval of its organisation.

    The day after an interval belongs to it: an event is dated by the first day of the absence, and the row with
    that day holds the moves by which the organisation ended.
    """
    distinct = spans.drop_duplicates().merge(organisations[["org_id", "valid_from", "valid_to"]], on="org_id")
    meets = (distinct["valid_from"] <= distinct["end"]) & (
        distinct["valid_to"].isna() | (distinct["valid_to"] + DAY >= distinct["start"])
    )
    met = pd.MultiIndex.from_frame(distinct.loc[meets, ["org_id", "start", "end"]])
    return pd.Series(pd.MultiIndex.from_frame(spans).isin(met), index=spans.index, dtype=bool)


def _row_span(frame: pd.DataFrame, info: DatasetInfo) -> pd.DataFrame:
    ends = frame["period_end"]
    return pd.DataFrame({"org_id": frame["org_id"], "start": row_starts(info, ends), "end": ends})


def _outcome_span(frame: pd.DataFrame, info: DatasetInfo) -> pd.DataFrame:
    ends = frame["outcome_period_end"]
    return pd.DataFrame({"org_id": frame["org_id"], "start": row_starts(info, ends), "end": ends})


def _year_span(frame: pd.DataFrame, info: DatasetInfo) -> pd.DataFrame:
    years = frame["reporting_year"].astype("str")
    starts, ends = (pd.to_datetime(years + day).astype("datetime64[us]") for day in ("-01-01", "-12-31"))
    return pd.DataFrame({"org_id": frame["org_id"], "start": starts, "end": ends})


def _count_day(frame: pd.DataFrame, info: DatasetInfo) -> pd.DataFrame:
    return pd.DataFrame({"org_id": frame["org_id"], "start": frame["period_end"], "end": frame["period_end"]})


def _event_day(frame: pd.DataFrame, info: DatasetInfo) -> pd.DataFrame:
    return pd.DataFrame({"org_id": frame["org_id"], "start": frame["date"], "end": frame["date"]})


# Of each table: the column that dates a row, and the days that a row is about.
SPANS = {
    "events": ("date", _event_day),
    "membership": ("period_end", _row_span),
    "composition": ("period_end", _count_day),
    "admissions": ("period_end", _row_span),
    "probation": ("outcome_period_end", _outcome_span),
    "classification": ("reporting_year", _year_span),
}
