"""Printed figures against each other: shares against counts, parts against totals, running totals, repetitions.

Input: data/published/figures.csv as read. Output: one row per check. A difference is a finding, never an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from analysis.measures.readings import PrintedFigure, printed_figures
from analysis.measures.reconcile_counts import check_cumulative, check_duplicates, check_sums
from analysis.measures.reconcile_shares import check_percentages

CHECKERS = {
    "percentage": check_percentages,
    "sum": check_sums,
    "cumulative": check_cumulative,
    "duplicate": check_duplicates,
}
# The verdicts that are worth a look first; the others are half_up, truncated, both and agrees.
DIFFERENCES = ("neither", "differs")

_TEXTS = ("body", "province", "measure", "unit", "period_kind", "period_end", "check", "verdict")
_COUNTS = ("implied_low_n", "implied_high_n", "implied_n", "target_n", "target_high_n")
_TUPLES = (
    *("rows", "measures", "values", "highs", "bounds", "printed"),
    *("period_kinds", "period_ends", "publishers", "urls"),
)


def check_printed(figures: pd.DataFrame) -> pd.DataFrame:
    """Return one row per check of printed figures against each other, by kind of check, then as in the file.

    Columns: body, province, measure (of the percentage, the total, the running or the repeated figure), unit,
    period_kind, period_end;
    check: percentage, sum, cumulative, duplicate;
    verdict: half_up, truncated (only so), both or neither of a percentage; agrees or differs of the others;
    rows (tuple of figure ids: count, percentage and base where one is printed; total and parts; earlier and later;
    all that repeat), and beside each id, in tuples as long: measures, values and highs (value_high or None; Decimal),
    bounds, printed (value_as_printed), period_kinds, period_ends, publishers, urls ("" where none);
    implied_low_n, implied_high_n: the least and the greatest whole total that the count and the percentage allow,
    rounded one way or the other (NA: none, no upper end, or no percentage); implied_n: how many whole totals that is;
    target_n, target_high_n: the printed base that it was compared with (NA: none is printed);
    exact_pct: the count as a percentage of a base that is exact, four decimals (NA otherwise);
    is_complete: whether all parts of the total are printed; without one they may fall short of it, not exceed it.
    """
    printed = printed_figures(figures)
    order = {figure.figure_id: place for place, figure in enumerate(printed)}
    rows: list[dict] = []
    for check, checker in CHECKERS.items():
        found = [_row(check, *finding) for finding in checker(printed)]
        rows.extend(sorted(found, key=lambda row: order[row["leading_id"]]))
    return _frame(rows)


def differences_first(checks: pd.DataFrame) -> pd.DataFrame:
    """Return the checks with those that differ before the others, both in their own order."""
    return (
        checks.assign(order=~checks["verdict"].isin(DIFFERENCES))
        .sort_values("order", kind="stable")
        .drop(columns="order")
    )


def _row(check: str, verdict: str, group: Sequence[PrintedFigure], extra: dict) -> dict:
    """Return one check as a row; `extra["lead"]` says which figure of the group names body, measure and period."""
    lead = group[extra.get("lead", 0)]
    listed = {
        "rows": "figure_id",
        "measures": "measure",
        "values": "value",
        "highs": "value_high",
        "bounds": "bound",
        "printed": "printed",
        "period_kinds": "period_kind",
        "period_ends": "period_end",
        "publishers": "publisher",
        "urls": "url",
    }
    return {
        **{name: getattr(lead, name) for name in ("body", "province", "measure", "unit", "period_kind", "period_end")},
        **{name: tuple(getattr(figure, field) for figure in group) for name, field in listed.items()},
        **{name: value for name, value in extra.items() if name != "lead"},
        "leading_id": lead.figure_id,
        "check": check,
        "verdict": verdict,
    }


def _frame(rows: Iterable[dict]) -> pd.DataFrame:
    columns = [*_TEXTS, *_TUPLES, *_COUNTS, "exact_pct", "is_complete"]
    frame = pd.DataFrame(list(rows), columns=columns)
    types = dict.fromkeys(_COUNTS, "Int64") | dict.fromkeys(_TEXTS, "str")
    return frame.astype({**types, "exact_pct": "Float64", "is_complete": "boolean"})
