"""What the public page of a sector must hide because pages of the whole Khối and of other sectors stand beside it.

A reader who holds them all knows the whole, and can take away from it what the pages of the sectors show. So the
numbers of all sectors are judged together, and every page shows its part of one and the same pattern (decision 0004).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise

import pandas as pd

from analysis.disclosure import Thresholds, are_small, close_over_parts, limits_of, suppress_small
from analysis.measures.admissions import admissions_by_sector
from analysis.periods import Window


def hidden_totals(
    tables: Mapping[str, pd.DataFrame], asked: Window, years: Sequence[Window], others: Sequence[Window]
) -> pd.DataFrame:
    """Return the admissions of every sector in every window that a page tells, one row per sector and window.

    asked: the page's own window, whose table by sector stands on the page of the whole · years: windows of the single
    years, which add up to the last of `others`, the time since the Congress, where they leave no gap.
    Columns: sector_group, start, end (of the window), admitted_n, organisations_n, line (windows that add up; others
    have one each), is_fixed (shown or hidden on the page of the whole).
    """
    windows = list(dict.fromkeys([asked, *years, *others]))
    tiles = tile(years, others[-1])
    parts = []
    for window in windows:
        by_sector = admissions_by_sector(tables["membership"], tables["organisations"], window)
        line = "years" if tiles and window in (*years, others[-1]) else str(window)
        parts.append(by_sector.assign(start=window.start, end=window.end, line=line, is_fixed=window == asked))
    columns = ["sector_group", "start", "end", "admitted_n", "organisations_n", "line", "is_fixed"]
    return pd.concat(parts, ignore_index=True)[columns]


def windows_hidden(totals: pd.DataFrame, sector: str, thresholds: Thresholds) -> set[Window]:
    """Return the windows whose admissions the page of a sector must not tell; totals: rows of `hidden_totals`."""
    cells = totals.assign(cell=[f"{start}/{end}" for start, end in zip(totals["start"], totals["end"], strict=True)])
    sizes, limits = cells["admitted_n"], limits_of(cells, thresholds)
    small = are_small(cells, sizes, limits) | (_differ_by_few(cells, thresholds) & ~cells["is_fixed"])
    # The page of the whole hides in its own table by sector what is small there, and a second one beside it.
    fixed = cells[cells["is_fixed"]]
    small.loc[fixed.index] = suppress_small(fixed, "admitted_n", thresholds)["is_hidden"]
    hidden = close_over_parts(cells.assign(part=cells["sector_group"], people_n=sizes, limit=limits, is_small=small))
    own = cells[hidden & (cells["sector_group"] == sector)]
    return {Window(start, end) for start, end in zip(own["start"], own["end"], strict=True)}


def tile(years: Sequence[Window], covered: Window) -> bool:
    """Tell whether the years follow one another without a gap, and so add up."""
    ordered = sorted(years, key=lambda window: window.start)
    meet = all((later.start - earlier.end).days == 1 for earlier, later in pairwise(ordered))
    return bool(ordered) and meet and (ordered[0].start, ordered[-1].end) == (covered.start, covered.end)


def _differ_by_few(cells: pd.DataFrame, thresholds: Thresholds) -> pd.Series:
    """Tell which windows are a few people short of a longer one that begins or ends with them."""
    found = pd.Series(False, index=cells.index)
    for _, own in cells.groupby("sector_group"):
        spans = zip(own.index, own["start"], own["end"], own["admitted_n"], strict=True)
        for (one, start, end, count), (two, other_start, other_end, other_count) in combinations(spans, 2):
            nested = (start == other_start) != (end == other_end)
            if nested and 0 < abs(count - other_count) < thresholds.ordinary:
                found.loc[one if end - start < other_end - other_start else two] = True
    return found
