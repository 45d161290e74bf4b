"""Printed grades: of those rated, cumulative and exclusive apart, the two sets of rules apart, nothing filled in."""

from __future__ import annotations

from typing import Any

import pytest
from frames import cells
from printed_figures import ORGANISATIONS, STOCK, printed, synthetic_figures

from analysis.measures.printed_levels import good_or_better, level_distribution


def graded(item: str, value: float, **cell: Any) -> dict[str, Any]:
    return {"measure": f"org_class_{item}", "value": value, **ORGANISATIONS, **cell}


def rated(value: float, **cell: Any) -> dict[str, Any]:
    return {"measure": "orgs_rated", "value": value, **ORGANISATIONS, **cell}


def better(value: float, **cell: Any) -> dict[str, Any]:
    return graded("good_or_better", value, is_cumulative="true", **cell)


PERCENT = {"unit": "percent"}
SHARE = ("share_pct", "share_basis", "count_n", "rated_n", "coverage_pct")
COUNTS = ("grade", "count_n", "rated_n", "share_pct")


def test_a_printed_percentage_stands_and_is_never_recomputed():
    rows = printed(better(92.9, value_as_printed="92,9%", **PERCENT), better(79), rated(85))
    assert cells(good_or_better(rows, "organisation"), *SHARE) == [(92.9, "printed", 79, 85, None)]


def test_a_share_is_computed_from_counts_where_no_percentage_was_printed():
    """HEPZA 2021: 37 excellent and 151 good, each by itself, of 189 rated."""
    rows = printed(graded("excellent", 37), graded("good", 151, is_cumulative="false"), rated(189))
    assert cells(good_or_better(rows, "organisation"), *SHARE) == [(99.47, "computed", 188, 189, None)]


def test_good_without_the_excellent_is_no_share_of_good_or_better():
    """Rule A.35: 79,85 % printed beside 17 % excellent."""
    rows = printed(graded("good", 79.85, is_cumulative="false", **PERCENT), graded("excellent", 17.0, **PERCENT))
    assert cells(good_or_better(rows, "organisation")) == []


@pytest.mark.parametrize("flag", ["false", None])
def test_good_or_better_without_its_flag_is_not_used(flag):
    """Check K15."""
    rows = printed({**better(98.0, **PERCENT), "is_cumulative": flag})
    assert cells(good_or_better(rows, "organisation")) == []


def test_coverage_is_what_was_rated_of_what_existed_at_the_end_of_the_year():
    """Hải Dương 2019: 662 of 686."""
    existed = {"measure": "orgs_total", "value": 686.0, **STOCK, **ORGANISATIONS}
    rows = printed(better(604), rated(662), existed, {**existed, "period_end": "2022", "value": 999.0})
    assert cells(good_or_better(rows, "organisation"), "total_n", "coverage_pct") == [(686, 96.5)]


def test_a_share_of_a_term_or_of_a_part_of_a_year_is_another_measure():
    rows = printed(
        better(97.0, period_kind="term_to_date", **PERCENT), better(98.0, period_end="2022-11-30", **PERCENT)
    )
    assert cells(good_or_better(rows, "organisation")) == []


def test_years_of_two_regulations_never_share_a_group():
    """Rule A.5: a body's latest year under each; years before Regulation 132 are left out (A.3)."""
    ends = {end: {"period_end": f"{end}-12-31", **PERCENT} for end in (2016, 2021, 2022, 2023, 2025)}
    rows = printed(*(better(90.0 + end % 10, **cell) for end, cell in ends.items()))
    assert cells(good_or_better(rows, "organisation"), "rule_set", "year") == [
        ("132", 2022),
        ("124", 2023),
        ("366", 2025),
    ]


def test_members_and_organisations_are_two_subjects():
    rows = printed(better(97.0, **PERCENT), {**better(98.45, **PERCENT), "measure": "member_class_good_or_better"})
    assert cells(good_or_better(rows, "organisation"), "share_pct") == [(97.0,)]
    assert cells(good_or_better(rows, "member"), "share_pct") == [(98.45,)]


def test_a_bound_stands_after_the_exact_shares_of_its_rules():
    rows = printed(
        better(99.0, value_bound="at_least", **PERCENT),
        better(80.0, body="Đảng bộ Y", **PERCENT),
        better(70.0, body="Đảng bộ Z", period_end="2023-12-31", **PERCENT),
    )
    assert cells(good_or_better(rows, "organisation"), "body", "is_exact") == [
        ("Đảng bộ Y", True),
        ("Đảng bộ X", False),
        ("Đảng bộ Z", True),
    ]


def test_good_is_good_or_better_without_the_excellent():
    """Trà Vinh 2022: 79 of 85 good or better, 16 of them excellent, 5 completed, 1 not."""
    rows = printed(better(79), graded("excellent", 16), graded("completed", 5), graded("not_completed", 1), rated(85))
    assert cells(level_distribution(rows, "organisation"), *COUNTS) == [
        ("excellent", 16, 85, 18.82),
        ("good", 63, 85, 74.12),
        ("completed", 5, 85, 5.88),
        ("not_completed", 1, 85, 1.18),
    ]


def test_a_level_that_was_not_printed_is_0_only_where_the_others_make_up_the_whole():
    whole = [graded("excellent", 3), better(16), rated(16)]
    short = [graded("excellent", 3), better(15), rated(16)]
    assert cells(level_distribution(printed(*whole), "organisation"), "count_n") == [(3,), (13,), (0,), (0,)]
    assert cells(level_distribution(printed(*short), "organisation")) == []


def test_a_bound_makes_up_no_whole():
    rows = printed(graded("excellent", 3), better(16, value_bound="at_least"), rated(16))
    assert cells(level_distribution(rows, "organisation")) == []


def test_no_figures_give_no_rows():
    for subject in ("organisation", "member"):
        assert len(good_or_better(printed(), subject)) == len(level_distribution(printed(), subject)) == 0


def test_a_thousand_figures_keep_one_row_of_a_body_under_each_rule_set():
    got = good_or_better(synthetic_figures(1000), "organisation")
    assert len(got) == 100
    assert not got.duplicated(["body", "province", "rule_set"]).any()
    # 24 good and up to 5 excellent of 30 rated, or of as many as they are.
    assert (got["share_pct"].min(), got["share_pct"].max()) == (83.33, 100.0)
