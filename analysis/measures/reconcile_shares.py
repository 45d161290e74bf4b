"""Printed percentages against the counts they are shares of, and against the printed target or total.

A percentage fits where some total, or the printed one, gives it rounded half up, or cut off (rule E.11b).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from analysis.measures.intervals import ROUNDINGS, Span, WholeRange, implied_totals, joined
from analysis.measures.readings import PrintedFigure
from analysis.tables.published_codes import BASE_OF, COUNT_OF

Finding = tuple[str, Sequence[PrintedFigure], dict]
TERM_YEARS = 5
YEARLY = ("month", "q1", "h1", "9m", "year")


class _Base(NamedTuple):
    """What a percentage is a share of: its values, and the row that prints it (none for 44 of "32/44").

    is_meant: whether a percentage of that period is of that base; a year's may be of the term's target, or may not.
    """

    span: Span
    row: PrintedFigure | None
    is_meant: bool = True


def check_percentages(figures: Sequence[PrintedFigure]) -> Iterator[Finding]:
    """Yield the verdict on each printed percentage of which the count is printed too."""
    by_body: dict[tuple[str, str], list[PrintedFigure]] = {}
    for figure in figures:
        by_body.setdefault(figure.whose, []).append(figure)
    for share in figures:
        if share.unit == "percent":
            counts = _counts(share, by_body[share.whose])
            if counts:
                yield _judge(share, counts[0], by_body[share.whose])


def _counts(share: PrintedFigure, same_body: Sequence[PrintedFigure]) -> list[PrintedFigure]:
    """Return the counts that a percentage can be about, those of the same source first."""
    measure = COUNT_OF.get(share.counted, share.counted)
    found = [
        figure
        for figure in same_body
        if figure.counted == measure
        and figure.unit != "percent"
        and (figure.period_kind, figure.period_end) == (share.period_kind, share.period_end)
    ]
    return sorted(found, key=lambda figure: figure.url != share.url)


def _judge(share: PrintedFigure, count: PrintedFigure, same_body: Sequence[PrintedFigure]) -> Finding:
    implied = [implied_totals(count.span("half_up"), share.span(rounding)) for rounding in ROUNDINGS]
    bases = _bases(share, count, same_body)
    # Where two bases are printed, the one that fits is the one that was meant.
    fitting = [base for base in bases if _verdict(implied, base) != "neither"]
    base = next(iter([*fitting, *(base for base in bases if base.is_meant)]), None)
    verdict = _verdict(implied, base)
    group = [count, share, *([base.row] if base and base.row else [])]
    return verdict, group, {"lead": 1, **_numbers(implied, count, base)}


def _verdict(implied: Sequence[WholeRange], base: _Base | None) -> str:
    fits = [not numbers.is_empty and (base is None or numbers.span().overlaps(base.span)) for numbers in implied]
    if all(fits):
        return "both"
    return next((rounding for rounding, fit in zip(ROUNDINGS, fits, strict=True) if fit), "neither")


def _bases(share: PrintedFigure, count: PrintedFigure, same_body: Sequence[PrintedFigure]) -> list[_Base]:
    """Return what is printed as the base of a percentage: the total of a fraction, a target, the number rated."""
    if count.reading is not None and count.reading.form == "fraction" and count.reading.of is not None:
        total = Fraction(count.reading.of)
        return [_Base(Span(total, total), None)]
    measure = BASE_OF.get(share.counted)
    rows = [figure for figure in same_body if figure.measure == measure and _holds(figure, share)]
    bases = [_Base(row.span("half_up"), row, _is_meant(row, share)) for row in rows]
    return sorted(bases, key=lambda base: (not base.is_meant, base.row is not None and base.row.url != share.url))


def _holds(base: PrintedFigure, share: PrintedFigure) -> bool:
    """Tell whether the period of a base contains that of a percentage."""
    if share.measure != "admissions_pct_of_target":
        return (base.period_kind, base.period_end) == (share.period_kind, share.period_end)
    if base.period_kind in ("annual_target", "year"):  # A target of a year is that year's, whichever way it is entered.
        return share.period_kind in YEARLY and base.period_end[:4] == share.period_end[:4]
    end = int(base.period_end[:4])
    start = int(base.period_start[:4]) if base.period_start else end - TERM_YEARS
    return base.period_kind == "term_target" and start <= int(share.period_end[:4]) <= end


def _is_meant(base: PrintedFigure, share: PrintedFigure) -> bool:
    return base.period_kind != "term_target" or share.period_kind == "term_to_date"


def _numbers(implied: Sequence[WholeRange], count: PrintedFigure, base: _Base | None) -> dict:
    held = joined(list(implied))
    numbers: dict = {"implied_n": 0}
    if held:
        numbers = {"implied_low_n": held.low, "implied_high_n": held.high, "implied_n": held.size}
    if base:
        low, high = base.span.low, base.span.high
        is_exact = low == high and count.bound == "exact" and low > 0
        numbers["target_n"] = int(low)
        numbers["target_high_n"] = None if high is None else int(high)
        numbers["exact_pct"] = round(float(100 * Fraction(count.value) / low), 4) if is_exact else None
    return numbers
