"""How many organisations the numbers rest on: who stood on a row date, and whose return is missing."""

from __future__ import annotations

from datetime import date

import pytest
from frames import TERM, aim, body, cells, make_table, members

from analysis.measures.coverage import count_returns
from analysis.measures.organisations import count_by_group, organisation_attainment
from analysis.periods import Window, parse_period

QUARTER = Window(date(2023, 1, 1), date(2023, 3, 31))
COLUMNS = ("standing_n", "reported_n", "missing_n", "missing_from_n")
REGISTER = make_table(
    "organisations",
    body("A", "cell"),
    body("B", "cell", valid_to="2023-02-10"),
    body("C", "cell", valid_from="2023-03-15"),
    body("D", "party_committee"),
    body("D-1", "subordinate_cell"),
)


def returns(*pairs: str):
    rows = [pair.split() for pair in pairs]
    return make_table("membership", *(members(org, day) for org, day in rows))


def test_every_organisation_owes_a_return_on_the_row_dates_on_which_it_stands():
    """B stood in January alone, C in March alone; D-1 is counted with D."""
    every = returns(
        "A 2023-01-31", "A 2023-02-28", "A 2023-03-31", "B 2023-01-31", "C 2023-03-31", "D 2023-01-31", "D 2023-02-28"
    )
    late = count_returns(every, REGISTER, QUARTER)
    assert cells(late, *COLUMNS) == [(3, 2, 1, 1)]
    assert late["data_date"].iloc[0].date() == QUARTER.end


def test_a_gap_before_the_data_date_is_missing_though_everybody_reports_on_it():
    gap = returns("A 2023-01-31", "B 2023-01-31", "D 2023-02-28", "A 2023-03-31", "C 2023-03-31", "D 2023-03-31")
    assert cells(count_returns(gap, REGISTER, QUARTER), *COLUMNS) == [(3, 3, 2, 2)]


def test_returns_are_due_on_the_row_dates_of_the_whole_dataset():
    """Of one organisation that is silent on the data date, its own rows would not tell that one was due."""
    every = returns("A 2023-02-28", "D 2023-02-28", "D 2023-03-31")
    own = REGISTER[REGISTER["org_id"] == "A"]
    assert cells(count_returns(every, own, QUARTER), *COLUMNS) == [(1, 0, 1, 1)]


def test_an_organisation_without_a_return_on_the_data_date_keeps_its_last_size_band():
    tables = {
        "organisations": REGISTER,
        "targets": make_table("targets", *(aim(8, level="organisation", org_id=org) for org in "ABD")),
        "membership": make_table(
            "membership",
            members("A", "2023-01-31", admitted_n=2, closing_n=40),
            members("B", "2023-01-31", admitted_n=3, closing_n=250),
            members("D", "2023-01-31", admitted_n=0, closing_n=110),
            members("A", "2023-02-28", admitted_n=1, closing_n=60),
            members("D", "2023-03-31", admitted_n=5, closing_n=99),
            members("A", "2023-06-30", admitted_n=9, closing_n=300),
        ),
    }
    asked = (parse_period("2023-Q1", TERM), QUARTER)
    rows = organisation_attainment(tables, *asked)
    assert cells(rows, "org_id", "members_n", "band") == [("A", 60, "from_50_to_99"), ("D", 99, "from_50_to_99")]
    bands = count_by_group(tables, *asked, "band")
    assert cells(bands, "band", "with_target_n", "admitted_n", "target_n") == [("from_50_to_99", 2, 8, 16)]


@pytest.mark.parametrize("window", [Window(date(2022, 1, 1), date(2022, 3, 31))])
def test_without_rows_nothing_is_due(window):
    assert cells(count_returns(returns("A 2023-01-31"), REGISTER, window), *COLUMNS) == [(0, 0, 0, 0)]
