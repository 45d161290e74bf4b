"""Figures on printed numbers: the finding, the rows plotted, hollow bars, headings, limits, sources, and what is not
drawn."""

from __future__ import annotations

import inspect
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest
from frames import frame, make_context
from printed_figures import ORGANISATIONS, PEOPLE, STOCK, printed, synthetic_figures

from analysis.figures import article, downloads, published, published_levels, reconciliation, sources
from analysis.figures.block import Absent, Block, Findings
from analysis.figures.context import Context
from analysis.figures.figure import Figure
from analysis.figures.live import live_spec
from analysis.figures.printed import MOST_BARS
from analysis.figures.theme import ACCENT, TARGET
from analysis.language import load_language
from analysis.measures.printed_levels import good_or_better, level_distribution
from analysis.measures.printed_rates import admissions_per_100_members, members_per_organisation
from analysis.measures.printed_shares import SHARE_KINDS, shares_of_target
from analysis.measures.reconcile import check_printed
from analysis.measures.sources import count_printed, list_sources, publishers
from analysis.tables.published_codes import MEASURES
from analysis.tables.schema import FIGURES

VI, EN = make_context("vi", notes=()), make_context("en", notes=())
SOURCE = {
    "url": "https://example.org/x",
    "publisher": "Báo X",
    "published_on": "2022-07",
    "date_basis": "derived_from_text",
    "confidence": "medium",
}
HALF = {"period_kind": "h1", "period_end": "2022-06-30", **SOURCE}
SHARES = printed(
    {**HALF, "value": 50.98, "value_as_printed": "50,98%"},
    {**HALF, "value": 17.33, "value_as_printed": "17,33%", "body": "Đảng bộ Y"},
    {**HALF, "value": 105.0, "value_as_printed": "hơn 105%", "value_bound": "at_least", "body": "Đảng bộ Z"},
    {"period_kind": "9m", "period_end": "2021-09-30", "value": 69.0, "value_as_printed": "69%"},
)
COUNTS = {**STOCK, "period_end": "2022-06-30", **SOURCE}
DENSITY = printed(
    *(
        {**COUNTS, "body": body, "level": level, "value": value, "value_bound": bound, "measure": "members_total"}
        for body, level, value, bound in (
            ("Đảng bộ X", "province", 5549.0, "exact"),
            ("Đảng bộ Y", "bloc", 4700.0, "at_least"),
            ("Đảng bộ Z", "bloc", 3000.0, "exact"),
        )
    ),
    *(
        {**COUNTS, "body": body, "level": level, "value": value, "measure": "orgs_total", **ORGANISATIONS}
        for body, level, value in (
            ("Đảng bộ X", "province", 78.0),
            ("Đảng bộ Y", "bloc", 66.0),
            ("Đảng bộ Z", "bloc", 50.0),
        )
    ),
)
BETTER = {"measure": "org_class_good_or_better", "is_cumulative": "true", **SOURCE}
GRADES = printed(
    {**BETTER, "value": 92.94, "value_as_printed": "92,94%"},
    {**BETTER, "value": 97.4, "value_as_printed": "97,4%", "body": "Đảng bộ Y"},
    {**BETTER, "value": 16.0, "body": "Đảng bộ Z", "period_end": "2024-12-31", **ORGANISATIONS},
    {**BETTER, "value": 3.0, "body": "Đảng bộ Z", "period_end": "2024-12-31", **ORGANISATIONS,
     "measure": "org_class_excellent"},
    {**BETTER, "value": 16.0, "body": "Đảng bộ Z", "period_end": "2024-12-31", **ORGANISATIONS,
     "measure": "orgs_rated"},
    {**BETTER, "value": 71.0, "body": "Đảng bộ W", **ORGANISATIONS},
    {**BETTER, "value": 14.0, "body": "Đảng bộ W", **ORGANISATIONS, "measure": "org_class_excellent"},
    {**BETTER, "value": 4.0, "body": "Đảng bộ W", **ORGANISATIONS, "measure": "org_class_completed"},
    {**BETTER, "value": 75.0, "body": "Đảng bộ W", **ORGANISATIONS, "measure": "orgs_rated"},
)  # fmt: skip
CHECKED = printed(
    {"measure": "admissions", "value": 940.0, "value_as_printed": "940", "printed_language": "vi", **PEOPLE, **SOURCE},
    {"value": 62.67, "value_as_printed": "62,67%", "printed_language": "vi", **SOURCE},
    {"measure": "admissions", "value": 5097.0, "value_as_printed": "5097", "printed_language": "vi", **PEOPLE, **SOURCE,
     "body": "Đảng bộ Y"},
    {"value": 120.0, "value_as_printed": "120%", "printed_language": "vi", **SOURCE, "body": "Đảng bộ Y",
     "url": "https://example.org/y"},
    {"measure": "admissions_target", "value": 4500.0, "value_as_printed": "4.500", "printed_language": "vi", **PEOPLE,
     **SOURCE, "body": "Đảng bộ Y", "period_kind": "annual_target"},
)  # fmt: skip
NUMBERS = frame(
    ["measure", "unit", "value_basis", "printed_value", "dataset_value", "is_equal", "data_date"],
    ("admissions", "people", "printed", 940.0, 940.0, True, "2023-05-31"),
    ("admissions_pct_of_target", "percent", "printed", 62.67, 62.67, True, "2023-05-31"),
)
TYPES = frame(["type", "organisations_n"], ("agencies", 33), ("service_units", 17), ("enterprises", 26))


def drawn(block: Block) -> Figure:
    assert isinstance(block, Figure), block
    return block


def plotted(figure: Figure, *fields: str) -> list[tuple[Any, ...]]:
    """Return what the chart plots, in its order, from the data that hold all of these fields."""
    spec = figure.spec()
    assert spec is not None
    return [
        tuple(row[field].replace("\n", " ") if isinstance(row[field], str) else row[field] for field in fields)
        for rows in spec["datasets"].values()
        for row in rows
        if set(fields) <= set(row)
    ]


def layers(figure: Figure, kind: str) -> list[dict[str, Any]]:
    spec = figure.spec()
    assert spec is not None
    return [layer for layer in spec["layer"] if layer["mark"]["type"] == kind]


def column(figure: Figure, name: str) -> list[Any]:
    place = [column.name for column in figure.table.columns].index(name)
    return [row[place] for row in figure.table.rows]


def share_figure(kind: str = "h1", context: Context = VI, figures: pd.DataFrame = SHARES) -> Figure:
    return drawn(published.share_of_target(shares_of_target(figures), kind, context))


def density_figure(context: Context = VI) -> Figure:
    return drawn(published.members_per_organisation(members_per_organisation(DENSITY), context))


def better_figure(context: Context = VI, figures: pd.DataFrame = GRADES) -> Figure:
    return drawn(published_levels.good_or_better(good_or_better(figures, "organisation"), "organisation", context))


def checks_figure(context: Context = VI) -> Figure:
    return drawn(reconciliation.reconciliation(check_printed(CHECKED), context))


def sources_figure(figures: pd.DataFrame = CHECKED, context: Context = VI) -> Figure:
    listed = list_sources(figures)
    return drawn(sources.sources(listed, publishers(listed), context))


def article_figure(numbers: pd.DataFrame = NUMBERS, context: Context = VI) -> Figure:
    return drawn(article.article_beside_dataset(numbers, TYPES, context))


def test_every_figure_function_of_these_modules_is_tested_here():
    found = {
        name
        for module in (article, downloads, published, published_levels, reconciliation, sources)
        for name, thing in vars(module).items()
        if inspect.isfunction(thing) and thing.__module__ == module.__name__ and not name.startswith("_")
    }
    assert found == {
        "share_of_target",
        "shares_alone",
        "key_numbers",
        "admissions_per_100_members",
        "members_per_organisation",
        "good_or_better",
        "level_distribution",
        "reconciliation",
        "differences",
        "article_beside_dataset",
        "sources",
        "figures_file",
    }


# Shares of a target


def test_shares_say_how_many_are_ahead_of_the_time_that_had_passed():
    assert share_figure().finding == (
        "6 tháng đầu năm 2022: 2 trên 3 đảng bộ đạt tỷ lệ so với chỉ tiêu kết nạp năm bằng hoặc "
        "cao hơn phần thời gian đã qua"
    )
    assert share_figure(context=EN).finding == (
        "First half of 2022: 2 of 3 bodies had reached at least as much of the year's admission target as of the time "
        "that had passed"
    )


def test_the_years_of_shares_are_named_from_the_first_to_the_last():
    rows = printed({"value": 120.0}, {"value": 99.0, "body": "Đảng bộ Y", "period_end": "2020-12-31"})
    assert share_figure("year", figures=rows).finding.startswith("Kết thúc các năm 2020–2022: 1 trên 2 đảng bộ")


def test_a_share_that_its_own_counts_refute_is_hollow_and_said_to_be_so():
    rows = pd.concat([CHECKED, printed({"value": 99.0, "body": "Đảng bộ W", "figure_id": "w"})])
    figure = share_figure("year", figures=rows)
    assert plotted(figure, "body_shown", "is_exact") == [
        ("Đảng bộ Y", False),
        ("Đảng bộ W", True),
        ("Đảng bộ X", True),
    ]
    assert figure.finding == (
        "Kết thúc năm 2022: 1 trên 3 đảng bộ đạt hoặc vượt chỉ tiêu kết nạp năm; "
        "1 tỷ lệ chưa khớp với số lượng và chỉ tiêu đã công bố"
    )
    assert any(note.startswith("Cột rỗng của Đảng bộ Y: tỷ lệ đã công bố chưa khớp") for note in figure.notes)
    assert not any(note.startswith("Cột rỗng:") for note in figure.notes)


def test_shares_plot_the_kind_that_was_asked_for_as_it_was_printed():
    """The year's other shares are of the same target, but of another part of the year."""
    figure = share_figure()
    assert plotted(figure, "body_name", "value_pct", "label", "is_exact", "elapsed_low_pct", "full") == [
        ("Đảng bộ X, 30/06/2022", 50.98, "50,98%", True, 49.59, 100),
        ("Đảng bộ Y, 30/06/2022", 17.33, "17,33%", True, 49.59, 100),
        ("Đảng bộ Z, 30/06/2022", 105.0, "hơn 105%", False, 49.59, 100),
    ]
    assert figure.figure_id == "share-of-target-h1"
    assert "chỉ tiêu cả năm, sau 6 tháng" in figure.subtitle


def test_a_bound_is_a_hollow_bar_and_the_page_says_so():
    (bar,) = layers(share_figure(), "bar")
    look = {name: bar["encoding"][name] for name in ("fillOpacity", "strokeDash")}
    assert {
        name: (way["condition"]["test"], way["condition"]["value"], way["value"]) for name, way in look.items()
    } == {
        "fillOpacity": ("datum.is_exact", 1, 0),
        "strokeDash": ("datum.is_exact", [1, 0], [4, 2]),
    }
    assert any(note.startswith("Cột rỗng") for note in share_figure().notes)
    exact = printed(*({**HALF, "body": f"Đảng bộ {name}"} for name in "XY"))
    assert not any(note.startswith("Cột rỗng") for note in share_figure(figures=exact).notes)


def test_target_and_time_are_marks_of_their_own():
    time, target = layers(share_figure(), "tick")
    assert (time["encoding"]["x"]["field"], target["encoding"]["x"]["field"]) == ("elapsed_low_pct", "full")
    assert time["mark"]["color"] != target["mark"]["color"]


def test_a_label_stands_at_the_end_of_its_bar_and_the_marks_are_named_once_above():
    figure = share_figure()
    halo, label = (layer for layer in layers(figure, "text") if layer["encoding"]["text"]["field"] == "label")
    for layer in (halo, label):
        assert layer["encoding"]["x"]["field"] == "value_pct"
    assert halo["mark"]["stroke"] == "white"
    assert plotted(figure, "mark_name", "place") == [("chỉ tiêu 100%", 100.0), ("thời gian đã qua 49,6%", 49.59)]
    of_two_days = printed(
        {"period_end": "2022-11-29"}, {"period_end": "2022-10-31", "body": "Đảng bộ Y"}, {"period_end": "2022"}
    )
    assert plotted(share_figure("year_to_date", figures=of_two_days), "mark_name") == [("chỉ tiêu 100%",)]


def test_bars_begin_at_zero_and_are_never_cut_at_100():
    """Rule B.12."""
    (bar,) = layers(share_figure(), "bar")
    scale = bar["encoding"]["x"]["scale"]
    assert scale["domainMin"] == 0
    assert scale["domainMax"]["expr"].startswith("105")


def test_the_end_of_a_year_needs_no_second_mark():
    rows = printed({"value": 120.0}, {"value": 99.0, "body": "Đảng bộ Y"}, {"value": 100.0, "body": "Đảng bộ Z"})
    figure = share_figure("year", figures=rows)
    assert len(layers(figure, "tick")) == 1
    assert figure.finding == "Kết thúc năm 2022: 2 trên 3 đảng bộ đạt hoặc vượt chỉ tiêu kết nạp năm"


def test_a_span_of_the_term_is_a_band_and_leaves_the_finding_open():
    term = {"period_kind": "term_to_date", "period_start": "2020", "period_end": "2023-09-19", "value": 64.29}
    rows = printed(
        term, {**term, "body": "Đảng bộ Y", "value": 40.0}, {**term, "body": "Đảng bộ Z", "period_start": None}
    )
    figure = share_figure("term_to_date", figures=rows)
    assert figure.finding == (
        "Từ đầu nhiệm kỳ, số liệu năm 2023: 0 trên 3 đảng bộ đạt tỷ lệ so với chỉ tiêu kết nạp nhiệm kỳ bằng hoặc "
        "cao hơn phần thời gian đã qua; 2 chưa xác định được"
    )
    _, band = layers(figure, "bar")
    assert (band["encoding"]["x"]["field"], band["encoding"]["x2"]["field"]) == ("elapsed_low_pct", "elapsed_high_pct")
    assert {"elapsed_low_pct", "elapsed_high_pct"} <= {column.name for column in figure.table.columns}
    undecided = share_figure("term_to_date", figures=printed(term, {**term, "body": "Đảng bộ Y"}))
    assert undecided.finding == (
        "Từ đầu nhiệm kỳ, số liệu năm 2023: 2 đảng bộ công bố tỷ lệ so với chỉ tiêu kết nạp nhiệm kỳ; "
        "chưa xác định được cao hay thấp hơn phần thời gian đã qua"
    )


@pytest.mark.parametrize("kind", [kind for kind in SHARE_KINDS if kind != "h1"])
def test_a_kind_that_one_body_or_none_printed_is_not_drawn(kind):
    block = published.share_of_target(shares_of_target(SHARES), kind, VI)
    assert isinstance(block, Absent)
    assert block.sentence.startswith("Đến ngày số liệu chưa có đủ hai đảng bộ công bố số liệu này mà so sánh được")


def test_what_stands_alone_is_a_table_with_its_source():
    figure = drawn(published.shares_alone(shares_of_target(SHARES), VI))
    assert figure.finding == "Mỗi loại kỳ sau mới có một đảng bộ công bố: 9 tháng"
    assert (column(figure, "body_shown"), column(figure, "value_as_printed")) == (["Đảng bộ X"], ["69%"])
    assert isinstance(published.shares_alone(shares_of_target(SHARES[:3]), VI), Absent)
    assert isinstance(published.shares_alone(shares_of_target(SHARES[:0]), VI), Findings)


def test_a_derived_share_without_a_print_is_written_out():
    rows = printed({**HALF, "value": 118.0}, {**HALF, "value": 50.0, "body": "Đảng bộ Y", "value_as_printed": "50%"})
    assert plotted(share_figure(figures=rows), "label") == [("118,00%",), ("50%",)]


# Rates and sizes


def test_members_per_organisation_ranks_exact_values_only():
    figure = density_figure()
    assert figure.finding == "Từ 60,0 đến 71,1 đảng viên trên một tổ chức, ở 2 đảng bộ công bố số chính xác"
    assert column(figure, "bound_name") == ["chính xác", "chính xác", "giới hạn dưới"]


def test_bodies_of_another_level_stand_under_another_heading():
    assert plotted(density_figure(), "body_name", "members_per_organisation_n", "label") == [
        ("Tỉnh:", None, ""),
        ("Đảng bộ X, 30/06/2022", 71.14, "71,1"),
        ("Khối:", None, ""),
        ("Đảng bộ Z, 30/06/2022", 60.0, "60,0"),
        ("Đảng bộ Y, 30/06/2022", 71.21, "≥ 71,2"),
    ]
    axis = layers(density_figure(), "bar")[0]["encoding"]["y"]["axis"]
    headed = "slice(datum.value, -1) === ':'"
    assert axis["labelFontWeight"] == {"condition": {"test": headed, "value": "bold"}, "value": "normal"}
    assert axis["labelAlign"] == {"condition": {"test": headed, "value": "left"}, "value": "right"}


def rates(*rows: tuple[str, float, str]) -> pd.DataFrame:
    """Return figures that give a rate for each body: admissions of 2022 and members on a day."""
    count = {"measure": "admissions", **PEOPLE, **SOURCE}
    members = {"measure": "members_total", "value": 1000.0, **STOCK, **SOURCE}
    return printed(
        *({**count, "body": body, "value": value} for body, value, _ in rows),
        *({**members, "body": body, "period_end": day} for body, _, day in rows),
    )


def test_rates_are_drawn_on_the_base_of_most_bodies_only():
    figures = rates(
        ("Đảng bộ X", 30.0, "2021-12-31"), ("Đảng bộ Y", 41.0, "2022-12-31"), ("Đảng bộ Z", 25.0, "2022-12-31")
    )
    figure = drawn(published.admissions_per_100_members(admissions_per_100_members(figures), VI))
    assert plotted(figure, "body_name", "rate_pct", "label") == [
        ("Đảng bộ Y, 2022", 4.1, "4,10"),
        ("Đảng bộ Z, 2022", 2.5, "2,50"),
    ]
    assert figure.finding == "Từ 2,50 đến 4,10 người kết nạp trên 100 đảng viên, ở 2 đảng bộ công bố số chính xác"
    assert "theo số đảng viên cuối năm" in figure.subtitle
    assert "1 tỷ lệ khác có cơ số khác, nên không đặt cạnh đây." in figure.notes


def test_three_bodies_on_one_base_are_ranked_and_none_is_left_out():
    start = "2021-12-31"
    figures = rates(("Đảng bộ X", 30.0, start), ("Đảng bộ Y", 41.0, start), ("Đảng bộ Z", 25.0, start))
    # Of the fourth only a bound was printed: it is drawn after the exact ones, and counts in no range.
    bounded = rates(("Đảng bộ W", 60.0, start)).assign(value_bound=["at_least", "exact"], figure_id=["w0", "w1"])
    rows = admissions_per_100_members(pd.concat([figures, bounded], ignore_index=True))
    figure = drawn(published.admissions_per_100_members(rows, VI))
    assert plotted(figure, "body_name", "rate_pct", "label", "is_exact") == [
        ("Đảng bộ Y, 2022", 4.1, "4,10", True),
        ("Đảng bộ X, 2022", 3.0, "3,00", True),
        ("Đảng bộ Z, 2022", 2.5, "2,50", True),
        ("Đảng bộ W, 2022", 6.0, "≥ 6,00", False),
    ]
    assert figure.finding == "Từ 2,50 đến 4,10 người kết nạp trên 100 đảng viên, ở 3 đảng bộ công bố số chính xác"
    assert "theo số đảng viên đầu năm" in figure.subtitle


def test_one_rate_alone_is_said_with_its_base_and_not_drawn():
    rows = admissions_per_100_members(rates(("Đảng bộ X", 30.0, "2021-12-31")))
    block = published.admissions_per_100_members(rows, VI)
    assert isinstance(block, Findings)
    assert "Đảng bộ X, năm 2022, 3,00 trên 100 đảng viên (theo số đảng viên đầu năm)" in block.sentences[0]


def test_two_rates_on_two_bases_are_not_drawn():
    rows = admissions_per_100_members(rates(("Đảng bộ X", 30.0, "2021-12-31"), ("Đảng bộ Y", 30.0, "2022-12-31")))
    assert isinstance(published.admissions_per_100_members(rows, VI), Findings)


# Grades


def test_shares_of_grades_stand_under_their_regulation():
    figure = better_figure()
    assert plotted(figure, "body_name", "share_pct", "label") == [
        ("Quy định 132, 2018–2022:", None, ""),
        ("Đảng bộ Y, 2022", 97.4, "97,4%"),
        ("Đảng bộ W, 2022", 94.67, "94,67%"),
        ("Đảng bộ X, 2022", 92.94, "92,94%"),
        ("Quy định 124, 2023–2024:", None, ""),
        ("Đảng bộ Z, 2024", 100.0, "100,00%"),
    ]
    assert figure.finding == "Từ 92,94% đến 97,40% hoàn thành tốt trở lên, ở 3 đảng bộ (Quy định 132, 2018–2022)"
    assert any("Quy định 124-QĐ/TW" in note for note in figure.notes)
    assert column(figure, "share_basis_name") == 2 * ["đã công bố", "tính từ số đã công bố"]


def test_grades_under_one_regulation_need_no_heading_and_no_break():
    figure = better_figure(figures=GRADES[:2])
    assert [name for (name,) in plotted(figure, "body_name")] == ["Đảng bộ Y, 2022", "Đảng bộ X, 2022"]
    assert not any("Quy định 124-QĐ/TW" in note for note in figure.notes)


def test_four_levels_are_stacked_of_those_rated():
    rows = level_distribution(GRADES, "organisation")
    figure = drawn(published_levels.level_distribution(rows, "organisation", VI))
    assert figure.finding == "2 đảng bộ công bố đủ số liệu của cả bốn mức"
    parts = plotted(figure, "body_name", "part_name", "share_pct")
    assert parts[:2] == [
        ("Đảng bộ W, 2022", "Hoàn thành xuất sắc nhiệm vụ", 18.67),
        ("Đảng bộ W, 2022", "Hoàn thành tốt nhiệm vụ", 76.0),
    ]
    assert len(parts) == 8
    assert figure.figure_id == "level-distribution-organisation"
    # On a phone, the part is too narrow for its number: it would stand on the parts beside it.
    assert [(">18,7<" in figure.svg(width), ">76,0<" in figure.svg(width)) for width in (680, 340)] == [
        (True, True),
        (False, True),
    ]


@pytest.mark.parametrize("subject", ["organisation", "member"])
def test_grades_that_too_few_printed_are_a_sentence_under_their_own_heading(subject):
    better = published_levels.good_or_better(good_or_better(GRADES[:1], subject), subject, VI)
    levels = published_levels.level_distribution(level_distribution(GRADES[:1], subject), subject, VI)
    for block, name in ((better, "good-or-better"), (levels, "level-distribution")):
        assert isinstance(block, Findings)
        assert block.block_id == f"{name}-{subject}"
        assert "không vẽ" in block.sentences[0]


# Reconciliation


def test_checks_say_how_many_agree_and_count_each_result():
    figure = checks_figure()
    assert figure.finding == "1 trên 2 phép đối chiếu khớp nhau"
    assert plotted(figure, "result_name", "checks_n") == [
        ("Tỷ lệ % và số lượng: khớp khi làm tròn", 1),
        ("Tỷ lệ % và số lượng: khớp khi cắt phần lẻ", 0),
        ("Tỷ lệ % và số lượng: khớp cả hai cách", 0),
        ("Tỷ lệ % và số lượng: chưa khớp cách nào", 1),
    ]
    assert figure.subtitle.startswith("Số phép đối chiếu theo kết quả (tỷ lệ % và số lượng); đến")


def test_results_that_differ_have_the_colour_of_what_to_look_at():
    (bar,) = layers(checks_figure(), "bar")
    colour = bar["encoding"]["color"]
    of = [name.replace("\n", " ") for name in colour["condition"]["test"]["oneOf"]]
    assert of == ["Tỷ lệ % và số lượng: chưa khớp cách nào"]
    assert (colour["condition"]["value"], colour["value"]) == (TARGET, ACCENT)
    assert "undefined" not in checks_figure().svg(680)


def test_differences_stand_first_with_the_addresses_of_their_figures():
    figure = checks_figure()
    assert column(figure, "body") == ["Đảng bộ Y", "Đảng bộ X"]
    assert column(figure, "url") == ["https://example.org/x", "https://example.org/x"]
    assert column(figure, "other_url") == ["https://example.org/y", None]
    assert column(figure, "ids") == ["f2, f3, f4", "f0, f1"]
    assert column(figure, "printed_name") == ["5097 · 120% · 4.500", "940 · 62,67%"]


def test_a_difference_is_said_in_full_and_blames_nobody():
    block = reconciliation.differences(check_printed(CHECKED), VI)
    assert isinstance(block, Findings)
    opening, said = block.sentences
    assert opening.startswith("Khác nhau là điều ghi nhận")
    assert said.startswith("Đảng bộ Y, kết nạp so với chỉ tiêu, năm, đến 31/12/2022: 5.097 trên 4.500 là 113,2667%.")
    for context in (VI, EN):
        words = reconciliation.differences(check_printed(CHECKED), context).text() + checks_figure(context).text()
        assert not [word for word in ("lỗi", "sai", "error", "wrong", "mistake") if f" {word} " in words.lower()]


def test_the_range_of_grades_is_of_the_rules_that_the_chart_shows():
    """More bodies printed shares under the older rules, but the bars are of the latest."""
    older = [{**BETTER, "body": f"Đảng bộ {n}", "value": 70.0} for n in range(MOST_BARS + 3)]
    newer = [{**BETTER, "body": f"Khối {n}", "value": 80.0 + n, "period_end": "2024-12-31"} for n in range(MOST_BARS)]
    figure = better_figure(figures=printed(*older, *newer))
    assert figure.finding == "Từ 80,00% đến 91,00% hoàn thành tốt trở lên, ở 12 đảng bộ (Quy định 124, 2023–2024)"


def test_many_differences_are_shortened_and_counted():
    checks = pd.concat([check_printed(CHECKED)[1:]] * 11, ignore_index=True)
    block = reconciliation.differences(checks, VI)
    assert isinstance(block, Findings)
    assert len(block.sentences) == 1 + reconciliation.MOST_DIFFERENCES + 1
    assert block.sentences[-1] == "Còn 3 phép khác nữa, ở đầu bảng đối chiếu."


def test_no_difference_and_no_check_are_said():
    block = reconciliation.differences(check_printed(CHECKED[:2]), VI)
    assert isinstance(block, Findings)
    assert block.sentences == ("Không có phép đối chiếu nào cho kết quả khác nhau.",)
    nothing = reconciliation.reconciliation(check_printed(CHECKED[:0]), VI)
    assert isinstance(nothing, Findings)
    assert drawn(reconciliation.reconciliation(check_printed(CHECKED[:2]), VI)).finding == (
        "Cả 1 phép đối chiếu đều khớp nhau"
    )


@pytest.mark.parametrize("context", [VI, EN], ids=["vi", "en"])
def test_every_measure_of_the_code_list_has_a_name(context):
    names = [context.text(f"printed_measure.{measure}") for measure in MEASURES]
    assert len(set(names)) == len(MEASURES)


# The article


def test_a_fitted_dataset_says_that_it_was_fitted():
    figure = article_figure()
    assert figure.finding == (
        "2 trên 2 số của bài báo trùng với bộ dữ liệu, vì bộ dữ liệu được hiệu chỉnh theo bài báo"
    )
    assert figure.table.rows[0] == ("Kết nạp từ đầu nhiệm kỳ", "940", "nêu trong bài", "940", "trùng, vì đã hiệu chỉnh")
    assert "không chứng minh điều gì" in figure.notes[0]


def test_a_synthetic_dataset_that_was_not_fitted_claims_no_fit():
    """`nhiemky sample --scale 10` makes one."""
    apart = NUMBERS.assign(dataset_value=[9400.0, 62.67], is_equal=[False, True])
    figure = article_figure(apart)
    assert figure.finding == "1 trên 2 số của bài báo trùng với bộ dữ liệu"
    assert column(figure, "equal_name")[:2] == ["khác", "trùng"]
    assert "không phải là bộ đã hiệu chỉnh" in figure.notes[0]


def test_what_the_article_only_describes_is_said_not_compared():
    facts = {row[0]: row[1:] for row in article_figure().table.rows[2:]}
    assert list(facts) == ["Loại hình tổ chức cơ sở đảng", "Đánh giá, xếp loại", "Ngày chốt số"]
    assert (
        facts["Loại hình tổ chức cơ sở đảng"][2] == "cơ quan hành chính: 33, đơn vị sự nghiệp: 17 và doanh nghiệp: 26"
    )
    of_all = NUMBERS.assign(measure=["orgs_total", "members_total"], dataset_value=[78.0, 5549.0])
    (types,) = (row for row in article_figure(of_all).table.rows if row[0] == "Loại hình tổ chức cơ sở đảng")
    assert types[3].endswith("doanh nghiệp: 26 và loại khác: 2")
    assert article_figure().source.startswith("Nguồn: bài báo ngày 02/06/2023 (chưa ghi nơi công bố và địa chỉ)")
    assert facts["Đánh giá, xếp loại"][3] == "không so được: bài báo không nêu số"
    assert facts["Ngày chốt số"][2] == "31/05/2023"


def test_a_type_that_the_dataset_lacks_is_a_difference():
    none = TYPES.assign(organisations_n=pd.array([33, 0, 26], dtype="Int64"))
    figure = drawn(article.article_beside_dataset(NUMBERS, none, VI))
    assert column(figure, "equal_name")[2] == "khác"


@pytest.mark.parametrize(
    ("numbers", "end", "said"),
    [
        (NUMBERS[:0], date(2023, 6, 1), "Bài báo ra ngày 02/06/2023, sau ngày số liệu của kỳ này"),
        (NUMBERS[:0], date(2023, 6, 2), "Tệp số liệu không ghi số liệu nào của bài báo"),
        (NUMBERS.assign(dataset_value=pd.NA), date(2023, 6, 2), "Bộ dữ liệu không có số liệu của kỳ"),
    ],
)
def test_why_there_is_nothing_to_compare_with_the_article_is_said(numbers, end, said):
    context = replace(VI, window=replace(VI.window, end=end))
    block = article.article_beside_dataset(numbers, TYPES, context)
    assert isinstance(block, Findings)
    assert said in block.text()


# Sources and files


def test_sources_count_figures_and_addresses_and_what_has_none():
    figure = sources_figure(pd.concat([CHECKED, printed({"published_on": "2023-06-02", "figure_id": "g0"})]))
    assert figure.finding == "5 trên 6 số liệu lấy từ 2 địa chỉ; 1 số chưa ghi địa chỉ"
    assert sources_figure().finding == "5 số liệu lấy từ 2 địa chỉ"
    assert column(figure, "url") == ["https://example.org/x", "https://example.org/y", None]
    assert column(figure, "publisher") == ["Báo X", "Báo X", "Không ghi nơi công bố"]
    assert any(note.startswith("1 số chưa ghi địa chỉ nguồn: trong bảng xếp ở cuối") for note in figure.notes)
    assert ("Không ghi nơi công bố", 1, "1 (chưa ghi địa chỉ)") in plotted(figure, "publisher", "figures_n", "label")
    assert ("Báo X", 5, "5 (2 địa chỉ)") in plotted(figure, "publisher", "figures_n", "label")
    one = sources_figure(CHECKED[:3], EN)
    assert plotted(one, "publisher", "figures_n", "label") == [("Báo X", 3, "3 (1 address)")]


def test_the_key_numbers_say_what_the_page_rests_on():
    figures = pd.concat([CHECKED, printed({"published_on": "2023-06-02", "figure_id": "g0"})])
    counts = count_printed(figures, list_sources(figures), check_printed(figures))
    numbers = sources.key_numbers(counts, VI).numbers
    assert [(number.label, number.value, number.unit) for number in numbers] == [
        ("Số liệu đã công bố", "6", "số liệu"),
        ("Nguồn", "2", "địa chỉ"),
        ("Nguồn ghi rõ ngày", str(counts["dated_n"].item()), "trên 6 số liệu"),
        ("Đối chiếu khớp nhau", str(counts["agree_n"].item()), f"trên {counts['checks_n'].item()} phép"),
    ]
    assert numbers[1].detail == "của 1 nơi công bố; 1 số liệu chưa ghi địa chỉ"


@pytest.mark.parametrize(
    ("recorded", "in_vietnamese", "in_english"),
    [
        (
            "Báo A (Chinese machine translation)",
            "Báo A (bản dịch máy tiếng Trung)",
            "Báo A (Chinese machine translation)",
        ),
        (
            "Báo A via B.vn (machine translation)",
            "Báo A qua B.vn (bản dịch máy)",
            "Báo A via B.vn (machine translation)",
        ),
        ("Báo A (English)", "Báo A (bản tiếng Anh)", "Báo A (English edition)"),
        ("HEPZA (Ban Quản lý)", "HEPZA (Ban Quản lý)", "HEPZA (Ban Quản lý)"),
    ],
)
def test_what_is_remarked_of_a_publisher_is_in_the_language_of_the_page(recorded, in_vietnamese, in_english):
    figures = CHECKED.assign(publisher=recorded)
    for context, words in ((VI, in_vietnamese), (EN, in_english)):
        assert set(column(sources_figure(figures, context), "publisher")) == {words}
        checks = drawn(reconciliation.reconciliation(check_printed(figures), context))
        assert set(column(checks, "publisher")) == {words}
        shares = share_figure(context=context, figures=SHARES.assign(publisher=recorded))
        assert set(column(shares, "publisher")) == {words}


def test_a_check_without_a_publisher_has_no_empty_cell():
    checks = drawn(reconciliation.reconciliation(check_printed(CHECKED.assign(publisher=None)), VI))
    assert set(column(checks, "publisher")) == {None}


def test_what_describes_a_body_is_english_on_an_english_page_and_its_name_is_not():
    rows = SHARES.assign(body=SHARES["body"] + " (tỉnh không nêu tên)")
    assert column(share_figure(context=EN, figures=rows), "body_shown")[0] == "Đảng bộ X (province not named)"
    assert column(share_figure(figures=rows), "body_shown")[0] == "Đảng bộ X (tỉnh không nêu tên)"


def test_a_month_is_written_out_on_an_english_page():
    figure = share_figure(context=EN)
    assert column(figure, "published_name")[0] == "July 2022"
    assert column(share_figure(), "published_name")[0] == "07/2022"


def test_no_figure_has_no_source():
    nothing = list_sources(printed())
    assert isinstance(sources.sources(nothing, publishers(nothing), VI), Findings)


def test_every_row_of_a_comparison_names_publisher_date_basis_confidence_and_address():
    wanted = ("Báo X", "07/2022", "suy từ nội dung bài", "trung bình", "https://example.org/x")
    levels = level_distribution(GRADES, "organisation")
    for figure in (
        share_figure(),
        density_figure(),
        better_figure(),
        drawn(published_levels.level_distribution(levels, "organisation", VI)),
    ):
        names = ("publisher", "published_name", "date_basis_name", "confidence_name", "url")
        got = {tuple(row) for row in zip(*(column(figure, name) for name in names), strict=True)}
        assert got == {wanted}, figure.figure_id


def test_the_file_holds_what_was_recorded_and_the_dictionary_every_column():
    block = downloads.figures_file(CHECKED, 2, VI)
    figures, dictionary = block.files
    assert figures.columns == tuple(FIGURES.columns)
    values = figures.columns.index("value")
    assert [row[values] for row in figures.rows] == ["940", "62.67", "5097", "120", "4500"]
    assert figures.rows[0][figures.columns.index("value_high")] == ""
    assert [row[0] for row in dictionary.rows] == list(FIGURES.columns)
    assert "5 số liệu của mọi kỳ" in block.sentences[0]
    assert "trang này dùng 2 số" in block.sentences[0]


def test_the_dictionary_says_meaning_unit_and_allowed_values_as_the_schema_does():
    (_, dictionary) = downloads.figures_file(CHECKED, 2, EN).files
    rows = {row[0]: dict(zip(dictionary.columns, row, strict=True)) for row in dictionary.rows}
    assert rows["confidence"]["allowed"] == "high; medium; low"
    assert (rows["url"]["may_be_empty"], rows["body"]["may_be_empty"]) == ("yes", "no")
    assert [name for name, row in rows.items() if row["is_key"] == "yes"] == ["figure_id"]
    assert {name: row["meaning_en"] for name, row in rows.items()} == {
        name: column.description for name, column in FIGURES.columns.items()
    }
    assert len({row["meaning_vi"] for row in rows.values()}) == len(FIGURES.columns)


# At scale, and with names that mean harm

THOUSAND = synthetic_figures(1000)


@pytest.mark.parametrize("n", [50, 1000])
def test_charts_stay_readable_and_the_table_holds_the_rest(n):
    figures = synthetic_figures(n)
    figure = share_figure("h1", figures=figures)
    names = plotted(figure, "body_name")
    assert len(names) == min(n // 10, MOST_BARS)
    assert len(figure.table.rows) == n // 10
    more = n // 10 - MOST_BARS
    said = f"Hình vẽ 12 đảng bộ có số mới nhất (cùng ngày thì xếp theo tên); {more} đảng bộ nữa ở bảng."
    assert (said in figure.notes) == (more > 0)


def test_what_is_drawn_of_many_is_the_latest_not_the_largest():
    figure = share_figure("h1", figures=THOUSAND)
    assert {name[-4:] for (name,) in plotted(figure, "body_name")} == {"2024"}
    values = [value for (value,) in plotted(figure, "value_pct")]
    assert values == sorted(values, reverse=True)


def test_of_many_of_one_day_those_first_by_name_are_drawn_not_the_largest():
    rows = [{"body": f"Đảng bộ {chr(90 - place)}", "value": 90.0 - place} for place in range(MOST_BARS + 2)]
    figure = share_figure("year", figures=printed(*rows))
    assert len(plotted(figure, "value_pct")) == MOST_BARS
    assert max(value for (value,) in plotted(figure, "value_pct")) == 88.0


def test_every_figure_of_a_thousand_is_limited():
    checks = check_printed(THOUSAND)
    listed = list_sources(THOUSAND)
    blocks = [
        published.members_per_organisation(members_per_organisation(THOUSAND), VI),
        published.admissions_per_100_members(admissions_per_100_members(THOUSAND), VI),
        published_levels.good_or_better(good_or_better(THOUSAND, "organisation"), "organisation", VI),
        published_levels.level_distribution(level_distribution(THOUSAND, "organisation"), "organisation", VI),
        reconciliation.reconciliation(checks, VI),
        sources.sources(listed, publishers(listed), VI),
    ]
    for block in blocks:
        spec = drawn(block).spec()
        assert spec is not None
        most = max(len(rows) for rows in spec["datasets"].values())
        # Four levels of a body are four parts of its bar; levels and regulations add their headings.
        assert most <= 4 * MOST_BARS, block


SCRIPT = '<script>alert("x")</script>'


def test_names_and_addresses_are_escaped_in_the_drawn_chart():
    hostile = printed({**HALF, "body": SCRIPT, "value_as_printed": SCRIPT, "url": SCRIPT}, {**HALF})
    figure = share_figure(figures=hostile)
    assert "<script" not in figure.svg(680)
    assert "<script" not in figure.html()


# The source of each bar

PAPER = {"publisher": "Báo A", "published_on": "2022-07-01", "url": "https://example.org/a"}
SHOWN = (
    {"body": "Đảng bộ A", "value": 60.0, **PAPER},
    {"body": "Đảng bộ B", "value": 50.0, **PAPER},
    {"body": "Đảng bộ C", "value": 40.0, "publisher": None, "url": None, "date_basis": "derived_from_publication"},
)


def test_under_a_chart_stands_the_source_of_every_bar_with_its_address():
    sources_shown = share_figure("year", figures=printed(*SHOWN)).payload()["sources"]
    assert sources_shown == [
        {
            "name": "Báo A, 01/07/2022",
            "url": "https://example.org/a",
            "of": "Đảng bộ A, Đảng bộ B (ngày số liệu: nguồn ghi rõ)",
        },
        {"name": "Không ghi nơi công bố", "url": "", "of": "Đảng bộ C (ngày số liệu: lấy theo ngày đăng)"},
    ]


@pytest.mark.parametrize("draw", [share_figure, better_figure])
def test_numbers_in_another_form_than_their_print_are_said_to_be_so(draw):
    assert any("under “As printed”" in note for note in draw(context=make_context("en")).notes)


def test_a_bar_tells_publisher_day_and_how_its_date_was_established():
    figure = share_figure("year", figures=printed(*SHOWN))
    told = plotted(figure, "body_shown", "end_name", "publisher", "published_name", "date_basis_name")
    assert told[0] == ("Đảng bộ A", "31/12/2022", "Báo A", "01/07/2022", "nguồn ghi rõ")
    assert told[2] == ("Đảng bộ C", "31/12/2022", "—", "—", "lấy theo ngày đăng")
    live = str(live_spec(figure.spec(), figure.payload()["table"]["columns"], load_language("vi")))
    assert all(label in live for label in ("Nơi công bố", "Ngày công bố", "Căn cứ ngày số liệu"))


def test_only_bars_that_are_drawn_are_named_among_the_sources():
    figure = share_figure("h1", figures=THOUSAND)
    named_bodies = [body for source in figure.sources for body in source.of.split(" (")[0].split(", ")]
    assert sorted(named_bodies) == sorted(body for (body,) in plotted(figure, "body_shown"))
