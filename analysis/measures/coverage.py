"""How many organisations the numbers of a period rest on: who stood, and whose returns are missing.

Input: tables membership (of the whole dataset: its row dates are those on which returns were due) and organisations (of
the report's place). In membership, no row means not reported.
"""

from __future__ import annotations

import pandas as pd

from analysis.measures.rows import rows_within
from analysis.periods import Window
from analysis.tables.codes import GRASSROOTS_KINDS


def count_returns(membership: pd.DataFrame, organisations: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Return how many grassroots organisations reported, one row.

    Columns: data_date (the window's last day), standing_n (organisations on that day), reported_n (of them with a
    return for it), missing_n (returns that were due on any row date of the window and are not there), missing_from_n
    (organisations that owe them). A return is due from every organisation that stands on a row date.
    """
    inside = rows_within(membership, window)
    due = _due(organisations, inside["period_end"].drop_duplicates())
    given = inside[["org_id", "period_end"]].assign(is_given=True)
    due = due.merge(given, on=["org_id", "period_end"], how="left", validate="1:1")
    owed = due[due["is_given"].isna()]
    last = due[due["period_end"] == pd.Timestamp(window.end)]
    row = {
        "standing_n": len(last),
        "reported_n": int(last["is_given"].notna().sum()),
        "missing_n": len(owed),
        "missing_from_n": owed["org_id"].nunique(),
    }
    return pd.DataFrame([row]).astype("Int64").assign(data_date=pd.Timestamp(window.end))


def _due(organisations: pd.DataFrame, days: pd.Series) -> pd.DataFrame:
    """Return every pair of a row date and a grassroots organisation that stood on it: org_id, period_end."""
    register = organisations.loc[organisations["kind"].isin(GRASSROOTS_KINDS), ["org_id", "valid_from", "valid_to"]]
    pairs = register.merge(days.rename("period_end"), how="cross")
    stands = (pairs["valid_from"] <= pairs["period_end"]) & ~(pairs["valid_to"] < pairs["period_end"])
    return pairs.loc[stands, ["org_id", "period_end"]]
