"""Probation: what became of those admitted. Domain section B, rules B.3 to B.9; who waits is never left out."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from frames import TERM, body, cells, make_table, members
from hypothesis import given
from hypothesis import strategies as st

from analysis.measures.admissions import accumulate_admissions
from analysis.measures.probation import (
    contradicted_dates,
    follow_cohorts,
    leavers_in_all,
    members_to_follow,
    outcomes_by_month,
    outcomes_of_due,
    overdue_by_organisation,
    overdue_probation,
)
from analysis.periods import Window
from analysis.tables.read import empty_table


def until(day: str) -> Window:
    return Window(TERM.start, date.fromisoformat(day))


def outcome(org_id: str, admitted: str, what: str, when: str, people_n: int = 1) -> dict[str, Any]:
    """Return one row of probation."""
    return {
        "org_id": org_id,
        "admitted_period_end": admitted,
        "outcome": what,
        "outcome_period_end": when,
        "people_n": people_n,
    }


MEMBERSHIP = make_table(
    "membership",
    members("A", "2020-07-31", admitted_n=50),
    members("A", "2022-01-31", admitted_n=4),
    members("B", "2022-03-31", admitted_n=6),
    members("A", "2022-04-30", admitted_n=5),
    members("B", "2023-05-31", admitted_n=7, readmitted_n=2),
    members("B", "2023-06-30", admitted_n=90),
)
PROBATION = make_table(
    "probation",
    outcome("A", "2020-07-31", "official", "2021-08-31", 49),
    outcome("A", "2022-01-31", "official", "2023-02-28", 3),
    outcome("B", "2022-03-31", "removed", "2023-03-31", 2),
    outcome("B", "2022-03-31", "official", "2023-04-30", 1),
    outcome("B", "2022-03-31", "other", "2022-09-30", 1),
    outcome("B", "2022-03-31", "official", "2023-06-30", 2),
    outcome("A", "2022-04-30", "official", "2023-05-31", 5),
)
MAY = until("2023-05-31")


def test_a_cohort_is_all_who_were_admitted_in_a_quarter_and_every_one_has_a_state():
    """Outcomes after the data date are not known yet; the cohort of the last, unfinished quarter is marked."""
    got = follow_cohorts(MEMBERSHIP, PROBATION, MAY, "month")
    assert cells(got, "cohort", "cohort_end_date", "is_part", "state", "people_n", "admitted_n", "share_pct") == [
        ("2022-Q1", "2022-03-31", False, "official", 4, 10, 40.0),
        ("2022-Q1", "2022-03-31", False, "removed", 2, 10, 20.0),
        ("2022-Q1", "2022-03-31", False, "other", 1, 10, 10.0),
        ("2022-Q1", "2022-03-31", False, "waiting", 3, 10, 30.0),
        ("2022-Q2", "2022-06-30", False, "official", 5, 5, 100.0),
        ("2022-Q2", "2022-06-30", False, "removed", 0, 5, 0.0),
        ("2022-Q2", "2022-06-30", False, "other", 0, 5, 0.0),
        ("2022-Q2", "2022-06-30", False, "waiting", 0, 5, 0.0),
        ("2023-Q2", "2023-05-31", True, "official", 0, 7, 0.0),
        ("2023-Q2", "2023-05-31", True, "removed", 0, 7, 0.0),
        ("2023-Q2", "2023-05-31", True, "other", 0, 7, 0.0),
        ("2023-Q2", "2023-05-31", True, "waiting", 7, 7, 100.0),
    ]


def test_removal_is_the_sensitive_state():
    """Rule F.7: xóa tên is held to the higher threshold."""
    got = follow_cohorts(MEMBERSHIP, PROBATION, MAY, "month")
    assert set(cells(got[got["is_sensitive"]], "state")) == {("removed",)}
    assert (~got["is_sensitive"]).sum() == 9


def test_those_admitted_before_the_congress_are_left_out():
    """49 of them were made official in the term; how many were admitted is not known."""
    got = follow_cohorts(MEMBERSHIP, PROBATION, until("2021-12-31"), "month")
    assert cells(got) == []
    assert outcomes_of_due(MEMBERSHIP, PROBATION, until("2021-12-31")).empty
    assert outcomes_by_month(MEMBERSHIP, PROBATION, until("2021-12-31")).empty


def test_made_official_is_never_counted_as_admitted():
    """Rule B.9: the admissions of a quarter in which only recognitions happened are 0."""
    spring = accumulate_admissions(MEMBERSHIP, Window(date(2023, 1, 1), date(2023, 4, 30)))
    assert cells(spring) == []
    got = follow_cohorts(MEMBERSHIP, PROBATION, MAY, "month")
    assert got.drop_duplicates("cohort")["admitted_n"].sum() == 4 + 6 + 5 + 7


@pytest.mark.parametrize(
    ("granularity", "rows", "cohorts"),
    [
        ("quarter", ["2022-03-31", "2022-06-30", "2022-12-31"], ["2022-Q1", "2022-Q2", "2022-Q4"]),
        ("half", ["2020-12-31", "2022-06-30", "2022-12-31"], ["2020-H2", "2022-H1", "2022-H2"]),
    ],
)
def test_cohorts_are_half_years_only_where_rows_are(granularity, rows, cohorts):
    membership = make_table("membership", *(members("A", day, admitted_n=1) for day in rows))
    probation = make_table("probation", outcome("A", rows[0], "official", "2023-12-31"))
    got = follow_cohorts(membership, probation, until("2023-12-31"), granularity)
    waiting = got[got["state"] == "waiting"]
    assert cells(waiting, "cohort", "people_n") == [(cohorts[0], 0), (cohorts[1], 1), (cohorts[2], 1)]
    # The Congress met in August 2020: of that half-year only a part is counted.
    assert cells(waiting, "is_part") == [(cohorts[0] == "2020-H2",), (False,), (False,)]


def test_row_dates_with_more_outcomes_than_admissions_are_named():
    """Six outcomes of five admitted, and one of a row date without an admission; known by the data date only."""
    wrong = make_table(
        "probation",
        outcome("A", "2022-04-30", "removed", "2023-05-31"),
        outcome("B", "2022-05-31", "official", "2023-05-31", 1),
    )
    membership = pd.concat([MEMBERSHIP, make_table("membership", members("B", "2022-05-31", admitted_n=0))])
    probation = pd.concat([PROBATION, wrong], ignore_index=True)
    got = contradicted_dates(membership, probation, MAY)
    assert cells(got, "period_end", "admitted_n", "outcomes_n") == [("2022-04-30", 5, 6), ("2022-05-31", 0, 1)]
    assert contradicted_dates(membership, probation, until("2023-04-30")).empty
    assert contradicted_dates(MEMBERSHIP, empty_table("probation"), MAY).empty


@pytest.mark.parametrize(
    "wrong",
    [
        outcome("A", "2022-04-30", "removed", "2023-05-31", 1),  # 6 outcomes of 5 admitted
        outcome("B", "2022-04-30", "official", "2023-05-31", 2),
    ],
)
def test_a_row_date_that_contradicts_itself_is_left_out(wrong):
    probation = pd.concat([PROBATION, make_table("probation", wrong)], ignore_index=True)
    got = follow_cohorts(MEMBERSHIP, probation, MAY, "month")
    assert set(got["cohort"]) == {"2022-Q1", "2023-Q2"}
    assert outcomes_of_due(MEMBERSHIP, probation, MAY)["due_n"].tolist() == [10] * 4
    assert outcomes_by_month(MEMBERSHIP, probation, MAY)["at_risk_n"].iloc[0] == 17


def test_an_outcome_that_another_organisation_reports_still_meets_its_admission():
    """After a merger or a move the outcome stands under the organisation where the member then is."""
    moved = make_table("probation", outcome("B", "2022-01-31", "official", "2023-01-31", 4))
    got = follow_cohorts(MEMBERSHIP, moved, until("2023-01-31"), "month")
    assert cells(got[got["cohort"] == "2022-Q1"], "state", "people_n")[0] == ("official", 4)


def test_without_the_table_probation_nobody_is_said_to_wait():
    nothing = empty_table("probation")
    nobody = members_to_follow(MEMBERSHIP, nothing)
    assert follow_cohorts(nobody, nothing, MAY, "month").empty
    assert outcomes_of_due(nobody, nothing, MAY).empty
    assert outcomes_by_month(nobody, nothing, MAY).empty
    assert leavers_in_all(outcomes_by_month(nobody, nothing, MAY)).empty
    assert overdue_probation(nobody, nothing, MAY, "month").empty
    register = make_table("organisations", body("A", "cell"))
    assert overdue_by_organisation(MEMBERSHIP, nothing, register, MAY).empty


def test_of_a_place_without_an_outcome_all_wait_where_the_dataset_has_outcomes_of_others():
    own = MEMBERSHIP[MEMBERSHIP["org_id"] == "B"]
    assert members_to_follow(own, PROBATION) is own
    nothing = empty_table("probation")
    due = outcomes_of_due(own, nothing, MAY)
    assert cells(due, "state", "people_n", "due_n")[-1] == ("waiting", 6, 6)
    register = make_table("organisations", body("B", "cell"))
    others = PROBATION[PROBATION["org_id"] == "A"]
    called = overdue_by_organisation(own, others, register, MAY)
    assert cells(called, "org_id", "overdue_n") == [("B", 6)]


def test_those_whose_probation_is_over_are_counted_by_what_became_of_them():
    """Of April 2022 the twelve full months are passed on 31/05/2023, of May 2023 they are not."""
    got = outcomes_of_due(MEMBERSHIP, PROBATION, MAY)
    assert cells(got, "state", "people_n", "due_n", "share_pct", "is_sensitive") == [
        ("official", 9, 15, 60.0, False),
        ("removed", 2, 15, 13.33, True),
        ("other", 1, 15, 6.67, False),
        ("waiting", 3, 15, 20.0, False),
    ]


@pytest.mark.parametrize(
    ("admitted", "day", "months_over"),
    [
        ("2022-05-31", "2023-05-31", None),  # twelve full months, and not a day more
        ("2022-05-31", "2023-06-30", 1),  # June has no 31st: its last day ends the month
        ("2022-05-31", "2023-07-31", 2),
        ("2023-02-28", "2024-02-29", None),
        ("2023-02-28", "2024-03-31", 1),
        ("2024-01-31", "2025-01-31", None),
        ("2024-01-31", "2025-02-14", 0),  # the twelve were over on 31 January; not one month more is whole
        ("2024-02-29", "2025-02-28", None),
        ("2023-12-31", "2025-02-14", 1),
        ("2022-06-30", "2023-12-31", 6),  # half-yearly rows
    ],
)
def test_overdue_begins_on_the_day_after_the_twelve_full_months(admitted, day, months_over):
    membership = make_table("membership", members("A", admitted, admitted_n=2))
    probation = make_table("probation", outcome("A", admitted, "official", day))
    got = overdue_probation(membership, probation, until(day), "month")
    assert cells(got, "people_n", "months_over_n") == ([] if months_over is None else [(1, months_over)])
    assert outcomes_of_due(membership, probation, until(day)).empty == (months_over is None)


def test_overdue_cohorts_name_the_longest_wait():
    membership = make_table(
        "membership",
        members("A", "2022-01-31", admitted_n=2),
        members("A", "2022-03-31", admitted_n=3),
        members("B", "2022-04-30", admitted_n=1),
    )
    probation = make_table("probation", outcome("B", "2022-04-30", "official", "2023-04-30"))
    got = overdue_probation(membership, probation, until("2023-06-30"), "month")
    assert cells(got) == [("2022-Q1", "2022-03-31", False, 5, 5)]


def test_the_call_list_names_each_organisation_once_with_the_longest_wait_first():
    membership = make_table(
        "membership",
        members("A", "2022-03-31", admitted_n=3),
        members("A", "2022-05-31", admitted_n=1),
        members("B", "2022-01-31", admitted_n=1),
        members("C", "2022-01-31", admitted_n=1),
        members("D", "2023-05-31", admitted_n=9),
    )
    probation = make_table(
        "probation",
        outcome("A", "2022-03-31", "official", "2023-04-30", 2),
        outcome("C", "2022-01-31", "removed", "2023-02-28"),
    )
    register = make_table(
        "organisations",
        body("A", "cell", valid_to="2022-12-31") | {"name": "Chi bộ cũ"},
        body("A", "cell", valid_from="2023-01-01") | {"name": "Chi bộ A"},
        body("A", "cell", valid_from="2023-07-01") | {"name": "Chi bộ sau"},
        body("B", "cell") | {"name": "Chi bộ B"},
    )
    got = overdue_by_organisation(membership, probation, register, until("2023-06-30"))
    assert cells(got, "org_id", "name", "overdue_n", "oldest_admitted_date", "months_over_n") == [
        ("B", "Chi bộ B", 1, "2022-01-31", 5),
        ("A", "Chi bộ A", 2, "2022-03-31", 3),
    ]
    assert got["ended_date"].isna().all()


def test_whom_another_organisation_took_over_is_called_there():
    """A was merged into B, B into C: who waits waits in C, and what A or C reported of them is known of A's."""
    membership = make_table(
        "membership",
        members("A", "2022-01-31", admitted_n=4),
        members("B", "2022-01-31", admitted_n=1),
        members("D", "2022-01-31", admitted_n=1),
    )
    probation = make_table(
        "probation",
        outcome("A", "2022-01-31", "removed", "2022-05-31"),
        outcome("C", "2022-01-31", "official", "2023-02-28", 2),
    )
    register = make_table(
        "organisations",
        body("A", "cell", valid_to="2022-06-30") | {"replaced_by": "B"},
        body("B", "cell", valid_to="2022-12-31") | {"replaced_by": "C"},
        body("C", "cell") | {"name": "Chi bộ C"},
        body("D", "cell", valid_to="2022-12-31") | {"name": "Chi bộ D"},
    )
    got = overdue_by_organisation(membership, probation, register, until("2023-06-30"))
    assert cells(got, "org_id", "name", "overdue_n", "ended_date") == [
        ("C", "Chi bộ C", 2, None),
        ("D", "Chi bộ D", 1, "2022-12-31"),
    ]


def test_before_the_term_nobody_is_overdue_and_no_organisation_known():
    membership = make_table("membership", members("A", "2020-09-30", admitted_n=1))
    probation = make_table("probation", outcome("A", "2020-09-30", "official", "2021-09-30"))
    register = make_table("organisations", body("A", "cell"))
    before = Window(date(2020, 8, 15), date(2020, 3, 31))
    got = overdue_by_organisation(membership, probation, register, before)
    assert got.empty
    assert list(got) == ["org_id", "name", "overdue_n", "oldest_admitted_date", "months_over_n", "ended_date"]


def test_on_its_last_day_an_organisation_still_stands_for_its_own():
    membership = make_table("membership", members("A", "2022-01-31", admitted_n=3))
    register = make_table(
        "organisations", body("A", "cell", valid_to="2023-06-30") | {"replaced_by": "B"}, body("B", "cell")
    )
    probation = make_table("probation", outcome("A", "2022-01-31", "official", "2023-02-28"))
    on_the_day, after = (
        overdue_by_organisation(membership, probation, register, until(day)) for day in ("2023-06-30", "2023-07-31")
    )
    assert (on_the_day["org_id"].tolist(), after["org_id"].tolist()) == (["A"], ["B"])


# A worked example with competing risks: times, and outcomes of which 0 is censored. Its cumulative incidence is that of
# R, cmprsk::cuminc(ftime, fstat), as printed in the tests of statsmodels.duration (test_survfunc.py, test_incidence).
FTIME = (1, 1, 2, 4, 4, 4, 6, 6, 7, 8, 9, 9, 9, 1, 2, 2, 4, 4)
FSTAT = (1, 1, 1, 2, 2, 2, 3, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0)
DATA_DATE = "2023-12-31"


def month_end(months_before: int) -> str:
    end = pd.Timestamp(DATA_DATE) - pd.DateOffset(months=months_before)
    return (end + pd.offsets.MonthEnd(0)).date().isoformat()


def tables_of(people: list[tuple[int, int]], first_month: int = 30) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return tables in which each (months, outcome) is one person; outcome 0 waits until the data date."""
    names = {1: "official", 2: "removed", 3: "other"}
    admitted = [month_end(months if what == 0 else first_month) for months, what in people]
    membership = make_table(
        "membership", *(members(f"P{place}", day, admitted_n=1) for place, day in enumerate(admitted))
    )
    probation = make_table(
        "probation",
        *(
            outcome(f"P{place}", admitted[place], names[what], month_end(first_month - months))
            for place, (months, what) in enumerate(people)
            if what
        ),
    )
    return membership, probation


def test_cumulative_incidence_agrees_with_the_published_example():
    """Cause 1 is official; causes 2 and 3 are removed and other: leaving is their sum."""
    got = outcomes_by_month(*tables_of(list(zip(FTIME, FSTAT, strict=True))), until(DATA_DATE))
    assert cells(got, "month", "at_risk_n", "official_n", "left_n", "official_total_n", "official_pct", "left_pct") == [
        (0, 18, 0, 0, 0, 0.0, 0.0),
        (1, 18, 2, 0, 2, 11.11, 0.0),
        (2, 15, 1, 0, 3, 17.04, 0.0),
        (3, 12, 0, 0, 3, 17.04, 0.0),
        (4, 12, 0, 3, 3, 17.04, 20.74),
        (5, 7, 0, 0, 3, 17.04, 20.74),
        (6, 7, 0, 2, 3, 17.04, 38.52),
        (7, 5, 0, 1, 3, 17.04, 47.41),
    ]
    # 0.20740741 + 0.17777778 = 0.38518519 and 0.20740741 + 0.26666667 = 0.47407407


def aalen_johansen(people: list[tuple[int, int]]) -> list[tuple[int, int, Fraction, Fraction]]:
    """Return month, people at risk and the two cumulative incidences in exact fractions, by the definition."""
    staying, official, left = Fraction(1), Fraction(0), Fraction(0)
    rows = []
    for month in range(max((months for months, what in people if what), default=-1) + 1):
        at_risk = sum(months >= month for months, _ in people)
        made = sum(months == month and what == 1 for months, what in people)
        gone = sum(months == month and what > 1 for months, what in people)
        official += staying * Fraction(made, at_risk)
        left += staying * Fraction(gone, at_risk)
        staying *= 1 - Fraction(made + gone, at_risk)
        assert official + left + staying == 1
        rows.append((month, at_risk, official, left))
    return rows


def half_up(share: Fraction) -> float:
    """Return a share in percent with two decimals, by whole numbers."""
    return (2 * share.numerator * 10_000 + share.denominator) // (2 * share.denominator) / 100


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 3)), min_size=1, max_size=40))
def test_cumulative_incidence_agrees_with_exact_fractions(people):
    """Months of 0, ties of outcomes with the censored, and one kind of outcome alone are among the examples."""
    got = outcomes_by_month(*tables_of(people), until(DATA_DATE))
    assert cells(got, "month", "at_risk_n", "official_pct", "left_pct") == [
        (month, at_risk, half_up(official), half_up(left)) for month, at_risk, official, left in aalen_johansen(people)
    ] or not any(what for _, what in people)
    assert got["official_n"].sum() == sum(what == 1 for _, what in people)
    assert got["left_n"].sum() == sum(what > 1 for _, what in people)


def test_a_month_of_admission_can_be_the_month_of_the_outcome():
    """Time 0: removed in the row of the admission, among 4."""
    got = outcomes_by_month(*tables_of([(0, 2), (0, 0), (12, 1), (12, 1)]), until(DATA_DATE))
    assert cells(got, "month", "at_risk_n", "official_pct", "left_pct")[0] == (0, 4, 0.0, 25.0)
    assert cells(got, "month", "at_risk_n", "official_pct", "left_pct")[-1] == (12, 2, 75.0, 25.0)


def test_those_still_waiting_are_not_taken_for_unrecognised():
    """Censoring: 1 of the 2 who were seen for twelve months was recognised, whoever else was admitted lately."""
    got = outcomes_by_month(*tables_of([(12, 1), (13, 0), *[(3, 0)] * 20]), until(DATA_DATE))
    assert cells(got, "month", "at_risk_n", "official_pct")[-1] == (12, 2, 50.0)


def test_people_of_a_row_weigh_as_many_as_they_are():
    membership = make_table("membership", members("A", "2022-12-31", admitted_n=300))
    probation = make_table(
        "probation",
        outcome("A", "2022-12-31", "official", "2023-12-31", 199),
        outcome("A", "2022-12-31", "removed", "2023-11-30", 1),
    )
    got = outcomes_by_month(membership, probation, until(DATA_DATE))
    assert cells(got, "at_risk_n", "official_n", "official_pct", "left_pct")[-1] == (299, 199, 66.33, 0.33)


def test_the_last_shorter_row_of_a_term_counts_as_its_month():
    membership = make_table("membership", members("A", "2024-01-31", admitted_n=1))
    probation = make_table("probation", outcome("A", "2024-01-31", "official", "2025-02-14"))
    got = outcomes_by_month(membership, probation, until("2025-02-14"))
    assert cells(got, "month", "official_pct")[-2:] == [(12, 0.0), (13, 100.0)]


def test_leavers_are_one_number():
    months = outcomes_by_month(*tables_of(list(zip(FTIME, FSTAT, strict=True))), until(DATA_DATE))
    assert cells(leavers_in_all(months)) == [(7, 6, 47.41, True)]


PEOPLE = st.lists(
    st.tuples(st.integers(0, 30), st.sampled_from(["official", "removed", "other", ""]), st.integers(0, 30)),
    max_size=25,
)


@given(PEOPLE, st.integers(0, 30), st.sampled_from(["month", "half"]))
def test_states_add_up_to_the_admissions_of_the_term(people, day, granularity):
    """Identity: over all cohorts, official + removed + other + waiting is what membership counts as admitted."""
    admitted = [month_end(months) for months, _, _ in people]
    membership = make_table(
        "membership", *(members(f"P{place}", end, admitted_n=1) for place, end in enumerate(admitted))
    )
    probation = make_table(
        "probation",
        outcome("X", "2019-12-31", "official", "2020-12-31"),
        *(
            outcome(f"P{place}", admitted[place], what, month_end(max(months - after, 0)))
            for place, (months, what, after) in enumerate(people)
            if what
        ),
    )
    covered = until(month_end(day))
    got = follow_cohorts(membership, probation, covered, granularity)
    inside = membership[membership["period_end"] <= pd.Timestamp(covered.end)]
    assert got["people_n"].sum() == inside["admitted_n"].sum()
    assert (got.groupby("cohort")["people_n"].sum() == got.groupby("cohort")["admitted_n"].first()).all()
    assert (got["people_n"] >= 0).all()
    due = outcomes_of_due(membership, probation, covered)
    overdue = overdue_probation(membership, probation, covered, granularity)
    waiting = due.loc[due["state"] == "waiting", "people_n"].sum()
    register = make_table("organisations", body("P0", "cell"))
    called = overdue_by_organisation(membership, probation, register, covered)
    assert waiting == overdue["people_n"].sum() == called["overdue_n"].sum()
