"""The row periods of a dataset, and what the register says of an organisation in them."""

from __future__ import annotations

import pandas as pd

from analysis.tables.info import DatasetInfo

MONTHS = {"month": 1, "quarter": 3, "half": 6}
DAY = pd.Timedelta(days=1)


def is_calendar_end(days: pd.Series, granularity: str) -> pd.Series:
    """Tell of each day whether a month, quarter or half-year ends with it."""
    return days.dt.is_month_end & (days.dt.month % MONTHS[granularity] == 0)


def row_ends(info: DatasetInfo) -> pd.Series:
    """Return the last days of all row periods of the term in order; the last one ends with the term."""
    days = pd.Series(pd.date_range(info.term_start, info.term_end, freq="D"))
    last = pd.Series([pd.Timestamp(info.term_end)])
    return pd.concat([days[is_calendar_end(days, info.granularity)], last]).drop_duplicates(ignore_index=True)


def row_starts(info: DatasetInfo, ends: pd.Series) -> pd.Series:
    """Return the first day of the row period in which each day lies."""
    all_ends = row_ends(info)
    starts = (all_ends + DAY).shift(fill_value=pd.Timestamp(info.term_start))
    places = all_ends.searchsorted(ends).clip(max=len(all_ends) - 1)
    return pd.Series(starts.to_numpy()[places], index=ends.index)


def calendar_starts(ends: pd.Series, granularity: str) -> pd.Series:
    """Return the first day of the month, quarter or half-year of each day."""
    months = (ends.dt.month - 1) // MONTHS[granularity] * MONTHS[granularity] + 1
    return pd.to_datetime(pd.DataFrame({"year": ends.dt.year, "month": months, "day": 1}))


def standing_on(organisations: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Return the register as it stood on a day."""
    ends = organisations["valid_to"]
    return organisations[(organisations["valid_from"] <= day) & (ends.isna() | (ends >= day))]


def state_on(rows: pd.DataFrame, organisations: pd.DataFrame, column: str) -> pd.Series:
    """Return `column` of each row's organisation as it was on the row's `period_end`; NA where it was not there."""
    keyed = rows[["org_id", "period_end"]].reset_index(names="row")
    joined = keyed.merge(organisations[["org_id", "valid_from", "valid_to", column]], on="org_id")
    holds = (joined["valid_from"] <= joined["period_end"]) & (
        joined["valid_to"].isna() | (joined["valid_to"] >= joined["period_end"])
    )
    return joined[holds].drop_duplicates("row").set_index("row")[column].reindex(rows.index)


def rows_of(frame: pd.DataFrame, keys: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `frame` whose values are among those of `keys`, in the columns of `keys`."""
    if keys.empty:
        return frame.iloc[:0]
    columns = list(keys.columns)
    wanted = keys.drop_duplicates()
    found = frame[columns].reset_index(names="row").merge(wanted, on=columns)["row"]
    return frame.loc[sorted(found)]
