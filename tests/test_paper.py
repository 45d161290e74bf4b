"""Pages as PDF: which are printed, what a browser that hangs or dies costs, and what stands on the paper."""

from __future__ import annotations

import io
import os
import re
import sys
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader
from render_project import add_target_row, make_project, nhiemky
from site_pages import (
    SECTORS,
    SYNTHETIC,
    definitions,
    key_numbers,
    make_job,
    make_jobs,
    masthead,
    monthly_figure,
    notebook_of,
    sector_figure,
)
from test_manifest import ENTRY, FAILED

from analysis.errors import NhiemkyError
from analysis.figures.block import Findings
from analysis.figures.table import Column, Table
from analysis.render.lanes import can_fork
from analysis.render.manifest import new_manifest, read_manifest
from analysis.render.printing import Printed, print_missing
from analysis.site.browser import without_moment
from analysis.site.links import site_files
from analysis.site.paper import Press, find_browser, press_of
from analysis.site.publish import publish_page, publish_site

A4 = (595, 842)
FIGURES_N = 9
OTHER = replace(ENTRY, lang="en", page="2023-Q1/admissions.en.html")

# Prints as its pages ask: a page may hang, end the process, fail, or be printed. Every start leaves a line.
STAND_IN = """
import json, pathlib, sys, time
with open(sys.argv[1], "a") as starts:
    print("start", file=starts)
print(json.dumps(sys.argv[2]), flush=True)
for line in sys.stdin:
    page, pdf = json.loads(line)
    name = pathlib.Path(page).stem
    if name == "hang":
        time.sleep(600)
    if name == "die":
        sys.exit(1)
    if name == "fail":
        print(json.dumps("it failed"), flush=True)
        continue
    pathlib.Path(pdf).write_text("printed")
    print(json.dumps(""), flush=True)
"""


def stand_in(folder: Path, says: str = "ready", time_limit: float = 30.0) -> Press:
    script = folder / "stand_in.py"
    script.write_text(STAND_IN, encoding="utf-8")
    return Press((sys.executable, str(script), str(folder / "starts"), says), time_limit)


def came_of(press: Press, folder: Path, *names: str, lanes: int = 1) -> dict[str, str]:
    sheets = [(folder / f"{name}.html", folder / f"{name}.pdf") for name in names]
    return {names[printed.index]: printed.error for printed in press(sheets, lanes)}


def starts_n(folder: Path) -> int:
    return len((folder / "starts").read_text(encoding="utf-8").splitlines())


def test_one_process_prints_several_pages(tmp_path: Path) -> None:
    assert came_of(stand_in(tmp_path), tmp_path, "a", "b", "c") == {"a": "", "b": "", "c": ""}
    assert starts_n(tmp_path) == 1
    assert sorted(path.name for path in tmp_path.glob("*.pdf")) == ["a.pdf", "b.pdf", "c.pdf"]


def test_a_page_that_fails_or_kills_its_browser_costs_no_other(tmp_path: Path) -> None:
    assert came_of(stand_in(tmp_path), tmp_path, "a", "fail", "die", "b") == {
        "a": "",
        "fail": "it failed",
        "die": "the browser ended before it was done",
        "b": "",
    }
    assert starts_n(tmp_path) == 2


def test_a_page_that_never_ends_is_ended(tmp_path: Path) -> None:
    press = stand_in(tmp_path, time_limit=3.0)
    assert came_of(press, tmp_path, "hang", "b") == {"hang": "not done after 3 seconds", "b": ""}


def test_a_browser_that_cannot_print_says_so_of_every_page(tmp_path: Path) -> None:
    assert came_of(stand_in(tmp_path, says="too old"), tmp_path, "a", "b") == {"a": "too old", "b": "too old"}


def test_leaving_early_ends_the_processes(tmp_path: Path) -> None:
    printing = stand_in(tmp_path)([(tmp_path / "a.html", tmp_path / "a.pdf"), (tmp_path / "hang.html", tmp_path)], 2)
    assert next(printing).error == ""
    started = time.monotonic()
    printing.close()
    assert time.monotonic() - started < 10


class StubPrinter:
    """Fails for pages whose name holds `failing`; remembers what it was asked for; may be interrupted at the end."""

    def __init__(self, failing: str = "-", is_interrupted: bool = False) -> None:
        self.failing, self.is_interrupted = failing, is_interrupted
        self.asked: list[str] = []

    def __call__(self, sheets: Sequence[tuple[Path, Path]], lanes: int) -> Generator[Printed]:
        for index, (page, pdf) in enumerate(sheets):
            self.asked.append(page.name)
            if self.failing in page.name:
                yield Printed(index, 0.1, "no paper")
            else:
                pdf.parent.mkdir(parents=True, exist_ok=True)
                pdf.write_bytes(b"%PDF")
                yield Printed(index, 0.1, "")
        if self.is_interrupted:
            raise KeyboardInterrupt


def test_pages_that_failed_or_have_their_pdf_are_not_printed(tmp_path: Path) -> None:
    printer = StubPrinter()
    first = print_missing([ENTRY, FAILED], tmp_path, printer, 1)
    assert printer.asked == ["admissions.vi.html"]
    assert [entry.files for entry in first.entries] == [(*ENTRY.files, "2023-Q1/admissions.vi.pdf"), FAILED.files]
    print_missing(first.entries, tmp_path, printer, 1)
    assert printer.asked == ["admissions.vi.html"]
    (tmp_path / "2023-Q1/admissions.vi.pdf").unlink()
    again = print_missing(first.entries, tmp_path, printer, 1)
    assert printer.asked == ["admissions.vi.html"] * 2
    assert again.entries == first.entries


def test_a_page_that_cannot_be_printed_stays_and_is_named(tmp_path: Path) -> None:
    run = print_missing([ENTRY, OTHER], tmp_path, StubPrinter(failing="vi"), 1)
    assert run.unprinted == (("2023-Q1/admissions.vi.html", "no paper"),)
    assert [entry.files == before.files for entry, before in zip(run.entries, [ENTRY, OTHER], strict=True)] == [
        True,
        False,
    ]
    assert [entry.status for entry in run.entries] == ["rendered", "rendered"]


def test_ctrl_c_keeps_what_is_printed(tmp_path: Path) -> None:
    run = print_missing([ENTRY, OTHER], tmp_path, StubPrinter(is_interrupted=True), 1)
    assert run.is_interrupted
    assert [entry.files[-1] for entry in run.entries] == ["2023-Q1/admissions.vi.pdf", "2023-Q1/admissions.en.pdf"]


def test_the_browser_is_one_that_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "browser"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("NHIEMKY_BROWSER", str(program))
    assert find_browser() == str(program)
    monkeypatch.setenv("NHIEMKY_BROWSER", str(tmp_path / "none"))
    with pytest.raises(NhiemkyError, match=r"NHIEMKY_BROWSER names .* no program.*apt install chromium"):
        find_browser()


def test_without_a_browser_nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_project(tmp_path / "project", ("structure",), ("2023",))
    monkeypatch.setenv("NHIEMKY_BROWSER", "no-such-browser")
    said = nhiemky(root, "render", "--pdf", status=2)
    assert "--pdf prints with Chromium, Chrome or Edge" in said
    assert "Traceback" not in said
    assert not (root / "build" / "site").exists()


def test_the_moment_of_printing_is_taken_out_and_nothing_moves() -> None:
    pdf = b"<</CreationDate (D:20261125043844+00'00') /ModDate (D:20261125043845+00'00')>> (D:20261125043844)"
    assert without_moment(pdf) == (
        b"<</CreationDate (D:20200101000000+00'00') /ModDate (D:20200101000000+00'00')>> (D:20261125043844)"
    )


@pytest.fixture(scope="module")
def press() -> Press:
    try:
        return press_of(find_browser())
    except NhiemkyError as error:
        reason = f"nothing was printed: {error}"
        # In continuous integration a missing browser is a fault, not a reason to look away.
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)


def numbered_figure(number: int):
    """Return a figure whose bars have names that stand nowhere else, with a table of other names."""
    figure = sector_figure(figure_id=f"figure-{number}", names=[f"Bar{number}x{bar}" for bar in range(len(SECTORS))])
    table = Table((Column("name", "Tên", "text"),), tuple((f"row {number} {line}",) for line in range(number * 3 % 14)))
    return replace(figure, finding=f"Finding{number}", table=table)


@pytest.fixture(scope="module")
def printed(press: Press, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    """A long report with figures of every height at every place of a page, and a usual one; printed."""
    out = tmp_path_factory.mktemp("site")
    publish_site(new_manifest("2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z", ()), out)
    blocks = [masthead(), key_numbers()]
    for number in range(FIGURES_N):
        text = Findings("vi", f"text-{number}", f"Text {number}", ("Một câu dài của báo cáo. " * 9 * (number % 4),))
        blocks += [text, numbered_figure(number)]
    long = publish_page(notebook_of(*blocks, definitions()), make_job(), make_jobs(), out)[0]
    usual = publish_page(
        notebook_of(masthead("en"), monthly_figure("en"), definitions("en")),
        make_job(language="en"),
        make_jobs(),
        out,
    )[0]
    sheets = [(page, page.with_suffix(".pdf")) for page in (long, usual)]
    assert [done.error for done in press(sheets, 1)] == ["", ""]
    return sheets[0][1], sheets[1][1]


def texts(pdf: Path) -> list[str]:
    return [page.extract_text() for page in PdfReader(pdf).pages]


@pytest.mark.browser
def test_paper_is_a4_and_every_sheet_says_which_it_is(printed: tuple[Path, Path]) -> None:
    for pdf in printed:
        reader = PdfReader(pdf)
        assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in reader.pages} == {A4}
        count = len(reader.pages)
        for number, text in enumerate(texts(pdf), 1):
            assert f"{number} / {count}" in text
    assert "Kết nạp đảng viên – Từ đầu nhiệm kỳ đến 02/06/2023 – Dữ liệu mô phỏng" in texts(printed[0])[-1]


@pytest.mark.browser
def test_no_chart_is_cut_or_parted_from_its_finding(printed: tuple[Path, Path]) -> None:
    sheets = texts(printed[0])
    assert len(sheets) > 4
    for number in range(FIGURES_N):
        marks = [f"Bar{number}x{bar}" for bar in range(len(SECTORS))] + [f"Finding{number}"]
        places = [{place for place, text in enumerate(sheets) if mark in text} for mark in marks]
        assert len(places[0]) == 1
        assert all(place == places[0] for place in places)


@pytest.mark.browser
def test_a_short_table_is_not_parted(printed: tuple[Path, Path]) -> None:
    sheets = texts(printed[0])
    for number in range(FIGURES_N):
        rows = [f"row {number} {line}\n" for line in range(number * 3 % 14)]
        found = [place for row in rows for place, text in enumerate(sheets) if row in f"{text}\n"]
        assert len(found) == len(rows)
        assert len(set(found)) <= 1


@pytest.mark.browser
def test_tables_are_unfolded_and_sources_kept(printed: tuple[Path, Path]) -> None:
    (sheet, *_) = texts(printed[1])
    months = re.findall(r"\d+ \w+ 202[0-3]", sheet)
    assert len(set(months)) >= 32
    assert SYNTHETIC in sheet
    assert "Nguồn: data/sample." in sheet


@pytest.mark.browser
def test_a_long_table_of_few_columns_is_set_beside_itself(printed: tuple[Path, Path]) -> None:
    # 32 months under each other would take two thirds of a sheet.
    assert texts(printed[1])[0].count("Lũy kế (người)") == 3


@pytest.mark.browser
def test_the_pdf_is_tagged_and_has_title_language_and_outline(printed: tuple[Path, Path]) -> None:
    reader = PdfReader(printed[1])
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert reader.metadata.title == (
        "Admissions · From the start of the term to 2 June 2023 · Party Organisation of the Bloc of Agencies and "
        "Enterprises"
    )
    assert "Đến 31/05/2023 đã kết nạp 940 đảng viên" in str(reader.outline)


@pytest.mark.browser
def test_the_same_page_is_the_same_pdf(press: Press, printed: tuple[Path, Path], tmp_path: Path) -> None:
    page = printed[1].with_suffix(".html")
    (done,) = press([(page, tmp_path / "again.pdf")], 1)
    assert done.error == ""
    assert (tmp_path / "again.pdf").read_bytes() == printed[1].read_bytes()


@pytest.mark.browser
def test_a_program_that_is_no_browser_says_so(tmp_path: Path) -> None:
    program = tmp_path / "browser"
    program.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    program.chmod(0o755)
    (done,) = press_of(str(program))([(tmp_path / "a.html", tmp_path / "a.pdf")], 1)
    assert "does not start" in done.error


@pytest.mark.browser
@pytest.mark.skipif(not can_fork(), reason="the warm engine needs fork")
def test_render_prints_pages_once_and_again_where_they_changed(press: Press, tmp_path: Path) -> None:
    root = make_project(tmp_path / "project", ("overview", "structure"), ("2023",))
    out = root / "build" / "site"
    files = [out / "2023" / f"{name}.vi.pdf" for name in ("overview", "structure")]
    assert "2 pages in" in nhiemky(root, "render", "--lang", "vi", "--pdf")
    # In a folder that was empty, too, the style sheet was there: it is what numbers the sheets.
    foot = PdfReader(io.BytesIO(files[0].read_bytes())).pages[0].extract_text()
    assert "Tổng quan" in foot and "1 / " in foot
    # Pages that stand are printed without being made again.
    for path in files:
        path.unlink()
    said = nhiemky(root, "render", "--lang", "vi", "--pdf")
    assert "0 pages, 2 unchanged" in said
    assert said.count(".pdf ") == 2
    before = [path.stat().st_mtime_ns for path in files]
    assert ".pdf " not in nhiemky(root, "render", "--lang", "vi", "--pdf")
    add_target_row(root)
    said = nhiemky(root, "render", "--lang", "vi", "--pdf")
    assert ("1 pages, 1 unchanged" in said, said.count(".pdf ")) == (True, 1)
    assert [path.stat().st_mtime_ns == moment for path, moment in zip(files, before, strict=True)] == [False, True]
    manifest = read_manifest(out)
    assert manifest is not None
    assert [f"{entry.page[:-5]}.pdf" in entry.files for entry in manifest.reports] == [True, True]
    assert PdfReader(io.BytesIO(files[0].read_bytes())).metadata.title.startswith("Tổng quan")
    assert all((out / name).is_file() for name in site_files())


@pytest.mark.skipif(not can_fork(), reason="the warm engine needs fork")
def test_a_pdf_that_fails_costs_no_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_project(tmp_path / "project", ("structure",), ("2023",))
    program = tmp_path / "browser"
    program.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("NHIEMKY_BROWSER", str(program))
    said = nhiemky(root, "render", "--lang", "vi", "--pdf", status=1)
    assert "Not printed: 2023/structure.vi.html" in said
    assert "1 pages in " in said
    assert (root / "build/site/2023/structure.vi.html").is_file()
    assert "2023/structure.vi.html" in (root / "build/site/index.html").read_text(encoding="utf-8")
    assert "0 pages, 1 unchanged" in nhiemky(root, "render", "--lang", "vi")
