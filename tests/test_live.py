"""The live chart's specification: what is drawn and nothing else, numbers as the table writes them, a point to find."""

from __future__ import annotations

import json
from typing import Any

import altair as alt
import pandas as pd
import pytest
from site_pages import bar_chart, sector_figure

from analysis.figures.charts import Stack, bars, running_total, stacked_bars
from analysis.figures.live import Column, live_spec
from analysis.language import load_language

VI, EN = load_language("vi"), load_language("en")
COLUMNS: list[Column] = [
    {"name": "sector_name", "label": "Loại hình", "kind": "text"},
    {"name": "admitted_n", "label": "Kết nạp", "kind": "count"},
    {"name": "share_pct", "label": "Tỷ trọng", "kind": "pct"},
]
ROWS = pd.DataFrame(
    {
        "sector_name": ["Nhà nước", "Khác"],
        "admitted_n": [318, 34],
        "share_pct": [90.34, 9.66],
        "label": ["318", "34"],
        "secret_n": [3, 1],
    }
)


def layers_of(chart: alt.TopLevelMixin, columns: list[Column] = COLUMNS) -> list[dict[str, Any]]:
    return live_spec(chart.to_dict(), columns, VI)["layer"]


def tip_of(layer: dict[str, Any]) -> str:
    return layer["mark"]["tooltip"]["expr"]


def test_columns_that_nothing_draws_are_left_out():
    chart = alt.Chart(ROWS).mark_bar().encode(x="admitted_n:Q", y="sector_name:N")
    (rows,) = live_spec(chart.to_dict(), COLUMNS, VI)["datasets"].values()
    assert rows == [{"admitted_n": 318, "sector_name": "Nhà nước"}, {"admitted_n": 34, "sector_name": "Khác"}]


def test_columns_that_only_an_expression_names_are_kept():
    chart = alt.Chart(ROWS).transform_calculate(end="datum.share_pct * 2").mark_bar().encode(x="end:Q")
    (rows,) = live_spec(chart.to_dict(), COLUMNS, VI)["datasets"].values()
    assert rows == [{"share_pct": 90.34}, {"share_pct": 9.66}]


def test_size_look_and_addresses_are_left_to_the_page():
    spec = live_spec(sector_figure().spec(), [], VI)
    assert not {"$schema", "width", "autosize", "config"} & spec.keys()
    assert "http" not in json.dumps(spec)


def test_a_bar_tells_its_name_and_the_tables_numbers_of_its_row():
    drawn = layers_of(bars(ROWS, "sector_name", "admitted_n", "label"))[0]
    name, count = '(datum.datum || datum)["sector_name"]', '(datum.datum || datum)["admitted_n"]'
    assert tip_of(drawn) == (
        "{title: join(split(" + name + ", '\\n'), ' '), "
        '"Kết nạp": (isValid(' + count + ") ? format(" + count + ", ',.0f') : datum['not there'])}"
    )


def test_percentages_have_two_decimals_and_their_sign():
    chart = alt.Chart(ROWS).mark_bar().encode(x="share_pct:Q", y="sector_name:N")
    assert "format((datum.datum || datum)[\"share_pct\"], ',.2f') + '%'" in tip_of(layers_of(chart)[0])


def test_a_label_from_the_texts_cannot_leave_the_expression():
    columns: list[Column] = [{"name": "admitted_n", "label": 'a": alert(1), "b', "kind": "count"}]
    chart = alt.Chart(ROWS).mark_bar().encode(x="admitted_n:Q", y="sector_name:N")
    assert '"a\\": alert(1), \\"b": ' in tip_of(layers_of(chart, columns)[0])


def test_dates_are_written_as_the_language_writes_them():
    rows = pd.DataFrame({"period_end": pd.to_datetime(["2023-05-31", "2023-06-30"]), "admitted_n": [1, 2]})
    columns: list[Column] = [{"name": "period_end", "label": "Kỳ", "kind": "date"}, COLUMNS[1]]
    spec = alt.Chart(rows).mark_line().encode(x="period_end:T", y="admitted_n:Q").to_dict()
    assert "'%d/%m/%Y'" in tip_of(live_spec(spec, columns, VI)["layer"][1])
    assert "'%-d %B %Y'" in tip_of(live_spec(spec, columns, EN)["layer"][1])


def test_the_nearest_point_of_the_only_line_shows_itself():
    rows = pd.DataFrame({"period_end": pd.to_datetime(["2023-05-31", "2023-06-30"]), "admitted_n": [1, 2]})
    chart = running_total(rows, "admitted_n", target=3.0, target_label="Chỉ tiêu 3", end_label="2")
    *drawn, points = layers_of(chart)
    assert len(drawn) == len(chart.to_dict()["layer"])
    assert points["params"][0]["select"]["nearest"] is True
    assert points["encoding"]["opacity"] == {"condition": {"param": "near", "empty": False, "value": 1}, "value": 0}
    assert "tooltip" not in drawn[0]["mark"]


def test_of_two_lines_neither_takes_the_pointer_from_the_other():
    rows = pd.DataFrame({"month": [1, 2], "admitted_n": [1, 2], "share_pct": [1.0, 2.0]})
    base = alt.Chart(rows).mark_line().encode(x="month:Q")
    added = layers_of(base.encode(y="admitted_n:Q") + base.encode(y="share_pct:Q"))[2:]
    assert [point["mark"]["opacity"] for point in added] == [0, 0]
    assert not any("params" in point for point in added)


def test_entries_of_the_legend_pick_a_part():
    rows = pd.DataFrame({"year_name": ["2022", "2022"], "level": ["a", "b"], "n": [1, 2], "label": ["1", ""]})
    stack = Stack("level", {"a": "Tốt", "b": "Khác"}, {"a": "#000000", "b": "#ffffff"})
    layers = layers_of(stacked_bars(rows, "year_name", "n", stack, label="label"), [])
    parameters = [parameter for layer in layers for parameter in layer.get("params", [])]
    assert parameters == [{"name": "picked", "select": {"type": "point", "fields": ["part_name"]}, "bind": "legend"}]
    assert layers[0]["encoding"]["opacity"] == {"condition": {"param": "picked", "value": 1}, "value": 0.25}
    # Where the table has no number of the part, the bar tells the words in it, or its length.
    assert tip_of(layers[0]).endswith("""["label"] || format((datum.datum || datum)["n"], ',.0f'))}""")


def test_bars_pick_their_name_in_all_layers_once():
    layers = layers_of(bars(ROWS.assign(aim_n=40), "sector_name", "admitted_n", "label", target="aim_n"))
    assert [len(layer.get("params", [])) for layer in layers] == [1, 0, 0, 0]
    assert layers[0]["params"][0]["select"]["fields"] == ["sector_name"]
    assert [layer["encoding"]["opacity"]["condition"]["value"] for layer in layers] == [1, 1, 1, 1]


def test_a_mark_is_as_opaque_as_in_the_still_chart_while_nothing_is_picked():
    """Vega-Lite draws a tick with 0.7 of its own."""
    base = alt.Chart(ROWS).encode(x="admitted_n:Q", y="sector_name:N")
    layers = layers_of(base.mark_bar() + base.mark_tick())
    assert [layer["encoding"]["opacity"]["condition"]["value"] for layer in layers] == [1, 0.7]


def test_a_mark_that_is_paler_than_what_stands_back_stays_as_pale():
    chart = alt.Chart(ROWS).mark_bar(opacity=0.16).encode(x="admitted_n:Q", y="sector_name:N")
    assert layers_of(chart)[0]["encoding"]["opacity"] == {
        "condition": {"param": "picked", "value": 0.16},
        "value": 0.16,
    }


@pytest.mark.parametrize("chart", [bar_chart(pd.DataFrame({"sector": ["a"], "admitted_n": [1], "target_n": [2]}))])
def test_the_figure_itself_is_not_changed(chart):
    spec = chart.to_dict()
    before = json.dumps(spec)
    live_spec(spec, COLUMNS, VI)
    assert json.dumps(spec) == before
