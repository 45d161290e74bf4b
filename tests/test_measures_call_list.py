"""Whom to ring up: who is on the list, for which reason, in which order, and who is not."""

from __future__ import annotations

from datetime import date
from math import exp, factorial, floor
from typing import Any

import pandas as pd
import pytest
from frames import TERM, aim, body, cells, make_table, members

from analysis.measures.call_list import (
    TABLES,
    behind_pace,
    list_calls,
    reasons_without_data,
    without_admission,
    without_answer,
    without_return,
)
from analysis.measures.organisations import no_admission
from analysis.periods import Term, Window

DAY = date(2023, 6, 30)
HALF = Window(date(2023, 1, 1), DAY)
HALF_OVER = 181 / 365


def world(**rows: list[dict[str, Any]]) -> dict[str, pd.DataFrame]:
    """Return the four tables; those that are not named are empty."""
    return {name: make_table(name, *rows.get(name, [])) for name in TABLES}


def goal(org_id: str, target: float, **cells: Any) -> dict[str, Any]:
    return aim(target, level="organisation", org_id=org_id, **cells)


def ended(org_id: str, admitted: str, people: int, outcome: str = "official", on: str = "2023-05-31") -> dict[str, Any]:
    return {
        "org_id": org_id,
        "admitted_period_end": admitted,
        "outcome_period_end": on,
        "outcome": outcome,
        "people_n": people,
    }


# Without a return


def silent(*standing: dict[str, Any], returns: list[dict[str, Any]], day: date = DAY) -> list[tuple[Any, ...]]:
    tables = world(organisations=list(standing), membership=returns)
    return cells(without_return(tables["membership"], tables["organisations"], day))


def test_who_did_not_report_on_the_day_is_listed_with_the_last_return():
    rows = silent(
        body("A", "cell"),
        body("B", "cell"),
        body("C", "party_committee"),
        body("D", "cell"),
        returns=[
            members("A", "2023-06-30"),
            members("B", "2023-04-30"),
            members("B", "2023-05-31"),
            members("C", "2022-12-31"),
            members("C", "2023-07-31"),  # too late to be known
        ],
    )
    assert rows == [("D", "D", None), ("C", "C", "2022-12-31"), ("B", "B", "2023-05-31")]


def test_only_grassroots_organisations_of_the_day_are_missed():
    rows = silent(
        body("ENDED", "cell", valid_to="2023-06-29"),
        body("LAST", "cell", valid_to="2023-06-30"),
        body("LATER", "cell", valid_from="2023-07-01"),
        body("LOWER", "section_committee"),
        returns=[],
    )
    assert rows == [("LAST", "LAST", None)]


def test_an_upgraded_organisation_is_one_and_has_its_new_name():
    old = body("A", "cell", valid_to="2022-06-05") | {"name": "Chi bộ A"}
    new = body("A", "party_committee", valid_from="2022-06-06") | {"name": "Đảng bộ A"}
    assert silent(old, new, returns=[members("A", "2022-03-31")]) == [("A", "Đảng bộ A", "2022-03-31")]


# Behind an even pace


def behind(*bodies: tuple[str, float, int], day: date = DAY, term: Term = TERM, **cells: Any) -> pd.DataFrame:
    """bodies: name, target of the year, people admitted by the day."""
    tables = world(
        organisations=[body(name, "cell") for name, _, _ in bodies],
        targets=[goal(name, target, **cells) for name, target, _ in bodies],
        membership=[members(name, day.isoformat(), admitted_n=admitted) for name, _, admitted in bodies],
    )
    return behind_pace(tables, term, day)


def test_at_least_one_whole_person_must_be_missing():
    """20 · 181/365 = 9,92: whoever has nine is not behind, whoever has eight is by one."""
    rows = behind(("A", 20, 9), ("B", 20, 8), ("C", 20, 10), ("D", 2, 0))
    assert cells(rows, "org_id", "people_n", "admitted_n", "target_n", "pace_n") == [("B", 1, 8, 20, 9.9)]


def test_the_least_by_chance_come_first_then_the_most_missing_and_level_ones_by_their_id():
    """D misses most people, but 40 where 42 are to be expected is less strange than 14 where it is 16,8 (Poisson)."""
    rows = behind(("A", 20, 8), ("C", 40, 14), ("B", 40, 14), ("D", 100, 40), ("E", 100, 50))
    assert cells(rows, "org_id", "people_n", "chance_pct") == [("B", 5, 30), ("C", 5, 30), ("D", 9, 42), ("A", 1, 54)]


def test_the_chance_is_that_of_as_few_or_fewer_around_what_all_have_reached():
    """All: 41 of 60, so 0,6833 of each target; of 20 · 0,6833 = 13,67 expected, one in ten is 9 or fewer (Poisson)."""
    rows = behind(("A", 20, 9), ("B", 20, 16), ("C", 20, 16), day=date(2023, 12, 31))
    mean = 20 * 41 / 60
    tail = sum(exp(-mean) * mean**n / factorial(n) for n in range(10))
    assert cells(rows.head(1), "org_id", "chance_pct") == [("A", floor(100 * tail + 0.5))]
    assert 10 < 100 * tail < 15


def test_where_nobody_was_admitted_chance_gives_as_few_always():
    assert behind(("A", 20, 0), ("B", 20, 0))["chance_pct"].tolist() == [100, 100]


def test_the_pace_is_of_the_years_own_admissions_and_target():
    tables = world(
        organisations=[body("A", "cell")],
        targets=[
            goal("A", 20),
            goal("A", 90, year=2022, assigned_on="2022-01-01"),
            goal("A", 500, scope="term", year=None),
        ],
        membership=[members("A", "2022-12-31", admitted_n=60), members("A", "2023-06-30", admitted_n=3)],
    )
    rows = behind_pace(tables, TERM, DAY)
    assert cells(rows, "people_n", "admitted_n", "target_n", "pace_n") == [(6, 3, 20, 9.9)]


@pytest.mark.parametrize("target", [None, 0])
def test_without_a_target_or_closed_to_new_members_nobody_is_behind(target):
    """Rule K22: a target of 0 means closed."""
    tables = world(
        organisations=[body("A", "cell")],
        targets=[] if target is None else [goal("A", target)],
        membership=[members("A", "2023-06-30")],
    )
    assert behind_pace(tables, TERM, DAY).empty


@pytest.mark.parametrize(
    ("day", "pace"),
    [(date(2020, 10, 31), 78), (date(2020, 12, 31), 139), (date(2025, 1, 31), 95.8), (date(2025, 2, 14), 139)],
)
def test_of_a_year_that_the_term_cuts_only_its_own_days_count(day, pace):
    """Rule C.23: 78 of 139 days of 2020; 31 of 45 days of 2025, of a target of 139: 95,76."""
    rows = behind(("A", 139, 0), day=day, year=day.year, assigned_on=f"{day.year}-01-01")
    assert rows["pace_n"].tolist() == [pace]


def test_the_position_tells_chance_from_more():
    """Twelve with 10 of 20, one with 0 of 40 where 17 are to be expected, one with 8 of 20."""
    usual = [(f"N{place:02}", 20, 10) for place in range(12)]
    rows = behind(*usual, ("NONE", 40, 0), ("FEW", 20, 8))
    assert cells(rows, "org_id", "position") == [("NONE", "below_998"), ("FEW", "within")]


# Without an admission, or a word on whether anybody is left


def answers(*returns: tuple[str, str, int, str | None]) -> pd.DataFrame:
    """returns: name, row date, people admitted, answer."""
    return make_table(
        "membership",
        *(members(name, day, admitted_n=count) | {"non_members_left": left} for name, day, count, left in returns),
    )


def test_who_has_people_to_admit_and_admitted_nobody_is_listed_the_longest_first():
    register = make_table("organisations", *(body(name, "cell") for name in "ABCDEF"))
    rows = answers(
        ("A", "2022-11-30", 1, "yes"),
        ("A", "2023-06-30", 0, "yes"),
        ("B", "2021-03-31", 2, "yes"),
        ("B", "2023-06-30", 0, "yes"),
        ("C", "2020-07-31", 9, "yes"),  # before the Congress
        ("C", "2023-06-30", 0, "yes"),
        ("D", "2023-03-31", 1, "yes"),  # in the period
        ("D", "2023-06-30", 0, "yes"),
        ("E", "2023-06-30", 0, "no"),  # nobody left
        ("F", "2023-05-31", 0, "yes"),  # silent on the day: asked for its return instead
    )
    assert cells(without_admission(rows, register, TERM, HALF)) == [
        ("C", "C", None),
        ("B", "B", "2021-03-31"),
        ("A", "A", "2022-11-30"),
    ]


def test_the_list_names_those_that_the_page_counts(sample_report):
    report = sample_report(audience="internal")
    tables = report.tables(*TABLES)
    total = no_admission(tables["membership"], tables["organisations"], report.window).iloc[0]
    rows = list_calls(tables, report.dataset.info.term, report.window)
    assert (rows["reason"] == "no_admission").sum() == total["none_n"] > 0
    assert (rows["reason"] == "no_answer").sum() == total["unknown_n"] > 0


def test_who_does_not_say_whether_anybody_is_left_is_asked():
    register = make_table("organisations", *(body(name, "cell") for name in "BAC"))
    rows = answers(("A", "2023-06-30", 0, None), ("B", "2023-06-30", 3, None), ("C", "2023-06-30", 0, "no"))
    assert cells(without_answer(rows, register, DAY)) == [("A", "A"), ("B", "B")]


def test_where_no_organisation_says_the_dataset_does_not_ask():
    register = make_table("organisations", *(body(name, "cell") for name in "AB"))
    rows = answers(("A", "2023-06-30", 0, None), ("B", "2023-06-30", 3, None))
    assert without_answer(rows, register, DAY).empty
    tables = whole_world() | {"membership": rows}
    assert reasons_without_data(tables, DAY) == ["no_admission"]
    assert reasons_without_data(world(), DAY) == ["overdue", "behind_target", "no_admission"]


def test_a_year_without_targets_yet_cannot_be_judged():
    assert reasons_without_data(whole_world(), date(2024, 1, 31)) == ["behind_target", "no_admission"]


# The list


def whole_world() -> dict[str, pd.DataFrame]:
    """A reports, is behind and has people overdue; B is silent; C has people overdue for longer; D is all right."""
    return world(
        organisations=[body(name, "cell") for name in "ABCD"],
        targets=[goal("A", 20), goal("D", 20), goal("B", 20)],
        membership=[
            members("A", "2022-05-31", admitted_n=3),
            members("C", "2022-03-31", admitted_n=2),
            members("D", "2022-03-31", admitted_n=4),
            members("B", "2023-05-31", admitted_n=2),
            *(members(name, "2023-06-30", admitted_n=count) for name, count in (("A", 4), ("C", 1), ("D", 12))),
        ],
        probation=[ended("A", "2022-05-31", 1), ended("D", "2022-03-31", 3), ended("D", "2022-03-31", 1, "removed")],
    )


def test_the_list_goes_by_reason_then_by_urgency():
    rows = list_calls(whole_world(), TERM, HALF)
    assert cells(rows, "reason", "org_id", "org_name", "people_n", "since_date") == [
        ("not_reported", "B", "B", None, "2023-05-31"),
        ("overdue", "C", "C", 2, "2022-03-31"),
        ("overdue", "A", "A", 2, "2022-05-31"),
        ("behind_target", "A", "A", 5, None),  # B has two of twenty, but only by May
    ]


def test_numbers_of_one_reason_stand_in_no_other():
    rows = list_calls(whole_world(), TERM, HALF)
    numbers = ["admitted_n", "target_n", "pace_n", "position", "chance_pct"]
    assert rows.loc[rows["reason"] != "behind_target", numbers].isna().all(axis=None)
    last = rows[rows["reason"] == "behind_target"].tail(1)
    assert cells(last, *numbers[:4]) == [(4, 20, 9.9, "within")]


def test_what_happened_after_the_day_is_not_known():
    tables = whole_world()
    later = world(
        membership=[members("B", "2023-09-30", admitted_n=90)],
        probation=[ended("C", "2022-03-31", 2, on="2023-09-30")],
        targets=[goal("A", 1, assigned_on="2023-07-01")],
    )
    both = {name: pd.concat([tables[name], later[name]], ignore_index=True) for name in TABLES}
    pd.testing.assert_frame_equal(list_calls(both, TERM, HALF), list_calls(tables, TERM, HALF))


def test_a_list_of_nobody_keeps_its_columns_and_their_kinds():
    tables = world(organisations=[body("A", "cell")], membership=[members("A", "2023-06-30")])
    nobody, somebody = list_calls(tables, TERM, HALF), list_calls(whole_world(), TERM, HALF)
    assert nobody.empty
    assert nobody.dtypes.to_dict() == somebody.dtypes.to_dict()


def test_five_hundred_organisations_are_all_listed_once_for_each_reason():
    names = [f"TC{number:03}" for number in range(500)]
    tables = world(
        organisations=[body(name, "cell") for name in names],
        targets=[goal(name, 20) for name in names],
        membership=[
            *(members(name, "2023-05-31", admitted_n=number % 12) for number, name in enumerate(names)),
            *(members(name, "2023-06-30") for name in names[1::2]),
        ],
    )
    rows = list_calls(tables, TERM, HALF)
    assert rows.groupby("reason").size().to_dict() == {
        "not_reported": 250,
        "behind_target": sum(number % 12 < int(20 * HALF_OVER) for number in range(1, 500, 2)),
    }
    assert not rows.duplicated(["reason", "org_id"]).any()
    assert rows.loc[rows["reason"] == "not_reported", "org_id"].tolist() == names[::2]


def test_neither_the_order_of_rows_nor_what_was_given_changes():
    tables = whole_world()
    before = {name: table.copy() for name, table in tables.items()}
    shuffled = {name: table.iloc[::-1].reset_index(drop=True) for name, table in tables.items()}
    pd.testing.assert_frame_equal(list_calls(shuffled, TERM, HALF), list_calls(tables, TERM, HALF))
    for name, table in tables.items():
        pd.testing.assert_frame_equal(table, before[name])
