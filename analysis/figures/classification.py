"""Figures on yearly grades. Input: rows of measures.classification, suppressed for the audience."""

from __future__ import annotations

import altair as alt
import pandas as pd

from analysis.figures.block import Block
from analysis.figures.charts import BAR_STEP, Stack, stacked_bars
from analysis.figures.context import Context
from analysis.figures.theme import ACCENT, LEVEL_COLOURS, MUTED
from analysis.measures.classification import CAP_READINGS, REGIME_BREAK_YEAR
from analysis.tables.codes import LEVELS

# A part narrower than this has no room for its own number; the number stands in the table.
LABELLED_FROM_PCT = 8


def member_grades(grades: pd.DataFrame, better: pd.DataFrame, context: Context) -> Block:
    """The four levels of members by year, as shares of those rated.

    Shows: how the grades shift. Read it: each bar is all who were rated; coverage stands at its end.
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
        year_name=cap["year"].astype("str"),
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
        notes=(context.text("note.cap"), context.text("note.axis_not_zero")),
    )


def _grades(key: str, grades: pd.DataFrame, better: pd.DataFrame, context: Context) -> Block:
    if grades.empty or not grades["rated_n"].any():
        return context.nothing_to_show(key, "figure.classification.none")
    rows = grades.assign(
        year_name=[context.text(f"figure.classification.{_regime(year)}", year=year) for year in grades["year"]],
        level_name=grades["level"].map(_level_names(context)),
        label=[_share(share, context) for share in grades["share_pct"]],
        coverage=[context.text("figure.classification.coverage", coverage=value) for value in grades["coverage_pct"]],
    )
    last = better.to_dict("records")[-1]
    target_key = "finding" if pd.isna(last["target_pct"]) else "finding_target"
    finding = context.text(
        f"figure.{key}.{target_key}", year=last["year"], share=last["share_pct"], target=last["target_pct"]
    )
    stack = Stack("level", _level_names(context), LEVEL_COLOURS)
    chart = stacked_bars(rows, "year_name", "share_pct", stack, label="label", total="coverage")
    kinds = {
        "year_name": "text",
        "level_name": "text",
        "count_n": "count",
        "rated_n": "count",
        "share_pct": "pct",
        "coverage_pct": "pct",
    }
    notes = (context.text("note.regime_break"),) if _crosses_break(rows["year"]) else ()
    return context.figure(key, chart, context.table(rows, kinds), finding, notes=notes + context.hidden_note(rows))


def _cap_chart(rows: pd.DataFrame, context: Context) -> alt.TopLevelMixin:
    names = [context.text(f"cap_reading.{key}") for key in CAP_READINGS]
    base = alt.Chart(rows[["year_name", "within_pct", "reading_name"]]).encode(
        y=alt.Y(
            "year_name:N",
            title=None,
            sort=list(dict.fromkeys(rows["year_name"])),
            axis=alt.Axis(domain=False, ticks=False),
        ),
    )
    points = base.mark_point(filled=True, size=130, opacity=1).encode(
        x=alt.X(
            "within_pct:Q",
            title=context.text("figure.cap_compliance.axis"),
            scale=alt.Scale(zero=False, nice=True, domainMax=100),
        ),
        yOffset=alt.YOffset("reading_name:N", sort=names, scale=alt.Scale(paddingOuter=0.6)),
        color=alt.Color("reading_name:N", sort=None, scale=alt.Scale(domain=names, range=[ACCENT, "#e69f00", MUTED])),
        shape=alt.Shape(
            "reading_name:N", sort=None, scale=alt.Scale(domain=names, range=["circle", "triangle-up", "square"])
        ),
    )
    return alt.layer(points).properties(height=alt.Step(step=BAR_STEP + 20, **{"for": "position"}))


def _level_names(context: Context) -> dict[str, str]:
    return {level: context.text(f"level.{level}") for level in LEVELS}


def _share(share: float, context: Context) -> str:
    return "" if pd.isna(share) or share < LABELLED_FROM_PCT else context.language.decimal(share, 1)


def _regime(year: int) -> str:
    return "year_new_rules" if year >= REGIME_BREAK_YEAR else "year_old_rules"


def _crosses_break(years: pd.Series) -> bool:
    return bool(years.min() < REGIME_BREAK_YEAR <= years.max())
