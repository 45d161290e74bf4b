"""Figure on the official periods within a year. Input: suppressed rows of measures.official_periods."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from analysis.figures.block import Block
from analysis.figures.charts import bars
from analysis.figures.context import Context

_COLUMNS = {
    "period_name": "text",
    "start_date": "date",
    "data_date": "date",
    "admitted_n": "count",
    "target_n": "count",
    "attainment_pct": "pct",
    "before_n": "count",
    "index_pct": "dec2",
}


def admissions_by_period(periods: pd.DataFrame, context: Context) -> Block:
    """Quý I, 6 tháng, 9 tháng and the year, each beside the same days a year before; all years in the table.

    Shows: whether the last year runs ahead of the one before. Read it: bars in pairs, all from 1 January; the mark is
    the target of the whole year. Act on it: the pair in which the two years part tells when to ask.
    """
    if periods.empty or not periods["admitted_n"].fillna(0).any():
        key = "figure.hidden" if periods["is_hidden"].any() else "figure.admissions_by_period.none"
        return context.nothing_to_show("admissions_by_period", key)
    named = periods.assign(period_name=[_name(row, "data_date", context) for row in periods.to_dict("records")])
    last_year = named[named["year"] == named["year"].max()]
    pairs = _pairs(last_year, context)
    notes: tuple[str, ...] = (context.text("figure.admissions_by_period.grey"),) if pairs["is_before"].any() else ()
    notes += (context.text("note.target_mark"),) if pairs["target_n"].notna().any() else ()
    return context.figure(
        "admissions_by_period",
        bars(pairs, "bar_name", "people_n", "label", target="target_n", is_beside="is_before"),
        context.table(named, _COLUMNS),
        _finding(last_year.iloc[-1], context),
        notes=(*notes, *context.hidden_note(named), *context.coverage),
    )


def _finding(last: pd.Series, context: Context) -> str:
    no_base = "finding_no_base" if pd.isna(last["before_n"]) else "finding_zero_base"
    key = "finding" if pd.notna(last["index_pct"]) else no_base
    return context.text(
        f"figure.admissions_by_period.{'finding_hidden' if last['is_hidden'] else key}",
        period_name=last["period_name"],
        admitted=last["admitted_n"],
        before=last["before_n"],
        index=last["index_pct"],
    )


def _pairs(rows: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Return two bars a period, the year before first; one where nothing stands beside it."""
    bars_of = []
    for row in rows.to_dict("records"):
        if pd.notna(row["before_n"]):
            count = context.language.count(row["before_n"])
            bars_of.append((_name(row, "before_date", context), row["before_n"], pd.NA, count, True))
        bars_of.append((row["period_name"], row["admitted_n"], row["target_n"], context.against_target(row), False))
    pairs = pd.DataFrame(bars_of, columns=["bar_name", "people_n", "target_n", "label", "is_before"])
    return pairs.astype({"people_n": "Int64", "target_n": "Int64"})


def _name(row: Mapping[Hashable, Any], day: str, context: Context) -> str:
    """Return the name of a period of the year in which `day` lies."""
    key = "part" if row["start_date"].day_of_year > 1 else row["kind"]
    year, first = row[day].year, row["start_date"].replace(year=row[day].year)
    return context.text(f"figure.admissions_by_period.{key}", year=year, first=first, last=row[day])
