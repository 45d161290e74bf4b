"""Figures on yearly grades. Input: rows of measures.classification, suppressed for the audience."""

from __future__ import annotations

import altair as alt
import pandas as pd

from analysis.figures.block import Block
from analysis.figures.charts import BAR_STEP, Stack, stacked_bars
from analysis.figures.context import Context
from analysis.figures.theme import ACCENT, GRID, LEVEL_COLOURS, MUTED
from analysis.measures.classification import CAP_READINGS, REGIME_BREAK_YEAR
from analysis.tables.codes import LEVELS


def member_grades(grades: pd.DataFrame, better: pd.DataFrame, context: Context) -> Block:
    """The four levels of members by year, as shares of those rated.

    Shows: how the grades shift. Read it: each bar is all who were rated; the two upper levels together stand at
    its end, the target is marked across it.
    Act on it: years before and after the change of rules are not like for like.
    """
    return _grades("member_grades", grades, better, context)


def organisation_grades(grades: pd.DataFrame, better: pd.DataFrame, context: Context) -> Block:
    """The four levels of grassroots organisations by year, as shares of those rated.

    Shows: how organisations are graded. Read it: as for members. Act on it: look at the years under the target.
    """
    return _grades("organisation_grades", grades, better, context)


def cap_compliance(cap: pd.DataFrame, context: Context) -> Block:
    """Share of grassroots organisations within the 20 % cap on excellent members, under three readings.

    Shows: how much the reading of the rule decides. Read it: one mark for each reading; the title holds the dataset's.
    Act on it: a breach is a matter to look at, not an error in the data.
    """
    if cap.empty:
        return context.nothing_to_show("cap_compliance", "figure.classification.none")
    rows = cap.assign(
        year_name=_year_names(cap["year"], context),
        reading_name=cap["reading"].map({key: context.text(f"cap_reading.{key}") for key in CAP_READINGS}),
    )
    chosen = rows[rows["reading"] == context.cap_reading].iloc[-1]
    finding = context.text(
        "figure.cap_compliance.finding",
        year=chosen["year"],
        within=chosen["within_n"],
        organisations=chosen["organisations_n"],
        reading=chosen["reading_name"],
    )
    kinds = {
        "year_name": "text",
        "reading_name": "text",
        "organisations_n": "count",
        "within_n": "count",
        "over_n": "count",
        "within_pct": "pct",
    }
    return context.figure(
        "cap_compliance",
        _cap_chart(rows, context),
        context.table(rows, kinds),
        finding,
        notes=(context.text("note.cap"), *_break_note(cap["year"], context), context.text("note.axis_not_zero")),
    )


def _grades(key: str, grades: pd.DataFrame, better: pd.DataFrame, context: Context) -> Block:
    if grades.empty or not grades["rated_n"].any():
        return context.nothing_to_show(key, "figure.classification.none")
    rows = _with_better(grades, better, context).assign(
        year_name=_year_names(grades["year"], context),
        level_name=grades["level"].map(_level_names(context)),
        label=context.part_labels(grades),
    )
    last = better.to_dict("records")[-1]
    told = "finding" if pd.isna(last["target_pct"]) else "finding_target"
    target_key = "finding_hidden" if pd.isna(last["share_pct"]) else told
    finding = context.text(
        f"figure.{key}.{target_key}", year=last["year"], share=last["share_pct"], target=last["target_pct"]
    )
    stack = Stack("level", _level_names(context), LEVEL_COLOURS)
    chart = stacked_bars(rows, "year_name", "share_pct", stack, label="label", total="better", target="target_pct")
    kinds = {
        "year_name": "text",
        "level_name": "text",
        "count_n": "count",
        "rated_n": "count",
        "share_pct": "pct",
        "coverage_pct": "pct",
        "better_pct": "pct",
        "target_pct": "pct",
    }
    notes = (*_bar_notes(rows, context), *_break_note(rows["year"], context), *context.hidden_note(rows))
    return context.figure(key, chart, context.table(rows, kinds), finding, notes=notes)


def _with_better(grades: pd.DataFrame, better: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Return grades with good or better of their year as a number and in words, and its target."""
    by_year = better.set_index("year")
    shares = grades["year"].map(by_year["share_pct"])
    taken = {year for year, share in by_year["share_pct"].items() if pd.isna(share)}
    rows = grades.assign(
        better_pct=shares,
        target_pct=grades["year"].map(by_year["target_pct"]),
        better=[
            context.text("words.hidden") if year in taken else context.language.percent(share)
            for year, share in zip(grades["year"], shares, strict=True)
        ],
    )
    if "hidden_cells" not in grades:
        return rows
    own = rows["year"].isin(taken).map({True: ("better_pct",), False: ()})
    return rows.assign(hidden_cells=rows["hidden_cells"] + own)


def _bar_notes(rows: pd.DataFrame, context: Context) -> tuple[str, ...]:
    """Return what stands at the end of the bars and across them, and how many of all were rated in each year."""
    years = rows.drop_duplicates("year")
    rated = [
        context.text("figure.classification.coverage", coverage=coverage, year=year)
        for year, coverage in zip(years["year"], years["coverage_pct"], strict=True)
    ]
    mark = () if rows["target_pct"].isna().all() else (context.text("note.target_mark_dark"),)
    return (
        context.text("figure.classification.better"),
        *mark,
        context.text("figure.classification.rated", rated=context.language.listing(rated)),
    )


def _cap_chart(rows: pd.DataFrame, context: Context) -> alt.TopLevelMixin:
    names = [context.text(f"cap_reading.{key}") for key in CAP_READINGS]
    years = list(dict.fromkeys(rows["year_name"]))
    y = alt.Y("year_name:N", title=None, sort=years, axis=alt.Axis(domain=False, ticks=False))
    # A label stands on the side of its mark on which there is more room.
    middle = (rows["within_pct"].min() + 100) / 2
    drawn = rows.assign(
        label=[
            context.text("figure.cap_compliance.label", within=within, organisations=organisations)
            for within, organisations in zip(rows["within_n"], rows["organisations_n"], strict=True)
        ],
        is_right=rows["within_pct"] < middle,
    )
    base = alt.Chart(drawn[["year_name", "within_pct", "reading_name", "label", "is_right"]]).encode(
        y=y,
        x=alt.X(
            "within_pct:Q",
            title=context.text("figure.cap_compliance.axis"),
            scale=alt.Scale(zero=False, nice=True, domainMax=100),
        ),
        yOffset=alt.YOffset("reading_name:N", sort=names, scale=alt.Scale(paddingOuter=0.6)),
    )
    points = base.mark_point(filled=True, size=130, opacity=1).encode(
        color=alt.Color("reading_name:N", sort=None, scale=alt.Scale(domain=names, range=[ACCENT, "#e69f00", MUTED])),
        shape=alt.Shape(
            "reading_name:N", sort=None, scale=alt.Scale(domain=names, range=["circle", "triangle-up", "square"])
        ),
    )
    bands = (
        alt.Chart(pd.DataFrame({"year_name": years[::2]}))
        .mark_rect(color=GRID, opacity=0.45, height=alt.expr("bandwidth('y')"))
        .encode(y=y)
    )
    right = base.transform_filter("datum.is_right").mark_text(align="left", dx=10).encode(text="label:N")
    left = base.transform_filter("!datum.is_right").mark_text(align="right", dx=-10).encode(text="label:N")
    return alt.layer(bands, points, right, left).properties(height=alt.Step(step=BAR_STEP + 26, **{"for": "position"}))


def _level_names(context: Context) -> dict[str, str]:
    return {level: context.text(f"level.{level}") for level in LEVELS}


def _year_names(years: pd.Series, context: Context) -> list[str]:
    """Return years with the rules that they were graded by, where these are not the first."""
    keys = ["year_new_rules" if year >= REGIME_BREAK_YEAR else "year_old_rules" for year in years]
    return [context.text(f"figure.classification.{key}", year=year) for key, year in zip(keys, years, strict=True)]


def _break_note(years: pd.Series, context: Context) -> tuple[str, ...]:
    return (context.text("note.regime_break"),) if years.min() < REGIME_BREAK_YEAR <= years.max() else ()
