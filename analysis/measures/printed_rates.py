"""Ratios of two printed counts of the same body: admissions per 100 members a year, members per organisation.

Input: printed figures. Nothing is compared across another base; bounds of either count stay bounds of the ratio.
"""

from __future__ import annotations

import pandas as pd

from analysis.measures.comparison import (
    BODY,
    SOURCE_COLUMNS,
    comparable,
    countable,
    exact_first,
    first_day,
    last_day,
    newest,
    ratio_bound,
)
from analysis.measures.ratio import percent_of

# What the members of a rate were counted on (rule B.11): never mixed, and in this order where a body has several.
MEMBER_BASES = ("year_start", "year_end", "within_year")


def admissions_per_100_members(figures: pd.DataFrame) -> pd.DataFrame:
    """Return admissions of a whole year per 100 members, one row per body and base: the latest year.

    Columns: body, province, level, year, admitted_n (people), members_n (people on base_date), base (MEMBER_BASES),
    base_date (may be partial), rate_pct (two decimals, half up), value_bound, is_exact, and the columns of the
    admissions' source with members_url (of the members').
    """
    named = comparable(figures)
    admitted = _of(named, "admissions", ["year"])
    admitted = admitted[admitted["period_end"].str[4:] == "-12-31"]
    admitted = admitted.assign(year=admitted["period_end"].str[:4].astype("int64"))
    members = _of(named, "members_total", ["stock"])
    pairs = admitted.merge(members, on=BODY, suffixes=("", "_m"))
    bases = [_base(*pair) for pair in zip(pairs["year"], pairs["period_end_m"], strict=True)]
    pairs = pairs.assign(base=pd.Series(bases, index=pairs.index, dtype="str"))
    pairs = newest(pairs[pairs["base"] != ""], [*BODY, "base"])
    rows = pairs.assign(
        admitted_n=pairs["value"].astype("Int64"),
        members_n=pairs["value_m"].astype("Int64"),
        base_date=pairs["period_end_m"],
        members_url=pairs["url_m"],
        value_bound=_bounds(pairs, "value_bound", "value_bound_m"),
    )
    rows = exact_first(rows.assign(rate_pct=percent_of(rows["admitted_n"], rows["members_n"])), "rate_pct")
    columns = [*BODY, "level", "year", "admitted_n", "members_n", "base", "base_date", "rate_pct", "value_bound"]
    return rows[[*columns, "is_exact", *SOURCE_COLUMNS, "members_url"]]


def members_per_organisation(figures: pd.DataFrame) -> pd.DataFrame:
    """Return members per grassroots organisation where one body printed both for the same day, one row per body.

    Columns: body, province, level, period_end, members_n, organisations_n, members_per_organisation_n (two decimals,
    half up), value_bound, is_exact (neither value is a bound), and the columns of the members' source with
    organisations_url (of the organisations'). Of several days the latest is kept.
    """
    key = [*BODY, "level", "period_end"]
    named = comparable(figures)
    members, organisations = (_of(named, measure, ["stock"]) for measure in ("members_total", "orgs_total"))
    both = members.merge(organisations, on=key, suffixes=("", "_o"), validate="1:1")
    both = newest(both, BODY)
    rows = both.assign(
        members_n=both["value"].astype("Int64"),
        organisations_n=both["value_o"].astype("Int64"),
        organisations_url=both["url_o"],
        value_bound=_bounds(both, "value_bound", "value_bound_o"),
    )
    ratio = percent_of(rows["members_n"], 100 * rows["organisations_n"])
    rows = exact_first(rows.assign(members_per_organisation_n=ratio), "members_per_organisation_n")
    columns = [*key, "members_n", "organisations_n", "members_per_organisation_n", "value_bound", "is_exact"]
    return rows[[*columns, *SOURCE_COLUMNS, "organisations_url"]]


def _of(figures: pd.DataFrame, measure: str, kinds: list[str]) -> pd.DataFrame:
    """Return the counts of a measure, one row per body, level and end of period."""
    rows = countable(figures[(figures["measure"] == measure) & figures["period_kind"].isin(kinds)])
    return newest(rows[rows["value"] > 0], [*BODY, "level", "period_end"])


def _base(year: int, members_end: str) -> str:
    """Return which base a count of members is for a year's admissions; empty where it is none."""
    earliest, latest = first_day(members_end), last_day(members_end)
    if earliest == latest and latest in (pd.Timestamp(year - 1, 12, 31), pd.Timestamp(year, 1, 1)):
        return "year_start"
    if earliest == latest == pd.Timestamp(year, 12, 31):
        return "year_end"
    return "within_year" if earliest.year == latest.year == year else ""


def _bounds(rows: pd.DataFrame, part: str, whole: str) -> pd.Series:
    found = [ratio_bound(*pair) for pair in zip(rows[part], rows[whole], strict=True)]
    return pd.Series(found, index=rows.index, dtype="str")
