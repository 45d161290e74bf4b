"""Whom to ring up: organisations without a return, behind their target, or with overdue probations. Internal only.

Input: tables membership, organisations, targets, probation. Output: one list, one row per organisation and reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from analysis.measures.organisations import measure_funnel, organisation_attainment
from analysis.measures.probation import overdue_by_organisation
from analysis.measures.rows import grassroots_as_of, rows_on
from analysis.periods import Period, Term, Window

TABLES = ("membership", "organisations", "targets", "probation")
# In the order in which an analyst rings up: a missing return spoils every other number.
REASONS = ("not_reported", "overdue", "behind_target")
_COLUMNS = {
    "reason": "string",
    "org_id": "string",
    "org_name": "string",
    "people_n": "Int64",
    "since_date": "datetime64[us]",
    "admitted_n": "Int64",
    "target_n": "Int64",
    "pace_n": "Int64",
    "position": "string",
}


def list_calls(tables: Mapping[str, pd.DataFrame], term: Term, day: date) -> pd.DataFrame:
    """Return the call list of a data date, one row per reason and organisation: by reason, the most urgent first.

    Columns: reason (not_reported, overdue, behind_target), org_id, org_name, people_n (overdue: people waiting longer
    than twelve months; behind_target: people missing to an even pace of the running year; NA for not_reported),
    since_date (last return; last day of the row of the longest waiting), and for behind_target admitted_n, target_n,
    pace_n (people an even pace would have reached, rounded down) and position (in the funnel of measure_funnel).
    """
    overdue = overdue_by_organisation(
        tables["membership"], tables["probation"], tables["organisations"], Window(term.start, day)
    )
    parts = {
        "not_reported": without_return(tables["membership"], tables["organisations"], day),
        "overdue": overdue.rename(
            columns={"name": "org_name", "overdue_n": "people_n", "oldest_admitted_date": "since_date"}
        ),
        "behind_target": behind_pace(tables, term, day),
    }
    rows = [
        part.assign(reason=reason).reindex(columns=list(_COLUMNS)).astype(_COLUMNS) for reason, part in parts.items()
    ]
    return pd.concat(rows, ignore_index=True)


def reasons_without_data(tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """Return the reasons that cannot be judged, because the dataset has no rows to judge them by."""
    needed = {"overdue": "probation", "behind_target": "targets"}
    return [reason for reason, table in needed.items() if tables[table].empty]


def without_return(membership: pd.DataFrame, organisations: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return the grassroots organisations that stand on a row date and have no row for it, one row each.

    Columns: org_id, org_name, since_date (of their last return; NaT where there never was one). Longest silent first.
    """
    standing = grassroots_as_of(organisations, day)[["org_id", "name"]].rename(columns={"name": "org_name"})
    absent = standing[~standing["org_id"].isin(rows_on(membership, day)["org_id"])]
    earlier = membership[membership["period_end"] <= pd.Timestamp(day)]
    last = earlier.groupby("org_id", as_index=False).agg(since_date=("period_end", "max"))
    rows = absent.merge(last, on="org_id", how="left", validate="1:1")
    return rows.sort_values(["since_date", "org_id"], na_position="first", ignore_index=True)


def behind_pace(tables: Mapping[str, pd.DataFrame], term: Term, day: date) -> pd.DataFrame:
    """Return the organisations that miss at least one person to an even pace of the running year, one row each.

    Columns: org_id, org_name, people_n (missing), admitted_n, target_n (of the year), pace_n (target times the share of
    the year's days in the term that are over, rounded down), position (see measure_funnel). Most missing first.
    The pace is an analyst's device (rule B.17); whether the gap is more than chance, the position says.
    """
    year = Period(str(day.year), "year", date(day.year, 1, 1), date(day.year, 12, 31))
    whole = year.within(term)
    rows = measure_funnel(organisation_attainment(tables, year, Window(whole.start, day)))
    gone, days = (day - whole.start).days + 1, (whole.end - whole.start).days + 1
    pace = rows["target_n"] * gone // days
    behind = rows.assign(pace_n=pace, people_n=pace - rows["admitted_n"]).rename(columns={"name": "org_name"})
    behind = behind[behind["people_n"] >= 1]
    return behind.sort_values(["people_n", "org_id"], ascending=[False, True], ignore_index=True)
