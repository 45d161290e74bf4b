"""Members on the list, and what moved them: domain section D (form 1: D = A + B − C)."""

from __future__ import annotations

from datetime import date

from frames import body, cells, make_table, members

from analysis.measures.membership import bridge_membership, members_by_sector, members_over_time
from analysis.periods import Window

DAYS = Window(date(2023, 1, 1), date(2023, 6, 30))
REGISTER = make_table("organisations", body("A", "cell", "5"), body("B", "party_committee", "9b1"))
A_1 = members("A", "2023-03-31", opening_n=40, admitted_n=3, transferred_in_n=2, died_n=1, closing_n=44)
A_2 = members("A", "2023-06-30", opening_n=44, admitted_n=1, removed_n=2, internal_out_n=3, closing_n=40)
B_2 = members("B", "2023-06-30", opening_n=0, internal_in_n=3, restored_n=1, closing_n=4)
MEMBERSHIP = make_table(
    "membership", members("A", "2022-12-31", opening_n=39, admitted_n=1, closing_n=40), A_1, A_2, B_2
)


def people(rows) -> dict[str, int]:
    return dict(cells(rows, "line", "people_n"))


def test_the_bridge_runs_from_the_first_opening_to_the_last_closing():
    """Rule D.1: increases above 0, decreases below; what lies outside the window is left out."""
    got = bridge_membership(MEMBERSHIP, DAYS)
    assert people(got) == {
        "opening_n": 40,
        "admitted_n": 4,
        "transferred_in_n": 2,
        "restored_n": 1,
        "died_n": -1,
        "expelled_n": 0,
        "removed_n": -2,
        "resigned_n": 0,
        "transferred_out_n": 0,
        "closing_n": 44,
    }
    assert cells(got, "line", "start_n", "end_n")[:3] == [
        ("opening_n", 0, 40),
        ("admitted_n", 40, 44),
        ("transferred_in_n", 44, 46),
    ]


def test_moves_inside_the_khoi_cancel_over_the_whole_of_it_and_show_in_a_part():
    """Rule D.4."""
    assert "internal_net_n" not in people(bridge_membership(MEMBERSHIP, DAYS))
    one = MEMBERSHIP[MEMBERSHIP["org_id"] == "A"]
    assert people(bridge_membership(one, DAYS))["internal_net_n"] == -3


def test_what_the_flows_do_not_explain_is_shown_and_never_spread():
    """Rule K06."""
    broken = make_table("membership", A_1 | {"closing_n": 47})
    got = bridge_membership(broken, DAYS)
    assert people(got) == people(bridge_membership(make_table("membership", A_1), DAYS)) | {
        "residual_n": 3,
        "closing_n": 47,
    }
    assert got["line"].tolist()[-2:] == ["residual_n", "closing_n"]


def test_restored_members_are_an_increase_and_not_an_admission():
    """Rule B.8."""
    got = people(bridge_membership(make_table("membership", B_2), DAYS))
    assert (got["admitted_n"], got["restored_n"]) == (0, 1)


def test_lines_that_tell_on_people_are_sensitive():
    """Rules F.7, D.8: removal is no discipline, but it tells on a person as much."""
    got = bridge_membership(MEMBERSHIP, DAYS)
    assert got.loc[got["is_sensitive"], "line"].tolist() == ["expelled_n", "removed_n", "resigned_n"]


def test_the_bridge_of_no_rows_stands_at_0():
    got = bridge_membership(MEMBERSHIP, Window(date(2024, 1, 1), date(2024, 3, 31)))
    assert set(people(got).values()) == {0}


def test_members_over_time_are_one_row_per_row_date():
    series = make_table(
        "membership",
        members("A", "2023-03-31", closing_n=44, official_n=40, probationary_n=4),
        members("B", "2023-03-31", closing_n=10, official_n=10),
        members("A", "2023-06-30", closing_n=45, official_n=43, probationary_n=2),
        members("A", "2023-07-31", closing_n=99, official_n=99),
    )
    assert cells(members_over_time(series, DAYS)) == [("2023-03-31", 54, 50, 4), ("2023-06-30", 45, 43, 2)]


def test_members_by_sector_set_the_end_beside_the_start():
    """Rule D.2: an index; a sector without members at the start has none."""
    got = members_by_sector(MEMBERSHIP, REGISTER, DAYS)
    assert cells(got) == [("state_agency", 1, 40, 40, 90.91, 0, 100.0), ("non_state", 1, 0, 4, 9.09, 4, None)]


def test_a_sector_that_ended_within_the_window_stays_with_0_members():
    gone = make_table(
        "membership",
        members("A", "2023-03-31", opening_n=30, closing_n=30),
        members("B", "2023-03-31", opening_n=6, transferred_out_n=6),
        members("A", "2023-06-30", opening_n=30, closing_n=30),
    )
    assert cells(
        members_by_sector(gone, REGISTER, DAYS),
        "sector_group",
        "organisations_n",
        "members_start_n",
        "members_n",
        "change_n",
        "start_index_pct",
    ) == [("state_agency", 1, 30, 30, 0, 100.0), ("non_state", 0, 6, 0, -6, 0.0)]
