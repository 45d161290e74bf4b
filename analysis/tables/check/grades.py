"""Whether the yearly grades add up, keep to the rules of their year, and stay within the cap.

Input: classification, organisations. Rules: domain section A.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from analysis.errors import Problem
from analysis.tables.check.report import Rule, compared, find, labels, reads
from analysis.tables.check.rows import rows_of
from analysis.tables.codes import GRASSROOTS_KINDS, LEVELS, SECTORS, STATUSES
from analysis.tables.dataset import Dataset

# One group of grades: what its statuses count adds up within it.
GROUP = ["org_id", "reporting_year", "subject", "org_kind", "stage"]
# Pairs of a memo line and the level that it stays within.
MEMOS = (("disciplined", "not_completed"), ("commended", "excellent"))


@dataclass(frozen=True)
class Cap:
    """The 20 % cap: its rule, among whom it is kept (columns), and what the 20 % are taken of."""

    code: str
    within: tuple[str, ...]
    reading: str


@reads("classification")
def rated_is_the_sum_of_levels(dataset: Dataset, classification: pd.DataFrame) -> Iterator[Problem]:
    """K11: rated = excellent + good + completed + not completed, where the total is reported (A.37)."""
    totals = _totals(classification)
    wrong = totals[(totals["rated"] != totals["levels_sum"]).fillna(False)]
    yield from _unequal(classification, wrong, "rated_differs", compared(wrong["rated"], "≠", wrong["levels_sum"]))


@reads("classification")
def present_is_all_cases(dataset: Dataset, classification: pd.DataFrame) -> Iterator[Problem]:
    """K11: present = exempt + not graded + rated, where the total is reported (A.37)."""
    totals = _totals(classification)
    cases = totals["exempt"].fillna(0) + totals["not_graded"].fillna(0) + totals["levels_sum"]
    wrong = totals[(totals["present"] != cases).fillna(False)]
    yield from _unequal(classification, wrong, "present_differs", compared(wrong["present"], "≠", cases[wrong.index]))


@reads("classification")
def reasons_sum_to_the_total(dataset: Dataset, classification: pd.DataFrame) -> Iterator[Problem]:
    """K11: where reasons are given, they sum to the total of their status."""
    keyed = _keyed(classification)
    key = [*GROUP, "status"]
    has_reason = keyed["reason"].notna()
    reasons = keyed[has_reason].groupby(key)["count_n"].sum()
    total = keyed[~has_reason].groupby(key)["count_n"].sum().reindex(reasons.index, fill_value=0)
    wrong = reasons.index.to_frame(index=False)[(reasons != total).to_numpy(dtype=bool)]
    bad = rows_of(keyed, wrong)
    differ = reasons != total
    yield from find(
        Rule("K11", "classification", "reasons_differ"),
        bad,
        labels(wrong, "org_id", "reporting_year", "status", detail=compared(reasons[differ], "≠", total[differ])),
    )


@reads("classification")
def grassroots_bodies_are_graded_once(dataset: Dataset, classification: pd.DataFrame) -> Iterator[Problem]:
    """K11: a grassroots organisation has one grade a year, or is exempt or not graded."""
    totals = _totals(classification)
    bodies = totals[(totals["subject"] == "organisation") & totals["org_kind"].isin(GRASSROOTS_KINDS)]
    cases = bodies["exempt"].fillna(0) + bodies["not_graded"].fillna(0) + bodies["levels_sum"]
    several = cases.groupby([bodies["org_id"], bodies["reporting_year"], bodies["stage"]]).transform("sum") > 1
    wrong = bodies[several]
    yield from _unequal(classification, wrong, "graded_twice", cases[wrong.index].astype("str"))


@reads("classification")
def years_are_complete(dataset: Dataset, classification: pd.DataFrame) -> Iterator[Problem]:
    """K16: a year that the Khối did not live to the end of has no grades; so 2025 has none (A.5, C.23)."""
    end = dataset.info.term_end
    last_year = end.year if (end.month, end.day) == (12, 31) else end.year - 1
    bad = classification[classification["reporting_year"] > last_year]
    yield from find(
        Rule("K16", "classification", "incomplete_year"),
        bad,
        labels(bad, "reporting_year"),
        end=end,
        last=str(last_year),
    )


@reads("classification")
def memos_fit_the_levels(dataset: Dataset, classification: pd.DataFrame) -> Iterator[Problem]:
    """K17: whoever is disciplined in the year has not completed the tasks; only the excellent are commended."""
    totals = _totals(classification)
    for memo, level in MEMOS:
        limit = totals[level].fillna(0)
        wrong = totals[(totals[memo] > limit).fillna(False)]
        bad = rows_of(_keyed(classification), wrong[GROUP].assign(status=memo))
        yield from find(
            Rule("K17", "classification", "memo_above_level", "warning"),
            bad,
            labels(wrong, "org_id", "reporting_year", detail=compared(wrong[memo], ">", limit[wrong.index])),
            memo=memo,
            level=level,
        )


@reads("classification")
def members_keep_the_cap(dataset: Dataset, classification: pd.DataFrame) -> Iterator[Problem]:
    """K13: in each grassroots organisation, excellent members are at most 20 % of the base (A.8, A.12, A.14)."""
    totals = _decided(classification, "member")
    cap = Cap("K13", ("org_id", "reporting_year"), dataset.info.settings.cap_denominator)
    yield from _over_cap(classification, totals, cap)


@reads("classification", "organisations")
def organisations_keep_the_cap(
    dataset: Dataset,
    classification: pd.DataFrame,
    organisations: pd.DataFrame,
) -> Iterator[Problem]:
    """K14: in each sector group, excellent organisations are at most 20 % of the base (A.9)."""
    totals = _decided(classification, "organisation")
    totals = totals[totals["org_kind"].isin(GRASSROOTS_KINDS)]
    totals = totals.assign(sector_group=_sector_groups(totals, organisations))
    totals = totals.dropna(subset=["sector_group"])
    cap = Cap("K14", ("sector_group", "reporting_year"), dataset.info.settings.cap_denominator)
    yield from _over_cap(classification, totals, cap)


def _over_cap(classification: pd.DataFrame, totals: pd.DataFrame, cap: Cap) -> Iterator[Problem]:
    within = list(cap.within)
    sums = totals.groupby(within)[list(LEVELS)].sum().reset_index()
    base = {
        "good": sums["good"],
        "good_or_better": sums["good"] + sums["excellent"],
        "rated": sums[list(LEVELS)].sum(axis=1),
    }[cap.reading]
    # Where nobody is good, 20 % of nobody is undefined, not exceeded (A.16).
    is_undefined = (base == 0) & (sums["excellent"] > 0)
    is_over = (5 * sums["excellent"] > base) & ~is_undefined
    for text, wrong in (("over_cap", sums[is_over]), ("undefined_cap", sums[is_undefined])):
        bad = rows_of(_keyed(classification), rows_of(totals, wrong[within])[GROUP].assign(status="excellent"))
        yield from find(
            Rule(cap.code, "classification", f"{text}_{cap.code}", "warning"),
            bad[bad["count_n"] > 0],
            labels(wrong, *within, detail=compared(wrong["excellent"], "/", base[wrong.index])),
            reading=cap.reading,
        )


def _keyed(classification: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with an empty org_kind as text, so that members group like organisations."""
    return classification.assign(org_kind=classification["org_kind"].fillna(""))


def _totals(classification: pd.DataFrame) -> pd.DataFrame:
    """Return the totals of each group, one row per GROUP and one column per status; NA where there is no row.

    levels_sum: the four levels together.
    """
    keyed = _keyed(classification[classification["reason"].isna()])
    wide = keyed.groupby([*GROUP, "status"])["count_n"].sum().unstack("status").reindex(columns=list(STATUSES))
    return wide.assign(levels_sum=wide[list(LEVELS)].fillna(0).sum(axis=1)).reset_index()


def _decided(classification: pd.DataFrame, subject: str) -> pd.DataFrame:
    totals = _totals(classification)
    decided = totals[(totals["subject"] == subject) & (totals["stage"] == "decided")]
    return decided.fillna(dict.fromkeys(LEVELS, 0))


def _sector_groups(totals: pd.DataFrame, organisations: pd.DataFrame) -> pd.Series:
    """Return the sector group that each graded organisation had last in its year."""
    keyed = totals[["org_id", "reporting_year"]].reset_index(names="row")
    joined = keyed.merge(organisations[["org_id", "valid_from", "sector"]], on="org_id")
    joined = joined[joined["valid_from"].dt.year <= joined["reporting_year"]]
    latest = joined.sort_values("valid_from").drop_duplicates("row", keep="last").set_index("row")
    return latest["sector"].map(SECTORS).reindex(totals.index)


def _unequal(
    classification: pd.DataFrame,
    wrong: pd.DataFrame,
    text: str,
    detail: list[str] | pd.Series,
) -> Iterator[Problem]:
    bad = rows_of(_keyed(classification), wrong[GROUP])
    yield from find(
        Rule("K11", "classification", text),
        bad[bad["reason"].isna()],
        labels(wrong, "org_id", "reporting_year", "subject", detail=detail),
    )
