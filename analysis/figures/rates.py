"""Figure on admission rates. Input: rows of measures.rates, suppressed for the audience."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import altair as alt
import pandas as pd

from analysis.figures.block import Block
from analysis.figures.charts import (
    bar_step,
    in_lines,
    label_column,
    names_axis,
    rimmed_ticks,
    scale_with_room,
    top_of,
)
from analysis.figures.context import Context
from analysis.figures.theme import ACCENT, TARGET
from analysis.language import NO_VALUE
from analysis.measures.rates import RATE_BASES

# The band of the goal is a wash behind the bars: its two marks carry it, its colour only joins them.
BAND_OPACITY = 0.16
BAR_PIXELS = 21
# What the place of a bar has more, for the words of the goal above it.
GOAL_PIXELS = 12

_COLUMNS = {
    "base_name": "text",
    "year_name": "text",
    "admitted_n": "count",
    "base_date": "date",
    "base_n": "count",
    "rate_pct": "pct",
    "goal_name": "text",
}


def admission_rates(rates: pd.DataFrame, leading_base: str, context: Context) -> Block:
    """Admissions of every year per 100 members on the leading base, beside the national goal; other bases in the table.

    Shows: whether admissions keep up with the size of the organisation. Read it: bars are years, the two marks the
    ends of the goal, drawn for whole years only. Act on it: say the base with every rate; the three are not the same.
    """
    hides = bool(rates["is_hidden"].any())
    if not hides and not rates["admitted_n"].fillna(0).any():
        return context.nothing_to_show("admission_rates", "figure.admission_rates.none")
    base = base_that_tells(rates, leading_base)
    if not base:
        return context.nothing_to_show(
            "admission_rates", "figure.hidden" if hides else "figure.admission_rates.no_base"
        )
    rows = _named(rates[rates["base"].isin(_bases_that_tell(rates))], base, context)
    leading = rows[rows["base"] == base]
    told = row_to_tell(leading)
    return context.figure(
        "admission_rates",
        _bars_and_goal(leading, context),
        context.table(rows, _COLUMNS),
        _finding(told, context),
        notes=(
            *_other_bases(rows, told, context),
            *_notes(rows, base, leading_base, context),
            *context.hidden_note(rows),
            *context.coverage,
        ),
        base=context.text(f"rate_base.{base}"),
        base_day=context.text(f"rate_base_day.{base}", day=told["base_date"]),
    )


def _bases_that_tell(rates: pd.DataFrame) -> set[str]:
    """Return the bases of which any year has a rate or a hidden one: of a body founded late, not the Congress."""
    return set(rates.loc[rates["rate_pct"].notna() | rates["is_hidden"], "base"])


def base_that_tells(rates: pd.DataFrame, leading_base: str) -> str:
    """Return the leading base, or the first other one that has a rate where the leading one has none at all."""
    for base in (leading_base, *RATE_BASES):
        if rates.loc[rates["base"] == base, "rate_pct"].notna().any():
            return base
    return ""


def row_to_tell(leading: pd.DataFrame) -> pd.Series:
    """Return the row of the finding: the last whole year that has a rate or a hidden one, else the last part of one."""
    told = leading[leading["rate_pct"].notna() | leading["is_hidden"]]
    whole = told[~told["is_part"]]
    return (told if whole.empty else whole).iloc[-1]


def _finding(row: pd.Series, context: Context) -> str:
    has_goal = pd.notna(row["goal_low_pct"]) and context.is_of_the_whole
    key = "finding_part" if row["is_part"] else "finding" if has_goal else "finding_no_goal"
    return context.text(
        f"figure.admission_rates.{'finding_hidden' if row['is_hidden'] else key}",
        year=row["year"],
        year_name=row["year_name"],
        first=row["start_date"],
        last=row["data_date"],
        admitted=row["admitted_n"],
        rate=row["rate_pct"],
        base=context.text(f"rate_base.{row['base']}"),
        base_n=row["base_n"],
        base_date=row["base_date"],
        goal=goal_words(row, context),
    )


def _named(rates: pd.DataFrame, base: str, context: Context) -> pd.DataFrame:
    """Return rows with the names and labels that readers see, those of the leading base first.

    The goal is one of a whole year: no part of a year stands beside it (rule C.23).
    """
    judged = rates.assign(
        goal_low_pct=rates["goal_low_pct"].mask(rates["is_part"]),
        goal_high_pct=rates["goal_high_pct"].mask(rates["is_part"]),
    )
    records = judged.to_dict("records")
    named = judged.assign(
        base_name=[context.text(f"rate_base_name.{name}") for name in rates["base"]],
        year_name=[_year_name(row, context) for row in records],
        label=[_label(row, context) for row in records],
        goal_name=[goal_words(row, context) for row in records],
    )
    order = {name: place for place, name in enumerate(dict.fromkeys((base, *RATE_BASES)))}
    return named.sort_values("base", key=lambda bases: bases.map(order), kind="stable")


def _year_name(row: Mapping[Hashable, Any], context: Context) -> str:
    key = "part" if row["is_part"] else "whole"
    return context.text(
        f"figure.admission_rates.{key}", year=row["year"], first=row["start_date"], last=row["data_date"]
    )


def _label(row: Mapping[Hashable, Any], context: Context) -> str:
    if row["is_hidden"]:
        return context.text("words.hidden")
    if pd.isna(row["rate_pct"]):
        return NO_VALUE
    return context.text("figure.admission_rates.label", rate=row["rate_pct"], admitted=row["admitted_n"])


def goal_words(row: Mapping[Hashable, Any] | pd.Series, context: Context) -> str:
    low, high = row["goal_low_pct"], row["goal_high_pct"]
    if pd.isna(low):
        return NO_VALUE
    key = "goal_least" if pd.isna(high) else "goal_range"
    return context.text(f"figure.admission_rates.{key}", low=_short(low, context), high=_short(high, context))


def _short(value: Any, context: Context) -> str:
    """Return a percentage of a goal with as few decimals as it has."""
    if pd.isna(value):
        return ""
    digits = next((count for count in (0, 1) if round(float(value), count) == value), 2)
    return context.language.decimal(value, digits)


def _other_bases(rows: pd.DataFrame, told: pd.Series, context: Context) -> tuple[str, ...]:
    """Return the same year's rate on the other bases, because reports differ in which they mean (rule B.11)."""
    others = rows[(rows["year"] == told["year"]) & (rows["base"] != told["base"]) & rows["rate_pct"].notna()]
    if others.empty:
        return ()
    said = [
        context.text(
            "figure.admission_rates.other_rate",
            rate=row["rate_pct"],
            base=context.text(f"rate_base.{row['base']}"),
            base_n=row["base_n"],
            base_date=row["base_date"],
        )
        for row in others.to_dict("records")
    ]
    counts = dict(zip(others["base"], others["base_n"], strict=True))
    level = counts.get("year_start") == counts.get("previous_year_end") is not None
    same = (context.text("figure.admission_rates.same_bases"),) if level else ()
    rates = context.text("figure.admission_rates.other_rates", year=told["year"], rates=context.language.listing(said))
    return (" ".join((rates, *same)),)


def _notes(rows: pd.DataFrame, base: str, leading_base: str, context: Context) -> tuple[str, ...]:
    notes: tuple[str, ...] = ()
    if base != leading_base:
        notes += (context.text("figure.admission_rates.other_base", base=context.text(f"rate_base.{leading_base}")),)
    if rows["goal_low_pct"].notna().any():
        notes += (context.text("figure.admission_rates.goal_note"),)
    late = rows[rows["goal_low_pct"].notna() & (rows["goal_assigned_date"].dt.year > rows["year"])]
    if len(late):
        years = context.language.listing(str(year) for year in sorted(set(late["year"])))
        day = late["goal_assigned_date"].max()
        notes += (context.text("figure.admission_rates.late_goal_note", years=years, day=day),)
    if rows["is_part"].any():
        notes += (context.text("figure.admission_rates.part_note"),)
    return notes


def _bars_and_goal(rows: pd.DataFrame, context: Context) -> alt.TopLevelMixin:
    """Return bars from zero over the band of the goal, whose two ends are marked and named where it begins to hold."""
    drawn = rows.assign(year_name=rows["year_name"].map(in_lines), goal_words=_goal_labels(rows, context))
    columns = ["year_name", "rate_pct", "label", "goal_low_pct", "goal_high_pct", "goal_words"]
    step = bar_step(drawn["year_name"]) + (GOAL_PIXELS if drawn["goal_words"].any() else 0)
    base = alt.Chart(drawn[columns]).encode(
        y=alt.Y("year_name:N", sort=list(drawn["year_name"]), title=None, axis=names_axis())
    )
    ends = ["goal_low_pct", "goal_high_pct"]
    longest = max(top_of(rows[column]) for column in ("rate_pct", *ends))
    scale = scale_with_room(longest, pd.concat([drawn["label"], drawn["goal_words"]]))
    rate, low, high = (alt.X(f"{column}:Q", scale=scale, axis=None) for column in ("rate_pct", *ends))
    band = (
        base.transform_filter("datum.goal_high_pct !== null")
        .mark_bar(color=TARGET, opacity=BAND_OPACITY, height={"band": 0.9})
        .encode(x=low, x2="goal_high_pct:Q")
    )
    bars = base.mark_bar(color=ACCENT, height=BAR_PIXELS).encode(x=rate)
    marks = [tick for end, x in zip(ends, (low, high), strict=True) for tick in rimmed_ticks(base, end, x, TARGET)]
    # Between two bars, where nothing else is drawn.
    goal = (
        base.transform_filter("datum.goal_words !== ''")
        .transform_calculate(goal_end="datum.goal_high_pct === null ? datum.goal_low_pct : datum.goal_high_pct")
        .mark_text(align="left", dx=6, dy=-step / 2, color=TARGET)
        .encode(x=alt.X("goal_end:Q", scale=scale, axis=None), text="goal_words:N")
    )
    return alt.layer(band, bars, *marks, goal, label_column(base, "label")).properties(height=alt.Step(step))


def _goal_labels(rows: pd.DataFrame, context: Context) -> list[str]:
    """Return the words of the goal for the first year of each goal, none for the others."""
    goals = rows["goal_name"].where(rows["goal_low_pct"].notna())
    first = goals.notna() & ~goals.duplicated()
    return [
        context.text("figure.admission_rates.goal_mark", goal=goal) if is_first else ""
        for goal, is_first in zip(rows["goal_name"], first, strict=True)
    ]
