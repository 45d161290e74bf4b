"""Where printed figures come from. Input: rows of measures.sources."""

from __future__ import annotations

import altair as alt
import pandas as pd

from analysis.figures.block import Block, KeyNumber, KeyNumbers
from analysis.figures.charts import bars
from analysis.figures.context import Context
from analysis.figures.printed import MOST_BARS, days_in_words
from analysis.language import is_missing
from analysis.tables.codes import DATE_BASES
from analysis.wording import PUBLISHER_REMARKS, in_words_of


def key_numbers(counts: pd.DataFrame, context: Context) -> KeyNumbers:
    """The row of key numbers: figures, sources, dates that a source itself gives, checks that agree."""
    row = {str(name): int(value) for name, value in counts.iloc[0].items()}
    numbers = [
        KeyNumber(
            label=context.text(f"key_printed.{name}.label"),
            value=context.language.count(row[f"{name}_n"]),
            unit=context.text(f"key_printed.{name}.unit", **row),
            detail=context.text(f"key_printed.{name}.detail", **row),
            change="",
        )
        for name in ("figures", "sources", "dated", "agree")
    ]
    return KeyNumbers(context.language.code, tuple(numbers))


def sources(listed: pd.DataFrame, publishers: pd.DataFrame, context: Context) -> Block:
    """The sources of the figures on the page: who published how many, and every address in the table.

    Shows: how much rests on one publisher. Read it: bars count figures, the table lists addresses.
    Act on it: follow the address before quoting a figure.
    """
    if listed.empty:
        return context.nothing_to_show("sources", "figure.sources.none")
    rows = listed.assign(
        published_name=days_in_words(listed["published_on"], context),
        publisher=[_publisher(name, context) for name in listed["publisher"]],
    )
    without = listed[listed["url"].isna()]
    figures_n, without_n = int(listed["figures_n"].sum()), int(without["figures_n"].sum())
    finding = context.text(
        f"figure.sources.{'finding_part' if without_n else 'finding'}",
        figures=figures_n,
        placed=figures_n - without_n,
        without=without_n,
        sources=int(listed["url"].notna().sum()),
    )
    notes = [context.text("note.without_address", figures=without_n)] if len(without) else []
    if len(publishers) > MOST_BARS:
        more = publishers[MOST_BARS:]
        notes.append(context.text("note.more_publishers", more=len(more), figures=more["figures_n"].sum()))
    kinds = {"publisher": "name", "published_name": "text", "figures_n": "count", "bodies_n": "count"}
    kinds |= {f"{basis}_n": "count" for basis in DATE_BASES} | {"url": "url"}
    return context.figure(
        "sources", _by_publisher(publishers, context), context.table(rows, kinds), finding, notes=tuple(notes)
    )


def _by_publisher(publishers: pd.DataFrame, context: Context) -> alt.TopLevelMixin:
    drawn = publishers.head(MOST_BARS)
    ends = {0: "_none", 1: "_one"}
    labels = [
        context.text(f"figure.sources.label{ends.get(number, '')}", figures=figures, sources=number)
        for figures, number in zip(drawn["figures_n"], drawn["sources_n"], strict=True)
    ]
    named = drawn.assign(publisher=[_publisher(name, context) for name in drawn["publisher"]], label=labels)
    return bars(named, "publisher", "figures_n", "label")


def _publisher(name: object, context: Context) -> str:
    if is_missing(name):
        return context.text("figure.sources.no_publisher")
    return in_words_of(context.language, str(name), PUBLISHER_REMARKS)
