"""Figures on who was admitted: findings, plotted rows, marks of all members, hidden numbers, empty cases."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pytest
from frames import HALF_YEAR, SYNTHETIC_NOTE, frame, make_context

from analysis.figures import breakdowns
from analysis.figures.block import Block, Findings
from analysis.figures.context import Context
from analysis.figures.figure import Figure
from analysis.figures.table import HIDDEN
from analysis.language import load_language
from analysis.measures.ratio import percent_of
from analysis.tables.codes import OVERLAPS, PARTITIONS

VI, EN = make_context("vi"), make_context("en")
H1_VI = "Toàn Đảng bộ Khối, 01/01/2023–30/06/2023."
DAY = "2022-12-31"
MARK_NOTE = "Vạch đen: tỷ trọng trong toàn thể đảng viên, số liệu đến 31/12/2022."
OVERLAP_NOTE = "Một người có thể thuộc nhiều dòng, nên các dòng này không cộng lại được."
HIDDEN_NOTE = VI.text("note.hidden")


def partition(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """Return rows of (dimension, population, category, people_n, share_pct, is_hidden)."""
    made = frame(["dimension", "population", "category", "people_n", "share_pct", "is_hidden"], *rows)
    days = made["population"].map({"members": DAY}).astype("str")
    return made.assign(composition_date=pd.to_datetime(days).astype("datetime64[us]"))


def lines(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """Return rows of (population, line, part, people_n, total_n, share_pct, is_hidden)."""
    made = frame(["population", "line", "part", "people_n", "total_n", "share_pct", "is_hidden"], *rows)
    days = made["population"].map({"members": DAY}).astype("str")
    return made.assign(composition_date=pd.to_datetime(days).astype("datetime64[us]"))


# Two dimensions in one frame: a figure that plots the other one's rows is found out.
PARTITIONED = partition(
    ("age", "admitted", "18-30", 1200, 60.0, False),
    ("age", "admitted", "31-35", None, None, True),
    ("age", "admitted", "36-40", None, None, True),
    ("age", "admitted", "41-45", 0, 0.0, False),
    ("age", "admitted", "over_60", 0, 0.0, False),
    ("age", "members", "18-30", 500, 10.0, False),
    ("age", "members", "31-35", 3000, 60.0, False),
    ("age", "members", "36-40", 1499, 29.98, False),
    ("age", "members", "41-45", 1, 0.02, False),
    ("age", "members", "over_60", 0, 0.0, False),
    ("education", "admitted", "lower_secondary", 40, 2.0, False),
    ("education", "admitted", "upper_secondary", 1960, 98.0, False),
    ("education", "members", "lower_secondary", None, None, True),
    ("education", "members", "upper_secondary", None, None, True),
    ("occupation", "admitted", "public_employee", 900, 45.0, False),
    ("occupation", "admitted", "enterprise_worker", 900, 45.0, False),
    ("occupation", "admitted", "other", 200, 10.0, False),
    ("professional_level", "admitted", "university", 1500, 75.0, False),
    ("professional_level", "admitted", "master", None, None, True),
    ("professional_level", "admitted", "doctor", None, None, True),
)
OVERLAPPING = lines(
    ("admitted", "female", "yes", 1000, 2000, 50.0, False),
    ("admitted", "female", "rest", 1000, 2000, 50.0, False),
    ("admitted", "religion", "yes", None, None, None, True),
    ("admitted", "religion", "rest", None, None, None, True),
    ("admitted", "youth_union", "yes", 1500, 2000, 75.0, False),
    ("admitted", "youth_union", "rest", 500, 2000, 25.0, False),
    ("members", "female", "yes", 2400, 6000, 40.0, False),
    ("members", "female", "rest", 3600, 6000, 60.0, False),
    ("members", "religion", "yes", 120, 6000, 2.0, False),
    ("members", "religion", "rest", 5880, 6000, 98.0, False),
)
BY_DIMENSION = {
    "age": breakdowns.admitted_by_age,
    "occupation": breakdowns.admitted_by_occupation,
    "education": breakdowns.admitted_by_education,
    "professional_level": breakdowns.admitted_by_professional_level,
}
FIGURES: dict[str, tuple[Callable[..., Block], pd.DataFrame]] = {
    **{f"admitted_by_{name}": (make, PARTITIONED) for name, make in BY_DIMENSION.items()},
    "admitted_overlaps": (breakdowns.admitted_overlaps, OVERLAPPING),
}
each_figure = pytest.mark.parametrize("name", FIGURES)
FINDINGS = {
    "admitted_by_age": "Đảng viên mới kết nạp từ 18 đến 30 tuổi: 1.200, chiếm 60,00%",
    "admitted_by_occupation": (
        "Viên chức đơn vị sự nghiệp và Lao động trực tiếp trong doanh nghiệp cùng chiếm tỷ trọng lớn nhất: "
        "mỗi nhóm 900 đảng viên mới kết nạp, 45,00%"
    ),
    "admitted_by_education": ("Trung học phổ thông chiếm tỷ trọng lớn nhất: 1.960 đảng viên mới kết nạp, 98,00%"),
    "admitted_by_professional_level": "Đại học: 1.500 đảng viên mới kết nạp, chiếm 75,00%",
    "admitted_overlaps": "Trong số 2.000 đảng viên mới kết nạp có 1.000 nữ (50,00%) và 1.500 đoàn viên (75,00%)",
}
SUBTITLES = {
    "admitted_by_age": f"Tỷ lệ % trên số đảng viên mới kết nạp, theo độ tuổi. {H1_VI}",
    "admitted_by_occupation": f"Tỷ lệ % trên số đảng viên mới kết nạp, theo nghề nghiệp. {H1_VI}",
    "admitted_by_education": f"Tỷ lệ % trên số đảng viên mới kết nạp, theo trình độ giáo dục phổ thông. {H1_VI}",
    "admitted_by_professional_level": f"Tỷ lệ % trên số đảng viên mới kết nạp, theo trình độ chuyên môn. {H1_VI}",
    "admitted_overlaps": f"Tỷ lệ % của từng dòng trên số đảng viên mới kết nạp. {H1_VI}",
}
PLOTTED = {
    "admitted_by_age": [
        ("18–30 tuổi", 60, 10, "1.200 (60,00%)"),
        ("31–35 tuổi", None, 60, "ẩn"),
        ("36–40 tuổi", None, 29.98, "ẩn"),
        ("41–45 tuổi", 0, 0.02, "0 (0,00%)"),
    ],
    "admitted_by_education": [
        ("Trung học cơ sở", 2, None, "40 (2,00%)"),
        ("Trung học phổ thông", 98, None, "1.960 (98,00%)"),
    ],
    "admitted_overlaps": [
        ("Nữ", 50, 40, "1.000 (50,00%)"),
        ("Có đạo", None, 2, "ẩn"),
        ("Đoàn viên TNCS", 75, None, "1.500 (75,00%)"),
    ],
}
TABLES = {
    "admitted_by_age": [
        ("18–30 tuổi", 1200, 60.0, 500, 10.0),
        ("31–35 tuổi", HIDDEN, HIDDEN, 3000, 60.0),
        ("36–40 tuổi", HIDDEN, HIDDEN, 1499, 29.98),
        ("41–45 tuổi", 0, 0.0, 1, 0.02),
    ],
    "admitted_by_occupation": [
        ("Viên chức đơn vị sự nghiệp", 900, 45.0),
        ("Lao động trực tiếp trong doanh nghiệp", 900, 45.0),
        ("Nghề nghiệp khác", 200, 10.0),
    ],
    "admitted_by_education": [
        ("Trung học cơ sở", 40, 2.0, HIDDEN, HIDDEN),
        ("Trung học phổ thông", 1960, 98.0, HIDDEN, HIDDEN),
    ],
    "admitted_by_professional_level": [
        ("Đại học", 1500, 75.0),
        ("Thạc sĩ", HIDDEN, HIDDEN),
        ("Tiến sĩ", HIDDEN, HIDDEN),
    ],
    "admitted_overlaps": [
        ("Nữ", 1000, 50.0, 2400, 40.0),
        ("Có đạo", HIDDEN, HIDDEN, 120, 2.0),
        ("Đoàn viên TNCS", 1500, 75.0, None, None),
    ],
}


def make(name: str, context: Context = VI, rows: pd.DataFrame | None = None) -> Figure:
    function, given = FIGURES[name]
    figure = function(given if rows is None else rows, context)
    assert isinstance(figure, Figure), figure
    return figure


def layers(figure: Figure, kind: str) -> Iterator[dict[str, Any]]:
    spec = figure.spec()
    assert spec is not None
    yield from (layer for layer in spec["layer"] if layer["mark"]["type"] == kind)


def plotted(figure: Figure) -> list[tuple[Any, ...]]:
    spec = figure.spec()
    assert spec is not None
    (rows,) = spec["datasets"].values()
    return [
        tuple(value.replace("\n", " ") if isinstance(value, str) else value for value in row.values()) for row in rows
    ]


def test_every_figure_of_the_module_is_tested():
    public = {
        name
        for name, thing in vars(breakdowns).items()
        if callable(thing) and getattr(thing, "__module__", "") == breakdowns.__name__ and not name.startswith("_")
    }
    assert public == set(FIGURES)


@each_figure
def test_title_and_subtitle_say_the_finding_the_measure_the_place_and_the_days(name):
    figure = make(name)
    assert (figure.finding, figure.subtitle) == (FINDINGS[name], SUBTITLES[name])
    assert figure.finding in figure.alt_text
    assert figure.alt_text.startswith("Biểu đồ cột ngang")
    assert SYNTHETIC_NOTE["vi"] in figure.notes


@pytest.mark.parametrize("name", PLOTTED)
def test_a_chart_plots_the_rows_of_its_own_dimension_in_their_order(name):
    assert plotted(make(name)) == PLOTTED[name]


@each_figure
def test_the_table_holds_the_counts_behind_every_share(name):
    assert list(make(name).table.rows) == TABLES[name]


@each_figure
def test_bars_begin_at_zero_and_are_never_stacked(name):
    """Rule B.19."""
    (drawn,) = layers(make(name), "bar")
    length = drawn["encoding"]["x"]
    assert length["field"] == "share_pct"
    assert length["scale"]["domainMin"] == 0
    spec = make(name).spec() or {}
    assert len({row[0] for row in plotted(make(name))}) == len(plotted(make(name)))  # one bar a row: nothing to stack
    assert "order" not in str(spec["layer"])


@pytest.mark.parametrize("name", ["admitted_by_age", "admitted_overlaps"])
def test_the_share_among_all_members_is_a_mark_that_legend_and_note_name(name):
    figure = make(name)
    _, mark = layers(figure, "tick")
    (drawn,) = layers(figure, "bar")
    assert mark["encoding"]["x"]["field"] == "members_share_pct"
    assert mark["encoding"]["x"]["scale"] == drawn["encoding"]["x"]["scale"]
    named = [json.loads(layer["transform"][-1]["calculate"]) for layer in (drawn, mark)]
    assert named == drawn["encoding"]["color"]["scale"]["domain"] == ["Mới kết nạp", "Toàn thể đảng viên"]
    assert mark["encoding"]["color"]["scale"] == drawn["encoding"]["color"]["scale"]
    assert MARK_NOTE in figure.notes


def test_a_mark_past_the_longest_bar_stays_on_the_scale():
    (drawn,) = layers(make("admitted_by_age", rows=PARTITIONED.replace({"share_pct": {10.0: 80.0}})), "bar")
    assert drawn["encoding"]["x"]["scale"]["domainMax"]["expr"].startswith("80")


@pytest.mark.parametrize("name", ["admitted_by_occupation", "admitted_by_professional_level"])
def test_without_a_count_of_all_members_there_is_no_mark_no_column_and_no_note(name):
    figure = make(name)
    assert list(layers(figure, "tick")) == []
    assert [column.name for column in figure.table.columns] == ["category_name", "admitted_n", "share_pct"]
    assert not any("Vạch" in note for note in figure.notes)
    assert "legend" not in str((figure.spec() or {})["layer"])


def test_a_category_of_nobody_is_left_out_only_where_members_were_counted():
    """The code list has occupations that a sector does not have; without a count of members nobody knows."""
    assert "Trên 60 tuổi" not in str(make("admitted_by_age").table)
    alone = PARTITIONED[PARTITIONED["population"] == "admitted"]
    assert make("admitted_by_age", rows=alone).table.rows[-1] == ("Trên 60 tuổi", 0, 0.0)


def test_who_is_not_stated_stands_last():
    rows = partition(("age", "admitted", "18-30", 30, 75.0, False), ("age", "admitted", "not_stated", 10, 25.0, False))
    assert list(make("admitted_by_age", rows=rows).table.rows) == [("18–30 tuổi", 30, 75.0), ("Chưa rõ", 10, 25.0)]


def test_overlapping_lines_say_that_they_are_not_summed():
    """Rule B.19."""
    assert OVERLAP_NOTE in make("admitted_overlaps").notes
    assert OVERLAP_NOTE not in make("admitted_by_age").notes
    assert "không cộng lại" in make("admitted_overlaps").alt_text


@each_figure
def test_hidden_numbers_are_explained_where_there_are_any(name):
    hides = name != "admitted_by_occupation"
    assert (HIDDEN_NOTE in make(name).notes) == hides
    assert (">ẩn<" in make(name).html()) == hides


def test_counts_of_different_days_are_both_named():
    rows = OVERLAPPING.assign(
        composition_date=OVERLAPPING["composition_date"].mask(
            (OVERLAPPING["line"] == "religion") & (OVERLAPPING["population"] == "members"), pd.Timestamp("2021-12-31")
        )
    )
    assert any("31/12/2021 và 31/12/2022" in note for note in make("admitted_overlaps", rows=rows).notes)


def test_the_finding_names_ethnic_minorities_between_women_and_youth_union_and_leaves_zeros_out():
    rows = pd.concat(
        [
            OVERLAPPING[:2],
            lines(("admitted", "ethnic_minority", "yes", 30, 2000, 1.5, False)),
            lines(("admitted", "religion", "yes", 60, 2000, 3.0, False)),
            lines(("admitted", "youth_union", "yes", 0, 2000, 0.0, False)),
        ],
        ignore_index=True,
    )
    figure = make("admitted_overlaps", rows=rows)
    assert figure.finding.endswith("có 1.000 nữ (50,00%) và 30 người dân tộc thiểu số (1,50%)")
    only = make("admitted_overlaps", rows=lines(("admitted", "readmitted", "yes", 15, 2000, 0.75, False)))
    assert only.finding == "Trong số 2.000 đảng viên mới kết nạp có 15 người kết nạp lại (0,75%)"


def test_where_the_youngest_are_hidden_the_finding_is_on_the_largest_that_is_shown():
    rows = partition(
        ("age", "admitted", "18-30", None, None, True),
        ("age", "admitted", "31-35", 40, 40.0, False),
        ("age", "admitted", "36-40", None, None, True),
        ("age", "admitted", "not_stated", 50, 50.0, False),
    )
    assert make("admitted_by_age", rows=rows).finding == "31–35 tuổi: 40 đảng viên mới kết nạp, chiếm 40,00%"


NOBODY = "Không có đảng viên nào được kết nạp trong kỳ này."
SMALL = "Không công bố: số này nhỏ, từ nó suy ra được một số nhỏ, hoặc là số của nhóm có ít hơn ba tổ chức."
ABSENT = tuple(
    f"Bộ dữ liệu không có số đảng viên mới kết nạp theo {what}."
    for what in ("độ tuổi", "nữ, dân tộc thiểu số, tôn giáo, đoàn viên và kết nạp lại")
)
EMPTY = {
    "nobody admitted": (
        partition(("age", "admitted", "18-30", 0, None, False), ("age", "members", "18-30", 9, 100.0, False)),
        lines(("admitted", "female", "yes", 0, 0, None, False)),
        (NOBODY, NOBODY),
    ),
    "all hidden": (
        partition(("age", "admitted", "18-30", None, None, True), ("age", "admitted", "31-35", 0, 0.0, False)),
        lines(("admitted", "female", "yes", None, None, None, True)),
        (SMALL, SMALL),
    ),
    "hidden beside not stated": (
        partition(("age", "admitted", "18-30", None, None, True), ("age", "admitted", "not_stated", 30, 90.0, False)),
        OVERLAPPING[2:3],
        (SMALL, SMALL),
    ),
    "no table": (
        PARTITIONED[:0],
        OVERLAPPING[:0],
        ABSENT,
    ),
    "nobody stated": (
        partition(("age", "admitted", "18-30", 0, 0.0, False), ("age", "admitted", "not_stated", 30, 100.0, False)),
        OVERLAPPING[6:],
        ABSENT,
    ),
}


@pytest.mark.parametrize("case", EMPTY)
def test_nothing_to_draw_is_one_sentence_under_the_figures_heading(case):
    partitions, overlaps, sentences = EMPTY[case]
    blocks = (breakdowns.admitted_by_age(partitions, VI), breakdowns.admitted_overlaps(overlaps, VI))
    assert all(isinstance(block, Findings) for block in blocks)
    assert tuple(block.sentences for block in blocks if isinstance(block, Findings)) == tuple((s,) for s in sentences)
    assert [block.heading for block in blocks if isinstance(block, Findings)] == [
        "Đảng viên mới kết nạp theo độ tuổi",
        "Nữ, dân tộc thiểu số, có đạo, đoàn viên và kết nạp lại",
    ]


@each_figure
def test_every_figure_speaks_english_too(name):
    figure = make(name, EN)
    said = figure.finding + figure.subtitle + str(figure.table) + str(figure.spec())
    assert [character for character in "ảấộỹđĐơưệ" if character in said] == []
    assert make(name, make_context("en", notes=())).notes == tuple(
        note for note in figure.notes if note != SYNTHETIC_NOTE["en"]
    )


@pytest.mark.parametrize("code", ["vi", "en"])
def test_every_category_and_line_of_the_code_lists_has_a_name_of_its_own(code):
    words = load_language(code)
    for dimension, categories in PARTITIONS.items():
        names = [words.text(f"category.{dimension}.{category}") for category in categories]
        assert len(set(names)) == len(names)
        assert words.has(f"dimension.{dimension}")
    assert len({words.text(f"overlap.{line}") for line in OVERLAPS}) == len(OVERLAPS)


@each_figure
@pytest.mark.parametrize("width", [340, 680])
def test_every_figure_can_be_drawn_on_a_phone_and_on_a_desk(name, width):
    svg = make(name).svg(width)
    assert FINDINGS[name] in svg
    assert f'width="{width}"' in svg


def test_the_window_of_the_page_stands_in_the_subtitle():
    assert VI.window == HALF_YEAR
    assert "01/01/2023–30/06/2023" in make("admitted_by_age").subtitle


def test_of_a_handful_no_share_is_told():
    """One of one is 100 %, which says nothing of an organisation."""
    rows = partition(
        ("age", "admitted", "18-30", 1, 25.0, False),
        ("age", "admitted", "31-35", 3, 75.0, False),
        ("age", "admitted", "36-40", 0, 0.0, False),
    )
    block = breakdowns.admitted_by_age(rows, VI)
    assert isinstance(block, Findings)
    assert block.sentences == ("Kết nạp 4 đảng viên, quá ít để tính tỷ trọng: 18–30 tuổi (1) và 31–35 tuổi (3).",)
    five = rows.assign(people_n=pd.array([2, 3, 0], dtype="Int64"))
    assert isinstance(breakdowns.admitted_by_age(five, VI), Figure)


def test_of_a_handful_the_lines_are_told_as_counts():
    rows = lines(
        ("admitted", "female", "yes", 1, 2, 50.0, False),
        ("admitted", "female", "rest", 1, 2, 50.0, False),
        ("admitted", "religion", "yes", 0, 2, 0.0, False),
        ("admitted", "religion", "rest", 2, 2, 100.0, False),
    )
    block = breakdowns.admitted_overlaps(rows, EN)
    assert isinstance(block, Findings)
    assert block.sentences[0].startswith("2 admitted, too few for shares: ")
    assert "(1)" in block.sentences[0]


def test_a_label_rounds_no_share_a_second_time():
    """229 of 235 are 97.4468 %: 97.45 with two decimals, never 97.5."""
    share = percent_of(pd.Series([229]), pd.Series([235]))[0]
    rows = partition(
        ("age", "admitted", "18-30", 229, share, False), ("age", "admitted", "31-35", 6, 100 - share, False)
    )
    labels = [row[-1] for row in plotted(make("admitted_by_age", rows=rows))]
    assert labels == ["229 (97,45%)", "6 (2,55%)"]
