"""Figures on probation: what they say, which rows they plot, and what they keep to themselves on public pages."""

from __future__ import annotations

import json
import re
from typing import Any

import pandas as pd
import pytest
from conftest import open_sample
from frames import ROOT, SYNTHETIC_NOTE, frame, make_context

from analysis.disclosure import Thresholds, merge_small_steps, show_all, suppress_small
from analysis.figures import probation
from analysis.figures.block import Block, Findings
from analysis.figures.figure import Figure
from analysis.figures.table import HIDDEN
from analysis.figures.theme import NARROW
from analysis.measures import probation as measures

VI, EN = make_context("vi"), make_context("en")
STATES = ("official", "removed", "other", "waiting")
LIMITS = Thresholds(ordinary=5, sensitive=10)


def cohort(name: str, end: str, *people: int, is_part: bool = False) -> list[tuple[Any, ...]]:
    admitted = sum(people)
    return [
        (name, pd.Timestamp(end), is_part, state, n, admitted, round(100 * n / admitted, 2), state == "removed")
        for state, n in zip(STATES, people, strict=True)
    ]


def cohorts_of(*rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    columns = ["cohort", "cohort_end_date", "is_part", "state", "people_n", "admitted_n", "share_pct", "is_sensitive"]
    return frame(columns, *(row for part in rows for row in part))


def due_of(*people: int) -> pd.DataFrame:
    due = sum(people)
    rows = [
        (state, n, due, round(100 * n / due, 2), state == "removed") for state, n in zip(STATES, people, strict=True)
    ]
    return frame(["state", "people_n", "due_n", "share_pct", "is_sensitive"], *rows)


def public(rows: pd.DataFrame, *within: str) -> pd.DataFrame:
    return suppress_small(rows, "people_n", LIMITS, within=within, derived=["share_pct"])


COHORTS = cohorts_of(
    cohort("2022-Q1", "2022-03-31", 90, 2, 0, 8), cohort("2023-Q2", "2023-05-31", 0, 0, 0, 60, is_part=True)
)
DUE = due_of(1090, 14, 6, 90)
NO_DUE = DUE.iloc[:0]
NOBODY_FOLLOWED = (
    "Không theo dõi được kết quả thời kỳ dự bị: chưa có ai được kết nạp từ Đại hội, "
    "hoặc bộ dữ liệu không có số liệu này."
)
LEFT_OUT = show_all(frame(["period_end", "admitted_n", "outcomes_n"], (pd.Timestamp("2022-04-30"), 5, 6)))
NOTHING_LEFT_OUT = LEFT_OUT.iloc[:0]
MONTHS = frame(
    ["month", "official_total_n", "official_pct"], (0, 0, 0.0), (11, 0, 0.0), (12, 40, 52.5), (13, 70, 91.25)
).assign(is_thinned=False)
LEAVERS = frame(["month", "left_n", "left_pct", "is_sensitive"], (13, 14, 1.85, True))
OVERDUE = frame(
    ["cohort", "cohort_end_date", "is_part", "people_n", "months_over_n"],
    ("2021-Q4", pd.Timestamp("2021-12-31"), False, 30, 7),
    ("2022-Q2", pd.Timestamp("2022-05-31"), True, 60, 1),
)


def drawn(block: Block) -> Figure:
    assert isinstance(block, Figure), block
    return block


def said(block: Block) -> str:
    assert isinstance(block, Findings), block
    return block.sentences[0]


def plotted(figure: Figure, *fields: str) -> set[tuple[Any, ...]]:
    """Return what the chart plots: the rows of its data that hold all of these fields."""
    spec = figure.spec()
    assert spec is not None
    rows = [row for data in spec["datasets"].values() for row in data if set(fields) <= set(row)]
    return {tuple(row[field] for field in fields) for row in rows}


def outcomes(cohorts: pd.DataFrame = COHORTS, due: pd.DataFrame = DUE, context: Any = VI) -> Block:
    return probation.cohort_outcomes(show_all(cohorts), show_all(due), NOTHING_LEFT_OUT, context)


def months(context: Any = VI) -> Block:
    return probation.official_over_months(show_all(MONTHS), show_all(LEAVERS), show_all(DUE), context)


def overdue(context: Any = VI) -> Block:
    return probation.overdue_cohorts(show_all(OVERDUE), show_all(DUE), COHORTS, context)


ALL = {"cohort_outcomes": outcomes, "official_over_months": months, "overdue_cohorts": overdue}
each_figure = pytest.mark.parametrize("name", ALL)


def test_every_figure_function_is_tested():
    functions = {
        name
        for name, thing in vars(probation).items()
        if callable(thing) and getattr(thing, "__module__", "") == probation.__name__ and not name.startswith("_")
    }
    assert functions == set(ALL)


@pytest.mark.parametrize(
    ("name", "finding"),
    [
        (
            "cohort_outcomes",
            "Trong số 1.200 đảng viên đã hết 12 tháng dự bị, 1.090 đã được công nhận chính thức (90,83%)",
        ),
        ("official_over_months", "Sau 13 tháng từ khi kết nạp, 91,25% đảng viên đã được công nhận chính thức"),
        ("overdue_cohorts", "90 trên 1.200 đảng viên đã hết 12 tháng dự bị chưa được công nhận chính thức"),
    ],
)
def test_title_states_the_finding_from_the_rows(name, finding):
    figure = drawn(ALL[name]())
    assert figure.finding == finding
    assert finding in figure.alt_text and "bảng bên dưới" in figure.alt_text
    assert "Toàn Đảng bộ Khối, đến 30/06/2023." in figure.subtitle


def test_the_cohort_chart_plots_the_rows_it_was_given_and_no_others():
    """People stand in the parts that have room for them, the cohort's size at its end."""
    figure = drawn(outcomes())
    assert plotted(figure, "cohort_name", "part_name", "share_pct", "label", "total") == {
        ("Quý I/2022", "Công nhận chính thức", 90.0, "90", "100 người"),
        ("Quý I/2022", "Xóa tên", 2.0, "", "100 người"),
        ("Quý I/2022", "Còn dự bị", 8.0, "8", "100 người"),
        ("Quý II/2023*", "Còn dự bị", 100.0, "60", "60 người"),
    }
    assert figure.table.rows[1] == ("Quý I/2022", "2022-03-31", "Xóa tên", 2, 100, 2.0)
    assert figure.table.rows[-2] == ("Quý II/2023*", "2023-05-31", "Còn dự bị", 60, 60, 100.0)
    # The numbers of the title, which are of no single cohort.
    assert figure.table.rows[-1] == ("Đã hết 12 tháng dự bị", None, "Công nhận chính thức", 1090, 1200, 90.83)
    assert "% trên số kết nạp của từng đợt" in figure.subtitle and "mỗi đợt kết nạp một cột" in figure.alt_text
    assert any(note.startswith("Dấu *") for note in figure.notes)


def test_half_years_have_their_own_names():
    figure = drawn(outcomes(cohorts_of(cohort("2022-H2", "2022-12-31", 9, 0, 0, 1))))
    assert {row[0] for row in figure.table.rows} == {"Nửa cuối năm 2022", "Đã hết 12 tháng dự bị"}
    assert not any(note.startswith("Dấu *") for note in figure.notes)


def test_those_admitted_before_the_congress_are_said_to_be_left_out():
    for make in ALL.values():
        notes = drawn(make()).notes
        assert any("trước Đại hội" in note and "không phải là kết nạp" in note for note in notes)
        assert SYNTHETIC_NOTE["vi"] in notes


def test_the_step_line_plots_months_marks_the_twelfth_and_labels_its_end():
    figure = drawn(months())
    assert plotted(figure, "month", "official_pct") == {(0, 0.0), (11, 0.0), (12, 52.5), (13, 91.25)}
    assert plotted(figure, "month", "share_pct", "words", "point_month") == {
        (12, 91.25, "Chính thức 91,25%", 13),
        (12, 1.85, "Ra khỏi danh sách 1,85%", 13),
    }
    assert (12, "12 tháng") in plotted(figure, "month", "words")
    spec = json.dumps(figure.spec())
    assert '"interpolate": "step-after"' in spec
    assert figure.table.rows == ((0, 0.0, None), (11, 0.0, None), (12, 52.5, None), (13, 91.25, 1.85))


def test_where_a_part_of_those_due_is_hidden_the_share_of_those_who_left_is_not_said():
    """With the share made official it adds up to 100 %, and would tell the hidden parts."""
    due = public(due_of(1090, 4, 0, 90))
    figure = drawn(probation.official_over_months(show_all(MONTHS), show_all(LEAVERS), due, VI))
    assert plotted(figure, "share_pct", "words") == {(91.25, "Chính thức 91,25%")}
    assert "Ra khỏi danh sách" not in figure.text() and figure.table.rows[-1] == (13, 91.25)


def test_shares_begin_at_zero():
    spec = json.dumps(drawn(months()).spec())
    assert '"domain": [0, 118]' in spec


def test_overdue_bars_hold_people_and_whole_months():
    figure = drawn(overdue())
    assert plotted(figure, "cohort_name", "people_n", "label") == {
        ("Quý IV/2021", 30, "30 (quá 7 tháng)"),
        ("Quý II/2022*", 60, "60 (quá 1 tháng)"),
    }
    assert figure.table.rows[0] == ("Quý IV/2021", "2021-12-31", 30, 7)


def test_on_public_pages_a_cohort_with_few_removed_makes_all_stand_together():
    """2 removed in a cohort of 100 would be known from the 90 and the 8: nobody's cohort is shown then."""
    figure = drawn(probation.cohort_outcomes(public(COHORTS, "cohort"), public(DUE), NOTHING_LEFT_OUT, VI))
    assert plotted(figure, "cohort_name", "part_name", "share_pct", "total") == {
        ("Đã hết 12 tháng dự bị", "Công nhận chính thức", 90.83, "1.200 người"),
        ("Đã hết 12 tháng dự bị", "Xóa tên", 1.17, "1.200 người"),
        ("Đã hết 12 tháng dự bị", "Trường hợp khác", 0.5, "1.200 người"),
        ("Đã hết 12 tháng dự bị", "Còn dự bị", 7.5, "1.200 người"),
    }
    assert "2022" not in json.dumps(figure.payload()["table"], default=str)
    assert any(note.startswith("Các đợt kết nạp gộp làm một") for note in figure.notes)


def test_on_public_pages_a_small_number_of_all_reads_as_hidden():
    figure = drawn(
        probation.cohort_outcomes(public(COHORTS, "cohort"), public(due_of(1090, 4, 0, 90)), NOTHING_LEFT_OUT, VI)
    )
    # All hidden parts are one, as long as the whole leaves for them; the bar of 1.184 people ends at 100 %.
    assert plotted(figure, "part_name", "share_pct", "label", "total") == {
        ("Công nhận chính thức", 92.06, "1.090", "1.184 người"),
        ("Còn lại: ẩn", 7.94, "", "1.184 người"),
    }
    spec = figure.spec()
    assert spec is not None
    legend = spec["layer"][0]["encoding"]["color"]["scale"]["domain"]
    assert legend == ["Công nhận chính thức", "Còn lại: ẩn"]
    assert "% trên số đã hết 12 tháng dự bị" in figure.subtitle and "chung một cột" in figure.alt_text
    assert figure.table.rows[1] == ("Xóa tên", HIDDEN, 1184, HIDDEN)
    assert figure.table.rows[3] == ("Còn dự bị", HIDDEN, 1184, HIDDEN)
    assert VI.text("note.hidden") in figure.notes


def test_on_public_pages_nothing_is_drawn_where_the_number_recognised_would_tell():
    """4 removed and nobody waiting: the number recognised is hidden with them, and with it the finding."""
    lone = public(due_of(1090, 4, 0, 0))
    assert (
        said(probation.cohort_outcomes(public(COHORTS, "cohort"), lone, NOTHING_LEFT_OUT, VI))
        == "Không công bố: số này nhỏ, từ nó suy ra được một số nhỏ, hoặc là số của nhóm có ít hơn ba tổ chức."
    )
    assert said(probation.cohort_outcomes(public(COHORTS, "cohort"), public(NO_DUE), NOTHING_LEFT_OUT, VI)).startswith(
        "Không công bố"
    )
    clean = cohorts_of(cohort("2022-Q1", "2022-03-31", 90, 0, 0, 8))
    assert (
        "số được công nhận chính thức không công bố"
        in drawn(probation.cohort_outcomes(public(clean, "cohort"), lone, NOTHING_LEFT_OUT, VI)).finding
    )


def test_on_public_pages_months_with_few_recognised_are_merged_into_later_ones():
    rows = frame(
        ["month", "official_total_n", "official_pct"], (0, 0, 0.0), (11, 2, 2.0), (12, 40, 52.5), (13, 42, 55.0)
    )
    thinned = merge_small_steps(rows, "official_total_n", LIMITS)
    kept = suppress_small(thinned, "official_total_n", LIMITS, within=["month"], derived=["official_pct"])
    figure = drawn(probation.official_over_months(kept, show_all(LEAVERS), show_all(DUE), VI))
    assert plotted(figure, "month", "official_pct") == {(0, 0.0), (13, 55.0)}
    assert VI.text("figure.official_over_months.thinned") in figure.notes


def test_where_no_month_was_merged_no_note_says_so():
    """As on internal pages: the note tells of the public edition alone."""
    figure = drawn(probation.official_over_months(show_all(MONTHS), show_all(LEAVERS), show_all(DUE), VI))
    assert VI.text("figure.official_over_months.thinned") not in figure.notes


@pytest.mark.parametrize(
    ("official", "left"),
    [(4, 14), (60, 9)],  # few recognised; few who left, whose share would be what is missing to 100 %
)
def test_on_public_pages_no_curve_is_drawn_of_a_few_people(official, left):
    rows = frame(["month", "official_total_n", "official_pct"], (13, official, 90.0))
    kept = suppress_small(rows, "official_total_n", LIMITS, within=["month"], derived=["official_pct"])
    gone = suppress_small(LEAVERS.assign(left_n=left), "left_n", LIMITS, derived=["left_pct"])
    assert (
        said(probation.official_over_months(kept, gone, show_all(DUE), VI))
        == "Không công bố: số này nhỏ, từ nó suy ra được một số nhỏ, hoặc là số của nhóm có ít hơn ba tổ chức."
    )


def test_on_public_pages_small_overdue_cohorts_leave_their_sum():
    rows = suppress_small(OVERDUE.assign(people_n=[3, 87]), "people_n", LIMITS, derived=["months_over_n"])
    sentence = said(probation.overdue_cohorts(rows, public(DUE), COHORTS, VI))
    assert sentence.startswith("Đến 30/06/2023, 90 đảng viên đã hết 12 tháng dự bị chưa được công nhận chính thức;")
    assert "87" not in sentence
    few = public(due_of(1090, 14, 6, 3))
    assert (
        said(probation.overdue_cohorts(rows, few, COHORTS, VI))
        == "Không công bố: số này nhỏ, từ nó suy ra được một số nhỏ, hoặc là số của nhóm có ít hơn ba tổ chức."
    )


def test_nothing_to_draw_is_one_sentence_under_the_figures_heading():
    none = probation.cohort_outcomes(show_all(COHORTS.iloc[:0]), show_all(NO_DUE), NOTHING_LEFT_OUT, VI)
    assert said(none) == NOBODY_FOLLOWED
    assert none.heading == "Kết quả thời kỳ dự bị"
    curve = probation.official_over_months(show_all(MONTHS.iloc[:0]), show_all(LEAVERS.iloc[:0]), show_all(NO_DUE), VI)
    assert said(curve) == "Số liệu đến 30/06/2023 chưa có kết quả thời kỳ dự bị nào của đảng viên kết nạp từ Đại hội."
    early = probation.overdue_cohorts(show_all(OVERDUE.iloc[:0]), show_all(NO_DUE), COHORTS, VI)
    assert said(early) == "Đến 30/06/2023 chưa có đảng viên nào kết nạp từ Đại hội đã hết 12 tháng dự bị."
    unknown = probation.overdue_cohorts(show_all(OVERDUE.iloc[:0]), show_all(NO_DUE), COHORTS.iloc[:0], VI)
    assert said(unknown) == NOBODY_FOLLOWED
    settled = probation.overdue_cohorts(show_all(OVERDUE.iloc[:0]), show_all(due_of(20, 0, 0, 0)), COHORTS, VI)
    assert said(settled).startswith("Đến 30/06/2023, mọi đảng viên kết nạp từ Đại hội đã hết 12 tháng dự bị đều")


def test_row_dates_that_could_not_be_followed_are_counted_in_a_note():
    of_whom = (
        "Không tính 5 đảng viên của 1 kỳ kết nạp, vì số kết quả dự bị của kỳ đó nhiều hơn số kết nạp "
        "(nhiemky check, K25)."
    )
    for cohorts in (show_all(COHORTS), public(COHORTS, "cohort")):
        assert of_whom in drawn(probation.cohort_outcomes(cohorts, show_all(DUE), LEFT_OUT, VI)).notes
        none_left = drawn(probation.cohort_outcomes(cohorts, show_all(DUE), NOTHING_LEFT_OUT, VI))
        assert not any("Không tính 1" in note or "kỳ kết nạp, vì" in note for note in none_left.notes)


def test_few_people_who_could_not_be_followed_are_not_counted_out_on_public_pages():
    few = suppress_small(LEFT_OUT.assign(admitted_n=4), "admitted_n", LIMITS, derived=["outcomes_n"])
    notes = drawn(probation.cohort_outcomes(show_all(COHORTS), show_all(DUE), few, VI)).notes
    assert "Không tính 1 kỳ kết nạp, vì số kết quả dự bị nhiều hơn số kết nạp (nhiemky check, K25)." in notes


def test_less_than_a_month_over_is_not_called_no_months():
    rows = show_all(OVERDUE.assign(months_over_n=[7, 0]))
    labels = {
        label for (label,) in plotted(drawn(probation.overdue_cohorts(rows, show_all(DUE), COHORTS, VI)), "label")
    }
    assert labels == {"30 (quá 7 tháng)", "60 (quá hạn chưa tròn tháng)"}


def test_before_anybodys_probation_is_over_the_cohorts_stand_and_the_title_says_so():
    figure = drawn(outcomes(due=NO_DUE))
    assert figure.finding == "Chưa có đảng viên nào kết nạp từ Đại hội đã hết 12 tháng dự bị"


@each_figure
def test_every_figure_speaks_english_too(name):
    figure = drawn(ALL[name](context=EN))
    assert not re.search(
        "[ăđơưạảấầẩậắằếềệễểọốồổộớờởợụủứừửựịỉỳýỷỹ]", figure.finding + figure.subtitle + "".join(figure.notes)
    )
    assert "{" not in figure.text() and "—" not in figure.finding


def test_at_most_six_colours_and_no_two_states_alike():
    colours = list(probation.STATE_COLOURS.values())
    assert len(set(colours)) == len(probation.STATE_COLOURS) <= 6
    assert list(probation.STATE_COLOURS) == list(measures.STATES)


@pytest.mark.parametrize(
    ("audience", "scope"),
    [
        ("public", {}),
        ("public", {"sector": "service_unit"}),
        ("internal", {}),
        ("internal", {"sector": "service_unit"}),
        ("internal", {"organisation": "TC047"}),
    ],
)
def test_every_figure_can_be_made_of_the_sample(audience, scope, monkeypatch):
    monkeypatch.chdir(ROOT)
    for block in sample_blocks(open_sample("admissions", period="term:2023-06-02", audience=audience, **scope)):
        assert block.text()
        if isinstance(block, Figure):
            assert block.svg(NARROW).startswith("<svg")


def sample_blocks(report: Any) -> list[Block]:
    """Return the figures as the notebook makes them."""
    tables = report.tables("membership", "probation").values()
    length = report.dataset.info.granularity
    cohorts = measures.follow_cohorts(*tables, report.covered, length)
    cohorts = report.suppress(cohorts, "people_n", within=["cohort"], derived=["share_pct"])
    due = measures.outcomes_of_due(*tables, report.covered)
    due = report.suppress(due, "people_n", derived=["share_pct"])
    by_month = measures.outcomes_by_month(*tables, report.covered)
    leavers = report.suppress(measures.leavers_in_all(by_month), "left_n", derived=["left_pct"])
    thin = report.thin(by_month, "official_total_n")
    thin = report.suppress(thin, "official_total_n", within=["month"], derived=["official_pct"])
    late = measures.overdue_probation(*tables, report.covered, length)
    late = report.suppress(late, "people_n", derived=["months_over_n"])
    return [
        report.block(probation.cohort_outcomes, cohorts, due, NOTHING_LEFT_OUT),
        report.block(probation.official_over_months, thin, leavers, due),
        report.block(probation.overdue_cohorts, late, due, cohorts),
    ]


def test_public_pages_of_the_sample_show_no_small_number(monkeypatch):
    monkeypatch.chdir(ROOT)
    for period in ("2022", "term:2023-06-02", "2024", "term"):
        for block in sample_blocks(open_sample("admissions", period=period)):
            if not isinstance(block, Figure):
                continue
            counts = [i for i, column in enumerate(block.table.columns) if column.name.endswith("people_n")]
            numbers = [row[i] for row in block.table.rows for i in counts]
            assert all(number in (HIDDEN, 0) or number >= 5 for number in numbers)


def test_an_organisation_without_admissions_says_so(monkeypatch):
    monkeypatch.chdir(ROOT)
    report = open_sample("profile", period="2020", audience="internal", organisation="TC001")
    assert all(block.text() for block in sample_blocks(report))
