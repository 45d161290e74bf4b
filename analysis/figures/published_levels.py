"""Figures on printed yearly grades. Input: rows of measures.printed_levels."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from analysis.figures.block import Block, Findings
from analysis.figures.charts import Stack, stacked_bars
from analysis.figures.context import Context
from analysis.figures.figure import Figure
from analysis.figures.printed import (
    SOURCE_KINDS,
    bars_as_printed,
    has_too_few,
    most_recent,
    named,
    notes_on,
    under_headings,
    with_sources,
)
from analysis.figures.printed_labels import PrintedShare, note_on_decimals, notes_on_labels, share_labels
from analysis.figures.theme import LEVEL_COLOURS
from analysis.measures.comparison import BODY, count_bodies
from analysis.measures.printed_levels import RULE_SETS
from analysis.tables.codes import LEVELS


def good_or_better(shares: pd.DataFrame, subject: str, context: Context) -> Block:
    """Shares graded good or better, of those rated, under each set of rules.

    Shows: where most are graded good. Read it: only bars under one heading are like for like.
    Act on it: a share says little before coverage does; both stand in the table.
    """
    key = "good_or_better"
    if has_too_few(shares):
        return _of_subject(context.nothing_to_show(key, "figure.published.too_few"), key, subject, context)
    rows = named(shares, context, "year").assign(
        label=share_labels(_printed(shares), context),
        share_basis_name=[context.text(f"share_basis.{basis}") for basis in shares["share_basis"]],
        rule_set_name=[context.text(f"rule_set.{rules}") for rules in shares["rule_set"]],
    )
    drawn = most_recent(rows, "year")
    notes = notes_on_labels(_printed(drawn), context) + note_on_decimals(_printed(drawn), context)
    notes += notes_on(rows, drawn, context)
    if rows["rule_set"].nunique() > 1:
        notes += (context.text("note.regime_break"),)
    kinds = {"body_shown": "name", "body_level_name": "text", "end_name": "text", "share_pct": "pct"}
    kinds |= {"value_as_printed": "text", "share_basis_name": "text", "count_n": "count", "rated_n": "count"}
    kinds |= {"coverage_pct": "pct", "rule_set_name": "text", **SOURCE_KINDS}
    figure = context.figure(
        key,
        bars_as_printed(under_headings(drawn, "rule_set", RULE_SETS, "share_pct"), "share_pct"),
        context.table(rows, kinds),
        _better_finding(rows, drawn, context),
        notes=notes,
        subject=context.text(f"graded.{subject}"),
    )
    return _of_subject(with_sources(figure, drawn, context), key, subject, context)


def level_distribution(levels: pd.DataFrame, subject: str, context: Context) -> Block:
    """The four levels where printed counts make up all who were rated.

    Shows: how the four levels divide. Read it: each bar is all who were rated. Act on it: nothing is filled in; a body
    that printed only some of the levels is not here.
    """
    key = "level_distribution"
    if has_too_few(levels):
        return _of_subject(context.nothing_to_show(key, "figure.level_distribution.too_few"), key, subject, context)
    rows = named(levels, context, "year").assign(
        grade_name=[context.text(f"level.{grade}") for grade in levels["grade"]],
        label=context.part_labels(levels),
        rated_name=[context.text("figure.level_distribution.rated", rated=rated) for rated in levels["rated_n"]],
    )
    bodies = rows.drop_duplicates([*BODY, "year"])
    shown = most_recent(bodies, "year")["body_name"]
    stack = Stack("grade", {grade: context.text(f"level.{grade}") for grade in LEVELS}, LEVEL_COLOURS)
    drawn = rows[rows["body_name"].isin(shown)]
    chart = stacked_bars(drawn, "body_name", "share_pct", stack, label="label", total="rated_name")
    more = len(bodies) - len(shown)
    notes = [context.text("note.more_in_table", drawn=len(shown), more=more)] if more else []
    notes += [context.text("note.regime_break")] if rows["rule_set"].nunique() > 1 else []
    kinds = {"body_shown": "name", "end_name": "text", "grade_name": "text", "count_n": "count", "rated_n": "count"}
    kinds |= {"share_pct": "pct", "coverage_pct": "pct", **SOURCE_KINDS}
    finding = context.text("figure.level_distribution.finding", bodies=len(bodies))
    figure = context.figure(
        key,
        chart,
        context.table(rows, kinds),
        finding,
        notes=tuple(notes),
        subject=context.text(f"graded.{subject}"),
    )
    return _of_subject(with_sources(figure, drawn, context), key, subject, context)


def _better_finding(rows: pd.DataFrame, drawn: pd.DataFrame, context: Context) -> str:
    """Return the range under the rules of most bars of the chart: ranges across rules would mix bases."""
    rules = drawn["rule_set"].value_counts().reindex(list(RULE_SETS), fill_value=0).idxmax()
    under = rows[(rows["rule_set"] == rules) & rows["is_exact"]]
    if under.empty:
        return context.text("figure.good_or_better.finding_bounds", bodies=count_bodies(rows))
    return context.text(
        "figure.good_or_better.finding",
        low=under["share_pct"].min(),
        high=under["share_pct"].max(),
        bodies=len(under),
        rules=context.text(f"rule_set.{rules}"),
    )


def _printed(shares: pd.DataFrame) -> list[PrintedShare]:
    columns = ["share_pct", "share_high_pct", "value_bound", "value_as_printed", "printed_language"]
    return [PrintedShare(*cells) for cells in shares[columns].itertuples(index=False)]


def _of_subject(block: Figure | Findings, key: str, subject: str, context: Context) -> Block:
    """Return a block under the id and heading of its subject: the page shows one for organisations, one for members."""
    own, heading = f"{key}_{subject}".replace("_", "-"), context.text(f"figure.{key}.heading_{subject}")
    if isinstance(block, Findings):
        return replace(block, block_id=own, heading=heading)
    return replace(block, figure_id=own, heading=heading)
