"""Whether admissions and members by category add up to their totals.

Input: membership, admissions, composition. Partitions sum to the total; overlapping lines stay within it (B.19).
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analysis.errors import Problem
from analysis.tables.check.report import Rule, compared, differing, find, labels, reads
from analysis.tables.check.rows import rows_of
from analysis.tables.codes import OVERLAPS, PARTITIONS
from analysis.tables.dataset import Dataset

KEY = ["org_id", "period_end"]


@reads("membership", "admissions")
def admissions_have_membership(
    dataset: Dataset,
    membership: pd.DataFrame,
    admissions: pd.DataFrame,
) -> Iterator[Problem]:
    """K07: admissions by category stand only where the headline was reported."""
    reported = pd.MultiIndex.from_frame(membership[KEY])
    bad = admissions[~pd.MultiIndex.from_frame(admissions[KEY]).isin(reported)]
    yield from find(Rule("K07", "admissions", "no_headline"), bad, labels(bad, *KEY))


@reads("membership", "admissions")
def admissions_equal_the_headline(
    dataset: Dataset,
    membership: pd.DataFrame,
    admissions: pd.DataFrame,
) -> Iterator[Problem]:
    """K07: where the partitions agree with one another, their sum is membership.admitted_n."""
    if not admissions["dimension"].isin(PARTITIONS).any():
        return
    sums = _partition_sums(admissions, "admitted_n")
    low, high = (_aligned(edge, membership) for edge in (sums.min(axis=1), sums.max(axis=1)))
    bad = membership[(low == high) & (low != membership["admitted_n"])]
    yield from find(
        Rule("K07", "membership", "admissions_differ"), bad, differing(bad, low[bad.index], "≠", bad["admitted_n"])
    )


@reads("membership", "admissions")
def readmissions_equal_the_headline(
    dataset: Dataset,
    membership: pd.DataFrame,
    admissions: pd.DataFrame,
) -> Iterator[Problem]:
    """K07: the overlapping line "readmitted", where a dataset has it, is membership.readmitted_n."""
    lines = admissions[admissions["dimension"] == "readmitted"]
    if lines.empty:
        return
    counted = _aligned(lines.groupby(KEY)["admitted_n"].sum(), membership)
    bad = membership[counted != membership["readmitted_n"]]
    yield from find(
        Rule("K07", "membership", "readmissions_differ"),
        bad,
        differing(bad, counted[bad.index], "≠", bad["readmitted_n"]),
    )


@reads("admissions")
def admission_partitions_agree(dataset: Dataset, admissions: pd.DataFrame) -> Iterator[Problem]:
    """K18: every partition of the same admissions has the same sum."""
    sums = _partition_sums(admissions, "admitted_n")
    uneven = sums[sums.min(axis=1) != sums.max(axis=1)]
    partitions = admissions[admissions["dimension"].isin(PARTITIONS)]
    bad = rows_of(partitions, uneven.reset_index()[KEY])
    detail = [", ".join(f"{name} {count}" for name, count in row.dropna().items()) for _, row in uneven.iterrows()]
    yield from find(
        Rule("K18", "admissions", "partitions_disagree"), bad, labels(uneven.reset_index(), *KEY, detail=detail)
    )


@reads("membership", "admissions")
def admission_overlaps_stay_within(
    dataset: Dataset,
    membership: pd.DataFrame,
    admissions: pd.DataFrame,
) -> Iterator[Problem]:
    """K18: an overlapping line of admissions is not above all admissions."""
    yield from _overlaps_within(admissions, "admissions", "admitted_n", membership.set_index(KEY)["admitted_n"])


@reads("membership", "composition")
def composition_overlaps_stay_within(
    dataset: Dataset,
    membership: pd.DataFrame,
    composition: pd.DataFrame,
) -> Iterator[Problem]:
    """K18: an overlapping line of members is not above all members, on days that both tables have."""
    yield from _overlaps_within(composition, "composition", "members_n", membership.set_index(KEY)["closing_n"])


@reads("membership", "composition")
def composition_equals_the_stock(
    dataset: Dataset,
    membership: pd.DataFrame,
    composition: pd.DataFrame,
) -> Iterator[Problem]:
    """K29: each partition of the members sums to the list of that day, on days that both tables have (D.14)."""
    sums = _partition_sums(composition, "members_n").reset_index()
    counted = sums.melt(KEY, var_name="dimension", value_name="counted").dropna(subset=["counted"])
    compare = counted.merge(membership[[*KEY, "closing_n"]], on=KEY)
    wrong = compare[compare["counted"] != compare["closing_n"]]
    # A partition of which an organisation has no category at all is found by its other rows of that day.
    absent = rows_of(composition, wrong.loc[wrong["counted"] == 0, KEY])
    bad = composition.loc[rows_of(composition, wrong[[*KEY, "dimension"]]).index.union(absent.index)]
    detail = [
        f"{name} {text}"
        for name, text in zip(wrong["dimension"], compared(wrong["counted"], "≠", wrong["closing_n"]), strict=True)
    ]
    yield from find(
        Rule("K29", "composition", "composition_differs", "warning"), bad, labels(wrong, *KEY, detail=detail)
    )


def _partition_sums(rows: pd.DataFrame, count: str) -> pd.DataFrame:
    """Return the sum of each partition, one row per (org_id, period_end), one column per partition.

    NA where nobody has that partition in that row period: it was not collected then.
    """
    partitions = rows[rows["dimension"].isin(PARTITIONS)]
    sums = partitions.groupby([*KEY, "dimension"])[count].sum().unstack("dimension")
    days = sums.index.get_level_values("period_end")
    is_collected = sums.notna().groupby(days).transform("any")
    return sums.fillna(0).where(is_collected)


def _aligned(sums: pd.Series, membership: pd.DataFrame) -> pd.Series:
    """Return a sum by (org_id, period_end) for each row of membership; no row: 0."""
    found = sums.reindex(pd.MultiIndex.from_frame(membership[KEY]), fill_value=0)
    return pd.Series(found.array, index=membership.index)


def _overlaps_within(rows: pd.DataFrame, table: str, count: str, totals: pd.Series) -> Iterator[Problem]:
    lines = rows[rows["dimension"].isin(OVERLAPS) & (rows["category"] == "yes")]
    total = pd.Series(totals.reindex(pd.MultiIndex.from_frame(lines[KEY])).array, index=lines.index)
    bad = lines[(lines[count] > total).fillna(False)]
    yield from find(
        Rule("K18", table, "overlap_above_total"),
        bad,
        labels(bad, *KEY, "dimension", detail=compared(bad[count], ">", total[bad.index])),
    )
