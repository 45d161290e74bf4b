"""Figures on membership and its movement. Input: rows of measures.membership, suppressed for the audience."""

from __future__ import annotations

import pandas as pd

from analysis.figures.block import Block
from analysis.figures.charts import bars, diverging_bars, level_line
from analysis.figures.context import Context
from analysis.figures.table import Table
from analysis.measures.membership import DECREASES


def membership_flows(bridge: pd.DataFrame, context: Context) -> Block:
    """What added to the list and what took from it, from the opening to the closing of the period.

    Shows: why membership rose or fell. Read it: bars right of zero add, bars left of it take away.
    Act on it: a residual other than 0 means that the returns do not add up.
    """
    ends = bridge.set_index("line")["people_n"]
    flows = bridge[~bridge["line"].isin(("opening_n", "closing_n"))]
    if ends[["opening_n", "closing_n"]].isna().any():
        return context.nothing_to_show("membership_flows", "figure.hidden")
    if not ends["opening_n"] and not ends["closing_n"]:
        return context.nothing_to_show("membership_flows", "figure.membership.none")
    rows = flows.assign(
        change_n=flows["people_n"],
        # A line that is 0 or hidden still stands on its side; of one that may go either way, that side would tell.
        is_loss=flows["line"].isin(DECREASES) | (flows["people_n"] < 0).fillna(False).astype(bool),
        line_name=[context.text(f"flow.{line}") for line in flows["line"]],
        label=[
            context.text("words.hidden") if hidden else context.language.signed(people)
            for people, hidden in zip(flows["people_n"], flows["is_hidden"], strict=True)
        ],
    )
    change = ends["closing_n"] - ends["opening_n"]
    key = "finding_up" if change > 0 else "finding_down" if change < 0 else "finding_same"
    finding = context.text(
        f"figure.membership_flows.{key}", opening=ends["opening_n"], closing=ends["closing_n"], change=abs(change)
    )
    return context.figure(
        "membership_flows",
        diverging_bars(rows, "line_name", "change_n", "label", is_loss="is_loss"),
        _bridge_table(bridge, context),
        finding,
        notes=context.hidden_note(bridge) + context.coverage,
    )


def _bridge_table(bridge: pd.DataFrame, context: Context) -> Table:
    """Return form 1 as a table: members where the list stands, and what moved it with its sign, as the chart has it."""
    is_list = bridge["line"].isin(("opening_n", "closing_n"))
    rows = bridge.assign(
        line_name=[context.text(f"flow.{line}") for line in bridge["line"]],
        change_n=bridge["people_n"].mask(is_list),
        members_n=bridge["people_n"].where(is_list),
        hidden_cells=bridge["is_hidden"].map({True: ("change_n",), False: ()}),
    )
    return context.table(rows, {"line_name": "text", "change_n": "signed", "members_n": "count"})


def members_over_time(series: pd.DataFrame, context: Context) -> Block:
    """Members on the list at every row date since the Congress.

    Shows: the course of membership. Read it: the axis does not begin at zero; look at the slope, not the height.
    Act on it: a step is usually a body that came or left; see the events.
    """
    if series.empty:
        return context.nothing_to_show("members_over_time", "figure.membership.none")
    first, last = series.iloc[0], series.iloc[-1]
    finding = context.text(
        "figure.members_over_time.finding",
        members=last["members_n"],
        first=first["members_n"],
        first_date=first["period_end"],
        change=last["members_n"] - first["members_n"],
    )
    chart = level_line(series, "members_n", end_label=context.language.count(last["members_n"]))
    table = context.table(series, {"period_end": "date", "members_n": "count"})
    return context.figure(
        "members_over_time", chart, table, finding, notes=(context.text("note.axis_not_zero"), *context.coverage)
    )


def members_by_sector(sectors: pd.DataFrame, context: Context) -> Block:
    """Members by sector group at the end of the period, with the change since its start.

    Shows: where members are. Read it: the bar is people on the data date. Act on it: look for sectors that shrink.
    """
    shown = sectors[sectors["members_n"].fillna(0) > 0]
    if shown.empty:
        return context.nothing_to_show("members_by_sector", "figure.membership.none")
    if len(sectors) == 1:
        return context.nothing_to_show("members_by_sector", "figure.one_sector")
    rows = sectors.sort_values("members_n", ascending=False, kind="stable", na_position="last")
    rows = rows.assign(
        sector_name=rows["sector_group"].map(context.sector_name),
        label=[
            context.text("words.hidden")
            if hidden
            else context.text("figure.members_by_sector.label", members=members, share=share)
            for members, share, hidden in zip(
                rows["members_n"], rows["share_pct"], rows["members_n"].isna(), strict=True
            )
        ],
    )
    first = rows.iloc[0]
    finding = context.text(
        "figure.members_by_sector.finding",
        sector=context.leaders(rows, "members_n"),
        members=first["members_n"],
        share=first["share_pct"],
    )
    kinds = {
        "sector_name": "text",
        "organisations_n": "count",
        "members_n": "count",
        "share_pct": "pct",
        "members_start_n": "count",
        "change_n": "signed",
        "start_index_pct": "dec2",
    }
    return context.figure(
        "members_by_sector",
        bars(rows, "sector_name", "members_n", "label"),
        context.table(rows, kinds),
        finding,
        notes=context.hidden_note(rows) + context.coverage,
    )
