"""The report as a Word document: real headings, captions that count themselves, alternative texts, the same bytes."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from frames import ROOT
from render_project import add_target_row, make_project, nhiemky
from site_pages import (
    SECTORS,
    SYNTHETIC,
    definitions,
    full_notebook,
    key_numbers,
    make_job,
    make_jobs,
    masthead,
    notebook_of,
    sector_figure,
)

from analysis.figures.block import Block, Findings, Section
from analysis.figures.svg import SERVER_VARIABLE, draw_png
from analysis.figures.table import Column, Table
from analysis.language import load_language
from analysis.render.charts import ChartServer
from analysis.render.lanes import can_fork
from analysis.render.manifest import read_manifest
from analysis.site.page import read_blocks
from analysis.site.publish import publish_document, publish_page
from analysis.site.word.document import build_document
from analysis.site.word.styles import FONT

HOSTILE = '=cmd|"/c calc"!A1 <script>alert(1)</script> & ]]> \u2028 { DDEAUTO c:\\\\x }'
# No XML document may hold these; the tables of a dataset may not either, the title of a report might.
UNWRITABLE = "\x00\x0b\ufffe"
# What only an official document bears (title block, number, recipients, seal and signature).
OFFICIAL = ("ĐẢNG CỘNG SẢN VIỆT NAM", "BÁO CÁO", "-BC/", "Nơi nhận", "T/M", "Ký tên", "Đóng dấu")


def content(blocks: Sequence[Block] = (), language: str = "vi") -> bytes:
    notebook = notebook_of(*blocks) if blocks else full_notebook(language)
    return build_document(read_blocks(notebook), load_language(language))


def opened(blocks: Sequence[Block] = (), language: str = "vi") -> Document:
    return docx.Document(io.BytesIO(content(blocks, language)))


@pytest.fixture(scope="module")
def document() -> Document:
    return opened()


def fields(element) -> list[str]:
    return [field.get(qn("w:instr")).strip() for field in element.iter(qn("w:fldSimple"))]


def captions(document: Document) -> list[str]:
    # The text of a paragraph leaves fields out; a reader sees them.
    return [
        "".join(text.text for text in paragraph._p.iter(qn("w:t")))
        for paragraph in document.paragraphs
        if paragraph.style.name == "Caption"
    ]


def headings(document: Document) -> list[tuple[int, str]]:
    return [
        (int(paragraph.style.name.removeprefix("Heading ")), paragraph.text)
        for paragraph in document.paragraphs
        if paragraph.style.name.startswith("Heading ")
    ]


def test_headings_are_those_of_the_page(document: Document):
    assert headings(document) == [
        (1, "Kết nạp đảng viên"),
        (2, "Điểm chính"),
        (2, "Chưa loại hình nào đạt chỉ tiêu; cơ quan Đảng, đoàn thể gần nhất với 70,67%"),
        (2, "Đến 31/05/2023 đã kết nạp 940 đảng viên"),
        (2, "Giải thích, nguồn và cách tính"),
        (3, "Nguồn gốc"),
    ]


def test_figures_of_a_long_report_stand_under_their_part():
    document = opened([masthead(), Section("vi", "part-places", "Theo tổ chức"), sector_figure()])
    assert [level for level, _ in headings(document)] == [1, 2, 3]


def test_no_level_of_headings_is_left_out_before_the_first_part():
    changes = Findings("vi", "what-changed", "Thay đổi", ("Không đổi.",))
    document = opened([masthead(), changes, Section("vi", "part-places", "Theo tổ chức"), sector_figure()])
    assert [level for level, _ in headings(document)] == [1, 2, 2, 3]


def test_every_picture_has_its_alternative_text(document: Document):
    described = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert described == [
        "Biểu đồ thanh ngang. Cơ quan Đảng, đoàn thể: 212 trên 300. Số liệu ở bảng bên dưới.",
        "Biểu đồ đường đi lên từ 29 đến 940.",
    ]


def test_pictures_have_the_resolution_of_print_and_fill_the_line(document: Document):
    section = document.sections[0]
    line = section.page_width - section.left_margin - section.right_margin
    for shape in document.inline_shapes:
        image = document.part.related_parts[shape._inline.graphic.graphicData.pic.blipFill.blip.embed].image
        assert shape.width == pytest.approx(line, rel=0.001)
        assert image.px_width / shape.width.inches == pytest.approx(300, abs=2)


def test_captions_count_themselves_and_tables_name_their_figure(document: Document):
    assert captions(document) == [
        "Bảng 1. Số liệu chính",
        f"Hình 1. {sector_figure().subtitle}",
        "Bảng 2. Số liệu của Hình 1",
        "Hình 2. Số đảng viên mới kết nạp, lũy kế từ đầu nhiệm kỳ (người)",
        "Bảng 3. Số liệu của Hình 2",
    ]
    assert fields(document.element.body) == [
        "SEQ Bảng \\* ARABIC",
        "SEQ Hình \\* ARABIC",
        "SEQ Bảng \\* ARABIC",
        "REF figure_1 \\h",
        "SEQ Hình \\* ARABIC",
        "SEQ Bảng \\* ARABIC",
        "REF figure_2 \\h",
    ]
    marks = [mark.get(qn("w:name")) for mark in document.element.body.iter(qn("w:bookmarkStart"))]
    assert marks == ["table_1", "figure_1", "table_2", "figure_2", "table_3"]
    ids = [mark.get(qn("w:id")) for mark in document.element.body.iter(qn("w:bookmarkStart"))]
    assert len(set(ids)) == len(ids)


def test_a_figure_that_is_a_table_has_no_picture():
    document = opened([masthead(), replace(sector_figure(), chart=None)])
    assert len(document.inline_shapes) == 0
    assert captions(document) == [f"Bảng 1. {sector_figure().subtitle}"]


def test_cells_are_written_as_on_the_page(document: Document):
    rows = [[cell.text for cell in row.cells] for row in document.tables[1].rows]
    assert rows[0] == ["Loại hình", "Kết nạp (người)", "Chỉ tiêu (người)", "Đạt (%)", "So với cùng kỳ"]
    assert rows[1] == ["Cơ quan Đảng, đoàn thể", "212", "300", "70,67%", "+12"]
    assert rows[-1] == ["Loại hình khác", "ẩn", "80", "ẩn", "—"]
    assert [cell.text for cell in document.tables[0].rows[1].cells] == [
        "Đảng viên mới kết nạp",
        "940 người",
        "62,67% của chỉ tiêu 1.500",
        "+312 so với cùng kỳ",
    ]


def test_the_first_row_is_a_heading_on_every_page_and_rows_stay_whole(document: Document):
    for table in document.tables:
        marked = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
        assert marked == [True] + [False] * (len(table.rows) - 1)
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_numbers_stand_at_the_right_and_words_at_the_left(document: Document):
    name, admitted = document.tables[1].rows[1].cells[:2]
    assert name.paragraphs[0].alignment is None
    assert admitted.paragraphs[0].alignment == docx.enum.text.WD_ALIGN_PARAGRAPH.RIGHT


def test_tables_are_as_wide_as_the_text(document: Document):
    section = document.sections[0]
    line = section.page_width - section.left_margin - section.right_margin
    for table in document.tables:
        assert sum(cell.width for cell in table.rows[0].cells) == pytest.approx(line, rel=0.01)


def test_source_and_notes_stand_under_each_figure(document: Document):
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts.count("Nguồn: báo cáo của các tổ chức cơ sở đảng, data/sample.") == 1
    assert texts.count(SYNTHETIC) == 2
    assert "“ẩn”: số nhỏ được ẩn để không nhận ra cá nhân." in texts


def test_every_page_says_what_the_numbers_are_and_which_page_it_is(document: Document):
    (section,) = document.sections
    assert not section.different_first_page_header_footer
    assert section.header.paragraphs[0].text == "Dữ liệu mô phỏng, không phải số liệu thật · Bản công khai"
    assert section.footer.paragraphs[0].text.startswith("Kết nạp đảng viên – Từ đầu nhiệm kỳ đến 02/06/2023\tTrang ")
    assert fields(section.footer._element) == ["PAGE", "NUMPAGES"]


def test_paper_is_a4(document: Document):
    (section,) = document.sections
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)


@pytest.mark.parametrize(("language", "tag"), [("vi", "vi-VN"), ("en", "en-US")])
def test_language_is_said_for_the_whole_document(language: str, tag: str):
    document = opened(language=language)
    defaults = document.styles.element.find(qn("w:docDefaults"))
    assert [lang.get(qn("w:val")) for lang in defaults.iter(qn("w:lang"))] == [tag]
    assert document.core_properties.language == tag


def test_a_passage_in_the_other_language_is_marked():
    document = opened([masthead("en"), Findings("vi", "goc", "Nguyên văn", ("Câu tiếng Việt.",))], "en")
    marked = {
        paragraph.text: [lang.get(qn("w:val")) for lang in paragraph._p.iter(qn("w:lang"))]
        for paragraph in document.paragraphs
    }
    assert marked["Câu tiếng Việt."] == ["vi-VN"]
    assert marked["Admissions"] == []


def test_one_font_with_vietnamese_marks_and_none_of_the_theme(document: Document):
    used = {paragraph.style.name for paragraph in document.paragraphs} | {"Header", "Footer"}
    used |= {cell.paragraphs[0].style.name for table in document.tables for row in table.rows for cell in row.cells}
    assert len(used) > 8
    for name in used:
        fonts = document.styles[name].element.rPr.rFonts
        assert {fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "cs", "eastAsia")} == {FONT}
        assert fonts.get(qn("w:asciiTheme")) is None


def test_an_analysis_does_not_look_like_an_official_document(document: Document):
    every = " ".join(text.text or "" for text in document.element.body.iter(qn("w:t")))
    assert [mark for mark in OFFICIAL if mark in every] == []


def test_definitions_and_provenance_end_the_document(document: Document):
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[-1] == "Phiên bản: nhiemky 0.1.0, pandas 3.1.0"
    assert "Bộ dữ liệu: data/sample · SHA-256 0123456789abcdef" in texts


def test_names_from_data_stay_text():
    figure = sector_figure(names=(HOSTILE, *SECTORS[1:]))
    document = opened([masthead(body=HOSTILE + UNWRITABLE), figure, definitions()])
    assert document.paragraphs[0].text == HOSTILE
    assert document.tables[0].rows[1].cells[0].text == HOSTILE
    assert HOSTILE in document.inline_shapes[0]._inline.docPr.get("descr")
    assert {field.split()[0] for field in fields(document.element.body)} == {"SEQ", "REF"}
    assert next(document.element.body.iter(qn("w:instrText")), None) is None


def test_only_web_addresses_become_links():
    columns = (Column("name", "Tên", "text"), Column("url", "Địa chỉ", "url"))
    rows = (("a", "https://example.org/bai-bao?x=1&y=2"), ("b", "javascript:alert(1)"), ("c", "file:///etc/passwd"))
    document = opened([masthead(), replace(sector_figure(), chart=None, table=Table(columns, rows))])
    linked = [rel.target_ref for rel in document.part.rels.values() if rel.reltype.endswith("/hyperlink")]
    assert linked == ["https://example.org/bai-bao?x=1&y=2"]
    assert [row.cells[1].text for row in document.tables[0].rows[1:]] == [
        "example.org",
        "javascript:alert(1)",
        "file:///etc/passwd",
    ]


def test_the_list_of_sources_shows_addresses_in_full_and_keeps_its_other_columns():
    """On paper a link leads nowhere. An address is longer than a line, and must not take the room of all others."""
    address = f"https://example.org/{'bai-bao-' * 20}"
    columns = (Column("publisher", "Nơi công bố", "name"), Column("url", "Địa chỉ", "url"))
    table = Table(columns, (("Báo mô phỏng", address), ("Đài mô phỏng", "")))
    document = opened([masthead(), replace(sector_figure(), figure_id="sources", chart=None, table=table)])
    assert [row.cells[1].text for row in document.tables[0].rows[1:]] == [address, ""]
    names, addresses = (column.width for column in document.tables[0].columns)
    assert 0.2 < names / (names + addresses) < 0.5


def test_the_same_report_is_the_same_bytes_anywhere():
    code = (
        "import sys; sys.path.insert(0, 'tests'); from test_word import content; import hashlib;"
        "print(hashlib.sha256(content()).hexdigest())"
    )
    digests = set()
    for seed, zone in (("0", "Asia/Ho_Chi_Minh"), ("7", "America/Lima")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
        )
        digests.add(done.stdout)
    assert len(digests) == 1


def test_the_file_holds_no_time_of_making():
    with zipfile.ZipFile(io.BytesIO(content())) as archive:
        assert {entry.date_time[:3] for entry in archive.infolist()} == {(2020, 1, 1)}
        core = archive.read("docProps/core.xml").decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\dT\S+?Z", core)) == {"2020-01-01T00:00:00Z"}


def test_a_page_made_without_its_documents_takes_the_old_ones_away(tmp_path: Path):
    job, jobs = make_job(), make_jobs()
    page = publish_page(full_notebook(), job, jobs, tmp_path)[0]
    (written,) = publish_document(full_notebook(), job, jobs, tmp_path)
    assert written == page.with_suffix(".docx")
    page.with_suffix(".pdf").write_bytes(b"old")
    neighbour = page.with_name("admissions.en.docx")
    neighbour.write_bytes(b"other page")
    publish_page(full_notebook(), job, jobs, tmp_path)
    assert [path.name for path in page.parent.iterdir() if path.suffix in (".docx", ".pdf")] == [neighbour.name]


@pytest.mark.skipif(not can_fork(), reason="the chart server is part of the warm engine")
def test_the_chart_server_makes_the_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    server = ChartServer(tmp_path, 0)
    try:
        server.wait_until_ready()
        monkeypatch.setenv(SERVER_VARIABLE, server.address)
        svg = sector_figure().svg(680)
        first, wider = draw_png(svg, 1.0), draw_png(svg, 2.0)
        assert (docx.image.image.Image.from_blob(wider).px_width, first[:4]) == (1360, b"\x89PNG")
        with pytest.raises(RuntimeError):
            draw_png("no drawing", 1.0)
        assert draw_png(svg, 1.0) == first
    finally:
        server.close()


@pytest.mark.skipif(not can_fork(), reason="the warm engine needs fork")
def test_render_writes_documents_beside_pages_and_keeps_them_while_they_hold(tmp_path: Path):
    root = make_project(tmp_path / "project", ("overview", "structure"), ("2023",))
    out = root / "build" / "site"
    files = [out / "2023" / f"{name}.vi.docx" for name in ("overview", "structure")]
    nhiemky(root, "render", "--lang", "vi")
    assert nhiemky(root, "render", "--lang", "vi", "--docx", "--plan").splitlines() == [
        "public  2023/overview.vi.html  no .docx",
        "public  2023/structure.vi.html  no .docx",
        "2 to render, 0 unchanged",
    ]
    nhiemky(root, "render", "--lang", "vi", "--docx")
    assert all("Hình 1. " in "\n".join(captions(docx.Document(str(path)))) for path in files)
    assert "0 pages, 2 unchanged" in nhiemky(root, "render", "--lang", "vi", "--docx")
    assert "0 pages, 2 unchanged" in nhiemky(root, "render", "--lang", "vi")
    manifest = read_manifest(out)
    assert manifest is not None
    assert ["2023/structure.vi.docx" in entry.files for entry in manifest.reports] == [False, True]
    # Of a page that changes without its document, the document would say something else than the page.
    add_target_row(root)
    assert "1 pages, 1 unchanged" in nhiemky(root, "render", "--lang", "vi")
    assert [path.exists() for path in files] == [False, True]


def test_key_numbers_without_a_unit_have_no_blank_at_the_end():
    document = opened([masthead(), key_numbers()])
    assert document.tables[0].rows[2].cells[1].text == "96,2%"
