"""Whole tables beside a page: linked, safe to open in a spreadsheet, the same bytes each time, readable again."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from frames import make_context
from oracle import FIGURES
from printed_figures import printed, synthetic_figures
from site_pages import definitions, make_job, masthead, notebook_of, sector_figure

from analysis.figures.downloads import DataFile, Downloads, figures_file
from analysis.figures.figure import Figure
from analysis.figures.table import Column, Table
from analysis.language import load_language
from analysis.site.publish import publish_page
from analysis.site.tables import file_as_csv, neutralise
from analysis.site.vector import PageError
from analysis.tables.published import read_figures

VI = make_context("vi", notes=())


def files_of(figures) -> Downloads:
    return figures_file(figures, len(figures), VI)


def publish(block: Downloads, out: Path) -> tuple[str, dict[str, bytes]]:
    """Return a page with these downloads, and the files beside it by name."""
    page, *beside = publish_page(notebook_of(masthead(), block, definitions()), make_job(), [], out)
    files = [path for path in beside if path.suffix != ".json"]  # What the index knows of the page.
    return page.read_text(encoding="utf-8"), {path.name: path.read_bytes() for path in files}


def cells_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_every_file_is_linked_from_the_page_and_stands_beside_it(tmp_path):
    html, files = publish(files_of(printed({})), tmp_path)
    assert sorted(files) == ["admissions.vi.figures-all.csv", "admissions.vi.figures-dictionary.csv"]
    for name in files:
        assert f'<a href="{name}" download="{name}">' in html
    assert '<a href="#downloads">Tệp số liệu</a>' in html


def test_the_shipped_file_comes_back_as_it_was_recorded_but_for_cells_that_a_spreadsheet_would_run(tmp_path):
    _, files = publish(files_of(read_figures(FIGURES)), tmp_path)
    recorded = cells_of(FIGURES.read_bytes())
    offered = cells_of(files["admissions.vi.figures-all.csv"])
    assert offered == [[neutralise(cell) for cell in row] for row in recorded]
    changed = [cell for row in offered for cell in row if cell.startswith("'")]
    assert changed == ["'+137 vs 333", "'+1099 vs 5097"]


@pytest.mark.parametrize("text", ["=1+1", "+137 vs 333", "-5", "@SUM(A1)", " =1"])
def test_no_cell_of_a_file_is_taken_for_a_formula(text):
    file = {"columns": ["a", "b"], "rows": [[text, "safe"]]}
    assert cells_of(file_as_csv(file))[1] == [f"'{text}", "safe"]


def test_files_are_the_same_byte_for_byte(tmp_path):
    first = publish(files_of(synthetic_figures(50)), tmp_path / "a")[1]
    assert first == publish(files_of(synthetic_figures(50)), tmp_path / "b")[1]
    assert all(content.startswith(b"\xef\xbb\xbf") for content in first.values())


def test_a_file_that_is_offered_no_more_is_taken_away(tmp_path):
    block = files_of(printed({}))
    publish(block, tmp_path)
    _, files = publish(replace(block, files=block.files[:1]), tmp_path)
    assert list(files) == ["admissions.vi.figures-all.csv"]
    assert [path.name for path in (tmp_path / "2023-midterm").glob("*.csv")] == list(files)


@pytest.mark.parametrize("name", ["downloads", "../up", "a.b"])
def test_a_file_that_would_overwrite_or_leave_the_folder_is_refused(name, tmp_path):
    block = Downloads("vi", "downloads", "Tệp", (), (DataFile(name, "Tệp", ("a",), ()),))
    with pytest.raises(PageError, match="unique and plain"):
        publish(block, tmp_path)


@pytest.mark.parametrize(("language", "marked"), [("vi", False), ("en", True)])
def test_a_vietnamese_name_is_marked_on_an_english_page_only(language, marked, tmp_path):
    table = Table((Column("body", "Body", "name"), Column("note", "Note", "text")), (("Đảng bộ X", "a"),))
    figure = replace(sector_figure(language), table=table)
    assert isinstance(figure, Figure)
    notebook = notebook_of(masthead(language), figure, definitions(language))
    page, *_ = publish_page(notebook, make_job(language=language), [], tmp_path)
    html = page.read_text(encoding="utf-8")
    assert ('<th scope="row" class="name" lang="vi">Đảng bộ X</th>' in html) == marked
    assert ('<th scope="row" class="name">Đảng bộ X</th>' in html) != marked
    assert "<td>a</td>" in html


def test_the_block_says_in_jupyterlab_and_in_text_what_it_holds():
    block = files_of(printed({}, {"body": "Đảng bộ Y"}))
    assert "Toàn bộ số liệu (2 × 22)" in block.text()
    assert "<p>Toàn bộ số liệu (2 × 22)</p>" in block.html()
    assert load_language("vi").text("figure.downloads.safe") in block.sentences
