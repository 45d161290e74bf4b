"""What changed: pairs agree with the tables they come from, chance is left out, and nothing hidden is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
import yaml
from conftest import open_sample
from frames import ROOT, aim, body, cells, grade, make_context, make_table, members
from hypothesis import given
from hypothesis import strategies as st

from analysis.disclosure import Thresholds, suppress_pairs
from analysis.figures.changes import grades_changed, what_changed
from analysis.measures import changes
from analysis.measures.admissions import admissions_by_sector
from analysis.measures.changes import COLUMNS, NEVER_STATED, Sides, largest_changes
from analysis.measures.membership import DECREASES, INCREASES, bridge_membership
from analysis.periods import Window
from analysis.tables.codes import LEVELS

YEAR = Sides(Window(date(2023, 1, 1), date(2023, 12, 31)), Window(date(2022, 1, 1), date(2022, 12, 31)))
# The later period goes on from where the earlier one ended.
LONGER = Sides(Window(date(2022, 1, 1), date(2023, 12, 31)), Window(date(2022, 1, 1), date(2022, 12, 31)))
INSIDE = Sides(Window(date(2022, 6, 1), date(2022, 9, 30)), Window(date(2022, 1, 1), date(2022, 12, 31)))
NOTHING = Sides(YEAR.now, Window(date(2022, 1, 1), date(2021, 12, 31)))
LIMITS = Thresholds(5, 10)
STATED = {
    "sector": ["state_agency"],
    "age": ["18-30"],
    "occupation": ["student"],
    "kind": ["party_committee", "cell"],
    "sector_organisations": ["non_state"],
    "band": ["under_30"],
    "flow": [line for line in (*INCREASES, *DECREASES) if line not in NEVER_STATED],
    "member_grade": list(LEVELS),
    "organisation_grade": list(LEVELS),
}
PERIODS = [yaml.safe_load(path.read_text(encoding="utf-8"))["period"] for path in (ROOT / "params").glob("*.yaml")]


def tables(before: dict[str, int], now: dict[str, int]) -> dict[str, pd.DataFrame]:
    """Return tables of one organisation for each sector code, with so many admitted in either year."""
    codes = list(before)
    rows = [
        members(f"{code}{n}", day, admitted_n=counts[code] if n == 0 else 0, opening_n=20, closing_n=20)
        for counts, day in ((before, "2022-12-31"), (now, "2023-12-31"))
        for code in codes
        for n in range(3)
    ]
    register = [body(f"{code}{n}", "cell", code) for code in codes for n in range(3)]
    return {
        "membership": make_table("membership", *rows),
        "organisations": make_table("organisations", *register),
        "classification": make_table("classification"),
        "targets": make_table("targets"),
    }


def sectors(before: dict[str, int], now: dict[str, int], sides: Sides = YEAR) -> pd.DataFrame:
    pairs = changes.overview_changes(tables(before, now), sides, ())
    return pairs[pairs["part"] == "sector"].reset_index(drop=True)


def test_a_change_beyond_chance_is_stated_and_a_smaller_one_is_not():
    """60 to 100: 20 over the even 80, which is 3.2 deviations; 60 to 80 is 1.7."""
    pairs = sectors({"4": 60, "5": 60}, {"4": 100, "5": 80})
    assert cells(largest_changes(pairs), "item", "now_n", "before_n", "surplus") == [("party_mass", 100, 60, 20.0)]


def test_the_rule_of_chance_is_exactly_2_58_deviations():
    """Of 400 in all, 200 are expected with a deviation of 10: 225 is 2.5 of them, 226 is 2.6."""
    assert sectors({"4": 175}, {"4": 225})["is_beyond_chance"].tolist() == [False]
    assert sectors({"4": 174}, {"4": 226})["is_beyond_chance"].tolist() == [True]


def test_few_expected_say_nothing_however_uneven():
    assert sectors({"4": 0}, {"4": 19})["is_beyond_chance"].tolist() == [False]
    assert sectors({"4": 0}, {"4": 20})["is_beyond_chance"].tolist() == [True]


def test_where_a_period_goes_on_its_added_days_are_set_against_the_days_before():
    """100 in the first year and 160 in both: 60 were added where 80 of 160 were even."""
    pairs = sectors({"4": 100}, {"4": 60}, LONGER)
    assert cells(pairs, "now_n", "before_n", "between_n", "surplus", "is_beyond_chance") == [
        (160, 100, 60, -20.0, True)
    ]
    assert "(100); nhịp độ chậm hơn thời gian trước." in what_changed(pairs, make_context()).text()


def test_one_period_inside_another_is_not_tested():
    pairs = sectors({"4": 100}, {"4": 60}, INSIDE)
    assert not pairs["is_beyond_chance"].any()


def test_the_largest_three_come_first_by_size():
    pairs = sectors(
        {"4": 100, "5": 100, "6a": 100, "9a1": 100, "7": 100}, {"4": 160, "5": 30, "6a": 180, "9a1": 150, "7": 99}
    )
    assert cells(largest_changes(pairs), "item", "now_n") == [
        ("service_unit", 180),
        ("state_agency", 30),
        ("party_mass", 160),
    ]


def test_a_register_changes_by_decision_never_by_chance():
    register = make_table("organisations", body("a", "cell"), body("b", "cell", valid_from="2023-02-01"))
    rows = [members(org, day, closing_n=9) for day in ("2022-12-31", "2023-12-31") for org in "ab"]
    pairs = changes.structure_changes({"organisations": register, "membership": make_table("membership", *rows)}, YEAR)
    assert cells(pairs[pairs["part"] == "kind"], "item", "now_n", "before_n", "is_beyond_chance") == [
        ("party_committee", 0, 0, False),
        ("cell", 2, 1, True),
    ]


def test_grades_are_not_compared_across_the_change_of_rules():
    rows = [grade("a", year, "good", 50) for year in (2021, 2022, 2023)]
    graded = {"classification": make_table("classification", *rows), "targets": make_table("targets", aim(90))}
    across = grades_changed(changes.grade_changes(graded, [2021, 2022, 2023]), make_context())
    assert across.sentences == ("Xếp loại năm 2023 không so sánh với năm 2022, vì quy định xếp loại đã đổi.",)
    before = grades_changed(changes.grade_changes(graded, [2021, 2022]), make_context("en"))
    assert before.sentences[0] == (
        "In 2022, 100.00% of members were graded good or better, the same as in 2021 (100.00%)."
    )
    alone = grades_changed(changes.grade_changes(graded, [2021]), make_context("en"))
    assert alone.sentences == ("Comparison: — (there are no two years of grades to compare)",)


def test_a_level_is_compared_by_its_share_of_those_rated():
    rows = [grade("a", 2021, "good", 500), grade("a", 2021, "completed", 100)]
    rows += [grade("a", 2022, "good", 550), grade("a", 2022, "completed", 50)]
    graded = {"classification": make_table("classification", *rows), "targets": make_table("targets")}
    largest = largest_changes(changes.grade_changes(graded, [2021, 2022]))
    assert cells(largest, "part", "item", "now_pct", "before_pct") == [("member_grade", "completed", 8.33, 16.67)]


def test_organisations_graded_good_or_better_have_a_sentence_beside_that_of_members():
    rows = [grade("a", year, "good", 50) for year in (2021, 2022)]
    for org, year, level in (("a", 2021, "good"), ("b", 2021, "completed"), ("a", 2022, "good"), ("b", 2022, "good")):
        rows.append({**grade(org, year, level, 1, subject="organisation"), "org_kind": "cell"})
    graded = {"classification": make_table("classification", *rows), "targets": make_table("targets")}
    said = grades_changed(changes.grade_changes(graded, [2021, 2022]), make_context()).sentences
    assert said[:2] == (
        "Năm 2022, tỷ lệ đảng viên hoàn thành tốt nhiệm vụ trở lên là 100,00%, không đổi so với năm 2021 (100,00%).",
        "Năm 2022, tỷ lệ tổ chức cơ sở đảng hoàn thành tốt nhiệm vụ trở lên là 100,00%, "
        "tăng 50,00 điểm % so với năm 2021 (50,00%).",
    )


@pytest.mark.parametrize("code", ["vi", "en"])
def test_every_change_that_may_be_stated_has_its_words(code):
    """A register, a line of form 1, a level: what no example of this file comes to, a year of real data may."""
    context = make_context(code)
    for part, items in STATED.items():
        for item in items:
            row = {"part": part, "item": item, "now_n": 3, "before_n": 7, "now_pct": 3.0, "before_pct": 7.0}
            pairs = pd.DataFrame([{**row, "surplus": -4.0, "is_beyond_chance": True}]).reindex(columns=list(COLUMNS))
            (said,) = grades_changed(pairs, context).sentences
            assert said.endswith(("(7).", "(7,00%).", "(7.00%).")), said


def test_without_a_period_to_compare_there_is_the_reason_alone():
    pairs = changes.overview_changes(tables({"4": 1}, {"4": 1}), NOTHING, ())
    assert pairs.empty
    assert list(pairs.columns) == list(COLUMNS)
    context = replace(make_context(), compared_with="So sánh: — (vì thế)")
    assert what_changed(pairs, context).sentences == ("So sánh: — (vì thế)",)


def test_what_does_not_change_says_so_in_both_languages():
    pairs = changes.overview_changes(tables({"4": 60}, {"4": 60}), YEAR, ())
    assert what_changed(pairs, make_context("en")).sentences == (
        "So với: 6 tháng đầu năm 2022",
        "The number of members admitted is 60, unchanged on the period compared.",
        "The number of grassroots organisations is 3, unchanged on the period compared.",
        "The number of members is 60, unchanged on the period compared.",
        "None of the other numbers changed by more than chance explains.",
    )


def test_headline_numbers_are_told_against_the_compared_period():
    pairs = changes.overview_changes(tables({"4": 60, "5": 40}, {"4": 61, "5": 42}), YEAR, ())
    assert what_changed(pairs, make_context()).sentences[:2] == (
        "So với: 6 tháng đầu năm 2022",
        "Số đảng viên kết nạp là 103, tăng 3 so với kỳ so sánh (100).",
    )


def test_a_hidden_headline_is_not_said():
    pairs = changes.overview_changes(tables({"4": 3}, {"4": 60}), YEAR, ())
    hidden = pairs.assign(now_n=pairs["now_n"].mask(pairs["part"] == "admitted"))
    assert [line[:7] for line in what_changed(hidden, make_context()).sentences[1:3]] == ["Số tổ c", "Số đảng"]


def test_tables_are_left_as_they_were():
    given_tables = tables({"4": 60}, {"4": 100})
    copies = {name: frame.copy(deep=True) for name, frame in given_tables.items()}
    changes.overview_changes(given_tables, YEAR, ())
    for name, frame in copies.items():
        pd.testing.assert_frame_equal(given_tables[name], frame)


def test_few_people_between_two_periods_are_never_said():
    """940 and 943 are both shown on their own pages; that three came between is a small count."""
    pairs = suppress_pairs(sectors({"4": 940, "5": 700}, {"4": 3, "5": 300}, LONGER), LIMITS)
    assert pairs["is_hidden"].tolist() == [True, True]
    shown = suppress_pairs(sectors({"4": 940, "5": 700}, {"4": 30, "5": 300}, LONGER), LIMITS)
    assert shown["is_hidden"].tolist() == [False, False]


counts = st.lists(st.integers(0, 30), min_size=2, max_size=6)


@given(counts, st.data(), st.sampled_from([YEAR, LONGER]))
def test_no_pair_that_may_be_said_is_a_small_count(before: list[int], data: st.DataObject, sides: Sides):
    now = data.draw(st.lists(st.integers(0, 30), min_size=len(before), max_size=len(before)))
    codes = ["4", "5", "6a", "9a1", "9b1", "7"][: len(before)]
    pairs = suppress_pairs(
        sectors(dict(zip(codes, before, strict=True)), dict(zip(codes, now, strict=True)), sides), LIMITS
    )
    shown = pairs[~pairs["is_hidden"]]
    for column in ("now_n", "before_n", "between_n"):
        assert not shown[column].dropna().between(1, 4).any()
    assert pairs.loc[pairs["is_hidden"], ["now_n", "before_n", "between_n", "surplus"]].isna().all(axis=None)
    # Nobody works one hidden cell out of the total and the others.
    assert pairs["is_hidden"].sum() != 1 or pairs["before_n"].fillna(0).eq(0).all()


@pytest.mark.parametrize("period", sorted(PERIODS))
@pytest.mark.parametrize("audience", ["public", "internal"])
def test_every_change_that_is_stated_agrees_with_the_tables(
    period: str, audience: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(ROOT)
    report = open_sample(period=period, audience=audience)
    pairs = changes.overview_changes(
        report.tables("membership", "organisations", "classification", "targets"), report.sides, report.graded_years
    )
    said = largest_changes(report.suppress_pairs(pairs))
    for row in said[said["part"] == "sector"].itertuples():
        now, before = (sector_table(report, side).loc[row.item, "admitted_n"] for side in vars(report.sides).values())
        assert (now, before) == (row.now_n, row.before_n)
    for row in said[said["part"] == "flow"].itertuples():
        now, before = (flow_table(report, side).loc[row.item, "people_n"] for side in vars(report.sides).values())
        assert (abs(now), abs(before)) == (row.now_n, row.before_n)
        assert audience == "internal" or row.item not in ("expelled_n", "removed_n", "resigned_n")


def sector_table(report, window: Window) -> pd.DataFrame:
    """Return admissions by sector as the page of that period shows them."""
    rows = admissions_by_sector(report.table("membership"), report.table("organisations"), window)
    return report.suppress(rows, "admitted_n").set_index("sector_group")


def flow_table(report, window: Window) -> pd.DataFrame:
    return report.suppress(bridge_membership(report.table("membership"), window), "people_n").set_index("line")


def test_the_check_above_has_something_to_check(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(ROOT)
    report = open_sample(period="2022")
    pairs = changes.overview_changes(
        report.tables("membership", "organisations", "classification", "targets"), report.sides, report.graded_years
    )
    assert cells(largest_changes(report.suppress_pairs(pairs)), "part", "item", "now_n", "before_n") == [
        ("sector", "state_capital", 109, 60),
        ("sector", "non_state", 78, 37),
    ]
