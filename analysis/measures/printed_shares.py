"""Printed shares of an admission target, each beside the share of its period that had passed.

Input: printed figures. Shares of an annual target and of a term target are never set side by side.
"""

from __future__ import annotations

import pandas as pd

from analysis.language import is_missing
from analysis.measures.comparison import BODY, SOURCE_COLUMNS, comparable, exact_first, first_day, last_day, newest
from analysis.measures.ratio import percent_of
from analysis.measures.readings import printed_figures
from analysis.measures.reconcile_shares import check_percentages

# Kinds of period whose shares may stand side by side. The last has the term's target, the others the year's.
# `year_to_date` is what is filed under a year but ends before 31 December, or on a day that was not printed.
SHARE_KINDS = ("q1", "h1", "9m", "year", "year_to_date", "term_to_date")
# A congress is held every five years (rule C.10): an assumption of the analyst, said on the page.
TERM_YEARS = 5
# How a share stands to the time that had passed; open where a bound or an unknown day leaves both possible.
STANDINGS = ("ahead", "behind", "open")

_ELAPSED = ["elapsed_low_pct", "elapsed_high_pct"]
_COLUMNS = ["figure_id", *BODY, "level", "kind", "period_end", "value_pct", "value_high_pct", "value_bound"]
_COLUMNS += ["value_basis", "value_as_printed", "printed_language", *_ELAPSED, "standing", *SOURCE_COLUMNS, "is_exact"]
_COLUMNS += ["is_refuted"]


def shares_of_target(figures: pd.DataFrame) -> pd.DataFrame:
    """Return printed percentages of an admission target, one row per body and kind of period: the latest.

    Columns: figure_id, body, province, level, kind (SHARE_KINDS), period_end, value_pct and value_high_pct (as printed,
    a range has both), value_bound, value_basis, value_as_printed, printed_language, elapsed_low_pct and
    elapsed_high_pct (percent of the year, or of five years of a term, that had passed; equal where the days are known,
    NA where none was printed), standing (STANDINGS; ahead: as large as the share of the time, or larger), is_exact,
    is_refuted (the counts that were printed with it do not allow it), and the columns of the source.
    """
    is_share = (figures["measure"] == "admissions_pct_of_target") & (figures["unit"] == "percent")
    printed = comparable(figures[is_share])
    pairs = zip(printed["period_kind"], printed["period_end"], strict=True)
    printed = printed.assign(kind=pd.Series([_kind(*pair) for pair in pairs], index=printed.index, dtype="str"))
    printed = newest(printed[printed["kind"].isin(SHARE_KINDS)], [*BODY, "kind"])
    rows = printed.assign(value_pct=printed["value"], value_high_pct=printed["value_high"], **_elapsed(printed))
    rows = rows.assign(standing=_standing(rows), is_refuted=rows["figure_id"].isin(_refuted(figures)))
    kind_order = rows["kind"].map({kind: place for place, kind in enumerate(SHARE_KINDS)})
    ranked = exact_first(rows.assign(kind_order=kind_order), "value_pct")
    return ranked.sort_values("kind_order", kind="stable")[_COLUMNS].reset_index(drop=True)


def _standing(rows: pd.DataFrame) -> pd.Series:
    """Return whether each share is ahead of the time that had passed, behind it, or may be either."""
    low, high = (rows[name] for name in _ELAPSED)
    least = rows["value_pct"].where(rows["value_bound"].isin(("exact", "at_least", "range")))
    most = rows["value_high_pct"].fillna(rows["value_pct"].where(rows["value_bound"].isin(("exact", "at_most"))))
    standing = pd.Series("open", index=rows.index, dtype="str")
    # Of an unknown day no more than the whole period can have passed.
    standing = standing.mask((least >= high.fillna(100)).fillna(False), "ahead")
    return standing.mask((most < low).fillna(False), "behind")


def _refuted(figures: pd.DataFrame) -> list[str]:
    """Return the percentages that no rounding brings together with their printed count and target."""
    checked = check_percentages(printed_figures(figures))
    return [share.figure_id for verdict, (_, share, *_), _ in checked if verdict == "neither"]


def _kind(period_kind: str, period_end: str) -> str:
    """Return the kind of period of a share: a year counts as whole only where it ends on 31 December."""
    return "year_to_date" if period_kind == "year" and period_end[4:] != "-12-31" else period_kind


def _elapsed(printed: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the least and the most of the period that can have passed, in percent."""
    spans = [_days(row) for row in printed[["kind", "period_start", "period_end"]].itertuples(index=False)]
    days = pd.DataFrame(spans, columns=["low", "high", "whole"], index=printed.index, dtype="Int64")
    return {f"elapsed_{end}_pct": percent_of(days[end], days["whole"]).clip(upper=100) for end in ("low", "high")}


def _days(row: tuple[str, object, str]) -> tuple[int, int, int] | tuple[None, None, None]:
    """Return the fewest and the most days that had passed, and the days of the whole period."""
    kind, start, end = row
    if len(end) == len("2023"):  # any day of that year: no information
        return (None, None, None)
    if kind != "term_to_date":
        opening = pd.Timestamp(int(end[:4]), 1, 1)
        whole = opening + pd.DateOffset(years=1)
        return (_count(opening, first_day(end)), _count(opening, last_day(end)), (whole - opening).days)
    if is_missing(start):
        return (None, None, None)
    earliest, latest = first_day(str(start)), last_day(str(start))
    whole_n = (earliest + pd.DateOffset(years=TERM_YEARS) - earliest).days
    return (_count(latest, first_day(end)), _count(earliest, last_day(end)), whole_n)


def _count(first: pd.Timestamp, last: pd.Timestamp) -> int:
    return max((last - first).days + 1, 0)
