"""Figures on whether the target will be met. Input: rows of measures.pace and measures.projection."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from analysis.figures.block import Block
from analysis.figures.charts import bars
from analysis.figures.context import Context
from analysis.figures.fan import fan, intervals


class Outlook(NamedTuple):
    """What is known and what may come. running: accumulate_admissions · projected: project_admissions · pace:
    measure_pace · reason: why_no_projection, empty where something is projected."""

    running: pd.DataFrame
    projected: pd.DataFrame
    pace: pd.DataFrame
    reason: str


def projected_total(outlook: Outlook, context: Context) -> Block:
    """The running total of the term, and where it may stand at the end.

    Shows: whether the term target is likely to be met. Read it: the dark band holds the end in about four cases of
    five, the light one in nineteen of twenty; the grey line is an even pace. Act on it: a target above the bands calls
    for more than seasons and luck.
    """
    if outlook.reason:
        return context.nothing_to_show("projected_total", f"figure.projected_total.{outlook.reason}")
    term, end = outlook.pace.iloc[0], outlook.projected.iloc[-1]
    if term["is_hidden"]:
        # The projection begins at the number admitted.
        return context.nothing_to_show("projected_total", "figure.hidden")
    values = {
        "low": end["low_80_n"],
        "high": end["high_80_n"],
        "low_95": end["low_95_n"],
        "high_95": end["high_95_n"],
        "end": end["period_end"],
        "expected": end["expected_n"],
        "target": term["target_n"],
    }
    finding = context.text(f"figure.projected_total.{_verdict(end, term['target_n'])}", **values)
    words = {
        line: context.text(f"figure.projected_total.label_{key}", **values)
        for line, key in (("target", "target"), ("pace_middle", "pace"), ("end", "end"))
    }
    lines = _lines(term)
    kinds = {
        "period_end": "date",
        "expected_n": "count",
        "low_80_n": "count",
        "high_80_n": "count",
        "low_95_n": "count",
        "high_95_n": "count",
    }
    return context.figure(
        "projected_total",
        fan(outlook.running, outlook.projected, lines, words),
        context.table(outlook.projected, kinds),
        finding,
        notes=(
            context.text("note.projection"),
            *((context.text("note.pace"),) if len(lines) else ()),
            *context.coverage,
        ),
        end=end["period_end"],
    )


def projection_a_year_ago(looked_back: pd.DataFrame, context: Context) -> Block:
    """What the same method would have said earlier, beside what came.

    Shows: how far the projection can be trusted. Read it: the diamond should lie in the dark band four times of five.
    Act on it: where it lies outside, ask what changed before using the projection above.
    """
    if looked_back.empty:
        return context.nothing_to_show("projection_a_year_ago", "figure.projection_a_year_ago.none")
    if looked_back["is_hidden"].any():
        return context.nothing_to_show("projection_a_year_ago", "figure.hidden")
    rows = looked_back.assign(
        row_name=[context.text("figure.projection_a_year_ago.row", said=day) for day in looked_back["said_date"]],
        label=[context.language.count(count) for count in looked_back["admitted_n"]],
    )
    last = rows.iloc[0]
    place = "inside" if last["is_inside_80"] else "between" if last["is_inside_95"] else "outside"
    finding = context.text(
        f"figure.projection_a_year_ago.{place}",
        said=last["said_date"],
        low=last["low_80_n"],
        high=last["high_80_n"],
        data_date=last["data_date"],
        admitted=last["admitted_n"],
    )
    kinds = {
        "said_date": "date",
        "data_date": "date",
        "admitted_n": "count",
        "expected_n": "count",
        "low_80_n": "count",
        "high_80_n": "count",
        "low_95_n": "count",
        "high_95_n": "count",
    }
    return context.figure(
        "projection_a_year_ago",
        intervals(rows, "label"),
        context.table(rows, kinds),
        finding,
        notes=(context.text("note.axis_not_zero"),),
    )


def pace_and_need(pace: pd.DataFrame, context: Context) -> Block:
    """People a month so far, and people a month still needed.

    Shows: whether going on as before is enough. Read it: two bars for each target; the second longer means faster than
    before. Act on it: the difference is what has to be added every month.
    """
    # A target of 0 means closed to new members: nothing to keep pace with.
    known = pace[pace["target_n"].fillna(0) > 0]
    if known.empty:
        return context.nothing_to_show("pace_and_need", "figure.pace_and_need.no_target")
    if known["is_hidden"].any():
        return context.nothing_to_show("pace_and_need", "figure.hidden")
    open_n = known[known["needed_monthly_n"].notna() & (known["needed_n"] > 0)]
    if open_n.empty:
        return _no_open_target(known, context)
    # The target of the period itself leads; where that is reached or over, the other one.
    told = open_n.sort_values("is_asked", kind="stable").iloc[-1]
    finding = context.text(
        f"figure.pace_and_need.finding_{told['scope']}",
        needed=told["needed_n"],
        end=told["end_date"],
        needed_monthly=told["needed_monthly_n"],
        monthly=told["monthly_n"],
    )
    rows = pace.assign(scope_name=[context.text(f"figure.pace_and_need.{scope}") for scope in pace["scope"]])
    kinds = {
        "scope_name": "text",
        "admitted_n": "count",
        "target_n": "count",
        "attainment_pct": "pct",
        "elapsed_pct": "pct",
        "needed_n": "count",
        "monthly_n": "dec2",
        "needed_monthly_n": "dec2",
    }
    return context.figure(
        "pace_and_need",
        bars(_pairs(rows[rows["scope"].isin(open_n["scope"])], context), "bar_name", "people_n", "label"),
        context.table(rows, kinds),
        finding,
        notes=(*context.hidden_note(rows), *context.coverage),
    )


def _no_open_target(known: pd.DataFrame, context: Context) -> Block:
    """Return the sentence where no target can still be worked for: missed when its time was over, or reached."""
    missed = known[known["needed_n"] > 0]
    key, told = ("reached", known.iloc[0]) if missed.empty else ("over", missed.iloc[0])
    return context.nothing_to_show(
        "pace_and_need", f"figure.pace_and_need.{key}", admitted=told["admitted_n"], target=told["target_n"]
    )


def _verdict(end: pd.Series, target: Any) -> str:
    """Return where the target lies: below, inside or above the 80 % interval."""
    if pd.isna(target):
        return "finding_no_target"
    if target < end["low_80_n"]:
        return "finding_above_target"
    return "finding_below_target" if target > end["high_80_n"] else "finding_around_target"


def _lines(term: pd.Series) -> pd.DataFrame:
    """Return the ends of the target's line and of the even pace's, and the middle of the latter for its label."""
    if pd.isna(term["target_n"]):
        return pd.DataFrame({"line": [], "period_end": [], "people_n": []})
    start, end, target = term["start_date"], term["end_date"], term["target_n"]
    middle = start + (end - start) / 2
    points = [
        ("target", start, target),
        ("target", end, target),
        ("pace", start, 0),
        ("pace", end, target),
        ("pace_middle", middle, target / 2),
    ]
    return pd.DataFrame(points, columns=["line", "period_end", "people_n"])


def _pairs(rows: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Return two bars for each target: a month so far, and a month from now on."""
    pairs = [
        (context.text(f"figure.pace_and_need.bar_{row['scope']}_{side}"), row[column])
        for row in rows.to_dict("records")
        for side, column in (("so_far", "monthly_n"), ("needed", "needed_monthly_n"))
    ]
    return pd.DataFrame(
        {
            "bar_name": [name for name, _ in pairs],
            "people_n": [float(value) for _, value in pairs],
            "label": [context.language.decimal(value, 2) for _, value in pairs],
        }
    )
