"""Admission rates on three bases, beside the national goal: rules B.10, B.11, C.23 and E.5."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from frames import TERM, aim, cells, make_table, members
from hypothesis import given
from hypothesis import strategies as st

from analysis.disclosure import Thresholds, suppress_small
from analysis.measures.admissions import measure_attainment
from analysis.measures.rates import RATE_BASES, measure_rates, national_goals
from analysis.periods import Window, parse_period

NO_GOALS = make_table("targets")
# The openings of January 2022 do not continue the closings of December 2021: 190 against 180.
MEMBERSHIP = make_table(
    "membership",
    members("A", "2020-08-31", opening_n=100, admitted_n=1, closing_n=101),
    members("B", "2020-08-31", opening_n=60, admitted_n=0, closing_n=60),
    members("A", "2020-12-31", opening_n=101, admitted_n=2, closing_n=103),
    members("B", "2020-12-31", opening_n=60, admitted_n=3, closing_n=63),
    members("A", "2021-01-31", opening_n=103, admitted_n=1, closing_n=110),
    members("B", "2021-01-31", opening_n=63, admitted_n=0, closing_n=63),
    members("C", "2021-02-28", opening_n=0, admitted_n=4, closing_n=10),
    members("A", "2021-12-31", opening_n=110, admitted_n=5, closing_n=120),
    members("B", "2021-12-31", opening_n=63, admitted_n=0, closing_n=60),
    members("A", "2022-01-31", opening_n=130, admitted_n=2, closing_n=130),
    members("B", "2022-01-31", opening_n=60, admitted_n=0, closing_n=60),
    members("A", "2022-05-31", opening_n=130, admitted_n=7, closing_n=137),
    members("A", "2022-06-30", opening_n=137, admitted_n=90, closing_n=227),
)
COVERED = Window(TERM.start, date(2022, 5, 31))
TERM_TO_DATE = parse_period("term:2022-05-31", TERM)


def goal(year: int, low: float, high: float | None, assigned_on: str, **changes: object) -> dict[str, object]:
    return aim(low, year=year, assigned_on=assigned_on) | {
        "level": "national",
        "measure": "admission_rate",
        "target_type": "annual_rate",
        "target_high": high,
        **changes,
    }


def test_every_rate_has_its_base_and_its_date():
    """Rule B.11, K23: 10 admitted in 2021 are 6,25 % of 160, 6,02 % of 166, and a base without a count gives none."""
    got = measure_rates(MEMBERSHIP, NO_GOALS, TERM_TO_DATE, COVERED)
    assert cells(got, "year", "base", "admitted_n", "base_date", "base_n", "rate_pct") == [
        (2020, "term_start", 6, "2020-08-15", 160, 3.75),
        (2020, "year_start", 6, "2020-01-01", None, None),
        (2020, "previous_year_end", 6, "2019-12-31", None, None),
        (2021, "term_start", 10, "2020-08-15", 160, 6.25),
        (2021, "year_start", 10, "2021-01-01", 166, 6.02),
        (2021, "previous_year_end", 10, "2020-12-31", 166, 6.02),
        (2022, "term_start", 9, "2020-08-15", 160, 5.63),
        (2022, "year_start", 9, "2022-01-01", 190, 4.74),
        (2022, "previous_year_end", 9, "2021-12-31", 180, 5.0),
    ]


def test_nothing_after_the_data_date_counts_and_a_part_of_a_year_is_marked_and_not_annualised():
    """Rule C.23: the 90 of June 2022 are not yet known, and 2020 began at the Congress."""
    got = measure_rates(MEMBERSHIP, NO_GOALS, TERM_TO_DATE, COVERED)
    got = got[got["base"] == "term_start"]
    assert cells(got, "start_date", "data_date", "is_part") == [
        ("2020-08-15", "2020-12-31", True),
        ("2021-01-01", "2021-12-31", False),
        ("2022-01-01", "2022-05-31", True),
    ]


def test_a_quarter_is_compared_with_quarters_and_is_a_part_of_its_year():
    """Rule E.2 and E.5: the goal is one of a year, so that no quarter is judged by it."""
    got = measure_rates(MEMBERSHIP, NO_GOALS, parse_period("2022-Q1", TERM), Window(TERM.start, date(2022, 3, 31)))
    got = got[got["base"] == "year_start"]
    assert cells(got, "year", "data_date", "admitted_n", "base_n", "rate_pct", "is_part") == [
        (2021, "2021-03-31", 5, 166, 3.01, True),
        (2022, "2022-03-31", 2, 190, 1.05, True),
    ]


def test_a_base_before_the_congress_is_none_whatever_an_older_row_says():
    older = pd.concat([make_table("membership", members("A", "2019-12-31", closing_n=999)), MEMBERSHIP])
    got = measure_rates(older, NO_GOALS, TERM_TO_DATE, COVERED)
    assert cells(got[got["year"] == 2020], "base_n") == [(160,), (None,), (None,)]


def test_a_body_that_came_later_has_no_base_at_the_congress():
    """Its first row is not the beginning of the term, whatever the table of an organisation begins with."""
    late = make_table(
        "membership",
        members("C", "2021-04-30", opening_n=0, admitted_n=3, closing_n=15),
        members("C", "2021-12-31", opening_n=15, admitted_n=0, closing_n=20),
        members("C", "2022-01-31", opening_n=20, admitted_n=1, closing_n=21),
    )
    got = measure_rates(late, NO_GOALS, TERM_TO_DATE, COVERED)
    assert cells(got[got["base"] == "term_start"], "base_n", "rate_pct") == [(None, None)] * 3
    assert cells(got[got["base"] == "year_start"], "year", "base_n") == [(2020, None), (2021, 0), (2022, 20)]


def test_a_body_that_comes_after_the_data_date_is_not_yet_known():
    later = make_table("membership", members("D", "2022-02-28", opening_n=7, admitted_n=1))
    got = measure_rates(later, NO_GOALS, parse_period("term:2022-01-31", TERM), Window(TERM.start, date(2022, 1, 31)))
    assert cells(got[got["year"] == 2022], "admitted_n", "base_n") == [(0, None), (0, None), (0, None)]


def test_a_base_of_nobody_gives_no_rate():
    empty = make_table("membership", members("A", "2021-01-31", opening_n=0, admitted_n=2))
    got = measure_rates(empty, NO_GOALS, parse_period("2021", TERM), Window(TERM.start, date(2021, 12, 31)))
    assert cells(got[got["year"] == 2021], "base_n", "rate_pct") == [(None, None), (0, None), (None, None)]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2021, 12, 31), []),
        (date(2022, 6, 15), []),
        (date(2022, 6, 16), [(2021, 3.0, 4.0, "2022-06-16"), (2022, 3.0, 4.0, "2022-06-16")]),
        (date(2023, 1, 1), [(2021, 3.0, 4.0, "2022-06-16"), (2022, 3.5, None, "2022-12-01")]),
    ],
)
def test_the_goal_is_the_latest_assigned_by_the_data_date_even_for_a_year_that_has_passed(day, expected):
    """Rule B.10."""
    goals = make_table(
        "targets",
        goal(2022, 3.5, None, "2022-12-01"),
        goal(2022, 3, 4, "2022-06-16"),
        goal(2021, 3, 4, "2022-06-16"),
        goal(2022, 9, 9, "2022-01-01", level="province"),
        goal(2022, 8, 8, "2022-01-01", measure="admitted"),
        goal(2022, 7, 7, "2022-01-01", scope="term"),
    )
    assert sorted(cells(national_goals(goals, day))) == expected


def test_each_year_stands_beside_its_own_goal():
    goals = make_table("targets", goal(2021, 3, 4, "2022-05-31"), goal(2022, 5, 6, "2022-06-01"))
    got = measure_rates(MEMBERSHIP, goals, TERM_TO_DATE, COVERED)
    assert set(cells(got, "year", "goal_low_pct", "goal_high_pct")) == {
        (2020, None, None),
        (2021, 3.0, 4.0),
        (2022, None, None),
    }


def test_a_small_count_is_hidden_on_every_base_with_every_rate():
    """A rate and its base give the count away: 6 of 160 is 3,75 %."""
    rates = measure_rates(MEMBERSHIP, NO_GOALS, TERM_TO_DATE, COVERED)
    got = suppress_small(rates, "admitted_n", Thresholds(7, 10), within=["base"], derived=["rate_pct"])
    assert cells(got[got["is_hidden"]], "year", "admitted_n", "rate_pct") == [
        (2020, None, None),
        (2020, None, None),
        (2020, None, None),
        (2022, None, None),
        (2022, None, None),
        (2022, None, None),
    ]


@st.composite
def continuous_memberships(draw):
    """Rows of one or two organisations at the ends of half-years, each opening where the one before closed."""
    rows = []
    for org_id in draw(st.sampled_from((["A"], ["A", "B"]))):
        stock = draw(st.integers(0, 300))
        for day in ("2020-12-31", "2021-06-30", "2021-12-31", "2022-06-30", "2022-12-31"):
            admitted, left = draw(st.integers(0, 40)), draw(st.integers(0, stock))
            closing = stock + admitted - left
            rows.append(members(org_id, day, opening_n=stock, admitted_n=admitted, died_n=left, closing_n=closing))
            stock = closing
    return make_table("membership", *rows)


@given(continuous_memberships())
def test_where_openings_continue_closings_the_two_yearly_bases_are_one(rows):
    covered = Window(TERM.start, date(2022, 12, 31))
    got = measure_rates(rows, NO_GOALS, parse_period("2022", TERM), covered)
    got = got[got["year"] > 2020].pivot(index="year", columns="base", values="base_n")
    assert got["year_start"].tolist() == got["previous_year_end"].tolist()


@given(continuous_memberships())
def test_the_years_of_every_base_add_up_to_the_term(rows):
    """Rule E.3: the year of the Congress is split at the Congress."""
    covered = Window(TERM.start, date(2022, 12, 31))
    period = parse_period("term:2022-12-31", TERM)
    got = measure_rates(rows, NO_GOALS, period, covered).groupby("base")["admitted_n"].sum()
    whole = measure_attainment(rows, NO_GOALS, period, covered)["admitted_n"].iloc[0]
    assert {base: got[base] for base in RATE_BASES} == dict.fromkeys(RATE_BASES, whole)
