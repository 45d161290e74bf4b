"""Yearly grades and the 20 % cap: domain section A."""

from __future__ import annotations

import pytest
from frames import aim, cells, grade, make_table

from analysis.measures.classification import (
    decided_grades,
    measure_cap,
    measure_good_or_better,
    measure_grades,
    years_up_to,
)

MEMBERS = make_table(
    "classification",
    grade("A", 2023, "excellent", 10),
    grade("A", 2023, "good", 60),
    grade("B", 2023, "good", 20),
    grade("A", 2023, "completed", 5),
    grade("B", 2023, "not_completed", 5),
    grade("B", 2023, "exempt", 20),
    grade("B", 2023, "not_graded", 5),
    grade("B", 2023, "rated", 100),
    grade("B", 2023, "present", 125),
    grade("B", 2023, "disciplined", 4),
    grade("B", 2023, "commended", 3),
)


def test_shares_are_of_the_rated_and_never_of_all():
    """Rules A.34, A.37, K12: 10 of 100 rated, though 125 were present; totals and memo lines are not added."""
    got = measure_grades(MEMBERS, "member", [2023])
    assert cells(got, "year", "level", "count_n", "rated_n", "share_pct") == [
        (2023, "excellent", 10, 100, 10.0),
        (2023, "good", 80, 100, 80.0),
        (2023, "completed", 5, 100, 5.0),
        (2023, "not_completed", 5, 100, 5.0),
    ]


def test_coverage_stands_beside_the_shares():
    """Rule A.34: rated of rated, exempt and not graded."""
    got = measure_grades(MEMBERS, "member", [2023])
    assert set(cells(got, "not_rated_n", "coverage_pct")) == {(25, 80.0)}


def test_a_year_in_which_nobody_was_rated_has_no_shares():
    got = measure_grades(make_table("classification", grade("A", 2023, "exempt", 4)), "member", [2023])
    assert cells(got, "count_n", "rated_n", "share_pct") == [(0, 0, None)] * 4
    assert set(cells(got, "coverage_pct")) == {(0.0,)}


def test_only_decided_totals_count():
    """Rule A.31: proposals and reasons are left out."""
    rows = make_table(
        "classification",
        grade("A", 2023, "good", 7),
        grade("A", 2023, "good", 9, stage="proposed"),
        grade("A", 2023, "not_completed", 2),
        grade("A", 2023, "not_completed", 2, reason="disciplined"),
    )
    assert cells(measure_grades(rows, "member", [2023]), "count_n") == [(0,), (7,), (0,), (2,)]
    assert decided_grades(rows, "member")["count_n"].tolist() == [7, 2]


def test_lower_bodies_are_never_counted_as_grassroots():
    """Rule C.7: grades of chi bộ trực thuộc stand under their committee and are not added to it."""
    organisation = {"subject": "organisation"}
    rows = make_table(
        "classification",
        grade("A", 2023, "good", 1, org_kind="party_committee", **organisation),
        grade("A", 2023, "good", 12, org_kind="subordinate_cell", **organisation),
        grade("A", 2023, "good", 2, org_kind="section_committee", **organisation),
        grade("B", 2023, "excellent", 1, org_kind="cell", **organisation),
        grade("B", 2023, "excellent", 8),
    )
    assert cells(measure_grades(rows, "organisation", [2023]), "count_n", "rated_n") == [(1, 2), (1, 2), (0, 2), (0, 2)]


def test_only_a_small_count_of_members_not_completing_is_sensitive():
    """Rule F.7; counts of organisations are not counts of people."""
    assert cells(measure_grades(MEMBERS, "member", [2023]), "is_sensitive") == [(False,), (False,), (False,), (True,)]
    assert not measure_grades(MEMBERS, "organisation", [2023])["is_sensitive"].any()


def test_years_are_shown_only_when_decided_and_complete():
    rows = make_table(
        "classification",
        grade("A", 2021, "good", 1),
        grade("A", 2022, "good", 1, stage="proposed"),
        grade("A", 2023, "good", 1),
        grade("A", 2020, "good", 1),
    )
    assert years_up_to(rows, 2022) == [2020, 2021]
    assert years_up_to(rows, 2019) == []


def test_good_or_better_includes_the_excellent():
    """Rule A.35: exclusive counts are stored, good or better is derived."""
    targets = make_table("targets", aim(90, measure="member_good_or_better"))
    got = measure_good_or_better(measure_grades(MEMBERS, "member", [2023]), targets, "member_good_or_better")
    assert cells(got) == [(2023, 90, 100, 90.0, 90.0)]


def test_the_rate_target_is_the_khois_own_for_that_year_and_measure():
    """Rule E.5: rate targets are judged year by year."""
    grades = measure_grades(MEMBERS, "member", [2022, 2023])
    targets = make_table(
        "targets",
        aim(80, year=2022, measure="member_good_or_better", assigned_on="2022-02-01"),
        aim(95, year=2022, measure="member_good_or_better", assigned_on="2023-02-01"),  # after the year was over
        aim(70, measure="organisation_good_or_better"),
        aim(60, measure="member_good_or_better", level="national"),
    )
    got = measure_good_or_better(grades, targets, "member_good_or_better")
    assert cells(got, "year", "target_pct") == [(2022, 80.0), (2023, None)]


@pytest.mark.parametrize(
    ("excellent", "good", "completed", "keeps"),
    [
        (2, 10, 0, [True, True, True]),  # 5·2 = 10 ≤ 10: whole numbers, at the very edge
        (3, 14, 0, [False, True, True]),  # 15 > 14, 15 ≤ 17: only the literal reading is broken
        (3, 11, 4, [False, False, True]),  # 15 > 14, 15 ≤ 18: only 20 % of all rated is kept
        (4, 11, 0, [False, False, False]),
        (0, 0, 5, [True, True, True]),
        (1, 0, 0, [False, False, False]),  # rule A.16: nobody good, one excellent is a breach, never a division by 0
        (1, 0, 4, [False, False, True]),
        (1, 4, 0, [False, True, True]),  # rule A.14: with fewer than five good, none may be excellent
    ],
)
def test_the_cap_compares_whole_numbers_under_each_reading(excellent, good, completed, keeps):
    """Rules A.12, A.14, A.16, K13."""
    rows = make_table(
        "classification",
        grade("A", 2023, "excellent", excellent),
        grade("A", 2023, "good", good),
        grade("A", 2023, "completed", completed),
    )
    got = measure_cap(rows, [2023])
    assert cells(got, "reading", "organisations_n", "within_n", "over_n") == [
        (reading, 1, int(kept), int(not kept))
        for reading, kept in zip(("good", "good_or_better", "rated"), keeps, strict=True)
    ]


def test_the_cap_is_judged_organisation_by_organisation():
    """Rule A.13: the whole Khối would pass (4 of 40), one organisation does not."""
    rows = make_table(
        "classification",
        grade("A", 2023, "excellent", 4),
        grade("A", 2023, "good", 10),
        grade("B", 2023, "good", 30),
        grade("C", 2023, "exempt", 3),
    )
    got = measure_cap(rows, [2023])
    assert cells(got, "reading", "organisations_n", "within_n", "over_n", "within_pct")[0] == ("good", 2, 1, 1, 50.0)


def test_the_cap_of_no_years_has_no_rows():
    assert cells(measure_cap(MEMBERS, [])) == []
    assert cells(measure_cap(MEMBERS, [2019])) == []
