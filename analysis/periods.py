"""Reporting periods: cumulative from 1 January, or from the Congress (docs/decisions/0001)."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta

from analysis.errors import ParamsError

ALLOWED = "2023-Q1, 2023-H1, 2023-9M, 2023, term:2023-06-02 or term"

# The last month and day of the cumulative official periods (Quý I, 6 tháng, 9 tháng, năm).
LAST_DAYS = {"q1": (3, 31), "h1": (6, 30), "9m": (9, 30), "year": (12, 31)}

_YEAR_PERIOD = re.compile(r"(?P<year>[12][0-9]{3})(?:-(?P<part>Q1|H1|9M))?")
_TERM_PERIOD = re.compile(r"term(?::(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2}))?")


@dataclass(frozen=True)
class Term:
    """The term of office: from the Congress to the end of the organisation, both days included."""

    start: date
    end: date


@dataclass(frozen=True)
class Window:
    """A stretch of days, both included. Rows of a table belong to it by their `period_end`."""

    start: date
    end: date

    @property
    def is_empty(self) -> bool:
        return self.end < self.start


@dataclass(frozen=True)
class Period:
    """A reporting period as written (`text`), its kind and its days.

    kind: q1, h1, 9m, year (cumulative from 1 January), term_to_date or term.
    """

    text: str
    kind: str
    start: date
    end: date

    @property
    def is_term(self) -> bool:
        return self.kind in ("term_to_date", "term")

    def within(self, term: Term) -> Window:
        """Return the days of the period that lie in the term; empty where it lies outside."""
        return Window(max(self.start, term.start), min(self.end, term.end))


def parse_period(text: str, term: Term) -> Period:
    """Return the period that `text` names. Raises ParamsError where it is malformed."""
    if match := _YEAR_PERIOD.fullmatch(text):
        year = int(match["year"])
        kind = (match["part"] or "year").lower()
        return Period(text, kind, date(year, 1, 1), date(year, *LAST_DAYS[kind]))
    if match := _TERM_PERIOD.fullmatch(text):
        if match["day"] is None:
            return Period(text, "term", term.start, term.end)
        return Period(text, "term_to_date", term.start, _read_day(match["day"], text))
    raise ParamsError(f"period {text!r} is not a period. Allowed: {ALLOWED}.")


def check_period_text(text: str) -> None:
    """Raise ParamsError where `text` is not a well-formed period; the dataset is not needed."""
    parse_period(text, Term(date(1, 1, 1), date(9999, 12, 31)))


def year_before(period: Period, term: Term) -> Period:
    """Return the same period one year before: the comparison that official reports print."""
    if period.is_term:
        return parse_period(f"term:{one_year_back(period.end).isoformat()}", term)
    year, _, part = period.text.partition("-")
    return parse_period(f"{int(year) - 1}" + (f"-{part}" if part else ""), term)


def same_period_of(year: int, period: Period, term: Term) -> Period:
    """Return the same cumulative period of another year, to the same day; for a period of the term, that year."""
    if period.is_term:
        return parse_period(str(year), term)
    return replace(parse_period(f"{year}{period.text[4:]}", term), end=_same_day_of(year, period.end))


def _same_day_of(year: int, day: date) -> date:
    """Return a day in another year; of the last day of a month, the last day of that month."""
    last = monthrange(year, day.month)[1]
    return date(year, day.month, last if day.day == monthrange(day.year, day.month)[1] else min(day.day, last))


def last_complete_year(period: Period) -> int:
    """Return the year whose classification a report shows: the year itself, or the last complete one."""
    is_complete = (period.end.month, period.end.day) == LAST_DAYS["year"]
    return period.end.year if is_complete else period.end.year - 1


def day_before(day: date) -> date:
    return day - timedelta(days=1)


def one_year_back(day: date) -> date:
    """Return the same day a year before; the last of February for a 29th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)


def _read_day(text: str, whole: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ParamsError(f"period {whole!r}: {text} is not a day of the calendar. Allowed: {ALLOWED}.") from None
