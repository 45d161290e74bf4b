"""Printed figures of Party bodies, and the article's facts beside a dataset."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from frames import TERM, cells, frame, make_table, members

from analysis.measures.comparison import (
    ARTICLE_BODY,
    article_beside_dataset,
    figures_until,
    members_per_organisation,
    printed_attainment,
)
from analysis.measures.headline import compare_headline
from analysis.periods import Window, parse_period


def figures(*rows: dict) -> pd.DataFrame:
    """Return printed figures; what is not written is an exact yearly share of one body."""
    usual = {
        "body": "X",
        "level": "province",
        "measure": "admissions_pct_of_target",
        "value": 50.0,
        "value_bound": "exact",
        "value_basis": "printed",
        "unit": "percent",
        "period_kind": "year",
        "period_end": "2022-12-31",
        "publisher": "",
        "url": "",
        "value_as_printed": "50%",
    }
    made = pd.DataFrame([{"figure_id": f"f{place}", **usual, **row} for place, row in enumerate(rows)])
    return made.astype({"value": "Float64"})


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
    rows = figures({"period_end": written})
    assert len(figures_until(rows, first_day_known)) == 1
    assert len(figures_until(rows, date.fromordinal(first_day_known.toordinal() - 1))) == 0


def test_printed_attainment_keeps_values_as_printed_largest_first():
    """Rule B.12: 162,86 stands as it was printed; a bound stays a bound."""
    rows = figures(
        {"value": 62.67},
        {"value": 162.86, "value_bound": "about", "value_as_printed": "gần 162,86%"},
        {"value": 62.67, "body": "Y"},
    )
    assert cells(printed_attainment(rows), "figure_id", "value_pct", "value_as_printed", "is_exact") == [
        ("f1", 162.86, "gần 162,86%", False),
        ("f0", 62.67, "50%", True),
        ("f2", 62.67, "50%", True),
    ]


def test_shares_of_a_part_of_a_year_are_not_set_beside_whole_years():
    """Rule E.2: 35 % at the half-year, or of a running term, is another measure."""
    rows = figures(
        {"period_kind": "h1"},
        {"period_kind": "q1"},
        {"period_kind": "9m"},
        {"period_kind": "term_to_date"},
        {"measure": "org_class_good_or_better"},
        {"period_kind": "year"},
    )
    assert printed_attainment(rows)["figure_id"].tolist() == ["f5"]


def stock(measure: str, value: float, **other: str) -> dict:
    return {"measure": measure, "value": value, "period_kind": "stock", "unit": "people"} | other


def test_members_per_organisation_needs_both_numbers_of_the_same_day():
    rows = figures(
        stock("members_total", 5549),
        stock("orgs_total", 78),
        stock("members_total", 99, body="Y"),
        stock("orgs_total", 9, body="Y", period_end="2021-12-31"),
    )
    assert cells(
        members_per_organisation(rows), "body", "members_n", "organisations_n", "members_per_organisation_n", "is_exact"
    ) == [("X", 5549, 78, 71.14, True)]


def test_members_per_organisation_keeps_the_latest_day_of_a_body():
    rows = figures(
        stock("members_total", 300),
        stock("orgs_total", 10),
        stock("members_total", 100, period_end="2021-12-31"),
        stock("orgs_total", 10, period_end="2021-12-31"),
    )
    assert cells(members_per_organisation(rows), "period_end", "members_per_organisation_n") == [("2022-12-31", 30.0)]


def test_a_bound_on_either_side_is_not_exact():
    rows = figures(stock("members_total", 4700, value_bound="at_least"), stock("orgs_total", 66))
    assert cells(members_per_organisation(rows), "members_per_organisation_n", "is_exact") == [(71.21, False)]


def article(*facts: tuple[str, float, str]) -> pd.DataFrame:
    return figures(
        *(
            {
                "body": ARTICLE_BODY,
                "measure": measure,
                "value": value,
                "unit": unit,
                "value_basis": "derived" if measure == "admissions_target" else "printed",
            }
            for measure, value, unit in facts
        )
    )


def test_the_articles_facts_stand_beside_the_datasets_numbers():
    """Rule K32; the target is derived, not printed."""
    printed = article(
        ("admissions", 940, "people"), ("admissions_target", 1500, "people"), ("orgs_total", 78, "organisations")
    )
    headline = frame(["admitted_n", "target_n", "organisations_n", "data_date"], (940, 1500, 79, "2023-05-31"))
    got = article_beside_dataset(printed, headline)
    assert set(cells(got, "data_date")) == {("2023-05-31",)}
    assert cells(got.drop(columns="data_date")) == [
        ("admissions", "people", "printed", 940.0, 940.0, True),
        ("admissions_target", "people", "derived", 1500.0, 1500.0, True),
        ("orgs_total", "organisations", "printed", 78.0, 79.0, False),
    ]


def test_a_number_that_the_dataset_lacks_is_not_equal():
    got = article_beside_dataset(
        article(("admissions_pct_of_target", 62.67, "percent")),
        frame(["attainment_pct", "data_date"], (None, "2023-05-31")),
    )
    assert cells(got, "dataset_value", "is_equal") == [(None, False)]


def test_figures_of_other_bodies_are_no_facts_of_the_article():
    headline = frame(["admitted_n", "data_date"], (940, "2023-05-31"))
    assert cells(article_beside_dataset(figures({"measure": "admissions"}), headline)) == []


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
