"""Printed days and periods: read as the tables write them, refused where they could be another day."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import PrintedError
from analysis.tables.printed_dates import read_printed_date, read_printed_period


@pytest.mark.parametrize(
    ("text", "language", "year", "read"),
    [
        ("02/06/2023", "vi", "", "2023-06-02"),
        ("02-6-2023", "vi", "", "2023-06-02"),
        ("2.6.2023", "vi", "", "2023-06-02"),
        ("30-6", "vi", "2022", "2022-06-30"),
        ("30/6", "vi", "2022-01-01", "2022-06-30"),
        ("ngày 02 tháng 6 năm 2023", "vi", "", "2023-06-02"),
        ("tháng 6/2023", "vi", "", "2023-06"),
        ("06/2023", "vi", "", "2023-06"),
        ("năm 2023", "vi", "", "2023"),
        ("2023", "vi", "", "2023"),
        ("2023-06-02", "en", "", "2023-06-02"),
        ("30/6/2022", "en", "", "2022-06-30"),
        ("02/02/2022", "en", "", "2022-02-02"),
    ],
)
def test_every_printed_day_is_read(text, language, year, read):
    assert read_printed_date(text, language, year) == read


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("30-6", "vi", "has no year"),
        ("31/02/2023", "vi", "no day of the calendar"),
        ("02/06/2023", "en", "the day or the month first"),
        ("02/06/2023", "other", "the day or the month first"),
        ("12/06/2023", "en", "the day or the month first"),
        ("06/12/2023", "en", "the day or the month first"),
        ("13/2023", "vi", "no day of the calendar"),
        ("hôm qua", "vi", "no date that can be read. Allowed: 02/06/2023"),
        ("2023-02-31", "vi", "no date that can be read"),
    ],
)
def test_a_day_that_is_none_or_may_be_another_is_refused(text, language, said):
    with pytest.raises(PrintedError, match=said):
        read_printed_date(text, language)


@given(st.dates(date(1930, 1, 1), date(2099, 12, 31)), st.sampled_from(["/", "-", "."]), st.booleans())
def test_any_day_written_day_first_reads_back(day, sign, is_padded):
    width = 2 if is_padded else 1
    text = f"{day.day:0{width}}{sign}{day.month:0{width}}{sign}{day.year}"
    assert read_printed_date(text, "vi") == day.isoformat()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("9 tháng", "9m"),
        ("Quý I", "q1"),
        ("Quý I năm 2023", "q1"),
        ("6 tháng đầu năm 2022", "h1"),
        ("cả năm", "year"),
        ("nửa nhiệm kỳ", "term_to_date"),
    ],
)
def test_printed_periods_are_read(text, kind):
    assert read_printed_period(text) == kind


def test_other_periods_are_refused_with_those_that_are_known():
    with pytest.raises(PrintedError, match=r"'8 tháng' is no period that can be read. Known: quý i, 6 tháng, 9 tháng"):
        read_printed_period("8 tháng")
