"""Yearly grades of members and organisations, and the cap on excellent grades. Rules: domain section A.

Input: table classification. Only decided grades count, and shares are of those rated, never of all (rules A.31, A.34).
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.measures.ratio import percent_of
from analysis.tables.codes import GRASSROOTS_KINDS, LEVELS

# The rules changed with QĐ 124-QĐ/TW: years before and after are not like for like (rule A.5).
REGIME_BREAK_YEAR = 2023
CAP_READINGS = ("good", "good_or_better", "rated")


def decided_grades(classification: pd.DataFrame, subject: str) -> pd.DataFrame:
    """Return the decided totals of members, or of grassroots organisations; reasons and proposals are left out."""
    rows = classification[
        (classification["subject"] == subject)
        & (classification["stage"] == "decided")
        & classification["reason"].isna()
    ]
    return rows if subject == "member" else rows[rows["org_kind"].isin(GRASSROOTS_KINDS)]


def years_up_to(classification: pd.DataFrame, year: int) -> list[int]:
    """Return the years with decided grades up to a year, in order."""
    decided = classification[classification["stage"] == "decided"]
    return sorted(int(y) for y in decided["reporting_year"].unique() if int(y) <= year)


def measure_grades(classification: pd.DataFrame, subject: str, years: Sequence[int]) -> pd.DataFrame:
    """Return the four levels of each year, one row per year and level in order.

    Columns: year, level, count_n (members or organisations), rated_n (sum of the levels), share_pct (percent of rated),
    not_rated_n (exempt or not graded), coverage_pct (rated of rated and not rated), is_sensitive (a small count of
    members graded as not completing tells on people).
    """
    grades = decided_grades(classification, subject)
    sums = grades.groupby(["reporting_year", "status"])["count_n"].sum()
    grid = pd.MultiIndex.from_product([list(years), LEVELS], names=["year", "level"])
    counts = sums.rename_axis(["year", "level"]).reindex(grid, fill_value=0)
    table = counts.reset_index(name="count_n").astype({"count_n": "Int64"})
    rated = table.groupby("year")["count_n"].transform("sum")
    left_out = sums[sums.index.get_level_values("status").isin(("exempt", "not_graded"))]
    not_rated = table["year"].map(left_out.groupby("reporting_year").sum()).astype("Int64").fillna(0)
    return table.assign(
        rated_n=rated,
        share_pct=percent_of(table["count_n"], rated),
        not_rated_n=not_rated,
        coverage_pct=percent_of(rated, rated + not_rated),
        is_sensitive=(table["level"] == "not_completed") & (subject == "member"),
    )


def measure_good_or_better(grades: pd.DataFrame, targets: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return good completion or better by year, from measured grades, one row per year.

    measure: member_good_or_better or organisation_good_or_better, the yearly target that is set beside it.
    Columns: year, good_or_better_n, rated_n, share_pct (percent of rated), target_pct (NA where none is set).
    """
    better = grades[grades["level"].isin(("excellent", "good"))]
    table = better.groupby("year", as_index=False).agg(
        good_or_better_n=("count_n", "sum"), rated_n=("rated_n", "first")
    )
    aims = targets[(targets["measure"] == measure) & (targets["level"] == "bloc") & (targets["scope"] == "year")]
    # A year is judged by what was assigned before it was over.
    aims = aims[aims["assigned_on"].dt.year <= aims["year"]]
    latest = aims.sort_values("assigned_on").drop_duplicates("year", keep="last").set_index("year")["target"]
    return table.assign(
        share_pct=percent_of(table["good_or_better_n"], table["rated_n"]),
        target_pct=table["year"].map(latest).astype("Float64"),
    )


def measure_cap(classification: pd.DataFrame, years: Sequence[int]) -> pd.DataFrame:
    """Return how many grassroots organisations keep the 20 % cap on excellent members, by year and reading.

    reading: good (excellent ≤ 20 % of good, the wording read), good_or_better, rated. Whole numbers are compared
    (5·excellent ≤ base), never rounded percentages (rule A.14).
    Columns: year, reading, organisations_n (with at least one member rated), within_n, over_n, within_pct.
    """
    grades = decided_grades(classification, "member")
    grades = grades[grades["reporting_year"].isin(list(years)) & grades["status"].isin(LEVELS)]
    wide = grades.pivot_table(
        index=["reporting_year", "org_id"], columns="status", values="count_n", aggfunc="sum", fill_value=0
    ).reindex(columns=list(LEVELS), fill_value=0)
    bases = {"good": wide["good"], "good_or_better": wide["good"] + wide["excellent"], "rated": wide.sum(axis=1)}
    within = pd.DataFrame({reading: 5 * wide["excellent"] <= base for reading, base in bases.items()})
    counted = within[bases["rated"] > 0].groupby("reporting_year").agg(["sum", "size"])
    rows = [
        {
            "year": year,
            "reading": reading,
            "organisations_n": counted.loc[year, (reading, "size")],
            "within_n": counted.loc[year, (reading, "sum")],
        }
        for year in years
        for reading in CAP_READINGS
        if year in counted.index
    ]
    table = pd.DataFrame(rows, columns=["year", "reading", "organisations_n", "within_n"])
    table = table.astype({"organisations_n": "Int64", "within_n": "Int64"})
    return table.assign(
        over_n=table["organisations_n"] - table["within_n"],
        within_pct=percent_of(table["within_n"], table["organisations_n"]),
    )
