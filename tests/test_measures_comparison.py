"""What all comparisons of printed figures share: partial dates, bounds of a ratio, which of several figures holds."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from frames import TERM, cells, make_table, members
from printed_figures import printed

from analysis.measures.comparison import (
    count_bodies,
    countable,
    exact_first,
    figures_until,
    first_day,
    newest,
    ratio_bound,
    with_places,
)
from analysis.measures.headline import compare_headline
from analysis.periods import Window, parse_period


@pytest.mark.parametrize(
    ("written", "first_day_known"),
    [
        ("2022-09-30", date(2022, 9, 30)),
        ("2022-09", date(2022, 9, 30)),
        ("2022", date(2022, 12, 31)),
        ("2024-02", date(2024, 2, 29)),
    ],
)
def test_a_partial_date_counts_by_the_last_day_that_it_can_mean(written, first_day_known):
    rows = printed({"period_end": written})
    assert len(figures_until(rows, first_day_known)) == 1
    assert len(figures_until(rows, date.fromordinal(first_day_known.toordinal() - 1))) == 0


@pytest.mark.parametrize(
    ("written", "day"), [("2022", "2022-01-01"), ("2022-09", "2022-09-01"), ("2022-09-30", "2022-09-30")]
)
def test_the_first_day_that_a_partial_date_can_mean(written, day):
    assert first_day(written) == pd.Timestamp(day)


def test_the_latest_period_holds_then_the_surest_then_the_latest_published():
    rows = printed(
        {"period_end": "2021-12-31", "confidence": "high"},
        {"period_end": "2022-12-31", "confidence": "low", "published_on": "2023-05-01"},
        {"period_end": "2022-12-31", "confidence": "medium", "published_on": "2023-01-01"},
        {"period_end": "2022-12-31", "confidence": "medium", "published_on": "2023-02-01"},
        {"body": "Đảng bộ Y"},
    )
    assert sorted(newest(rows, ["body"])["figure_id"]) == ["f3", "f4"]


def test_a_ratio_is_computed_from_whole_counts_only():
    people = {"unit": "people"}
    rows = printed(
        {"value": 12.0, **people}, {"value": 12.5, **people}, {"value": 12.0}, {"value_bound": "range", **people}
    )
    assert countable(rows)["figure_id"].tolist() == ["f0"]


@pytest.mark.parametrize(
    ("part", "whole", "ratio"),
    [
        ("exact", "exact", "exact"),
        ("at_least", "exact", "at_least"),
        ("at_least", "at_most", "at_least"),
        ("exact", "at_most", "at_least"),
        ("at_most", "exact", "at_most"),
        ("exact", "at_least", "at_most"),
        ("at_most", "at_least", "at_most"),
        ("at_least", "at_least", "about"),
        ("about", "exact", "about"),
        ("exact", "about", "about"),
    ],
)
def test_a_ratio_has_the_bound_that_its_counts_leave(part, whole, ratio):
    assert ratio_bound(part, whole) == ratio


def test_a_bound_is_never_ranked_among_exact_values():
    rows = with_places(
        printed({"value": 5.0}, {"value": 99.0, "value_bound": "at_least"}, {"value": 7.0, "body": "Đảng bộ Y"})
    )
    assert exact_first(rows, "value")["figure_id"].tolist() == ["f2", "f0", "f1"]


def test_bodies_of_the_same_value_stand_in_the_order_of_the_vietnamese_alphabet():
    names = ("Đồng Nai", "Ân Thi", "Dak", "An Lão")
    rows = with_places(printed(*({"value": 60, "body": name} for name in names)))
    assert exact_first(rows, "value")["body"].tolist() == ["An Lão", "Ân Thi", "Dak", "Đồng Nai"]


def test_bodies_of_one_name_in_two_provinces_are_two():
    same = [{"province": "A"}, {"province": "B"}, {"province": "B"}]
    assert count_bodies(with_places(printed(*same))) == 2


def test_two_spellings_of_one_body_are_one():
    """Rule E.12: Ð (U+00D0) for Đ, uỷ for ủy, and letters with loose marks."""
    rows = with_places(
        printed({"body": "Đảng ủy X"}, {"body": "Ðảng uỷ X"}, {"body": "Đảng ủy X".replace("ủ", "u\u0309")})
    )
    assert set(rows["body"]) == {"Đảng ủy X"}


def test_the_headline_stands_alone_where_nothing_can_be_compared():
    tables = {
        "membership": make_table("membership", members("A", "2023-06-30", admitted_n=2, closing_n=9)),
        "organisations": make_table("organisations"),
        "events": make_table("events"),
        "targets": make_table("targets"),
    }
    now = parse_period("2023-H1", TERM)
    before = parse_period("2022-H1", TERM)
    alone = compare_headline(tables, (now, now.within(TERM)), (None, None))
    empty = compare_headline(tables, (now, now.within(TERM)), (before, Window(date(2022, 1, 1), date(2021, 12, 31))))
    both = compare_headline(tables, (now, now.within(TERM)), (before, before.within(TERM)))
    assert cells(alone, "period", "admitted_n", "members_n", "is_compared") == [("2023-H1", 2, 9, False)]
    assert len(empty) == 1
    assert cells(both, "period", "admitted_n", "is_compared") == [("2023-H1", 2, False), ("2022-H1", 0, True)]
