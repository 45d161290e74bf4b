"""Printed figures against each other: the shipped ones as checked by hand, and each kind of finding by itself."""

from __future__ import annotations

import csv
from decimal import Decimal

import pandas as pd
import pytest
from frames import ROOT
from hypothesis import given
from hypothesis import strategies as st

from analysis.language import load_language
from analysis.measures.readings import check_readings
from analysis.measures.reconcile import check_printed, differences_first
from analysis.tables.published import FIGURES_FILE, read_figures
from analysis.tables.published_codes import BASE_OF, COUNT_OF, CUMULATIVE, MEASURES, SUMS, WITHIN
from analysis.tables.schema import FIGURES
from analysis.wording import check_sentence

# Every check of the shipped figures, worked out by hand from the printed characters (column by_hand): the two quotients
# by which a printed percentage bounds its total, rounded half up and cut off; the sum; the pair.
HAND_CHECKED = ROOT / "tests/fixtures/printed_checks.csv"


def figure(figure_id: str, measure: str, printed: str, value: float, /, **cells: object) -> dict[str, object]:
    """Return a row of the figures: an exact count of a year, printed in Vietnamese, unless cells say otherwise."""
    return {
        **dict.fromkeys(FIGURES.columns),
        "figure_id": figure_id,
        "body": "Đảng bộ huyện A",
        "level": "district",
        "measure": measure,
        "value": value,
        "value_bound": "exact",
        "value_basis": "printed",
        "value_as_printed": printed,
        "printed_language": "vi",
        "unit": MEASURES[measure][0],
        "period_kind": "year",
        "period_start": "2022-01-01",
        "period_end": "2022-12-31",
        "date_basis": "printed",
        "url": "https://example.org/a",
        "confidence": "high",
        **cells,
    }


def table(*rows: dict[str, object]) -> pd.DataFrame:
    types = {name: str(column.dtype) for name, column in FIGURES.columns.items()}
    return pd.DataFrame(list(rows), columns=list(FIGURES.columns)).astype(types)


def verdicts(*rows: dict[str, object], check: str = "") -> list[tuple[str, str, tuple[str, ...]]]:
    found = check_printed(table(*rows))
    return [(r.check, r.verdict, r.rows) for r in found.itertuples() if check in ("", r.check)]


def target(figure_id: str, printed: str, value: float, **cells: object) -> dict[str, object]:
    return figure(figure_id, "admissions_target", printed, value, **{"period_kind": "annual_target", **cells})


def test_every_check_of_the_shipped_figures_comes_out_as_by_hand():
    with HAND_CHECKED.open(encoding="utf-8", newline="") as file:
        expected = [
            (row["check"], row["verdict"], row["implied_low_n"], row["implied_high_n"], row["rows"])
            for row in csv.DictReader(file)
        ]
    checks = check_printed(read_figures(ROOT / FIGURES_FILE))
    low, high = (checks[name].astype("str").fillna("") for name in ("implied_low_n", "implied_high_n"))
    found = list(zip(checks["check"], checks["verdict"], low, high, checks["rows"].str.join(" "), strict=True))
    assert sorted(found) == sorted(expected)
    assert len(expected) == 41


@pytest.mark.parametrize(
    ("count", "printed", "value", "total", "verdict"),
    [
        (2, "66,67%", 66.67, 3, "half_up"),
        (2, "66,66%", 66.66, 3, "truncated"),
        (1, "33,33%", 33.33, 3, "both"),
        (2, "66,60%", 66.60, 3, "neither"),
        # Two decimals are printed, the second of them 0: 98.4 is not 98.43.
        (63, "98,40%", 98.40, 64, "neither"),
        (63, "98,4%", 98.4, 64, "both"),
    ],
)
def test_a_percentage_is_compared_with_the_printed_target_at_its_printed_precision(
    count, printed, value, total, verdict
):
    rows = (
        figure("n", "admissions", str(count), count),
        figure("p", "admissions_pct_of_target", printed, value),
        target("t", str(total), total),
    )
    assert verdicts(*rows) == [("percentage", verdict, ("n", "p", "t"))]


@given(st.integers(1, 3000), st.integers(1, 3000), st.integers(0, 2), st.booleans())
def test_a_percentage_that_was_rounded_either_way_is_never_called_wrong(count, total, decimals, is_cut_off):
    scale = 10**decimals
    digits = 100 * count * scale // total if is_cut_off else (200 * count * scale + total) // (2 * total)
    printed = Decimal(digits).scaleb(-decimals)
    rows = (
        figure("n", "admissions", str(count), count),
        figure("p", "admissions_pct_of_target", f"{printed}%".replace(".", ","), float(printed)),
        target("t", str(total), total),
    )
    check = check_printed(table(*rows)).iloc[0]
    assert check["verdict"] in ("both", "truncated" if is_cut_off else "half_up")
    assert check["implied_low_n"] <= total
    assert pd.isna(check["implied_high_n"]) or total <= check["implied_high_n"]


def test_without_a_printed_target_the_verdict_says_whether_any_whole_number_fits():
    rows = (figure("n", "admissions", "3", 3), figure("p", "admissions_pct_of_target", "71%", 71))
    check = check_printed(table(*rows)).iloc[0]
    assert (check["verdict"], check["implied_n"]) == ("neither", 0)
    assert pd.isna(check["implied_low_n"]) and pd.isna(check["target_n"])


def test_a_derived_target_that_stands_nowhere_confirms_nothing():
    derived = target("t", "", 3, value_basis="derived", value_as_printed=None, printed_language=None)
    rows = (
        figure("n", "admissions", "2", 2),
        figure("p", "admissions_pct_of_target", "66,67%", 66.67),
        derived,
    )
    assert verdicts(*rows) == [("percentage", "half_up", ("n", "p"))]


@pytest.mark.parametrize(
    ("cells", "is_paired"),
    [
        ({"period_end": "2022-12-31"}, True),
        ({"period_end": "2022"}, True),
        ({"period_kind": "year"}, True),
        ({"period_end": "2023-12-31"}, False),
        ({"period_kind": "term_target", "period_start": "2015", "period_end": "2020"}, False),
        ({"body": "Đảng bộ huyện B"}, False),
        ({"province": "Tỉnh khác"}, False),
        ({"body": "\u00d0ảng bộ huyện A"}, True),
    ],
)
def test_a_target_is_paired_by_body_and_by_the_year_that_holds_the_period(cells, is_paired):
    half_year = {"period_kind": "h1", "period_end": "2022-06-30"}
    rows = (
        figure("n", "admissions", "2", 2, **half_year),
        figure("p", "admissions_pct_of_target", "66,67%", 66.67, **half_year),
        target("t", "3", 3, **cells),
    )
    assert verdicts(*rows)[0][2] == (("n", "p", "t") if is_paired else ("n", "p"))


def test_a_term_target_is_paired_with_what_counts_from_the_congress():
    term = {"period_kind": "term_to_date", "period_start": "2020", "period_end": "2023-09-19"}
    rows = (
        figure("n", "admissions", "3.105", 3105, **term),
        figure("p", "admissions_pct_of_target", "64,29%", 64.29, **term),
        target("t", "4.830", 4830, period_kind="term_target", period_start="2020", period_end="2025"),
        target("old", "4.829", 4829, period_kind="term_target", period_start="2015", period_end="2020"),
        target("older", "4.829", 4829, period_kind="term_target", period_start=None, period_end="2030"),
        target("year", "4.829", 4829, period_kind="annual_target", period_end="2023-12-31"),
    )
    assert verdicts(*rows) == [("percentage", "half_up", ("n", "p", "t"))]
    assert verdicts(*rows[:2], *rows[3:]) == [("percentage", "both", ("n", "p"))]


@pytest.mark.parametrize(("printed", "value", "rows"), [("2%", 2, ("n", "p", "t")), ("20%", 20, ("n", "p"))])
def test_a_year_is_set_against_a_term_target_only_where_that_fits(printed, value, rows):
    """20 % of a year's plan says nothing of the term's target; 2 % may be what was admitted of it."""
    figures = (
        figure("n", "admissions", "20", 20),
        figure("p", "admissions_pct_of_target", printed, value),
        target("t", "1.000", 1000, period_kind="term_target", period_start="2020", period_end="2025"),
    )
    assert verdicts(*figures) == [("percentage", "both", rows)]


def test_of_two_targets_the_one_that_fits_was_meant():
    rows = (
        figure("n", "admissions", "2", 2),
        figure("p", "admissions_pct_of_target", "66,67%", 66.67),
        target("first", "4", 4),
        target("second", "3", 3, url="https://example.org/b"),
    )
    assert verdicts(*rows, check="percentage") == [("percentage", "half_up", ("n", "p", "second"))]


def test_of_two_counts_the_one_of_the_same_source_is_taken():
    other = {"url": "https://example.org/b"}
    rows = (
        figure("other", "admissions", "5", 5, **other),
        figure("n", "admissions", "2", 2),
        figure("p", "admissions_pct_of_target", "66,67%", 66.67),
    )
    assert verdicts(*rows, check="percentage") == [("percentage", "half_up", ("n", "p"))]


@pytest.mark.parametrize(
    ("bound", "printed", "value", "low", "high"),
    [("at_least", "trên 111%", 111, 1, 90), ("at_most", "dưới 50%", 50, 200, None), ("about", "gần 50%", 50, 200, 250)],
)
def test_a_bounded_percentage_leaves_the_total_open_where_the_bound_does(bound, printed, value, low, high):
    rows = (
        figure("n", "admissions", "100", 100),
        figure("p", "admissions_pct_of_target", printed, value, value_bound=bound),
    )
    check = check_printed(table(*rows)).iloc[0]
    assert (check["verdict"], check["implied_low_n"]) == ("both", low)
    assert (None if pd.isna(check["implied_high_n"]) else check["implied_high_n"]) == high


@pytest.mark.parametrize(
    ("total", "parts", "verdict"),
    [
        (78, {"party_committees": 40, "cells": 38}, "agrees"),
        (78, {"party_committees": 40, "cells": 37}, "differs"),
        (78, {"party_committees": 40}, "agrees"),
        (78, {"party_committees": 79}, "differs"),
        # Cells under a committee are no grassroots organisations.
        (78, {"party_committees": 40, "cells": 38, "subordinate_cells": 500}, "agrees"),
    ],
)
def test_parts_make_up_a_total_and_missing_parts_may_only_leave_room(total, parts, verdict):
    stock = {"period_kind": "stock", "period_start": None}
    rows = [figure("total", "orgs_total", str(total), total, **stock)]
    rows += [figure(name, name, str(value), value, **stock) for name, value in parts.items()]
    used = [name for name in parts if name != "subordinate_cells"]
    assert verdicts(*rows) == [("sum", verdict, ("total", *used))]


def test_graded_organisations_are_added_up_once_by_the_division_that_is_printed_most_fully():
    levels = {"org_class_good_or_better": 79, "org_class_excellent": 16, "org_class_completed": 5}
    rows = [figure("rated", "orgs_rated", "85", 85)]
    rows += [figure(name, name, str(value), value, unit="organisations") for name, value in levels.items()]
    rows += [figure("none", "org_class_not_completed", "1", 1, unit="organisations")]
    assert verdicts(*rows) == [
        ("sum", "agrees", ("rated", "org_class_good_or_better", "org_class_completed", "none")),
        ("sum", "agrees", ("org_class_good_or_better", "org_class_excellent")),
    ]


@pytest.mark.parametrize(
    ("good_or_better", "completed", "verdict"),
    [
        (91.2, 8.8, "agrees"),
        (91.1, 8.8, "agrees"),
        (91.2, 8.9, "agrees"),
        (91.2, 9.0, "differs"),
        (91.2, 8.5, "differs"),
    ],
)
def test_shares_of_all_levels_make_up_100_as_far_as_they_are_rounded(good_or_better, completed, verdict):
    levels = dict.fromkeys(("org_class_good_or_better", "org_class_completed", "org_class_not_completed"), 0)
    levels |= {"org_class_good_or_better": good_or_better, "org_class_completed": completed}
    rows = [
        figure(name, name, f"{value:.1f}%".replace(".", ","), value, unit="percent") for name, value in levels.items()
    ]
    assert verdicts(*rows) == [("sum", verdict, tuple(levels))]
    assert verdicts(*rows[:2]) == []
    sentence = check_sentence(check_printed(table(*rows)).iloc[0], load_language("en"))
    assert sentence.startswith(f"{' + '.join('“' + row['value_as_printed'] + '”' for row in rows)}: ")
    assert ("not 100%" in sentence) is (verdict == "differs")


def test_a_good_that_includes_excellent_is_good_or_better_whatever_it_is_called():
    rows = (
        figure("good", "org_class_good", "79", 79, unit="organisations", is_cumulative="true"),
        figure("excellent", "org_class_excellent", "16", 16, unit="organisations"),
        figure("completed", "org_class_completed", "6", 6, unit="organisations"),
        figure("none", "org_class_not_completed", "0", 0, unit="organisations"),
        figure("rated", "orgs_rated", "85", 85),
    )
    assert verdicts(*rows) == [
        ("sum", "agrees", ("good", "excellent")),
        ("sum", "agrees", ("rated", "good", "completed", "none")),
    ]


def test_overlapping_lines_each_lie_within_their_total_and_are_never_added_up():
    rows = (
        figure("all", "admissions", "100", 100),
        figure("women", "admissions_female", "60", 60),
        figure("youth", "admissions_youth_union", "101", 101),
    )
    assert verdicts(*rows) == [("sum", "agrees", ("all", "women")), ("sum", "differs", ("all", "youth"))]


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        (("q1", "2022-03-31", 50), ("h1", "2022-06-30", 49), "differs"),
        (("q1", "2022-03-31", 50), ("h1", "2022-06-30", 50), "agrees"),
        (("9m", "2022-09-30", 51), ("year", "2022-12-31", 50), "differs"),
        (("month", "2022-03-31", 51), ("q1", "2022-03-31", 50), "differs"),
        (("month", "2022-05", 51), ("q1", "2022-03-31", 50), None),
        (("q1", "2022-03-31", 50), ("h1", "2023-06-30", 49), None),
        # Of this year-to-date figure only the year is known: it may be the earlier one.
        (("month", "2022-05-31", 50), ("year", "2022", 49), None),
        # A month, and a day in it: which came first is not known.
        (("year", "2022-05", 50), ("year", "2022-05-20", 49), None),
        (("q1", "2022-03-31", 50), ("year", "2022", 49), None),
    ],
)
def test_a_running_total_of_a_year_does_not_fall(first, second, verdict):
    rows = [
        figure(name, "admissions", str(value), value, period_kind=kind, period_end=end)
        for name, (kind, end, value) in {"first": first, "second": second}.items()
    ]
    expected = [("cumulative", verdict, ("first", "second"))] if verdict else []
    assert verdicts(*rows) == verdicts(*rows[::-1]) == expected


@pytest.mark.parametrize(("start", "verdict"), [("2020", ["differs"]), (None, []), ("2015", [])])
def test_a_running_total_of_a_term_does_not_fall_where_it_is_known_to_be_of_one_term(start, verdict):
    rows = [
        figure(name, "admissions", str(value), value, period_kind="term_to_date", period_start=since, period_end=end)
        for name, value, since, end in (("first", 50, start, "2021-06-30"), ("second", 49, start and "2020", "2023-06"))
    ]
    assert [found for _, found, _ in verdicts(*rows)] == verdict


def test_a_sum_takes_the_parts_of_its_own_source():
    stock = {"period_kind": "stock", "period_start": None}
    rows = (
        figure("cells", "cells", "38", 38, **stock),
        figure("total", "orgs_total", "78", 78, **stock),
        figure("committees", "party_committees", "40", 40, **stock),
        figure("other", "cells", "37", 37, **{**stock, "url": "https://example.org/b"}),
    )
    assert verdicts(*rows, check="sum") == [("sum", "agrees", ("total", "committees", "cells"))]


def test_only_neighbours_are_compared_and_a_fall_is_found_where_it_is():
    ends = {"q1": ("2022-03-31", 10), "h1": ("2022-06-30", 30), "9m": ("2022-09-30", 20), "year": ("2022-12-31", 40)}
    rows = [
        figure(kind, "admissions", str(value), value, period_kind=kind, period_end=end)
        for kind, (end, value) in ends.items()
    ]
    assert [(verdict, rows) for _, verdict, rows in verdicts(*rows)] == [
        ("agrees", ("q1", "h1")),
        ("differs", ("h1", "9m")),
        ("agrees", ("9m", "year")),
    ]


@pytest.mark.parametrize(
    ("other", "verdict"),
    [
        ({"value_as_printed": "5.550", "value": 5550}, "differs"),
        ({"value_as_printed": "hơn 5.500", "value": 5500, "value_bound": "at_least"}, "agrees"),
        ({"value_as_printed": "hơn 5.600", "value": 5600, "value_bound": "at_least"}, "differs"),
        ({"value_as_printed": "gần 5.600", "value": 5600, "value_bound": "about"}, "agrees"),
        ({"value_as_printed": "gần 5.500", "value": 5500, "value_bound": "about"}, "differs"),
        ({"value_as_printed": "5,5 nghìn", "value": 5500}, "agrees"),
        ({"value_as_printed": "5.000 - 6.000", "value": 5000, "value_high": 6000, "value_bound": "range"}, "agrees"),
        ({"value_as_printed": "5.550", "value": 5550, "period_end": "2022-12"}, "differs"),
        ({"value_as_printed": "5.550", "value": 5550, "period_end": "2022"}, None),
        ({"value_as_printed": "5.550", "value": 5550, "period_end": "2022-12-30"}, None),
    ],
)
def test_one_fact_printed_twice_agrees_where_both_prints_can_mean_one_value(other, verdict):
    stock = {"period_kind": "stock", "period_start": None}
    rows = (
        figure("one", "members_total", "5.549", 5549, **stock),
        figure("two", "members_total", "", 0, **{**stock, "url": "https://example.org/b", **other}),
    )
    assert verdicts(*rows) == ([("duplicate", verdict, ("one", "two"))] if verdict else [])


def test_no_argument_is_changed_and_no_figures_make_no_checks():
    figures = read_figures(ROOT / FIGURES_FILE)
    before = figures.copy(deep=True)
    check_printed(figures)
    check_readings(figures)
    pd.testing.assert_frame_equal(figures, before)
    none = check_printed(figures.iloc[:0])
    assert len(none) == 0
    assert list(none.columns) == list(check_printed(figures).columns)


def test_bodies_of_the_same_name_in_other_provinces_are_other_bodies():
    figures = read_figures(ROOT / FIGURES_FILE)
    copies = [figures.assign(figure_id=figures["figure_id"] + str(n), province=f"Tỉnh {n}") for n in range(5)]
    assert len(check_printed(pd.concat(copies, ignore_index=True))) == 5 * 41


@pytest.mark.parametrize(
    ("change", "reading", "said"),
    [
        ({"value": 63}, "differs", ""),
        ({"value_as_printed": "khoảng 62", "value": 62}, "bound_differs", ""),
        ({"value_as_printed": "62 hoặc hơn"}, "unreadable", "'hoặc hơn' after the number is not known"),
        ({"value_as_printed": None, "printed_language": None}, "not_printed", ""),
        ({"value_as_printed": "62/85"}, "agrees", ""),
        ({"value_as_printed": "60/85"}, "differs", ""),
        ({"value_as_printed": "+38 vs 100"}, "agrees", ""),
        ({"value_as_printed": "+37 vs 100"}, "differs", ""),
    ],
)
def test_a_record_that_says_another_number_than_its_print_is_named(change, reading, said):
    row = check_readings(table(figure("n", "admissions", "62", 62, **change))).iloc[0]
    assert row["reading"] == reading
    assert said in row["reason"]


@pytest.mark.parametrize(("count", "reading"), [(139, "agrees"), (138, "differs")])
def test_a_target_of_which_the_excess_is_printed_follows_from_the_count_of_the_same_source(count, reading):
    rows = (figure("n", "admissions", str(count), count), target("t", "vượt chỉ tiêu 9", 130, value_basis="derived"))
    assert list(check_readings(table(*rows))["reading"]) == ["agrees", reading]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_finding_has_its_sentence(language):
    figures = read_figures(ROOT / FIGURES_FILE)
    words = load_language(language)
    sentences = [check_sentence(row, words) for row in check_printed(figures).to_dict("records")]
    assert all(sentence.endswith(".") and "{" not in sentence and "None" not in sentence for sentence in sentences)


def test_sentences_say_what_was_found():
    english = load_language("en")
    checks = check_printed(read_figures(ROOT / FIGURES_FILE))
    by_rows = {row["rows"]: check_sentence(row, english) for row in checks.to_dict("records")}
    assert by_rows[("6ae8c7d58c", "0204848e5b")] == (
        "940, with no total printed. Printed “62,67%”: right if rounded half up, not if cut off. "
        "The only total that fits is 1,500."
    )
    assert by_rows[("2d7e8f8e18", "04e38386a6", "6a41e79df5")] == (
        "5,097 of a printed 4,500 to 5,000. Printed “120%”: right neither rounded half up nor cut off. "
        "Totals that fit: 4,213 to 4,265 (53 whole numbers)."
    )
    assert by_rows[("907ebf6656", "39dd06c34e", "3985c5f3fc")].startswith("3,105 of 4,830 is 64.2857%.")
    assert by_rows[("a66866242c", "f7fc37409d", "a4528f5996")] == "40 + 38 = 78."


@pytest.mark.parametrize(
    ("count", "vietnamese", "english"),
    [
        (44, "“44” (tháng 03/2020) nằm trong “162” (quý I, đến 31/03/2020).",
         "“44” (March 2020 alone) lies within “162” (first quarter, to 31 March 2020)."),
        (163, "“163” (tháng 03/2020) lớn hơn “162” (quý I, đến 31/03/2020), dù tháng nằm trong kỳ đó.",
         "“163” (March 2020 alone) is more than “162” (first quarter, to 31 March 2020), "
         "although the month lies within that period."),
    ],
)  # fmt: skip
def test_a_month_is_named_beside_the_period_that_holds_it(count, vietnamese, english):
    """Both end on one day, and only one of them runs from 1 January."""
    month = figure("m", "admissions", str(count), count, period_kind="month", period_end="2020-03-31")
    quarter = figure("q", "admissions", "162", 162, period_kind="q1", period_end="2020-03-31")
    (row,) = check_printed(table(month, quarter)).to_dict("records")
    assert check_sentence(row, load_language("vi")) == vietnamese
    assert check_sentence(row, load_language("en")) == english


def test_differences_come_first():
    ordered = differences_first(check_printed(read_figures(ROOT / FIGURES_FILE)))
    assert list(ordered["verdict"])[:2] == ["neither", "half_up"]
    assert len(ordered) == 41


def test_the_code_lists_of_the_checks_name_measures_only():
    named = {*BASE_OF, *BASE_OF.values(), *COUNT_OF, *COUNT_OF.values(), *CUMULATIVE, *SUMS, *WITHIN}
    named |= {part for divisions in SUMS.values() for parts in divisions for part in parts}
    named |= {part for parts in WITHIN.values() for part in parts}
    assert named - set(MEASURES) == set()
    assert {*read_figures(ROOT / FIGURES_FILE)["measure"]} <= set(MEASURES)


@pytest.mark.parametrize(
    ("start", "end", "is_paired"),
    [
        ("2020", "2020-12-31", True),
        (None, "2020-12-31", True),
        (None, "2019-12-31", False),
        ("2020", "2025-01-31", True),
    ],
)
def test_a_term_target_holds_from_the_year_of_its_congress_to_its_last(start, end, is_paired):
    term = {"period_kind": "term_to_date", "period_start": end[:4], "period_end": end}
    rows = (
        figure("n", "admissions", "2", 2, **term),
        figure("p", "admissions_pct_of_target", "20%", 20, **term),
        target("t", "10", 10, period_kind="term_target", period_start=start, period_end="2025"),
    )
    assert [rows for _, _, rows in verdicts(*rows)] == [("n", "p", "t") if is_paired else ("n", "p")]


@pytest.mark.parametrize(("kind", "day"), [("q1", "2022-03-31"), ("h1", "2022-06-30"), ("9m", "2022-09-30")])
@pytest.mark.parametrize("digits", [4, 7, 10])
def test_a_kind_of_period_tells_its_last_day_where_the_date_does_not(kind, day, digits):
    rows = (
        figure("n", "admissions", "2", 2, period_kind=kind, period_end=day),
        figure("p", "admissions_pct_of_target", "20%", 20, period_kind=kind, period_end=day[:digits]),
        figure("m", "admissions", "3", 3, period_kind=kind, period_end=day[:digits], url="https://example.org/b"),
        figure("late", "admissions", "1", 1, period_kind=kind, period_end="2022-10"),
    )
    found = verdicts(*rows)
    # Of two counts the one of the same source is about the percentage.
    assert ("percentage", "both", ("n", "p")) in found
    assert ("duplicate", "differs", ("n", "m")) in found
    assert not any("late" in ids for check, _, ids in found if check == "duplicate")


def test_three_prints_of_one_fact_agree_only_where_all_do():
    stock = {"period_kind": "stock", "period_start": None}
    prints = {"one": 5, "two": 5, "three": 6}
    rows = [figure(name, "members_total", str(n), n, **stock) for name, n in prints.items()]
    assert verdicts(*rows) == [("duplicate", "differs", ("one", "two", "three"))]


def test_a_running_total_is_compared_with_the_later_print_of_its_own_source():
    rows = (
        figure("first", "admissions", "50", 50, period_kind="q1", period_end="2022-03-31"),
        figure("other", "admissions", "40", 40, url="https://example.org/b"),
        figure("later", "admissions", "60", 60),
    )
    assert verdicts(*rows, check="cumulative") == [("cumulative", "agrees", ("first", "later"))]


def test_good_or_better_that_excludes_the_excellent_is_good_whatever_it_is_called():
    rows = (
        figure("good", "org_class_good_or_better", "63", 63, unit="organisations", is_cumulative="false"),
        figure("excellent", "org_class_excellent", "16", 16, unit="organisations"),
        figure("completed", "org_class_completed", "6", 6, unit="organisations"),
        figure("none", "org_class_not_completed", "0", 0, unit="organisations"),
        figure("rated", "orgs_rated", "85", 85),
    )
    assert verdicts(*rows) == [("sum", "agrees", ("rated", "excellent", "good", "completed", "none"))]


def test_only_an_exact_count_is_an_exact_percentage_of_its_target():
    rows = (figure("p", "admissions_pct_of_target", "50%", 50), target("t", "10", 10))
    for bound, printed, exact in (("exact", "5", 50.0), ("at_least", "hơn 5", None)):
        count = figure("n", "admissions", printed, 5, value_bound=bound)
        found = check_printed(table(count, *rows)).iloc[0]["exact_pct"]
        assert (None if pd.isna(found) else found) == exact


def test_the_excess_over_a_target_follows_from_admissions_only():
    rows = (figure("n", "members_total", "139", 139), target("t", "vượt chỉ tiêu 9", 130, value_basis="derived"))
    assert list(check_readings(table(*rows))["reading"]) == ["agrees", "differs"]
