"""Printed shares of the yearly grades, of those rated: "good or better", and the four levels where all are known.

Input: printed figures. An exclusive level and "tốt trở lên" are two measures (rule A.35); years before and after the
change of rules are two bases (rule A.5); only whole years count, a share of a term averages several.
"""

from __future__ import annotations

import pandas as pd

from analysis.measures.comparison import BODY, SOURCE_COLUMNS, alphabetical, comparable, countable, exact_first, newest
from analysis.measures.ratio import percent_of
from analysis.tables.codes import LEVELS

# The years that one set of rules governs (section A-ii), from the first of each.
RULE_SETS = {"132": 2018, "124": 2023, "366": 2025}
SUBJECTS = {"organisation": "org_class_", "member": "member_class_"}
_RATED = {"organisation": "orgs_rated", "member": "members_rated"}
_KEY = [*BODY, "year"]


def good_or_better(figures: pd.DataFrame, subject: str) -> pd.DataFrame:
    """Return the share graded good or better, one row per body and set of rules: its latest year.

    A printed percentage stands as it was printed; where only counts were, it is computed from them. subject: a key of
    SUBJECTS. Columns: body, province, level, year, rule_set (key of RULE_SETS), share_pct, share_high_pct (of a range),
    share_basis (printed or computed), value_as_printed and printed_language (NA where computed), count_n, rated_n,
    total_n (organisations that existed at the end of the year), coverage_pct (rated of total_n; NA where one was not
    printed), value_bound, is_exact, and the source's.
    """
    named = comparable(figures)
    facts, counts = _level_figures(named, subject), _counts(named, subject)
    percents = facts[(facts["unit"] == "percent") & (facts["item"] == "good_or_better")]
    printed = newest(percents, _KEY).merge(counts, on=_KEY, how="left", validate="1:1")
    printed = printed.assign(share_pct=printed["value"], share_basis="printed")
    computed = _computed(facts, counts, printed)
    rows = pd.concat([part for part in (printed, computed) if len(part)] or [printed], ignore_index=True)
    rows = rows.assign(
        rule_set=[_rule_set(year) for year in rows["year"]],
        coverage_pct=percent_of(rows["rated_n"], rows["total_n"]),
        count_n=rows["good_or_better_n"],
        share_high_pct=rows["value_high"],
    )
    latest = newest(rows[rows["rule_set"] != ""], [*BODY, "rule_set"])
    place = latest["rule_set"].map({name: place for place, name in enumerate(RULE_SETS)})
    ranked = exact_first(latest.assign(place=place), "share_pct").sort_values("place", kind="stable")
    columns = [*_KEY, "level", "rule_set", "share_pct", "share_high_pct", "share_basis"]
    columns += ["value_as_printed", "printed_language", "count_n"]
    columns += ["rated_n", "total_n", "coverage_pct", "value_bound", "is_exact", *SOURCE_COLUMNS]
    return ranked[columns].reset_index(drop=True)


def level_distribution(figures: pd.DataFrame, subject: str) -> pd.DataFrame:
    """Return the four exclusive levels where printed counts make up all who were rated, one row per body and grade.

    A level that was not printed is 0 where the others make up the number rated; where they do not, the body is left
    out: nothing is filled in. Of several years the latest is kept.
    Columns: body, province, year, level, rule_set, grade (LEVELS), count_n, rated_n, share_pct (of rated),
    coverage_pct, and the source's columns.
    """
    named = comparable(figures)
    counts = _counts(named, subject)
    parts = counts[[f"{level}_n" for level in LEVELS]].fillna(0)
    whole = counts[(parts.sum(axis=1) == counts["rated_n"]).fillna(False)].drop_duplicates(BODY, keep="last")
    facts = _level_figures(named, subject)
    sources = newest(facts[facts["unit"] != "percent"], _KEY)[[*_KEY, "level", *SOURCE_COLUMNS]]
    long = whole.melt([*_KEY, "rated_n", "total_n"], [f"{level}_n" for level in LEVELS], "grade", "count_n")
    rows = long.assign(grade=long["grade"].str.removesuffix("_n"), count_n=long["count_n"].fillna(0))
    rows = rows.merge(sources, on=_KEY, validate="m:1").assign(
        rule_set=[_rule_set(year) for year in rows["year"]],
        share_pct=percent_of(rows["count_n"], rows["rated_n"]),
        coverage_pct=percent_of(rows["rated_n"], rows["total_n"]),
    )
    place = rows["grade"].map({grade: place for place, grade in enumerate(LEVELS)})
    rows = rows.assign(place=place).sort_values(["year", *BODY, "place"], key=alphabetical)
    columns = [*_KEY, "level", "rule_set", "grade", "count_n", "rated_n", "share_pct", "coverage_pct", *SOURCE_COLUMNS]
    return rows[columns].reset_index(drop=True)


def _level_figures(figures: pd.DataFrame, subject: str) -> pd.DataFrame:
    """Return the printed grades of whole years with `year` and `item`: a level of its own, or good_or_better.

    "Good" without the flag that says whether it holds the excellent is neither (rule A.35, check K15).
    """
    prefix = SUBJECTS[subject]
    rows = figures[figures["measure"].str.startswith(prefix) & (figures["period_kind"] == "year")]
    rows = rows[_ends_a_year(rows)]
    rows = rows.assign(year=rows["period_end"].str[:4].astype("int64"), item=rows["measure"].str.removeprefix(prefix))
    needed = rows["item"].map({"good": "false", "good_or_better": "true"})
    return rows[needed.isna() | (needed == rows["is_cumulative"])]


def _counts(figures: pd.DataFrame, subject: str) -> pd.DataFrame:
    """Return printed counts, one row per body and year with any of them.

    Columns: body, province, year, excellent_n, good_n, completed_n, not_completed_n (exclusive; good is good or better
    without the excellent where only those were printed), good_or_better_n, rated_n, total_n.
    """
    facts = _level_figures(figures, subject)
    measures = {_RATED[subject]: "rated"} | ({"orgs_total": "total"} if subject == "organisation" else {})
    whole = figures[figures["measure"].isin(measures) & figures["period_kind"].isin(["year", "stock"])]
    # A stock of an unknown day of the year is not the stock at its end.
    is_dated = (whole["period_kind"] == "year") | (whole["period_end"].str[4:] != "")
    whole = whole[_ends_a_year(whole) & is_dated]
    whole = whole.assign(year=whole["period_end"].str[:4].astype("int64"), item=whole["measure"].map(measures))
    exact = countable(pd.concat([facts, whole]))
    exact = newest(exact[exact["value_bound"] == "exact"], [*_KEY, "item"])
    wide = exact.pivot(index=_KEY, columns="item", values="value").astype("Int64").reset_index()
    items = [*LEVELS, "good_or_better", "rated", "total"]
    wide = wide.reindex(columns=[*_KEY, *items]).astype(dict.fromkeys(items, "Int64"))
    together, apart = wide["good_or_better"], wide["good"]
    good = apart.fillna(together - wide["excellent"])
    better = together.fillna(wide["excellent"] + apart)
    return wide.assign(good=good, good_or_better=better).rename(columns={item: f"{item}_n" for item in items})


def _computed(facts: pd.DataFrame, counts: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    """Return the shares that no body printed as a percentage but whose counts it did, with the source of the counts."""
    known = counts[counts["good_or_better_n"].notna() & (counts["rated_n"] > 0).fillna(False)]
    # The print of one of the counts is not the print of the share.
    sources = newest(facts[facts["unit"] != "percent"], _KEY).assign(value_as_printed=None, printed_language=None)
    rows = known.merge(sources, on=_KEY, validate="1:1")
    is_printed = pd.MultiIndex.from_frame(rows[_KEY]).isin(pd.MultiIndex.from_frame(printed[_KEY]))
    rows = rows[~is_printed]
    share = percent_of(rows["good_or_better_n"], rows["rated_n"])
    return rows.assign(share_pct=share, share_basis="computed", value_bound="exact")


def _ends_a_year(rows: pd.DataFrame) -> pd.Series:
    """Tell the figures that can only mean a whole year, or its last day: "2022" and "2022-12-31"."""
    return rows["period_end"].str[4:].isin(["", "-12-31"])


def _rule_set(year: int) -> str:
    """Return the rules that a reporting year was graded under; empty before them (rule A.3)."""
    return next((name for name, first in reversed(RULE_SETS.items()) if year >= first), "")
