"""A running total that goes on as a fan of intervals, under its target and beside an even pace; and intervals alone."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import pandas as pd

from analysis.figures.charts import LABEL_PIXELS, year_axis
from analysis.figures.theme import ACCENT, INK, MUTED, TARGET

BANDS = (("low_95_n", "high_95_n", 0.16), ("low_80_n", "high_80_n", 0.3))
LINE_PIXELS = 16
LEAST_PLOT_PIXELS = 150
# Where the words at the end are lower than this share of the height, their last lines would lie on the axis.
LOWEST_WORDS = 0.14


def fan(
    running: pd.DataFrame, projected: pd.DataFrame, lines: pd.DataFrame, words: Mapping[str, str]
) -> alt.TopLevelMixin:
    """Return the running total as a line, the intervals of what may come as bands, and straight lines beside them.

    running: period_end, cumulative_n · projected: period_end, expected_n, low/high · lines: line, period_end, people_n:
    two points of target and pace, one of pace_middle; none without a target · words: labels by line, and
    `end`: lines beside the end of the bands.
    """
    top = max(float(projected["high_95_n"].max()), float(lines["people_n"].max() if len(lines) else 0)) * 1.12
    scale = alt.Scale(domain=[0, top], nice=False)
    x = _year_ends(pd.concat([running, projected]), words["end"])
    future = alt.Chart(projected).encode(x=x)
    bands = [
        future.mark_area(color=ACCENT, opacity=opacity).encode(
            y=alt.Y(f"{low}:Q", scale=scale, title=None), y2=f"{high}:Q"
        )
        for low, high, opacity in BANDS
    ]
    expected = future.mark_line(color=ACCENT, strokeDash=[2, 3]).encode(
        y=alt.Y("expected_n:Q", scale=scale, title=None)
    )
    known = alt.Chart(running).mark_line(color=ACCENT).encode(x=x, y=alt.Y("cumulative_n:Q", scale=scale, title=None))
    height = projected["expected_n"].tail(1).clip(lower=LOWEST_WORDS * top)
    last = alt.Chart(projected.tail(1).assign(words=words["end"], words_n=height)).encode(x=x)
    # Vega sets the first line on the point, not the middle of all of them.
    lifted = -LINE_PIXELS * words["end"].count("\n") / 2
    end = [
        last.mark_point(filled=True, size=55, color=ACCENT, opacity=1).encode(y=alt.Y("expected_n:Q", scale=scale)),
        last.mark_text(
            align="left", baseline="middle", dx=10, dy=lifted, lineBreak="\n", lineHeight=LINE_PIXELS, fontWeight="bold"
        ).encode(y=alt.Y("words_n:Q", scale=scale), text="words:N"),
    ]
    straight = _straight_lines(lines, words, (x, scale)) if len(lines) else []
    return alt.layer(*bands, *straight, expected, known, *end).properties(height=320)


def _straight_lines(lines: pd.DataFrame, words: Mapping[str, str], axes: tuple[alt.X, alt.Scale]) -> list[alt.Chart]:
    """Return the target and the even pace, each labelled: the one at its beginning, the other under its middle."""
    x, scale = axes
    y = alt.Y("people_n:Q", scale=scale, title=None)
    target, pace = (alt.Chart(lines[lines["line"] == line]).encode(x=x, y=y) for line in ("target", "pace"))
    labels = lines.drop_duplicates("line").assign(words=lambda rows: rows["line"].map(words))
    over, under = (alt.Chart(labels[labels["line"] == line]).encode(x=x, y=y) for line in ("target", "pace_middle"))
    return [
        target.mark_line(color=TARGET, strokeDash=[6, 4], strokeWidth=2),
        pace.mark_line(color=MUTED, strokeDash=[10, 3, 2, 3], strokeWidth=1.5),
        over.mark_text(align="left", baseline="bottom", dx=6, dy=-5, color=TARGET).encode(text="words:N"),
        under.mark_text(align="left", baseline="top", dx=8, dy=8, color=MUTED).encode(text="words:N"),
    ]


def intervals(rows: pd.DataFrame, label: str) -> alt.TopLevelMixin:
    """Return horizontal intervals, one a row: two bands, a tick in the middle, what came as a diamond.

    rows: row_name, expected_n, low/high, admitted_n, and the column `label` of words over the diamond.
    The axis does not begin at zero: it shows places, not sizes.
    """
    least, most = (
        float(rows[["low_95_n", "admitted_n"]].min().min()),
        float(rows[["high_95_n", "admitted_n"]].max().max()),
    )
    room = (most - least) * 0.06 or 1.0
    scale = alt.Scale(domain=[least - room, most + room], nice=False, zero=False)
    base = alt.Chart(rows).encode(y=alt.Y("row_name:N", sort=list(rows["row_name"]), title=None, axis=_plain_axis()))
    bands = [
        base.mark_bar(color=ACCENT, opacity=opacity, height=height).encode(
            x=alt.X(f"{low}:Q", scale=scale, title=None), x2=f"{high}:Q"
        )
        for (low, high, opacity), height in zip(BANDS, (14, 14), strict=True)
    ]
    middle = base.mark_tick(color=ACCENT, thickness=3, size=22).encode(x=alt.X("expected_n:Q", scale=scale, title=None))
    came = base.encode(x=alt.X("admitted_n:Q", scale=scale, title=None))
    return alt.layer(
        *bands,
        middle,
        came.mark_point(filled=True, shape="diamond", size=110, color=TARGET, opacity=1),
        came.mark_text(dy=-18, fontWeight="bold", color=INK).encode(text=f"{label}:N"),
    ).properties(height=alt.Step(64))


def _plain_axis() -> alt.Axis:
    return alt.Axis(domain=False, ticks=False)


def _year_ends(rows: pd.DataFrame, words: str) -> alt.X:
    """Return a time axis marked at each year's end and at the last day, with room for words right of that."""
    days = pd.to_datetime(rows["period_end"])
    pixels = LABEL_PIXELS * max(len(line) for line in words.split("\n")) + 12
    first, last = (int(day.timestamp() * 1000) for day in (days.min(), days.max()))
    room = f"{first} + {last - first} * width / max(width - {pixels}, {LEAST_PLOT_PIXELS})"
    return year_axis(days).scale(domainMax={"expr": room}, nice=False)
