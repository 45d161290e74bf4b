"""Two invented worlds in which to test the projection: complete terms whose end is known, drawn from fixed seeds.

Neither is fitted to any published figure, and neither has the form that the method assumes. `offices` admits a little
all the time, with good and bad years; `campaigns` admits in ceremonies, from a stock of people that is used up faster
or slower than new staff fill it, with a level that drifts and, now and then, an epidemic.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import NDArray

from analysis.periods import Term

TERM = Term(date(2020, 8, 15), date(2025, 2, 14))
MONTH_ENDS = [*pd.date_range("2020-08-31", "2025-01-31", freq="ME"), pd.Timestamp(TERM.end)]
MONTHS = len(MONTH_ENDS)
# The Congress and the end of the Khối cut a month in half.
LENGTHS = np.array([0.55, *[1.0] * (MONTHS - 2), 0.5])
CALENDAR = np.array([day.month - 1 for day in MONTH_ENDS])
YEARS = np.array([day.year - 2020 for day in MONTH_ENDS])
# The data date lies between these months: a year and a half of data at least, half a year to project at least.
FIRST_CUT, LAST_CUT = 18, 47

Counts = NDArray[np.int64]
Rates = NDArray[np.float64]


@dataclass(frozen=True)
class World:
    """A whole term: membership rows (org_id, period_end, admitted_n), the register, the data date, and slots a year."""

    membership: pd.DataFrame
    organisations: pd.DataFrame
    day: date
    slots_per_year: int


def offices(seed: int) -> World:
    """Organisations that admit at a rate of their own, all the year round, with years better and worse than others."""
    draw = np.random.default_rng([seed, 1])
    bodies_n = int(draw.integers(30, 121))
    members = np.exp(draw.normal(3.9, 0.8, bodies_n))
    yearly_rate = draw.uniform(0.02, 0.07) * draw.gamma(1.2, 1 / 1.2, bodies_n)
    season = np.exp(draw.normal(0, draw.uniform(0.2, 0.6), 12))
    common_year = np.exp(draw.normal(0, 0.12, 6))
    own_year = draw.gamma(4, 1 / 4, (bodies_n, 6))
    level = season[CALENDAR] / season.mean() * common_year[YEARS] * LENGTHS / 12
    expected = (members * yearly_rate)[:, None] * own_year[:, YEARS] * level[None, :]
    return _world(draw.poisson(expected), _presence(draw, bodies_n), draw)


def campaigns(seed: int) -> World:
    """Organisations that admit in ceremonies, from a stock of people that new staff may or may not make up for."""
    draw = np.random.default_rng([seed, 2])
    bodies_n = int(draw.integers(30, 121))
    pool = draw.negative_binomial(2, 2 / (2 + draw.uniform(20, 60)), bodies_n)
    eagerness = draw.beta(2, 12, bodies_n)
    hired = draw.poisson(pool[:, None] * draw.uniform(0.05, 0.25), (bodies_n, 6))
    odds = draw.dirichlet(np.full(12, 0.9))
    level = _drift(draw) * _epidemic(draw) * np.where(CALENDAR >= 9, draw.uniform(1.0, 1.6), 1.0)
    admitted = np.zeros((bodies_n, MONTHS), dtype=np.int64)
    for body in range(bodies_n):
        admitted[body] = _ceremonies(draw, int(pool[body]) + hired[body].cumsum(), eagerness[body] * level, odds)
    return _world(admitted, _presence(draw, bodies_n), draw)


WORLDS: dict[str, Callable[[int], World]] = {"offices": offices, "campaigns": campaigns}


def _drift(draw: Generator) -> Rates:
    """Return a level that wanders by month and comes back."""
    steps = draw.normal(0, 0.2 * np.sqrt(1 - 0.9**2), MONTHS)
    level = np.zeros(MONTHS)
    level[0] = draw.normal(0, 0.2)
    for month in range(1, MONTHS):
        level[month] = 0.9 * level[month - 1] + steps[month]
    return np.exp(level)


def _epidemic(draw: Generator) -> Rates:
    """Return, in one world of two, some months of few admissions, half of which are made up for in the next six."""
    effect = np.ones(MONTHS)
    if draw.random() < 0.5:
        return effect
    first, length = int(draw.integers(2, MONTHS - 12)), int(draw.integers(3, 7))
    effect[first : first + length] = 0.4
    effect[first + length : first + length + 6] += 0.5 * 0.6 * length / 6
    return effect


def _ceremonies(draw: Generator, stock: Counts, chance: Rates, odds: Rates) -> Counts:
    """Return the admissions of one organisation by month: one to three ceremonies a year, some of them postponed.

    stock: by year, how many people there have been to admit since the start.
    """
    used = 0
    admitted = np.zeros(MONTHS + 3, dtype=np.int64)
    for year in range(6):
        in_year = np.flatnonzero(year == YEARS)
        months = draw.choice(12, size=int(draw.integers(1, 4)), p=odds)
        for month in months:
            at = in_year[CALENDAR[in_year] == month]
            if not at.size:
                continue
            share = min(0.9, chance[at[0]] * LENGTHS[at[0]] / len(months))
            people = int(draw.binomial(stock[year] - used, share))
            late = int(draw.integers(1, 4)) if draw.random() < 0.15 else 0
            admitted[at[0] + late] += people
            used += people
    return admitted[:MONTHS]


def _presence(draw: Generator, bodies_n: int) -> NDArray[np.bool_]:
    """Return in which months each organisation was there: one in twenty comes later, one in twenty ends earlier."""
    first = np.where(draw.random(bodies_n) < 0.05, draw.integers(1, MONTHS, bodies_n), 0)
    last = np.where(draw.random(bodies_n) < 0.05, draw.integers(1, MONTHS, bodies_n), MONTHS)
    months = np.arange(MONTHS)
    return (months >= first[:, None]) & (months < last[:, None])


def _world(admitted: Counts, present: NDArray[np.bool_], draw: Generator) -> World:
    """Return the counts as membership rows, monthly or, in three worlds of ten, quarterly."""
    bodies, months = np.nonzero(present)
    rows = pd.DataFrame(
        {
            "org_id": [f"B{body:03d}" for body in bodies],
            "period_end": [MONTH_ENDS[month] for month in months],
            "admitted_n": pd.array(admitted[bodies, months], dtype="Int64"),
        }
    )
    cut = MONTH_ENDS[int(draw.integers(FIRST_CUT, LAST_CUT))]
    if draw.random() < 0.3:
        quarter = rows["period_end"].dt.to_period("Q").dt.end_time.dt.normalize()
        rows["period_end"] = quarter.where(quarter <= pd.Timestamp(TERM.end), pd.Timestamp(TERM.end))
        rows = rows.groupby(["org_id", "period_end"], as_index=False)["admitted_n"].sum()
        cut = cut.to_period("Q").end_time.normalize()
    return World(rows, _register(rows), cut.date(), 4)


def _register(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the organisations from the month of their first row to the end of their last."""
    spans = rows.groupby("org_id")["period_end"].agg(["min", "max"]).reset_index()
    return pd.DataFrame(
        {
            "org_id": spans["org_id"],
            "kind": "cell",
            "sector": "5",
            "valid_from": spans["min"] - pd.Timedelta(days=27),
            "valid_to": spans["max"].where(spans["max"] < pd.Timestamp(TERM.end)),
        }
    )
