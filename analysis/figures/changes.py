"""What changed since the period compared with, in sentences."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from analysis.figures.block import Findings
from analysis.figures.context import Context
from analysis.measures.changes import HEADLINES, largest_changes

# Where the name of an item stands in the texts.
NAMES = {
    "sector": "sector",
    "flow": "changed.flow",
    "age": "category.age",
    "occupation": "category.occupation",
    "kind": "changed.kind",
    "sector_organisations": "sector",
    "band": "size_band",
    "member_grade": "level",
    "organisation_grade": "level",
}


def what_changed(pairs: pd.DataFrame, context: Context) -> Findings:
    """The headline numbers beside those of the period compared with, and the few largest changes behind them.

    Shows: what is different, most important first. Read it: each sentence says now, before and the difference.
    Act on it: the figures below show the same numbers whole.
    """
    return _findings((context.compared_with, *_sentences(pairs, context)), context)


def grades_changed(pairs: pd.DataFrame, context: Context) -> Findings:
    """The grades of the last year beside those of the year before, whatever period the report compares with.

    Shows: shares of good or better, and the levels that differ by more than chance. Read it: points of percent.
    Act on it: where the rules changed between the two years nothing is compared.
    """
    return _findings(_sentences(pairs, context) or [context.text("changed.no_earlier_year")], context)


def _findings(sentences: Sequence[str], context: Context) -> Findings:
    return Findings(context.language.code, "changed", context.text("changed.heading"), tuple(sentences))


def _sentences(pairs: pd.DataFrame, context: Context) -> list[str]:
    is_headline = pairs["part"].isin(HEADLINES)
    headlines = [_headline(row, context) for row in pairs[is_headline].to_dict("records")]
    changes = [_sentence(row, context) for row in largest_changes(pairs).to_dict("records")]
    nothing = [context.text("changed.nothing")] if not is_headline.all() and not changes else []
    return [*filter(None, headlines), *changes, *nothing]


def _headline(row: Mapping[Hashable, Any], context: Context) -> str:
    """Return the sentence of a headline number; none where it must not be said."""
    part = row["part"]
    if part.startswith("graded"):
        before_year, year = row["item"].split("/")
        shares = {} if part == "graded_break" else _shares(row, context)
        return context.text(f"changed.{part}", year=year, before_year=before_year, **shares)
    if pd.isna(row["now_n"]) or pd.isna(row["before_n"]):
        return ""
    return _counted(row, context.text(f"changed.headline.{part}"), "", context)


def _sentence(row: Mapping[Hashable, Any], context: Context) -> str:
    """Return the sentence of one change; of periods of which one holds the other it says how the pace has changed."""
    part = row["part"]
    item = context.text(f"{NAMES[part]}.{row['item']}")
    if part.endswith("_grade"):
        return context.text(f"changed.{part}", item=item, **_shares(row, context))
    faster = "faster" if row["surplus"] > 0 else "slower"
    pace = "" if pd.isna(row["between_n"]) else context.text(f"changed.pace.{faster}")
    return _counted(row, context.text(f"changed.item.{part}", item=item), pace, context)


def _counted(row: Mapping[Hashable, Any], item: str, pace: str, context: Context) -> str:
    """Return a sentence on a count, by how much it is more or fewer; pace: how it ends."""
    now, before = row["now_n"], row["before_n"]
    key = "more" if now > before else "fewer" if now < before else "same"
    return context.text(f"changed.count.{key}", item=item, now=now, before=before, change=abs(now - before), pace=pace)


def _shares(row: Mapping[Hashable, Any], context: Context) -> dict[str, Any]:
    """Return the share now and before, and in words by how many points it is more or less."""
    change = Decimal(str(row["now_pct"])) - Decimal(str(row["before_pct"]))
    key = "more" if change > 0 else "less" if change < 0 else "same"
    than = context.text(f"changed.points.{key}", change=abs(change))
    return {"now": row["now_pct"], "before": row["before_pct"], "than": than}
