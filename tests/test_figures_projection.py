"""Figures on whether the target will be met, and the call list: finding, rows plotted, table, nothing to show."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pandas as pd
import pytest
from frames import SYNTHETIC_NOTE, TERM, aim, body, cells, frame, make_context, make_table, members

from analysis.figures.block import Findings
from analysis.figures.call_list import call_list
from analysis.figures.figure import Figure
from analysis.figures.projection import Outlook, pace_and_need, projected_total, projection_a_year_ago
from analysis.figures.table import HIDDEN
from analysis.measures.call_list import TABLES, list_calls
from analysis.measures.pace import DERIVED, measure_pace
from analysis.periods import Window, parse_period

VI, EN = make_context(), make_context("en")
RUNNING = frame(["period_end", "cumulative_n"], ("2020-12-31", 150), ("2022-12-31", 700), ("2023-06-30", 1000))
BOUNDS = ["low_80_n", "high_80_n", "low_95_n", "high_95_n"]
PROJECTED = frame(
    ["period_end", "expected_n", *BOUNDS],
    ("2023-06-30", 1000, 1000, 1000, 1000, 1000),
    ("2023-12-31", 1150, 1110, 1190, 1080, 1220),
    ("2025-02-14", 1500, 1400, 1600, 1340, 1660),
)
PACE_NOTE = VI.text("note.pace")
NO_TARGET = {
    "target_n": pd.NA,
    "attainment_pct": pd.NA,
    "pace_n": pd.NA,
    "ahead_n": pd.NA,
    "needed_n": pd.NA,
    "needed_monthly_n": pd.NA,
}


def pace_row(scope: str, **changes: Any) -> dict[str, Any]:
    """Return a row of pace: the term with 1000 of 1500, or the year with 200 of 330, unless told otherwise."""
    rows = {
        "term": ("2020-08-15", "2025-02-14", 1000, 1500, 66.67, 63.83, 957, 43, 500, 28.99, 25.58),
        "year": ("2023-01-01", "2023-12-31", 120, 330, 36.36, 49.59, 164, -44, 210, 20.18, 34.74),
    }
    columns = "start_date end_date admitted_n target_n attainment_pct elapsed_pct pace_n ahead_n needed_n monthly_n"
    columns += " needed_monthly_n"
    row = {
        "scope": scope,
        "is_asked": scope == "year",
        "data_date": "2023-06-30",
        **dict(zip(columns.split(), rows[scope], strict=True)),
    }
    return {**row, "is_hidden": False, **changes}


def pace_rows(*rows: dict[str, Any]) -> pd.DataFrame:
    made = pd.DataFrame(list(rows))
    dates = {name: "datetime64[us]" for name in made.columns if name.endswith("_date")}
    counts = {name: "Int64" for name in made.columns if name.endswith("_n") and "monthly" not in name}
    return made.astype({**dates, **counts, "monthly_n": "Float64", "needed_monthly_n": "Float64"})


PACE = pace_rows(pace_row("term"), pace_row("year"))


def outlook(pace: pd.DataFrame = PACE, projected: pd.DataFrame = PROJECTED, reason: str = "") -> Outlook:
    return Outlook(RUNNING, projected, pace, reason)


def figure_of(block: Any) -> Figure:
    assert isinstance(block, Figure), block
    return block


def sentence_of(block: Any, key: str) -> str:
    assert isinstance(block, Findings), block
    assert (block.block_id, block.heading) == (key.replace("_", "-"), VI.text(f"figure.{key}.heading"))
    (sentence,) = block.sentences
    return sentence


def spec_of(figure: Figure) -> dict[str, Any]:
    spec = figure.spec()
    assert spec is not None
    return spec


def layers(figure: Figure, kind: str) -> list[dict[str, Any]]:
    return [layer for layer in spec_of(figure)["layer"] if layer["mark"]["type"] == kind]


def drawn(figure: Figure, layer: dict[str, Any], *fields: str) -> list[tuple[Any, ...]]:
    """Return the fields of the rows that a layer draws; days without their hour."""
    spec = spec_of(figure)
    rows = spec["datasets"][layer.get("data", spec.get("data"))["name"]]
    return [tuple(str(row[name])[:10] if name == "period_end" else row[name] for name in fields) for row in rows]


def every_row(figure: Figure) -> list[dict[str, Any]]:
    return [row for rows in spec_of(figure)["datasets"].values() for row in rows]


def names(figure: Figure) -> list[str]:
    return [column.name for column in figure.table.columns]


# Where the term may end


@pytest.mark.parametrize(
    ("target", "vietnamese", "english"),
    [
        (1399, "vượt chỉ tiêu 1.399", "more than the target of 1,399"),
        (1400, "chỉ tiêu 1.400 nằm trong khoảng này", "the target of 1,400 lies within"),
        (1600, "chỉ tiêu 1.600 nằm trong khoảng này", "the target of 1,600 lies within"),
        (1601, "thấp hơn chỉ tiêu 1.601", "fewer than the target of 1,601"),
    ],
)
def test_the_verdict_is_by_the_interval_of_80_percent(target, vietnamese, english):
    """A target at a bound of the interval lies in it; the interval of 95 % decides nothing."""
    rows = outlook(pace_rows(pace_row("term", target_n=target)))
    joints = ("; ", "; ") if 1400 <= target <= 1600 else (", ", ", ")
    assert projected_total(rows, VI).finding == (
        f"Đến 14/02/2025 ước kết nạp được từ 1.400 đến 1.600 đảng viên (khoảng 80%){joints[0]}{vietnamese}"
    )
    assert projected_total(rows, EN).finding == (
        "By 14 February 2025 between 1,400 and 1,600 are likely to have been admitted (interval of 80%)"
        f"{joints[1]}{english}"
    )


def test_the_bands_are_the_projected_rows():
    figure = figure_of(projected_total(outlook(), VI))
    wide, narrow = layers(figure, "area")
    rows = cells(PROJECTED)
    for band, low, high in ((wide, "low_95_n", "high_95_n"), (narrow, "low_80_n", "high_80_n")):
        assert (band["encoding"]["y"]["field"], band["encoding"]["y2"]["field"]) == (low, high)
        assert drawn(figure, band, "period_end", "expected_n", *BOUNDS) == rows
    assert wide["mark"]["opacity"] < narrow["mark"]["opacity"]


def test_the_known_line_is_the_running_total_and_the_expected_one_goes_on_from_it():
    figure = figure_of(projected_total(outlook(), VI))
    lines = {layer["encoding"]["y"]["field"]: layer for layer in layers(figure, "line")}
    known = drawn(figure, lines["cumulative_n"], "period_end", "cumulative_n")
    expected = drawn(figure, lines["expected_n"], "period_end", "expected_n")
    assert known == [("2020-12-31", 150), ("2022-12-31", 700), ("2023-06-30", 1000)]
    assert expected == [("2023-06-30", 1000), ("2023-12-31", 1150), ("2025-02-14", 1500)]
    assert "strokeDash" in lines["expected_n"]["mark"]
    assert "strokeDash" not in lines["cumulative_n"]["mark"]


def test_the_pace_runs_from_nobody_on_the_first_day_to_the_target_on_the_last():
    figure = figure_of(projected_total(outlook(), VI))
    straight = [layer for layer in layers(figure, "line") if layer["encoding"]["y"]["field"] == "people_n"]
    target, pace = (drawn(figure, layer, "line", "period_end", "people_n") for layer in straight)
    assert target == [("target", "2020-08-15", 1500), ("target", "2025-02-14", 1500)]
    assert pace == [("pace", "2020-08-15", 0), ("pace", "2025-02-14", 1500)]


def test_target_pace_and_end_are_written_beside_their_lines():
    figure = figure_of(projected_total(outlook(), VI))
    words = [drawn(figure, layer, "period_end", "words") for layer in layers(figure, "text")]
    assert sorted(words) == [
        [("2020-08-15", "Chỉ tiêu 1.500")],
        [("2022-11-15", "Nhịp đều")],
        [("2025-02-14", "80%:\n1.400–1.600\n95%:\n1.340–1.660")],
    ]
    (point,) = layers(figure, "point")
    assert drawn(figure, point, "period_end", "expected_n") == [("2025-02-14", 1500)]


def test_nothing_of_the_year_stands_in_the_figure_of_the_term():
    figure = figure_of(projected_total(outlook(), VI))
    assert not any(330 in row.values() or 120 in row.values() for row in every_row(figure))
    assert "330" not in figure.text()


def test_every_line_stands_on_one_scale_from_zero_that_holds_all():
    figure = figure_of(projected_total(outlook(pace_rows(pace_row("term", target_n=4000))), VI))
    scales = [layer["encoding"]["y"]["scale"]["domain"] for layer in spec_of(figure)["layer"]]
    assert all(scale == scales[0] for scale in scales)
    assert scales[0][0] == 0
    assert scales[0][1] > 4000


def test_the_axis_marks_the_ends_of_years_and_the_last_day():
    figure = figure_of(projected_total(outlook(), VI))
    values = layers(figure, "area")[0]["encoding"]["x"]["axis"]["values"]
    ends = [(year, 12, 31) for year in (2020, 2021, 2022, 2023)]
    # The end of 2024 would stand in the place of the last day.
    assert [(day["year"], day["month"], day["date"]) for day in values] == [*ends, (2025, 2, 14)]


def test_the_table_holds_every_day_with_both_intervals():
    figure = figure_of(projected_total(outlook(), VI))
    assert names(figure) == ["period_end", "expected_n", *BOUNDS]
    assert figure.table.rows == (
        ("2023-06-30", 1000, 1000, 1000, 1000, 1000),
        ("2023-12-31", 1150, 1110, 1190, 1080, 1220),
        ("2025-02-14", 1500, 1400, 1600, 1340, 1660),
    )
    assert figure.notes == (VI.text("note.projection"), PACE_NOTE, SYNTHETIC_NOTE["vi"])


@pytest.mark.parametrize(
    ("context", "finding"),
    [
        (
            VI,
            "Đến 14/02/2025 ước kết nạp được từ 1.400 đến 1.600 đảng viên (khoảng 80%); chưa có chỉ tiêu để so sánh",
        ),
        (
            EN,
            "By 14 February 2025 between 1,400 and 1,600 are likely to have been admitted (interval of 80%); "
            "there is no target to compare with",
        ),
    ],
)
def test_without_a_target_there_is_a_fan_and_no_straight_line(context, finding):
    """As for a sector: its organisations have targets of years, and none of the term."""
    figure = figure_of(projected_total(outlook(pace_rows(pace_row("term", **NO_TARGET), pace_row("year"))), context))
    assert figure.finding == finding
    assert {layer["encoding"]["y"]["field"] for layer in layers(figure, "line")} == {"expected_n", "cumulative_n"}
    assert len(layers(figure, "text")) == 1
    assert figure.notes == (context.text("note.projection"), SYNTHETIC_NOTE[context.language.code])
    assert figure.svg(340).startswith("<svg")


def months_on(svg: str) -> list[str]:
    """Return the months that are written and seen: what Vega leaves out is drawn without being seen."""
    shown = re.findall(r'<text(?![^>]*opacity="0")[^>]*>(\d\d/\d{4})</text>', svg)
    return sorted(shown, key=lambda month: (month[3:], month[:2]))


@pytest.mark.parametrize(
    ("last", "wide", "narrow"),
    [
        ("2025-02-14", "12/2020 12/2021 12/2022 12/2023 02/2025", "12/2020 12/2022 02/2025"),
        ("2026-02-14", "12/2021 12/2022 12/2023 12/2024 02/2026", "12/2021 12/2023 02/2026"),
    ],
)
def test_marks_of_years_keep_their_distance_on_a_phone_and_the_last_day_stays(last, wide, narrow):
    projected = PROJECTED.assign(period_end=[*PROJECTED["period_end"][:-1], pd.Timestamp(last)])
    figure = figure_of(projected_total(outlook(projected=projected), VI))
    assert months_on(figure.svg(680)) == wide.split()
    assert months_on(figure.svg(340)) == narrow.split()


@pytest.mark.parametrize(
    ("reason", "vietnamese", "english"),
    [
        (
            "ended",
            "Đến ngày số liệu, Đảng bộ Khối đã kết thúc hoạt động, nên không ước tính và không quy đổi ra cả năm.",
            "The Bloc had ceased to operate by the data date, so nothing is projected and nothing is annualised.",
        ),
        (
            "few_months",
            "Chưa ước tính: số liệu chưa đủ 18 tháng, nên chưa mùa nào so sánh được với chính nó.",
            "Nothing is projected: there are fewer than 18 months of data, so that no season could be compared with "
            "itself.",
        ),
        (
            "few_admissions",
            "Chưa ước tính: mới kết nạp chưa đến 30 đảng viên, quá ít để phân biệt nhịp độ với ngẫu nhiên.",
            "Nothing is projected: fewer than 30 members have been admitted so far, too few to tell a pace from "
            "chance.",
        ),
    ],
)
def test_where_nothing_is_projected_the_reason_is_said(reason, vietnamese, english):
    nothing = outlook(projected=PROJECTED.iloc[:0], reason=reason)
    assert sentence_of(projected_total(nothing, VI), "projected_total") == vietnamese
    assert projected_total(nothing, EN).sentences == (english,)


# The projection put to the test

LOOKED_BACK = frame(
    ["said_date", "data_date", "expected_n", *BOUNDS, "admitted_n", "is_inside_80", "is_inside_95"],
    ("2022-06-30", "2023-06-30", 960, 920, 1010, 890, 1040, 1000, True, True),
    ("2021-12-31", "2023-06-30", 900, 800, 980, 760, 1030, 1000, False, True),
).assign(said_date=pd.to_datetime(["2022-06-30", "2021-12-31"]), is_hidden=False)


@pytest.mark.parametrize(
    ("row", "vietnamese", "english"),
    [
        (
            0,
            "Ngày 30/06/2022 ước đến 30/06/2023 kết nạp 920–1.010 đảng viên (khoảng 80%); thực tế 1.000",
            "On 30 June 2022, 920 to 1,010 admissions were projected by 30 June 2023 (interval of 80%); "
            "1,000 were admitted",
        ),
        (
            1,
            "Ngày 31/12/2021 ước đến 30/06/2023 kết nạp 800–980 đảng viên (khoảng 80%); "
            "thực tế 1.000, trong khoảng 95%",
            "On 31 December 2021, 800 to 980 admissions were projected by 30 June 2023 (interval of 80%); "
            "1,000 were admitted, within the interval of 95%",
        ),
    ],
)
def test_the_finding_is_of_the_year_before_and_says_where_the_count_fell(row, vietnamese, english):
    rows = LOOKED_BACK.iloc[[row, 1 - row]]
    assert projection_a_year_ago(rows, VI).finding == vietnamese
    assert projection_a_year_ago(rows, EN).finding == english


def test_a_count_outside_both_intervals_is_called_so():
    missed = LOOKED_BACK.head(1).assign(
        admitted_n=pd.array([1200], dtype="Int64"), is_inside_80=False, is_inside_95=False
    )
    assert projection_a_year_ago(missed, VI).finding.endswith("thực tế 1.200, ngoài cả hai khoảng")
    assert projection_a_year_ago(missed, EN).finding.endswith("1,200 were admitted, outside both intervals")


def test_looking_back_draws_both_intervals_and_what_came():
    figure = figure_of(projection_a_year_ago(LOOKED_BACK, VI))
    wide, narrow = layers(figure, "bar")
    for band, level in ((wide, 95), (narrow, 80)):
        assert (band["encoding"]["x"]["field"], band["encoding"]["x2"]["field"]) == (
            f"low_{level}_n",
            f"high_{level}_n",
        )
    assert drawn(figure, narrow, "row_name", *BOUNDS) == [
        ("Ước ngày 30/06/2022", 920, 1010, 890, 1040),
        ("Ước ngày 31/12/2021", 800, 980, 760, 1030),
    ]
    (diamond,), (tick,), (text,) = (layers(figure, kind) for kind in ("point", "tick", "text"))
    assert (diamond["encoding"]["x"]["field"], tick["encoding"]["x"]["field"]) == ("admitted_n", "expected_n")
    assert drawn(figure, text, "admitted_n", "label") == [(1000, "1.000"), (1000, "1.000")]
    assert figure.notes == (VI.text("note.axis_not_zero"), SYNTHETIC_NOTE["vi"])


def test_the_axis_of_looking_back_holds_what_came_far_outside():
    far = LOOKED_BACK.assign(admitted_n=pd.array([2000, 2000], dtype="Int64"), is_inside_95=False)
    figure = figure_of(projection_a_year_ago(far, VI))
    least, most = layers(figure, "point")[0]["encoding"]["x"]["scale"]["domain"]
    assert least < 760
    assert most > 2000


def test_the_table_of_looking_back():
    figure = figure_of(projection_a_year_ago(LOOKED_BACK, EN))
    assert names(figure) == ["said_date", "data_date", "admitted_n", "expected_n", *BOUNDS]
    assert figure.table.rows == (
        ("2022-06-30", "2023-06-30", 1000, 960, 920, 1010, 890, 1040),
        ("2021-12-31", "2023-06-30", 1000, 900, 800, 980, 760, 1030),
    )


def test_too_early_to_look_back_is_said():
    nothing = LOOKED_BACK.iloc[:0]
    assert sentence_of(projection_a_year_ago(nothing, VI), "projection_a_year_ago") == (
        "Một năm trước ngày số liệu chưa đủ 18 tháng số liệu hoặc 30 đảng viên kết nạp, nên chưa kiểm nghiệm được cách "
        "ước tính."
    )
    assert projection_a_year_ago(nothing, EN).sentences[0].startswith("A year before the data date there were fewer")


# Pace so far and pace needed


def bars_of(block: Any) -> list[tuple[Any, ...]]:
    """Return name, length and label of the bars that are drawn."""
    figure = figure_of(block)
    (layer,) = layers(figure, "bar")
    assert layer["encoding"]["x"]["field"] == "people_n"
    return drawn(figure, layer, "bar_name", "people_n", "label")


def test_two_bars_for_each_target():
    assert bars_of(pace_and_need(PACE, VI)) == [
        ("Nhiệm kỳ: đến nay", 28.99, "28,99"),
        ("Nhiệm kỳ: cần có", 25.58, "25,58"),
        ("Năm: đến nay", 20.18, "20,18"),
        ("Năm: cần có", 34.74, "34,74"),
    ]
    assert [name for name, *_ in bars_of(pace_and_need(PACE, EN))] == [
        "Term: so far",
        "Term: needed",
        "Year: so far",
        "Year: needed",
    ]


@pytest.mark.parametrize(
    ("scopes", "vietnamese", "english"),
    [
        (
            ("term", "year"),
            "Để đạt chỉ tiêu năm, đến 31/12/2023 còn phải kết nạp 210 đảng viên: bình quân 34,74 một tháng, "
            "đến nay là 20,18",
            "To reach the year's target, 210 more are to be admitted by 31 December 2023: 34.74 a month, against 20.18 "
            "so far",
        ),
        (
            ("term",),
            "Để đạt chỉ tiêu Đại hội, đến 14/02/2025 còn phải kết nạp 500 đảng viên: bình quân 25,58 một tháng, "
            "đến nay là 28,99",
            "To reach the Congress target, 500 more are to be admitted by 14 February 2025: 25.58 a month, against "
            "28.99 so far",
        ),
    ],
)
def test_the_finding_is_of_the_nearest_target(scopes, vietnamese, english):
    rows = PACE[PACE["scope"].isin(scopes)]
    assert pace_and_need(rows, VI).finding == vietnamese
    assert pace_and_need(rows, EN).finding == english


def test_the_table_of_pace_holds_every_number():
    figure = figure_of(pace_and_need(PACE, VI))
    assert names(figure) == [
        "scope_name",
        "admitted_n",
        "target_n",
        "attainment_pct",
        "elapsed_pct",
        "needed_n",
        "monthly_n",
        "needed_monthly_n",
    ]
    assert figure.table.rows == (
        ("Chỉ tiêu Đại hội", 1000, 1500, 66.67, 63.83, 500, 28.99, 25.58),
        ("Chỉ tiêu năm", 120, 330, 36.36, 49.59, 210, 20.18, 34.74),
    )
    assert figure.notes == (SYNTHETIC_NOTE["vi"],)


@pytest.mark.parametrize(
    ("term", "year", "left"),
    [
        ({"needed_n": 0, "needed_monthly_n": 0}, {}, "year"),
        (NO_TARGET, {}, "year"),
        ({}, {"needed_n": 0, "needed_monthly_n": 0}, "term"),
        ({}, {"needed_monthly_n": pd.NA}, "term"),
        ({}, NO_TARGET, "term"),
    ],
)
def test_bars_and_finding_are_of_targets_that_are_still_open(term, year, left):
    """Reached, never assigned, or its time over: the table keeps the row, the chart does not."""
    rows = pace_rows(pace_row("term", **term), pace_row("year", **year))
    figure = figure_of(pace_and_need(rows, VI))
    name = {"term": "Nhiệm kỳ", "year": "Năm"}[left]
    assert [bar for bar, *_ in bars_of(figure)] == [f"{name}: đến nay", f"{name}: cần có"]
    assert figure.finding.startswith({"term": "Để đạt chỉ tiêu Đại hội", "year": "Để đạt chỉ tiêu năm"}[left])
    assert len(figure.table.rows) == 2


def test_without_any_target_there_is_no_pace():
    rows = pace_rows(pace_row("term", **NO_TARGET), pace_row("year", **NO_TARGET))
    assert sentence_of(pace_and_need(rows, VI), "pace_and_need") == (
        "Không có chỉ tiêu nhiệm kỳ, cũng không có chỉ tiêu năm, nên không có nhịp độ để so sánh."
    )
    assert pace_and_need(rows, EN).sentences == (
        "There is neither a target of the term nor one of the year, so there is no pace to compare with.",
    )


def test_a_period_of_the_term_leads_with_the_term_while_it_is_open():
    asked = PACE.assign(is_asked=[True, False])
    assert pace_and_need(asked, VI).finding.startswith("Để đạt chỉ tiêu Đại hội")
    reached = pace_rows(pace_row("term", needed_n=0, is_asked=True), pace_row("year", is_asked=False))
    assert pace_and_need(reached, VI).finding.startswith("Để đạt chỉ tiêu năm")


def test_a_term_without_a_target_gives_the_pace_of_its_year():
    """A sector or an organisation has targets by year alone."""
    rows = pace_rows(pace_row("term", **NO_TARGET, is_asked=True), pace_row("year", is_asked=False))
    figure = figure_of(pace_and_need(rows, VI))
    assert figure.finding.startswith("Để đạt chỉ tiêu năm, đến 31/12/2023 còn phải kết nạp 210")
    assert [name for name, *_ in bars_of(figure)] == ["Năm: đến nay", "Năm: cần có"]


def test_a_target_of_zero_is_closed_to_new_members_and_not_reached():
    rows = pace_rows(pace_row("term", target_n=0, needed_n=0))
    assert "không có chỉ tiêu" in sentence_of(pace_and_need(rows, VI), "pace_and_need")


REACHED = {"admitted_n": 1600, "needed_n": 0, "needed_monthly_n": 0}
OVER = {"needed_monthly_n": pd.NA}


@pytest.mark.parametrize(
    ("term", "year", "vietnamese", "english"),
    [
        (
            REACHED,
            {"admitted_n": 340, "needed_n": 0, "needed_monthly_n": 0},
            "Đã đạt chỉ tiêu 1.500: kết nạp 1.600 đảng viên.",
            "The target of 1,500 has been reached: 1,600 admitted.",
        ),
        (
            NO_TARGET,
            {"admitted_n": 340, "needed_n": 0, "needed_monthly_n": pd.NA},
            "Đã đạt chỉ tiêu 330: kết nạp 340 đảng viên.",
            "The target of 330 has been reached: 340 admitted.",
        ),
        (
            {"admitted_n": 1456, **OVER},
            NO_TARGET,
            "Đã hết thời hạn của chỉ tiêu: kết nạp 1.456 trên 1.500 đảng viên.",
            "The time of the target is over: 1,456 admitted of 1,500.",
        ),
        (
            REACHED,
            {"admitted_n": 324, "needed_n": 6, **OVER},
            "Đã hết thời hạn của chỉ tiêu: kết nạp 324 trên 330 đảng viên.",
            "The time of the target is over: 324 admitted of 330.",
        ),
    ],
)
def test_where_no_target_is_open_it_was_reached_or_its_time_is_over(term, year, vietnamese, english):
    """The target that the sentence names is the one it speaks of: one that was reached was never missed."""
    rows = pace_rows(pace_row("term", **term), pace_row("year", **year))
    assert sentence_of(pace_and_need(rows, VI), "pace_and_need") == vietnamese
    assert pace_and_need(rows, EN).sentences == (english,)


# Hidden counts of public pages


def suppressed(report: Any, text: str, *admitted: tuple[str, int], targets: pd.DataFrame) -> pd.DataFrame:
    """Return the pace of a period as a public page has it: measured, then suppressed."""
    rows = make_table("membership", *(members("A", day, admitted_n=count) for day, count in admitted))
    period = parse_period(text, TERM)
    window = Window(period.within(TERM).start, date.fromisoformat(admitted[-1][0]))
    pace = measure_pace(rows, targets, TERM, (period, window))
    return report.suppress(pace, "admitted_n", within=["scope"], derived=DERIVED)


BOTH_TARGETS = make_table(
    "targets", aim(300, scope="term", year=None, assigned_on="2020-08-15"), aim(90, assigned_on="2023-01-10")
)


def test_a_hidden_year_without_a_target_has_no_bar_and_reads_hidden(sample_report):
    only_term = BOTH_TARGETS.head(1)
    rows = suppressed(sample_report(), "2023-Q1", ("2022-12-31", 60), ("2023-03-31", 3), targets=only_term)
    figure = figure_of(pace_and_need(rows, VI))
    assert figure.finding.startswith("Để đạt chỉ tiêu Đại hội, đến 14/02/2025 còn phải kết nạp 237 đảng viên")
    assert [name for name, *_ in bars_of(figure)] == ["Nhiệm kỳ: đến nay", "Nhiệm kỳ: cần có"]
    year = dict(zip(names(figure), figure.table.rows[1], strict=True))
    assert {year[name] for name in ("admitted_n", "monthly_n")} == {HIDDEN}
    # What an unassigned target leaves open was never there to be hidden.
    assert {year[name] for name in ("target_n", "needed_n", "needed_monthly_n")} == {None}
    assert figure.notes == (VI.text("note.hidden"), SYNTHETIC_NOTE["vi"])


@pytest.mark.parametrize("before", [60, 400])
def test_one_hidden_count_hides_the_pace_of_term_and_year(sample_report, before):
    """Whether the term's target is open (60) or reached (400)."""
    rows = suppressed(sample_report(), "2023-Q1", ("2022-12-31", before), ("2023-03-31", 3), targets=BOTH_TARGETS)
    assert rows["is_hidden"].tolist() == [False, True]
    assert (
        sentence_of(pace_and_need(rows, VI), "pace_and_need")
        == "Không công bố: số này nhỏ, từ nó suy ra được một số nhỏ, hoặc là số của nhóm có ít hơn ba tổ chức."
    )


@pytest.mark.parametrize(
    ("context", "sentence"),
    [
        (VI, "Không công bố: số này nhỏ, từ nó suy ra được một số nhỏ, hoặc là số của nhóm có ít hơn ba tổ chức."),
        (
            EN,
            "Not published: the number is small, a small one could be worked out from it, or it is of a group of fewer "
            "than three organisations.",
        ),
    ],
)
def test_where_every_count_is_hidden_no_target_is_called_reached(sample_report, context, sentence):
    rows = suppressed(sample_report(), "2023-Q1", ("2023-03-31", 3), targets=BOTH_TARGETS)
    assert rows["is_hidden"].all()
    assert pace_and_need(rows, context).sentences == (sentence,)


def test_the_internal_page_shows_what_the_public_one_hides(sample_report):
    internal = sample_report(audience="internal")
    rows = suppressed(internal, "2023-Q1", ("2022-12-31", 60), ("2023-03-31", 3), targets=BOTH_TARGETS)
    figure = figure_of(pace_and_need(rows, VI))
    assert "còn phải kết nạp 87 đảng viên" in figure.finding
    assert HIDDEN not in figure.table.rows[1]
    assert VI.text("note.hidden") not in figure.notes


# The call list

CALLS = frame(
    [
        *("reason", "org_id", "org_name", "people_n", "since_date"),
        *("admitted_n", "target_n", "pace_n", "position", "chance_pct"),
    ],
    ("not_reported", "N", "Chi bộ N", None, None, None, None, None, None, None),
    ("not_reported", "B", "Chi bộ B", None, "2023-05-31", None, None, None, None, None),
    ("overdue", "C", "Chi bộ C", 2, "2022-03-31", None, None, None, None, None),
    ("behind_target", "B", "Chi bộ B", 7, None, 2, 20, 9, "below_998", 0),
    ("behind_target", "D", "Đảng bộ D", 1, None, 1200, 2500, 1201, "within", 48),
    ("no_admission", "E", "Chi bộ E", None, None, None, None, None, None, None),
    ("no_admission", "F", "Chi bộ F", None, "2022-11-30", None, None, None, None, None),
    ("no_answer", "G", "Chi bộ G", None, None, None, None, None, None, None),
).assign(
    since_date=pd.to_datetime([None, "2023-05-31", "2022-03-31", None, None, None, "2022-11-30", None]),
    position=lambda rows: rows["position"].astype("string"),
    pace_n=lambda rows: rows["pace_n"].astype("Float64").replace({9: 9.9}),
    ended_date=pd.NaT,
)


def test_the_call_list_counts_organisations_once_and_reasons_each():
    assert call_list(CALLS, (), VI).finding == (
        "7 tổ chức cần liên hệ: 2 chưa báo cáo, 1 có dự bị quá hạn, 2 chậm so với nhịp chỉ tiêu "
        "(1 ngoài giới hạn 95%), 2 còn quần chúng mà chưa kết nạp ai, 1 chưa trả lời về quần chúng"
    )
    assert call_list(CALLS, (), EN).finding == (
        "Organisations to call: 7 (2 without a return, 1 with probations overdue, 2 behind the pace of their target "
        "(1 outside the 95% limits), 2 with people to admit that admitted nobody, "
        "1 that did not say whether people are left)"
    )


def test_a_reason_for_which_nobody_is_called_is_not_counted():
    assert call_list(CALLS[2:3], ("behind_target",), VI).finding == "1 tổ chức cần liên hệ: 1 có dự bị quá hạn"


def test_of_a_part_of_the_khoi_no_chance_is_told(sample_report):
    """It would be measured around that part: of a single organisation, around itself."""
    sector = sample_report(sector="service_unit", audience="internal").context
    figure = figure_of(call_list(CALLS[3:4], (), sector))
    assert figure.finding == "1 tổ chức cần liên hệ: 1 chậm so với nhịp chỉ tiêu"
    assert figure.table.rows[0][3] == "kết nạp 2 trên 20, nhịp đều 9,9"
    assert VI.text("figure.call_list.chance_note") not in figure.notes


def test_each_line_of_the_call_list_says_why():
    figure = figure_of(call_list(CALLS, (), VI))
    assert figure.chart is None
    behind, idle = "Chậm so với chỉ tiêu năm", "Chưa kết nạp trong kỳ"
    assert figure.table.rows == (
        ("Chi bộ N", "Chưa báo cáo", None, "chưa báo cáo lần nào"),
        ("Chi bộ B", "Chưa báo cáo", None, "báo cáo gần nhất 31/05/2023"),
        ("Chi bộ C", "Dự bị quá hạn", 2, "chờ lâu nhất: kết nạp chậm nhất ngày 31/03/2022"),
        ("Chi bộ B", behind, 7, "kết nạp 2 trên 20, nhịp đều 9,9; ngẫu nhiên thấp như vậy chưa đến 1 lần trên 100"),
        (
            *("Đảng bộ D", behind, 1),
            "kết nạp 1.200 trên 2.500, nhịp đều 1.201,0; ngẫu nhiên cũng thấp như vậy 48 lần trên 100",
        ),
        ("Chi bộ E", idle, None, "chưa kết nạp ai từ Đại hội"),
        ("Chi bộ F", idle, None, "lần kết nạp gần nhất: kỳ số liệu đến 30/11/2022"),
        ("Chi bộ G", "Chưa trả lời về quần chúng", None, "báo cáo không ghi còn hay hết quần chúng"),
    )
    twice = "Có tổ chức đứng ở nhiều nhóm, vì nhiều lý do: 8 dòng là của 7 tổ chức."
    assert figure.notes == (twice, PACE_NOTE, VI.text("figure.call_list.chance_note"), SYNTHETIC_NOTE["vi"])


def test_an_organisation_that_ended_is_said_to_have():
    gone = CALLS[2:3].assign(ended_date=pd.Timestamp("2022-12-31"))
    waits = "chờ lâu nhất: kết nạp chậm nhất ngày 31/03/2022"
    assert figure_of(call_list(gone, (), VI)).table.rows[0][3] == f"{waits}; tổ chức đã kết thúc ngày 31/12/2022"


def test_the_call_list_in_english():
    assert [row[3] for row in figure_of(call_list(CALLS, (), EN)).table.rows] == [
        "no return yet",
        "last return 31 May 2023",
        "longest waiting: admitted by 31 March 2022",
        "2 of 20 admitted, even pace 9.9; chance gives as few less than once in 100",
        "1,200 of 2,500 admitted, even pace 1,201.0; chance gives as few 48 times in 100",
        "nobody admitted since the Congress",
        "last admission: counted on 30 November 2022",
        "the return does not say whether people are left to admit",
    ]


@pytest.mark.parametrize(("position", "beyond"), [("below_95", 1), ("above_95", 0), ("within", 0)])
def test_only_below_the_limits_is_more_than_chance(position, beyond):
    """In a slow year one above the limits of all may still be behind an even pace."""
    row = CALLS[4:5].assign(position=pd.array([position], dtype="string"))
    assert f"({beyond} ngoài giới hạn 95%)" in figure_of(call_list(row, (), VI)).finding


def test_without_anybody_behind_there_is_no_note_on_pace():
    assert figure_of(call_list(CALLS.head(3), (), VI)).notes == (SYNTHETIC_NOTE["vi"],)


def test_nobody_to_call_is_said():
    assert sentence_of(call_list(CALLS.iloc[:0], (), VI), "call_list") == (
        "Mọi tổ chức đã báo cáo, không có dự bị quá hạn, không tổ chức nào chậm so với nhịp chỉ tiêu, "
        "mọi tổ chức còn quần chúng đều đã kết nạp."
    )
    assert call_list(CALLS.iloc[:0], (), EN).sentences == (
        "All organisations have reported, no probation is overdue, none is behind the pace of its target, and all with "
        "people to admit have admitted some.",
    )


def test_what_the_dataset_cannot_judge_is_said():
    """No row of probations is not the same as nobody overdue."""
    figure = figure_of(call_list(CALLS.head(2), ("overdue", "behind_target"), VI))
    words = "Dự bị quá hạn và Chậm so với chỉ tiêu năm"
    assert figure.notes == (f"Chưa xét được vì không có số liệu: {words}.", SYNTHETIC_NOTE["vi"])
    assert sentence_of(call_list(CALLS.iloc[:0], ("overdue", "behind_target"), VI), "call_list") == (
        f"Trong số liệu hiện có không có gì cần liên hệ. Chưa xét được vì không có số liệu: {words}."
    )


def test_five_hundred_organisations_all_stand_in_the_call_list():
    names_of = [f"TC{number:03}" for number in range(500)]
    rows = {
        "organisations": [body(name, "cell") for name in names_of],
        "targets": [aim(20, level="organisation", org_id=name) for name in names_of],
    }
    tables = {name: make_table(name, *rows.get(name, [])) for name in TABLES}
    returns = (members(name, "2023-06-30", non_members_left="yes") for name in names_of)
    tables["membership"] = make_table("membership", *returns)
    figure = figure_of(call_list(list_calls(tables, TERM, Window(date(2023, 1, 1), date(2023, 6, 30))), (), VI))
    assert figure.finding.startswith("500 tổ chức cần liên hệ: 500 chậm so với nhịp chỉ tiêu (0 ngoài")
    assert [row[0] for row in figure.table.rows] == [*names_of, *names_of]
    assert len(figure.payload()["table"]["rows"]) == 1000
