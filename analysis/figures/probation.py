"""Figures on probation: what became of those admitted. Input: rows of measures.probation, suppressed for the audience.

On public pages a cohort's few removals would be known from all the others, so that cohorts stand one by one only where
none of their numbers is hidden; else all whose probation is over stand together.
"""

from __future__ import annotations

import pandas as pd

from analysis.figures.block import Block
from analysis.figures.charts import Stack, bars, stacked_bars
from analysis.figures.context import Context
from analysis.figures.curves import MonthMark, rising_share
from analysis.figures.table import Table
from analysis.figures.theme import ACCENT, CONTEXT, TARGET
from analysis.language import PERCENT_DIGITS
from analysis.measures.probation import STATES
from analysis.tables.codes import PROBATION_MONTHS

# One hue for those recognised, greys and a second hue for the rest; told apart by lightness as well.
STATE_COLOURS = {"official": ACCENT, "removed": TARGET, "other": "#e8b27d", "waiting": CONTEXT}
# All parts of a bar that are hidden, as one: their sum is known from the whole.
REST, REST_COLOUR = "rest", "#8a949c"
# A part narrower than this has no room for its own number; the number stands in the table.
LABELLED_FROM_PCT = 8


def cohort_outcomes(cohorts: pd.DataFrame, due: pd.DataFrame, contradicted: pd.DataFrame, context: Context) -> Block:
    """Those admitted in each quarter or half-year: made official, removed, otherwise gone, still waiting.

    contradicted: the row dates that could not be followed, suppressed by admitted_n.
    Shows: what became of each cohort. Read it: each bar is a whole cohort, its size stands at the end; the numbers in
    the parts are people. Act on it: a cohort of two years ago that still waits calls for a look at the dossiers.
    """
    if cohorts.empty:
        return context.nothing_to_show("cohort_outcomes", "figure.probation.none")
    official = due[due["state"] == "official"]
    is_due_hidden = bool(official["is_hidden"].any())
    if cohorts["is_hidden"].any() and (due.empty or is_due_hidden):
        return context.nothing_to_show("cohort_outcomes", "figure.hidden")
    key = "finding_none_due" if due.empty else "finding_hidden" if is_due_hidden else "finding"
    values = {} if due.empty else official.iloc[0].to_dict()
    finding = context.text(
        f"figure.cohort_outcomes.{key}",
        due=values.get("due_n"),
        official=values.get("people_n"),
        share=values.get("share_pct"),
    )
    left_out = _left_out(contradicted, context)
    if cohorts["is_hidden"].any():
        return _all_due(due, context, finding, left_out)
    return _each_cohort(cohorts, official, context, finding, left_out)


def official_over_months(months: pd.DataFrame, leavers: pd.DataFrame, due: pd.DataFrame, context: Context) -> Block:
    """Share made official by months since admission; those still waiting count only as long as they were seen.

    due: what became of those whose probation is over, suppressed: where a part of it is hidden, the share of those who
    left, which is what is missing to 100 %, is not said either.
    Shows: how soon recognition comes after the twelve months. Read it: the line steps up in the months in which people
    were recognised; the dashed rule is the end of probation. Act on it: a long way from the rule to the top is delay.
    """
    if months.empty:
        return context.nothing_to_show("official_over_months", "figure.official_over_months.none")
    if months["is_hidden"].any() or leavers["is_hidden"].any():
        return context.nothing_to_show("official_over_months", "figure.hidden")
    last, left = months.iloc[-1], leavers.iloc[-1]
    finding = context.text("figure.official_over_months.finding", month=last["month"], share=last["official_pct"])
    ends = [(last["month"], last["official_pct"], "official", True)]
    kinds = {"month": "count", "official_pct": "pct"}
    if not due["is_hidden"].any():
        ends.append((left["month"], left["left_pct"], "left", False))
        # Month by month, those who left would be a few people.
        months = months.assign(left_pct=pd.Series(left["left_pct"], index=months.index[-1:], dtype="Float64"))
        kinds["left_pct"] = "pct"
    points = pd.DataFrame(
        [
            (month, share, context.text(f"figure.official_over_months.{key}", share=share), is_line)
            for month, share, key, is_line in ends
        ],
        columns=["month", "share_pct", "words", "is_line"],
    )
    chart = rising_share(
        months,
        "official_pct",
        points,
        mark=MonthMark(PROBATION_MONTHS, context.text("figure.official_over_months.mark", months=PROBATION_MONTHS)),
        axis_title=context.text("figure.official_over_months.axis"),
    )
    keys = ("censored", "thinned") if months["is_thinned"].any() else ("censored",)
    notes = tuple(context.text(f"figure.official_over_months.{key}") for key in keys)
    return context.figure(
        "official_over_months",
        chart,
        context.table(months, kinds),
        finding,
        notes=(*notes, context.text("figure.probation.before")),
    )


def overdue_cohorts(overdue: pd.DataFrame, due: pd.DataFrame, cohorts: pd.DataFrame, context: Context) -> Block:
    """Members still on probation more than twelve full months after admission, by cohort.

    cohorts: all that are followed; none where the dataset has no outcomes.
    Shows: whose recognition is late. Read it: the bar is people, with the whole months beyond the twelve beside it.
    Act on it: ask the organisations, oldest cohort first (internal: overdue_by_organisation).
    """
    if due.empty:
        key = "probation.none" if cohorts.empty else "overdue_cohorts.none_due"
        return context.nothing_to_show("overdue_cohorts", f"figure.{key}")
    waiting = due[due["state"] == "waiting"].iloc[0]
    if waiting["is_hidden"]:
        return context.nothing_to_show("overdue_cohorts", "figure.hidden")
    if overdue.empty:
        return context.nothing_to_show("overdue_cohorts", "figure.overdue_cohorts.none")
    if overdue["is_hidden"].any():
        return context.nothing_to_show("overdue_cohorts", "figure.overdue_cohorts.total", waiting=waiting["people_n"])
    rows = overdue.assign(
        cohort_name=_cohort_names(overdue, context),
        label=[
            context.text(f"figure.overdue_cohorts.{'label' if months else 'label_begun'}", people=people, months=months)
            for people, months in zip(overdue["people_n"], overdue["months_over_n"], strict=True)
        ],
    )
    finding = context.text("figure.overdue_cohorts.finding", waiting=waiting["people_n"], due=waiting["due_n"])
    kinds = {"cohort_name": "text", "cohort_end_date": "date", "people_n": "count", "months_over_n": "count"}
    return context.figure(
        "overdue_cohorts",
        bars(rows, "cohort_name", "people_n", "label"),
        context.table(rows, kinds),
        finding,
        notes=(context.text("figure.probation.whole_months"), context.text("figure.probation.before")),
    )


def _left_out(contradicted: pd.DataFrame, context: Context) -> tuple[str, ...]:
    if contradicted.empty:
        return ()
    key = "contradicted_dates" if contradicted["is_hidden"].any() else "contradicted"
    return (context.text(f"figure.probation.{key}", n=len(contradicted), people=contradicted["admitted_n"].sum()),)


def _each_cohort(
    cohorts: pd.DataFrame, official: pd.DataFrame, context: Context, finding: str, left_out: tuple[str, ...]
) -> Block:
    """Return a bar for each cohort; the table ends with the numbers of the finding, which no cohort has.

    official: of those whose probation is over; what else became of them would tell, by difference, of a few others.
    """
    rows = _labelled(cohorts, context).assign(
        cohort_name=_cohort_names(cohorts, context),
        total=[context.text("figure.cohort_outcomes.total", admitted=count) for count in cohorts["admitted_n"]],
    )
    told = _labelled(official[~official["is_hidden"]], context).rename(columns={"due_n": "admitted_n"})
    told = told.assign(cohort_name=context.text("figure.cohort_outcomes.all_due"), cohort_end_date=None)
    kinds = {
        "cohort_name": "text",
        "cohort_end_date": "date",
        "state_name": "text",
        "people_n": "count",
        "admitted_n": "count",
        "share_pct": "pct",
    }
    notes = (context.text("figure.probation.part"),) if cohorts["is_part"].any() else ()
    table = context.table(pd.concat([rows, told]) if len(told) else rows, kinds)
    return _outcomes(rows, table, context, finding, (*notes, *left_out))


def _all_due(due: pd.DataFrame, context: Context, finding: str, left_out: tuple[str, ...]) -> Block:
    rows = _labelled(due, context).assign(
        cohort_name=context.text("figure.cohort_outcomes.all_due"),
        total=[context.text("figure.cohort_outcomes.total", admitted=count) for count in due["due_n"]],
    )
    kinds = {"state_name": "text", "people_n": "count", "due_n": "count", "share_pct": "pct"}
    notes = (context.text("figure.cohort_outcomes.together_note"), *context.hidden_note(due), *left_out)
    return _outcomes(_with_rest(rows), context.table(rows, kinds), context, finding, notes)


def _with_rest(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the shown parts of one bar, and all hidden ones as one part, so that the bar is as long as its whole."""
    shown = rows[rows["share_pct"].notna()]
    if len(shown) == len(rows):
        return rows
    rest = rows.iloc[:1].assign(state=REST, share_pct=round(100 - shown["share_pct"].sum(), PERCENT_DIGITS), label="")
    return pd.concat([shown, rest])


def _outcomes(rows: pd.DataFrame, table: Table, context: Context, finding: str, notes: tuple[str, ...]) -> Block:
    """Return the figure of every cohort by itself, or of all as one bar."""
    form = "together" if "due_n" in rows else "each"
    names = {**_state_names(context), REST: context.text("figure.cohort_outcomes.rest")}
    drawn = rows[rows["share_pct"] > 0]
    stack = Stack(
        "state",
        {state: name for state, name in names.items() if state in set(drawn["state"])},
        {**STATE_COLOURS, REST: REST_COLOUR},
    )
    return context.figure(
        "cohort_outcomes",
        stacked_bars(drawn, "cohort_name", "share_pct", stack, label="label", total="total"),
        table,
        finding,
        notes=(*notes, context.text("figure.probation.whole_months"), context.text("figure.probation.before")),
        of=context.text(f"figure.cohort_outcomes.{form}.of"),
        bars=context.text(f"figure.cohort_outcomes.{form}.bars"),
    )


def _labelled(rows: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Return rows with the state's name and the label of its part."""
    has_room = (rows["share_pct"] >= LABELLED_FROM_PCT).fillna(False)
    labels = [
        context.language.count(people) if room else "" for people, room in zip(rows["people_n"], has_room, strict=True)
    ]
    return rows.assign(state_name=rows["state"].map(_state_names(context)), label=labels)


def _state_names(context: Context) -> dict[str, str]:
    return {state: context.text(f"probation_state.{state}") for state in STATES}


def _cohort_names(rows: pd.DataFrame, context: Context) -> list[str]:
    """Return cohorts as readers know them: "Quý III/2022", with a star where only a part of it is counted."""
    names = []
    for cohort, is_part in zip(rows["cohort"], rows["is_part"], strict=True):
        year, _, part = cohort.partition("-")
        name = context.text(f"cohort.{part}", year=year)
        names.append(context.text("cohort.part", cohort=name) if is_part else name)
    return names
