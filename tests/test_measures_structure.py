"""Which organisations there are, and what happened to them: domain section C."""

from __future__ import annotations

from datetime import date

import pytest
from frames import body, cells, make_table, members

from analysis.measures.rows import grassroots_as_of, organisations_as_of
from analysis.measures.structure import (
    count_events,
    count_founded,
    count_kinds,
    count_lower_bodies,
    count_sectors,
    count_size_bands,
    year_ends,
)
from analysis.periods import Window

DAY = date(2023, 6, 30)
REGISTER = make_table(
    "organisations",
    body("KHOI", "bloc", None),
    body("A", "party_committee", "5"),
    body("A-1", "subordinate_cell", "5"),
    body("A-2", "section_committee", "5"),
    body("B", "cell", "9b1", valid_to="2022-05-31"),
    body("B", "party_committee", "9b1", valid_from="2022-06-01"),
    body("C", "cell", "9a2"),
    body("D", "cell", "9c", valid_from="2023-06-30"),
    body("E", "cell", "4", valid_to="2023-06-29"),
)


def test_lower_bodies_are_never_counted_as_grassroots():
    """Rules C.1, C.7."""
    assert grassroots_as_of(REGISTER, DAY)["org_id"].tolist() == ["A", "B", "C", "D"]
    assert cells(count_lower_bodies(REGISTER, DAY)) == [("subordinate_cell", 1), ("section_committee", 1)]


def test_grassroots_organisations_are_committees_and_cells():
    """Rule C.1, K02: the total is the sum of the two kinds."""
    got = count_kinds(REGISTER, [DAY])
    assert cells(got) == [("2023-06-30", "party_committee", 2, 4), ("2023-06-30", "cell", 2, 4)]


def test_an_upgrade_changes_the_mix_and_not_the_total():
    """Rule C.16."""
    got = count_kinds(REGISTER, [date(2022, 5, 31), date(2022, 6, 1)])
    assert cells(got, "kind", "organisations_n", "total_n") == [
        ("party_committee", 1, 4),
        ("cell", 3, 4),
        ("party_committee", 2, 4),
        ("cell", 2, 4),
    ]


@pytest.mark.parametrize(
    ("day", "stands"),
    [
        (date(2020, 8, 14), False),
        (date(2020, 8, 15), True),
        (date(2023, 6, 29), True),
        (date(2023, 6, 30), False),
    ],
)
def test_a_row_of_the_register_holds_from_its_first_day_to_its_last(day, stands):
    assert ("E" in set(organisations_as_of(REGISTER, day)["org_id"])) == stands


def test_a_kind_that_is_absent_counts_0():
    got = count_kinds(make_table("organisations", body("A", "cell")), [DAY, date(2019, 1, 1)])
    assert cells(got, "kind", "organisations_n", "total_n") == [
        ("party_committee", 0, 1),
        ("cell", 1, 1),
        ("party_committee", 0, 0),
        ("cell", 0, 0),
    ]


def test_year_ends_stop_at_the_data_date_and_name_no_day_twice():
    assert year_ends(Window(date(2020, 8, 15), date(2022, 5, 31))) == [
        date(2020, 12, 31),
        date(2021, 12, 31),
        date(2022, 5, 31),
    ]
    assert year_ends(Window(date(2020, 8, 15), date(2020, 12, 31))) == [date(2020, 12, 31)]


def test_sectors_are_counted_in_groups_in_a_fixed_order():
    """Rules C.11, C.13: under half State capital is still State capital; co-operatives stand with the non-state."""
    got = count_sectors(REGISTER, DAY)
    assert cells(got) == [
        ("state_agency", "party_committee", 1, 1, 25.0),
        ("state_agency", "cell", 0, 1, 25.0),
        ("state_capital", "party_committee", 0, 1, 25.0),
        ("state_capital", "cell", 1, 1, 25.0),
        ("non_state", "party_committee", 1, 2, 50.0),
        ("non_state", "cell", 1, 2, 50.0),
    ]


@pytest.mark.parametrize(
    ("size", "band"),
    [
        (0, "under_30"),
        (29, "under_30"),
        (30, "from_30_to_49"),
        (49, "from_30_to_49"),
        (50, "from_50_to_99"),
        (99, "from_50_to_99"),
        (100, "from_100_to_199"),
        (199, "from_100_to_199"),
        (200, "from_200"),
        (5000, "from_200"),
    ],
)
def test_30_members_are_the_first_of_the_next_band(size, band):
    """Rule C.3."""
    got = count_size_bands(REGISTER, make_table("membership", members("C", "2023-06-30", closing_n=size)), DAY)
    assert cells(got[got["total_n"] > 0], "band", "kind", "organisations_n") == [
        (band, "party_committee", 0),
        (band, "cell", 1),
    ]


def test_size_bands_leave_out_who_did_not_report_that_day():
    membership = make_table(
        "membership",
        members("A", "2023-05-31", closing_n=80),
        members("C", "2023-06-30", closing_n=8),
        members("E", "2023-06-30", closing_n=9),
    )
    assert count_size_bands(REGISTER, membership, DAY)["organisations_n"].sum() == 1


EVENTS = make_table(
    "events",
    {"date": "2022-06-01", "event": "upgraded", "org_id": "B"},
    {"date": "2023-01-01", "event": "founded", "org_id": "B"},
    {"date": "2023-06-30", "event": "founded", "org_id": "D"},
    {"date": "2023-07-01", "event": "founded", "org_id": "A"},
    {"date": "2023-02-01", "event": "founded", "org_id": "A-1"},
    {"date": "2023-03-01", "event": "dissolved", "org_id": "E"},
)
FIRST_HALF = Window(date(2023, 1, 1), DAY)


def test_events_are_those_of_grassroots_organisations_in_the_window():
    """Rule C.15; the founding of a chi bộ trực thuộc is not one of them."""
    assert cells(count_events(EVENTS, REGISTER, FIRST_HALF)) == [("founded", 2, 2, 2), ("dissolved", 1, 1, 0)]


def test_a_cell_that_was_upgraded_later_was_founded_as_a_cell():
    """Rule C.17: kind and sector are those of the day on which it first stood."""
    assert cells(count_founded(EVENTS, REGISTER, FIRST_HALF)) == [(2, 2)]


def test_nothing_founded_is_0_and_0():
    assert cells(count_founded(EVENTS, REGISTER, Window(date(2021, 1, 1), date(2021, 12, 31)))) == [(0, 0)]
    assert cells(count_events(EVENTS, REGISTER, Window(date(2021, 1, 1), date(2021, 12, 31)))) == []
