"""Which organisations there are: by kind, sector and size, and what happened to them. Rules: domain section C.

Input: tables organisations, membership, events. Grassroots organisations (TCCSĐ) are đảng bộ cơ sở and chi bộ cơ sở.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from analysis.measures.ratio import percent_of
from analysis.measures.rows import grassroots_as_of, organisations_as_of, rows_on, rows_within
from analysis.params import SECTOR_GROUPS
from analysis.periods import Window
from analysis.tables.codes import EVENTS, GRASSROOTS_KINDS, SECTORS

# Lower ends of the size bands. 30 is where a chi bộ cơ sở becomes a đảng bộ cơ sở (rule C.3).
SIZE_BANDS = {"under_30": 0, "from_30_to_49": 30, "from_50_to_99": 50, "from_100_to_199": 100, "from_200": 200}


def count_kinds(organisations: pd.DataFrame, days: Sequence[date]) -> pd.DataFrame:
    """Return how many grassroots organisations stood on each day, one row per day and kind.

    Columns: day, kind (party_committee, cell), organisations_n, total_n (both kinds together).
    """
    counted = [
        grassroots_as_of(organisations, day)["kind"]
        .value_counts()
        .reindex(GRASSROOTS_KINDS, fill_value=0)
        .rename_axis("kind")
        .reset_index(name="organisations_n")
        .assign(day=pd.Timestamp(day))
        for day in days
    ]
    table = pd.concat(counted, ignore_index=True).astype({"organisations_n": "Int64"})
    total = table.groupby("day")["organisations_n"].transform("sum")
    return table.assign(total_n=total)[["day", "kind", "organisations_n", "total_n"]]


def year_ends(covered: Window) -> list[date]:
    """Return the 31 December of every year in the window, and its last day."""
    ends = [date(year, 12, 31) for year in range(covered.start.year, covered.end.year + 1)]
    return [*(day for day in ends if covered.start <= day < covered.end), covered.end]


def count_lower_bodies(organisations: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return the bodies below grassroots level, never part of the grassroots total (rule C.7), one row per kind.

    Columns: kind (subordinate_cell, section_committee), organisations_n.
    """
    kinds = ["subordinate_cell", "section_committee"]
    found = organisations_as_of(organisations, day)["kind"].value_counts().reindex(kinds, fill_value=0)
    return found.rename_axis("kind").reset_index(name="organisations_n").astype({"organisations_n": "Int64"})


def count_sectors(organisations: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return grassroots organisations by sector group and kind on a day, one row per group and kind.

    Columns: sector_group, kind, organisations_n, total_n (of the group), share_pct (of the group's total in all).
    """
    standing = grassroots_as_of(organisations, day)
    groups = [group for group in SECTOR_GROUPS if (standing["sector_group"] == group).any()]
    grid = pd.MultiIndex.from_product([groups, GRASSROOTS_KINDS], names=["sector_group", "kind"])
    counts = standing.groupby(["sector_group", "kind"]).size().reindex(grid, fill_value=0)
    table = counts.reset_index(name="organisations_n").astype({"organisations_n": "Int64"})
    total = table.groupby("sector_group")["organisations_n"].transform("sum")
    whole = pd.Series(len(standing), index=table.index)
    return table.assign(total_n=total, share_pct=percent_of(total, whole))


def count_size_bands(organisations: pd.DataFrame, membership: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return grassroots organisations by number of members on a row date, one row per band and kind.

    Columns: band, kind, organisations_n, total_n (of the band). Organisations that did not report that day are
    left out.
    """
    standing = grassroots_as_of(organisations, day)[["org_id", "kind"]]
    sized = standing.merge(rows_on(membership, day)[["org_id", "closing_n"]], on="org_id", validate="1:1")
    edges = [*SIZE_BANDS.values(), 10**9]
    bands = pd.cut(sized["closing_n"].astype("int64"), edges, right=False, labels=list(SIZE_BANDS))
    grid = pd.MultiIndex.from_product([list(SIZE_BANDS), GRASSROOTS_KINDS], names=["band", "kind"])
    counts = sized.assign(band=bands.astype("str")).groupby(["band", "kind"]).size().reindex(grid, fill_value=0)
    table = counts.reset_index(name="organisations_n").astype({"organisations_n": "Int64"})
    return table.assign(total_n=table.groupby("band")["organisations_n"].transform("sum"))


def count_events(events: pd.DataFrame, organisations: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Return lifecycle events of grassroots organisations in a window, one row per event type that occurred.

    Columns: event, events_n, cells_n (of chi bộ cơ sở), non_state_n (in non-state enterprises and co-operatives).
    """
    happened = rows_within(events, window, "date").merge(_as_first_stood(organisations), on="org_id", how="inner")
    happened = happened.assign(
        is_cell=happened["kind"] == "cell", is_non_state=happened["sector"].map(SECTORS) == "non_state"
    )
    counts = happened.groupby("event").agg(
        events_n=("org_id", "size"), cells_n=("is_cell", "sum"), non_state_n=("is_non_state", "sum")
    )
    order = [event for event in EVENTS if event in counts.index]
    return (
        counts.reindex(order)
        .rename_axis("event")
        .reset_index()
        .astype({"events_n": "Int64", "cells_n": "Int64", "non_state_n": "Int64"})
    )


def count_founded(events: pd.DataFrame, organisations: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Return newly founded chi bộ cơ sở in a window, one row: cells_n, of them non_state_n (the article's 2 and 1)."""
    counts = count_events(events, organisations, window)
    founded = counts[counts["event"] == "founded"]
    return pd.DataFrame(
        {
            "cells_n": pd.array([founded["cells_n"].sum()], dtype="Int64"),
            "non_state_n": pd.array([founded["non_state_n"].sum()], dtype="Int64"),
        }
    )


def _as_first_stood(organisations: pd.DataFrame) -> pd.DataFrame:
    """Return kind and sector of each grassroots organisation as it first stood: an upgraded one was a cell."""
    grassroots = organisations[organisations["kind"].isin(GRASSROOTS_KINDS)]
    first = grassroots.sort_values("valid_from").drop_duplicates("org_id", keep="first")
    return first[["org_id", "kind", "sector"]]
