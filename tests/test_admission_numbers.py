"""The key numbers of the admissions report: which they are, in which words, and what a public page leaves out."""

from __future__ import annotations

from typing import Any

import pandas as pd
from frames import frame, make_context
from test_figures_projection import NO_TARGET, pace_row, pace_rows
from test_figures_rates import RATES, hide

from analysis.figures.admission_numbers import key_numbers
from analysis.figures.block import KeyNumber

VI, EN = make_context(), make_context("en")
PACE = pace_rows(pace_row("term"), pace_row("year"))
COMPARED = frame(["period", "change_n", "index_pct"], ("2022-H1", None, None), ("2023-H1", 20, 120.0))
UNREVISED = pd.DataFrame({"period": [], "measure": []})


def numbers(
    pace: pd.DataFrame = PACE,
    compared: pd.DataFrame = COMPARED,
    rates: pd.DataFrame = RATES,
    context: Any = VI,
    revisions: pd.DataFrame = UNREVISED,
) -> tuple[KeyNumber, ...]:
    return key_numbers(pace, compared, rates, "term_start", revisions, context).numbers


def written(*found: KeyNumber) -> list[tuple[str, ...]]:
    return [(n.label, n.value, n.unit, n.detail, n.change) for n in found]


def test_a_year_stands_first_then_the_term_what_is_needed_and_the_rate():
    assert written(*numbers()) == [
        (
            "Kết nạp trong năm 2023",
            "120",
            "đảng viên",
            "đạt 36,36% chỉ tiêu cả năm (330)",
            "+20 so với kỳ so sánh (chỉ số 120,00)",
        ),
        ("Kết nạp từ đầu nhiệm kỳ", "1.000", "đảng viên", "đạt 66,67% chỉ tiêu Đại hội (1.500)", ""),
        (
            "Còn phải kết nạp theo chỉ tiêu năm 2023",
            "210",
            "đảng viên",
            "bình quân 34,74 một tháng đến 31/12/2023; đến nay là 20,18",
            "",
        ),
        ("Tỷ lệ kết nạp năm 2022", "6,40%", "", "trên số đảng viên đầu nhiệm kỳ; mục tiêu cả năm 3–4,5%", ""),
    ]
    assert [n.attained_pct for n in numbers()] == [36.36, 66.67, None, None]


def test_the_number_of_the_period_says_where_it_was_revised_and_no_other():
    revisions = pd.DataFrame({"period": ["2023-H1"], "measure": ["admitted"]})
    units = [n.unit for n in numbers(revisions=revisions, context=EN)]
    assert units == ["members (revised)", "members", "members", ""]
    assert numbers(revisions=revisions.assign(period="2022-H1")) == numbers()


def test_a_period_of_the_term_leads_with_the_term():
    asked = PACE.assign(is_asked=[True, False])
    first, second, needed, _ = numbers(asked, context=EN)
    assert written(first, second) == [
        (
            "Admitted since the Congress",
            "1,000",
            "members",
            "66.67% of the Congress target (1,500)",
            "+20 on the period compared (index 120.00)",
        ),
        ("Admitted in 2023", "120", "members", "36.36% of the target of the full year (330)", ""),
    ]
    assert needed.label == "Still to admit for the Congress target"


def test_where_the_asked_target_is_reached_the_other_is_what_is_needed():
    reached = pace_rows(pace_row("term"), pace_row("year", needed_n=0, needed_monthly_n=0))
    assert numbers(reached)[2].label == "Còn phải kết nạp theo chỉ tiêu Đại hội"
    both = pace_rows(pace_row("term", needed_n=0), pace_row("year", needed_n=0))
    assert [n.label for n in numbers(both)] == [
        "Kết nạp trong năm 2023",
        "Kết nạp từ đầu nhiệm kỳ",
        "Tỷ lệ kết nạp năm 2022",
    ]


def test_without_a_target_there_is_no_bar_and_it_is_said():
    term = numbers(pace_rows(pace_row("term", **NO_TARGET), pace_row("year")))[1]
    assert (term.detail, term.attained_pct) == ("phạm vi này không có chỉ tiêu nhiệm kỳ", None)


def test_a_hidden_number_reads_hidden_and_nothing_is_needed():
    gone = {
        "admitted_n": pd.NA,
        "attainment_pct": pd.NA,
        "needed_n": pd.NA,
        "needed_monthly_n": pd.NA,
        "is_hidden": True,
    }
    rows = pace_rows(pace_row("term", needed_n=0), pace_row("year", **gone))
    found = numbers(rows, COMPARED.assign(change_n=pd.NA, index_pct=pd.NA), hide(RATES, 2020, 2022, 2023))
    assert written(*found) == [
        ("Kết nạp trong năm 2023", "ẩn", "", "không công bố", ""),
        ("Kết nạp từ đầu nhiệm kỳ", "1.000", "đảng viên", "đạt 66,67% chỉ tiêu Đại hội (1.500)", ""),
    ]


def test_a_change_without_an_index_is_told_alone():
    alone = COMPARED.assign(index_pct=pd.NA)
    assert numbers(compared=alone)[0].change == "+20 so với kỳ so sánh"
    assert numbers(compared=alone.assign(change_n=[pd.NA, 0]).astype({"change_n": "Int64"}))[0].change == (
        "không đổi so với kỳ so sánh"
    )


def test_a_part_of_a_year_is_not_judged_by_the_goal_of_a_year():
    part = numbers(rates=RATES[RATES["is_part"]])[3]
    assert written(part) == [
        ("Tỷ lệ kết nạp năm 2023 (01/01–30/06)", "2,20%", "", "trên số đảng viên đầu nhiệm kỳ", "")
    ]


def test_of_a_part_of_the_khoi_the_national_goal_is_no_measure(sample_report):
    sector = sample_report(sector="service_unit").context
    assert numbers(context=sector)[3].detail == "trên số đảng viên đầu nhiệm kỳ"
