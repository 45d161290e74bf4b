"""Figures that set printed numbers of Party bodies side by side. Input: rows of printed_shares and printed_rates."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from analysis.figures.block import Absent, Block
from analysis.figures.context import Context
from analysis.figures.printed import (
    SOURCE_KINDS,
    Marks,
    bars_as_printed,
    bounded,
    days_in_words,
    has_too_few,
    most_recent,
    named,
    notes_on,
    under_headings,
    with_sources,
)
from analysis.figures.printed_labels import PrintedShare, notes_on_labels, share_labels
from analysis.measures.printed_rates import MEMBER_BASES
from analysis.tables.codes import PUBLISHED_LEVELS
from analysis.wording import BODY_REMARKS, in_words_of

ELAPSED = ("elapsed_low_pct", "elapsed_high_pct")
SHARE_COLUMNS = {
    "body_shown": "name",
    "body_level_name": "text",
    "end_name": "text",
    "value_pct": "pct",
    "value_as_printed": "text",
}


def share_of_target(shares: pd.DataFrame, kind: str, context: Context) -> Block:
    """Printed shares of an admission target of one kind of period, beside the share of the period that had passed.

    Shows: who is ahead of an even pace. Read it: the orange mark is the target, the dark one the time that had passed;
    the label is what was printed, in the page's number form. Act on it: follow the source before quoting.
    """
    rows = shares[shares["kind"] == kind].reset_index(drop=True)
    if has_too_few(rows):
        return Absent(context.language.code, context.text("figure.published.too_few"))
    rows = _labelled(rows, context)
    drawn = most_recent(rows)
    # At the end of a year the time that had passed is the target's own mark.
    span = ELAPSED if kind != "year" and rows[ELAPSED[0]].notna().any() else None
    elapsed = context.text(f"note.elapsed_{'term' if kind == 'term_to_date' else 'year'}")
    notes = (context.text("note.target_mark"), *((elapsed,) if span else ()))
    notes += notes_on_labels(_printed(drawn), context) + notes_on(rows, drawn, context)
    notes += _note_on_refuted(drawn, context)
    figure = context.figure(
        "share_of_target",
        bars_as_printed(
            drawn.assign(is_exact=drawn["is_exact"] & ~drawn["is_refuted"]), "value_pct", _marks(drawn, span, context)
        ),
        context.table(rows, _share_columns(rows)),
        _finding(rows, kind, context),
        notes=notes,
        kind=context.text(f"share_kind.{kind}"),
    )
    heading = context.text("figure.share_of_target.heading_of", kind=context.text(f"share_kind_short.{kind}"))
    figure = replace(figure, figure_id=f"share-of-target-{kind.replace('_', '-')}", heading=heading)
    return with_sources(figure, drawn, context)


def shares_alone(shares: pd.DataFrame, context: Context) -> Block:
    """Printed shares of a target that no other body printed for the same kind of period: a table, nothing to draw.

    Shows: what cannot be compared yet. Read it: one row for each. Act on it: look for the same number of another body.
    """
    if shares.empty:
        return context.nothing_to_show("shares_alone", "figure.published.too_few")
    bodies = shares.groupby("kind")["body"].transform("size")
    alone = shares[bodies == 1].reset_index(drop=True)
    if alone.empty:
        return Absent(context.language.code, context.text("figure.shares_alone.none"))
    rows = _labelled(alone, context).assign(
        period_kind_name=[context.text(f"share_kind_short.{kind}") for kind in alone["kind"]]
    )
    finding = context.text("figure.shares_alone.finding", kinds=context.language.listing(rows["period_kind_name"]))
    kinds = {"body_shown": "name", "period_kind_name": "text", **_share_columns(rows)}
    return context.figure("shares_alone", None, context.table(rows, kinds), finding)


def admissions_per_100_members(rates: pd.DataFrame, context: Context) -> Block:
    """Admissions of a whole year per 100 members, on the base that most bodies printed.

    Shows: how fast bodies grow by admission. Read it: computed from two printed counts; the base stands in the
    subtitle. Act on it: a rate on another base is another measure.
    """
    by_base = rates.groupby("base").size().reindex(MEMBER_BASES, fill_value=0)
    base = str(by_base.idxmax())
    rows = rates[rates["base"] == base].reset_index(drop=True)
    if has_too_few(rows):
        return context.nothing_to_show("admissions_per_100_members", _too_few_key(rates), **_only_rate(rates, context))
    rows = named(rows, context, "year").assign(
        base_date_name=days_in_words(rows["base_date"], context),
        label=[bounded(*pair, context) for pair in _pairs(rows, "rate_pct", 2)],
    )
    drawn = most_recent(rows, "year")
    others = len(rates) - len(rows)
    notes = notes_on(rows, drawn, context)
    notes += (context.text("note.other_bases", others=others),) if others else ()
    kinds = {
        "body_shown": "name",
        "body_level_name": "text",
        "end_name": "text",
        "admitted_n": "count",
        "members_n": "count",
    }
    kinds |= {"base_date_name": "text", "rate_pct": "dec2", **SOURCE_KINDS, "members_url": "url"}
    figure = context.figure(
        "admissions_per_100_members",
        bars_as_printed(drawn, "rate_pct"),
        context.table(rows, kinds),
        _range_finding("admissions_per_100_members", rows, "rate_pct", context),
        notes=notes,
        base=context.text(f"member_base.{base}"),
    )
    return with_sources(figure, drawn, context)


def members_per_organisation(rows: pd.DataFrame, context: Context) -> Block:
    """Members per grassroots organisation where a body printed both for the same day.

    Shows: how large grassroots organisations are elsewhere. Read it: computed from two printed numbers.
    Act on it: compare bodies of the same level only.
    """
    if has_too_few(rows):
        return context.nothing_to_show("members_per_organisation", "figure.published.too_few")
    rows = named(rows, context)
    rows = rows.assign(label=[bounded(*pair, context) for pair in _pairs(rows, "members_per_organisation_n", 1)])
    drawn = most_recent(rows)
    by_level = under_headings(drawn, "body_level", PUBLISHED_LEVELS, "members_per_organisation_n")
    kinds = {"body_shown": "name", "body_level_name": "text", "end_name": "text", "members_n": "count"}
    kinds |= {"organisations_n": "count", "members_per_organisation_n": "dec1", "bound_name": "text", **SOURCE_KINDS}
    kinds |= {"organisations_url": "url"}
    bounds = [context.text(f"value_bound.{bound}") for bound in rows["value_bound"]]
    figure = context.figure(
        "members_per_organisation",
        bars_as_printed(by_level, "members_per_organisation_n"),
        context.table(rows.assign(bound_name=bounds), kinds),
        _range_finding("members_per_organisation", rows, "members_per_organisation_n", context),
        notes=notes_on(rows, drawn, context),
    )
    return with_sources(figure, drawn, context)


def _labelled(rows: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Return shares with names and labels; of the time that had passed the column of a table with one."""
    return named(rows, context).assign(elapsed_pct=rows[ELAPSED[1]], label=share_labels(_printed(rows), context))


def _printed(rows: pd.DataFrame) -> list[PrintedShare]:
    columns = ["value_pct", "value_high_pct", "value_bound", "value_as_printed", "printed_language"]
    return [PrintedShare(*cells) for cells in rows[columns].itertuples(index=False)]


def _share_columns(rows: pd.DataFrame) -> dict[str, str]:
    """Return the columns of a table of shares; the time that had passed has two ends where they differ."""
    differ = (rows[ELAPSED[0]] != rows[ELAPSED[1]]).fillna(False).any()
    elapsed = dict.fromkeys(ELAPSED, "pct") if differ else {"elapsed_pct": "pct"}
    return {**SHARE_COLUMNS, **elapsed, **SOURCE_KINDS}


def _marks(drawn: pd.DataFrame, span: tuple[str, str] | None, context: Context) -> Marks:
    """Return the marks of the target and of the time that had passed, which is named where it is one for all bars."""
    places = pd.concat([drawn[name] for name in ELAPSED]).drop_duplicates()
    is_one = span is not None and len(places) == 1
    return Marks(
        full=100,
        full_name=context.text("figure.share_of_target.mark_target"),
        span=span,
        span_name=context.text("figure.share_of_target.mark_elapsed", elapsed=places.iloc[0]) if is_one else "",
    )


def _note_on_refuted(drawn: pd.DataFrame, context: Context) -> tuple[str, ...]:
    """Return the note on shares that the counts printed with them do not allow; nothing where all fit."""
    names = drawn.loc[drawn["is_refuted"], "body_shown"]
    return (context.text("note.refuted_bar", bodies=context.language.listing(names)),) if len(names) else ()


def _finding(rows: pd.DataFrame, kind: str, context: Context) -> str:
    """Return how many bodies are ahead of the time that had passed; of a whole year, how many met the target.

    With the period and the measure, because it stands alone in an index; and with what the page's own checks refute.
    """
    ahead, undecided = (int((rows["standing"] == standing).sum()) for standing in ("ahead", "open"))
    found = context.text(
        f"figure.share_of_target.{_finding_key(kind, undecided, len(rows))}",
        span=context.text(f"share_span.{kind}", years=_years(rows, context)),
        aim=context.text(f"share_aim.{'term' if kind == 'term_to_date' else 'year'}"),
        ahead=ahead,
        undecided=undecided,
        bodies=len(rows),
    )
    refuted = int(rows["is_refuted"].sum())
    return context.text("figure.share_of_target.and_refuted", found=found, refuted=refuted) if refuted else found


def _finding_key(kind: str, undecided: int, bodies: int) -> str:
    if kind == "year":
        return "finding_year"
    if undecided == bodies:
        return "finding_undecided"
    return "finding_open" if undecided else "finding"


def _years(rows: pd.DataFrame, context: Context) -> str:
    """Return the years in which the periods of the rows ended."""
    years = sorted(set(rows["period_end"].str[:4]))
    return context.text(f"share_years.{'one' if len(years) == 1 else 'several'}", first=years[0], last=years[-1])


def _range_finding(key: str, rows: pd.DataFrame, value: str, context: Context) -> str:
    """Return the least and the greatest of the exact values; bounds have no place in a ranking."""
    exact = rows.loc[rows["is_exact"], value]
    if exact.empty:
        return context.text(f"figure.{key}.finding_bounds", bodies=len(rows))
    return context.text(f"figure.{key}.finding", low=exact.min(), high=exact.max(), bodies=len(exact))


def _pairs(rows: pd.DataFrame, value: str, digits: int) -> list[tuple[object, int, str]]:
    return [(number, digits, bound) for number, bound in zip(rows[value], rows["value_bound"], strict=True)]


def _too_few_key(rates: pd.DataFrame) -> str:
    only = len(rates) == 1
    return "figure.admissions_per_100_members.only" if only else "figure.published.too_few"


def _only_rate(rates: pd.DataFrame, context: Context) -> dict[str, object]:
    """Return what the sentence says of the one rate there is."""
    if len(rates) != 1:
        return {}
    row = rates.iloc[0]
    return {
        "body": in_words_of(context.language, str(row["body"]), BODY_REMARKS),
        "year": row["year"],
        "rate": bounded(row["rate_pct"], 2, row["value_bound"], context),
        "base": context.text(f"member_base.{row['base']}"),
    }
