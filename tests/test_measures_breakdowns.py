"""Who was admitted: partitions sum to the total, overlapping lines stand each by itself (B.18 to B.20, F.7)."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from conftest import open_sample
from frames import HALF_YEAR, ROOT, body, cells, make_table, members
from hypothesis import given
from hypothesis import strategies as st

from analysis.disclosure import Thresholds, suppress_small
from analysis.measures.breakdowns import (
    SHOWN_PARTITIONS,
    TABLES,
    Returns,
    measure_overlaps,
    measure_partition,
    measure_partitions,
)
from analysis.params import SECTOR_GROUPS
from analysis.tables.codes import OVERLAPS, PARTITIONS

JUNE, MAY, JULY = "2023-06-30", "2023-05-31", "2023-07-31"
LIMITS = Thresholds(ordinary=5, sensitive=10)
BODIES = ("A", "B", "C", "D")


def admitted(org_id: str, dimension: str, category: str, admitted_n: int, period_end: str = JUNE) -> dict[str, Any]:
    row = {"org_id": org_id, "period_end": period_end, "dimension": dimension, "category": category}
    return row | {"admitted_n": admitted_n}


def counted(org_id: str, dimension: str, category: str, members_n: int, period_end: str = JUNE) -> dict[str, Any]:
    row = {"org_id": org_id, "period_end": period_end, "dimension": dimension, "category": category}
    return row | {"members_n": members_n}


def returns(
    membership: list[dict[str, Any]],
    admissions: list[dict[str, Any]],
    composition: list[dict[str, Any]] | None = None,
    *,
    place: tuple[str, ...] = (),
    bodies: tuple[dict[str, Any], ...] = tuple(body(name, "cell") for name in BODIES),
) -> Returns:
    whole = {
        "membership": make_table("membership", *membership),
        "organisations": make_table("organisations", *bodies),
        "admissions": make_table("admissions", *admissions),
        "composition": make_table("composition", *(composition or [])),
    }
    scoped = {name: rows[rows["org_id"].isin(place)] if place else rows for name, rows in whole.items()}
    return Returns(scoped, whole)


def categories(rows: pd.DataFrame, population: str, *columns: str) -> dict[str, Any]:
    """Return what stands in the columns by category, without the categories of nobody."""
    chosen = rows[(rows["population"] == population) & (rows["people_n"] != 0)]
    found = cells(chosen, "category", *columns)
    return {name: values[0] if len(columns) == 1 else tuple(values) for name, *values in found}


TWO = [members("A", JUNE, admitted_n=6, closing_n=60), members("B", MAY, admitted_n=2, closing_n=40)]
TWO_AGES = [admitted("A", "age", "31-35", 4), admitted("A", "age", "18-30", 2), admitted("B", "age", "18-30", 2, MAY)]


def test_a_partition_has_every_category_in_the_order_of_the_list():
    got = measure_partition(returns(TWO, TWO_AGES), "age", HALF_YEAR)
    assert got["category"].tolist() == list(PARTITIONS["age"])
    assert cells(got.head(3), "category", "people_n", "share_pct", "organisations_n") == [
        ("18-30", 4, 50.0, 2),
        ("31-35", 4, 50.0, 1),
        ("36-40", 0, 0.0, 0),
    ]


def test_only_the_days_of_the_window_count():
    """Rule E.2: what was admitted before or after belongs to another period."""
    late = [*TWO, members("A", JULY, admitted_n=9), members("A", "2022-12-31", admitted_n=9)]
    ages = [*TWO_AGES, admitted("A", "age", "18-30", 9, JULY), admitted("A", "age", "18-30", 9, "2022-12-31")]
    got = measure_partition(returns(late, ages), "age", HALF_YEAR)
    assert categories(got, "admitted", "people_n") == {"18-30": 4, "31-35": 4}


def test_who_is_in_no_category_is_not_stated_so_that_partitions_sum_to_the_total():
    """Rule K18: the headline is membership.admitted_n."""
    got = measure_partition(returns(TWO, TWO_AGES[:1]), "age", HALF_YEAR)
    assert cells(got.tail(1), "category", "people_n", "share_pct", "organisations_n") == [("not_stated", 4, 50.0, 2)]
    assert categories(got, "admitted", "people_n") == {"31-35": 4, "not_stated": 4}


def test_all_members_stand_beside_with_their_shares_of_the_last_count():
    """The count of 31 December 2022 is the last one up to the data date; that of July comes after it."""
    stock = [
        counted("A", "age", "18-30", 30, "2022-12-31"),
        counted("B", "age", "over_60", 10, "2022-12-31"),
        counted("A", "age", "18-30", 99, "2021-12-31"),
        counted("A", "age", "18-30", 99, JULY),
    ]
    got = measure_partition(returns(TWO, TWO_AGES, stock), "age", HALF_YEAR)
    assert categories(got, "members", "people_n", "share_pct", "composition_date") == {
        "18-30": (30, 75.0, "2022-12-31"),
        "over_60": (10, 25.0, "2022-12-31"),
    }
    assert set(got[got["population"] == "admitted"]["composition_date"].isna()) == {True}


def test_lower_bodies_and_the_khoi_are_never_added_to_grassroots_organisations():
    """Rule C.7: the sub-cell is counted in its grassroots organisation, and the Khối holds all."""
    bodies = (body("A", "party_committee"), body("A1", "subordinate_cell"), body("K", "bloc", None))
    stock = [counted(name, "age", "18-30", n) for name, n in (("A", 50), ("A1", 20), ("K", 50))]
    got = measure_partition(returns(TWO, TWO_AGES, stock, bodies=bodies), "age", HALF_YEAR)
    assert categories(got, "members", "people_n", "organisations_n") == {"18-30": (50, 1)}


def test_a_count_of_the_khoi_as_a_whole_stands_in_where_no_organisation_has_one():
    bodies = (body("A", "party_committee"), body("K", "bloc", None))
    stock = [counted("K", "age", "18-30", 50), counted("K", "religion", "yes", 20)]
    given_ = returns(TWO, [*TWO_AGES, admitted("A", "religion", "yes", 1)], stock, bodies=bodies)
    got = measure_partition(given_, "age", HALF_YEAR)
    assert categories(got, "members", "people_n", "organisations_n") == {"18-30": (50, None)}
    lines = measure_overlaps(given_, HALF_YEAR)
    lines = lines[lines["population"] == "members"]
    assert cells(lines, "part", "people_n", "organisations_n") == [("yes", 20, None), ("rest", 30, None)]
    shown = suppress_small(lines, "people_n", LIMITS, within=["population", "line"])
    assert shown["is_hidden"].tolist() == [False, False]  # nobody is counted by single organisation


def test_a_place_that_had_nobody_on_the_last_count_has_no_composition():
    """The whole Khối was counted in May: what A returned two years before is not its composition then."""
    stock = [counted("A", "age", "18-30", 30, "2021-12-31"), counted("B", "age", "18-30", 10, MAY)]
    got = measure_partition(returns(TWO, TWO_AGES, stock, place=("A",)), "age", HALF_YEAR)
    assert set(got["population"]) == {"admitted"}


def test_a_dataset_without_a_table_has_no_rows_of_that_population():
    stock = [counted("A", "age", "18-30", 30)]
    neither = measure_partition(returns(TWO, []), "age", HALF_YEAR)
    assert cells(neither) == []
    assert set(measure_partition(returns(TWO, [], stock), "age", HALF_YEAR)["population"]) == {"members"}
    assert cells(measure_overlaps(returns(TWO, []), HALF_YEAR)) == []
    assert neither.dtypes.astype(str).to_dict()["people_n"] == "Int64"


def test_a_report_shows_four_partitions_and_women_among_the_lines():
    rows = [*TWO_AGES, admitted("A", "education", "upper_secondary", 8), admitted("A", "sex", "female", 8)]
    got = measure_partitions(returns(TWO, rows), HALF_YEAR)
    assert list(dict.fromkeys(got["dimension"])) == ["age", "education"]
    assert set(SHOWN_PARTITIONS) == set(PARTITIONS) - {"sex"}


LINES = [admitted("A", "female", "yes", 4), admitted("B", "female", "yes", 2, MAY), admitted("A", "religion", "yes", 1)]


def test_each_line_stands_beside_its_own_complement_and_no_other():
    """Rule B.19: shares are of all admitted, and the lines do not sum to anything."""
    got = measure_overlaps(returns(TWO, LINES), HALF_YEAR)
    assert cells(
        got, "population", "line", "part", "people_n", "total_n", "share_pct", "organisations_n", "is_sensitive"
    ) == [
        ("admitted", "female", "yes", 6, 8, 75.0, 2, False),
        ("admitted", "female", "rest", 2, 8, 25.0, 1, False),
        ("admitted", "religion", "yes", 1, 8, 12.5, 1, True),
        ("admitted", "religion", "rest", 7, 8, 87.5, 2, True),
    ]


def test_a_line_that_is_collected_elsewhere_is_0_here_and_one_that_never_is_has_no_row():
    """In a table by category, no row means 0; a line that nobody returns was not asked for."""
    got = measure_overlaps(returns(TWO, LINES, place=("B",)), HALF_YEAR)
    assert cells(got, "line", "part", "people_n", "total_n") == [
        ("female", "yes", 2, 2),
        ("female", "rest", 0, 2),
        ("religion", "yes", 0, 2),
        ("religion", "rest", 2, 2),
    ]


def test_lines_of_all_members_are_shares_of_all_who_were_counted_that_day():
    stock = [
        counted("A", "sex", "female", 30, MAY),
        counted("A", "sex", "male", 20, MAY),
        counted("A", "female", "yes", 30, MAY),
        counted("B", "sex", "male", 10, MAY),
        counted("A", "religion", "yes", 5, "2022-12-31"),
        counted("A", "sex", "male", 40, "2022-12-31"),
    ]
    got = measure_overlaps(returns(TWO, LINES, stock), HALF_YEAR)
    got = got[(got["population"] == "members") & (got["part"] == "yes")]
    assert cells(got, "line", "people_n", "total_n", "share_pct", "composition_date") == [
        ("female", 30, 60, 50.0, MAY),
        ("religion", 5, 40, 12.5, "2022-12-31"),
    ]


def test_lines_of_members_without_a_partition_are_shares_of_the_list_of_that_day():
    stock = [counted("A", "religion", "yes", 6)]
    got = measure_overlaps(returns(TWO, LINES, stock), HALF_YEAR)
    got = got[got["population"] == "members"]
    assert cells(got, "part", "people_n", "total_n", "share_pct") == [("yes", 6, 60, 10.0), ("rest", 54, 60, 90.0)]


def test_nobody_admitted_leaves_shares_undefined():
    none = returns([members("A", JUNE)], [*TWO_AGES[:1], *LINES[:1]], place=("C",))
    assert set(measure_partition(none, "age", HALF_YEAR)["share_pct"].isna()) == {True}
    assert cells(measure_overlaps(none, HALF_YEAR), "line", "part", "people_n", "share_pct") == [
        ("female", "yes", 0, None),
        ("female", "rest", 0, None),
    ]


@st.composite
def breakdowns(draw: st.DrawFn) -> tuple[Returns, int]:
    """Return one half-year in which each person admitted has an age, some an occupation, and lines that overlap."""
    people = draw(
        st.lists(
            st.tuples(
                st.sampled_from(BODIES),
                st.sampled_from(PARTITIONS["age"]),
                st.sampled_from((*PARTITIONS["occupation"], None)),
                st.sets(st.sampled_from(OVERLAPS)),
            ),
            max_size=40,
        )
    )
    rows: dict[tuple[str, str, str], int] = {}
    for name, age, occupation, lines in people:
        for dimension, category in [("age", age), ("occupation", occupation), *((line, "yes") for line in lines)]:
            if category is not None:
                rows[name, dimension, category] = rows.get((name, dimension, category), 0) + 1
    heads = [members(name, JUNE, admitted_n=sum(person[0] == name for person in people)) for name in BODIES]
    return returns(heads, [admitted(*key, count) for key, count in rows.items()]), len(people)


@given(breakdowns())
def test_every_partition_sums_to_all_who_were_admitted(drawn):
    given_, total = drawn
    got = measure_partitions(given_, HALF_YEAR)
    for _, rows in got.groupby("dimension"):
        assert rows["people_n"].sum() == total
        assert total == 0 or abs(rows["share_pct"].sum() - 100) <= 0.005 * len(rows)


@given(breakdowns())
def test_a_line_and_its_complement_are_all_who_were_admitted(drawn):
    given_, total = drawn
    got = measure_overlaps(given_, HALF_YEAR)
    assert (got.groupby("line")["people_n"].sum() == total).all()
    assert (got["total_n"] == total).all()
    assert (got["people_n"] >= 0).all()


@given(breakdowns())
def test_no_small_line_is_shown_nor_can_be_worked_out_from_all_admitted(drawn):
    """Rules F.7, F.8: a line is the total less its complement, so both are hidden or both are large enough."""
    given_, total = drawn
    got = suppress_small(
        measure_overlaps(given_, HALF_YEAR),
        "people_n",
        LIMITS,
        within=["population", "line"],
        derived=["share_pct", "total_n"],
    )
    assert (got.groupby("line")["is_hidden"].nunique() == 1).all()
    limits = got["is_sensitive"].map({True: 10, False: 5})
    assert not ((got["people_n"] > 0) & (got["people_n"] < limits)).any()
    assert got.loc[got["is_hidden"], ["people_n", "share_pct", "total_n"]].isna().all(axis=None)
    assert total >= 5 or not (got["people_n"] > 0).any()  # a hidden headline does not stand here as a total


@given(breakdowns())
def test_the_sexes_and_the_line_of_women_hide_the_same_number(drawn):
    given_, _ = drawn
    lines = measure_overlaps(given_, HALF_YEAR)
    women = lines[lines["line"] == "female"].assign(is_sensitive=False)
    sexes = women.assign(part=women["part"].map({"yes": "female", "rest": "male"}))
    as_line = suppress_small(women, "people_n", LIMITS, within=["population", "line"])
    as_partition = suppress_small(sexes, "people_n", LIMITS, within=["population"])
    assert as_line["is_hidden"].tolist() == as_partition["is_hidden"].tolist()


@pytest.mark.parametrize("sector", ["", *SECTOR_GROUPS])
@pytest.mark.parametrize("period", ["2021-Q1", "2022-H1", "term:2023-06-02", "2024"])
def test_no_public_breakdown_of_the_sample_shows_few_people_or_one_organisation(monkeypatch, sector, period):
    """Rules F.6, F.7: of people fewer than 5 (ethnicity and religion: 10), of organisations fewer than 3."""
    monkeypatch.chdir(ROOT)
    report = open_sample("breakdowns", period=period, sector=sector)
    who = Returns(report.tables(*TABLES), report.whole_tables("admissions", "composition"))
    partitions = measure_partitions(who, report.window)
    overlaps = measure_overlaps(who, report.window)
    assert len(partitions)
    assert len(overlaps)
    for measured, within in ((partitions, ["dimension", "population"]), (overlaps, ["population", "line"])):
        got = report.suppress(measured, "people_n", within=within, derived=["share_pct"])
        sensitive = got["is_sensitive"] if "is_sensitive" in got else pd.Series(False, index=got.index)
        shown = got["people_n"] > 0
        assert not (shown & (got["people_n"] < sensitive.map({True: 10, False: 5}))).any()
        assert not (shown & (measured["organisations_n"] < 3)).any()
        lone = got.groupby(within)["is_hidden"].sum() == 1
        assert not lone.any()
        assert got.loc[got["is_hidden"], "share_pct"].isna().all()
