"""The funnel plot: one point an organisation, between control limits that narrow as targets grow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import altair as alt
import pandas as pd

from analysis.figures.charts import LABEL_PIXELS
from analysis.figures.theme import ACCENT, CONTEXT, INK, MUTED, TARGET

HEIGHT = 340
LEAST_PLOT_PIXELS = 120
LINE_NAME_PIXELS = 14
# Fill and shape of a point by where it lies; shape as well as colour, for those who see no colours.
ZONES = {"within": ("#4f8fb5", "circle"), "outside_95": (ACCENT, "square"), "outside_998": (TARGET, "diamond")}
# The outer limits solid, the inner ones dashed, the common ratio dark.
LINES = {
    "centre": (INK, [1, 0]),
    "lower_95": (MUTED, [5, 4]),
    "upper_95": (MUTED, [5, 4]),
    "lower_998": (CONTEXT, [1, 0]),
    "upper_998": (CONTEXT, [1, 0]),
}


@dataclass(frozen=True)
class FunnelWords:
    """The words of a funnel plot: axis titles, the names of the zones, and of the lines at their right ends."""

    target: str
    attainment: str
    zones: Mapping[str, str]
    lines: Mapping[str, str]


def funnel(points: pd.DataFrame, limits: pd.DataFrame, words: FunnelWords) -> alt.TopLevelMixin:
    """Return points of attainment over target among the curves of their control limits.

    points: target_n, attainment_pct, zone, label (empty where a point has none) · limits: rows of funnel_limits.
    """
    columns = ["target_n", "attainment_pct", "zone_name", "label"]
    rows = points.assign(zone_name=points["zone"].map(words.zones))[columns]
    x = alt.X("target_n:Q", title=words.target, scale=_target_scale(limits, words), axis=_whole_axis())
    top = _top(points, limits)
    y = _height_axis(top, words.attainment)
    names = list(words.zones.values())
    base = alt.Chart(rows).encode(x=x, y=y)
    drawn = base.mark_point(filled=True, size=55, opacity=1, stroke="white", strokeWidth=0.6).encode(
        color=alt.Color("zone_name:N", scale=_scale(names, [ZONES[zone][0] for zone in words.zones]), sort=None),
        shape=alt.Shape("zone_name:N", scale=_scale(names, [ZONES[zone][1] for zone in words.zones]), sort=None),
    )
    labelled = base.transform_filter("datum.label !== ''")
    marked = labelled.mark_text(align="left", dx=7, dy=-6, fontWeight="bold", color=TARGET).encode(text="label:N")
    layers = [*_lines(limits, x, y, top), _line_names(limits, (x, y), top, words), drawn, marked]
    return alt.layer(*layers).properties(height=HEIGHT)


def _scale(names: list[str], values: list[str]) -> alt.Scale:
    return alt.Scale(domain=names, range=values)


def _target_scale(limits: pd.DataFrame, words: FunnelWords) -> alt.Scale:
    """Return a scale from zero with room for the names of the lines right of the largest target, however narrow."""
    pixels = LABEL_PIXELS * max(len(name) for name in words.lines.values()) + 12
    room = f"{limits['target_n'].max()} * width / max(width - {pixels}, {LEAST_PLOT_PIXELS})"
    return alt.Scale(domainMin=0, domainMax={"expr": room}, nice=False)


def _whole_axis() -> alt.Axis:
    return alt.Axis(format="d", tickMinStep=1, grid=False)


def _height_axis(top: float, title: str) -> alt.Y:
    """Return an axis from zero to the highest point or common ratio; limits that rise above it are cut off there."""
    scale = alt.Scale(domain=[0, top], nice=False)
    return alt.Y("attainment_pct:Q", title=title, scale=scale, axis=alt.Axis(titleAnchor="start"))


def _top(points: pd.DataFrame, limits: pd.DataFrame) -> float:
    centre = limits.loc[limits["limit"] == "centre", "limit_pct"]
    return 1.12 * max(float(points["attainment_pct"].max()), 2 * float(centre.max()))


def _lines(limits: pd.DataFrame, x: alt.X, y: alt.Y, top: float) -> list[alt.Chart]:
    """Return the curves below the top: a live chart makes room for what is drawn above, even where it is clipped."""
    rows = limits.rename(columns={"limit_pct": "attainment_pct"})
    return [
        alt.Chart(rows[rows["limit"] == limit])
        .transform_filter(f"datum.attainment_pct === null || datum.attainment_pct <= {top}")
        .mark_line(color=colour, strokeDash=dash, strokeWidth=1.5)
        .encode(x=x, y=y, detail="target_basis:N")
        for limit, (colour, dash) in LINES.items()
    ]


def _apart(ends: pd.DataFrame, order: list[str], least: float) -> list[int]:
    """Return the positions of the ends to name: in the order of their lines, each as far as told from those before."""
    kept: list[int] = []
    heights = ends["limit_pct"].tolist()
    for place in sorted(range(len(ends)), key=lambda one: order.index(ends["limit"].iloc[one])):
        if all(abs(heights[place] - heights[other]) >= least for other in kept):
            kept.append(place)
    return kept


def _line_names(limits: pd.DataFrame, axes: tuple[alt.X, alt.Y], top: float, words: FunnelWords) -> alt.Chart:
    """Return the names of the lines right of their ends, where no point can stand; those first that come first."""
    x, y = axes
    ends = limits[limits["target_n"] == limits.groupby("target_basis")["target_n"].transform("max")]
    ends = ends[ends["limit"].isin(list(words.lines)) & ends["limit_pct"].notna()]
    ends = ends.iloc[_apart(ends, list(words.lines), LINE_NAME_PIXELS * top / HEIGHT)]
    rows = ends.assign(name=ends["limit"].map(words.lines)).rename(columns={"limit_pct": "attainment_pct"})
    return (
        alt.Chart(rows)
        .mark_text(align="left", baseline="middle", dx=10, fontSize=12, color=MUTED)
        .encode(x=x, y=y, text="name:N")
    )
