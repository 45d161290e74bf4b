"""Random draws that come out the same on every machine.

Only `random()` of a PCG64 stream and whole-number weights are used: other distributions of numpy, and sums of
floats, may differ between versions and processors.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Weights = Sequence[int] | Counts


class Draw:
    """A stream of draws; each table has its own, so that a change in one leaves the others as they were."""

    def __init__(self, random_seed: int, stream: int) -> None:
        self._generator = np.random.default_rng([random_seed, stream])

    def between(self, low: int, high: int) -> int:
        """Return a whole number from low to high, both included."""
        return low + int(self._generator.random() * (high - low + 1))

    def has_luck(self, permille: int) -> bool:
        return self.between(1, 1000) <= permille

    def pick(self, weights: Weights) -> int:
        """Return one position, with the odds of `weights`."""
        return int(self.sample(1, weights)[0])

    def sample(self, count: int, weights: Weights) -> Counts:
        """Return `count` positions, with the odds of `weights`."""
        ends = np.cumsum(np.asarray(weights, dtype=np.int64))
        points = (self._generator.random(count) * int(ends[-1])).astype(np.int64)
        return np.searchsorted(ends, points, side="right")

    def spread(self, total: int, weights: Weights) -> Counts:
        """Return how many of `total` fall on each position; they sum to `total`."""
        return np.bincount(self.sample(total, weights), minlength=len(weights)).astype(np.int64)


def share_out(total: int, weights: Weights) -> Counts:
    """Return `total` divided in proportion to `weights`, by largest remainder; nothing is drawn."""
    parts = np.asarray(weights, dtype=np.int64)
    whole, remainder = np.divmod(total * parts, int(parts.sum()))
    order = np.argsort(-remainder, kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return whole
