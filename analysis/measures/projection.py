"""How many will have been admitted by the end of the term: a projection with intervals (docs/projection.md).

Input: tables membership, organisations. Output: expected totals with 80 % and 95 % intervals, and those of a year ago.

The model, in one line: admissions of a quarter = what the organisations that are there usually admit, times
(1 + the season's effect + a disturbance that fades), plus chance. How large these effects are is not estimated once but
averaged over a grid of sizes, each weighted by how well it explains the counts so far.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from analysis.measures.forecast import LEVELS, Forecast, Slot, usual_by_slot
from analysis.measures.rows import grassroots_as_of, rows_within
from analysis.periods import Window
from analysis.tables.info import DatasetInfo

# Below this nothing is projected: every season must have been seen, and some people admitted.
FEWEST_MONTHS = 18
FEWEST_ADMITTED = 30
SLOTS_PER_YEAR = {"month": 4, "quarter": 4, "half": 2}
BOUNDS = [f"{side}_{round(100 * level)}_n" for level in LEVELS for side in ("low", "high")]


@dataclass(frozen=True)
class Horizon:
    """What is known and what is asked: data from `start` to `day`, projected to `until`; 4 or 2 slots a year."""

    start: date
    day: date
    until: date
    slots_per_year: int

    @property
    def known(self) -> Window:
        return Window(self.start, self.day)


def open_horizon(info: DatasetInfo, membership: pd.DataFrame, day: date) -> Horizon:
    """Return the horizon of a dataset on a day: from the Congress to the end of the Khối, known to the last row."""
    return Horizon(
        info.term.start, _last_row(membership, info.term.start, day), info.term.end, SLOTS_PER_YEAR[info.granularity]
    )


def why_no_projection(membership: pd.DataFrame, horizon: Horizon) -> str:
    """Return why nothing can be projected: ended, few_months or few_admissions; empty where something can."""
    if horizon.day >= horizon.until:
        return "ended"
    if _months(horizon.known) < FEWEST_MONTHS:
        return "few_months"
    admitted = rows_within(membership, horizon.known)["admitted_n"].sum()
    return "few_admissions" if admitted < FEWEST_ADMITTED else ""


def project_admissions(membership: pd.DataFrame, organisations: pd.DataFrame, horizon: Horizon) -> pd.DataFrame:
    """Return the projected running total, one row per slot end up to `until`; the first row is the data date itself.

    The organisations of the data date are taken to stay until the end, and no other to come.
    Columns: period_end, expected_n, low_80_n, high_80_n, low_95_n, high_95_n (people since the start, half up; no
    interval begins below what has been admitted already). No rows where why_no_projection gives a reason.
    """
    if why_no_projection(membership, horizon):
        return _as_table([], [], 0)
    rows = rows_within(membership, horizon.known)
    calendar = _slots(horizon)
    staying = grassroots_as_of(organisations, horizon.day)["org_id"]
    forecast = Forecast(calendar, usual_by_slot(rows, calendar, staying))
    days = [slot.end for slot in calendar if not slot.is_known]
    nothing_yet = [0.0] * (1 + len(BOUNDS))
    return _as_table([horizon.day, *days], [nothing_yet, *forecast.running_totals()], int(rows["admitted_n"].sum()))


def look_back(membership: pd.DataFrame, organisations: pd.DataFrame, horizon: Horizon) -> pd.DataFrame:
    """Return what would have been said one and two years before the data date, beside what came; one row each.

    Columns: said_date, start_date, data_date, expected_n, low_80_n, high_80_n, low_95_n, high_95_n, admitted_n (people
    since the start), is_inside_80, is_inside_95. No row where it was too early for a projection then.
    """
    said = [
        project_admissions(membership, organisations, earlier).tail(1).assign(said_date=pd.Timestamp(earlier.day))
        for earlier in (_years_ago(membership, horizon, years) for years in (1, 2))
    ]
    came = int(rows_within(membership, horizon.known)["admitted_n"].sum())
    table = pd.concat(said, ignore_index=True).rename(columns={"period_end": "data_date"})
    table = table.assign(
        start_date=pd.Timestamp(horizon.start), admitted_n=pd.array([came] * len(table), dtype="Int64")
    )
    inside = {
        f"is_inside_{level}": table["admitted_n"].between(table[f"low_{level}_n"], table[f"high_{level}_n"])
        for level in (80, 95)
    }
    return table.assign(**inside)


def _slots(horizon: Horizon) -> list[Slot]:
    """Return the quarters or half-years from the start to `until`, cut at both ends and at the data date."""
    months = 12 // horizon.slots_per_year
    slots: list[Slot] = []
    start = horizon.start
    while start <= horizon.until:
        season = (start.month - 1) // months
        end = min(_last_day(start.year, (season + 1) * months), horizon.until)
        if start <= horizon.day < end:
            end = horizon.day
        slots.append(Slot(start, end, season, end <= horizon.day))
        start = end + timedelta(days=1)
    return slots


def _as_table(days: list[date], more: list[list[float]], admitted: int) -> pd.DataFrame:
    """Return running totals: what has been admitted, and how many more by each day."""
    people = np.floor(np.maximum(np.array(more, dtype=float).reshape(-1, 1 + len(BOUNDS)), 0.0) + 0.5).astype("int64")
    columns = {
        name: pd.array(admitted + people[:, place], dtype="Int64") for place, name in enumerate(["expected_n", *BOUNDS])
    }
    return pd.DataFrame({"period_end": pd.to_datetime(pd.Series(days, dtype="object")), **columns})


def _years_ago(membership: pd.DataFrame, horizon: Horizon, years: int) -> Horizon:
    """Return what was known some years before the data date, to its last row date, and asked of the data date."""
    day = pd.Timestamp(horizon.day)
    earlier = day - pd.DateOffset(years=years)
    # The last of a February is that of another year's; of a day within a month, nothing later may be known.
    earlier = earlier + pd.offsets.MonthEnd(0) if day.is_month_end else earlier
    known = _last_row(membership, horizon.start, earlier.date())
    return Horizon(horizon.start, known, horizon.day, horizon.slots_per_year)


def _last_row(membership: pd.DataFrame, start: date, day: date) -> date:
    """Return the last row date from the start to a day; the start where there is none."""
    reached = rows_within(membership, Window(start, day))["period_end"]
    return start if reached.empty else reached.max().date()


def _months(window: Window) -> int:
    return (window.end.year - window.start.year) * 12 + window.end.month - window.start.month


def _last_day(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
