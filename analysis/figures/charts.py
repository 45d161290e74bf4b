"""The few chart forms that all subjects share: bars, stacked bars, lines; each readable without its colours."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import altair as alt
import pandas as pd

from analysis.figures.theme import ACCENT, CONTEXT, INK, LOSS, TARGET

BAR_STEP = 34
# What a character of a label takes, and what is left for the longest bar where labels leave little.
LABEL_PIXELS = 7.2
# Below so many people every one has a tick of its own.
SINGLE_TICKS = 5
LEAST_BAR_PIXELS = 50
# A part of a stacked bar that is narrower has no white edge, which would cover it.
LEAST_PART_PIXELS = 4
MOST_DATE_LABELS = 7
# A line that passes so many ends of years is marked there; one just before the last day would stand in its place.
YEAR_ENDS_MARKED_FROM = 2
DAYS_BEFORE_THE_LAST = 120
# How wide a line is on a phone.
LEAST_LINE_PIXELS = 230
# How many times as far as above it a label may stand below the end of a line.
FARTHEST_BELOW = 3
# Characters in one line of a name beside its bar: what a phone has room for.
NAME_WIDTH = 22
# Bars to both sides need room for labels on both, so their names are broken sooner.
DIVERGING_NAME_WIDTH = 12
NAME_LINE_PIXELS = 14
MOST_NAME_LINES = 8


@dataclass(frozen=True)
class Stack:
    """What a stacked bar is split by: the column, the order of its values, their names and colours."""

    column: str
    names: Mapping[str, str]
    colours: Mapping[str, str]


def bars(  # noqa: PLR0913 — what a bar needs
    rows: pd.DataFrame, category: str, value: str, label: str, *, target: str = "", is_beside: str = ""
) -> alt.TopLevelMixin:
    """Return horizontal bars from zero in the order of the rows, each with its label beside it.

    A row whose value is hidden (NA) has no bar, only its label. target: a column that is marked across each bar; labels
    then stand in a column of their own, because behind the mark they would be read as its value.
    is_beside: a column that tells which bars only stand beside the others, in a paler colour.
    """
    marks = [target] if target else []
    names = rows[category].map(in_lines)
    columns = [category, value, label, *marks, *([is_beside] if is_beside else [])]
    base = alt.Chart(rows[columns].assign(**{category: names})).encode(
        y=alt.Y(f"{category}:N", sort=list(names), title=None, axis=names_axis()),
    )
    longest = max(top_of(rows[column]) for column in (value, *marks))
    scale = scale_with_room(longest, rows[label])
    length = alt.X(f"{value}:Q", scale=scale, axis=None)
    drawn = base.mark_bar(color=ACCENT, height={"band": 0.62}).encode(x=length)
    if is_beside:
        drawn = drawn.encode(color=alt.condition(f"datum['{is_beside}']", alt.value(CONTEXT), alt.value(ACCENT)))
    if target:
        marked = alt.X(f"{target}:Q", scale=scale, axis=None)
        layers = [drawn, *rimmed_ticks(base, target, marked, TARGET), label_column(base, label)]
    else:
        ends = base.mark_text(align="left", dx=6).transform_calculate(end=f"datum['{value}'] || 0")
        layers = [drawn, ends.encode(x=alt.X("end:Q", scale=scale, axis=None), text=f"{label}:N")]
    return alt.layer(*layers).properties(height=alt.Step(bar_step(names)))


def rimmed_ticks(base: alt.Chart, column: str, x: alt.X, colour: str) -> list[alt.Chart]:
    """Return a mark across each bar where the column has a value; white around it keeps it apart from a dark bar."""
    marked = base.transform_filter(f"datum['{column}'] !== null").encode(x=x)
    return [
        marked.mark_tick(color=ink, opacity=1, thickness=pixels, height={"band": 0.9})
        for ink, pixels in (("white", 7), (colour, 3))
    ]


def label_column(base: alt.Chart, label: str) -> alt.Chart:
    """Return the labels of bars at the right edge, where the scale (`scale_with_room`) leaves room for the longest."""
    return base.mark_text(align="right").encode(x=alt.value("width"), text=f"{label}:N")


def diverging_bars(rows: pd.DataFrame, category: str, value: str, label: str, *, is_loss: str) -> alt.TopLevelMixin:
    """Return horizontal bars to both sides of zero: what adds to the right, what takes away to the left.

    is_loss: a column that tells the side of a row, also where its value is 0 or hidden.
    """
    names = rows[category].map(partial(in_lines, width=DIVERGING_NAME_WIDTH))
    base = alt.Chart(rows[[category, value, label, is_loss]].assign(**{category: names})).encode(
        y=alt.Y(f"{category}:N", sort=list(names), title=None, axis=names_axis()),
    )
    scale = _scale_of_two_sides(rows[value].fillna(0).abs(), rows[label], rows[is_loss])
    drawn = base.mark_bar(height={"band": 0.62}).encode(
        x=alt.X(f"{value}:Q", scale=scale, axis=None),
        color=alt.condition(f"datum['{is_loss}']", alt.value(LOSS), alt.value(ACCENT)),
    )
    words = base.transform_calculate(filled=f"datum['{value}'] || 0")
    x = alt.X("filled:Q", scale=scale, axis=None)
    right = words.transform_filter(f"!datum['{is_loss}']").mark_text(align="left", dx=6).encode(x=x, text=f"{label}:N")
    left = words.transform_filter(f"datum['{is_loss}']").mark_text(align="right", dx=-6).encode(x=x, text=f"{label}:N")
    zero = (
        alt.Chart(pd.DataFrame({"zero": [0]}))
        .mark_rule(color=INK, strokeWidth=1)
        .encode(x=alt.X("zero:Q", scale=scale))
    )
    return alt.layer(drawn, right, left, zero).properties(height=alt.Step(bar_step(names)))


def stacked_bars(  # noqa: PLR0913 — what a bar needs
    rows: pd.DataFrame, category: str, value: str, stack: Stack, *, label: str, total: str = "", target: str = ""
) -> alt.TopLevelMixin:
    """Return horizontal stacked bars with a label in each part, and the text column `total` at the end of each bar.

    target: a column that is marked across each bar, of parts that add up from its start.
    """
    keys = list(stack.names)
    drawn_rows = rows.assign(
        **{category: rows[category].map(in_lines)},
        part_name=rows[stack.column].map(stack.names),
        part_order=rows[stack.column].map({key: place for place, key in enumerate(keys)}),
    )
    order = list(dict.fromkeys(drawn_rows[category]))
    columns = [category, value, label, "part_name", "part_order", *([total] if total else [])]
    marks = [target] if target else []
    base = alt.Chart(drawn_rows[columns]).encode(
        y=alt.Y(f"{category}:N", sort=order, title=None, axis=names_axis()),
        order=alt.Order("part_order:Q"),
    )
    longest = max(top_of(length) for length in (rows.groupby(category)[value].sum(), *(rows[mark] for mark in marks)))
    scale = scale_with_room(longest, rows[total]) if total else alt.Scale(domain=[0, longest], nice=False)
    length = alt.X(f"{value}:Q", stack="zero", scale=scale, axis=None)
    colours = alt.Scale(domain=[stack.names[key] for key in keys], range=[stack.colours[key] for key in keys])
    parts = _parts(base, value, colours).encode(x=length)
    layers = [parts, _part_labels(base, value, label, scale, stack)]
    bars_of = drawn_rows.groupby(category, sort=False)
    y = alt.Y(f"{category}:N", sort=order)
    if target:
        aims = alt.Chart(bars_of[[target]].first().dropna().reset_index())
        layers.append(
            aims.mark_tick(color=INK, thickness=3, opacity=1, height={"band": 0.9}).encode(
                y=y, x=alt.X(f"{target}:Q", scale=scale, axis=None)
            )
        )
    if total:
        ends = bars_of.agg(end=(value, "sum"), words=(total, "first")).reset_index()
        layers.append(
            alt.Chart(ends)
            .mark_text(align="left", dx=6, fontWeight="bold")
            .encode(y=y, x=alt.X("end:Q", scale=scale, axis=None), text="words:N")
        )
    return alt.layer(*layers).properties(height=alt.Step(max(BAR_STEP + 4, bar_step(drawn_rows[category]))))


def running_total(
    rows: pd.DataFrame, value: str, *, target: float | None, target_label: str, end_label: str
) -> alt.TopLevelMixin:
    """Return a rising line with its last point labelled, under the target as a labelled rule."""
    top = max(top_of(rows[value]), target or 0) * 1.12
    scale = alt.Scale(domain=[0, top], nice=False)
    base = alt.Chart(rows[["period_end", value]])
    x = _month_axis(rows)
    # People are whole: of a target of one, no tick stands at a half (Vega's own least step lets one through).
    axis = alt.Axis(values=list(range(int(top) + 1)), format="d") if top < SINGLE_TICKS else alt.Undefined
    y = alt.Y(f"{value}:Q", scale=scale, title=None, axis=axis)
    line = base.mark_line(interpolate="linear").encode(x=x, y=y)
    layers = [line, *_last_point(rows, value, scale, end_label)]
    if target is not None:
        aim = pd.DataFrame({"target": [target], "words": [target_label], "first": [rows["period_end"].iloc[0]]})
        layers.append(
            alt.Chart(aim).mark_rule(color=TARGET, strokeDash=[6, 4]).encode(y=alt.Y("target:Q", scale=scale))
        )
        layers.append(
            alt.Chart(aim)
            .mark_text(align="left", baseline="bottom", dx=6, dy=-4, color=TARGET)
            .encode(x="first:T", y=alt.Y("target:Q", scale=scale), text="words:N")
        )
    return alt.layer(*layers).properties(height=280)


def level_line(rows: pd.DataFrame, value: str, *, end_label: str) -> alt.TopLevelMixin:
    """Return a line of a stock over time; its axis need not begin at zero, because a line shows change, not size."""
    # Room for the label above or below the line.
    scale = alt.Scale(zero=False, nice=True, padding=26)
    base = alt.Chart(rows[["period_end", value]])
    x = _month_axis(rows)
    line = base.mark_line().encode(x=x, y=alt.Y(f"{value}:Q", scale=scale, title=None, axis=alt.Axis(labelPadding=8)))
    return alt.layer(line, *_last_point(rows, value, scale, end_label)).properties(height=260)


def _month_axis(rows: pd.DataFrame) -> alt.X:
    """Return a time axis marked at the ends of years and on the last day.

    Of a line of fewer years its row dates are marked, at most seven and the last among them, so that none repeats.
    """
    dates = list(rows["period_end"])
    if dates[-1].year - dates[0].year >= YEAR_ENDS_MARKED_FROM:
        return year_axis(rows["period_end"])
    every = -(-len(dates) // MOST_DATE_LABELS)
    return time_axis(dates[::-1][::every][::-1], fit=4)


def year_axis(days: pd.Series) -> alt.X:
    """Return a time axis marked at each year's end between the first and the last of the days, and on the last."""
    first, last = days.min(), days.max()
    ends = [pd.Timestamp(year, 12, 31) for year in range(first.year, last.year)]
    marked = [*(end for end in ends if end < last - pd.Timedelta(days=DAYS_BEFORE_THE_LAST)), last]
    return time_axis(marked, fit=2)  # On a phone the last two may be closer than a year.


def time_axis(marked: Sequence[pd.Timestamp], fit: int) -> alt.X:
    """Return a time axis with marks at the days given; fit: for how many of them a phone has room.

    Where marks are too close for their words, Vega writes every second of them, from the first: of an odd number the
    last one stays.
    """
    kept = marked[1:] if len(marked) > fit and len(marked) % 2 == 0 else marked
    values = [alt.DateTime(year=day.year, month=day.month, date=day.day) for day in kept]
    return alt.X(
        "period_end:T",
        title=None,
        axis=alt.Axis(format="%m/%Y", values=values, labelFlush=True, labelOverlap=True, labelSeparation=8, grid=False),
    )


def _last_point(rows: pd.DataFrame, value: str, scale: alt.Scale, words: str) -> Sequence[alt.Chart]:
    """Return the last point of a line and its label, above or below all that the line does beside the label."""
    beside = _beside_the_label(rows, words)[value]
    end, top, bottom = rows[value].iloc[-1], beside.max(), beside.min()
    # Over a peak the label would read as that of the peak; but far below the end it would be nobody's.
    is_above = end == top or end - bottom > FARTHEST_BELOW * (top - end)
    last = rows[["period_end", value]].tail(1).assign(words=words, label_at=top if is_above else bottom)
    base = alt.Chart(last).encode(x="period_end:T")
    return [
        base.mark_point(filled=True, size=70, color=ACCENT, opacity=1).encode(y=alt.Y(f"{value}:Q", scale=scale)),
        base.mark_text(
            align="right",
            baseline="bottom" if is_above else "top",
            dx=-2,
            dy=-8 if is_above else 8,
            fontWeight="bold",
        ).encode(y=alt.Y("label_at:Q", scale=scale), text="words:N"),
    ]


def _beside_the_label(rows: pd.DataFrame, words: str) -> pd.DataFrame:
    """Return the points of a line that a label at its end may cover on a phone, and the one that leads to them."""
    days = rows["period_end"]
    reach = (days.iloc[-1] - days.iloc[0]) * min(1.0, LABEL_PIXELS * len(words) / LEAST_LINE_PIXELS)
    leading = int((days < days.iloc[-1] - reach).sum()) - 1
    return rows.iloc[max(leading, 0) :]


def _parts(base: alt.Chart, value: str, colours: alt.Scale) -> alt.Chart:
    """Return the parts of stacked bars, parted by a thin white edge.

    The edge would cover a part of a pixel or two: such a part has one of its own colour. One of 0 has none.
    """
    edge = f"{_width_of(value)} >= {LEAST_PART_PIXELS} ? 'white' : scale('color', datum.part_name)"
    return base.mark_bar(height={"band": 0.66}, stroke=alt.expr(edge)).encode(
        color=alt.Color("part_name:N", scale=colours, sort=None),
        strokeWidth=alt.condition(f"datum['{value}'] > 0", alt.value(1), alt.value(0)),
    )


def _width_of(value: str) -> str:
    """Return an expression of the pixels that a part takes on the screen at hand."""
    return f"scale('x', datum['{value}']) - scale('x', 0)"


def _part_labels(base: alt.Chart, value: str, label: str, scale: alt.Scale, stack: Stack) -> alt.Chart:
    """Return the label of each part in its middle, where the part is wide enough for it on the screen at hand.

    Dark ink on the light colours of the stack.
    """
    middle = alt.X(f"{value}:Q", stack="zero", scale=scale, axis=None, bandPosition=0.5)
    dark = [stack.names[key] for key, colour in stack.colours.items() if key in stack.names and _is_light(colour)]
    has_room = f"{_width_of(value)} >= {LABEL_PIXELS} * length(datum['{label}'])"
    return base.mark_text(align="center").encode(
        x=middle,
        text=alt.condition(has_room, f"{label}:N", alt.value("")),
        color=alt.condition(alt.FieldOneOfPredicate("part_name", dark), alt.value(INK), alt.value("white")),
    )


def _is_light(colour: str) -> bool:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue > 140


def scale_with_room(longest: float, labels: pd.Series) -> alt.Scale:
    """Return a scale from zero that leaves room for the labels at the bars' ends, however narrow the chart."""
    return alt.Scale(domainMin=0, domainMax={"expr": _room(longest, labels)}, nice=False)


def _room(longest: float, labels: pd.Series) -> str:
    """Return the end of a scale as an expression of the drawn width: units for the bars, pixels for the labels."""
    return f"{longest} * width / max(width - {_pixels_of(labels)}, {LEAST_BAR_PIXELS})"


def _scale_of_two_sides(sizes: pd.Series, labels: pd.Series, is_left: pd.Series) -> alt.Scale:
    """Return a scale on which each side of zero has the room of its own longest bar and its own longest label."""
    sides = (is_left, ~is_left)
    left, right = (float(sizes[side].max()) if side.any() else 0.0 for side in sides)
    pixels = [_pixels_of(labels[side]) for side in sides]
    unit = f"{max(left + right, 1)} / max(width - {sum(pixels)}, {LEAST_BAR_PIXELS})"
    return alt.Scale(
        domainMin={"expr": f"-({left} + {pixels[0]} * {unit})"},
        domainMax={"expr": f"{right} + {pixels[1]} * {unit}"},
        nice=False,
    )


def _pixels_of(labels: pd.Series) -> float:
    """Return what the longest label takes beside its bar."""
    return LABEL_PIXELS * max((len(text) for text in labels), default=0) + 10


def in_lines(name: str, width: int = NAME_WIDTH) -> str:
    """Return a long name broken into lines, because a cut name tells nobody apart.

    Breaks of its own are blanks: Vega names each bar in an expression, and reads no line separator (U+2028) there.
    """
    plain = " ".join(name.split())
    return "\n".join(textwrap.wrap(plain, width)) or plain


def names_axis() -> alt.Axis:
    """Return the axis of names that may take several lines; each name is centred on its bar."""
    lines = "length(split(datum.value, '\\n'))"
    # Vega sets the first line on the tick, not the middle of all of them.
    lifted = [{"test": f"{lines} === {n}", "value": -(n - 1) * NAME_LINE_PIXELS / 2} for n in range(2, MOST_NAME_LINES)]
    return alt.Axis(
        domain=False,
        ticks=False,
        labelExpr="split(datum.label, '\\n')",
        labelLineHeight=NAME_LINE_PIXELS,
        labelOffset={"condition": lifted, "value": 0},
    )


def bar_step(names: pd.Series) -> int:
    """Return the height of one bar's place: more where names take more than two lines."""
    lines = max((name.count("\n") + 1 for name in names), default=1)
    return max(BAR_STEP, 16 * lines + 10)


def top_of(values: pd.Series) -> float:
    top = values.max()
    return float(top) if pd.notna(top) and top > 0 else 1.0
