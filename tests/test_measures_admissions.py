"""Admissions against targets: domain section B, and E.1 to E.5."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from frames import TERM, aim, body, cells, make_table, members

from analysis.disclosure import Thresholds, suppress_small
from analysis.measures import admissions
from analysis.measures.admissions import (
    accumulate_admissions,
    admissions_by_sector,
    attain_years,
    compare_years,
    measure_attainment,
)
from analysis.measures.ratio import index_of, percent_of
from analysis.measures.targets import headline_target, targets_in_force
from analysis.periods import Window, parse_period

H1 = parse_period("2023-H1", TERM)
H1_DAYS = Window(date(2023, 1, 1), date(2023, 6, 30))
MEMBERSHIP = make_table(
    "membership",
    members("A", "2022-12-31", admitted_n=50),
    members("A", "2023-01-31", admitted_n=3, restored_n=9),
    members("B", "2023-06-30", admitted_n=4, readmitted_n=1),
    members("B", "2023-07-31", admitted_n=60),
)


def counts(*values: int | None) -> pd.Series:
    return pd.Series(list(values), dtype="Int64")


def test_attainment_counts_admissions_of_the_period_against_the_years_full_target():
    """Rule E.4: the full target, even part-way. B.7, B.8: re-admissions are within, restorations never."""
    got = measure_attainment(MEMBERSHIP, make_table("targets", aim(20)), H1, H1_DAYS)
    assert cells(got, "period", "admitted_n", "target_n", "attainment_pct") == [("2023-H1", 7, 20, 35.0)]
    assert cells(got, "start_date", "data_date") == [("2023-01-01", "2023-06-30")]


def test_attainment_may_pass_100():
    """Rule B.12."""
    got = measure_attainment(MEMBERSHIP, make_table("targets", aim(4)), H1, H1_DAYS)
    assert cells(got, "attainment_pct") == [(175.0,)]


@pytest.mark.parametrize(
    "targets",
    [
        [],
        [aim(0)],
        [aim(20, year=2022)],
        [aim(20, scope="term", year=None)],
        [aim(20, level="province")],
        [aim(20, org_id="A")],
        [aim(20, measure="admission_rate")],
        [aim(20, assigned_on="2023-07-01")],
    ],
)
def test_attainment_is_undefined_without_a_target_of_the_khoi_for_that_year(targets):
    """Rule K22: a target above 0 that holds on the data date, else NA."""
    got = measure_attainment(MEMBERSHIP, make_table("targets", *targets), H1, H1_DAYS)
    assert cells(got, "admitted_n", "attainment_pct") == [(7, None)]


AIMED_YEARS = pd.DataFrame(
    {"year": [2020, 2021, 2022, 2023], "admitted_n": counts(9, 20, 31, 12), "target_n": counts(None, 25, None, 50)}
)


def test_only_years_with_a_target_are_taken_together():
    columns = ("first_year", "last_year", "admitted_n", "target_n", "attainment_pct")
    assert cells(attain_years(AIMED_YEARS), *columns) == [(2021, 2023, 32, 75, 42.67)]
    assert cells(attain_years(AIMED_YEARS.head(1)), *columns) == [(None, None, None, None, None)]


def test_one_hidden_year_hides_what_the_years_attained_together():
    hidden = AIMED_YEARS.assign(admitted_n=counts(9, None, 31, 12))
    assert cells(attain_years(hidden), "admitted_n", "target_n", "attainment_pct") == [(None, 75, None)]
    # A year without a target is no part of it.
    assert cells(attain_years(AIMED_YEARS.assign(admitted_n=counts(None, 20, None, 12))), "admitted_n") == [(32,)]


def test_term_total_starts_at_the_congress_and_not_on_1_january():
    """Rule E.3, K20: what was admitted in January 2020 belongs to the term before."""
    membership = make_table(
        "membership",
        members("A", "2020-01-31", admitted_n=100),
        members("A", "2020-08-31", admitted_n=5),
        members("A", "2021-01-31", admitted_n=6),
    )
    period = parse_period("term:2021-01-31", TERM)
    targets = make_table("targets", aim(1500, scope="term", year=None, assigned_on="2020-08-15"), aim(10, year=2021))
    got = measure_attainment(membership, targets, period, period.within(TERM))
    assert cells(got, "admitted_n", "target_n", "attainment_pct") == [(11, 1500, 0.73)]


def test_the_latest_target_assigned_by_the_data_date_holds():
    targets = make_table(
        "targets",
        aim(30, assigned_on="2023-04-01"),
        aim(20, assigned_on="2023-01-10"),
        aim(40, assigned_on="2023-08-01"),
    )
    assert headline_target(targets, "year", 2023, date(2023, 3, 31)) == (20, date(2023, 1, 10))
    assert headline_target(targets, "year", 2023, date(2023, 4, 1)) == (30, date(2023, 4, 1))
    assert headline_target(targets, "year", 2023, date(2023, 12, 31)) == (40, date(2023, 8, 1))
    assert headline_target(targets, "year", 2023, date(2023, 1, 9)) == (None, None)


def test_each_organisation_keeps_its_own_target():
    targets = make_table(
        "targets",
        aim(20),
        aim(3, level="organisation", org_id="A"),
        aim(4, level="organisation", org_id="A", assigned_on="2023-02-01"),
        aim(5, level="organisation", org_id="B"),
    )
    assert sorted(targets_in_force(targets, date(2023, 6, 30))["target"]) == [4, 5, 20]


def test_running_total_ends_at_the_total_of_the_period():
    got = accumulate_admissions(MEMBERSHIP, H1_DAYS)
    assert cells(got) == [("2023-01-31", 3, 3), ("2023-06-30", 4, 7)]


def test_running_total_of_no_rows_is_empty():
    assert cells(accumulate_admissions(MEMBERSHIP, Window(date(2021, 1, 1), date(2021, 3, 31)))) == []


YEARS = make_table(
    "membership",
    members("A", "2020-12-31", admitted_n=9),
    members("A", "2021-06-30", admitted_n=40),
    members("A", "2021-12-31", admitted_n=100),
    members("A", "2022-06-30", admitted_n=50),
    members("A", "2022-12-31", admitted_n=100),
)


def test_years_are_compared_to_the_same_day_of_the_year():
    """Rule D.2, E.2: an index, 100 = unchanged, over the same cumulative period."""
    got = compare_years(
        YEARS,
        make_table("targets", aim(200, year=2022, assigned_on="2022-01-10")),
        parse_period("2022-H1", TERM),
        Window(TERM.start, date(2022, 6, 30)),
    )
    assert cells(got, "year", "data_date", "admitted_n", "is_part", "index_pct", "attainment_pct") == [
        (2021, "2021-06-30", 40, False, None, None),
        (2022, "2022-06-30", 50, False, 125.0, 25.0),
    ]


def test_a_year_that_is_only_a_part_is_marked_and_never_compared():
    """Rule C.23, E.3: 2020 begins at the Congress, the last year ends at the data date."""
    got = compare_years(
        YEARS, make_table("targets"), parse_period("term:2022-06-30", TERM), Window(TERM.start, date(2022, 6, 30))
    )
    assert cells(got, "year", "start_date", "admitted_n", "is_part", "index_pct") == [
        (2020, "2020-08-15", 9, True, None),
        (2021, "2021-01-01", 140, False, None),
        (2022, "2022-01-01", 50, True, None),
    ]


def test_index_is_undefined_without_a_base():
    """Rule K26: a zero base is no base."""
    assert cells(pd.DataFrame({"i": index_of(counts(5, 5, 0), counts(0, None, 5))})) == [(None,), (None,), (0.0,)]


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [
        (940, 1500, 62.67),
        (1, 3, 33.33),
        (2, 3, 66.67),
        (1, 800, 0.13),
        (3, 800, 0.38),
        (250, 100, 250.0),
        (0, 7, 0.0),
        (1, 0, None),
        (1, -4, None),
        (None, 5, None),
        (5, None, None),
    ],
)
def test_percentages_are_rounded_half_up_from_whole_numbers(part, whole, percent):
    """Rules E.11, 0.2: 1/800 is 0,125, which becomes 0,13; NA where the whole is not above 0."""
    assert cells(pd.DataFrame({"p": percent_of(counts(part), counts(whole))})) == [(percent,)]


REGISTER = make_table(
    "organisations",
    body("A", "cell", "9b1", valid_to="2023-03-31"),
    body("A", "cell", "9a1", valid_from="2023-04-01"),
    body("B", "party_committee", "5"),
    body("C", "cell", "9c", valid_to="2023-05-01"),
)


def test_sectors_count_admissions_against_members_at_the_start():
    membership = make_table(
        "membership",
        members("A", "2023-01-31", opening_n=40, admitted_n=1),
        members("A", "2023-06-30", opening_n=99, admitted_n=2),
        members("B", "2023-01-31", opening_n=60, admitted_n=3),
        members("C", "2023-01-31", opening_n=10, admitted_n=4),
        members("B", "2023-07-31", opening_n=60, admitted_n=90),
    )
    got = admissions_by_sector(membership, REGISTER, H1_DAYS)
    assert cells(
        got, "sector_group", "organisations_n", "admitted_n", "members_start_n", "share_pct", "per_100_pct"
    ) == [
        ("state_agency", 1, 3, 60, 30.0, 5.0),
        ("state_capital", 1, 3, 40, 30.0, 7.5),
        ("non_state", 1, 4, 10, 40.0, 40.0),
    ]


def test_an_organisation_has_the_sector_of_the_data_date_or_its_last():
    """Rule C.17: the identity survives a change of sector; a body that ended keeps its last one."""
    membership = make_table(
        "membership", members("A", "2023-01-31", admitted_n=1), members("C", "2023-01-31", admitted_n=1)
    )
    march = admissions_by_sector(membership, REGISTER, Window(date(2023, 1, 1), date(2023, 3, 31)))
    june = admissions_by_sector(membership, REGISTER, H1_DAYS)
    assert cells(march, "sector_group", "admitted_n") == [("non_state", 2)]
    assert cells(june, "sector_group", "admitted_n") == [("state_capital", 1), ("non_state", 1)]


def test_a_sector_whose_members_all_came_later_has_no_rate():
    membership = make_table(
        "membership",
        members("B", "2023-01-31", opening_n=60, admitted_n=1),
        members("C", "2023-04-30", opening_n=0, admitted_n=2),
    )
    got = admissions_by_sector(membership, REGISTER, H1_DAYS)
    assert cells(got, "sector_group", "members_start_n", "per_100_pct") == [
        ("state_agency", 60, 1.67),
        ("non_state", 0, None),
    ]


def test_the_period_asked_for_stands_beside_the_one_compared_with():
    rows = make_table(
        "membership",
        members("A", "2022-03-31", admitted_n=8),
        members("A", "2022-09-30", admitted_n=90),
        members("A", "2023-03-31", admitted_n=10),
    )
    now, before = (parse_period(text, TERM) for text in ("2023-Q1", "2022-Q1"))
    got = admissions.compare_attainment(
        rows, make_table("targets"), (now, now.within(TERM)), (before, before.within(TERM))
    )
    assert cells(got, "period", "admitted_n", "change_n", "index_pct") == [
        ("2022-Q1", 8, None, None),
        ("2023-Q1", 10, 2, 125.0),
    ]


def test_without_a_period_to_compare_with_there_is_one_row():
    rows = make_table("membership", members("A", "2023-03-31", admitted_n=10))
    now = parse_period("2023-Q1", TERM)
    got = admissions.compare_attainment(rows, make_table("targets"), (now, now.within(TERM)), (None, None))
    assert cells(got, "period", "admitted_n", "index_pct") == [("2023-Q1", 10, None)]


def test_of_two_periods_that_begin_alike_the_difference_is_a_count_of_people():
    """It must not be shown where it is small: 40 by June, 43 by December tells of three people."""
    rows = make_table("membership", members("A", "2022-06-30", admitted_n=40), members("A", "2022-12-31", admitted_n=3))
    now, before = (parse_period(text, TERM) for text in ("term:2022-12-31", "term:2022-06-30"))
    got = admissions.compare_attainment(
        rows, make_table("targets"), (now, now.within(TERM)), (before, before.within(TERM))
    )
    assert cells(got, "admitted_n", "between_n", "index_pct") == [(40, None, None), (43, 3, None)]
    hidden = suppress_small(got, "between_n", Thresholds(5, 10), derived=["admitted_n"])
    assert cells(hidden, "admitted_n") == [(40,), (None,)]
