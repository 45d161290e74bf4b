"""Choosing rows by time and place, the first step of every measure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from analysis.periods import Window
from analysis.tables.codes import GRASSROOTS_KINDS, SECTORS


def rows_within(frame: pd.DataFrame, window: Window, column: str = "period_end") -> pd.DataFrame:
    """Return the rows whose date lies in the window, both days included."""
    days = frame[column]
    return frame[(days >= pd.Timestamp(window.start)) & (days <= pd.Timestamp(window.end))]


def rows_on(frame: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return the rows of one row date."""
    return frame[frame["period_end"] == pd.Timestamp(day)]


def last_returns(membership: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return the last row of every organisation on or before a day: who is silent on it keeps what it last reported."""
    known = membership[membership["period_end"] <= pd.Timestamp(day)]
    return known.sort_values("period_end", kind="stable").drop_duplicates("org_id", keep="last")


def organisations_as_of(organisations: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return the register as it stood on a day, one row per organisation, with `sector_group` (NA without a sector)."""
    moment = pd.Timestamp(day)
    holds = (organisations["valid_from"] <= moment) & (
        organisations["valid_to"].isna() | (organisations["valid_to"] >= moment)
    )
    standing = organisations[holds]
    return standing.assign(sector_group=standing["sector"].map(SECTORS))


def grassroots_as_of(organisations: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return the grassroots organisations (TCCSĐ) of a day: đảng bộ and chi bộ cơ sở, never lower bodies (C.7)."""
    standing = organisations_as_of(organisations, day)
    return standing[standing["kind"].isin(GRASSROOTS_KINDS)]


def organisations_last_known(organisations: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return every organisation that had come by a day as it was then, or as it was last before it ended; one row each.

    Columns: those of the register, and sector_group (NA without a sector).
    """
    known = organisations[organisations["valid_from"] <= pd.Timestamp(day)]
    latest = known.sort_values("valid_from").drop_duplicates("org_id", keep="last")
    return latest.assign(sector_group=latest["sector"].map(SECTORS))


def body_in_charge(organisations: pd.DataFrame, day: date) -> dict[str, str]:
    """Return, for each organisation that had ended by a day and was taken over, the one that has its members now."""
    last = organisations_last_known(organisations, day)
    gone = last[(last["valid_to"] < pd.Timestamp(day)) & last["replaced_by"].notna()]
    heirs = dict(zip(gone["org_id"], gone["replaced_by"], strict=True))
    return {org_id: _last_heir(org_id, heirs) for org_id in heirs}


def _last_heir(org_id: str, heirs: Mapping[str, str]) -> str:
    passed = {org_id}
    while org_id in heirs and heirs[org_id] not in passed:
        org_id = heirs[org_id]
        passed.add(org_id)
    return org_id


def with_sector_group(frame: pd.DataFrame, organisations: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return rows with the sector group their organisation has on a day, or had last before it ended."""
    groups = organisations_last_known(organisations, day).set_index("org_id")["sector_group"]
    return frame.assign(sector_group=frame["org_id"].map(groups))
