"""The key numbers that open the admissions report. Input: suppressed rows of measures.pace, admissions and rates."""

from __future__ import annotations

import pandas as pd

from analysis.figures.block import KeyNumber, KeyNumbers
from analysis.figures.context import Context
from analysis.figures.corrections import marked_unit
from analysis.figures.rates import base_that_tells, goal_words, row_to_tell


def key_numbers(  # noqa: PLR0913, PLR0917 — what each of the numbers rests on
    pace: pd.DataFrame,
    compared: pd.DataFrame,
    rates: pd.DataFrame,
    base: str,
    revisions: pd.DataFrame,
    context: Context,
) -> KeyNumbers:
    """The period, then the term or the year it lies in, each against its target; the pace needed; the admission rate.

    pace: measure_pace · compared: compare_attainment · rates: measure_rates · base: the one that leads by the
    settings · revisions: measures.issued; the period's number says where it was published before with another value.
    """
    asked, other = (pace[pace["is_asked"] == is_asked].iloc[0] for is_asked in (True, False))
    people = context.text("unit.people")
    unit = marked_unit(people, (compared["period"].iloc[-1], "admitted"), revisions, context)
    numbers = [
        _admitted(asked, unit, _change(compared, context), context),
        _admitted(other, people, "", context),
        *_needed(asked if _is_open(asked) else other, context),
        *_rate(rates, base, context),
    ]
    return KeyNumbers(context.language.code, tuple(numbers))


def _admitted(row: pd.Series, unit: str, change: str, context: Context) -> KeyNumber:
    known = "key.admitted.detail" if pd.notna(row["attainment_pct"]) else f"key.no_target.{row['scope']}"
    return KeyNumber(
        label=context.text(f"key.admitted_in.{row['scope']}", year=row["data_date"].year),
        value=context.text("words.hidden") if row["is_hidden"] else context.language.count(row["admitted_n"]),
        unit="" if row["is_hidden"] else unit,
        change=change,
        detail=context.text(
            "key.admitted.hidden" if row["is_hidden"] else known,
            attained=row["attainment_pct"],
            target=row["target_n"],
            aim=context.text(f"aim.{row['scope']}"),
        ),
        attained_pct=float(row["attainment_pct"]) if pd.notna(row["attainment_pct"]) else None,
    )


def _change(compared: pd.DataFrame, context: Context) -> str:
    """Return the change since the period compared with, and the index where there is one; "" where none is told."""
    change, index = compared["change_n"].iloc[-1], compared["index_pct"].iloc[-1]
    if pd.isna(change):
        return ""
    if pd.isna(index):
        return context.text("key.change" if change else "key.same", change=change)
    return context.text("key.change_index", change=change, index=index)


def _is_open(row: pd.Series) -> bool:
    """Tell whether people are missing to a target, and months are left to admit them in."""
    return pd.notna(row["needed_monthly_n"]) and pd.notna(row["needed_n"]) and row["needed_n"] > 0


def _needed(row: pd.Series, context: Context) -> list[KeyNumber]:
    if not _is_open(row):
        return []
    return [
        KeyNumber(
            label=context.text(f"key.needed.{row['scope']}", year=row["data_date"].year),
            value=context.language.count(row["needed_n"]),
            unit=context.text("unit.people"),
            change="",
            detail=context.text(
                "key.needed.detail",
                needed_monthly=row["needed_monthly_n"],
                end=row["end_date"],
                monthly=row["monthly_n"],
            ),
        )
    ]


def _rate(rates: pd.DataFrame, leading_base: str, context: Context) -> list[KeyNumber]:
    base = base_that_tells(rates, leading_base)
    if not base:
        return []
    row = row_to_tell(rates[rates["base"] == base])
    if row["is_hidden"]:
        return []
    has_goal = not row["is_part"] and pd.notna(row["goal_low_pct"]) and context.is_of_the_whole
    return [
        KeyNumber(
            label=context.text(
                f"key.rate.{'part' if row['is_part'] else 'whole'}",
                year=row["year"],
                first=row["start_date"],
                last=row["data_date"],
            ),
            value=context.language.percent(row["rate_pct"]),
            unit="",
            change="",
            detail=context.text(
                f"key.rate.{'goal' if has_goal else 'detail'}",
                base=context.text(f"rate_base.{base}"),
                goal=goal_words(row, context),
            ),
        )
    ]
