"""The call list of the internal edition. Input: rows of measures.call_list."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from analysis.figures.block import Block
from analysis.figures.context import Context

_KINDS = {"org_name": "text", "reason_name": "text", "people_n": "count", "detail": "text"}


def call_list(calls: pd.DataFrame, context: Context) -> Block:
    """Whom to ring up, and about which number. Internal only.

    Shows: organisations without a return, with overdue probations, behind their target of the year. Read it: the most
    urgent first within each reason. Act on it: ring up.
    """
    if calls.empty:
        return context.nothing_to_show("call_list", "figure.call_list.none")
    counts = calls["reason"].value_counts()
    finding = context.text(
        "figure.call_list.finding",
        organisations=calls["org_id"].nunique(),
        not_reported=int(counts.get("not_reported", 0)),
        overdue=int(counts.get("overdue", 0)),
        behind=int(counts.get("behind_target", 0)),
    )
    rows = calls.assign(
        reason_name=[context.text(f"figure.call_list.{reason}") for reason in calls["reason"]],
        detail=[_detail(row, context) for row in calls.to_dict("records")],
    )
    notes = (context.text("note.pace"),) if "behind_target" in counts else ()
    return context.figure("call_list", None, context.table(rows, _KINDS), finding, notes=notes)


def _detail(row: Mapping[Hashable, Any], context: Context) -> str:
    """Return the number that says why, in words."""
    if row["reason"] == "behind_target":
        place = "beyond_chance" if str(row["position"]).startswith("below") else "within_chance"
        return context.text(
            f"figure.call_list.{place}", admitted=row["admitted_n"], target=row["target_n"], pace=row["pace_n"]
        )
    if pd.isna(row["since_date"]):
        return context.text("figure.call_list.never")
    return context.text(f"figure.call_list.since_{row['reason']}", day=row["since_date"])
