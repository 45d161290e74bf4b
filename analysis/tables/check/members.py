"""Whether the membership table adds up in itself: flows, stocks, parts, thresholds.

Input: membership, organisations. Rules: domain sections C.2–4 and D.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analysis.errors import Problem
from analysis.tables.check.report import Rule, compared, differing, find, labels, own_severity, reads
from analysis.tables.check.rows import DAY, row_starts, state_on
from analysis.tables.dataset import Dataset

INCREASES = ("admitted_n", "transferred_in_n", "restored_n", "internal_in_n")
DECREASES = ("died_n", "expelled_n", "removed_n", "resigned_n", "transferred_out_n", "internal_out_n")
# Lines that stand within another one, with the rule that says so.
PARTS = (
    ("K08", "readmitted_n", "admitted_n"),
    ("K09", "removed_probationary_n", "removed_n"),
    ("K07", "transferred_in_other_province_n", "transferred_in_n"),
    ("K07", "transferred_out_other_province_n", "transferred_out_n"),
    ("K18", "exempt_n", "closing_n"),
)
COMMITTEE_AT_LEAST = 30
OFFICIAL_AT_LEAST = 3
FAR_AWAY = pd.Timestamp(9999, 1, 1)


@reads("membership")
def flows_explain_the_stock(dataset: Dataset, membership: pd.DataFrame) -> Iterator[Problem]:
    """K06: closing = opening + increases − decreases (D.1)."""
    expected = (
        membership["opening_n"] + membership[list(INCREASES)].sum(axis=1) - membership[list(DECREASES)].sum(axis=1)
    )
    bad = membership[membership["closing_n"] != expected]
    yield from find(
        Rule("K06", "membership", "flow_identity", own_severity(dataset)),
        bad,
        differing(bad, bad["closing_n"], "≠", expected[bad.index]),
    )


@reads("membership")
def rows_follow_one_another(dataset: Dataset, membership: pd.DataFrame) -> Iterator[Problem]:
    """K06: a row opens with what the row before closed with (D.3), where the row before was reported."""
    ordered = membership.sort_values(["org_id", "period_end"], kind="stable")
    before = ordered.groupby("org_id")[["period_end", "closing_n"]].shift()
    is_next = before["period_end"] + DAY == row_starts(dataset.info, ordered["period_end"])
    bad = ordered[is_next & (ordered["opening_n"] != before["closing_n"]).fillna(False)].sort_index()
    yield from find(
        Rule("K06", "membership", "continuity", own_severity(dataset)),
        bad,
        differing(bad, bad["opening_n"], "≠", before.loc[bad.index, "closing_n"]),
    )


@reads("membership", "organisations")
def newcomers_open_at_zero(
    dataset: Dataset,
    membership: pd.DataFrame,
    organisations: pd.DataFrame,
) -> Iterator[Problem]:
    """K06: an organisation that appears in the term has no members before; they come by flows."""
    first_days = organisations.groupby("org_id")["valid_from"].min()
    appeared = membership["org_id"].map(first_days)
    is_first = (appeared > pd.Timestamp(dataset.info.term_start)) & (appeared <= membership["period_end"])
    is_first &= appeared >= row_starts(dataset.info, membership["period_end"])
    bad = membership[is_first & (membership["opening_n"] > 0)]
    yield from find(
        Rule("K06", "membership", "opens_above_zero", own_severity(dataset)),
        bad,
        labels(bad, "org_id", "period_end", detail=bad["opening_n"].astype("str")),
    )


@reads("membership", "organisations")
def ended_close_at_zero(dataset: Dataset, membership: pd.DataFrame, organisations: pd.DataFrame) -> Iterator[Problem]:
    """K06: an organisation that ends in the term has given all its members away in the row of that day."""
    last_days = organisations.assign(last=organisations["valid_to"].fillna(FAR_AWAY))
    absent_from = membership["org_id"].map(last_days.groupby("org_id")["last"].max()) + DAY
    is_last = (absent_from >= row_starts(dataset.info, membership["period_end"])) & (
        absent_from <= membership["period_end"]
    )
    bad = membership[is_last & (membership["closing_n"] > 0)]
    yield from find(
        Rule("K06", "membership", "closes_above_zero", own_severity(dataset)),
        bad,
        labels(bad, "org_id", "period_end", detail=bad["closing_n"].astype("str")),
    )


@reads("membership")
def internal_moves_cancel(dataset: Dataset, membership: pd.DataFrame) -> Iterator[Problem]:
    """K06: moves inside the Khối sum to zero over the whole of it, in every row period (D.4)."""
    sums = membership.groupby("period_end")[["internal_in_n", "internal_out_n"]].sum()
    sums = sums[sums["internal_in_n"] != sums["internal_out_n"]].reset_index()
    moved = (membership["internal_in_n"] > 0) | (membership["internal_out_n"] > 0)
    bad = membership[membership["period_end"].isin(sums["period_end"]) & moved]
    yield from find(
        Rule("K06", "membership", "internal_moves", own_severity(dataset)),
        bad,
        labels(sums, "period_end", detail=compared(sums["internal_in_n"], "≠", sums["internal_out_n"])),
    )


@reads("membership")
def official_and_probationary_are_all(dataset: Dataset, membership: pd.DataFrame) -> Iterator[Problem]:
    """K18: every member is official or probationary."""
    both = membership["official_n"] + membership["probationary_n"]
    bad = membership[both != membership["closing_n"]]
    yield from find(
        Rule("K18", "membership", "official_and_probationary"),
        bad,
        differing(bad, both[bad.index], "≠", bad["closing_n"]),
    )


@reads("membership")
def parts_stay_within_the_whole(dataset: Dataset, membership: pd.DataFrame) -> Iterator[Problem]:
    """K07, K08, K09, K18: a line "of which" is not above the line that it belongs to."""
    for code, part, whole in PARTS:
        bad = membership[membership[part] > membership[whole]]
        yield from find(
            Rule(code, "membership", "part_above_whole"),
            bad,
            differing(bad, bad[part], ">", bad[whole]),
            part=part,
            whole=whole,
        )


@reads("membership", "organisations")
def size_fits_the_kind(dataset: Dataset, membership: pd.DataFrame, organisations: pd.DataFrame) -> Iterator[Problem]:
    """K04: a đảng bộ of fewer than 30 members, or a chi bộ cơ sở of 30 or more, needs written consent (C.3, C.4)."""
    kinds = state_on(membership, organisations, "kind")
    members = membership["closing_n"]
    small = membership[(kinds == "party_committee") & (members < COMMITTEE_AT_LEAST) & (members > 0)]
    large = membership[(kinds == "cell") & (members >= COMMITTEE_AT_LEAST)]
    for text, bad in (("small_committee", small), ("large_cell", large)):
        yield from find(Rule("K04", "membership", text, "warning"), bad, labels(bad, "org_id"))


@reads("membership", "organisations")
def official_members_suffice(
    dataset: Dataset,
    membership: pd.DataFrame,
    organisations: pd.DataFrame,
) -> Iterator[Problem]:
    """K05: an organisation needs three official members (C.2); one that has just ended has none."""
    is_there = state_on(membership, organisations, "kind").notna()
    bad = membership[is_there & (membership["official_n"] < OFFICIAL_AT_LEAST)]
    yield from find(
        Rule("K05", "membership", "few_official", "warning"),
        bad,
        labels(bad, "org_id", "period_end", detail=bad["official_n"].astype("str")),
    )
