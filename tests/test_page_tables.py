"""The tables beside a page hold the numbers as they are, say their source, and are safe to open."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from site_pages import SYNTHETIC, sector_figure

from analysis.figures.figure import Figure
from analysis.figures.table import HIDDEN, Column, Table
from analysis.language import load_language
from analysis.site.tables import neutralise, table_as_csv, table_as_xlsx

VI, EN = load_language("vi"), load_language("en")
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def payload(*rows: tuple[Any, ...], kinds: tuple[str, ...] = ("text", "count")) -> dict[str, Any]:
    """Return what a figure block says, with this table."""
    columns = [Column(f"c{place}_n", f"Cột {place}", kind) for place, kind in enumerate(kinds)]
    figure = replace(sector_figure(), table=Table(tuple(columns), rows))
    return {
        "id": figure.figure_id,
        "finding": figure.finding,
        "subtitle": figure.subtitle,
        "source": figure.source,
        "notes": list(figure.notes),
        "table": {"columns": [vars(column) for column in columns], "rows": [list(row) for row in rows]},
    }


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def read_xlsx(content: bytes, sheet: int = 1) -> list[list[str | float]]:
    """Return the cells of a sheet: text as str, numbers as float."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        strings = ["".join(item.itertext()) for item in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))]
        root = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))
    assert root.findall(f".//{SHEET}f") == [], "a cell holds a formula"
    return [[_cell(cell, strings) for cell in row] for row in root.iter(f"{SHEET}row")]


def _cell(cell: ElementTree.Element, strings: list[str]) -> str | float:
    value = float(cell.findtext(f"{SHEET}v") or "nan")
    return strings[int(value)] if cell.get("t") == "s" else value


def test_csv_has_raw_numbers_a_byte_mark_and_the_source_on_every_row():
    content = table_as_csv(payload(("Cơ quan Đảng", 1212), ("Khác", -3)), VI)
    assert content.startswith(b"\xef\xbb\xbf")
    head, *rows = read_csv(content)
    assert head == ["c0_n", "c1_n", "source_note"]
    assert [row[:2] for row in rows] == [["Cơ quan Đảng", "1212"], ["Khác", "-3"]]
    assert all(SYNTHETIC in row[2] and row[2].startswith("Nguồn: ") for row in rows)


def test_csv_keeps_the_decimal_point_in_both_languages():
    figure = payload(("a", 62.666666666666664), kinds=("text", "pct"))
    assert read_csv(table_as_csv(figure, VI))[1][1] == "62.666666666666664"


def test_hidden_numbers_read_hidden_and_missing_ones_are_empty():
    figure = payload(("a", HIDDEN), ("b", None), (HIDDEN, 0))
    assert [row[:2] for row in read_csv(table_as_csv(figure, VI))[1:]] == [["a", "ẩn"], ["b", ""], ["hidden", "0"]]
    assert read_csv(table_as_csv(figure, EN))[1][1] == "hidden"
    assert read_xlsx(table_as_xlsx(figure, VI))[1:] == [["a", "ẩn"], ["b"], ["hidden", 0.0]]


@pytest.mark.parametrize("text", ["=1+1", "+84", "-1", "@cmd", "\t=1", "\r=1", "\n=1", " =1+1"])
def test_text_that_a_spreadsheet_would_run_is_neutralised(text):
    assert neutralise(text) == f"'{text}"
    row = read_csv(table_as_csv(payload((text, -1)), VI))[1]
    assert row[:2] == [f"'{text}", "-1"]


def test_plain_text_is_left_as_it_is():
    assert neutralise("Chi bộ 1 = 2") == "Chi bộ 1 = 2"


def test_workbook_holds_numbers_as_numbers_and_formulas_as_text():
    figure = payload(("=HYPERLINK(1)", 5549), ("https://example.org", -3))
    assert read_xlsx(table_as_xlsx(figure, VI)) == [
        ["Cột 0", "Cột 1"],
        ["=HYPERLINK(1)", 5549.0],
        ["https://example.org", -3.0],
    ]


def test_workbook_holds_dates_as_dates():
    figure = payload(("2023-05-31", 1), kinds=("date", "count"))
    # Day 45077 of a spreadsheet is 31 May 2023.
    assert read_xlsx(table_as_xlsx(figure, VI))[1] == [45077.0, 1.0]


def test_second_sheet_says_what_the_numbers_are_and_where_they_come_from():
    words = [cell for row in read_xlsx(table_as_xlsx(payload(("a", 1)), VI), sheet=2) for cell in row]
    assert words[words.index("Nguồn") + 1] == sector_figure().source
    assert SYNTHETIC in words
    assert words[-2:] == ["c1_n", "Cột 1"]


def test_files_are_the_same_byte_for_byte():
    figure: Figure = sector_figure()
    first, second = figure.payload(), sector_figure().payload()
    assert table_as_xlsx(first, VI) == table_as_xlsx(second, VI)
    assert table_as_csv(first, VI) == table_as_csv(second, VI)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00")))
def test_any_name_survives_the_way_through_csv(name):
    row = read_csv(table_as_csv(payload((name, 1)), VI))[1]
    assert row[0].removeprefix("'") == name.removeprefix("'")
    assert not row[0].startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert row[1] == "1"
