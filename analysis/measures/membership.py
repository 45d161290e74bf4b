"""Members on the list, and what moved them. Rules: domain section D (form 1: D = A + B − C).

Input: tables membership, organisations.
"""

from __future__ import annotations

import pandas as pd

from analysis.measures.ratio import index_of, percent_of
from analysis.measures.rows import rows_on, rows_within, with_sector_group
from analysis.params import SECTOR_GROUPS
from analysis.periods import Window

INCREASES = ("admitted_n", "transferred_in_n", "restored_n")
DECREASES = ("died_n", "expelled_n", "removed_n", "resigned_n", "transferred_out_n")
# Moves inside the Khối cancel over the whole of it, but not within one sector or organisation (rule D.4).
INTERNAL = ("internal_in_n", "internal_out_n")
# Lines of which a small count tells on people who left under a cloud (docs/assumptions.md).
SENSITIVE = ("expelled_n", "removed_n", "resigned_n")


def bridge_membership(membership: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Return form 1 for a window: from the opening list to the closing one, one row per line.

    Columns: line (opening, a flow, residual, closing), people_n (people, signed: decreases below 0),
    start_n and end_n (running total before and after the line), is_sensitive.
    residual is what the flows do not explain: 0 in a sound dataset, shown and never spread (K06).
    """
    rows = rows_within(membership, window)
    opening = _opening(membership, rows)
    closing = int(rows_on(membership, rows["period_end"].max().date())["closing_n"].sum()) if len(rows) else opening
    flows = {line: int(rows[line].sum()) for line in (*INCREASES, "internal_in_n")}
    flows |= {line: -int(rows[line].sum()) for line in (*DECREASES, "internal_out_n")}
    internal = flows.pop("internal_in_n") + flows.pop("internal_out_n")
    if internal:
        flows["internal_net_n"] = internal
    residual = closing - opening - sum(flows.values())
    if residual:
        flows["residual_n"] = residual
    return _running(opening, flows, closing)


def _opening(membership: pd.DataFrame, rows: pd.DataFrame) -> int:
    """Return members at the start: the openings of the window's first row date.

    A body that appears later opens at 0 and is filled by moves, so only the first row date counts.
    """
    if rows.empty:
        return 0
    return int(rows_on(membership, rows["period_end"].min().date())["opening_n"].sum())


def _running(opening: int, flows: dict[str, int], closing: int) -> pd.DataFrame:
    lines = ["opening_n", *flows, "closing_n"]
    people = [opening, *flows.values(), closing]
    ends = pd.Series([opening, *flows.values()]).cumsum()
    table = pd.DataFrame(
        {
            "line": lines,
            "people_n": pd.array(people, dtype="Int64"),
            "start_n": pd.array([0, *ends[:-1], 0], dtype="Int64"),
            "end_n": pd.array([*ends, closing], dtype="Int64"),
        }
    )
    return table.assign(is_sensitive=table["line"].isin(SENSITIVE))


def members_over_time(membership: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Return members on the list at every row date of the window, one row per date.

    Columns: period_end, members_n, official_n, probationary_n (people).
    """
    rows = rows_within(membership, window)
    sums = rows.groupby("period_end", as_index=False)[["closing_n", "official_n", "probationary_n"]].sum()
    return sums.rename(columns={"closing_n": "members_n"})


def members_by_sector(membership: pd.DataFrame, organisations: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Return members by sector group at the window's end beside its start, one row per group in fixed order.

    Columns: sector_group, organisations_n, members_start_n, members_n (people), share_pct (of all members at the end),
    change_n (people), start_index_pct (100 = unchanged).
    """
    rows = rows_within(membership, window)
    first, last = (rows[rows["period_end"] == edge] for edge in (rows["period_end"].min(), rows["period_end"].max()))
    opened = with_sector_group(first, organisations, window.end).groupby("sector_group")["opening_n"].sum()
    ended = with_sector_group(last, organisations, window.end).groupby("sector_group")
    closed = ended["closing_n"].sum()
    groups = [group for group in SECTOR_GROUPS if group in closed.index or group in opened.index]
    table = pd.DataFrame(
        {
            "sector_group": groups,
            "organisations_n": ended["org_id"].nunique().reindex(groups, fill_value=0).astype("Int64").array,
            "members_start_n": opened.reindex(groups, fill_value=0).astype("Int64").array,
            "members_n": closed.reindex(groups, fill_value=0).astype("Int64").array,
        }
    )
    total = pd.Series(table["members_n"].sum(), index=table.index)
    return table.assign(
        share_pct=percent_of(table["members_n"], total),
        change_n=table["members_n"] - table["members_start_n"],
        start_index_pct=index_of(table["members_n"], table["members_start_n"]),
    )
