"""The numbers that open every overview: admitted, organisations, members, grades; and their change.

Input: tables membership, organisations, events, targets, classification.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.measures.admissions import measure_attainment
from analysis.measures.rows import grassroots_as_of, rows_on, rows_within
from analysis.measures.structure import count_founded
from analysis.periods import Period, Window

TABLES = ("membership", "organisations", "events", "targets")


def count_headline(measure: str, tables: Mapping[str, pd.DataFrame], window: Window) -> int:
    """Return one headline number: people `admitted` in a window, or `members` or `organisations` on its last day."""
    if measure == "organisations":
        return len(grassroots_as_of(tables["organisations"], window.end))
    if measure == "members":
        return int(rows_on(tables["membership"], window.end)["closing_n"].sum())
    return int(rows_within(tables["membership"], window)["admitted_n"].sum())


def measure_headline(tables: Mapping[str, pd.DataFrame], period: Period, window: Window) -> pd.DataFrame:
    """Return the headline numbers of one period, one row.

    Columns: those of measure_attainment, and organisations_n, party_committees_n, cells_n (grassroots organisations
    on the data date), members_n (people on the list), founded_cells_n and founded_non_state_n (new chi bộ cơ sở in
    the window, and of them in non-state enterprises).
    """
    attainment = measure_attainment(tables["membership"], tables["targets"], period, window)
    kinds = grassroots_as_of(tables["organisations"], window.end)["kind"].value_counts()
    founded = count_founded(tables["events"], tables["organisations"], window)
    return attainment.assign(
        organisations_n=int(kinds.sum()),
        party_committees_n=int(kinds.get("party_committee", 0)),
        cells_n=int(kinds.get("cell", 0)),
        members_n=count_headline("members", tables, window),
        founded_cells_n=founded["cells_n"].array,
        founded_non_state_n=founded["non_state_n"].array,
    )


def compare_headline(
    tables: Mapping[str, pd.DataFrame], now: tuple[Period, Window], before: tuple[Period | None, Window | None]
) -> pd.DataFrame:
    """Return the headline of a period and of the one it is compared with, one row each (one where there is none).

    Columns: those of measure_headline, is_compared, and for disclosure, in the row compared with, members_change_n
    (members since then) and between_n (people admitted after the one period and within the other; NA unless both begin
    alike).
    """
    rows = [measure_headline(tables, *now).assign(is_compared=False)]
    period, window = before
    if period is not None and window is not None and not window.is_empty:
        rows.append(measure_headline(tables, period, window).assign(is_compared=True))
    both = pd.concat(rows, ignore_index=True)
    change = both[["admitted_n", "members_n"]].shift() - both[["admitted_n", "members_n"]]
    begins_alike = both["start_date"] == both["start_date"].shift()
    return both.assign(
        members_change_n=change["members_n"].astype("Int64"),
        between_n=change["admitted_n"].where(begins_alike).astype("Int64"),
    )
