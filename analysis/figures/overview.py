"""The opening of every period: the key numbers, and what an official report would say of them in a paragraph."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from analysis.figures.block import Findings, KeyNumber, KeyNumbers
from analysis.figures.context import Context
from analysis.figures.corrections import marked_unit
from analysis.measures.classification import REGIME_BREAK_YEAR

UNITS = {"admitted": "people", "organisations": "organisations", "members": "people"}


def key_numbers(headline: pd.DataFrame, better: pd.DataFrame, revisions: pd.DataFrame, context: Context) -> KeyNumbers:
    """The row of key numbers: admitted, organisations, members, members graded good or better.

    revisions: measures.issued, suppressed; a number that was published before with another value says so.
    """
    now, before = headline.iloc[0], headline.iloc[1] if len(headline) > 1 else None
    units = {
        measure: marked_unit(context.text(f"unit.{unit}"), (now["period"], measure), revisions, context)
        for measure, unit in UNITS.items()
    }
    numbers = [
        _admitted(now, before, units["admitted"], context),
        KeyNumber(
            label=context.text("key.organisations.label"),
            value=_value(now["organisations_n"], context),
            unit=units["organisations"],
            change=_change(now, before, "organisations_n", context),
            detail=context.text("key.organisations.detail", committees=now["party_committees_n"], cells=now["cells_n"]),
        ),
        KeyNumber(
            label=context.text("key.members.label"),
            value=_value(now["members_n"], context),
            unit=units["members"],
            change=_change(now, before, "members_n", context),
            detail=context.text("key.members.detail"),
        ),
        *_graded(better, revisions, context),
    ]
    return KeyNumbers(context.language.code, tuple(numbers))


def statement(headline: pd.DataFrame, context: Context) -> Findings:
    """The numbers of the period in the sentences that official reports use."""
    row = headline.iloc[0]
    attained = "admitted" if pd.isna(row["attainment_pct"]) else "admitted_target"
    attained = "admitted_hidden" if pd.isna(row["admitted_n"]) else attained
    founded = "founded_none" if not row["founded_cells_n"] else "founded"
    sentences = (
        context.text(
            f"statement.{attained}",
            admitted=row["admitted_n"],
            attained=row["attainment_pct"],
            target=row["target_n"],
            aim=context.text(f"aim.{_aim(row)}"),
            read_to=context.read_to,
        ),
        context.text(
            "statement.structure",
            organisations=row["organisations_n"],
            committees=row["party_committees_n"],
            cells=row["cells_n"],
            members=row["members_n"],
        ),
        context.text(f"statement.{founded}", founded=row["founded_cells_n"], non_state=row["founded_non_state_n"]),
    )
    return Findings(context.language.code, "statement", context.text("statement.heading"), sentences)


def _aim(row: pd.Series) -> str:
    return "term" if str(row["period"]).startswith("term") else "year"


def _admitted(now: pd.Series, before: pd.Series | None, unit: str, context: Context) -> KeyNumber:
    detail = "detail" if pd.notna(now["attainment_pct"]) else "no_target"
    detail = "hidden" if pd.isna(now["admitted_n"]) else detail
    return KeyNumber(
        label=context.text("key.admitted.label"),
        value=_value(now["admitted_n"], context),
        unit=unit,
        change=_change(now, before, "admitted_n", context),
        detail=context.text(
            f"key.admitted.{detail}",
            attained=now["attainment_pct"],
            target=now["target_n"],
            aim=context.text(f"aim.{_aim(now)}"),
        ),
        attained_pct=float(now["attainment_pct"]) if pd.notna(now["attainment_pct"]) else None,
    )


def _graded(better: pd.DataFrame, revisions: pd.DataFrame, context: Context) -> list[KeyNumber]:
    if better.empty:
        return []
    *earlier, last = better.to_dict("records")
    detail = "key.graded.detail" if pd.notna(last["target_pct"]) else "key.graded.no_target"
    return [
        KeyNumber(
            label=context.text("key.graded.label", year=last["year"]),
            value=context.language.percent(last["share_pct"]),
            unit=marked_unit("", (str(last["year"]), "graded"), revisions, context),
            change=_change_of_grades(earlier[-1], last, context) if earlier else "",
            attained_pct=None,
            detail=context.text(detail, target=last["target_pct"], rated=last["rated_n"]),
        )
    ]


def _change_of_grades(before: Mapping[Hashable, Any], now: Mapping[Hashable, Any], context: Context) -> str:
    """Return the change in points, or that the rules changed between the two years (rule A.5)."""
    if before["year"] < REGIME_BREAK_YEAR <= now["year"]:
        return context.text("key.graded.no_change", year=before["year"])
    change = Decimal(str(now["share_pct"])) - Decimal(str(before["share_pct"]))
    return context.text("key.graded.change", change=change, year=before["year"])


def _value(value: int, context: Context) -> str:
    return context.text("words.hidden") if pd.isna(value) else context.language.count(value)


def _change(now: pd.Series, before: pd.Series | None, column: str, context: Context) -> str:
    if before is None or pd.isna(now[column]) or pd.isna(before[column]):
        return ""
    change = now[column] - before[column]
    return context.text("key.change" if change else "key.same", change=change)
