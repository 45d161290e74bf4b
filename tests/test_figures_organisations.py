"""Figures on which organisations admit: what they say and plot, what they hide, what they say of nothing."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest
from frames import frame, make_context

from analysis.disclosure import Thresholds, suppress_small
from analysis.figures import organisations as figures
from analysis.figures.block import Findings
from analysis.figures.figure import Figure
from analysis.figures.table import HIDDEN
from analysis.language import load_language
from analysis.measures.organisations import funnel_limits, measure_funnel

VI, EN = make_context("vi"), make_context("en")


def attained(*pairs: tuple[int, int], basis: str = "year") -> pd.DataFrame:
    """Return rows of organisation_attainment with their limits, as the internal edition shows them."""
    rows = frame(
        ["org_id", "name", "kind", "sector_group", "members_n", "admitted_n", "target_n", "target_basis"],
        *(
            (f"T{place:03}", f"Chi bộ {place:03}", "cell", "state_agency", 20, count, target, basis)
            for place, (count, target) in enumerate(pairs)
        ),
    )
    whole = (100 * rows["admitted_n"] / rows["target_n"]).round(2)
    return measure_funnel(rows.assign(attainment_pct=whole, organisations_n=1)).assign(is_hidden=False)


# Twenty on the common ratio, two far above at the same point, one far below, one a little above.
CHANCE = [(7, 10)] * 20
OUTLIERS = attained((24, 12), *CHANCE, (24, 12), (0, 30), (14, 10), (440, 650))


def funnel(rows: pd.DataFrame, context: Any = VI) -> Any:
    return figures.attainment_funnel(rows, funnel_limits(rows), context)


def drawn(figure: Any, *fields: str) -> list[tuple[Any, ...]]:
    assert isinstance(figure, Figure), figure
    spec = figure.spec()
    assert spec is not None
    return [
        tuple(str(row[field]).replace("\n", " ") if isinstance(row[field], str) else row[field] for field in fields)
        for rows in spec["datasets"].values()
        for row in rows
        if set(fields) <= set(row)
    ]


def test_the_funnel_finds_how_many_lie_outside_the_outer_limits():
    assert funnel(OUTLIERS).finding == "3 trên 25 tổ chức có mức đạt chỉ tiêu chênh lệch quá mức ngẫu nhiên"
    assert funnel(OUTLIERS, EN).finding == "3 of 25 organisations differ in attainment by more than chance explains"
    none = funnel(attained(*CHANCE))
    assert none.finding == "Không tổ chức nào trong 20 tổ chức có mức đạt chỉ tiêu chênh lệch quá mức ngẫu nhiên"


def test_the_funnel_plots_each_organisation_at_its_target_and_attainment():
    points = drawn(funnel(OUTLIERS), "target_n", "attainment_pct", "zone_name", "label")
    assert len(points) == 25
    assert set(points) == {
        (10, 70, "Trong giới hạn 95%", ""),
        (12, 200, "Ngoài giới hạn 99,8%", "1, 2"),
        (30, 0, "Ngoài giới hạn 99,8%", "3"),
        (10, 140, "Ngoài giới hạn 95%", ""),
        (650, 67.69, "Trong giới hạn 95%", ""),
    }


def test_labels_are_numbers_of_the_register_and_the_notes_say_whose():
    notes = funnel(OUTLIERS).notes
    assert notes[:3] == (
        "1: Chi bộ 000, kết nạp 24, chỉ tiêu 12 (200,00%).",
        "2: Chi bộ 021, kết nạp 24, chỉ tiêu 12 (200,00%).",
        "3: Chi bộ 022, kết nạp 0, chỉ tiêu 30 (0,00%).",
    )
    assert notes[3].startswith("Nét liền: giới hạn 99,8%; nét đứt: 95%.") and "quanh mức chung 70,24%" in notes[3]


def test_past_the_sixth_label_the_table_says_it():
    rows = attained(*[(60, 20)] * 8, *[(7, 10)] * 400)
    figure = funnel(rows)
    assert {label for (label,) in drawn(figure, "label")} == {"", "1, 2, 3, 4, 5, 6"}
    assert "Còn 2 tổ chức ngoài giới hạn 99,8%: xem bảng." in figure.notes


def test_the_funnel_draws_the_limits_that_were_measured_and_names_their_ends():
    limits = funnel_limits(OUTLIERS)
    figure = funnel(OUTLIERS)
    lines = {(row[0], row[1], row[2]) for row in drawn(figure, "limit", "target_n", "attainment_pct")}
    columns = ["limit", "target_n", "limit_pct"]
    kept = {(line, n, None if pd.isna(at) else at) for line, n, at in limits[columns].itertuples(index=False)}
    assert lines == kept
    assert sorted(name for (name,) in drawn(figure, "name")) == ["99,8%", "99,8%", "Mức chung"]


def test_the_axis_of_attainment_begins_at_zero_and_cuts_no_point():
    spec = funnel(OUTLIERS).spec()
    heights = [layer["encoding"]["y"] for layer in spec["layer"]]
    domains = [height["scale"]["domain"] for height in heights if "scale" in height]
    assert domains and all(low == 0 and top > 200 for low, top in domains)


def test_zones_differ_in_shape_and_not_only_in_colour():
    (points,) = [layer for layer in funnel(OUTLIERS).spec()["layer"] if layer["mark"]["type"] == "point"]
    assert len(set(points["encoding"]["shape"]["scale"]["range"])) == 3
    assert points["encoding"]["shape"]["field"] == points["encoding"]["color"]["field"] == "zone_name"


def test_the_table_lists_every_organisation_in_the_order_of_the_register():
    rows = funnel(OUTLIERS).table.rows
    assert [row[0] for row in rows] == [f"Chi bộ {place:03}" for place in range(25)]
    assert rows[0][:7] == ("Chi bộ 000", "Chi bộ cơ sở", "Cơ quan Nhà nước", 20, 12, 24, 200.0)
    assert rows[0][7:] == (3, 15, "Cao hơn giới hạn 99,8%")


def test_widened_limits_and_sums_of_years_are_said():
    spread = funnel(attained(*[(5, 10), (13, 10)] * 25, basis="years"))
    assert any("hệ số phân tán 1,78" in note for note in spread.notes)
    assert any(note.startswith("Không giao chỉ tiêu nhiệm kỳ") for note in spread.notes)
    assert not any("nới rộng" in note for note in funnel(attained(*CHANCE)).notes)


def test_the_dispersion_is_said_and_what_less_than_chance_means():
    """All the same: 0; three more or less than ten: 0,9, and no more is said of it."""
    even = funnel(attained(*[(8, 10)] * 30)).notes
    assert VI.text("figure.attainment_funnel.note_spread", spread=0.0) in even
    assert VI.text("figure.attainment_funnel.note_even") in even
    usual = funnel(attained(*[(7, 10), (13, 10)] * 15)).notes
    assert VI.text("figure.attainment_funnel.note_spread", spread=0.9) in usual
    assert VI.text("figure.attainment_funnel.note_even") not in usual


def test_a_public_page_shows_no_organisation_whatever_it_admitted():
    """Suppressed by its target, a row of one organisation is always hidden, one without an admission too."""
    for rows in (OUTLIERS, attained((0, 5)), attained((3, 5))):
        public = suppress_small(rows, "target_n", Thresholds(5, 10), derived=["admitted_n", "attainment_pct"])
        block = figures.attainment_funnel(public, funnel_limits(rows), VI)
        assert isinstance(block, Findings)
        assert block.sentences == (
            "Số liệu của từng tổ chức chỉ có ở bản nội bộ; bản công khai trình bày theo quy mô và loại hình.",
        )
        assert "Chi bộ" not in block.html()


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (OUTLIERS[:0], "Không có tổ chức nào được giao chỉ tiêu kết nạp lớn hơn 0 trong kỳ này."),
        (
            attained((3, 4)),
            "Toàn Đảng bộ Khối: kết nạp 3 đảng viên, chỉ tiêu được giao 4, đạt 75,00%; một tổ chức thì không có "
            "giới hạn kiểm soát.",
        ),
        (
            attained(*[(3, 4)] * 9),
            "Chỉ có 9 tổ chức có chỉ tiêu lớn hơn 0; cần ít nhất 10 tổ chức để tính giới hạn kiểm soát.",
        ),
        (attained(*[(0, 4)] * 10), "Các tổ chức có chỉ tiêu chưa kết nạp đảng viên nào trong kỳ này."),
    ],
)
def test_a_funnel_of_too_few_is_one_sentence(rows, sentence):
    block = funnel(rows)
    assert isinstance(block, Findings)
    assert (block.block_id, block.sentences) == ("attainment-funnel", (sentence,))


GROUP = ["with_target_n", "admitted_n", "target_n", "attainment_pct", "has_year_sums", "is_hidden", "common_pct"]
GROUP = [*GROUP, "position"]
BANDS = frame(
    ["band", *GROUP],
    ("under_30", 20, 50, 100, 50.0, False, False, 78.0, "below_998"),
    ("from_30_to_49", 2, None, None, None, False, True, 78.0, None),
    ("from_50_to_99", 3, None, None, None, False, True, 78.0, None),
    ("from_200", 8, 90, 80, 112.5, False, False, 78.0, "above_998"),
)
SECTORS = frame(
    ["sector_group", *GROUP],
    ("state_agency", 20, 50, 100, 50.0, True, False, 50.0, "within"),
    ("service_unit", 8, 40, 80, 50.0, True, False, 50.0, "within"),
)
KINDS = frame(
    ["kind", *GROUP],
    ("party_committee", 20, 50, 100, 50.0, False, False, 61.11, "below_95"),
    ("cell", 8, 60, 80, 75.0, False, False, 61.11, "above_998"),
)


def test_attainment_by_size_plots_people_beside_their_target_and_hides_small_bands():
    figure = figures.attainment_by_size(BANDS, VI)
    assert isinstance(figure, Figure)
    assert figure.finding == (
        "Trong các nhóm được công bố, vượt quá dao động ngẫu nhiên: nhóm từ 200 đảng viên cao hơn mức chung, "
        "nhóm dưới 30 đảng viên thấp hơn"
    )
    assert drawn(figure, "band_name", "admitted_n", "target_n", "label") == [
        ("Dưới 30 đảng viên", 50, 100, "50 / 100 (50,00%)"),
        ("30–49 đảng viên", None, None, "ẩn"),
        ("50–99 đảng viên", None, None, "ẩn"),
        ("Từ 200 đảng viên", 90, 80, "90 / 80 (112,50%)"),
    ]
    assert figure.table.rows[1] == ("30–49 đảng viên", 2, HIDDEN, HIDDEN, HIDDEN, HIDDEN)
    assert VI.text("note.hidden") in figure.notes
    assert not any("nhiệm kỳ" in note for note in figure.notes)


def test_sectors_within_chance_are_not_ranked():
    figure = figures.attainment_by_sector(SECTORS, VI)
    assert isinstance(figure, Figure)
    assert figure.finding == (
        "Tính chung đạt 50,00% tổng chỉ tiêu các năm đã giao, số liệu đến 30/06/2023; "
        "chênh lệch giữa các loại hình không vượt quá dao động ngẫu nhiên"
    )
    assert drawn(figure, "sector_name", "admitted_n") == [("Cơ quan Nhà nước", 50), ("Đơn vị sự nghiệp", 40)]
    assert any(note.startswith("Không giao chỉ tiêu nhiệm kỳ") for note in figure.notes)
    assert any("không xếp hạng các nhóm" in note for note in figure.notes)


@pytest.mark.parametrize(
    ("positions", "finding"),
    [
        (("below_95", "above_95"), "{lead}sectors differ by no more than chance"),
        (("above_998", "within"), "{lead}above the common ratio by more than chance: "),
        (("within", "below_998"), "{lead}below the common ratio by more than chance: "),
    ],
)
def test_a_group_is_named_only_outside_the_outer_limits(positions, finding):
    figure = figures.attainment_by_sector(SECTORS.assign(position=list(positions)), EN)
    assert isinstance(figure, Figure)
    outside = [
        name
        for name, place in zip(("State agencies", "Public service units"), positions, strict=True)
        if "998" in place
    ]
    lead = "50.00% of the whole years' assigned targets in all, data as of 30 June 2023; "
    assert figure.finding == finding.format(lead=lead) + "".join(outside)
    one_year = figures.attainment_by_sector(SECTORS.assign(has_year_sums=False, position=list(positions)), EN)
    assert one_year.finding.startswith("50.00% of assigned targets in all; ")


def test_where_a_group_is_hidden_the_common_ratio_is_not_told():
    """From it and the groups shown the hidden one could be worked out."""
    figure = figures.attainment_by_size(BANDS, EN)
    assert isinstance(figure, Figure)
    assert "78" not in figure.finding


def test_kinds_stand_beside_each_other():
    figure = figures.attainment_by_kind(KINDS, EN)
    assert isinstance(figure, Figure)
    names = [load_language("en").text(f"kind.{kind}") for kind in ("party_committee", "cell")]
    assert drawn(figure, "kind_name", "admitted_n", "target_n") == [(names[0], 50, 100), (names[1], 60, 80)]
    assert figure.finding == (
        f"61.11% of assigned targets in all; above the common ratio by more than chance: {names[1]}"
    )


def test_groups_without_a_number_to_show_are_one_sentence():
    hidden = BANDS.assign(attainment_pct=pd.array([pd.NA] * 4, dtype="Float64"), is_hidden=True)
    for rows, sentence in (
        (hidden, "Không công bố: số này nhỏ, từ nó suy ra được một số nhỏ, hoặc là số của nhóm có ít hơn ba tổ chức."),
        (BANDS[:0], "Không có tổ chức nào được giao chỉ tiêu kết nạp lớn hơn 0 trong kỳ này."),
    ):
        block = figures.attainment_by_size(rows, VI)
        assert isinstance(block, Findings)
        assert block.sentences == (sentence,)
    single = figures.attainment_by_size(BANDS[:1].assign(with_target_n=1), VI)
    assert isinstance(single, Findings)
    assert single.sentences == ("Báo cáo này chỉ gồm một tổ chức có chỉ tiêu, nên không so sánh giữa các nhóm.",)
    one = figures.attainment_by_sector(SECTORS[:1], VI)
    assert isinstance(one, Findings)
    assert one.sentences == ("Báo cáo này chỉ gồm một loại hình, nên không so sánh giữa các loại hình.",)


NONE = frame(
    ["by", "group", "organisations_n", "none_n", "some_n", "none_pct", "closed_n", "unknown_n"],
    ("total", "total", 50, 20, 30, 40.0, 3, 1),
    ("sector_group", "state_agency", 30, 5, 25, 16.67, 2, 0),
    ("sector_group", "non_state", 20, 15, 5, 75.0, 1, 1),
    ("kind", "party_committee", 0, 0, 0, None, 1, 0),
    ("kind", "cell", 50, 20, 30, 40.0, 2, 1),
).assign(is_hidden=False, hidden_cells=[()] * 5)


def test_organisations_without_admission_are_parts_of_those_that_could():
    figure = figures.organisations_without_admission(NONE, VI)
    assert isinstance(figure, Figure)
    assert figure.finding == ("20 trên 50 tổ chức cơ sở đảng còn quần chúng chưa kết nạp được đảng viên nào (40,00%)")
    assert drawn(figure, "group_name", "part_name", "part_n") == [
        ("Tất cả tổ chức", "Có kết nạp", 30),
        ("Tất cả tổ chức", "Chưa kết nạp được", 20),
        ("Theo loại hình:", "Có kết nạp", None),
        ("Theo loại hình:", "Chưa kết nạp được", None),
        ("Cơ quan Nhà nước", "Có kết nạp", 25),
        ("Cơ quan Nhà nước", "Chưa kết nạp được", 5),
        ("DN ngoài Nhà nước, HTX", "Có kết nạp", 5),
        ("DN ngoài Nhà nước, HTX", "Chưa kết nạp được", 15),
        ("Theo loại tổ chức:", "Có kết nạp", None),
        ("Theo loại tổ chức:", "Chưa kết nạp được", None),
        ("Chi bộ cơ sở", "Có kết nạp", 30),
        ("Chi bộ cơ sở", "Chưa kết nạp được", 20),
    ]
    assert drawn(figure, "end", "words") == [
        (50, "20/50 (40,00%)"),
        (0, ""),
        (30, "5/30 (16,67%)"),
        (20, "15/20 (75,00%)"),
        (0, ""),
        (50, "20/50 (40,00%)"),
    ]
    assert figure.table.rows[0] == ("Tất cả tổ chức", 50, 20, 40.0, 3, 1)
    assert figure.table.rows[3] == ("Đảng bộ cơ sở", 0, 0, None, 1, 0)


def test_a_page_on_one_sector_draws_its_kinds_alone():
    figure = figures.organisations_without_admission(NONE[NONE["group"] != "non_state"], VI)
    assert {name for (name,) in drawn(figure, "group_name")} == {
        "Tất cả tổ chức",
        "Theo loại tổ chức:",
        "Chi bộ cơ sở",
    }


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ((1, 1, 0, 0, 0), "Toàn Đảng bộ Khối còn quần chúng nhưng chưa kết nạp được đảng viên nào trong kỳ."),
        ((1, 0, 1, 0, 0), "Toàn Đảng bộ Khối còn quần chúng và đã có kết nạp trong kỳ."),
        ((0, 0, 0, 1, 0), "Không có tổ chức cơ sở đảng nào báo cáo còn quần chúng vào ngày số liệu."),
    ],
)
def test_one_organisation_is_a_sentence(counts, sentence):
    open_n, none_n, some_n, closed_n, unknown_n = counts
    row = NONE[:1].assign(organisations_n=open_n, none_n=none_n, some_n=some_n, closed_n=closed_n, unknown_n=unknown_n)
    block = figures.organisations_without_admission(row, VI)
    assert isinstance(block, Findings)
    assert block.sentences == (sentence,)
    assert isinstance(figures.organisations_without_admission(NONE[:0], VI), Findings)


FIFTHS = frame(
    ["fifth", "organisations_n", "admitted_n", "share_pct", "half_n", "is_hidden"],
    (1, 15, 60, 60.0, 11, False),
    (2, 16, 25, 25.0, 11, False),
    (3, 15, 15, 15.0, 11, False),
    (4, 16, None, None, 11, True),
    (5, 16, None, None, 11, True),
).assign(gini=0.62)


def test_fifths_plot_their_admissions_and_say_how_few_make_half():
    figure = figures.admissions_by_fifth(FIFTHS, VI)
    assert isinstance(figure, Figure)
    assert figure.finding == "Một nửa số kết nạp là của 11 trên 78 tổ chức (hệ số Gini 0,62)"
    assert drawn(figure, "fifth_name", "admitted_n", "label") == [
        ("Một phần năm kết nạp nhiều nhất", 60, "60 (60,00%)"),
        ("Một phần năm thứ hai", 25, "25 (25,00%)"),
        ("Một phần năm thứ ba", 15, "15 (15,00%)"),
        ("Một phần năm thứ tư", None, "ẩn"),
        ("Một phần năm kết nạp ít nhất", None, "ẩn"),
    ]
    assert figure.table.rows[-1] == ("Một phần năm kết nạp ít nhất", 16, HIDDEN, HIDDEN)


def test_half_by_one_or_two_organisations_is_not_counted_out():
    figure = figures.admissions_by_fifth(FIFTHS.assign(half_n=2), VI)
    assert isinstance(figure, Figure)
    assert figure.finding.startswith("Một nửa số kết nạp là của dưới 3 trên 78 tổ chức")


def test_fifths_of_fewer_than_fifteen_or_of_nobody_are_a_sentence():
    few = figures.admissions_by_fifth(FIFTHS.assign(organisations_n=pd.array([3, 3, 3, 3, 2], dtype="Int64")), VI)
    nobody = figures.admissions_by_fifth(FIFTHS.assign(half_n=pd.array([pd.NA] * 5, dtype="Int64")), VI)
    assert isinstance(few, Findings) and isinstance(nobody, Findings)
    assert few.sentences == ("Chỉ có 14 tổ chức báo cáo trong kỳ; cần ít nhất 15 tổ chức để chia nhóm.",)
    assert nobody.sentences == ("Không có đảng viên nào được kết nạp trong kỳ này.",)


ALL = {
    "attainment_funnel": lambda context: funnel(OUTLIERS, context),
    "attainment_by_size": lambda context: figures.attainment_by_size(BANDS, context),
    "attainment_by_sector": lambda context: figures.attainment_by_sector(SECTORS, context),
    "attainment_by_kind": lambda context: figures.attainment_by_kind(KINDS, context),
    "organisations_without_admission": lambda context: figures.organisations_without_admission(NONE, context),
    "admissions_by_fifth": lambda context: figures.admissions_by_fifth(FIFTHS, context),
}


@pytest.mark.parametrize("name", ALL)
def test_every_figure_names_measure_place_and_form_in_both_languages(name):
    figure, english = ALL[name](VI), ALL[name](EN)
    assert figure.figure_id == name.replace("_", "-")
    assert "Toàn Đảng bộ Khối, 01/01/2023–30/06/2023." in figure.subtitle
    assert figure.finding in figure.alt_text and figure.alt_text.startswith("Biểu đồ")
    assert "bảng bên dưới" in figure.alt_text
    assert "The whole Bloc, 1 January 2023 to 30 June 2023." in english.subtitle
    marked = {character for character in english.finding + english.subtitle if character in "ảấộỹđĐơưệ"}
    assert marked == set()
    json.dumps(figure._repr_mimebundle_(), allow_nan=False)


def test_every_figure_function_is_tested():
    made = {
        name
        for name, thing in vars(figures).items()
        if callable(thing) and getattr(thing, "__module__", "") == figures.__name__ and not name.startswith("_")
    }
    assert made == set(ALL)


@pytest.mark.parametrize("name", ["attainment_by_size", "attainment_by_sector", "attainment_by_kind"])
def test_bars_are_people_from_zero_and_the_mark_is_their_target(name):
    by_mark = {layer["mark"]["type"]: layer["encoding"]["x"] for layer in ALL[name](VI).spec()["layer"]}
    assert (by_mark["bar"]["field"], by_mark["bar"]["scale"]["domainMin"]) == ("admitted_n", 0)
    assert by_mark["tick"]["field"] == "target_n"
