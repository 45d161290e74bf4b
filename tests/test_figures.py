"""Every figure: what it says, which rows it plots and how, its table, what it hides, what it says of nothing."""

from __future__ import annotations

import colorsys
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import pytest
from frames import SYNTHETIC_NOTE, frame, make_context

from analysis.disclosure import suppress_better
from analysis.figures import admissions, classification, membership, overview, structure
from analysis.figures.block import MIME, Block, Definitions, Findings, KeyNumbers, Masthead
from analysis.figures.charts import level_line
from analysis.figures.context import Context
from analysis.figures.figure import Figure, table_of
from analysis.figures.table import HIDDEN, Column, Table, write_cell
from analysis.figures.theme import LEVEL_COLOURS, SECTOR_COLOURS
from analysis.language import load_language

VI, EN = make_context("vi"), make_context("en")

CUMULATIVE = frame(
    ["period_end", "admitted_n", "cumulative_n"], ("2023-01-31", 3, 3), ("2023-06-30", 1231, 1234)
).assign(is_thinned=False)
TOGETHER = frame(["first_year", "last_year", "admitted_n", "target_n", "attainment_pct"], (2021, 2023, 310, 422, 73.46))
NO_YEARS = TOGETHER.assign(admitted_n=pd.NA, target_n=pd.NA, attainment_pct=pd.NA)
ATTAINMENT = frame(
    ["period", "admitted_n", "target_n", "attainment_pct", "is_hidden"], ("2023-H1", 1234, 2000, 61.7, False)
)
YEARS = frame(
    [
        "year",
        "start_date",
        "data_date",
        "admitted_n",
        "target_n",
        "is_part",
        "attainment_pct",
        "index_pct",
        "is_hidden",
    ],
    (2020, "2020-08-15", "2020-12-31", 30, None, True, None, None, False),
    (2022, "2022-01-01", "2022-06-30", 40, 100, False, 40.0, None, False),
    (2023, "2023-01-01", "2023-06-30", 50, 200, False, 25.0, 125.0, False),
)
SECTOR_ADMISSIONS = frame(
    ["sector_group", "organisations_n", "admitted_n", "members_start_n", "share_pct", "per_100_pct", "is_hidden"],
    ("party_mass", 9, None, None, None, None, True),
    ("state_agency", 20, 30, 1000, 30.0, 3.0, False),
    ("service_unit", 30, 70, 2000, 70.0, 3.5, False),
)
GRADES = frame(
    ["year", "level", "count_n", "rated_n", "share_pct", "coverage_pct", "is_hidden"],
    (2022, "excellent", 100, 1000, 10.0, 90.0, False),
    (2022, "good", 800, 1000, 80.0, 90.0, False),
    (2022, "completed", 50, 1000, 5.0, 90.0, False),
    (2022, "not_completed", 50, 1000, 5.0, 90.0, False),
    (2023, "excellent", 200, 1000, 20.0, 95.0, False),
    (2023, "good", 720, 1000, 72.0, 95.0, False),
    (2023, "completed", None, 1000, None, 95.0, True),
    (2023, "not_completed", None, 1000, None, 95.0, True),
)
HIDDEN_NOTE = load_language("vi").text("note.hidden")
# No number of the page was published before with another value.
UNREVISED = pd.DataFrame({"period": [], "measure": []})
BETTER = frame(
    ["year", "good_or_better_n", "rated_n", "share_pct", "target_pct"],
    (2022, 900, 1000, 90.0, 90.0),
    (2023, 920, 1000, 92.0, 90.0),
)
CAP = frame(
    ["year", "reading", "organisations_n", "within_n", "over_n", "within_pct"],
    (2022, "good", 70, 60, 10, 85.71),
    (2022, "good_or_better", 70, 65, 5, 92.86),
    (2022, "rated", 70, 70, 0, 100.0),
)
KINDS = frame(
    ["day", "kind", "organisations_n", "total_n"],
    ("2022-12-31", "party_committee", 39, 77),
    ("2022-12-31", "cell", 38, 77),
    ("2023-06-30", "party_committee", 40, 78),
    ("2023-06-30", "cell", 38, 78),
)
SECTORS = frame(
    ["sector_group", "kind", "organisations_n", "total_n", "share_pct"],
    ("party_mass", "party_committee", 5, 9, 11.54),
    ("party_mass", "cell", 4, 9, 11.54),
    ("service_unit", "party_committee", 40, 69, 88.46),
    ("service_unit", "cell", 29, 69, 88.46),
)
BANDS = frame(
    ["band", "kind", "organisations_n", "total_n"],
    *(
        (band, kind, n, total)
        for band, parts, total in (
            ("under_30", (1, 30), 31),
            ("from_30_to_49", (5, 0), 5),
            ("from_50_to_99", (20, 0), 20),
            ("from_100_to_199", (8, 0), 8),
            ("from_200", (4, 0), 4),
        )
        for kind, n in zip(("party_committee", "cell"), parts, strict=True)
    ),
)
EVENTS = frame(["event", "events_n", "cells_n", "non_state_n"], ("founded", 2, 2, 1), ("merged", 1, 1, 0))
BRIDGE = frame(
    ["line", "people_n", "start_n", "end_n", "is_sensitive", "is_hidden"],
    ("opening_n", 5500, 0, 5500, False, False),
    ("admitted_n", 80, 5500, 5580, False, False),
    ("expelled_n", None, None, None, True, True),
    ("died_n", -31, 5580, 5549, False, False),
    ("closing_n", 5549, 0, 5549, False, False),
)
SERIES = frame(
    ["period_end", "members_n", "official_n", "probationary_n"],
    ("2023-05-31", 5560, 5300, 260),
    ("2023-06-30", 5549, 5300, 249),
)
MEMBER_SECTORS = frame(
    [
        "sector_group",
        "organisations_n",
        "members_start_n",
        "members_n",
        "share_pct",
        "change_n",
        "start_index_pct",
        "is_hidden",
    ],
    ("state_agency", 20, 990, 1000, 33.33, 10, 101.01, False),
    ("service_unit", 30, 2010, 2000, 66.67, -10, 99.5, False),
    ("other", 1, None, None, None, None, None, True),
)


@dataclass(frozen=True)
class Case:
    """One figure function with measured rows, and what must come of them."""

    make: Callable[..., Block]
    rows: tuple[pd.DataFrame, ...]
    finding: str
    subtitle: str
    mark: str
    fields: tuple[str, ...]
    plotted: set[tuple[Any, ...]]
    first_row: tuple[Any, ...]
    last_row: tuple[Any, ...]
    hides: bool = False
    # Rows of the table, where it has not one for each row that is drawn.
    table_n: int = 0
    is_of_dataset: bool = True


H1_VI = "Toàn Đảng bộ Khối, 01/01/2023–30/06/2023."
CASES = {
    "admissions_vs_target": Case(
        admissions.admissions_vs_target,
        (CUMULATIVE, ATTAINMENT, TOGETHER),
        "Đã kết nạp 1.234 đảng viên, đạt 61,70% chỉ tiêu 2.000",
        f"Số đảng viên kết nạp cộng dồn và chỉ tiêu. {H1_VI}",
        "line",
        ("period_end", "cumulative_n"),
        {("2023-01-31", 3), ("2023-06-30", 1234)},
        ("2023-01-31", 3),
        ("2023-06-30", 1234),
    ),
    "admissions_by_year": Case(
        admissions.admissions_by_year,
        (YEARS,),
        "2023 (01/01–30/06): kết nạp 50, bằng 125,00% cùng kỳ năm trước",
        "Số đảng viên kết nạp cộng dồn từ đầu năm và tỷ lệ đạt chỉ tiêu năm. Toàn Đảng bộ Khối, đến 30/06/2023.",
        "bar",
        ("year_name", "admitted_n", "target_n", "label"),
        {
            ("2020 (15/08–31/12)", 30, None, "30"),
            ("2022", 40, 100, "40 / 100 (40,00%)"),
            ("2023", 50, 200, "50 / 200 (25,00%)"),
        },
        ("2020 (15/08–31/12)", "2020-08-15", "2020-12-31", 30, None, None, None),
        ("2023", "2023-01-01", "2023-06-30", 50, 200, 25.0, 125.0),
    ),
    "admissions_by_sector": Case(
        admissions.admissions_by_sector,
        (SECTOR_ADMISSIONS,),
        "Đơn vị sự nghiệp kết nạp nhiều nhất: 70, chiếm 70,00% tổng số",
        "Số đảng viên kết nạp và số kết nạp trên 100 đảng viên đầu kỳ, theo loại hình. " + H1_VI,
        "bar",
        ("sector_name", "admitted_n", "label"),
        {
            ("Đơn vị sự nghiệp", 70, "70 · 3,50 trên 100"),
            ("Cơ quan Nhà nước", 30, "30 · 3,00 trên 100"),
            ("Cơ quan Đảng, đoàn thể", None, "ẩn"),
        },
        ("Đơn vị sự nghiệp", 70, 70.0, 2000, 3.5),
        ("Cơ quan Đảng, đoàn thể", HIDDEN, HIDDEN, HIDDEN, HIDDEN),
        hides=True,
    ),
    "member_grades": Case(
        classification.member_grades,
        (GRADES, BETTER),
        "Năm 2023, 92,00% đảng viên hoàn thành tốt nhiệm vụ trở lên (chỉ\u00a0tiêu\u00a090%)",
        "Tỷ lệ % trên số đảng viên được xếp loại, theo năm. Toàn Đảng bộ Khối.",
        "bar",
        ("year_name", "part_name", "share_pct", "label"),
        {
            ("2022", "Hoàn thành xuất sắc nhiệm vụ", 10, "10,0"),
            ("2022", "Hoàn thành tốt nhiệm vụ", 80, "80,0"),
            ("2022", "Hoàn thành nhiệm vụ", 5, "5,0"),
            ("2022", "Không hoàn thành nhiệm vụ", 5, "5,0"),
            ("2023 (QĐ 124)", "Hoàn thành xuất sắc nhiệm vụ", 20, "20,0"),
            ("2023 (QĐ 124)", "Hoàn thành tốt nhiệm vụ", 72, "72,0"),
            ("2023 (QĐ 124)", "Hoàn thành nhiệm vụ", None, ""),
            ("2023 (QĐ 124)", "Không hoàn thành nhiệm vụ", None, ""),
        },
        ("2022", "Hoàn thành xuất sắc nhiệm vụ", 100, 1000, 10.0, 90.0, 90.0, 90.0),
        ("2023 (QĐ 124)", "Không hoàn thành nhiệm vụ", HIDDEN, 1000, HIDDEN, 95.0, 92.0, 90.0),
        hides=True,
    ),
    "organisation_grades": Case(
        classification.organisation_grades,
        (GRADES[:4], BETTER[:1].assign(target_pct=pd.NA)),
        "Năm 2022, 90,00% tổ chức cơ sở đảng hoàn thành tốt nhiệm vụ trở lên",
        "Tỷ lệ % trên số tổ chức cơ sở đảng được xếp loại, theo năm. Toàn Đảng bộ Khối.",
        "bar",
        ("year_name", "part_name", "share_pct"),
        {
            ("2022", "Hoàn thành xuất sắc nhiệm vụ", 10),
            ("2022", "Hoàn thành tốt nhiệm vụ", 80),
            ("2022", "Hoàn thành nhiệm vụ", 5),
            ("2022", "Không hoàn thành nhiệm vụ", 5),
        },
        ("2022", "Hoàn thành xuất sắc nhiệm vụ", 100, 1000, 10.0, 90.0, 90.0, None),
        ("2022", "Không hoàn thành nhiệm vụ", 50, 1000, 5.0, 90.0, 90.0, None),
    ),
    "cap_compliance": Case(
        classification.cap_compliance,
        (CAP,),
        "Năm 2022, 60/70 tổ chức cơ sở đảng có số đảng viên hoàn thành xuất sắc trong mức "
        "20% số hoàn thành tốt (theo văn bản)",
        "Tỷ lệ tổ chức cơ sở đảng có số đảng viên hoàn thành xuất sắc trong mức 20%, theo ba cách tính. "
        "Toàn Đảng bộ Khối.",
        "point",
        ("year_name", "within_pct", "reading_name", "label", "is_right"),
        {
            ("2022", 85.71, "20% số hoàn thành tốt (theo văn bản)", "60/70", True),
            ("2022", 92.86, "20% số hoàn thành tốt trở lên", "65/70", False),
            ("2022", 100, "20% tổng số được xếp loại", "70/70", False),
        },
        ("2022", "20% số hoàn thành tốt (theo văn bản)", 70, 60, 10, 85.71),
        ("2022", "20% tổng số được xếp loại", 70, 70, 0, 100.0),
    ),
    "organisations_by_kind": Case(
        structure.organisations_by_kind,
        (KINDS,),
        "78 tổ chức cơ sở đảng: 40 đảng bộ cơ sở và 38 chi bộ cơ sở",
        "Số đảng bộ cơ sở và chi bộ cơ sở vào cuối mỗi năm và ngày số liệu. Toàn Đảng bộ Khối.",
        "bar",
        ("day_name", "part_name", "organisations_n", "total"),
        {
            ("31/12/2022", "Đảng bộ cơ sở", 39, "77"),
            ("31/12/2022", "Chi bộ cơ sở", 38, "77"),
            ("30/06/2023", "Đảng bộ cơ sở", 40, "78"),
            ("30/06/2023", "Chi bộ cơ sở", 38, "78"),
        },
        ("2022-12-31", 39, 38, 77),
        ("2023-06-30", 40, 38, 78),
        table_n=2,
    ),
    "organisations_by_sector": Case(
        structure.organisations_by_sector,
        (SECTORS,),
        "Đơn vị sự nghiệp nhiều nhất: 69 tổ chức, chiếm 88,46%",
        "Số tổ chức cơ sở đảng theo loại hình và loại tổ chức. Toàn Đảng bộ Khối, đến 30/06/2023.",
        "bar",
        ("sector_name", "part_name", "organisations_n"),
        {
            ("Đơn vị sự nghiệp", "Đảng bộ cơ sở", 40),
            ("Đơn vị sự nghiệp", "Chi bộ cơ sở", 29),
            ("Cơ quan Đảng, đoàn thể", "Đảng bộ cơ sở", 5),
            ("Cơ quan Đảng, đoàn thể", "Chi bộ cơ sở", 4),
        },
        ("Đơn vị sự nghiệp", 40, 29, 69, 88.46),
        ("Tổng số", 45, 33, 78, 100.0),
        table_n=3,
    ),
    "organisations_by_size": Case(
        structure.organisations_by_size,
        (BANDS,),
        "31/68 tổ chức cơ sở đảng có dưới 30 đảng viên",
        "Số tổ chức cơ sở đảng theo số đảng viên. Toàn Đảng bộ Khối, đến 30/06/2023.",
        "bar",
        ("band_name", "part_name", "organisations_n"),
        {
            (band, kind, n)
            for band, parts in (
                ("Dưới 30", (1, 30)),
                ("30–49", (5, 0)),
                ("50–99", (20, 0)),
                ("100–199", (8, 0)),
                ("Từ 200", (4, 0)),
            )
            for kind, n in zip(("Đảng bộ cơ sở", "Chi bộ cơ sở"), parts, strict=True)
        },
        ("Dưới 30", 1, 30, 31),
        ("Tổng số", 38, 30, 68),
        table_n=6,
    ),
    "lifecycle_events": Case(
        structure.lifecycle_events,
        (EVENTS,),
        "Trong kỳ có 3 lượt thay đổi về tổ chức cơ sở đảng",
        f"Số lượt thành lập, chia tách, sáp nhập và thay đổi khác của tổ chức cơ sở đảng. {H1_VI}",
        "",
        (),
        set(),
        ("Thành lập mới", 2, 2, 1),
        ("Sáp nhập, hợp nhất", 1, 1, 0),
    ),
    "membership_flows": Case(
        membership.membership_flows,
        (BRIDGE,),
        "Tăng 49 đảng viên, từ 5.500 lên 5.549",
        f"Số đảng viên tăng (bên phải) và giảm (bên trái) theo nguyên nhân. {H1_VI}",
        "bar",
        ("line_name", "change_n", "label", "is_loss"),
        {("Kết nạp", 80, "+80", False), ("Khai trừ", None, "ẩn", True), ("Từ trần", -31, "−31", True)},
        ("Đầu kỳ", None, 5500),
        ("Cuối kỳ", None, 5549),
        hides=True,
    ),
    "members_over_time": Case(
        membership.members_over_time,
        (SERIES,),
        "5.549 đảng viên, −11 so với 31/05/2023 (5.560)",
        "Số đảng viên có trong danh sách vào mỗi ngày số liệu. Toàn Đảng bộ Khối, đến 30/06/2023.",
        "line",
        ("period_end", "members_n"),
        {("2023-05-31", 5560), ("2023-06-30", 5549)},
        ("2023-05-31", 5560),
        ("2023-06-30", 5549),
    ),
    "members_by_sector": Case(
        membership.members_by_sector,
        (MEMBER_SECTORS,),
        "Đơn vị sự nghiệp đông nhất: 2.000 đảng viên, chiếm 66,67%",
        "Số đảng viên theo loại hình của tổ chức cơ sở đảng. Toàn Đảng bộ Khối, đến 30/06/2023.",
        "bar",
        ("sector_name", "members_n", "label"),
        {
            ("Đơn vị sự nghiệp", 2000, "2.000 (66,67%)"),
            ("Cơ quan Nhà nước", 1000, "1.000 (33,33%)"),
            ("Loại hình khác", None, "ẩn"),
        },
        ("Đơn vị sự nghiệp", 30, 2000, 66.67, 2010, -10, 99.5),
        ("Loại hình khác", 1, HIDDEN, HIDDEN, HIDDEN, HIDDEN, HIDDEN),
        hides=True,
    ),
}
each_figure = pytest.mark.parametrize("name", CASES)
each_drawn = pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.mark])


def make(name: str, context: Context = VI) -> Figure:
    case = CASES[name]
    figure = case.make(*case.rows, context)
    assert isinstance(figure, Figure), figure
    return figure


def plotted_rows(figure: Figure, *fields: str) -> set[tuple[Any, ...]]:
    """Return what the chart plots, from the data in its specification that hold all of these fields."""
    spec = figure.spec()
    assert spec is not None
    return {
        tuple(_plotted(row[field]) for field in fields)
        for rows in spec["datasets"].values()
        for row in rows
        if set(fields) <= set(row)
    }


def _plotted(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00(\.0+)?", value):
        return value[:10]
    return value.replace("\n", " ") if isinstance(value, str) else value


def layers(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for layer in spec.get("layer", [spec]):
        yield from layers(layer) if "layer" in layer else [layer]


def marks(figure: Figure, kind: str) -> list[dict[str, Any]]:
    return [layer for layer in layers(figure.spec() or {}) if layer["mark"]["type"] == kind]


def colours_of(spec: dict[str, Any]) -> set[str]:
    drawn = {key: value for key, value in spec.items() if key not in ("config", "datasets")}
    return set(re.findall(r"#[0-9a-fA-F]{6}", json.dumps(drawn)))


def test_every_figure_function_is_tested():
    functions = {
        name
        for module in (admissions, classification, membership, structure)
        for name, thing in vars(module).items()
        if callable(thing) and getattr(thing, "__module__", "") == module.__name__ and not name.startswith("_")
    }
    # Said as sentences, not drawn; they have tests of their own.
    assert functions == {*CASES, "lower_bodies", "admissions_compared"}


@each_figure
def test_title_states_the_finding_from_the_rows(name):
    assert make(name).finding == CASES[name].finding


@each_figure
def test_subtitle_states_measure_place_and_period(name):
    assert make(name).subtitle == CASES[name].subtitle


@each_figure
def test_alternative_text_says_the_form_the_finding_and_where_the_numbers_are(name):
    figure = make(name)
    assert figure.finding in figure.alt_text
    assert figure.alt_text.startswith("Biểu đồ" if CASES[name].mark else "Bảng")
    assert ("bảng bên dưới" in figure.alt_text) == bool(CASES[name].mark)


@each_drawn
def test_chart_plots_the_rows_it_was_given_and_no_others(name):
    case = CASES[name]
    assert plotted_rows(make(name), *case.fields) == case.plotted


@each_figure
def test_table_holds_every_row_in_the_order_of_the_chart(name):
    case = CASES[name]
    rows = make(name).table.rows
    assert len(rows) == (case.table_n or len(case.rows[0]))
    assert (rows[0], rows[-1]) == (case.first_row, case.last_row)


@each_figure
def test_hidden_numbers_read_as_hidden_and_are_explained(name):
    case = CASES[name]
    figure = make(name)
    assert any(HIDDEN in row for row in figure.table.rows) == case.hides or name == "membership_flows"
    assert (HIDDEN_NOTE in figure.notes) == case.hides
    assert (">ẩn<" in figure.html()) == case.hides


def test_flows_stand_in_the_table_with_their_sign_and_hidden_ones_as_hidden():
    table = make("membership_flows").table
    assert [column.kind for column in table.columns] == ["text", "signed", "count"]
    assert table.rows[1:4] == (("Kết nạp", 80, None), ("Khai trừ", HIDDEN, None), ("Từ trần", -31, None))


FLOWS = frame(
    ["line", "people_n", "is_hidden"],
    ("opening_n", 100, False),
    ("admitted_n", None, True),
    ("died_n", 0, False),
    ("expelled_n", None, True),
    ("transferred_out_n", -900, False),
    ("internal_net_n", None, True),
    ("closing_n", 90, False),
)


def words_by_side(figure: Figure) -> dict[str, list[float]]:
    """Return where the words left and right of their bars stand, by how they are aligned."""
    ends = re.findall(r'text-anchor="(start|end)" transform="translate\(([\d.]+),[\d.]+\)"', flows_drawn(figure))
    return {side: [float(x) for found, x in ends if found == side] for side in ("start", "end")}


def flows_drawn(figure: Figure) -> str:
    return figure.svg(680).split("mark-rect")[-1]


def test_a_loss_stands_on_the_side_of_losses_also_where_it_is_0_or_hidden():
    """Of moves inside the Khối, which may go either way, a hidden one says nothing by its side."""
    figure = membership.membership_flows(FLOWS, VI)
    assert isinstance(figure, Figure)
    sides = dict(plotted_rows(figure, "line_name", "is_loss"))
    assert sides == {
        "Kết nạp": False,
        "Từ trần": True,
        "Khai trừ": True,
        "Chuyển đi": True,
        "Chuyển trong Khối": False,
    }
    drawn = words_by_side(figure)
    assert (len(drawn["end"]), len(drawn["start"])) == (3, 2)
    assert max(drawn["end"]) < min(drawn["start"])


def test_each_side_of_the_flows_has_the_room_of_its_own_bars_and_labels():
    figure = membership.membership_flows(FLOWS, VI)
    assert isinstance(figure, Figure)
    scale = marks(figure, "bar")[0]["encoding"]["x"]["scale"]
    low, high = (eval(scale[end]["expr"], {"width": 200, "max": max}) for end in ("domainMin", "domainMax"))
    pixel = (high - low) / 200
    # The longest loss and its label to the left; to the right, where nothing is drawn, only the word "ẩn".
    assert -low / pixel == pytest.approx(900 / pixel + 7.2 * len("−900") + 10)
    assert high / pixel == pytest.approx(7.2 * len("ẩn") + 10)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.mark == "bar"])
def test_bars_begin_at_zero(name):
    for layer in marks(make(name), "bar"):
        length = layer["encoding"]["x"]
        if name == "membership_flows":  # to both sides of zero
            assert length["scale"]["domainMin"]["expr"].startswith("-(31.0 + ")
            assert length["scale"]["domainMax"]["expr"].startswith("80.0 + ")
        else:
            low = length["scale"].get("domainMin", length["scale"].get("domain", [None])[0])
            assert low == 0
        assert length["field"] in CASES[name].fields


def test_the_axis_of_a_running_total_of_people_has_no_halves():
    one = CUMULATIVE.assign(cumulative_n=[0, 1])
    drawn = admissions.admissions_vs_target(one, ATTAINMENT.assign(admitted_n=1, target_n=1), TOGETHER, VI).svg(680)
    assert re.findall(r">(\d+,\d)<", drawn) == []


def test_the_running_total_begins_at_zero_and_a_stock_says_that_it_does_not():
    (line,) = marks(make("admissions_vs_target"), "line")
    assert line["encoding"]["y"]["scale"]["domain"][0] == 0
    (line,) = marks(make("members_over_time"), "line")
    assert line["encoding"]["y"]["scale"]["zero"] is False
    assert "Trục không bắt đầu từ 0." in make("members_over_time").notes


@pytest.mark.parametrize(
    ("name", "values"),
    [("admissions_vs_target", {2000}), ("admissions_by_year", {None, 100, 200})],
)
def test_targets_are_drawn_as_a_mark_and_not_only_as_a_colour(name, values):
    kind = "rule" if name == "admissions_vs_target" else "tick"
    field = {"admissions_vs_target": "target", "admissions_by_year": "target_n"}[name]
    *rim, mark = marks(make(name), kind)
    assert mark["encoding"]["y" if kind == "rule" else "x"]["field"] == field
    # Inside a dark bar the mark alone would have a contrast of 1.3: white stands around it.
    around = [(one["mark"]["color"], one["mark"]["thickness"] > mark["mark"]["thickness"]) for one in rim]
    assert around == ([("white", True)] if kind == "tick" else [])
    assert {value for (value,) in plotted_rows(make(name), field)} == values


def test_a_label_beside_a_mark_is_not_read_as_the_value_of_the_mark():
    (column,) = marks(make("admissions_by_year"), "text")
    assert (column["encoding"]["x"], column["mark"]["align"]) == ({"value": "width"}, "right")
    (ends,) = marks(make("admissions_by_sector"), "text")
    assert (ends["encoding"]["x"]["field"], ends["mark"]["align"]) == ("end", "left")


def test_a_date_left_out_of_the_running_total_is_told():
    note = VI.text("figure.admissions_vs_target.thinned")
    for is_thinned in (True, False):
        figure = admissions.admissions_vs_target(CUMULATIVE.assign(is_thinned=is_thinned), ATTAINMENT, TOGETHER, VI)
        assert isinstance(figure, Figure) and (note in figure.notes) is is_thinned


def test_a_target_above_the_bars_stays_on_the_scale():
    (bar,) = marks(make("admissions_by_year"), "bar")
    assert bar["encoding"]["x"]["scale"]["domainMax"]["expr"].startswith("200")


def test_an_attainment_above_100_is_never_cut():
    """Rule B.12."""
    over = frame(
        ["period", "admitted_n", "target_n", "attainment_pct", "is_hidden"], ("2023-H1", 1234, 1000, 123.4, False)
    )
    figure = admissions.admissions_vs_target(CUMULATIVE, over, TOGETHER, VI)
    assert isinstance(figure, Figure)
    assert "123,40%" in figure.finding
    (line,) = marks(figure, "line")
    assert line["encoding"]["y"]["scale"]["domain"][1] > 1234


@each_drawn
def test_at_most_six_colours_and_no_red_beside_green(name):
    for layer in layers(make(name).spec() or {}):
        scale = layer["encoding"].get("color", {}).get("scale", {})
        assert len(scale.get("range", [])) <= 6
    hues = [hue_of(colour) for colour in colours_of(make(name).spec() or {})]
    assert not (any(is_red(hue) for hue in hues) and any(is_green(hue) for hue in hues))


def hue_of(colour: str) -> tuple[float, float]:
    """Return hue in degrees and saturation."""
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    hue, _, saturation = colorsys.rgb_to_hls(red, green, blue)
    return 360 * hue, saturation


def is_red(hue: tuple[float, float]) -> bool:
    return hue[1] > 0.25 and (hue[0] < 20 or hue[0] > 340)


def is_green(hue: tuple[float, float]) -> bool:
    return hue[1] > 0.25 and 80 < hue[0] < 165


@pytest.mark.parametrize("palette", [SECTOR_COLOURS, LEVEL_COLOURS], ids=["sectors", "levels"])
def test_palettes_have_no_red_beside_green_and_no_colour_twice(palette):
    hues = [hue_of(colour) for colour in palette.values()]
    assert len(set(palette.values())) == len(palette) <= 6
    assert not (any(is_red(hue) for hue in hues) and any(is_green(hue) for hue in hues))
    assert is_red(hue_of("#d62728"))
    assert is_green(hue_of("#2ca02c"))


@pytest.mark.parametrize(
    ("name", "order"),
    [
        (
            "member_grades",
            [
                "Hoàn thành xuất sắc nhiệm vụ",
                "Hoàn thành tốt nhiệm vụ",
                "Hoàn thành nhiệm vụ",
                "Không hoàn thành nhiệm vụ",
            ],
        ),
        ("organisations_by_kind", ["Đảng bộ cơ sở", "Chi bộ cơ sở"]),
    ],
)
def test_parts_of_a_bar_keep_their_order_and_colour(name, order):
    scale = marks(make(name), "bar")[0]["encoding"]["color"]["scale"]
    assert scale["domain"] == order
    if name == "member_grades":
        assert scale["range"] == list(LEVEL_COLOURS.values())


def test_readings_of_the_cap_differ_in_shape_and_not_only_in_colour():
    (points,) = marks(make("cap_compliance"), "point")
    assert points["encoding"]["shape"]["field"] == "reading_name"
    assert len(set(points["encoding"]["shape"]["scale"]["range"])) == 3


def test_grades_that_cross_the_change_of_rules_say_so():
    """Rule A.5."""
    assert any("Quy định 124-QĐ/TW" in note for note in make("member_grades").notes)
    assert not any("Quy định 124-QĐ/TW" in note for note in make("organisation_grades").notes)


def test_years_of_the_cap_are_named_by_their_rules_and_the_break_is_explained():
    """Rule A.5."""
    figure = classification.cap_compliance(pd.concat([CAP, CAP.assign(year=2023)]), VI)
    assert isinstance(figure, Figure)
    assert {name for (name,) in plotted_rows(figure, "year_name")} == {"2022", "2023 (QĐ 124)"}
    assert any("Quy định 124-QĐ/TW" in note for note in figure.notes)
    assert not any("Quy định 124-QĐ/TW" in note for note in make("cap_compliance").notes)


def test_good_or_better_stands_at_the_end_of_its_bar_and_its_target_across_it():
    figure = make("member_grades")
    assert plotted_rows(figure, "year_name", "words") == {("2022", "90,00%"), ("2023 (QĐ 124)", "92,00%")}
    (tick,) = marks(figure, "tick")
    assert tick["encoding"]["x"]["field"] == "target_pct"
    assert plotted_rows(figure, "year_name", "target_pct") == {("2022", 90), ("2023 (QĐ 124)", 90)}
    assert figure.notes[:3] == (
        "Số đậm ở cuối thanh: tỷ lệ hoàn thành tốt nhiệm vụ trở lên.",
        "Vạch đen: chỉ tiêu.",
        "Tỷ lệ được xếp loại: 90,00% (2022) và 95,00% (2023).",
    )
    assert "Vạch đen: chỉ tiêu." not in make("organisation_grades").notes


def test_good_or_better_of_a_year_with_a_hidden_level_of_it_is_not_told():
    columns = ["year", "level", "count_n", "is_hidden", "hidden_cells"]
    levels = frame(columns, (2022, "excellent", 9, False, ()), (2023, "excellent", None, True, ("count_n",)))
    shown = suppress_better(BETTER, levels)
    assert shown["share_pct"].fillna(-1).tolist() == [90.0, -1]
    # The lower levels tell nothing by the sum of the upper ones, of which both are shown.
    lower = levels.assign(level="completed")
    assert suppress_better(BETTER, lower)["share_pct"].tolist() == [90.0, 92.0]

    grades = GRADES.assign(hidden_cells=pd.Series([()] * len(GRADES), dtype="object"))
    figure = classification.member_grades(grades, shown, VI)
    assert isinstance(figure, Figure)
    assert figure.finding == "Năm 2023: tỷ lệ đảng viên hoàn thành tốt nhiệm vụ trở lên không công bố"
    assert plotted_rows(figure, "year_name", "words") == {("2022", "90,00%"), ("2023 (QĐ 124)", "ẩn")}
    assert (figure.table.rows[0][6], figure.table.rows[-1][6]) == (90.0, HIDDEN)


def test_the_number_in_a_part_is_rounded_once():
    # 97,4468: with two decimals 97,45, and from there 97,5.
    parts = pd.DataFrame({"count_n": [229, 6, None], "rated_n": [235, 235, 235]})
    assert VI.part_labels(parts) == ["97,4", "2,6", ""]


def test_a_part_of_a_pixel_or_two_is_not_covered_by_the_edge_of_its_neighbours():
    rows = GRADES[:4].assign(share_pct=[12.0, 84.0, 3.6, 0.4])
    figure = classification.member_grades(rows, BETTER[:1], VI)
    assert isinstance(figure, Figure)
    drawn = re.findall(r'<path aria-label="[^"]*"[^>]*fill="(#\w+)" stroke="(#?\w+)"', figure.svg(340))
    assert dict(drawn) == {
        LEVEL_COLOURS["excellent"]: "white",
        LEVEL_COLOURS["good"]: "white",
        LEVEL_COLOURS["completed"]: "white",
        LEVEL_COLOURS["not_completed"]: LEVEL_COLOURS["not_completed"],
    }


def test_parts_have_their_number_where_there_is_room_for_it():
    figure = make("member_grades")
    wide, narrow = (re.findall(r">(\d+,\d)</text>", figure.svg(width)) for width in (680, 340))
    assert wide == ["10,0", "80,0", "5,0", "5,0", "20,0", "72,0"]
    assert narrow == ["80,0", "20,0", "72,0"]


def test_a_year_that_is_a_part_is_marked_and_explained():
    assert (
        "Năm có ghi ngày trong ngoặc chỉ tính một phần, nên không so sánh với cả năm khác."
        in make("admissions_by_year").notes
    )


@each_figure
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_figure_of_a_synthetic_dataset_says_so(name, language):
    assert SYNTHETIC_NOTE[language] in make(name, make_context(language)).notes
    assert SYNTHETIC_NOTE[language] not in make(name, make_context(language, notes=())).notes


@each_figure
def test_every_figure_speaks_english_too(name):
    figure = make(name, EN)
    marked = "".join(character for character in figure.finding + figure.subtitle if character in "ảấộỹđĐơưệ")
    assert marked == ""
    assert figure.language == "en"


@each_figure
def test_page_and_notebook_get_the_same_figure(name):
    figure = make(name)
    bundle = figure._repr_mimebundle_()
    payload = bundle[MIME]
    assert payload["kind"] == "figure"
    assert (payload["finding"], payload["alt"], payload["source"]) == (figure.finding, figure.alt_text, figure.source)
    assert payload["table"]["rows"] == [list(row) for row in figure.table.rows]
    assert figure.finding in bundle["text/plain"]
    json.dumps(payload, allow_nan=False)


NOTHING = {
    "admissions_vs_target": (CUMULATIVE, ATTAINMENT.assign(admitted_n=0), TOGETHER),
    "admissions_by_year": (YEARS.assign(admitted_n=0),),
    "admissions_by_sector": (SECTOR_ADMISSIONS.assign(admitted_n=0),),
    "member_grades": (GRADES[:0], BETTER[:0]),
    "organisation_grades": (GRADES.assign(rated_n=0), BETTER),
    "cap_compliance": (CAP[:0],),
    "organisations_by_kind": (KINDS.assign(organisations_n=0, total_n=0),),
    "organisations_by_sector": (SECTORS[:0],),
    "organisations_by_size": (BANDS.assign(organisations_n=0),),
    "lifecycle_events": (EVENTS[:0],),
    "membership_flows": (BRIDGE.assign(people_n=0),),
    "members_over_time": (SERIES[:0],),
    "members_by_sector": (MEMBER_SECTORS[:0],),
}


@each_figure
def test_nothing_to_draw_is_one_sentence_under_the_figures_heading(name):
    block = CASES[name].make(*NOTHING[name], VI)
    assert isinstance(block, Findings)
    assert block.block_id == name.replace("_", "-")
    assert len(block.sentences) == 1
    assert block.sentences[0].endswith(".")
    assert block.heading == load_language("vi").text(f"figure.{name}.heading")


def test_a_hidden_headline_gives_no_chart():
    hidden = ATTAINMENT.assign(admitted_n=pd.NA, attainment_pct=pd.NA, is_hidden=True)
    block = admissions.admissions_vs_target(CUMULATIVE, hidden, TOGETHER, VI)
    assert isinstance(block, Findings)
    assert block.sentences == (
        "Không công bố: số này nhỏ, từ nó suy ra được một số nhỏ, hoặc là số của nhóm có ít hơn ba tổ chức.",
    )
    block = membership.membership_flows(BRIDGE.assign(people_n=pd.NA), VI)
    assert isinstance(block, Findings)


NO_TARGET = ATTAINMENT.assign(period="term:2023-06-02", target_n=pd.array([pd.NA], dtype="Int64"), attainment_pct=pd.NA)


def test_without_a_target_of_the_term_the_years_that_have_one_are_told_together():
    """A sector or an organisation has targets by year alone."""
    assert admissions.admissions_vs_target(CUMULATIVE, NO_TARGET, TOGETHER, VI).finding == (
        "Đã kết nạp 1.234 đảng viên; các năm có chỉ tiêu từ 2021 đến 2023: 310, "
        "đạt 73,46% tổng chỉ tiêu cả năm đã giao (422)"
    )
    one = TOGETHER.assign(first_year=2023)
    assert admissions.admissions_vs_target(CUMULATIVE, NO_TARGET, one, EN).finding == (
        "1,234 members admitted; in 2023 310, 73.46% of the whole year's assigned target (422)"
    )


def test_of_a_part_of_each_year_the_targets_of_whole_years_are_not_added_up():
    """Of the first half of a year without a target, the first halves of other years say nothing."""
    half = NO_TARGET.assign(period="2023-H1")
    assert "không có chỉ tiêu chung" in admissions.admissions_vs_target(CUMULATIVE, half, TOGETHER, VI).finding


def test_a_target_of_its_own_is_told_and_not_that_of_the_years():
    assert admissions.admissions_vs_target(CUMULATIVE, ATTAINMENT, TOGETHER, VI).finding == (
        admissions.admissions_vs_target(CUMULATIVE, ATTAINMENT, NO_YEARS, VI).finding
    )


def test_no_target_is_said_and_no_mark_is_drawn():
    none = ATTAINMENT.assign(target_n=pd.array([pd.NA], dtype="Int64"), attainment_pct=pd.NA)
    figure = admissions.admissions_vs_target(CUMULATIVE, none, NO_YEARS, VI)
    assert isinstance(figure, Figure)
    assert figure.finding == "Đã kết nạp 1.234 đảng viên; không có chỉ tiêu chung cho kỳ này ở phạm vi này"
    assert marks(figure, "rule") == []


@pytest.mark.parametrize(
    ("closing", "finding"), [(5490, "Giảm 10 đảng viên, từ 5.500 xuống 5.490"), (5500, "Số đảng viên không đổi: 5.500")]
)
def test_membership_that_fell_or_stayed_says_so(closing, finding):
    rows = BRIDGE.assign(people_n=pd.array([5500, 80, None, -31, closing], dtype="Int64"))
    block = membership.membership_flows(rows, VI)
    assert isinstance(block, Figure)
    assert block.finding == finding


def plain_figure(**changes: Any) -> Figure:
    texts = {
        "language": "vi",
        "figure_id": "f",
        "heading": "Số",
        "finding": "Đủ",
        "subtitle": "Số",
        "alt_text": "Bảng",
        "source": "Nguồn",
        "notes": (),
        "chart": None,
        "table": Table((Column("name", "Tên", "text"),), (("Chi bộ A",),)),
    }
    return Figure(**(texts | changes))


@pytest.mark.parametrize("text", ["figure_id", "heading", "finding", "subtitle", "alt_text", "source"])
@pytest.mark.parametrize("empty", ["", "  \n"])
def test_a_figure_without_one_of_its_texts_is_refused_by_name(text, empty):
    with pytest.raises(ValueError, match=f"{text} is empty"):
        plain_figure(**{text: empty})


def test_a_figure_without_a_table_is_refused():
    with pytest.raises(ValueError, match="its table has no columns"):
        plain_figure(table=Table((), ()))


SCRIPT = '<script>alert("x")</script>'


def test_names_are_escaped_wherever_a_figure_shows_them():
    figure = plain_figure(
        finding=SCRIPT,
        subtitle=SCRIPT,
        source=SCRIPT,
        notes=(SCRIPT,),
        alt_text=SCRIPT,
        table=Table((Column("name", SCRIPT, "text"),), ((SCRIPT,),)),
    )
    assert "<script" not in figure.html()
    assert figure.html().count("&lt;script&gt;") == 7


@pytest.mark.parametrize(
    "block",
    [
        Findings("vi", "x", SCRIPT, (SCRIPT,)),
        Definitions("vi", SCRIPT, ((SCRIPT, SCRIPT),), {SCRIPT: SCRIPT}, {}),
        Masthead("vi", SCRIPT, SCRIPT, SCRIPT, SCRIPT, SCRIPT, SCRIPT, True, SCRIPT, SCRIPT),
    ],
    ids=lambda block: block.kind,
)
def test_names_are_escaped_in_every_other_block(block):
    assert "<script" not in block.html()
    assert "&lt;script&gt;" in block.html()


def test_a_drawn_chart_carries_its_alternative_text():
    figure = make("organisations_by_kind")
    assert figure.svg(680).startswith('<svg role="img" aria-label="Biểu đồ thanh ngang xếp chồng theo ngày. 78 tổ chức')
    assert 'alt="Biểu đồ thanh ngang xếp chồng' in figure.html()


@pytest.mark.parametrize("quarters", range(2, 21))
def test_the_last_day_of_a_line_is_marked_on_a_phone_too(quarters):
    ends = pd.date_range("2023-03-31", periods=quarters, freq="QE")
    rows = pd.DataFrame({"period_end": ends, "members_n": range(5000, 5000 + quarters)})
    figure = replace(make("members_over_time"), chart=level_line(rows, "members_n", end_label=""))
    # What Vega leaves out is drawn without being seen.
    shown = re.findall(r'<text(?![^>]*opacity="0")[^>]*>(\d\d/\d{4})</text>', figure.svg(340))
    assert shown[-1] == f"{ends[-1]:%m/%Y}"


def test_a_line_of_years_is_marked_at_their_ends_and_on_its_last_day():
    ends = pd.date_range("2020-09-30", "2024-06-30", freq="ME")
    chart = level_line(pd.DataFrame({"period_end": ends, "members_n": range(len(ends))}), "members_n", end_label="")
    shown = re.findall(r">(\d\d/\d{4})</text>", replace(make("members_over_time"), chart=chart).svg(680))
    assert shown == ["12/2020", "12/2021", "12/2022", "12/2023", "06/2024"]


@pytest.mark.parametrize(
    ("people", "is_above"),
    [
        ((100, 120, 140, 160), True),
        ((140, 180, 190, 160), False),  # falls at its end: the label would lie on the line
        ((190, 180, 170, 160), False),
        ((160, 160, 160, 160), True),
        ((100, 150, 170, 168), True),  # a small step down after a long rise: above its top, not on the rise
    ],
)
def test_the_label_at_the_end_of_a_line_never_lies_on_it(people, is_above):
    rows = pd.DataFrame({"period_end": pd.date_range("2023-03-31", periods=4, freq="QE"), "members_n": people})
    figure = replace(make("members_over_time"), chart=level_line(rows, "members_n", end_label="1.234.567.890"))
    (words,) = marks(figure, "text")
    ((label_at,),) = plotted_rows(figure, "label_at")
    if is_above:
        assert (label_at, words["mark"]["baseline"]) == (max(people[1:]), "bottom")
    else:
        assert (label_at, words["mark"]["baseline"]) == (min(people[1:]), "top")
    assert marks(figure, "point")[0]["mark"]["opacity"] == 1


@pytest.mark.parametrize(
    ("value", "kind", "vi", "en"),
    [
        (5549, "count", "5.549", "5,549"),
        (62.67, "pct", "62,67%", "62.67%"),
        (3.456, "dec2", "3,46", "3.46"),
        (12, "signed", "+12", "+12"),
        ("2023-06-02", "date", "02/06/2023", "2 June 2023"),
        ("a", "text", "a", "a"),
        (None, "count", "—", "—"),
        (HIDDEN, "count", "ẩn", "hidden"),
        (HIDDEN, "pct", "ẩn", "hidden"),
        (HIDDEN, "text", "hidden", "hidden"),
        (HIDDEN, "date", "ẩn", "hidden"),
        (0, "count", "0", "0"),
    ],
)
def test_a_cell_is_written_as_its_kind_says(value, kind, vi, en):
    assert (write_cell(value, kind, load_language("vi")), write_cell(value, kind, load_language("en"))) == (vi, en)


def test_only_a_hidden_row_reads_as_hidden_and_other_gaps_as_no_value():
    rows = frame(["admitted_n", "is_hidden"], (None, True), (None, False))
    assert table_of(rows, {"admitted_n": "count"}, load_language("vi")).rows == ((HIDDEN,), (None,))


HEADLINE = frame(
    [
        "period",
        "admitted_n",
        "target_n",
        "attainment_pct",
        "organisations_n",
        "party_committees_n",
        "cells_n",
        "members_n",
        "founded_cells_n",
        "founded_non_state_n",
        "is_hidden",
    ],
    ("term:2023-06-02", 940, 1500, 62.67, 78, 40, 38, 5549, 2, 1, False),
    ("term:2022-06-02", 600, 1500, 40.0, 77, 39, 38, 5560, 1, 1, False),
)


def test_the_statement_says_what_the_article_says():
    assert overview.statement(HEADLINE, VI).sentences == (
        "6 tháng đầu năm 2023, toàn Đảng bộ Khối đã kết nạp 940 đảng viên, đạt 62,67% so với chỉ tiêu Đại hội (1.500).",
        "Đến 30/06/2023 có 78 tổ chức cơ sở đảng, gồm 40 đảng bộ cơ sở và 38 chi bộ cơ sở, với 5.549 đảng viên.",
        "Trong kỳ đã thành lập mới 2 chi bộ cơ sở, trong đó 1 chi bộ trong doanh nghiệp ngoài khu vực Nhà nước.",
    )


def test_the_statement_of_a_year_names_the_years_target_and_says_where_nothing_was_founded():
    year = HEADLINE[:1].assign(period="2023-H1", founded_cells_n=0)
    sentences = overview.statement(year, VI).sentences
    assert "so với chỉ tiêu cả năm (1.500)" in sentences[0]
    assert sentences[2] == "Trong kỳ không thành lập mới chi bộ cơ sở."


def test_key_numbers_have_unit_target_and_change():
    numbers = overview.key_numbers(HEADLINE, BETTER, UNREVISED, VI).numbers
    assert [(n.label, n.value, n.unit, n.change, n.attained_pct) for n in numbers] == [
        ("Kết nạp", "940", "đảng viên", "+340 so với kỳ so sánh", 62.67),
        ("Tổ chức cơ sở đảng", "78", "tổ chức", "+1 so với kỳ so sánh", None),
        ("Đảng viên", "5.549", "đảng viên", "−11 so với kỳ so sánh", None),
        ("Hoàn thành tốt trở lên 2023", "92,00%", "", "— (quy định xếp loại đã đổi so với 2022)", None),
    ]
    assert numbers[0].detail == "đạt 62,67% chỉ tiêu Đại hội (1.500)"


@pytest.mark.parametrize(
    ("measure", "period", "place", "unit"),
    [
        ("admitted", HEADLINE["period"].iloc[0], 0, "đảng viên (điều\u00a0chỉnh)"),
        ("organisations", HEADLINE["period"].iloc[0], 1, "tổ chức (điều\u00a0chỉnh)"),
        ("members", HEADLINE["period"].iloc[0], 2, "đảng viên (điều\u00a0chỉnh)"),
        ("graded", str(BETTER["year"].iloc[-1]), 3, "(điều\u00a0chỉnh)"),
    ],
)
def test_the_key_number_that_was_revised_says_so_and_no_other(measure, period, place, unit):
    plain = [number.unit for number in overview.key_numbers(HEADLINE, BETTER, UNREVISED, VI).numbers]
    revisions = pd.DataFrame({"period": [period, "2019"], "measure": [measure, "graded"]})
    marked = [number.unit for number in overview.key_numbers(HEADLINE, BETTER, revisions, VI).numbers]
    assert marked == [*plain[:place], unit, *plain[place + 1 :]]


def test_a_revision_of_another_period_marks_no_key_number():
    other = pd.DataFrame({"period": [HEADLINE["period"].iloc[1]], "measure": ["admitted"]})
    assert overview.key_numbers(HEADLINE, BETTER, other, VI) == overview.key_numbers(HEADLINE, BETTER, UNREVISED, VI)


def test_a_hidden_key_number_reads_as_hidden_and_has_no_change_and_no_bar():
    hidden = HEADLINE.assign(
        admitted_n=pd.array([None, 600], dtype="Int64"), attainment_pct=pd.array([None, 40.0], dtype="Float64")
    )
    number = overview.key_numbers(hidden, BETTER[:0], UNREVISED, VI).numbers[0]
    assert (number.value, number.detail, number.change, number.attained_pct) == ("ẩn", "không công bố", "", None)
    assert overview.statement(hidden, VI).sentences[0] == (
        "6 tháng đầu năm 2023, toàn Đảng bộ Khối: số đảng viên kết nạp không công bố."
    )


def test_the_finding_of_a_year_that_is_hidden_names_no_other_year():
    rows = YEARS.assign(
        admitted_n=pd.array([30, 40, None], dtype="Int64"),
        is_hidden=[False, False, True],
        index_pct=pd.array([None, 90.0, None], dtype="Float64"),
    )
    block = admissions.admissions_by_year(rows, VI)
    assert isinstance(block, Figure)
    assert block.finding == "2023 (01/01–30/06): số kết nạp không công bố"


@pytest.mark.parametrize(
    ("before", "is_hidden", "why"),
    [
        (None, True, "số cùng kỳ năm trước không công bố, nên không tính chỉ số"),
        (0, False, "cùng kỳ năm trước không kết nạp ai, nên không tính chỉ số"),
    ],
)
def test_a_year_without_an_index_says_why_and_never_borrows_that_of_an_earlier_year(before, is_hidden, why):
    years = pd.concat([YEARS, YEARS.tail(1).assign(year=2024)], ignore_index=True)
    rows = years.assign(
        start_date=pd.to_datetime(["2021-01-01", "2022-01-01", "2023-01-01", "2024-01-01"]),
        data_date=pd.to_datetime(["2021-12-31", "2022-12-31", "2023-12-31", "2024-12-31"]),
        admitted_n=pd.array([10, 14, before, 7], dtype="Int64"),
        index_pct=pd.array([None, 140.0, None, None], dtype="Float64"),
        is_hidden=[False, False, is_hidden, False],
        is_part=False,
    )
    assert admissions.admissions_by_year(rows, VI).finding == f"2024: kết nạp 7; {why}"
    # Nor is there an index to borrow where this is the second year.
    assert admissions.admissions_by_year(rows.tail(2), VI).finding == f"2024: kết nạp 7; {why}"


def test_the_last_whole_period_is_set_against_the_same_period_of_the_year_before_it():
    rows = pd.concat([YEARS, YEARS.tail(1).assign(year=2024, is_part=True, index_pct=None)], ignore_index=True)
    rows = rows.assign(
        start_date=pd.to_datetime([*YEARS["start_date"], "2024-01-01"]),
        data_date=pd.to_datetime([*YEARS["data_date"], "2024-02-14"]),
    )
    assert admissions.admissions_by_year(rows, EN).finding == (
        "2024 (1 Jan–14 Feb): 50 members admitted; 2023 (1 Jan–30 Jun): 50, 125.00% of the same days of 2022"
    )
    years = rows.assign(data_date=pd.to_datetime([*YEARS["data_date"][:-1], "2023-12-31", "2024-02-14"]))
    assert admissions.admissions_by_year(years, VI).finding == (
        "Từ 01/01/2024 đến 14/02/2024 kết nạp 50 đảng viên; cả năm 2023 kết nạp 50, bằng 125,00% năm 2022"
    )


def test_without_a_period_to_compare_key_numbers_have_no_change():
    context = replace(VI, compared_with="So sánh: — (nằm trước nhiệm kỳ)")
    assert isinstance(overview.key_numbers(HEADLINE[:1], BETTER[:0], UNREVISED, context), KeyNumbers)
    assert overview.key_numbers(HEADLINE[:1], BETTER[:0], UNREVISED, context).numbers[0].change == ""


def test_grades_of_two_years_under_the_same_rules_have_a_change():
    """Rule A.5: only across the change of rules there is none."""
    later = BETTER.assign(year=[2023, 2024])
    assert overview.key_numbers(HEADLINE, later, UNREVISED, VI).numbers[-1].change == "+2,00 điểm % so với 2023"


def test_the_cap_is_stated_under_the_reading_that_the_dataset_chose():
    finding = classification.cap_compliance(CAP, replace(VI, cap_reading="good_or_better")).finding
    assert finding == (
        "Năm 2022, 65/70 tổ chức cơ sở đảng có số đảng viên hoàn thành xuất sắc trong mức 20% số hoàn thành tốt trở lên"
    )


def test_sectors_that_are_level_are_both_named():
    rows = SECTOR_ADMISSIONS.assign(admitted_n=5, share_pct=50.0, is_hidden=False).head(2)
    finding = admissions.admissions_by_sector(rows, VI).finding
    assert " và " in finding.split(" kết nạp nhiều nhất")[0]
    assert finding.endswith("kết nạp nhiều nhất, mỗi loại hình 5, bằng 50,00% tổng số")


def test_one_sector_is_not_compared_with_itself():
    block = admissions.admissions_by_sector(SECTOR_ADMISSIONS.assign(admitted_n=5).head(1), VI)
    assert block.sentences == ("Báo cáo này chỉ gồm một loại hình, nên không so sánh giữa các loại hình.",)


def test_lower_bodies_are_named_beside_the_total_and_not_in_it():
    """Rules C.7, E.6."""
    rows = frame(["kind", "organisations_n"], ("subordinate_cell", 1251), ("section_committee", 6))
    assert structure.lower_bodies(rows, VI).sentences == (
        "Ngoài ra có 1.251 chi bộ trực thuộc và 6 đảng bộ bộ phận; các tổ chức này không tính là tổ chức cơ sở đảng.",
    )


COMPARED = frame(
    ["period", "admitted_n", "change_n", "index_pct", "between_n", "is_hidden"],
    ("2022-H1", 40, None, None, None, False),
    ("2023-H1", 50, 10, 125.0, None, False),
)


@pytest.mark.parametrize(
    ("rows", "sentences"),
    [
        (
            COMPARED,
            ("So với: 6 tháng đầu năm 2022", "Kết nạp 50 đảng viên so với 40 (+10); chỉ số 125,00 (100 = không đổi)."),
        ),
        (
            COMPARED.assign(index_pct=pd.NA),
            (
                "So với: 6 tháng đầu năm 2022",
                "Kết nạp 50 đảng viên so với 40 (+10); không tính chỉ số vì không có gốc so sánh.",
            ),
        ),
        (
            COMPARED.assign(index_pct=pd.NA, between_n=[pd.NA, 10]),
            (
                "So với: 6 tháng đầu năm 2022",
                "Kết nạp 50 đảng viên so với 40 (+10); không so theo tỷ lệ, vì kỳ này bao gồm kỳ so sánh.",
            ),
        ),
        (
            COMPARED.assign(is_hidden=[True, False]),
            (
                "So với: 6 tháng đầu năm 2022",
                "Không công bố: số này nhỏ, từ nó suy ra được một số nhỏ, hoặc là số của nhóm có ít hơn ba tổ chức.",
            ),
        ),
        (COMPARED.tail(1), ("So với: 6 tháng đầu năm 2022",)),
    ],
)
def test_admissions_stand_beside_those_of_the_period_compared_with(rows, sentences):
    assert admissions.admissions_compared(rows, VI).sentences == sentences


def test_a_year_that_is_not_whole_is_named_with_its_days():
    finding = admissions.admissions_by_year(YEARS, VI).finding
    assert finding == "2023 (01/01–30/06): kết nạp 50, bằng 125,00% cùng kỳ năm trước"
    whole = YEARS.assign(data_date=pd.to_datetime(["2020-12-31", "2022-12-31", "2023-12-31"]))
    assert admissions.admissions_by_year(whole, VI).finding.startswith("2023: kết nạp 50")


def test_members_by_sector_are_set_against_the_start_of_the_period_and_the_column_says_so():
    """Not against the same period of the year before, which other indices are of."""
    last = make("members_by_sector").table.columns[-1]
    assert (last.name, last.label) == ("start_index_pct", "So với đầu kỳ (100 = không đổi)")
    assert make("members_by_sector", EN).table.columns[-1].label == "Start of period = 100"


def test_the_note_on_hidden_numbers_tells_every_reason_for_which_they_are():
    """A small one, a second one beside it, and one of fewer than three organisations."""
    assert HIDDEN_NOTE == (
        "“ẩn”: số nhỏ, số mà từ đó suy ra được số nhỏ, hoặc số của nhóm có ít hơn ba tổ chức; "
        "không công bố, để không ai bị nhận ra."
    )


def test_the_sum_of_rounded_shares_is_100():
    thirds = pd.concat([SECTORS, SECTORS[:2].assign(sector_group="state_agency")]).assign(share_pct=33.33, total_n=9)
    figure = structure.organisations_by_sector(thirds, VI)
    assert isinstance(figure, Figure)
    assert figure.table.rows[-1][-2:] == (27, 100.0)
    assert figure.finding.endswith(" nhiều nhất: mỗi loại hình 9 tổ chức, chiếm 33,33%")
