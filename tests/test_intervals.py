"""Totals implied by a count and a printed percentage, against trying every total."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analysis.measures.intervals import Span, WholeRange, implied_totals, joined, rounded_span

MODES = {"half_up": ROUND_HALF_UP, "truncated": ROUND_DOWN}
TRIED = 400


def exactly(count: int) -> Span:
    return Span(Fraction(count), Fraction(count))


def printed_as(count: int, total: int, decimals: int, rounding: str) -> Decimal:
    """Round 100·count/total with whole numbers only."""
    scale = 10**decimals
    doubled = 2 * 100 * count * scale
    whole = (doubled + total) // (2 * total) if rounding == "half_up" else doubled // (2 * total)
    return Decimal(whole).scaleb(-decimals)


@given(st.integers(0, 300), st.integers(0, 20000), st.integers(0, 2), st.sampled_from(sorted(MODES)))
@example(940, 6267, 2, "half_up")
@example(0, 0, 0, "half_up")
# The upper end is not printed so: 1 of 8 is 12.5 %, which is 13 rounded half up; 1 of 5 is 20 %, not 19 cut off.
@example(1, 12, 0, "half_up")
@example(1, 19, 0, "truncated")
def test_implied_totals_are_those_that_trying_finds(count, digits, decimals, rounding):
    printed = Decimal(digits).scaleb(-decimals)
    implied = implied_totals(exactly(count), rounded_span(printed, Decimal(1).scaleb(-decimals), rounding))
    found = [d for d in range(1, TRIED) if printed_as(count, d, decimals, rounding) == printed]
    high = TRIED if implied.high is None else implied.high
    assert [d for d in range(1, TRIED) if implied.low <= d <= high] == found


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(0, 3), st.sampled_from(sorted(MODES)))
def test_the_true_total_is_always_among_the_implied(count, total, decimals, rounding):
    printed = printed_as(count, total, decimals, rounding)
    step = Decimal(1).scaleb(-decimals)
    assert Decimal(100 * count) / total == 0 or printed == (Decimal(100 * count) / total).quantize(
        step, rounding=MODES[rounding]
    )
    implied = implied_totals(exactly(count), rounded_span(printed, step, rounding))
    assert implied.low <= total
    assert implied.high is None or total <= implied.high


def test_940_at_62_67_percent_is_1500_rounded_half_up_and_nothing_cut_off():
    half_up, truncated = (
        implied_totals(exactly(940), rounded_span(Decimal("62.67"), Decimal("0.01"), mode)) for mode in MODES
    )
    assert (half_up, half_up.size) == (WholeRange(1500, 1500), 1)
    assert (truncated.is_empty, truncated.size) == (True, 0)
    assert joined([half_up, truncated]) == WholeRange(1500, 1500)


@pytest.mark.parametrize(
    ("count", "share", "expected"),
    [
        (exactly(100), Span(Fraction(111), None), WholeRange(1, 90)),
        (exactly(100), Span(Fraction(0), Fraction(20)), WholeRange(500, None)),
        (Span(Fraction(90), Fraction(100)), Span(Fraction(50), Fraction(50)), WholeRange(180, 200)),
        (Span(Fraction(90), Fraction(100), False), Span(Fraction(50), Fraction(50)), WholeRange(180, 199)),
        (Span(Fraction(90), None), Span(Fraction(50), Fraction(50)), WholeRange(180, None)),
        (exactly(0), Span(Fraction(0), Fraction(0)), WholeRange(1, None)),
        (exactly(3), Span(Fraction(0), Fraction(0)), WholeRange(1, 0)),
    ],
)
def test_bounds_leave_totals_open_on_their_own_side(count, share, expected):
    assert implied_totals(count, share) == expected


def test_spans_overlap_at_an_end_only_where_both_hold_it():
    low, high = Span(Fraction(1), Fraction(2)), Span(Fraction(2), None)
    assert low.overlaps(high) and high.overlaps(low)
    short = Span(Fraction(1), Fraction(2), includes_high=False)
    assert not short.overlaps(high) and not high.overlaps(short)
    assert short.may_be_at_most(high) and not high.may_be_at_most(short)
    assert low.plus(high) == Span(Fraction(3), None)


def test_a_sum_holds_its_end_only_where_both_parts_do():
    open_end = Span(Fraction(1), Fraction(2), includes_high=False)
    assert open_end.plus(exactly(3)) == exactly(3).plus(open_end) == Span(Fraction(4), Fraction(5), includes_high=False)
    assert exactly(1).plus(exactly(3)) == exactly(4)
    assert exactly(1).plus(Span(Fraction(3), None)) == Span(Fraction(4), None)


def test_a_range_without_numbers_has_none():
    assert (WholeRange(5, 3).size, WholeRange(5, 5).size, WholeRange(5, None).size) == (0, 1, None)


def test_joined_ranges_hold_both_and_nothing_where_all_are_empty():
    assert joined([WholeRange(4829, 4829), WholeRange(4830, 4830)]) == WholeRange(4829, 4830)
    assert joined([WholeRange(2, None), WholeRange(5, 7)]) == WholeRange(2, None)
    assert joined([WholeRange(2, 1), WholeRange(9, 7)]) is None
