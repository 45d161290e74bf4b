"""Figures on the structure. Input: rows of measures.structure, which count organisations and not people."""

from __future__ import annotations

import pandas as pd

from analysis.figures.block import Block, Findings
from analysis.figures.charts import Stack, stacked_bars
from analysis.figures.context import Context
from analysis.figures.table import Table
from analysis.figures.theme import KIND_COLOURS
from analysis.measures.structure import SIZE_BANDS


def organisations_by_kind(kinds: pd.DataFrame, context: Context) -> Block:
    """Grassroots organisations by kind at each year end and on the data date.

    Shows: how many there are, and the mix. Read it: the two parts add up to the bold total.
    Act on it: an upgrade changes the mix, not the total.
    """
    last = kinds[kinds["day"] == kinds["day"].max()].set_index("kind")
    if last.empty or last["total_n"].iloc[0] == 0:
        return context.nothing_to_show("organisations_by_kind", "figure.structure.none")
    finding = context.text(
        "figure.organisations_by_kind.finding",
        total=last["total_n"].iloc[0],
        committees=last.loc["party_committee", "organisations_n"],
        cells=last.loc["cell", "organisations_n"],
    )
    rows = _named(kinds, context).assign(day_name=[context.language.day(day.date()) for day in kinds["day"]])
    chart = stacked_bars(rows, "day_name", "organisations_n", _kind_stack(context), label="label", total="total")
    return context.figure("organisations_by_kind", chart, _table_by(rows, {"day": "date"}, context), finding)


def organisations_by_sector(sectors: pd.DataFrame, context: Context) -> Block:
    """Grassroots organisations by sector group and kind on the data date.

    Shows: which sectors the organisation is made of. Read it: bars are sorted by size.
    Act on it: sectors of many small cells need another kind of support than few large committees.
    """
    if sectors.empty:
        return context.nothing_to_show("organisations_by_sector", "figure.structure.none")
    if sectors["sector_group"].nunique() == 1:
        return context.nothing_to_show("organisations_by_sector", "figure.one_sector")
    rows = _named(sectors, context).assign(sector_name=sectors["sector_group"].map(context.sector_name))
    rows = rows.sort_values("total_n", ascending=False, kind="stable")
    first = rows.iloc[0]
    is_level = rows.loc[rows["total_n"] == first["total_n"], "sector_group"].nunique() > 1
    finding = context.text(
        f"figure.organisations_by_sector.{'finding_level' if is_level else 'finding'}",
        sector=context.leaders(rows, "total_n"),
        organisations=first["total_n"],
        share=first["share_pct"],
    )
    chart = stacked_bars(rows, "sector_name", "organisations_n", _kind_stack(context), label="label", total="total")
    table = _table_by(rows, {"sector_name": "text"}, context, share="share_pct", total=context.text("words.total"))
    return context.figure("organisations_by_sector", chart, table, finding)


def organisations_by_size(bands: pd.DataFrame, context: Context) -> Block:
    """Grassroots organisations by number of members, in bands.

    Shows: how small most organisations are. Read it: 30 members is where a cell becomes a committee.
    Act on it: organisations on the wrong side of 30 need written consent.
    """
    if not bands["organisations_n"].any():
        return context.nothing_to_show("organisations_by_size", "figure.structure.none")
    rows = _named(bands, context).assign(
        band_name=bands["band"].map({band: context.text(f"size_band.{band}") for band in SIZE_BANDS})
    )
    small = rows.loc[rows["band"] == "under_30", "total_n"].iloc[0]
    finding = context.text("figure.organisations_by_size.finding", small=small, total=rows["organisations_n"].sum())
    chart = stacked_bars(rows, "band_name", "organisations_n", _kind_stack(context), label="label", total="total")
    table = _table_by(rows, {"band_name": "text"}, context, total=context.text("words.total"))
    return context.figure("organisations_by_size", chart, table, finding)


def lower_bodies(lower: pd.DataFrame, context: Context) -> Findings:
    """The bodies below grassroots level, as a sentence: official reports name them beside the total, never in it."""
    counts = lower.set_index("kind")["organisations_n"]
    sentence = context.text(
        "figure.lower_bodies.sentence", cells=counts["subordinate_cell"], sections=counts["section_committee"]
    )
    return Findings(context.language.code, "lower-bodies", context.text("figure.lower_bodies.heading"), (sentence,))


def lifecycle_events(events: pd.DataFrame, context: Context) -> Block:
    """Lifecycle events of grassroots organisations in the period, as a table.

    Shows: what changed the structure. Read it: counts of events, not of organisations standing.
    Act on it: each event should be matched by a decision on file.
    """
    if events.empty:
        return context.nothing_to_show("lifecycle_events", "figure.lifecycle_events.none")
    rows = events.assign(event_name=[context.text(f"event.{event}") for event in events["event"]])
    finding = context.text("figure.lifecycle_events.finding", events=rows["events_n"].sum())
    table = context.table(rows, {"event_name": "text", "events_n": "count", "cells_n": "count", "non_state_n": "count"})
    return context.figure("lifecycle_events", None, table, finding)


def _table_by(rows: pd.DataFrame, key: dict[str, str], context: Context, *, share: str = "", total: str = "") -> Table:
    """Return a table with one row per value of the key, and the kinds beside each other before their sum.

    share: a column that is of the sum, so it stands after it · total: the name of a last row that adds up all others.
    """
    (name,) = key
    kinds = {f"{kind}_n": "count" for kind in KIND_COLOURS}
    counted = rows.assign(column=rows["kind"] + "_n").pivot(index=name, columns="column", values="organisations_n")
    own = rows.drop_duplicates(name).set_index(name)[["total_n", *([share] if share else [])]]
    wide = own.join(counted).reset_index()
    if total:
        # Shares were rounded one by one, so that they may add up to 99.99.
        wide.loc[len(wide)] = {name: total, **wide.drop(columns=name).sum(), **({share: 100.0} if share else {})}
    return context.table(wide, {**key, **kinds, "total_n": "count", **({share: "pct"} if share else {})})


def _kind_stack(context: Context) -> Stack:
    return Stack("kind", {kind: context.text(f"kind.{kind}") for kind in KIND_COLOURS}, KIND_COLOURS)


def _named(rows: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Return rows with the names and labels that charts show; a part of 0 carries no label."""
    return rows.assign(
        label=[context.language.count(n) if n else "" for n in rows["organisations_n"]],
        total=[context.language.count(n) for n in rows["total_n"]],
    )
