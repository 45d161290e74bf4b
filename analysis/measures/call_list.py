"""Whom to ring up: without a return, with overdue probations, behind their target, without an admission. Internal only.

Input: tables membership, organisations, targets, probation. Output: one list, one row per organisation and reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from analysis.measures.organisations import chance_of_so_few, measure_funnel, organisation_attainment
from analysis.measures.probation import overdue_by_organisation
from analysis.measures.rows import grassroots_as_of, rows_on, rows_within
from analysis.measures.targets import targets_in_force
from analysis.periods import Period, Term, Window

TABLES = ("membership", "organisations", "targets", "probation")
# In the order in which an analyst rings up: a missing return spoils every other number.
REASONS = ("not_reported", "overdue", "behind_target", "no_admission", "no_answer")
_COLUMNS = {
    "reason": "string",
    "org_id": "string",
    "org_name": "string",
    "people_n": "Int64",
    "since_date": "datetime64[us]",
    "admitted_n": "Int64",
    "target_n": "Int64",
    "pace_n": "Float64",
    "position": "string",
    "chance_pct": "Float64",
    "ended_date": "datetime64[us]",
}


def list_calls(tables: Mapping[str, pd.DataFrame], term: Term, window: Window) -> pd.DataFrame:
    """Return the call list of a data date, one row per reason and organisation: by reason, the most urgent first.

    tables: those of the place, and the table probation of the whole dataset · window: the days of the report, to the
    data date.
    Columns: reason (not_reported, overdue, behind_target; no_admission: nobody admitted in the window although people
    are left to admit, rule B.21; no_answer: reported, but not whether anybody is left), org_id, org_name, people_n
    (overdue: people waiting longer than twelve months; behind_target: people missing to an even pace of the running
    year; NA for the others), since_date (last return; last day of the row of the longest waiting; last admission before
    the window, NaT where there was none since the Congress), ended_date (overdue: last day of an organisation that
    ended and was not taken over), and for behind_target admitted_n, target_n, pace_n (people an even
    pace would have reached; one decimal, half up), position (in the funnel of measure_funnel) and chance_pct (in how
    many of 100 cases chance alone gives as few; whole percent).
    """
    membership, organisations = tables["membership"], tables["organisations"]
    overdue = overdue_by_organisation(
        membership, tables["probation"], organisations, Window(term.start, window.end)
    ).rename(columns={"name": "org_name", "overdue_n": "people_n", "oldest_admitted_date": "since_date"})
    parts = {
        "not_reported": without_return(membership, organisations, window.end),
        "overdue": overdue,
        "behind_target": behind_pace(tables, term, window.end),
        "no_admission": without_admission(membership, organisations, term, window),
        "no_answer": without_answer(membership, organisations, window.end),
    }
    rows = [
        part.assign(reason=reason).reindex(columns=list(_COLUMNS)).astype(_COLUMNS) for reason, part in parts.items()
    ]
    return pd.concat(rows, ignore_index=True)


def reasons_without_data(tables: Mapping[str, pd.DataFrame], day: date) -> list[str]:
    """Return the reasons that cannot be judged on a day: no row of the dataset, or no answer, to judge them by."""
    held = targets_in_force(tables["targets"], day)
    is_aimed = ((held["level"] == "organisation") & (held["year"] == day.year)).any()
    reasons = ["overdue"] if tables["probation"].empty else []
    reasons += [] if is_aimed else ["behind_target"]
    return reasons if tables["membership"]["non_members_left"].notna().any() else [*reasons, "no_admission"]


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


def without_admission(
    membership: pd.DataFrame, organisations: pd.DataFrame, term: Term, window: Window
) -> pd.DataFrame:
    """Return the organisations that say they have people to admit and admitted nobody in a window, one row each.

    They are the `none_n` of measures.organisations.no_admission.
    Columns: org_id, org_name, since_date (last row with an admission since the Congress, NaT without). Longest first.
    """
    standing = _answering(membership, organisations, window.end)
    admitting = membership[membership["admitted_n"] > 0]
    in_window = rows_within(admitting, window)["org_id"]
    last = rows_within(admitting, Window(term.start, window.end)).groupby("org_id", as_index=False)
    rows = standing[(standing["answer"] == "yes") & ~standing["org_id"].isin(in_window)]
    rows = rows.merge(last.agg(since_date=("period_end", "max")), on="org_id", how="left", validate="1:1")
    rows = rows.sort_values(["since_date", "org_id"], na_position="first", ignore_index=True)
    return rows[["org_id", "org_name", "since_date"]]


def without_answer(membership: pd.DataFrame, organisations: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return the organisations that reported on a day, but not whether anybody is left to admit: org_id, org_name.

    Nobody where no organisation says: such a dataset does not ask.
    """
    standing = _answering(membership, organisations, day)
    if standing["answer"].isna().all():
        return standing[["org_id", "org_name"]].iloc[:0]
    return standing.loc[standing["answer"].isna(), ["org_id", "org_name"]].sort_values("org_id", ignore_index=True)


def _answering(membership: pd.DataFrame, organisations: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return the grassroots organisations that reported on a day: org_id, org_name, answer (yes, no, NA)."""
    standing = grassroots_as_of(organisations, day)[["org_id", "name"]].rename(columns={"name": "org_name"})
    answers = rows_on(membership, day)[["org_id", "non_members_left"]].rename(columns={"non_members_left": "answer"})
    return standing.merge(answers, on="org_id", validate="1:1")


def behind_pace(tables: Mapping[str, pd.DataFrame], term: Term, day: date) -> pd.DataFrame:
    """Return the organisations that miss at least one person to an even pace of the running year, one row each.

    Who is silent on the day is called for that: what it admitted by its last return is no measure of this day.
    Columns: org_id, org_name, people_n (missing, whole people), admitted_n, target_n (of the year), pace_n (target
    times the share of the year's days in the term that are over; one decimal, half up), position (see measure_funnel),
    chance_pct (see chance_of_so_few). Least by chance first: the pace is an analyst's device (rule B.17) that knows no
    seasons, while chance is measured around what all organisations together have reached, which does.
    """
    year = Period(str(day.year), "year", date(day.year, 1, 1), date(day.year, 12, 31))
    whole = year.within(term)
    rows = measure_funnel(organisation_attainment(tables, year, Window(whole.start, day)))
    gone, days = (day - whole.start).days + 1, (whole.end - whole.start).days + 1
    missing = rows["target_n"] * gone // days - rows["admitted_n"]
    pace = ((20 * rows["target_n"] * gone + days) // (2 * days) / 10).astype("Float64")
    behind = rows.assign(pace_n=pace, people_n=missing, chance_pct=chance_of_so_few(rows))
    is_heard = behind["org_id"].isin(rows_on(tables["membership"], day)["org_id"])
    behind = behind[is_heard & (behind["people_n"] >= 1)].rename(columns={"name": "org_name"})
    order = ["chance_pct", "people_n", "org_id"]
    return behind.sort_values(order, ascending=[True, False, True], ignore_index=True)
