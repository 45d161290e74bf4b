"""The call list of the internal edition. Input: rows of measures.call_list."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.figures.block import Block
from analysis.figures.context import Context

_KINDS = {"org_name": "text", "reason_name": "text", "concerned_n": "count", "detail": "text"}


def call_list(calls: pd.DataFrame, not_judged: Sequence[str], context: Context) -> Block:
    """Whom to ring up, and about which number. Internal only.

    not_judged: reasons for which the dataset has no rows.
    Shows: organisations without a return, with overdue probations, behind their target of the year, without an
    admission. Read it: the most urgent first within each reason; of those behind, the least by chance first.
    Act on it: ring up.
    """
    missing = _not_judged(not_judged, context)
    if calls.empty and missing:
        return context.nothing_to_show("call_list", "figure.call_list.none_known", reasons=missing)
    if calls.empty:
        return context.nothing_to_show("call_list", "figure.call_list.none")
    organisations = calls["org_id"].nunique()
    finding = context.text(
        "figure.call_list.finding", organisations=organisations, parts=", ".join(_parts(calls, context))
    )
    rows = calls.assign(
        reason_name=[context.text(f"figure.call_list.{reason}") for reason in calls["reason"]],
        concerned_n=calls["people_n"],
        detail=[_detail(row, context) for row in calls.to_dict("records")],
    )
    notes: tuple[str, ...] = (context.text("figure.call_list.not_judged", reasons=missing),) if missing else ()
    if len(calls) > organisations:
        notes += (context.text("figure.call_list.twice", rows=len(calls), organisations=organisations),)
    if (calls["reason"] == "behind_target").any():
        notes += (context.text("note.pace"),)
        notes += (context.text("figure.call_list.chance_note"),) if context.is_of_the_whole else ()
    return context.figure("call_list", None, context.table(rows, _KINDS), finding, notes=notes)


def _parts(calls: pd.DataFrame, context: Context) -> list[str]:
    """Return how many stand in the list for each reason that there is, in the order of the list."""
    key = "figure.call_list.count"
    counts = calls["reason"].value_counts(sort=False)
    parts = {reason: context.text(f"{key}.{reason}", n=n) for reason, n in counts.items()}
    if "behind_target" in parts and context.is_of_the_whole:
        beyond = int(calls["position"].str.startswith("below").sum())
        parts["behind_target"] += f" {context.text(f'{key}.beyond', n=beyond)}"
    return list(parts.values())


def _not_judged(reasons: Sequence[str], context: Context) -> str:
    names = [context.text(f"figure.call_list.{reason}") for reason in reasons]
    return context.language.listing(names) if names else ""


def _detail(row: Mapping[Hashable, Any], context: Context) -> str:
    """Return the number that says why, in words."""
    key, reason = "figure.call_list", row["reason"]
    if reason == "behind_target":
        chance = context.text(f"{key}.{'chance' if row['chance_pct'] else 'no_chance'}", n=row["chance_pct"])
        counts = {"admitted": row["admitted_n"], "target": row["target_n"], "pace": row["pace_n"]}
        behind = context.text(f"{key}.behind", **counts)
        # Of a part of the Khối, chance would be measured around that part: an organisation around itself.
        return f"{behind}; {chance}" if context.is_of_the_whole else behind
    if reason == "no_answer":
        return context.text(f"{key}.unanswered")
    if pd.isna(row["since_date"]):
        return context.text(f"{key}.never_{reason}")
    since = context.text(f"{key}.since_{reason}", day=row["since_date"])
    return since if pd.isna(row["ended_date"]) else f"{since}; {context.text(f'{key}.ended', day=row['ended_date'])}"
