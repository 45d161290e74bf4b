"""The index leads to every page of its edition, and says what failed and when it was rendered."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from site_pages import REPORTS, full_notebook, make_job, make_jobs

from analysis.language import load_language
from analysis.site import index as index_module
from analysis.site.index import build_index, build_search
from analysis.site.publish import publish_page, publish_site
from analysis.site.summary import Summary, read_summary, summary_file, write_summary

PARAMS = """report: "{report}"
period: "{period}"
compare_with: ""
dataset: data/small
audience: public
language: vi
sector: ""
organisation: ""
"""
DATASET = """title_vi: "Khối <mẫu>"
title_en: Sample bloc
kind: synthetic
granularity: month
term_start: 2020-10-15
term_end: 2025-02-28
"""
MOST_BYTES = 300_000
MOST_ELEMENTS = 8_000
MOST_SEARCHED_BYTES = 4_000_000


@dataclass(frozen=True)
class FakeEntry:
    report: str
    notebook: str
    lang: str
    page: str
    status: str = "rendered"
    audience: str = "public"
    sector: str = ""
    organisation: str = ""
    rendered_at: str = ""
    inputs: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FakeManifest:
    reports: tuple[FakeEntry, ...]
    started: str = "2026-11-22T16:00:00+00:00"
    finished: str = "2026-11-22T16:07:00+00:00"


def entry(report: str, name: str, lang: str = "vi", **changed: str) -> FakeEntry:
    scope = {key: changed[key] for key in ("sector", "organisation") if key in changed}
    page = make_job(report, name=name, language=lang, audience="internal", **scope).page
    return FakeEntry(report, name, lang, page, **changed)


def write_page(out: Path, page: str, headline: str = "", **changed: object) -> None:
    """Write a page and its summary, as publish_page leaves them."""
    summary = Summary(
        title="Tổng quan",
        period="Quý I năm 2023",
        scope="",
        data_as_of="Số liệu đến 31/03/2023",
        status="Dữ liệu mô phỏng",
        is_synthetic=True,
        headline=headline,
        entries=(("first", headline),),
    )
    (out / page).parent.mkdir(parents=True, exist_ok=True)
    (out / page).write_text("<!doctype html>", encoding="utf-8")
    (out / summary_file(page)).write_text(write_summary(replace(summary, **changed)), encoding="utf-8")


def write_project(root: Path) -> None:
    """Write what the index reads of a project: three parameters files and the description of a dataset."""
    (root / "params").mkdir()
    (root / "data" / "small").mkdir(parents=True)
    (root / "data" / "small" / "dataset.yaml").write_text(DATASET, encoding="utf-8")
    for report, period in REPORTS:
        (root / "params" / f"{report}.yaml").write_text(PARAMS.format(report=report, period=period), "utf-8")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_project(tmp_path)
    monkeypatch.setattr(index_module, "project_root", lambda: tmp_path)
    return tmp_path


def index_of(*entries: FakeEntry, lang: str = "vi", out: Path = Path("nowhere")) -> str:
    return build_index(FakeManifest(entries), out, load_language(lang))


def cells_of(html: str) -> list[str]:
    """Return the text of every cell of the matrix."""
    cells = re.findall(r"<t[hd][ >].*?</t[hd]>", html, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", cell).split()) for cell in cells]


def test_matrix_has_periods_down_and_reports_across_latest_first(root):
    html = index_of(*(entry(report, name) for report, _ in REPORTS for name in ("admissions", "overview")))
    assert cells_of(html)[:4] == ["Kỳ", "Tổng quan", "Kết nạp đảng viên", "9 tháng đầu năm 2023"]
    rows = re.findall(r'<span class="period">([^<]*)<', html)
    assert rows == ["9 tháng đầu năm 2023", "Từ đầu nhiệm kỳ đến 02/06/2023", "Quý I năm 2023"]
    assert 'href="2023-9m/overview.vi.html"' in html


def test_each_index_lists_the_pages_of_its_own_language(root):
    html = index_of(entry("2023-q1", "overview"), entry("2023-q1", "overview", "en"), lang="en")
    assert 'href="2023-q1/overview.en.html"' in html
    assert "overview.vi.html" not in html
    assert "First quarter of 2023" in html
    assert 'href="index.html"' in html


def test_index_names_dataset_synthetic_label_and_time_of_rendering(root):
    html = index_of(entry("2023-q1", "overview"))
    assert "Khối &lt;mẫu&gt;" in html
    assert "Dữ liệu mô phỏng, không phải số liệu thật" in html
    assert "22/11/2026, 16:07 UTC" in html
    assert "1 trang" in html


def test_failed_report_leads_to_its_error_and_to_the_old_page_where_it_stands(root, tmp_path):
    failed = entry("2023-q1", "overview", status="failed")
    html = index_of(failed, out=tmp_path)
    assert 'class="failed" href="2023-q1/overview.vi.error.html"' in html
    assert 'href="2023-q1/overview.vi.html"' not in html
    (tmp_path / "2023-q1").mkdir()
    (tmp_path / failed.page).write_text("old")
    assert 'href="2023-q1/overview.vi.html"' in index_of(failed, out=tmp_path)
    assert "1 trang lỗi" in html


def test_pages_of_parts_stand_under_their_report_the_whole_first(root):
    html = index_of(entry("2023-q1", "overview", sector="non_state"), entry("2023-q1", "overview"))
    assert "1 phạm vi" in html
    assert html.index("overview.vi.html") < html.index("overview.non_state.vi.html")
    assert "DN ngoài Nhà nước, HTX" in html


def test_report_without_parameters_file_is_called_by_its_folder(root):
    html = index_of(entry("my-own", "overview"))
    assert '<span class="period">my-own</span>' in html


def test_two_folders_of_one_period_are_told_apart(root):
    (root / "params" / "other.yaml").write_text(PARAMS.format(report="other", period="2023-Q1"), "utf-8")
    html = index_of(entry("2023-q1", "overview"), entry("other", "overview"))
    assert "Quý I năm 2023 (other)" in html
    assert "Quý I năm 2023 (2023-q1)" in html


def test_unknown_notebook_is_called_by_its_name_after_the_known_ones(root):
    html = index_of(entry("2023-q1", "aaa"), entry("2023-q1", "overview"))
    assert cells_of(html)[:3] == ["Kỳ", "Tổng quan", "aaa"]


def test_index_of_nothing_says_so(root):
    assert "Chưa có báo cáo nào." in index_of()


def test_site_gets_both_indexes_and_the_assets(root, tmp_path):
    out = tmp_path / "site"
    assert publish_site(FakeManifest((entry("2023-q1", "overview"),)), out) == out / "index.html"
    assert sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()) == [
        "assets/charts.js",
        "assets/find.js",
        "assets/index.css",
        "assets/page.js",
        "assets/search.en.js",
        "assets/search.vi.js",
        "assets/style.css",
        "assets/vega.js",
        "index.en.html",
        "index.html",
    ]


def test_a_page_is_listed_by_what_it_says_and_how_fresh_it_is(root, tmp_path):
    done = entry("2023-q1", "overview", status="reused", rendered_at="2026-11-25T04:20:00Z")
    write_page(tmp_path, done.page, "Đã kết nạp <62> đảng viên")
    html = index_of(done, out=tmp_path)
    assert ">Tổng quan, Quý I năm 2023: </span>Đã kết nạp &lt;62&gt; đảng viên</a>" in html
    assert "(giữ từ lần chạy trước)" in html
    assert html.count('<p class="fresh"><span>Số liệu đến 31/03/2023</span><span>Lập 25/11/2026, 04:20 UTC</span>') == 2


def test_a_page_of_printed_figures_says_so_beside_synthetic_ones(root, tmp_path):
    for name, is_synthetic in (("overview", True), ("published", False)):
        write_page(tmp_path, entry("2023-q1", name).page, is_synthetic=is_synthetic, status="Số liệu đã công bố")
    cells = cells_of(index_of(entry("2023-q1", "overview"), entry("2023-q1", "published"), out=tmp_path))
    assert ["Số liệu đã công bố" in cell.removeprefix("Số liệu đã công bố") for cell in cells[-2:]] == [False, True]


def test_periods_are_grouped_by_year_the_newest_open_and_listed_first(root):
    for report, period in (("2022", "2022"), ("whole", "term")):
        (root / "params" / f"{report}.yaml").write_text(PARAMS.format(report=report, period=period), "utf-8")
    html = index_of(*(entry(report, "overview") for report in ("2022", "2023-q1", "2023-9m", "whole")))
    assert re.findall(r'<details class="year"( open)?>\n<summary><span class="name">([^<]*)<', html) == [
        (" open", "Cả nhiệm kỳ"),
        (" open", "2023"),
        ("", "2022"),
    ]
    newest = html[html.index('class="newest"') : html.index('id="all"')]
    assert "Mới nhất: Cả nhiệm kỳ, tính đến khi Khối kết thúc hoạt động" in newest
    assert re.findall(r'href="([^"]*)"', newest) == ["whole/overview.vi.html"]


def test_a_folded_year_says_what_its_latest_report_says(root, tmp_path):
    (root / "params" / "2022.yaml").write_text(PARAMS.format(report="2022", period="2022"), "utf-8")
    old = entry("2022", "overview")
    write_page(tmp_path, old.page, "Đã kết nạp 394 đảng viên")
    html = index_of(old, entry("2023-q1", "overview"), entry("2023-9m", "overview"), out=tmp_path)
    assert '<span class="says">Đã kết nạp 394 đảng viên</span>' in html


def test_what_is_searched_holds_the_pages_that_stand_the_latest_first(root, tmp_path):
    entries = [
        entry("2023-q1", "overview"),
        entry("2023-9m", "admissions"),
        entry("2023-9m", "overview"),
        entry("2023-9m", "gone"),
    ]
    for one in entries[:3]:
        write_page(tmp_path, one.page, f'"{one.report}" </script>')
    script = build_search(FakeManifest(tuple(entries)), tmp_path, load_language("vi"))
    found = json.loads(script.removeprefix("globalThis.searchPages = ").rstrip().removesuffix(";"))
    # In each period as the index lists the reports, not by the names of the files.
    assert [page[0] for page in found] == [
        "2023-9m/overview.vi.html",
        "2023-9m/admissions.vi.html",
        "2023-q1/overview.vi.html",
    ]
    assert found[0][1:] == ["Tổng quan", "Quý I năm 2023", [["first", '"2023-9m" </script>']]]


def test_summary_says_what_the_page_says(tmp_path):
    publish_page(full_notebook(), make_job(), make_jobs(), tmp_path)
    summary = read_summary(tmp_path, make_job().page)
    assert summary is not None
    assert (summary.title, summary.data_as_of) == ("Kết nạp đảng viên", "Số liệu đến 31/05/2023")
    assert summary.headline.startswith("Chưa loại hình nào đạt chỉ tiêu")
    assert [anchor for anchor, _ in summary.entries] == [
        "what-changed",
        "what-changed",
        "admissions-by-sector",
        "admissions-running-total",
    ]
    html = (tmp_path / make_job().page).read_text(encoding="utf-8")
    assert all(f'id="{anchor}"' in html and text in html for anchor, text in summary.entries)


def test_a_summary_that_cannot_be_read_is_none(tmp_path):
    (tmp_path / "a.vi.json").write_text('{"title": "a"}', encoding="utf-8")
    assert read_summary(tmp_path, "a.vi.html") is None


def large_edition(out: Path) -> list[FakeEntry]:
    """Return 19 periods of six reports on the whole and a page for each of 100 organisations: 2,014 pages."""
    entries = []
    for year in range(2007, 2026):
        for name in ("overview", "admissions", "classification", "structure", "membership", "published"):
            entries.append(entry(str(year), name))
        entries += [entry(str(year), "profile", organisation=f"TC{number:03}") for number in range(100)]
    for one in entries:
        finding = f"Đã kết nạp 1.456 đảng viên, đạt 97,07% chỉ tiêu 1.500, {one.report}"
        write_page(
            out, one.page, finding, scope=one.organisation, entries=[(f"figure-{n}", finding) for n in range(12)]
        )
    return entries


def test_index_of_2000_pages_stays_light(root, tmp_path):
    """Bounds of what a browser has to read and lay out; how long it takes stands in docs/batch.md."""
    entries = large_edition(tmp_path)
    for year in range(2007, 2026):
        (root / "params" / f"{year}.yaml").write_text(PARAMS.format(report=year, period=year), "utf-8")
    html = index_of(*entries, out=tmp_path)
    assert len(entries) > 2000
    assert html.count("<li><a href=") == 1900
    assert len(html.encode()) < MOST_BYTES
    assert len(re.findall(r"<[a-z]", html)) < MOST_ELEMENTS
    script = build_search(FakeManifest(tuple(entries)), tmp_path, load_language("vi")).encode()
    assert len(script) < MOST_SEARCHED_BYTES
    assert len(gzip.compress(script)) < MOST_SEARCHED_BYTES // 10
