"""Figures on admission rates and assigned targets: the finding, the rows plotted, the marks, what is hidden."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from frames import SYNTHETIC_NOTE, frame, make_context

from analysis.figures.block import Findings
from analysis.figures.figure import Figure
from analysis.figures.rates import admission_rates
from analysis.figures.table import HIDDEN
from analysis.figures.targets import (
    assigned_targets,
    organisation_revisions,
    target_revisions,
    untargeted_organisations,
)
from analysis.measures.rates import RATE_BASES

VI, EN = make_context(), make_context("en")
BASES = {2020: ("2020-01-01", "2019-12-31"), 2022: ("2022-01-01", "2021-12-31"), 2023: ("2023-01-01", "2022-12-31")}


def rate_rows() -> pd.DataFrame:
    """Return 2020 and 2023 as parts, 2022 whole, each on three bases; only 2022 and 2023 have a goal."""
    rows = []
    for year, first, last, admitted, is_part, goals in (
        (2020, "2020-08-15", "2020-12-31", 60, True, (None, None)),
        (2022, "2022-01-01", "2022-12-31", 320, False, (3.0, 4.5)),
        (2023, "2023-01-01", "2023-06-30", 110, True, (3.0, 4.5)),
    ):
        for base, day, members, rate in zip(
            RATE_BASES,
            ("2020-08-15", *BASES[year]),
            (5000, *((None, None) if year == 2020 else (5400, 5390))),
            {
                2020: (1.2, None, None),
                2022: (6.4, 5.93, 5.94),
                2023: (2.2, 2.04, 2.04),
            }[year],
            strict=True,
        ):
            rows.append((year, first, last, admitted, base, day, members, rate, is_part, *goals, False))
    columns = "year start_date data_date admitted_n base base_date base_n rate_pct is_part goal_low_pct goal_high_pct"
    made = frame([*columns.split(), "is_hidden"], *rows)
    assigned = pd.Series(["2022-06-16" if year > 2020 else None for year in made["year"]])
    return made.assign(base_date=pd.to_datetime(made["base_date"]), goal_assigned_date=pd.to_datetime(assigned))


RATES = rate_rows()
ASSIGNED = frame(
    [
        "scope",
        "year",
        "day",
        "target_n",
        "assigned_sum_n",
        "difference_n",
        "assigned_pct",
        "assigned_organisations_n",
        "zero_n",
        "standing_n",
        "without_n",
    ],
    ("term", None, "2023-06-30", 1500, None, None, None, 0, 0, 78, 78),
    ("year", 2022, "2022-12-31", 300, 330, 30, 110.0, 70, 0, 78, 8),
    ("year", 2023, "2023-06-30", 320, 300, -20, 93.75, 75, 2, 78, 3),
).astype({"year": "Int64"})


def revised(*rows: tuple[Any, ...]) -> pd.DataFrame:
    columns = [
        "level",
        "scope",
        "year",
        "org_name",
        "first_target_n",
        "first_date",
        "last_target_n",
        "last_date",
        "change_n",
    ]
    made = frame(columns, *rows)
    return made.assign(
        first_date=pd.to_datetime(made["first_date"]),
        last_date=pd.to_datetime(made["last_date"]),
        org_id=made["org_name"],
        year=made["year"].astype("Int64"),
    )


REVISIONS = revised(
    ("bloc", "year", 2022, None, 300, "2022-01-10", 320, "2022-09-01", 20),
    ("organisation", "year", 2023, "Chi bộ A", 12, "2023-01-10", 9, "2023-05-01", -3),
)
COUNTS = REVISIONS.drop(columns=["level", "org_name"]).assign(
    first_target_n=pd.array([300, None], dtype="Int64"),
    last_target_n=pd.array([320, None], dtype="Int64"),
    first_date=pd.to_datetime(["2022-01-10", None]),
    last_date=pd.to_datetime(["2022-09-01", None]),
    change_n=pd.array([20, None], dtype="Int64"),
    revised_n=pd.array([0, 2], dtype="Int64"),
    raised_n=pd.array([0, 1], dtype="Int64"),
    lowered_n=pd.array([0, 1], dtype="Int64"),
)
MISSING = frame(
    ["year", "org_id", "org_name", "kind", "sector_group", "members_n", "non_members_left"],
    (2023, "G", "Chi bộ G", "cell", "service_unit", 41, "no"),
    (2023, "E", "Đảng bộ E", "party_committee", None, None, None),
    (2023, "C", "Đảng bộ C", "party_committee", "service_unit", 40, "yes"),
)


def figure_of(block: Any) -> Figure:
    assert isinstance(block, Figure), block
    return block


def sentence_of(block: Any, key: str) -> str:
    assert isinstance(block, Findings), block
    assert block.heading == VI.text(f"figure.{key}.heading")
    assert block.block_id == key.replace("_", "-")
    (sentence,) = block.sentences
    return sentence


def layers(figure: Figure, kind: str) -> Iterator[dict[str, Any]]:
    spec = figure.spec()
    assert spec is not None
    return (layer for layer in spec["layer"] if layer["mark"]["type"] == kind)


def plotted(figure: Figure, *fields: str) -> list[tuple[Any, ...]]:
    spec = figure.spec()
    assert spec is not None
    (rows,) = spec["datasets"].values()
    return [tuple(row[field] for field in fields) for row in rows]


def hide(rates: pd.DataFrame, *years: int) -> pd.DataFrame:
    hidden = rates["year"].isin(years)
    return rates.assign(
        admitted_n=rates["admitted_n"].mask(hidden), rate_pct=rates["rate_pct"].mask(hidden), is_hidden=hidden
    )


def test_the_rate_names_its_base_and_its_date():
    """Rule B.11, K23: in the title for the year it tells of, in the subtitle for all."""
    figure = figure_of(admission_rates(RATES, "term_start", VI))
    assert figure.finding == (
        "Năm 2022 kết nạp 320 đảng viên, bằng 6,40% số đảng viên đầu nhiệm kỳ (5.000 người, 15/08/2020); "
        "mục tiêu 3–4,5%"
    )
    assert figure.subtitle == (
        "Số đảng viên kết nạp trong năm, tính bằng % số đảng viên đầu nhiệm kỳ (15/08/2020). "
        "Toàn Đảng bộ Khối, đến 30/06/2023."
    )
    assert figure.finding in figure.alt_text
    assert figure.alt_text.startswith("Biểu đồ") and "bảng bên dưới" in figure.alt_text


@pytest.mark.parametrize(
    ("base", "rates", "words"),
    [
        ("term_start", [1.2, 6.4, 2.2], "(5.000 người, 15/08/2020)"),
        ("year_start", [None, 5.93, 2.04], "(5.400 người, 01/01/2022)"),
        ("previous_year_end", [None, 5.94, 2.04], "(5.390 người, 31/12/2021)"),
    ],
)
def test_the_chart_plots_the_base_that_leads_and_no_other(base, rates, words):
    figure = figure_of(admission_rates(RATES, base, VI))
    assert plotted(figure, "year_name", "rate_pct") == list(
        zip(("2020 (15/08–31/12)", "2022", "2023 (01/01–30/06)"), rates, strict=True)
    )
    assert words in figure.finding


def test_the_other_bases_are_said_of_the_same_year():
    notes = figure_of(admission_rates(RATES, "term_start", VI)).notes
    assert (
        "Trên cơ số khác, năm 2022: 5,93% số đảng viên đầu năm (5.400 người, 01/01/2022) và "
        "5,94% số đảng viên cuối năm trước (5.390 người, 31/12/2021)."
    ) in notes
    level = RATES.assign(base_n=RATES["base_n"].mask(RATES["base_n"] == 5390, 5400))
    assert any(
        note.endswith(VI.text("figure.admission_rates.same_bases"))
        for note in figure_of(admission_rates(level, "term_start", VI)).notes
    )
    of_year = figure_of(admission_rates(RATES, "year_start", EN)).notes[0]
    assert of_year.startswith("On the other bases, 2022: 6.40% of members at the start of the term (5,000 on ")


def test_a_goal_set_after_a_year_is_said_to_stand_there_for_orientation():
    """The national goal of 16 June 2022, drawn beside a year that was over by then."""
    late = VI.text("figure.admission_rates.late_goal_note", years="2021", day=pd.Timestamp("2022-06-16"))
    earlier = RATES.assign(year=RATES["year"].replace(2022, 2021))
    assert late in figure_of(admission_rates(earlier, "term_start", VI)).notes
    assert not any("tham khảo" in note for note in figure_of(admission_rates(RATES, "term_start", VI)).notes)


def test_bars_begin_at_zero_and_carry_rate_and_count():
    figure = figure_of(admission_rates(RATES, "year_start", VI))
    bar = next(layer for layer in layers(figure, "bar") if layer["encoding"]["x"]["field"] == "rate_pct")
    assert bar["encoding"]["x"]["scale"]["domainMin"] == 0
    assert plotted(figure, "label") == [("—",), ("5,93% (320)",), ("2,04% (110)",)]


def test_the_goal_is_a_band_with_two_marks_on_whole_years_only():
    """Rule C.23: a part of a year is not judged by the goal of a year."""
    figure = figure_of(admission_rates(RATES, "term_start", VI))
    assert plotted(figure, "goal_low_pct", "goal_high_pct") == [(None, None), (3.0, 4.5), (None, None)]
    assert {layer["encoding"]["x"]["field"] for layer in layers(figure, "tick")} == {"goal_low_pct", "goal_high_pct"}
    band = next(layer for layer in layers(figure, "bar") if "x2" in layer["encoding"])
    assert (band["encoding"]["x"]["field"], band["encoding"]["x2"]["field"]) == ("goal_low_pct", "goal_high_pct")
    assert [figure.svg(width).count(">mục tiêu 3–4,5%<") for width in (680, 340)] == [1, 1]
    notes = " ".join(figure.notes)
    assert "mục tiêu của Trung ương" in notes and "không quy ra cả năm" in notes


def test_a_goal_is_named_at_the_first_year_of_it_and_where_there_is_room():
    """The part of a year before it has none; of two whole years under one goal the first names it."""
    twice = RATES.assign(
        is_part=RATES["is_part"] & (RATES["year"] != 2023),
        goal_low_pct=RATES["goal_low_pct"].fillna(3.0),
        goal_high_pct=RATES["goal_high_pct"].fillna(4.5),
    )
    figure = figure_of(admission_rates(twice, "term_start", VI))
    assert plotted(figure, "goal_words") == [("",), ("mục tiêu 3–4,5%",), ("",)]
    words = next(layer for layer in layers(figure, "text") if layer["encoding"]["text"]["field"] == "goal_words")
    (step,) = {layer["height"]["step"] for layer in [figure.spec()]}
    assert words["mark"]["dy"] == -step / 2 and step == 34 + 12


def test_a_goal_above_the_bars_stays_on_the_scale():
    low = RATES.assign(rate_pct=RATES["rate_pct"].mask(RATES["rate_pct"].notna(), 0.5))
    (bar,) = [x for x in layers(figure_of(admission_rates(low, "term_start", VI)), "bar") if "x2" not in x["encoding"]]
    assert bar["encoding"]["x"]["scale"]["domainMax"]["expr"].startswith("4.5")


def test_the_table_holds_all_three_bases_the_leading_one_first():
    rows = figure_of(admission_rates(RATES, "year_start", VI)).table.rows
    assert [row[0] for row in rows] == ["Đầu năm"] * 3 + ["Đầu nhiệm kỳ"] * 3 + ["Cuối năm trước"] * 3
    assert rows[0] == ("Đầu năm", "2020 (15/08–31/12)", 60, "2020-01-01", None, None, "—")
    assert rows[1] == ("Đầu năm", "2022", 320, "2022-01-01", 5400, 5.93, "3–4,5%")
    assert rows[-1] == ("Cuối năm trước", "2023 (01/01–30/06)", 110, "2022-12-31", 5390, 2.04, "—")


def test_without_a_goal_there_is_no_mark_and_no_word_of_it():
    none = RATES.assign(
        goal_low_pct=pd.array([None] * 9, dtype="Float64"), goal_high_pct=pd.array([None] * 9, dtype="Float64")
    )
    figure = figure_of(admission_rates(none, "term_start", VI))
    assert figure.finding.endswith("(5.000 người, 15/08/2020)")
    assert not any("mục tiêu của Trung ương" in note for note in figure.notes)
    assert set(plotted(figure, "goal_low_pct", "goal_high_pct")) == {(None, None)}


def test_in_a_part_of_the_khoi_the_goal_is_drawn_as_context_and_not_said():
    sector = replace(VI, place="Đơn vị sự nghiệp", place_inline="các đơn vị sự nghiệp")
    figure = figure_of(admission_rates(RATES, "term_start", sector))
    assert "mục tiêu" not in figure.finding
    assert plotted(figure, "goal_low_pct")[1] == (3.0,)
    assert any("không giao riêng cho từng loại hình hay tổ chức" in note for note in figure.notes)


def test_a_goal_that_is_no_range_is_said_as_a_least():
    least = RATES.assign(goal_high_pct=pd.array([None] * 9, dtype="Float64"))
    figure = figure_of(admission_rates(least, "term_start", VI))
    assert figure.finding.endswith("; mục tiêu từ 3% trở lên")
    assert "x2" in next(layers(figure, "bar"))["encoding"]


def test_where_no_year_is_whole_the_finding_tells_of_the_last_part_without_a_goal():
    parts = RATES[RATES["is_part"]]
    figure = figure_of(admission_rates(parts, "year_start", VI))
    assert figure.finding == (
        "Từ 01/01/2023 đến 30/06/2023 kết nạp 110 đảng viên, bằng 2,04% số đảng viên đầu năm (5.400 người, 01/01/2023)"
    )
    assert not any("mục tiêu của Trung ương" in note for note in figure.notes)


def test_a_leading_base_without_a_count_gives_way_to_one_that_has_it_and_says_so():
    late = RATES.assign(rate_pct=RATES["rate_pct"].mask(RATES["base"] == "term_start"))
    figure = figure_of(admission_rates(late, "term_start", VI))
    assert "số đảng viên đầu năm (5.400 người, 01/01/2022)" in figure.finding
    assert "Không có số đảng viên đầu nhiệm kỳ để tính, nên hình này dùng cơ số khác." in figure.notes
    assert figure.table.rows[0][0] == "Đầu năm"


def test_hidden_rates_read_as_hidden_and_their_year_is_not_told():
    figure = figure_of(admission_rates(hide(RATES, 2022), "term_start", VI))
    assert figure.finding == "2022: tỷ lệ kết nạp không công bố"
    assert plotted(figure, "rate_pct", "label")[1] == (None, "ẩn")
    assert figure.table.rows[1] == ("Đầu nhiệm kỳ", "2022", HIDDEN, "2020-08-15", 5000, HIDDEN, "3–4,5%")
    assert VI.text("note.hidden") in figure.notes


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (RATES.assign(admitted_n=0, rate_pct=0.0), "Không có đảng viên nào được kết nạp trong các kỳ này."),
        (RATES[:0], "Không có đảng viên nào được kết nạp trong các kỳ này."),
        (
            hide(RATES, 2020, 2022, 2023),
            "Không công bố: số này nhỏ, từ nó suy ra được một số nhỏ, hoặc là số của nhóm có ít hơn ba tổ chức.",
        ),
        (
            RATES.assign(rate_pct=pd.array([None] * 9, dtype="Float64")),
            "Không có số đảng viên để làm cơ số, nên không tính được tỷ lệ kết nạp.",
        ),
    ],
)
def test_no_rate_is_one_sentence_with_its_reason(rows, sentence):
    assert sentence_of(admission_rates(rows, "term_start", VI), "admission_rates") == sentence


def test_the_sum_of_assigned_targets_stands_against_the_headline():
    """Rule B.14."""
    figure = figure_of(assigned_targets(ASSIGNED, VI))
    assert figure.finding == (
        "Tổng chỉ tiêu đã giao năm 2023 là 300, bằng 93,75% chỉ tiêu của Đảng bộ Khối (320); "
        "3 tổ chức không được giao chỉ tiêu"
    )
    assert plotted(figure, "year_name", "assigned_sum_n", "target_n", "label") == [
        ("2022", 330, 300, "330 / 300 (110,00%)"),
        ("2023", 300, 320, "300 / 320 (93,75%)"),
    ]
    assert [mark["encoding"]["x"]["field"] for mark in layers(figure, "tick")] == ["target_n"] * 2
    (bar,) = layers(figure, "bar")
    assert bar["encoding"]["x"]["scale"]["domainMin"] == 0
    assert "Vạch cam: chỉ tiêu của Đảng bộ Khối." in figure.notes


def test_the_table_of_assigned_targets_holds_the_term_too():
    rows = figure_of(assigned_targets(ASSIGNED, VI)).table.rows
    assert rows == (
        ("Cả nhiệm kỳ", 1500, None, None, None, 0, 0, "2023-06-30", 78),
        ("Năm 2022", 300, 330, 30, 110.0, 70, 0, "2022-12-31", 8),
        ("Năm 2023", 320, 300, -20, 93.75, 75, 2, "2023-06-30", 3),
    )


def test_the_chart_of_assigned_targets_plots_years_and_never_the_term_beside_them():
    both = ASSIGNED.assign(assigned_sum_n=pd.array([1600, 330, 300], dtype="Int64"))
    figure = figure_of(assigned_targets(both, VI))
    assert plotted(figure, "year_name", "assigned_sum_n") == [("2022", 330), ("2023", 300)]
    assert figure.table.rows[0][:3] == ("Cả nhiệm kỳ", 1500, 1600)


def test_a_year_for_which_nothing_was_assigned_yet_is_said_before_the_last_one_that_has():
    later = frame(ASSIGNED.columns, ("year", 2024, "2024-03-31", None, None, None, None, 0, 0, 78, 78)).astype(
        {"year": "Int64"}
    )
    figure = figure_of(assigned_targets(pd.concat([ASSIGNED, later], ignore_index=True), VI))
    assert figure.finding.startswith(
        "Năm 2024 chưa giao chỉ tiêu kết nạp cho tổ chức nào. Tổng chỉ tiêu đã giao năm 2023 là 300"
    )
    assert plotted(figure, "year_name", "assigned_sum_n") == [("2022", 330), ("2023", 300)]


def test_a_year_without_a_headline_is_told_without_a_percentage():
    none = ASSIGNED.assign(
        target_n=pd.array([1500, 300, None], dtype="Int64"), assigned_pct=pd.array([None, 110.0, None], dtype="Float64")
    )
    figure = figure_of(assigned_targets(none, VI))
    assert figure.finding.startswith("Tổng chỉ tiêu đã giao năm 2023 là 300, chưa có chỉ tiêu của Đảng bộ Khối")
    assert plotted(figure, "label")[-1] == ("300",)


def test_a_part_of_the_khoi_has_no_headline_and_a_sentence_says_so():
    part = ASSIGNED.assign(target_n=pd.array([None] * 3, dtype="Int64"))
    assert sentence_of(assigned_targets(part, VI), "assigned_targets") == (
        "Tổng chỉ tiêu kết nạp năm 2023 đã giao cho toàn Đảng bộ Khối là 300; "
        "phạm vi này không có chỉ tiêu chung để so sánh."
    )
    none = ASSIGNED.assign(assigned_sum_n=pd.array([None] * 3, dtype="Int64"))
    assert sentence_of(assigned_targets(none, VI), "assigned_targets") == (
        "Chưa có chỉ tiêu kết nạp của năm nào được giao cho toàn Đảng bộ Khối."
    )


def test_revisions_are_a_table_that_names_no_organisation():
    figure = figure_of(target_revisions(COUNTS, VI))
    assert figure.chart is None and figure.alt_text.startswith("Bảng")
    assert figure.finding == "Đã điều chỉnh 1 chỉ tiêu của Đảng bộ Khối và 2 chỉ tiêu giao cho tổ chức cơ sở đảng"
    assert figure.table.rows == (
        ("Năm 2022", 300, "2022-01-10", 320, "2022-09-01", 20, 0, 0, 0),
        ("Năm 2023", None, None, None, None, None, 2, 1, 1),
    )
    theirs = figure_of(target_revisions(COUNTS[1:], VI))
    assert theirs.finding == "Đã điều chỉnh 2 chỉ tiêu giao cho tổ chức cơ sở đảng"
    # The subtitle promises no column that the table lacks.
    assert theirs.subtitle.startswith("Số chỉ tiêu kết nạp của tổ chức cơ sở đảng được điều chỉnh") and (
        "lần đầu" not in theirs.subtitle
    )
    # What says nothing of any row has no column.
    assert theirs.table.rows == (("Năm 2023", 2, 1, 1),)
    assert sentence_of(target_revisions(COUNTS[:0], VI), "target_revisions") == (
        "Đến 30/06/2023 chưa có chỉ tiêu kết nạp nào được điều chỉnh."
    )


def test_revisions_by_organisation_hold_the_organisations_only():
    figure = figure_of(organisation_revisions(REVISIONS, VI))
    assert figure.finding == "1 tổ chức cơ sở đảng được điều chỉnh chỉ tiêu (1 chỉ tiêu)"
    assert figure.table.rows == (("Chi bộ A", "Năm 2023", 12, "2023-01-10", 9, "2023-05-01", -3),)
    sentence = sentence_of(organisation_revisions(REVISIONS[:1], VI), "organisation_revisions")
    assert sentence.startswith("Đến 30/06/2023 chưa có")


def test_the_call_list_says_who_still_has_non_members():
    figure = figure_of(untargeted_organisations(MISSING, (), VI))
    assert figure.finding == (
        "3 tổ chức cơ sở đảng không được giao chỉ tiêu kết nạp năm 2023, trong đó 1 tổ chức còn quần chúng"
    )
    assert figure.table.rows == (
        ("Chi bộ G", "Chi bộ cơ sở", "Đơn vị sự nghiệp", 41, "không còn"),
        ("Đảng bộ E", "Đảng bộ cơ sở", "—", None, "—"),
        ("Đảng bộ C", "Đảng bộ cơ sở", "Đơn vị sự nghiệp", 40, "còn"),
    )
    assert sentence_of(untargeted_organisations(MISSING[:0], (), VI), "untargeted_organisations") == (
        "Không có tổ chức cơ sở đảng nào thiếu chỉ tiêu kết nạp năm 2023."
    )


def test_in_a_year_in_which_nobody_was_assigned_a_target_nobody_was_left_out():
    unaimed = untargeted_organisations(MISSING, ("overdue", "behind_target"), VI)
    assert sentence_of(unaimed, "untargeted_organisations") == (
        "Chưa tổ chức nào được giao chỉ tiêu kết nạp năm 2023, nên không lập danh sách."
    )
    assert figure_of(untargeted_organisations(MISSING, ("overdue",), VI)).table.rows


def every_figure(context: Any) -> list[Figure]:
    made = [
        *(admission_rates(RATES, base, context) for base in RATE_BASES),
        admission_rates(hide(RATES, 2022), "term_start", context),
        admission_rates(RATES[RATES["is_part"]], "term_start", context),
        assigned_targets(ASSIGNED, context),
        target_revisions(COUNTS, context),
        organisation_revisions(REVISIONS, context),
        untargeted_organisations(MISSING, (), context),
    ]
    return [figure_of(block) for block in made]


def test_every_figure_speaks_english_too_and_says_what_is_synthetic():
    for figure in every_figure(EN):
        words = figure.finding + figure.subtitle + "".join(column.label for column in figure.table.columns)
        assert not any(character in words for character in "ảấộỹđĐơưệ"), words
        assert SYNTHETIC_NOTE["en"] in figure.notes
    assert figure_of(admission_rates(RATES, "term_start", EN)).finding == (
        "In 2022, 320 members were admitted, 6.40% of members at the start of the term (5,000 on 15 August 2020); "
        "goal 3–4.5%"
    )


def test_every_chart_can_be_drawn_wide_and_narrow():
    for figure in every_figure(VI):
        for width in (680, 340):
            assert (figure.chart is None) == (figure.svg(width) == "")
