"""The table of a figure as files to take away: CSV and XLSX, the same bytes for the same numbers.

Input: the payload of a figure block. Output: bytes. Every file says where its numbers come from, because a file
travels without its page.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from analysis.figures.table import HIDDEN, TEXT_KINDS
from analysis.language import Language

Payload = Mapping[str, Any]

NOTE_COLUMN = "source_note"
# Spreadsheets take a cell that begins so for a formula.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")
# A workbook must hold a date of creation; a fixed one keeps its bytes the same.
CREATED = datetime(2020, 1, 1)
NUMBER_FORMATS = {
    "count": "#,##0",
    "pct": '0.00"%"',
    "dec1": "#,##0.0",
    "dec2": "#,##0.00",
    "signed": "+#,##0;-#,##0;0",
    "date": "dd/mm/yyyy",
}
WIDEST_COLUMN = 60


def table_as_csv(figure: Payload, language: Language) -> bytes:
    """Return the table with raw numbers, UTF-8 with a mark so that Excel reads Vietnamese, "," between cells.

    The last column, `source_note`, holds source and notes on every row: a comment line would break a reader.
    """
    columns = figure["table"]["columns"]
    note = neutralise(" ".join(source_lines(figure)))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([neutralise(column["name"]) for column in columns] + [NOTE_COLUMN])
    for row in figure["table"]["rows"]:
        cells = [_csv_cell(value, column["kind"], language) for value, column in zip(row, columns, strict=True)]
        writer.writerow([*cells, note])
    return out.getvalue().encode("utf-8-sig")


def file_as_csv(file: Payload) -> bytes:
    """Return a whole table as it was recorded, UTF-8 with a mark, its cells safe to open in a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in (file["columns"], *file["rows"]):
        writer.writerow([neutralise(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def table_as_xlsx(figure: Payload, language: Language) -> bytes:
    """Return the table as a workbook: the numbers on the first sheet, what they are and their source on the second."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": figure["finding"], "created": CREATED})
        _write_numbers(book, figure, language)
        _write_about(book, figure, language)
    return out.getvalue()


def neutralise(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{text}" if _looks_like_formula(text) else text


def source_lines(figure: Payload) -> tuple[str, ...]:
    """Return the source and the notes of a figure, one sentence group each."""
    return tuple(line for line in (figure["source"], *figure["notes"]) if line)


def _looks_like_formula(text: str) -> bool:
    return text.startswith(FORMULA_SIGNS) or text.lstrip().startswith(FORMULA_SIGNS)


def _csv_cell(value: Any, kind: str, language: Language) -> Any:
    if value is None:
        return ""
    if kind not in TEXT_KINDS and value == HIDDEN:
        return language.text("words.hidden")
    return neutralise(value) if isinstance(value, str) else value


def _write_numbers(book: xlsxwriter.Workbook, figure: Payload, language: Language) -> None:
    columns, rows = figure["table"]["columns"], figure["table"]["rows"]
    sheet = book.add_worksheet(language.text("page.sheet_numbers"))
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    formats = {kind: book.add_format({"num_format": code}) for kind, code in NUMBER_FORMATS.items()}
    text = book.add_format({"quote_prefix": True})
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column["label"], head)
        sheet.set_column(place, place, _width(column["label"], [row[place] for row in rows]))
        for line, row in enumerate(rows, start=1):
            _write_cell(
                sheet,
                (line, place),
                _xlsx_cell(row[place], column["kind"], language),
                formats.get(column["kind"]),
                text,
            )
    sheet.freeze_panes(1, 1)


def _xlsx_cell(value: Any, kind: str, language: Language) -> Any:
    if kind not in TEXT_KINDS and value == HIDDEN:
        return language.text("words.hidden")
    return date.fromisoformat(value) if kind == "date" and isinstance(value, str) else value


def _write_cell(sheet: Worksheet, place: tuple[int, int], value: Any, number: Format | None, text: Format) -> None:
    if value is None:
        return
    if isinstance(value, date):
        sheet.write_datetime(*place, value, number)
    elif isinstance(value, str):
        # The prefix is Excel's own apostrophe: the cell stays text even after it was edited, and reads unchanged.
        sheet.write_string(*place, value, text if _looks_like_formula(value) else None)
    else:
        sheet.write_number(*place, value, number)


def _write_about(book: xlsxwriter.Workbook, figure: Payload, language: Language) -> None:
    sheet = book.add_worksheet(language.text("page.sheet_about"))
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "valign": "top"})
    lines = [("finding", figure["finding"]), ("measure", figure["subtitle"]), ("source", figure["source"])]
    lines += [("note", note) for note in figure["notes"]]
    pairs = [(language.text(f"page.about_{key}"), words) for key, words in lines]
    pairs += [(column["name"], column["label"]) for column in figure["table"]["columns"]]
    for line, (label, words) in enumerate(pairs):
        sheet.write_string(line, 0, label, bold)
        sheet.write_string(line, 1, words, wrap)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)


def _width(label: str, values: Sequence[Any]) -> int:
    longest = max((len(str(value)) for value in values if value is not None), default=0)
    return min(max(longest, len(label) // 2, 10) + 2, WIDEST_COLUMN)
