"""Exact arithmetic on printed numbers: which values a print can stand for, and which totals a share can be of."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

ROUNDINGS = ("half_up", "truncated")


@dataclass(frozen=True)
class Span:
    """The values from low (included) to high (included or not); `high` None: no upper end."""

    low: Fraction
    high: Fraction | None
    includes_high: bool = True

    def overlaps(self, other: Span) -> bool:
        """Tell whether some value lies in both."""
        return self._reaches(other) and other._reaches(self)

    def plus(self, other: Span) -> Span:
        """Return the sums of a value of the one and a value of the other."""
        high = None if self.high is None or other.high is None else self.high + other.high
        return Span(self.low + other.low, high, self.includes_high and other.includes_high)

    def may_be_at_most(self, other: Span) -> bool:
        """Tell whether some value here is not above some value there."""
        return other._reaches(self)

    def _reaches(self, other: Span) -> bool:
        """Tell whether the upper end here lies at or above the lower end there."""
        if self.high is None:
            return True
        return other.low <= self.high if self.includes_high else other.low < self.high


@dataclass(frozen=True)
class WholeRange:
    """The whole numbers from low to high, both included; empty where high is below low; `high` None: no end."""

    low: int
    high: int | None

    @property
    def size(self) -> int | None:
        """How many there are; None where there is no end."""
        return None if self.high is None else max(0, self.high - self.low + 1)

    @property
    def is_empty(self) -> bool:
        return self.high is not None and self.high < self.low

    def span(self) -> Span:
        """Return the range as a span; an empty one has none to give."""
        return Span(Fraction(self.low), None if self.high is None else Fraction(self.high))


def rounded_span(printed: Decimal, step: Decimal, rounding: str) -> Span:
    """Return the values that are printed so: half_up [p − step/2, p + step/2), truncated [p, p + step).

    step: the worth of one unit of the last printed digit. No value lies below 0.
    """
    value, unit = Fraction(printed), Fraction(step)
    low, high = (value, value + unit) if rounding == "truncated" else (value - unit / 2, value + unit / 2)
    return Span(max(low, Fraction(0)), high, includes_high=False)


def implied_totals(count: Span, share_pct: Span) -> WholeRange:
    """Return the whole totals, at least 1, of which some count in `count` is some percentage in `share_pct`.

    940 and 62,67% rounded half up: from 62.665 to below 62.675, and so 1,500 alone.
    """
    # total = 100·count/share falls as the share grows: the least total has the least count and the largest share.
    if share_pct.high is None:
        least = 1
    elif share_pct.high == 0:
        # Only a count of 0 is 0 percent, of any total.
        return WholeRange(1, None) if count.low == 0 else WholeRange(1, 0)
    else:
        bound = 100 * count.low / share_pct.high
        least = max(1, ceil(bound) if share_pct.includes_high else floor(bound) + 1)
    if share_pct.low == 0 or count.high is None:
        return WholeRange(least, None)
    greatest = 100 * count.high / share_pct.low
    return WholeRange(least, floor(greatest) if count.includes_high else ceil(greatest) - 1)


def joined(ranges: list[WholeRange]) -> WholeRange | None:
    """Return the smallest range that holds all that are not empty; None where all are."""
    held = [numbers for numbers in ranges if not numbers.is_empty]
    if not held:
        return None
    ends = [numbers.high for numbers in held]
    return WholeRange(min(numbers.low for numbers in held), None if None in ends else max(e for e in ends if e))
