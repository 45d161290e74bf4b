"""The model behind the projection: what organisations usually admit, seasons and disturbances (docs/projection.md).

Input: membership rows up to the data date, and the calendar of slots. Output: a Forecast, which gives running totals.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.float64]

LEVELS = (0.80, 0.95)
# Assumed sizes of the effects, all equally likely before the data speak: relative to the usual level of a slot.
SEASON_SIZES = (0.0, 0.1, 0.2, 0.35, 0.5)
DISTURBANCE_SIZES = (0.05, 0.1, 0.15, 0.2, 0.3, 0.45)
# How much of a disturbance is left after one quarter.
PERSISTENCE = (0.5, 0.8, 0.95)
DAYS_PER_QUARTER = 365.25 / 4
# Enough to find a quantile of thousands of people to a hundredth of one.
HALVINGS = 40


@dataclass(frozen=True)
class Slot:
    """A quarter or half-year, or the part of it before or after the data date."""

    start: date
    end: date
    season: int
    is_known: bool

    @property
    def quarters(self) -> float:
        return ((self.end - self.start).days + 1) / DAYS_PER_QUARTER

    @property
    def middle(self) -> float:
        """Return the middle of the slot, in quarters from a fixed day."""
        return (self.start.toordinal() + self.end.toordinal()) / 2 / DAYS_PER_QUARTER


@dataclass(frozen=True)
class Usual:
    """What the organisations usually admit in each slot, what they did admit in the known ones, and how clumped it is.

    expected: people by slot, with every organisation's own rate · admitted: people by known slot ·
    clumping: variance over mean of an organisation's admissions in a slot, seasons apart (1: one by one, by chance).
    """

    expected: Numbers
    admitted: Numbers
    clumping: float


class Forecast:
    """The weights of the grid, and for each of its points the distribution of the admissions to come."""

    def __init__(self, calendar: list[Slot], usual: Usual) -> None:
        known = np.array([slot.is_known for slot in calendar])
        self._known, self._usual = known, usual
        same_season = np.equal.outer(*[np.array([slot.season for slot in calendar])] * 2).astype(float)
        middles = np.array([slot.middle for slot in calendar])
        distance = np.abs(np.subtract.outer(middles, middles))
        scale = np.outer(usual.expected, usual.expected)
        found = [
            self._solve(
                np.diag(usual.clumping * usual.expected) + scale * (season**2 * same_season + size**2 * left**distance)
            )
            for season, size, left in product(SEASON_SIZES, DISTURBANCE_SIZES, PERSISTENCE)
        ]
        logs = np.array([log for log, _, _ in found])
        weights = np.exp(logs - logs.max())
        self._weights = weights / weights.sum()
        self._means = np.array([mean for _, mean, _ in found])
        self._spreads = np.array([spread for _, _, spread in found])

    def _solve(self, covariance: Numbers) -> tuple[float, Numbers, Numbers]:
        """Return the log-weight of one grid point, and mean and standard deviation of the running sums to come.

        The overall level is unknown, without a preference: generalised least squares, and the likelihood of what is
        left when it is taken out.
        """
        known, expected = self._known, self._usual.expected
        inverse = np.linalg.inv(covariance[np.ix_(known, known)])
        design = expected[known]
        information = float(design @ inverse @ design)
        level = float(design @ inverse @ self._usual.admitted) / information
        rest = self._usual.admitted - level * design
        _, log_size = np.linalg.slogdet(inverse)
        log_weight = 0.5 * (log_size - np.log(information) - float(rest @ inverse @ rest))
        sums = np.tril(np.ones((int((~known).sum()),) * 2))
        across = covariance[np.ix_(~known, known)] @ inverse
        mean = sums @ (level * expected[~known] + across @ rest)
        gap = expected[~known] - across @ design
        spread = covariance[np.ix_(~known, ~known)] - across @ covariance[np.ix_(known, ~known)]
        spread = spread + np.outer(gap, gap) / information
        return log_weight, mean, np.sqrt(np.maximum(np.diag(sums @ spread @ sums.T), 1e-9))

    def running_totals(self) -> list[list[float]]:
        """Return for every slot to come the expected total and the ends of its intervals, all grid points together."""
        tails = [tail for level in LEVELS for tail in ((1 - level) / 2, (1 + level) / 2)]
        columns = [self._weights @ self._means, *(self._quantiles(tail) for tail in tails)]
        return [[float(value) for value in row] for row in zip(*columns, strict=True)]

    def _quantiles(self, share: float) -> Numbers:
        """Return by slot the value below which the mixture of normal distributions has a share of its weight.

        By bisection: the mixture has no formula for it.
        """
        from scipy.special import ndtr

        low = (self._means - 12 * self._spreads).min(axis=0)
        high = (self._means + 12 * self._spreads).max(axis=0)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            is_below = self._weights @ ndtr((middle - self._means) / self._spreads) < share
            low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
        return (low + high) / 2


def usual_by_slot(rows: pd.DataFrame, calendar: list[Slot], staying: pd.Series) -> Usual:
    """Return what the organisations of each slot usually admit; `staying`: the org_ids that are there from then on."""
    known = [slot for slot in calendar if slot.is_known]
    edges = [pd.Timestamp(slot.end) for slot in known]
    place = np.searchsorted(np.array(edges, dtype="datetime64[ns]"), rows["period_end"].to_numpy("datetime64[ns]"))
    placed = pd.DataFrame({"org_id": rows["org_id"].astype(object), "slot": place, "quarters": _lengths(rows, known)})
    placed["admitted"] = rows["admitted_n"].to_numpy(dtype=float, na_value=0.0)
    admitted = placed.pivot_table(index="org_id", columns="slot", values="admitted", aggfunc="sum", fill_value=0.0)
    there = placed.pivot_table(index="org_id", columns="slot", values="quarters", aggfunc="sum", fill_value=0.0)
    all_slots = range(len(known))
    counts, exposure = (table.reindex(columns=all_slots, fill_value=0.0).to_numpy() for table in (admitted, there))
    clumping, rates = _own_rates(counts, exposure)
    usual_to_come = rates[admitted.index.isin(set(staying))].sum()
    to_come = [usual_to_come * slot.quarters for slot in calendar if not slot.is_known]
    return Usual(np.array([*(rates @ exposure), *to_come]), counts.sum(axis=0), clumping)


def _lengths(rows: pd.DataFrame, known: list[Slot]) -> Numbers:
    """Return how many quarters each row covers: from the row date before it, or the start, to its own."""
    dates = sorted(rows["period_end"].unique())
    before = [pd.Timestamp(known[0].start) - pd.Timedelta(days=1), *dates[:-1]]
    days = {end: (end - start).days for start, end in zip(before, dates, strict=True)}
    return rows["period_end"].map(days).to_numpy(dtype=float) / DAYS_PER_QUARTER


def _own_rates(counts: Numbers, exposure: Numbers) -> tuple[float, Numbers]:
    """Return how clumped admissions are, and the usual admissions a quarter of each organisation.

    Organisations differ, but what a small one did in two years is partly chance: its own rate is drawn towards the
    mean of all, the more the less it has shown (Gamma and Poisson, by the method of moments).
    """
    total, quarters = counts.sum(axis=1), exposure.sum(axis=1)
    mean = total.sum() / quarters.sum()
    own = np.divide(total, quarters, out=np.zeros_like(total), where=quarters > 0)
    clumping = _clumping(counts, exposure, (own + mean) / 2)
    excess = ((total - mean * quarters) ** 2).sum() - clumping * mean * quarters.sum()
    between = max(excess / (quarters**2).sum(), 0.0)
    if between == 0:
        return clumping, np.full(len(total), mean)
    prior = clumping * mean / between
    return clumping, (mean * prior + total) / (prior + quarters)


def _clumping(counts: Numbers, exposure: Numbers, rates: Numbers) -> float:
    """Return variance over mean of an organisation's counts around its rate and the common effect of each slot."""
    usual = rates[:, None] * exposure
    common = counts.sum(axis=0) / np.maximum(usual.sum(axis=0), 1e-12)
    expected = usual * common
    seen = expected > 0
    free = seen.sum() - counts.shape[0] - counts.shape[1] + 1
    if free <= 0:
        return 1.0
    return max(float(((counts - expected)[seen] ** 2 / expected[seen]).sum() / free), 1.0)
