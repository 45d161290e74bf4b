"""Figures on who was admitted. Input: rows of measures.breakdowns, suppressed for the audience."""

from __future__ import annotations

import json

import altair as alt
import pandas as pd

from analysis.figures.block import Block, Findings
from analysis.figures.charts import bar_step, bars, in_lines, label_column, names_axis, scale_with_room, top_of
from analysis.figures.context import Context
from analysis.figures.theme import ACCENT, INK
from analysis.measures.breakdowns import NOT_STATED

# The band that official reports name (rule B.20).
YOUNGEST = "18-30"
# The lines that a finding names, as official reports do; the others stand in the chart and its table.
NAMED_LINES = ("female", "ethnic_minority", "youth_union")
# Of fewer people shares say nothing: one of one is 100 %.
FEWEST_FOR_SHARES = 5


def admitted_by_age(partitions: pd.DataFrame, context: Context) -> Block:
    """Those admitted by age band, beside the age of all members.

    Shows: how young those admitted are. Read it: the bar is their share, the dark mark the share among all members.
    Act on it: bands that are thin on both sides will be thin for years.
    """
    return _partition(partitions, "age", context)


def admitted_by_occupation(partitions: pd.DataFrame, context: Context) -> Block:
    """Those admitted by occupation, beside the occupations of all members.

    Shows: from which work they come. Read it: a bar short of its mark is a group admitted less than it stands.
    Act on it: ask the organisations of that group for their list of outstanding non-members.
    """
    return _partition(partitions, "occupation", context)


def admitted_by_education(partitions: pd.DataFrame, context: Context) -> Block:
    """Those admitted by general education, beside that of all members.

    Shows: how many have not finished upper secondary school. Read it: bar and mark as shares of 100.
    Act on it: admissions below the usual level need their stated reason on file.
    """
    return _partition(partitions, "education", context)


def admitted_by_professional_level(partitions: pd.DataFrame, context: Context) -> Block:
    """Those admitted by professional level, beside that of all members.

    Shows: the training they bring. Read it: the bar is their share, the dark mark the share among all members.
    Act on it: compare with the levels that the organisations will need.
    """
    return _partition(partitions, "professional_level", context)


def admitted_overlaps(overlaps: pd.DataFrame, context: Context) -> Block:
    """Women, ethnic minorities, religion, youth union and re-admission among those admitted, each by itself.

    Shows: how many of those admitted each line counts. Read it: one person may stand in several lines, so that the
    bars never add up. Act on it: a bar short of its mark is a group that is admitted less than it stands.
    """
    rows = _side_by_side(overlaps[overlaps["part"] == "yes"], "line")
    empty = _nothing(rows, "admitted_overlaps", "overlaps", context)
    if empty:
        return empty
    rows = rows.assign(overlap_name=[context.text(f"overlap.{line}") for line in rows["line"]])
    if rows["total_n"].max() < FEWEST_FOR_SHARES:
        return _few("admitted_overlaps", rows, ("overlap_name", int(rows["total_n"].max())), context)
    counted = rows[rows["admitted_n"] > 0]
    named = counted[counted["line"].isin(NAMED_LINES)]
    parts = [
        context.text(f"figure.admitted_overlaps.part_{line}", admitted=count, share=share)
        for line, count, share in zip(
            *((counted if named.empty else named)[name] for name in ("line", "admitted_n", "share_pct")), strict=True
        )
    ]
    finding = context.text(
        "figure.admitted_overlaps.finding",
        total=counted["total_n"].iloc[0],
        parts=context.language.listing(parts),
    )
    return _figure("admitted_overlaps", rows, "overlap_name", finding, context)


def _partition(partitions: pd.DataFrame, dimension: str, context: Context) -> Block:
    key = f"admitted_by_{dimension}"
    rows = _side_by_side(partitions[partitions["dimension"] == dimension], "category")
    empty = _nothing(rows, key, dimension, context)
    if empty:
        return empty
    # What nobody here does, and nobody is admitted from, is left out: of a sector most occupations.
    rows = rows[~((rows["admitted_n"] == 0) & (rows["members_n"] == 0)).fillna(False)]
    rows = rows.assign(
        category_name=[
            context.text("category.not_stated" if name == NOT_STATED else f"category.{dimension}.{name}")
            for name in rows["category"]
        ]
    )
    if not rows["is_admitted_hidden"].any() and rows["admitted_n"].sum() < FEWEST_FOR_SHARES:
        return _few(key, rows, ("category_name", int(rows["admitted_n"].sum())), context)
    return _figure(key, rows, "category_name", _partition_finding(rows, key, context), context)


def _few(key: str, rows: pd.DataFrame, named: tuple[str, int], context: Context) -> Findings:
    """Return the sentence for a handful of people, of whom a share of 100 % says nothing; named: column, and in all."""
    (name, total), counted = named, rows[rows["admitted_n"] > 0]
    parts = [
        context.text("figure.admitted_breakdown.few_part", name=one, admitted=count)
        for one, count in zip(counted[name], counted["admitted_n"], strict=True)
    ]
    listed = context.language.listing(parts) if parts else context.text("figure.admitted_breakdown.few_none")
    return context.nothing_to_show(key, "figure.admitted_breakdown.few", total=total, parts=listed)


def _partition_finding(rows: pd.DataFrame, key: str, context: Context) -> str:
    """Return the official sentence on the youngest, or that on the largest category.

    Where a number is hidden, the largest that is shown is not called the largest.
    """
    shown = rows[(rows["admitted_n"] > 0) & (rows["category"] != NOT_STATED)]
    young = shown[shown["category"] == YOUNGEST]
    largest = shown[shown["admitted_n"] == shown["admitted_n"].max()]
    leaders = young if len(young) else largest
    form = "finding_shown" if rows["is_admitted_hidden"].any() else "finding" if len(largest) == 1 else "finding_level"
    return context.text(
        f"figure.{key}.finding_young" if len(young) else f"figure.admitted_breakdown.{form}",
        category=context.language.listing(leaders["category_name"]),
        admitted=leaders["admitted_n"].iloc[0],
        share=leaders["share_pct"].iloc[0],
    )


def _side_by_side(rows: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return one row per category or line: those admitted, and all members where they were counted."""
    admitted = rows[rows["population"] == "admitted"].rename(columns={"people_n": "admitted_n"})
    counted = rows[rows["population"] == "members"].set_index(key)
    members = {"members_n": "people_n", "members_share_pct": "share_pct", "composition_date": "composition_date"}
    beside = admitted.assign(
        **{name: counted[column].reindex(admitted[key]).array for name, column in members.items()},
        is_admitted_hidden=admitted["is_hidden"],
    )
    are_hidden = admitted[key].isin(counted.index[counted["is_hidden"].astype(bool)])
    beside = beside.assign(is_hidden=admitted["is_hidden"].astype(bool) | are_hidden)
    return (
        beside.assign(hidden_cells=_cells_taken_out(beside, admitted, counted, key))
        if "hidden_cells" in rows
        else beside
    )


def _cells_taken_out(beside: pd.DataFrame, admitted: pd.DataFrame, counted: pd.DataFrame, key: str) -> pd.Series:
    """Return the hidden cells of both populations under the names that they have side by side."""
    here = {"people_n": "admitted_n", "share_pct": "share_pct", "total_n": "total_n"}
    there = {"people_n": "members_n", "share_pct": "members_share_pct", "total_n": "members_total_n"}
    of_members = dict(zip(counted.index, counted["hidden_cells"], strict=True))
    cells = [
        (*(here[name] for name in own), *(there[name] for name in of_members.get(place, ())))
        for own, place in zip(admitted["hidden_cells"], admitted[key], strict=True)
    ]
    return pd.Series(cells, index=beside.index, dtype="object")


def _nothing(rows: pd.DataFrame, key: str, dimension: str, context: Context) -> Findings | None:
    """Return the sentence where nothing may be shown, nobody was admitted or the dataset has no such numbers."""
    counted = rows[rows["admitted_n"] > 0]
    if not counted.empty and ("category" not in rows or (counted["category"] != NOT_STATED).any()):
        return None
    if rows["is_admitted_hidden"].any():
        return context.nothing_to_show(key, "figure.hidden")
    if counted.empty and len(rows):
        return context.nothing_to_show(key, "figure.admitted_breakdown.none")
    name = context.text(f"dimension.{dimension}")
    return context.nothing_to_show(key, "figure.admitted_breakdown.absent", dimension=name)


def _figure(key: str, rows: pd.DataFrame, name: str, finding: str, context: Context) -> Block:
    labelled = rows.assign(
        label=[
            context.text("words.hidden")
            if hidden
            else context.text("figure.admitted_breakdown.label", admitted=count, share=share)
            for count, share, hidden in zip(
                rows["admitted_n"], rows["share_pct"], rows["is_admitted_hidden"], strict=True
            )
        ]
    )
    kinds = {name: "text", "admitted_n": "count", "share_pct": "pct"}
    days = sorted(set(rows["composition_date"].dropna()))
    notes: tuple[str, ...] = (context.text("note.overlaps"),) if name == "overlap_name" else ()
    if days:
        kinds |= {"members_n": "count", "members_share_pct": "pct"}
        listed = context.language.listing(context.language.day(day.date()) for day in days)
        notes += (context.text("note.members_mark", days=listed),)
    chart = _bars_and_marks(labelled, name, context) if days else bars(labelled, name, "share_pct", "label")
    return context.figure(
        key, chart, context.table(rows, kinds), finding, notes=notes + context.hidden_note(rows) + context.coverage
    )


def _bars_and_marks(rows: pd.DataFrame, name: str, context: Context) -> alt.TopLevelMixin:
    """Return horizontal bars of the share of those admitted; a dark mark across each is the share of all members.

    A hidden share has no bar or no mark. The legend names both.
    """
    names = rows[name].map(in_lines)
    plotted = rows[[name, "share_pct", "members_share_pct", "label"]].assign(**{name: names})
    base = alt.Chart(plotted).encode(y=alt.Y(f"{name}:N", sort=list(names), title=None, axis=names_axis()))
    scale = scale_with_room(max(top_of(rows["share_pct"]), top_of(rows["members_share_pct"])), rows["label"])
    who = [context.text(f"figure.admitted_breakdown.{population}") for population in ("admitted", "members")]
    colours = alt.Scale(domain=who, range=[ACCENT, INK])
    share, beside = (alt.X(f"{column}:Q", scale=scale, axis=None) for column in ("share_pct", "members_share_pct"))
    colour = alt.Color("who:N", scale=colours)
    drawn = base.transform_calculate(who=json.dumps(who[0])).mark_bar(height={"band": 0.62})
    marked = base.transform_filter("datum['members_share_pct'] !== null")
    # White around the mark keeps it apart from a bar that reaches past it.
    rim = marked.mark_tick(color="white", opacity=1, thickness=6, height={"band": 0.9}).encode(x=beside)
    marks = marked.transform_calculate(who=json.dumps(who[1])).mark_tick(opacity=1, thickness=3, height={"band": 0.9})
    words = label_column(base, "label")
    layers = (drawn.encode(x=share, color=colour), rim, marks.encode(x=beside, color=colour), words)
    return alt.layer(*layers).properties(height=alt.Step(bar_step(names)))
