"""The even pace and what is needed a month: by hand, in exact fractions, in years that the term cuts, and hidden."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from math import floor
from typing import Any

import pandas as pd
import pytest
from frames import TERM, aim, cells, make_table, members
from hypothesis import given
from hypothesis import strategies as st

from analysis.measures.pace import DERIVED, measure_pace
from analysis.periods import Period, Window, parse_period

MEMBERSHIP = make_table(
    "membership",
    members("A", "2020-07-31", admitted_n=700),  # before the Congress
    members("A", "2020-12-31", admitted_n=12),
    members("A", "2022-12-31", admitted_n=48),
    members("A", "2023-03-31", admitted_n=25),
    members("B", "2023-06-30", admitted_n=15),
    members("B", "2023-09-30", admitted_n=500),  # after the data date of the half-year
)
TARGETS = make_table(
    "targets",
    aim(300, scope="term", year=None, assigned_on="2020-08-15"),
    aim(80, assigned_on="2023-01-10"),
    aim(90, assigned_on="2023-03-01"),
    aim(120, assigned_on="2023-07-01"),
    aim(70, year=2022, assigned_on="2022-01-10"),
    aim(33, level="organisation", org_id="A"),
)


def asked(text: str, last: str = "") -> tuple[Period, Window]:
    """Return a period and its days; `last`: the data date, where it is not the period's end."""
    period = parse_period(text, TERM)
    days = period.within(TERM)
    return period, Window(days.start, date.fromisoformat(last) if last else days.end)


def pace_of(text: str, last: str = "", *, targets: pd.DataFrame = TARGETS) -> pd.DataFrame:
    return measure_pace(MEMBERSHIP, targets, TERM, asked(text, last))


def one_year(admitted: int, target: int, day: str) -> dict[str, Any]:
    """Return the row of the year for one return on a day, which is the data date too."""
    rows = make_table("membership", members("A", day, admitted_n=admitted))
    year = int(day[:4])
    goal = make_table("targets", aim(target, year=year, assigned_on=f"{year}-01-01"))
    window = Window(date(year, 1, 1), date.fromisoformat(day))
    return measure_pace(rows, goal, TERM, (parse_period(str(year), TERM), window)).iloc[1].to_dict()


def test_the_term_and_the_year_by_hand():
    """Term: 1050 of 1645 days, 300 · 1050/1645 = 191,49; 595 days left. Year: 181 of 365, 90 · 181/365 = 44,63."""
    rows = pace_of("2023-H1")
    assert cells(rows, "scope", "start_date", "data_date", "end_date", "admitted_n", "target_n") == [
        ("term", "2020-08-15", "2023-06-30", "2025-02-14", 100, 300),
        ("year", "2023-01-01", "2023-06-30", "2023-12-31", 40, 90),
    ]
    assert cells(rows, "elapsed_pct", "pace_n", "ahead_n", "needed_n", "monthly_n", "needed_monthly_n") == [
        (63.83, 191, -91, 200, 2.9, 10.23),
        (49.59, 45, -5, 50, 6.73, 8.27),
    ]


@pytest.mark.parametrize(
    ("text", "last", "target"), [("2023-Q1", "", 90), ("2023-9M", "", 120), ("2023-Q1", "2023-02-28", 80)]
)
def test_a_target_holds_as_it_stood_on_the_data_date(text, last, target):
    assert pace_of(text, last)["target_n"].tolist() == [300, target]


def test_a_period_of_the_term_has_the_year_of_its_data_date_beside_it():
    rows = pace_of("term:2023-07-15", "2023-06-30")
    assert cells(rows, "scope", "is_asked", "start_date", "data_date", "admitted_n", "target_n", "attainment_pct") == [
        ("term", True, "2020-08-15", "2023-06-30", 100, 300, 33.33),
        ("year", False, "2023-01-01", "2023-06-30", 40, 90, 44.44),
    ]
    assert pace_of("2023-H1")["is_asked"].tolist() == [False, True]


def test_the_year_of_a_term_is_that_of_the_data_date_and_not_of_the_period():
    """The period ends in 2023, its last row in 2022."""
    rows = pace_of("term:2023-02-15", "2022-12-31")
    assert cells(rows.tail(1), "start_date", "admitted_n", "target_n") == [("2022-01-01", 48, 70)]


def test_without_a_target_only_what_needs_none_is_known():
    rows = pace_of("2023-H1", targets=TARGETS.iloc[:0])
    assert cells(rows, "admitted_n", "elapsed_pct", "monthly_n") == [(100, 63.83, 2.9), (40, 49.59, 6.73)]
    assert rows[["target_n", "pace_n", "ahead_n", "needed_n", "needed_monthly_n"]].isna().all(axis=None)


def test_of_a_sector_the_target_is_the_sum_of_its_organisations():
    part = make_table(
        "targets", *(aim(count, level="organisation", org_id=name) for name, count in (("A", 33), ("B", 7)))
    )
    assert cells(pace_of("2023-H1", targets=part), "scope", "target_n", "needed_n") == [
        ("term", None, None),
        ("year", 40, 0),
    ]


def test_a_reached_target_needs_nobody_more():
    row = one_year(95, 90, "2023-06-30")
    assert (row["needed_n"], row["needed_monthly_n"], row["ahead_n"]) == (0, 0, 50)


def test_on_the_last_day_the_pace_is_the_target_and_no_month_is_left():
    row = one_year(60, 90, "2023-12-31")
    assert (row["elapsed_pct"], row["pace_n"], row["needed_n"]) == (100, 90, 30)
    assert pd.isna(row["needed_monthly_n"])


@pytest.mark.parametrize(
    ("text", "last", "goal", "row"),
    [
        ("2020", "", 139, ("2020-08-15", "2020-12-31", 100.0, 139)),
        ("2020-9M", "", 139, ("2020-08-15", "2020-12-31", 33.81, 47)),
        ("2025", "", 45, ("2025-01-01", "2025-02-14", 100.0, 45)),
        ("2025-Q1", "2025-01-31", 45, ("2025-01-01", "2025-02-14", 68.89, 31)),
    ],
)
def test_of_a_year_that_the_term_cuts_only_its_own_days_count(text, last, goal, row):
    """Rule C.23: 139 days of 2020 and 45 of 2025; a target of as many people is paced at one a day."""
    targets = make_table("targets", aim(goal, year=int(text[:4]), assigned_on="2020-08-15"))
    rows = pace_of(text, last, targets=targets)
    assert cells(rows.tail(1), "start_date", "end_date", "elapsed_pct", "pace_n") == [row]


@pytest.mark.parametrize("text", ["2019", "2020-Q1", "2026"])
def test_a_period_outside_the_term_fails_nowhere(text):
    period = parse_period(text, TERM)
    start = period.within(TERM).start
    rows = measure_pace(MEMBERSHIP, TARGETS, TERM, (period, Window(start, start - timedelta(days=1))))
    assert rows["scope"].tolist() == ["term", "year"]
    assert rows["admitted_n"].iloc[-1] == 0
    assert rows["monthly_n"].isna().iloc[-1]


def test_an_even_pace_is_rounded_half_up():
    """183 · 213/366 = 106,5: to the even number it would be 106."""
    assert one_year(0, 183, "2024-07-31")["pace_n"] == 107


def test_people_a_month_are_rounded_half_up_from_whole_numbers():
    """2 people in 25 days are 2 · 487/(16 · 25) = 2,435 a month; the binary fraction lies below it."""
    assert one_year(2, 90, "2023-01-25")["monthly_n"] == 2.44


def test_a_twelfth_of_365_days_and_a_quarter_is_a_month():
    """487 days at 16 months: 32 admitted are 2 a month, exactly."""
    rows = make_table("membership", members("A", "2021-12-14", admitted_n=32))
    row = measure_pace(rows, TARGETS, TERM, asked("term:2021-12-14")).iloc[0]
    assert (row["data_date"] - row["start_date"]).days + 1 == 487
    assert row["monthly_n"] == 2


DAYS = st.dates(date(2020, 8, 15), date(2025, 2, 14))


@given(DAYS, st.integers(0, 3000), st.integers(0, 3000))
def test_every_row_agrees_with_exact_fractions(day, admitted, target):
    made = make_table("membership", members("A", day.isoformat(), admitted_n=admitted))
    goals = make_table(
        "targets",
        aim(target, scope="term", year=None, assigned_on="2020-08-15"),
        aim(target, year=day.year, assigned_on="2020-08-15"),
    )
    got = measure_pace(made, goals, TERM, (parse_period(str(day.year), TERM), Window(TERM.start, day)))
    spans = [(TERM.start, TERM.end), (max(TERM.start, date(day.year, 1, 1)), min(TERM.end, date(day.year, 12, 31)))]
    for row, (first, last) in zip(got.to_dict("records"), spans, strict=True):
        gone, left = (day - first).days + 1, (last - day).days
        share = Fraction(gone, gone + left)
        assert row["pace_n"] == half_up(target * share)
        assert row["elapsed_pct"] == pytest.approx(half_up(10000 * share) / 100)
        assert row["ahead_n"] == admitted - row["pace_n"]
        assert row["needed_n"] == max(target - admitted, 0)
        assert row["monthly_n"] == pytest.approx(half_up(100 * admitted / months(gone)) / 100)
        needed = row["needed_monthly_n"]
        assert (
            pd.isna(needed)
            if left == 0
            else needed == pytest.approx(half_up(100 * row["needed_n"] / months(left)) / 100)
        )


def months(days: int) -> Fraction:
    return Fraction(days) / (Fraction(36525, 100) / 12)


def half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))


@given(DAYS, DAYS, st.integers(1, 3000))
def test_an_even_pace_never_falls_and_never_passes_the_target(one, other, target):
    goal = make_table("targets", aim(target, scope="term", year=None, assigned_on="2020-08-15"))
    first, second = (
        measure_pace(MEMBERSHIP, goal, TERM, asked(f"term:{day}"))["pace_n"].iloc[0] for day in sorted((one, other))
    )
    assert 0 <= first <= second <= target


def test_what_was_given_is_not_changed():
    before = MEMBERSHIP.copy(), TARGETS.copy()
    pace_of("2023-H1")
    pd.testing.assert_frame_equal(MEMBERSHIP, before[0])
    pd.testing.assert_frame_equal(TARGETS, before[1])


# On public pages


@pytest.mark.parametrize("admitted", [1, 4])
def test_a_small_count_is_hidden_with_all_that_tells_it(sample_report, admitted):
    """Rule F.6: from the target and what is needed, or the pace and what is ahead, the count could be worked out."""
    few = make_table(
        "membership", members("A", "2022-12-31", admitted_n=60), members("A", "2023-03-31", admitted_n=admitted)
    )
    rows = measure_pace(few, TARGETS, TERM, asked("2023-Q1"))
    public = sample_report().suppress(rows, "admitted_n", within=["scope"], derived=DERIVED)
    assert public["is_hidden"].tolist() == [False, True]
    told = public[rows.columns]
    kept = told.columns[told.iloc[1].notna()]
    assert list(kept) == [
        *("scope", "start_date", "data_date", "end_date", "target_n", "elapsed_pct", "pace_n", "is_asked")
    ]
    assert cells(public.head(1), *rows.columns) == cells(rows.head(1))


def test_no_column_that_is_left_changes_with_a_hidden_count(sample_report):
    """Whoever reads the page of one count reads the page of any other small count."""
    shown = []
    for admitted in (1, 2, 4):
        made = make_table("membership", members("A", "2023-03-31", admitted_n=admitted))
        rows = measure_pace(made, TARGETS, TERM, asked("2023-Q1"))
        shown.append(cells(sample_report().suppress(rows, "admitted_n", within=["scope"], derived=DERIVED)))
    assert shown[0] == shown[1] == shown[2]


@pytest.mark.parametrize(("admitted", "audience"), [(0, "public"), (5, "public"), (3, "internal")])
def test_what_names_nobody_is_shown(sample_report, admitted, audience):
    made = make_table("membership", members("A", "2023-03-31", admitted_n=admitted))
    rows = measure_pace(made, TARGETS, TERM, asked("2023-Q1"))
    shown = sample_report(audience=audience).suppress(rows, "admitted_n", within=["scope"], derived=DERIVED)
    assert shown["admitted_n"].tolist() == [admitted, admitted]
    assert not shown["is_hidden"].any()
