"""Periods and dates in the words of official reports."""

from __future__ import annotations

from datetime import date

from analysis.language import Language
from analysis.periods import Period, Term, Window, parse_period

_UNBOUND = Term(date(1, 1, 1), date(9999, 12, 31))


def period_words(text: str, language: Language) -> str:
    """Return a period as readers know it: "2023-Q1" is "Quý I năm 2023", "First quarter of 2023"."""
    period = parse_period(text, _UNBOUND)
    return language.text(f"period.{period.kind}", year=period.end.year, end=period.end)


def period_short(text: str, language: Language) -> str:
    """Return a period for a table heading: "Quý I/2023", "Q1 2023"."""
    period = parse_period(text, _UNBOUND)
    return language.text(f"period_short.{period.kind}", year=period.end.year, end=period.end)


def partial_day(text: str, language: Language) -> str:
    """Return a date that may lack its day or month: "2022-09" is "09/2022", "September 2022"."""
    year, *rest = (int(part) for part in text.split("-"))
    if len(rest) == 2:
        return language.day(date(year, *rest))
    return language.text("words.month", first=date(year, rest[0], 1)) if rest else str(year)


def as_of_words(period: Period, window: Window, language: Language) -> str:
    """Return how far the numbers reach, and why that is not the period's last day where it is not."""
    key = "as_of.exact" if window.end == period.end else "as_of.earlier"
    return language.text(key, data_date=window.end, end=period.end)
