"""The index leads to every page of its edition, and says what failed and when it was rendered."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from site_pages import REPORTS, make_job

from analysis.language import load_language
from analysis.site import index as index_module
from analysis.site.index import build_index
from analysis.site.publish import publish_site

PARAMS = """report: {report}
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
QUICK_SECONDS = 5


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
    inputs: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FakeManifest:
    reports: tuple[FakeEntry, ...]
    started: str = "2026-11-22T16:00:00+00:00"
    finished: str = "2026-11-22T16:07:00+00:00"


def entry(report: str, name: str, lang: str = "vi", status: str = "rendered", sector: str = "") -> FakeEntry:
    page = make_job(report, name=name, language=lang, sector=sector).page
    return FakeEntry(report, name, lang, page, status, sector=sector)


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
    rows = re.findall(r'<th scope="row"[^>]*>([^<]*)<', html)
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
    assert "2 phạm vi" in html
    assert html.index("overview.vi.html") < html.index("overview.non_state.vi.html")
    assert "Toàn Đảng bộ Khối" in html
    assert "DN ngoài Nhà nước, HTX" in html


def test_report_without_parameters_file_is_called_by_its_folder(root):
    html = index_of(entry("my-own", "overview"))
    assert re.search(r'<th scope="row"[^>]*>my-own<', html)


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
        "assets/page.js",
        "assets/style.css",
        "assets/vega.js",
        "index.en.html",
        "index.html",
    ]


def test_index_of_2000_pages_is_built_quickly(root):
    entries = [entry("2023-q1", "overview", sector="") for _ in range(2000)]
    start = time.perf_counter()
    html = index_of(*entries)
    assert time.perf_counter() - start < QUICK_SECONDS
    assert html.count('href="2023-q1/overview.vi.html"') == len(entries)
