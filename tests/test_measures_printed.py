"""Printed shares and rates: what may stand side by side, the time that had passed, the base, the bound."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from frames import cells
from hypothesis import given
from hypothesis import strategies as st
from printed_figures import ORGANISATIONS, PEOPLE, STOCK, printed, synthetic_figures

from analysis.measures.comparison import is_group
from analysis.measures.printed_levels import good_or_better
from analysis.measures.printed_rates import admissions_per_100_members, members_per_organisation
from analysis.measures.printed_shares import SHARE_KINDS, STANDINGS, shares_of_target


def share(kind: str, end: str, value: float = 50.0, **cell: Any) -> dict[str, Any]:
    return {"period_kind": kind, "period_end": end, "value": value, **cell}


@pytest.mark.parametrize(
    ("kind", "end", "filed"),
    [
        ("q1", "2022-03-31", "q1"),
        ("h1", "2022-06-30", "h1"),
        ("9m", "2022-09-30", "9m"),
        ("year", "2022-12-31", "year"),
        ("year", "2022-11-29", "year_to_date"),
        ("year", "2022", "year_to_date"),
        ("term_to_date", "2022-12-31", "term_to_date"),
    ],
)
def test_a_year_counts_as_whole_only_where_its_last_day_was_printed(kind, end, filed):
    assert cells(shares_of_target(printed(share(kind, end))), "kind") == [(filed,)]


def test_other_measures_and_single_months_are_no_shares_of_a_target():
    rows = printed({"measure": "org_class_good_or_better"}, share("month", "2022-03-31"), share("q1", "2022-03-31"))
    assert shares_of_target(rows)["figure_id"].tolist() == ["f2"]


@pytest.mark.parametrize(
    ("kind", "start", "end", "low", "high"),
    [
        ("q1", None, "2022-03-31", 24.66, 24.66),  # 90 / 365
        ("q1", None, "2024-03-31", 24.86, 24.86),  # 91 / 366
        ("h1", None, "2022-06-30", 49.59, 49.59),
        ("9m", None, "2022-09-30", 74.79, 74.79),
        ("year", None, "2022-12-31", 100.0, 100.0),
        ("year", None, "2023-08", 58.36, 66.58),  # 213 to 243 of 365
        ("year", None, "2023", None, None),
        ("term_to_date", "2020", "2023-09-19", 54.35, 74.33),  # 993 to 1358 of 1827 days from 1 January 2020
        ("term_to_date", "2020-08-15", "2023-05-31", 55.86, 55.86),  # 1020 of 1826
        ("term_to_date", None, "2023-06-02", None, None),
        ("term_to_date", "2020", "2026-01-01", 100.0, 100.0),
    ],
)
def test_the_share_of_the_period_that_had_passed_is_counted_in_days(kind, start, end, low, high):
    got = shares_of_target(printed(share(kind, end, period_start=start)))
    assert cells(got, "elapsed_low_pct", "elapsed_high_pct") == [(low, high)]


@pytest.mark.parametrize(
    ("value", "bound", "standing"),
    [
        (49.59, "exact", "ahead"),
        (49.58, "exact", "behind"),
        (60.0, "at_least", "ahead"),
        (40.0, "at_least", "open"),
        (40.0, "at_most", "behind"),
        (60.0, "at_most", "open"),
        (90.0, "about", "open"),
    ],
)
def test_only_what_a_bound_leaves_certain_is_ahead_or_behind(value, bound, standing):
    got = shares_of_target(printed(share("h1", "2022-06-30", value, value_bound=bound)))
    assert cells(got, "standing") == [(standing,)]


@pytest.mark.parametrize(("low", "high", "standing"), [(50, 60, "ahead"), (30, 49, "behind"), (40, 60, "open")])
def test_a_range_is_ahead_by_its_lower_end_and_behind_by_its_upper(low, high, standing):
    row = share("h1", "2022-06-30", float(low), value_high=float(high), value_bound="range")
    assert cells(shares_of_target(printed(row)), "standing") == [(standing,)]


def test_a_share_inside_the_span_that_may_have_passed_is_open():
    row = share("term_to_date", "2023-09-19", 60.0, period_start="2020")
    assert cells(shares_of_target(printed(row)), "standing") == [("open",)]


@pytest.mark.parametrize(
    ("value", "bound", "standing"),
    [(100.0, "exact", "ahead"), (99.9, "exact", "open"), (100.0, "at_most", "open"), (120.0, "at_least", "ahead")],
)
def test_whoever_has_the_whole_target_is_ahead_whatever_the_day(value, bound, standing):
    row = share("year", "2021", value, value_bound=bound)
    assert cells(shares_of_target(printed(row)), "standing") == [(standing,)]


@pytest.mark.parametrize(("target", "is_refuted"), [(4500.0, True), (4247.0, False)])
def test_a_share_that_its_own_counts_do_not_allow_is_refuted(target, is_refuted):
    rows = printed(
        share("year", "2022-12-31", 120.0, value_as_printed="120%", printed_language="vi"),
        {"measure": "admissions", "value": 5097.0, "value_as_printed": "5097", "printed_language": "vi", **PEOPLE},
        {"measure": "admissions_target", "value": target, "value_as_printed": f"{target:g}", "printed_language": "vi",
         "period_kind": "annual_target", **PEOPLE},
    )  # fmt: skip
    assert cells(shares_of_target(rows), "is_refuted") == [(is_refuted,)]


def test_values_stand_as_printed_largest_first_and_bounds_last():
    """Rule B.12: 162,86 is never cut at 100."""
    rows = printed(
        share("h1", "2022-06-30", 62.67, value_as_printed="62,67%"),
        share("h1", "2022-06-30", 300.0, value_bound="about", value_as_printed="gần 300%", body="Đảng bộ Y"),
        share("h1", "2022-06-30", 162.86, value_as_printed="162,86%", body="Đảng bộ Z"),
    )
    assert cells(shares_of_target(rows), "value_pct", "value_as_printed", "is_exact") == [
        (162.86, "162,86%", True),
        (62.67, "62,67%", True),
        (300.0, "gần 300%", False),
    ]


def test_a_body_stands_once_in_each_kind_of_period_with_its_latest():
    rows = printed(share("h1", "2021-06-30"), share("h1", "2022-06-30"), share("9m", "2021-09-30"))
    assert cells(shares_of_target(rows), "kind", "period_end") == [("h1", "2022-06-30"), ("9m", "2021-09-30")]


@given(
    st.sampled_from(["q1", "h1", "9m", "year", "term_to_date"]),
    st.dates(min_value=date(2020, 1, 1), max_value=date(2025, 2, 1)),
    st.sampled_from(["2020", "2020-08", "2020-08-15", None]),
    st.integers(0, 2),
    st.floats(0, 200),
)
def test_what_had_passed_lies_within_the_period_and_every_share_has_one_standing(kind, end, start, cut, value):
    written = end.isoformat()[: (10, 7, 4)[cut]]
    (row,) = shares_of_target(printed(share(kind, written, value, period_start=start))).to_dict("records")
    low, high = row["elapsed_low_pct"], row["elapsed_high_pct"]
    assert row["kind"] in SHARE_KINDS
    assert row["standing"] in STANDINGS
    if row["standing"] != "open":
        # On a day that is not known the whole period may have passed.
        assert high is None or 0 <= low <= high <= 100
        assert (row["value_pct"] >= (high or 100)) == (row["standing"] == "ahead")


def stock(measure: str, value: float, **cell: Any) -> dict[str, Any]:
    unit = STOCK if measure == "members_total" else {**STOCK, **ORGANISATIONS}
    return {"measure": measure, "value": value, **unit, **cell}


def test_members_per_organisation_needs_both_numbers_of_the_same_day():
    rows = printed(
        stock("members_total", 5549),
        stock("orgs_total", 78),
        stock("members_total", 99, body="Đảng bộ Y"),
        stock("orgs_total", 9, body="Đảng bộ Y", period_end="2021-12-31"),
    )
    got = members_per_organisation(rows)
    assert cells(got, "members_n", "organisations_n", "members_per_organisation_n", "is_exact") == [
        (5549, 78, 71.14, True)
    ]


def test_members_of_a_body_are_never_divided_by_organisations_of_its_namesake():
    rows = printed(stock("members_total", 300, province="A"), stock("orgs_total", 10, province="B"))
    assert cells(members_per_organisation(rows)) == []


def test_members_per_organisation_keeps_the_latest_day_of_a_body():
    day = {"period_end": "2021-12-31"}
    rows = printed(
        stock("members_total", 300), stock("orgs_total", 10),
        stock("members_total", 100, **day), stock("orgs_total", 10, **day),
    )  # fmt: skip
    assert cells(members_per_organisation(rows), "period_end", "members_per_organisation_n") == [("2022-12-31", 30.0)]


def test_a_bound_of_the_members_is_one_of_the_ratio():
    rows = printed(stock("members_total", 4700, value_bound="at_least"), stock("orgs_total", 66))
    got = members_per_organisation(rows)
    assert cells(got, "members_per_organisation_n", "value_bound", "is_exact") == [(71.21, "at_least", False)]


def test_a_number_of_organisations_that_is_0_gives_no_ratio():
    assert cells(members_per_organisation(printed(stock("members_total", 10), stock("orgs_total", 0)))) == []


def admitted(value: float, **cell: Any) -> dict[str, Any]:
    return {"measure": "admissions", "value": value, **PEOPLE, **cell}


@pytest.mark.parametrize(
    ("day", "base"),
    [
        ("2021-12-31", "year_start"),
        ("2022-01-01", "year_start"),
        ("2022-12-31", "year_end"),
        ("2022-06-30", "within_year"),
        ("2022-06", "within_year"),
        ("2022", "within_year"),
    ],
)
def test_a_rate_says_what_its_members_were_counted_on(day, base):
    """Rule B.11."""
    rows = printed(admitted(30), stock("members_total", 1000, period_end=day))
    assert cells(admissions_per_100_members(rows), "base", "base_date", "rate_pct") == [(base, day, 3.0)]


def test_admissions_of_a_body_are_never_divided_by_members_of_its_namesake():
    rows = printed(admitted(30, province="A"), stock("members_total", 1000, province="B"))
    assert cells(admissions_per_100_members(rows)) == []


@pytest.mark.parametrize("day", ["2020-12-31", "2021", "2023-01-01"])
def test_members_of_another_year_are_no_base(day):
    rows = printed(admitted(30), stock("members_total", 1000, period_end=day))
    assert cells(admissions_per_100_members(rows)) == []


@pytest.mark.parametrize(
    "part",
    [
        {"period_kind": "9m", "period_end": "2022-09-30"},
        {"period_end": "2022-11-29"},
        {"period_end": "2022"},
        {"period_kind": "term_to_date"},
    ],
)
def test_a_part_of_a_year_is_never_scaled_up_to_a_rate(part):
    rows = printed(admitted(30, **part), stock("members_total", 1000))
    assert cells(admissions_per_100_members(rows)) == []


def test_a_body_stands_once_on_each_base_with_its_latest_year():
    rows = printed(
        admitted(30), admitted(40, period_end="2023-12-31"),
        stock("members_total", 1000), stock("members_total", 1100, period_end="2023-12-31"),
    )  # fmt: skip
    got = admissions_per_100_members(rows)
    assert sorted(cells(got, "base", "year", "rate_pct")) == [("year_end", 2023, 3.64), ("year_start", 2023, 4.0)]


def test_a_rate_carries_the_addresses_of_both_its_counts():
    rows = printed(
        admitted(30, url="https://example.org/a"),
        stock("members_total", 1000, url="https://example.org/m", value_bound="about"),
    )
    assert cells(admissions_per_100_members(rows), "url", "members_url", "value_bound") == [
        ("https://example.org/a", "https://example.org/m", "about")
    ]


def test_no_figures_give_no_rows():
    nothing = printed()
    for measure in (shares_of_target, admissions_per_100_members, members_per_organisation):
        assert len(measure(nothing)) == 0


def test_a_thousand_figures_give_each_body_one_row_of_a_kind():
    figures = synthetic_figures(1000)
    shares = shares_of_target(figures)
    assert len(shares) == 400
    assert not shares.duplicated(["body", "province", "kind"]).any()
    assert len(members_per_organisation(figures)) == len(admissions_per_100_members(figures)) == 100


@pytest.mark.parametrize(
    ("body", "group"),
    [
        ("20 xã biên giới tỉnh Tây Ninh", True),
        ("Các đảng bộ trực thuộc Tỉnh ủy Đồng Nai", True),
        ("Tập thể cấp ủy cơ sở, Khối các cơ quan", True),
        ("Đảng bộ các cơ quan đảng tỉnh Bình Thuận", False),
        ("Cácbon", False),
    ],
)
def test_a_group_is_told_from_a_body_by_its_name(body, group):
    assert is_group(body) is group


def test_what_is_printed_of_a_group_stands_beside_no_body():
    rows = [
        {"body": body, **cell}
        for body in ("Đảng bộ X", "20 xã của X")
        for cell in (
            share("year", "2022-12-31"),
            {"measure": "members_total", "value": 60.0, "period_end": "2022-12-31", **STOCK},
            {"measure": "admissions", "value": 3.0, **PEOPLE},
            {"measure": "orgs_total", "value": 2.0, "period_kind": "stock", **ORGANISATIONS},
            {"measure": "org_class_good_or_better", "value": 90.0, "is_cumulative": "true"},
        )
    ]
    figures = printed(*rows)
    for measured in (
        shares_of_target(figures),
        members_per_organisation(figures),
        admissions_per_100_members(figures),
        good_or_better(figures, "organisation"),
    ):
        assert measured["body"].tolist() == ["Đảng bộ X"]


def test_a_body_in_letters_of_another_case_has_both_its_counts():
    rows = printed(
        {"body": "Đảng bộ Khối các Cơ quan", "measure": "members_total", "value": 60.0, **STOCK},
        {
            **{
                "body": "Đảng bộ Khối các cơ quan",
                "measure": "orgs_total",
                "value": 2.0,
                "url": "https://example.org/o",
            },
            **{"period_kind": "stock", **ORGANISATIONS},
        },
    )
    got = members_per_organisation(rows)
    assert cells(got, "members_per_organisation_n", "organisations_url") == [(30.0, "https://example.org/o")]


def test_the_latest_figure_of_a_body_counts_even_where_an_earlier_one_is_surer():
    rows = printed(
        share("h1", "2022-06-30", 40.0, confidence="low"),
        share("h1", "2021-06-30", 60.0, confidence="high"),
        share("h1", "2022-06-30", 50.0, confidence="medium"),
    )
    assert cells(shares_of_target(rows), "value_pct") == [(50.0,)]
