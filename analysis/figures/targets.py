"""Figures on assigned targets. Input: rows of measures.targets, which count what was planned and not people.

Tables that name organisations are for internal pages only: organisation_revisions, untargeted_organisations.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.figures.block import Block
from analysis.figures.charts import bars
from analysis.figures.context import Context
from analysis.language import NO_VALUE

_ASSIGNED = {
    "scope_name": "text",
    "target_n": "count",
    "assigned_sum_n": "count",
    "difference_n": "signed",
    "assigned_pct": "pct",
    "assigned_organisations_n": "count",
    "zero_n": "count",
    "day": "date",
    "without_n": "count",
}
_REVISED = {
    "scope_name": "text",
    "first_target_n": "count",
    "first_date": "date",
    "last_target_n": "count",
    "last_date": "date",
    "change_n": "signed",
}
_OWN = _REVISED.keys() - {"scope_name"}
_COUNTS = {**_REVISED, "revised_n": "count", "raised_n": "count", "lowered_n": "count"}
_REVISIONS = {"org_name": "text", **_REVISED}
_MISSING = {
    "org_name": "text",
    "kind_name": "text",
    "sector_name": "text",
    "members_n": "count",
    "non_members_name": "text",
}


def assigned_targets(assigned: pd.DataFrame, context: Context) -> Block:
    """The sum of what organisations were assigned, beside the headline target of every year.

    Shows: whether the parts carry the whole. Read it: the bar is the sum, the mark the headline.
    Act on it: a gap need not be an error, but somebody has to know it.
    """
    years = assigned[(assigned["scope"] == "year") & assigned["assigned_sum_n"].notna()]
    if years.empty:
        return context.nothing_to_show("assigned_targets", "figure.assigned_targets.none")
    last = years.iloc[-1]
    if assigned["target_n"].isna().all():
        return context.nothing_to_show(
            "assigned_targets",
            "figure.assigned_targets.no_headline",
            year=last["year"],
            assigned=last["assigned_sum_n"],
        )
    drawn = years.assign(
        year_name=[context.text("figure.assigned_targets.year", year=year) for year in years["year"]],
        label=[_against_headline(row, context) for row in years.to_dict("records")],
    )
    return context.figure(
        "assigned_targets",
        bars(drawn, "year_name", "assigned_sum_n", "label", target="target_n"),
        context.table(_with_scope_name(assigned, context), _ASSIGNED),
        _finding(assigned["year"].iloc[-1], last, context),
        notes=_notes(drawn, context),
    )


def target_revisions(counts: pd.DataFrame, context: Context) -> Block:
    """Targets that were assigned anew, as a table: the Khối's own, and how many of organisations.

    Shows: how far the aim moved after it was set. Read it: the first and the last assignment of each target.
    Act on it: an attainment that rises because its target fell is no progress.
    """
    if counts.empty:
        return context.nothing_to_show("target_revisions", "figure.target_revisions.none")
    rows = _with_scope_name(counts, context)
    own = rows["last_target_n"].count()
    key = "finding" if own else "finding_theirs"
    # Columns of the Khối's own targets say something only where one of these was assigned anew.
    columns = _COUNTS if own else {name: kind for name, kind in _COUNTS.items() if name not in _OWN}
    finding = context.text(f"figure.target_revisions.{key}", own=own, theirs=rows["revised_n"].sum())
    told = context.text(f"figure.target_revisions.{'told' if own else 'told_theirs'}")
    return context.figure("target_revisions", None, context.table(rows, columns), finding, told=told)


def organisation_revisions(revisions: pd.DataFrame, context: Context) -> Block:
    """Targets of single organisations that were assigned anew, as a table. Internal pages only.

    Shows: whose aim moved, when and by how much. Read it: one row per target, first and last assignment.
    Act on it: match each with the decision on file.
    """
    theirs = revisions[revisions["level"] == "organisation"]
    if theirs.empty:
        return context.nothing_to_show("organisation_revisions", "figure.organisation_revisions.none")
    rows = _with_scope_name(theirs, context)
    finding = context.text(
        "figure.organisation_revisions.finding", targets=len(rows), organisations=rows["org_id"].nunique()
    )
    return context.figure("organisation_revisions", None, context.table(rows, _REVISIONS), finding)


def untargeted_organisations(missing: pd.DataFrame, not_judged: Sequence[str], context: Context) -> Block:
    """Grassroots organisations without a target for the year of the data date, as a call list. Internal pages only.

    not_judged: as in the call list; of a year in which nobody was assigned a target, nobody was left out.
    Shows: who was left out. Read it: by sector, the largest first, with whether anybody is left to admit.
    Act on it: call those that still have non-members.
    """
    if missing.empty or "behind_target" in not_judged:
        key = "none" if missing.empty else "not_assigned"
        return context.nothing_to_show("untargeted_organisations", f"figure.untargeted_organisations.{key}")
    rows = missing.assign(
        kind_name=[context.text(f"kind.{kind}") for kind in missing["kind"]],
        sector_name=[NO_VALUE if pd.isna(group) else context.sector_name(group) for group in missing["sector_group"]],
        non_members_name=[
            NO_VALUE if pd.isna(left) else context.text(f"non_members.{left}") for left in missing["non_members_left"]
        ],
    )
    finding = context.text(
        "figure.untargeted_organisations.finding",
        organisations=len(rows),
        year=rows["year"].iloc[0],
        left=(rows["non_members_left"] == "yes").sum(),
    )
    return context.figure("untargeted_organisations", None, context.table(rows, _MISSING), finding)


def _notes(years: pd.DataFrame, context: Context) -> tuple[str, ...]:
    marked = years["target_n"].notna().any()
    keys = ("mark_note", "sum_note") if marked else ("sum_note",)
    return tuple(context.text(f"figure.assigned_targets.{key}") for key in keys)


def _finding(year: int, last: pd.Series, context: Context) -> str:
    """Return the finding on the last year with targets; where that is not the year of the data date, say so first."""
    finding = _finding_of_year(last, context)
    if year == last["year"]:
        return finding
    return context.text("figure.assigned_targets.finding_not_yet", current=year, finding=finding)


def _finding_of_year(row: pd.Series, context: Context) -> str:
    key = "finding" if pd.notna(row["assigned_pct"]) else "finding_no_headline"
    return context.text(
        f"figure.assigned_targets.{key}",
        year=row["year"],
        assigned=row["assigned_sum_n"],
        target=row["target_n"],
        share=row["assigned_pct"],
        without=row["without_n"],
    )


def _against_headline(row: Mapping[Hashable, Any], context: Context) -> str:
    key = "label" if pd.isna(row["assigned_pct"]) else "label_target"
    return context.text(
        f"figure.assigned_targets.{key}",
        assigned=row["assigned_sum_n"],
        target=row["target_n"],
        share=row["assigned_pct"],
    )


def _with_scope_name(rows: pd.DataFrame, context: Context) -> pd.DataFrame:
    names = [
        context.text("target_scope.term" if scope == "term" else "target_scope.year", year=year)
        for scope, year in zip(rows["scope"], rows["year"], strict=True)
    ]
    return rows.assign(scope_name=names)
