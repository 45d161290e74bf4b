"""A share that rises in steps over the months since a beginning, with a mark at a month and labels at points."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import pandas as pd

from analysis.figures.theme import ACCENT, INK, TARGET

# Months are named by quarters of a year up to two years, then by whole years.
NAMED_EVERY, NAMED_EVERY_LONG, LONG_FROM = 3, 12, 25
FULL = 100
# What the scale leaves above 100 % for the label of a line that ends there.
TOP = 118


@dataclass(frozen=True)
class MonthMark:
    """A month that is marked across the chart, and its words."""

    month: int
    words: str


def rising_share(
    rows: pd.DataFrame, share: str, points: pd.DataFrame, *, mark: MonthMark, axis_title: str
) -> alt.TopLevelMixin:
    """Return a step line of a percentage by month from 0 to 100, with labelled points and a marked month.

    rows: month and the share. points: month, share_pct, words, and `is_line` true where the point ends the line; their
    words stand left of the mark, where a share that rises after it leaves room, and a thin line leads to the point.
    """
    last = max(int(rows["month"].max()), mark.month)
    named = list(range(0, last + 1, NAMED_EVERY if last < LONG_FROM else NAMED_EVERY_LONG))
    x = alt.X(
        "month:Q",
        title=axis_title,
        scale=alt.Scale(domain=[0, last], nice=False),
        axis=alt.Axis(values=named, grid=False, format="d"),
    )
    scale = alt.Scale(domain=[0, TOP], nice=False)
    y = alt.Y(
        f"{share}:Q",
        title=None,
        scale=scale,
        axis=alt.Axis(values=[0, 25, 50, 75, FULL], labelExpr="datum.label + '%'"),
    )
    line = alt.Chart(rows[["month", share]]).mark_line(interpolate="step-after").encode(x=x, y=y)
    return alt.layer(*_month_mark(mark, x), line, *_points(points, mark, x, scale)).properties(height=280)


def _month_mark(mark: MonthMark, x: alt.X) -> list[alt.Chart]:
    base = alt.Chart(pd.DataFrame({"month": [mark.month], "words": [mark.words]})).encode(x=x)
    return [
        base.mark_rule(color=TARGET, strokeDash=[6, 4]),
        base.mark_text(align="right", baseline="top", dx=-6, dy=2, color=TARGET).encode(y=alt.value(0), text="words:N"),
    ]


def _points(points: pd.DataFrame, mark: MonthMark, x: alt.X, scale: alt.Scale) -> list[alt.Chart]:
    drawn = points[["month", "share_pct", "words", "is_line"]]
    labels = drawn.assign(point_month=drawn["month"], month=mark.month)
    at_point, at_label = (
        alt.Chart(rows).encode(
            x=x,
            y=alt.Y("share_pct:Q", scale=scale),
            color=alt.condition("datum.is_line", alt.value(ACCENT), alt.value(INK)),
        )
        for rows in (drawn[["month", "share_pct", "is_line"]], labels)
    )
    return [
        at_label.mark_rule(strokeWidth=1, strokeDash=[1, 3]).encode(x2="point_month:Q"),
        at_point.mark_point(filled=True, size=70, opacity=1),
        at_label.mark_text(align="right", baseline="bottom", dx=-8, dy=-2, fontWeight="bold").encode(text="words:N"),
    ]
