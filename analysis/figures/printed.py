"""What all figures of printed numbers share: names, sources, bounds that look different, and a limit of bars.

Input: rows of the measures of printed figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import altair as alt
import pandas as pd

from analysis.figures.charts import NAME_LINE_PIXELS, bar_step, in_lines, names_axis, scale_with_room, top_of
from analysis.figures.context import Context
from analysis.figures.figure import Figure, Source
from analysis.figures.theme import ACCENT, INK, TARGET
from analysis.language import NO_VALUE
from analysis.measures.comparison import BODY, FEWEST_BODIES, alphabetical, count_bodies
from analysis.wording import BODY_REMARKS, PUBLISHER_REMARKS, in_words_of, partial_day

# More bars than this are not read but scrolled; the others stand in the table.
MOST_BARS = 12
# Every printed value says who published it, when, how its date was established, how sure the reading is, and where.
SOURCE_KINDS = {
    "publisher": "name",
    "published_name": "text",
    "date_basis_name": "text",
    "confidence_name": "text",
    "url": "url",
}


# What the pointer and the keyboard tell of a bar beside its name and numbers.
TOLD = ("body_shown", "end_name", "publisher", "published_name", "date_basis_name")


def with_sources(figure: Figure, drawn: pd.DataFrame, context: Context) -> Figure:
    """Return a figure with the sources of the rows that its chart draws."""
    return replace(figure, sources=_sources(drawn, context))


def _sources(drawn: pd.DataFrame, context: Context) -> tuple[Source, ...]:
    """Return the sources of the drawn rows, in their order: who published it and when, of which bodies, dated by what.

    A body with several bars, or first under a heading, is named once.
    """
    named_sources: dict[tuple[str, str], dict[str, dict[str, None]]] = {}
    told = _told(drawn, "")
    urls = drawn["url"].astype("object").where(drawn["url"].notna(), "")
    for url, body, _, publisher, published, basis in zip(urls, *told.values(), strict=True):
        whose = publisher or context.text("figure.sources.no_publisher")
        key = "source" if published else "source_undated"
        name = context.text(f"figure.published.{key}", publisher=whose, published=published)
        # A dict keeps the order of the bars, and each body once.
        named_sources.setdefault((name, url), {}).setdefault(basis, {})[body] = None
    return tuple(
        Source(name, url, "; ".join(_of_basis(*part, context) for part in by_basis.items()))
        for (name, url), by_basis in named_sources.items()
    )


def _told(rows: pd.DataFrame, missing: str) -> dict[str, pd.Series]:
    """Return the columns of TOLD as texts, with a word where a cell is empty."""
    return {name: rows[name].astype("object").where(rows[name].notna(), missing) for name in TOLD}


def _of_basis(basis: str, bodies: Iterable[str], context: Context) -> str:
    return context.text("figure.published.source_of", bodies=", ".join(bodies), basis=basis)


def has_too_few(rows: pd.DataFrame) -> bool:
    """Tell whether there is nothing to compare: no body, or one."""
    return count_bodies(rows) < FEWEST_BODIES


def named(rows: pd.DataFrame, context: Context, end: str = "period_end") -> pd.DataFrame:
    """Return rows with names for readers: body_shown (with its province where two bodies have one name), body_name
    (with its date), end_name, body_level_name and the source's; end is the column of the date."""
    provinces = rows[BODY].drop_duplicates().groupby("body")["province"].transform("size")
    is_ambiguous = rows["body"].isin(rows.loc[provinces[provinces > 1].index, "body"])
    bodies = names_in_words(rows["body"], BODY_REMARKS, context)
    shown = bodies.where(~is_ambiguous, bodies + " (" + rows["province"] + ")")
    ends = days_in_words(rows[end], context)
    return rows.assign(
        body_shown=shown,
        publisher=names_in_words(rows["publisher"], PUBLISHER_REMARKS, context),
        end_name=ends,
        body_name=[f"{body}, {day}" for body, day in zip(shown, ends, strict=True)],
        body_level=rows["level"],
        body_level_name=[context.text(f"published_level.{level}") for level in rows["level"]],
        published_name=days_in_words(rows["published_on"], context),
        date_basis_name=[context.text(f"date_basis.{basis}") for basis in rows["date_basis"]],
        confidence_name=[context.text(f"confidence.{confidence}") for confidence in rows["confidence"]],
    )


def most_recent(rows: pd.DataFrame, end: str = "period_end", most: int = MOST_BARS) -> pd.DataFrame:
    """Return the rows to draw, in their order: the latest where they are too many, of one day those first by name.

    None is picked by its size: rows come sorted by it.
    """
    if len(rows) <= most:
        return rows
    keys = rows[BODY].assign(end=rows[end].astype("str"))
    latest = keys.sort_values(["end", *BODY], ascending=[False, True, True], key=alphabetical).index[:most]
    return rows[rows.index.isin(latest)]


def notes_on(rows: pd.DataFrame, drawn: pd.DataFrame, context: Context) -> tuple[str, ...]:
    """Return what a reader must know of the bars: which are hollow, and how many stand in the table only."""
    hollow = () if drawn["is_exact"].all() else (context.text("note.hollow_bar"),)
    more = len(rows) - len(drawn)
    return (*hollow, context.text("note.more_in_table", drawn=len(drawn), more=more)) if more else hollow


def under_headings(rows: pd.DataFrame, group: str, groups: Iterable[str], value: str) -> pd.DataFrame:
    """Return rows by group, each group under a heading: a row without a bar, named by `<group>_name` of its rows.

    What is not like for like stands under another heading. One group needs none.
    """
    parts = [rows[rows[group] == name] for name in groups]
    parts = [part for part in parts if len(part)]
    if len(parts) < 2:
        return rows
    headings = [part.head(1).assign(body_name=part[f"{group}_name"] + ":", label="", is_exact=True) for part in parts]
    headings = [heading.assign(**{value: float("nan")}).astype({value: "Float64"}) for heading in headings]
    pairs = zip(headings, parts, strict=True)
    return pd.concat([piece for pair in pairs for piece in pair], ignore_index=True)


def bounded(value: object, digits: int, bound: str, context: Context) -> str:
    """Write a computed number with the bound it inherits: 71,1 · ≥ 39,1 · ≤ 3,00 · ≈ 2,55."""
    written = context.language.decimal(value, digits)
    return written if bound == "exact" else context.text(f"bound.{bound}", value=written)


@dataclass(frozen=True)
class Marks:
    """What is marked across all bars, and named once above them.

    full: the target · span: the columns of the least and the most of the period that had passed; None: not marked ·
    full_name and span_name: their words; span_name is empty where the bars have it at different places.
    """

    full: float
    full_name: str
    span: tuple[str, str] | None
    span_name: str


def bars_as_printed(rows: pd.DataFrame, value: str, across: Marks | None = None) -> alt.TopLevelMixin:
    """Return bars from zero, each with its label at its end: filled where exact, hollow where a bound or in doubt.

    rows: body_name, label, is_exact and the value (NA: a heading between groups).
    """
    span, full = (across.span, across.full) if across else (None, None)
    names = rows["body_name"].map(in_lines)
    columns = ["body_name", value, "label", "is_exact", *(span or ())]
    drawn = rows[columns].assign(body_name=names, full=full, **_told(rows, NO_VALUE))
    base = alt.Chart(drawn).encode(y=alt.Y("body_name:N", sort=list(names), title=None, axis=_names_and_headings()))
    marks = [value, *(span or ()), "full"]
    longest = max(top_of(drawn[column].astype("Float64")) for column in marks)
    scale = scale_with_room(longest, rows["label"])
    length = alt.X(f"{value}:Q", scale=scale, axis=None)
    band = {"band": 0.62}
    layers = [
        base.mark_bar(color=ACCENT, stroke=ACCENT, strokeWidth=1.5, height=band).encode(
            x=length,
            fillOpacity=alt.condition("datum.is_exact", alt.value(1), alt.value(0)),
            strokeDash=alt.condition("datum.is_exact", alt.value([1, 0]), alt.value([4, 2])),
            detail=[f"{column}:N" for column in TOLD],
        ),
        *_span_marks(base, rows, scale, span),
    ]
    is_bar = base.transform_filter(f"datum['{value}'] !== null")
    if across:
        tick = is_bar.mark_tick(color=TARGET, thickness=3, height={"band": 0.9})
        layers += [tick.encode(x=alt.X("full:Q", scale=scale, axis=None)), *_names_above(across, rows, scale)]
    # A label belongs to the bar at whose end it stands; marks that it would run into give way to it.
    for paper in (5, 0):
        words = is_bar.mark_text(align="left", dx=6, stroke="white", strokeWidth=paper)
        layers.append(words.encode(x=length, text="label:N"))
    return alt.layer(*layers).properties(height=alt.Step(bar_step(names)))


def _names_and_headings() -> alt.Axis:
    """Return the axis of names on which a heading (see under_headings) stands bold above the bars that follow it."""
    axis = names_axis()
    is_heading = "slice(datum.value, -1) === ':'"
    axis.labelFontWeight = {"condition": {"test": is_heading, "value": "bold"}, "value": "normal"}
    axis.labelAlign = {"condition": {"test": is_heading, "value": "left"}, "value": "right"}
    return axis


def _names_above(across: Marks, rows: pd.DataFrame, scale: alt.Scale) -> Sequence[alt.Chart]:
    """Return the names of the marks above the first bar, one above the other: they may stand close together."""
    named = [(across.full, across.full_name, TARGET)]
    if across.span and across.span_name:
        named.append((float(rows[across.span[0]].max()), across.span_name, INK))
    return [
        alt.Chart(pd.DataFrame({"place": [place], "mark_name": [name]}))
        .mark_text(color=colour, baseline="bottom", y=-4 - NAME_LINE_PIXELS * line)
        .encode(x=alt.X("place:Q", scale=scale, axis=None), text="mark_name:N")
        for line, (place, name, colour) in enumerate(named)
    ]


def _span_marks(
    base: alt.Chart, rows: pd.DataFrame, scale: alt.Scale, span: tuple[str, str] | None
) -> Sequence[alt.Chart]:
    """Return the share of the period that had passed: a mark where it is known, a band where only its ends are."""
    if span is None:
        return ()
    low, high = span
    place = alt.X(f"{low}:Q", scale=scale, axis=None)
    known = base.transform_filter(f"datum['{low}'] !== null && datum['{low}'] === datum['{high}']")
    between = base.transform_filter(f"datum['{low}'] !== null && datum['{low}'] !== datum['{high}']")
    tick = known.mark_tick(color=INK, thickness=3, height={"band": 0.9}).encode(x=place)
    stretch = between.mark_bar(color=INK, opacity=0.35, height={"band": 0.9}).encode(x=place, x2=f"{high}:Q")
    is_known = (rows[low] == rows[high]).fillna(False)
    # A layer without rows has no extent, of which Vega warns.
    layers = ((tick, is_known), (stretch, rows[low].notna() & ~is_known))
    return [layer for layer, has_rows in layers if has_rows.any()]


def names_in_words(names: pd.Series, remarks: Mapping[str, str], context: Context) -> pd.Series:
    """Return recorded names with what is remarked beside them in the language of the page; NA stays."""
    return names.map(lambda name: in_words_of(context.language, name, remarks), na_action="ignore")


def days_in_words(days: pd.Series, context: Context) -> pd.Series:
    """Return dates that may be partial as the language writes them; NA where there is none."""
    return days.map(lambda day: partial_day(str(day), context.language), na_action="ignore")
