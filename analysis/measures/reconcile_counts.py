"""Printed counts against each other: parts and totals, running totals that fall, the same fact printed twice."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from fractions import Fraction
from functools import reduce
from itertools import pairwise

from analysis.measures.intervals import ROUNDINGS, Span
from analysis.measures.readings import PrintedFigure
from analysis.tables.published_codes import CUMULATIVE, SUMS, WITHIN

Finding = tuple[str, Sequence[PrintedFigure], dict]
HUNDRED = Fraction(100)
# Kinds of period that begin on 1 January, and so lie within each other.
FROM_JANUARY = ("q1", "h1", "9m", "year")


def check_sums(figures: Sequence[PrintedFigure]) -> Iterator[Finding]:
    """Yield the verdict on each printed total of which parts are printed for the same body and period.

    Percentages of one source that leave no level out make up 100, as far as their rounding allows (rule E.13).
    """
    counts = [figure for figure in figures if figure.unit != "percent"]
    for group in _grouped(counts, lambda f: (f.whose, f.period_kind, f.period_end)):
        for total in group:
            # Parts of the same source before those of another.
            apart = sorted(group, key=lambda figure: figure.url == total.url)
            yield from _sum_of(total, {figure.counted: figure for figure in apart})
    shares = [figure for figure in figures if figure.unit == "percent"]
    for group in _grouped(shares, lambda f: (f.whose, f.period_kind, f.period_end, f.url)):
        yield from _shares_of_all({figure.counted: figure for figure in group})


def check_cumulative(figures: Sequence[PrintedFigure]) -> Iterator[Finding]:
    """Yield the verdict on each pair of figures of one body of which the earlier counts within the later.

    From 1 January: Q1, H1, 9M, year, by their last days. From the Congress: by their last days, where the start is
    printed. A month lies within the first of those that ends on or after it. A figure of which only the year is known
    may be of any day of it, and is left out.
    """
    running = [figure for figure in figures if figure.measure in CUMULATIVE and len(figure.period_end) > 4]
    for group in _grouped(running, lambda f: (f.whose, f.measure, f.unit)):
        terms = [figure for figure in group if figure.period_kind == "term_to_date" and figure.period_start]
        for same_start in _grouped(terms, lambda f: f.period_start[:4]):
            yield from _rising(same_start)
        for same_year in _grouped(group, lambda f: f.period_end[:4]):
            yield from _rising([figure for figure in same_year if figure.period_kind in FROM_JANUARY])
            yield from _months(same_year)


def check_duplicates(figures: Sequence[PrintedFigure]) -> Iterator[Finding]:
    """Yield the verdict on each fact that is printed more than once: the prints agree where they can mean one value.

    The last day of a stock may be written as its month in one place and in full in another.
    """
    for group in _grouped(figures, lambda f: (f.whose, f.counted, f.unit, f.period_kind, f.period_end[:7])):
        for same in _same_days(group):
            spans = [figure.span("half_up") for figure in same]
            agree = all(one.overlaps(other) for place, one in enumerate(spans) for other in spans[:place])
            yield _judged(agree), same, {}


def _sum_of(total: PrintedFigure, near: dict[str, PrintedFigure]) -> Iterator[Finding]:
    divisions = [[near[part] for part in parts if part in near] for parts in SUMS.get(total.counted, ())]
    missing = [len(parts) - len(found) for parts, found in zip(SUMS.get(total.counted, ()), divisions, strict=True)]
    if any(divisions):
        # The division with the fewest parts missing says most; of equals the first of the code list.
        best = min(range(len(divisions)), key=lambda place: (not divisions[place], missing[place]))
        yield _compare_sum(total, divisions[best], is_complete=missing[best] == 0)
    for part in WITHIN.get(total.counted, ()):
        if part in near:
            yield _compare_sum(total, [near[part]], is_complete=False)


def _shares_of_all(near: dict[str, PrintedFigure]) -> Iterator[Finding]:
    for whole in ("orgs_rated", "members_rated"):
        for parts in SUMS[whole]:
            shares = [near[part] for part in parts if part in near]
            if len(shares) == len(parts):
                added = [reduce(Span.plus, [share.span(rounding) for share in shares]) for rounding in ROUNDINGS]
                agrees = any(span.overlaps(Span(HUNDRED, HUNDRED)) for span in added)
                yield _judged(agrees), shares, {"is_complete": True}


def _compare_sum(total: PrintedFigure, parts: Sequence[PrintedFigure], *, is_complete: bool) -> Finding:
    added: Span = reduce(Span.plus, [part.span("half_up") for part in parts])
    whole = total.span("half_up")
    agrees = added.overlaps(whole) if is_complete else added.may_be_at_most(whole)
    return _judged(agrees), [total, *parts], {"is_complete": is_complete}


def _rising(figures: Sequence[PrintedFigure]) -> Iterator[Finding]:
    """Yield the verdict on each figure and the next one of the same start."""
    ends = sorted({figure.period_end for figure in figures}, key=_last_day)
    for before, after in pairwise(ends):
        if after.startswith(before) or before.startswith(after):
            # A month, and a day in it: which came first is not known.
            continue
        earlier = next(figure for figure in figures if figure.period_end == before)
        later = sorted((f for f in figures if f.period_end == after), key=lambda f: f.url != earlier.url)[0]
        yield _compare_running(earlier, later)


def _last_day(end: str) -> str:
    """Return a day or month so that it sorts by its last day."""
    return (end + "-31")[:10]


def _months(figures: Sequence[PrintedFigure]) -> Iterator[Finding]:
    running = sorted((f for f in figures if f.period_kind in FROM_JANUARY), key=lambda f: _last_day(f.period_end))
    for month in figures:
        if month.period_kind == "month":
            end = _last_day(month.period_end)
            holding = [figure for figure in running if _last_day(figure.period_end) >= end]
            if holding:
                yield _compare_running(month, holding[0])


def _compare_running(earlier: PrintedFigure, later: PrintedFigure) -> Finding:
    agrees = earlier.span("half_up").may_be_at_most(later.span("half_up"))
    return _judged(agrees), [earlier, later], {"lead": 1}


def _same_days(group: Sequence[PrintedFigure]) -> Iterator[list[PrintedFigure]]:
    """Yield the figures of one month that can be of the same day, two or more at a time."""
    whole_months = [figure for figure in group if len(figure.period_end) == 7 and figure.period_kind == "stock"]
    exact = [figure for figure in group if figure not in whole_months]
    days = _grouped(exact, lambda figure: figure.period_end)
    for same_day in days or [[]]:
        same = [figure for figure in group if figure in whole_months or figure in same_day]
        if len(same) > 1:
            yield same


def _grouped(figures: Sequence[PrintedFigure], key: Callable[[PrintedFigure], Hashable]) -> list[list[PrintedFigure]]:
    groups: dict[Hashable, list[PrintedFigure]] = {}
    for figure in figures:
        groups.setdefault(key(figure), []).append(figure)
    return list(groups.values())


def _judged(agrees: bool) -> str:
    return "agrees" if agrees else "differs"
