"""Assigned targets: the sum beside the headline, revisions, organisations left out. Rules B.12 to B.14, C.7."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from frames import TERM, aim, body, cells, make_table, members
from hypothesis import given
from hypothesis import strategies as st

from analysis.measures.targets import (
    compare_assigned,
    count_revisions,
    headline_target,
    organisations_without_target,
    target_revisions,
)
from analysis.periods import Window

JUNE = date(2023, 6, 30)
COVERED = Window(date(2022, 1, 1), JUNE)
REGISTER = make_table(
    "organisations",
    body("A", "cell", "5", valid_to="2022-12-31"),
    body("A", "party_committee", "5", valid_from="2023-01-01") | {"name": "A, nâng cấp"},
    body("B", "cell", "9b1"),
    body("C", "party_committee", "6a"),
    body("D", "cell", "4", valid_to="2023-03-31"),
    body("E", "cell", None, valid_from="2023-06-30"),
    body("F", "cell", "4", valid_from="2023-07-01"),
    body("A-01", "subordinate_cell", "5"),
)


def assign(org_id: str, target: float, *, year: int | None = 2023, **cells: object) -> dict[str, object]:
    return aim(target, year=year, level="organisation", org_id=org_id, **cells)


TARGETS = make_table(
    "targets",
    aim(1500, scope="term", year=None, assigned_on="2020-08-15"),
    aim(20, year=2022, assigned_on="2022-01-10"),
    aim(25, year=2022, assigned_on="2022-09-01"),
    aim(30, assigned_on="2023-01-10"),
    aim(50, assigned_on="2023-07-01"),
    assign("A", 10, year=2022, assigned_on="2022-01-10"),
    assign("A", 12, assigned_on="2023-01-10"),
    assign("A", 9, assigned_on="2023-05-01"),
    assign("A", 99, assigned_on="2023-07-01"),
    assign("B", 0, assigned_on="2023-01-10"),
    assign("D", 7, assigned_on="2023-01-10"),
    assign("D", 7, assigned_on="2023-02-10"),
    assign("A-01", 5, assigned_on="2023-01-10"),
    assign("C", 5, assigned_on="2023-01-10", measure="member_good_or_better"),
    aim(60, level="province"),
)


def test_the_sum_assigned_stands_beside_the_headline_of_the_same_day():
    """Rule B.14: they need not agree. C.7: what a committee hands on to its cell is not added again."""
    got = compare_assigned(TARGETS, REGISTER, COVERED)
    assert cells(got, "scope", "year", "target_n", "assigned_sum_n", "difference_n", "assigned_pct") == [
        ("term", None, 1500, None, None, None),
        ("year", 2022, 25, 10, -15, 40.0),
        ("year", 2023, 30, 16, -14, 53.33),
    ]


def test_organisations_without_a_target_are_those_of_the_rows_day():
    """A target of 0 is a target; D ended with its own; E stands on the day, F and the cell of A do not count."""
    got = compare_assigned(TARGETS, REGISTER, COVERED)
    assert cells(got, "day", "assigned_organisations_n", "zero_n", "standing_n", "without_n") == [
        ("2023-06-30", 0, 0, 4, 4),
        ("2022-12-31", 1, 0, 4, 3),
        ("2023-06-30", 3, 1, 4, 2),
    ]


def test_a_target_that_was_assigned_after_its_year_holds_from_then_on():
    targets = make_table(
        "targets",
        aim(60, year=2022, assigned_on="2022-01-10"),
        aim(70, year=2022, assigned_on="2023-02-01"),
        aim(20, level="organisation", org_id="A", year=2022, assigned_on="2022-01-10"),
        aim(30, level="organisation", org_id="A", year=2022, assigned_on="2023-02-01"),
    )
    register = make_table("organisations", body("A", "cell"))
    for day, expected in ((date(2023, 1, 31), (60, 20)), (date(2023, 2, 28), (70, 30))):
        rows = compare_assigned(targets, register, Window(TERM.start, day))
        assert cells(rows[rows["year"] == 2022], "target_n", "assigned_sum_n") == [expected]


def test_the_goal_of_the_nation_makes_no_target_of_the_khoi():
    """With or without it, a Khối for which no target of its own is recorded has the sum of the assigned ones."""
    assigned = [aim(20, level="organisation", org_id="A"), aim(30, level="organisation", org_id="B")]
    goal = aim(3, level="national", measure="admission_rate", target_type="annual_rate")
    for rows in (assigned, [*assigned, goal]):
        assert headline_target(make_table("targets", *rows), "year", 2023, date(2023, 6, 30))[0] == 50
    own = aim(60)
    assert headline_target(make_table("targets", *assigned, goal, own), "year", 2023, date(2023, 6, 30))[0] == 60


def test_a_sector_or_an_organisation_has_no_headline_to_compare_with():
    part = TARGETS[TARGETS["org_id"].isin(["A", "B"])]
    got = compare_assigned(part, REGISTER[REGISTER["org_id"].isin(["A", "B"])], COVERED)
    assert cells(got, "target_n", "assigned_sum_n", "assigned_pct", "without_n") == [
        (None, None, None, 2),
        (None, 10, None, 1),
        (None, 9, None, 0),
    ]
    assert headline_target(part, "year", 2023, JUNE) == (9, date(2023, 5, 1))


def test_without_any_target_nothing_was_assigned():
    got = compare_assigned(make_table("targets"), REGISTER, COVERED)
    assert cells(got, "target_n", "assigned_sum_n", "assigned_organisations_n", "standing_n", "without_n") == [
        (None, None, 0, 4, 4),
        (None, None, 0, 4, 4),
        (None, None, 0, 4, 4),
    ]


def test_a_headline_of_0_is_no_base():
    """Rule K22."""
    targets = make_table("targets", aim(0), assign("A", 3))
    got = compare_assigned(targets, REGISTER, Window(date(2023, 1, 1), JUNE))
    assert cells(got[got["scope"] == "year"], "target_n", "difference_n", "assigned_pct") == [(0, 3, None)]


def test_a_revision_is_a_target_that_was_assigned_more_than_once_by_the_day():
    got = target_revisions(TARGETS, REGISTER, JUNE)
    assert cells(
        got,
        "level",
        "scope",
        "year",
        "org_id",
        "first_target_n",
        "first_date",
        "last_target_n",
        "last_date",
        "change_n",
    ) == [
        ("bloc", "year", 2022, None, 20, "2022-01-10", 25, "2022-09-01", 5),
        ("organisation", "year", 2023, "A", 12, "2023-01-10", 9, "2023-05-01", -3),
        ("organisation", "year", 2023, "D", 7, "2023-01-10", 7, "2023-02-10", 0),
    ]
    assert cells(got, "org_name", "assignments_n") == [(None, 2), ("A, nâng cấp", 2), ("D", 2)]


@pytest.mark.parametrize(("day", "expected"), [(date(2022, 8, 31), 0), (date(2022, 9, 1), 1), (date(2023, 7, 1), 4)])
def test_a_revision_holds_from_its_day_on(day, expected):
    assert len(target_revisions(TARGETS, REGISTER, day)) == expected


def test_revisions_are_counted_without_a_name():
    got = count_revisions(target_revisions(TARGETS, REGISTER, JUNE))
    assert "org_id" not in got and "org_name" not in got
    assert cells(got, "scope", "year", "first_target_n", "last_target_n", "change_n") == [
        ("year", 2022, 20, 25, 5),
        ("year", 2023, None, None, None),
    ]
    assert cells(got, "revised_n", "raised_n", "lowered_n") == [(0, 0, 0), (2, 0, 1)]


def test_a_revised_term_target_comes_before_the_years():
    targets = make_table(
        "targets",
        aim(1500, scope="term", year=None, assigned_on="2020-08-15"),
        aim(1400, scope="term", year=None, assigned_on="2022-08-15"),
        assign("A", 40, year=None, scope="term", assigned_on="2020-09-01"),
        assign("A", 45, year=None, scope="term", assigned_on="2022-09-01"),
    )
    got = count_revisions(target_revisions(targets, REGISTER, JUNE))
    assert cells(got, "scope", "year", "change_n", "revised_n", "raised_n") == [("term", None, -100, 1, 1)]


def test_no_revision_gives_no_rows():
    none = target_revisions(make_table("targets", aim(5)), REGISTER, JUNE)
    assert cells(none) == []
    assert cells(count_revisions(none)) == []


def test_the_call_list_names_who_stands_without_a_target_the_largest_first_in_each_sector():
    register = pd.concat([REGISTER, make_table("organisations", body("G", "cell", "6a"), body("H", "cell", "6b"))])
    membership = make_table(
        "membership",
        members("C", "2023-06-30", closing_n=40) | {"non_members_left": "yes"},
        members("G", "2023-06-30", closing_n=41) | {"non_members_left": "no"},
        members("G", "2023-05-31", closing_n=9) | {"non_members_left": "yes"},
        members("B", "2023-06-30", closing_n=8),
    )
    got = organisations_without_target(TARGETS, register, membership, JUNE)
    assert cells(got) == [
        (2023, "G", "G", "cell", "service_unit", 41, "no"),
        (2023, "C", "C", "party_committee", "service_unit", 40, "yes"),
        (2023, "H", "H", "cell", "service_unit", None, None),
        (2023, "E", "E", "cell", None, None, None),
    ]


def test_where_all_have_a_target_the_call_list_is_empty():
    targets = make_table("targets", assign("A", 1), assign("B", 0), assign("C", 2), assign("E", 2))
    assert cells(organisations_without_target(targets, REGISTER, make_table("membership"), JUNE)) == []


org_ids = st.sampled_from(["A", "B", "C", "D", "E", "F", "A-01"])
days = st.dates(date(2022, 11, 1), date(2023, 9, 30)).map(date.isoformat)


@st.composite
def targets(draw):
    keys = draw(st.lists(st.tuples(org_ids, st.sampled_from([2022, 2023]), days), unique=True, max_size=12))
    rows = [assign(org, draw(st.integers(0, 30)), year=year, assigned_on=day) for org, year, day in keys]
    return make_table("targets", aim(draw(st.integers(0, 90))), *rows)


@given(targets())
def test_parts_of_the_register_add_up_to_the_whole(rows):
    """Any split of the organisations, by sector or not, assigns in sum what the whole assigns."""
    counts = ["assigned_organisations_n", "zero_n", "standing_n", "without_n", "assigned_sum_n"]
    whole = compare_assigned(rows, REGISTER, COVERED)[counts].fillna(0)
    parts = [
        compare_assigned(rows[rows["org_id"].isin(ids)], REGISTER[REGISTER["org_id"].isin(ids)], COVERED)[counts]
        for ids in (["A", "A-01", "E"], ["B", "C", "D", "F"])
    ]
    assert (parts[0].fillna(0) + parts[1].fillna(0)).equals(whole)


@given(targets())
def test_the_call_list_has_as_many_as_the_count_says(rows):
    got = compare_assigned(rows, REGISTER, Window(TERM.start, JUNE))
    listed = organisations_without_target(rows, REGISTER, make_table("membership"), JUNE)
    assert got.loc[got["year"] == 2023, "without_n"].tolist() == [len(listed)]
