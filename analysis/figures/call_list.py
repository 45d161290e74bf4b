"""The call list of the internal edition. Input: rows of measures.call_list."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.figures.block import Block
from analysis.figures.context import Context

_KINDS = {"org_name": "text", "reason_name": "text", "people_n": "count", "detail": "text"}


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
    counts = calls["reason"].value_counts()
    finding = context.text(
        "figure.call_list.finding",
        organisations=calls["org_id"].nunique(),
        not_reported=int(counts.get("not_reported", 0)),
        overdue=int(counts.get("overdue", 0)),
        behind=int(counts.get("behind_target", 0)),
        beyond=int(calls["position"].str.startswith("below").sum()),
        no_admission=int(counts.get("no_admission", 0)),
        no_answer=int(counts.get("no_answer", 0)),
    )
    rows = calls.assign(
        reason_name=[context.text(f"figure.call_list.{reason}") for reason in calls["reason"]],
        detail=[_detail(row, context) for row in calls.to_dict("records")],
    )
    notes: tuple[str, ...] = (context.text("figure.call_list.not_judged", reasons=missing),) if missing else ()
    if "behind_target" in counts:
        notes += (context.text("note.pace"), context.text("figure.call_list.chance_note"))
    return context.figure("call_list", None, context.table(rows, _KINDS), finding, notes=notes)


def _not_judged(reasons: Sequence[str], context: Context) -> str:
    names = [context.text(f"figure.call_list.{reason}") for reason in reasons]
    return context.language.listing(names) if names else ""


def _detail(row: Mapping[Hashable, Any], context: Context) -> str:
    """Return the number that says why, in words."""
    key, reason = "figure.call_list", row["reason"]
    if reason == "behind_target":
        chance = context.text(f"{key}.{'chance' if row['chance_pct'] else 'no_chance'}", n=row["chance_pct"])
        counts = {"admitted": row["admitted_n"], "target": row["target_n"], "pace": row["pace_n"]}
        return context.text(f"{key}.behind", chance=chance, **counts)
    if reason == "no_answer":
        return context.text(f"{key}.unanswered")
    if pd.isna(row["since_date"]):
        return context.text(f"{key}.never_{reason}")
    return context.text(f"{key}.since_{reason}", day=row["since_date"])
