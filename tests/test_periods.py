"""Periods: cumulative from 1 January or from the Congress (domain rules E.1 to E.3, C.23)."""

from __future__ import annotations

from datetime import date

import pytest
from frames import TERM

from analysis.errors import ParamsError
from analysis.periods import (
    Window,
    check_period_text,
    day_before,
    last_complete_year,
    parse_period,
    year_before,
)


@pytest.mark.parametrize(
    ("text", "kind", "last_day"),
    [
        ("2023-Q1", "q1", date(2023, 3, 31)),
        ("2023-H1", "h1", date(2023, 6, 30)),
        ("2023-9M", "9m", date(2023, 9, 30)),
        ("2023", "year", date(2023, 12, 31)),
    ],
)
def test_official_periods_are_cumulative_from_1_january(text, kind, last_day):
    period = parse_period(text, TERM)
    assert (period.kind, period.start, period.end) == (kind, date(2023, 1, 1), last_day)
    assert not period.is_term


def test_term_to_date_starts_at_the_congress_and_not_on_1_january():
    """Rule E.3."""
    period = parse_period("term:2023-06-02", TERM)
    assert (period.kind, period.start, period.end) == ("term_to_date", date(2020, 8, 15), date(2023, 6, 2))
    assert period.is_term


def test_whole_term_runs_from_the_congress_to_the_end_of_the_khoi():
    period = parse_period("term", TERM)
    assert (period.kind, period.start, period.end) == ("term", TERM.start, TERM.end)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "2023-Q2",
        "2023-Q4",
        "2023-h1",
        "2023H1",
        "23-Q1",
        "3023",
        "2023-12M",
        "2023 ",
        "term:",
        "term:2023",
        "term:02/06/2023",
        "Term",
        "2023-Q1\n",
        "２０２３",
        "2０２３",
        "term:2０２３-06-02",
    ],
)
def test_a_malformed_period_is_refused_with_what_is_allowed(text):
    with pytest.raises(ParamsError) as caught:
        check_period_text(text)
    assert repr(text) in str(caught.value)
    assert "Allowed: 2023-Q1, 2023-H1, 2023-9M, 2023, term:2023-06-02 or term." in str(caught.value)


def test_a_day_that_is_not_in_the_calendar_is_refused_by_name():
    with pytest.raises(ParamsError, match="2023-02-30 is not a day of the calendar"):
        parse_period("term:2023-02-30", TERM)


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("2023-Q1", "2022-Q1"),
        ("2023-H1", "2022-H1"),
        ("2023-9M", "2022-9M"),
        ("2023", "2022"),
        ("term:2023-06-02", "term:2022-06-02"),
        ("term", "term:2024-02-14"),
    ],
)
def test_comparison_is_the_same_period_a_year_before(text, before):
    """Rule D.2: same period of the previous year, not the previous period."""
    assert year_before(parse_period(text, TERM), TERM) == parse_period(before, TERM)


def test_29_february_compares_with_28_february():
    assert year_before(parse_period("term:2024-02-29", TERM), TERM).end == date(2023, 2, 28)


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2023", 2023),
        ("2023-Q1", 2022),
        ("2023-9M", 2022),
        ("term:2020-12-31", 2020),
        ("term:2023-06-02", 2022),
        ("term", 2024),
    ],
)
def test_grades_shown_are_of_the_last_complete_year(text, year):
    assert last_complete_year(parse_period(text, TERM)) == year


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2020", date(2020, 8, 15), date(2020, 12, 31)),
        ("2023", date(2023, 1, 1), date(2023, 12, 31)),
        ("2025", date(2025, 1, 1), date(2025, 2, 14)),
        ("term:2026-01-01", date(2020, 8, 15), date(2025, 2, 14)),
    ],
)
def test_window_is_cut_at_the_congress_and_at_the_end_of_the_khoi(text, first, last):
    window = parse_period(text, TERM).within(TERM)
    assert window == Window(first, last)
    assert not window.is_empty


@pytest.mark.parametrize("text", ["2020-Q1", "2020-H1", "2019", "2026", "term:2020-08-14"])
def test_window_outside_the_term_is_empty(text):
    assert parse_period(text, TERM).within(TERM).is_empty


def test_window_of_one_day_is_not_empty():
    assert not Window(date(2023, 1, 1), date(2023, 1, 1)).is_empty


def test_day_before_crosses_the_year():
    assert day_before(date(2023, 1, 1)) == date(2022, 12, 31)
