"""Days and periods as sources print them: 30-6, 02/06/2023, 9 tháng."""

from __future__ import annotations

import re
from datetime import date

from analysis.errors import PrintedError
from analysis.tables.printed import clean
from analysis.tables.schema import is_partial_date

ALLOWED = "02/06/2023, 02-6-2023, 6/2023, 2023, 2023-06-02, 2023-06, and 30-6 where the year is known"

# Year-to-date periods as reports name them (rule E.1); any other number of months is recorded as part of the year.
PERIODS = {
    "q1": ("quý i", "quý 1", "3 tháng", "3 tháng đầu năm", "ba tháng đầu năm", "first quarter", "three months"),
    "h1": ("6 tháng", "6 tháng đầu năm", "sáu tháng đầu năm", "first half", "six months", "first six months"),
    "9m": ("9 tháng", "9 tháng đầu năm", "chín tháng", "nine months", "first nine months"),
    "year": ("năm", "cả năm", "12 tháng", "year", "the year"),
    "term_to_date": ("nửa nhiệm kỳ", "nửa đầu nhiệm kỳ", "từ đầu nhiệm kỳ", "half of the term", "since the congress"),
}

_DAY = re.compile(r"(?:ngày )?(\d{1,2})\s*(?:[-/.]|tháng)\s*(\d{1,2})(?:\s*(?:[-/.]|năm)\s*(\d{4}))?", re.ASCII)
_MONTH = re.compile(r"(?:tháng )?(\d{1,2})\s*(?:[-/.]|năm)\s*(\d{4})", re.ASCII)


def read_printed_date(text: str, language: str, year: str = "") -> str:
    """Return a printed day, month or year as the tables write it: 2023-06-02, 2023-06 or 2023.

    language: vi prints the day first; elsewhere a day that could be a month is refused. year: of a day without one.
    Raises PrintedError saying what is allowed.
    """
    cleaned = clean(text)
    if is_partial_date(cleaned):
        return cleaned
    if bare := re.fullmatch(r"năm ([0-9]{4})", cleaned):
        return bare[1]
    if month := _MONTH.fullmatch(cleaned):
        return _day(text, month[2], month[1], None)
    match = _DAY.fullmatch(cleaned)
    if match is None:
        raise PrintedError(f"{text!r} is no date that can be read. Allowed: {ALLOWED}.")
    day, month_n, printed_year = match.groups()
    if not (printed_year or year):
        raise PrintedError(f"{text!r} has no year. Write it as well, as in 30/6/2023.")
    if language != "vi" and day != month_n and int(day) <= 12 and int(month_n) <= 12:
        raise PrintedError(f"{text!r} may have the day or the month first. Write YEAR-MONTH-DAY.")
    return _day(text, printed_year or year[:4], month_n, day)


def read_printed_period(text: str) -> str:
    """Return the kind of a printed period: "9 tháng" is 9m, "Quý I" is q1. Raises PrintedError for any other word."""
    without_year = re.sub(r"[ /][0-9]{4}$", "", clean(text))
    for kind, names in PERIODS.items():
        if without_year in names or without_year.removesuffix(" năm") in names:
            return kind
    raise PrintedError(f"{text!r} is no period that can be read. Known: {', '.join(n[0] for n in PERIODS.values())}.")


def _day(text: str, year: str, month: str, day: str | None) -> str:
    try:
        read = date(int(year), int(month), int(day or 1)).isoformat()
    except ValueError:
        raise PrintedError(f"{text!r} is no day of the calendar.") from None
    return read if day else read[:7]
