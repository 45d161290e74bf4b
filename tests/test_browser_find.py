"""Finding one's way in a real Chromium, from a folder: the search, the contents at the side, from period to period."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from chromium import open_page
from playwright.sync_api import Browser, Page, expect
from site_pages import make_jobs, publish_edition
from test_index import FakeManifest, entry, write_project

from analysis.site.publish import publish_site

pytestmark = pytest.mark.browser

FINDING = "Chưa loại hình nào đạt chỉ tiêu; cơ quan Đảng, đoàn thể gần nhất với 70,67%"


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three periods of two reports in both languages, with their indexes."""
    out, root = tmp_path_factory.mktemp("edition"), tmp_path_factory.mktemp("root")
    write_project(root)
    publish_edition(out)
    entries = tuple(entry(job.params.report, job.name, job.params.language) for job in make_jobs())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analysis.site.index.project_root", lambda: root)
        publish_site(FakeManifest(entries), out)
    return out


def ask(page: Page, words: str) -> list[str]:
    """Type words into the search box and return what is found."""
    page.get_by_role("searchbox").fill(words)
    expect(page.get_by_role("status")).not_to_have_text("")
    return page.locator("form.find ol a").all_inner_texts()


def copy_index(edition: Path, folder: Path) -> None:
    """Copy the index without what it searches."""
    for name in ("index.html", "assets/find.js", "assets/style.css", "assets/index.css"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes((edition / name).read_bytes())


@pytest.mark.parametrize(
    "words",
    [
        "chưa loại hình nào đạt",
        "cơ quan đảng",
        "chua loai hinh nao dat",
        "CHƯA LOẠI HÌNH",
        "co quan dang 70,67",
        # Decomposed letters and the Icelandic Ð, as some keyboards write them.
        "chu\u031ba loa\u0323i hi\u0300nh",
        "Ðoàn thể gần nhất",
    ],
)
def test_a_finding_is_found_with_or_without_marks(browser: Browser, edition: Path, words: str):
    page, faults = open_page(browser, edition, "index.html")
    assert FINDING in ask(page, words)
    assert faults == []


def test_a_result_leads_to_its_figure(browser: Browser, edition: Path):
    page, faults = open_page(browser, edition, "index.html")
    ask(page, "gan nhat 02/06/2023")
    page.get_by_role("search").get_by_role("link", name=FINDING).first.click()
    page.wait_for_url("**/2023-9m/*.vi.html#admissions-by-sector")
    assert page.locator("#admissions-by-sector").bounding_box()["y"] < 450
    assert faults == []


def test_a_report_is_found_by_its_title_the_latest_period_first(browser: Browser, edition: Path):
    page, _ = open_page(browser, edition, "index.en.html")
    assert ask(page, "admissions") == ["Admissions"] * 6
    first = page.locator("form.find ol a").first.get_attribute("href")
    assert first in ("2023-9m/admissions.en.html", "2023-9m/overview.en.html")


def test_a_page_about_what_was_asked_comes_before_what_other_pages_say_of_it(
    browser: Browser, edition: Path, tmp_path: Path
):
    later = ["later.html", "Tổng quan", "2024", [["total", "Đã kết nạp 5 đảng viên"]]]
    earlier = ["earlier.html", "Kết nạp đảng viên", "2023", []]
    copy_index(edition, tmp_path)
    (tmp_path / "assets/search.vi.js").write_text(f"globalThis.searchPages = {json.dumps([later, earlier])};")
    page, _ = open_page(browser, tmp_path, "index.html")
    assert ask(page, "ket nap") == ["Kết nạp đảng viên", "Đã kết nạp 5 đảng viên"]


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        # Words that stand together come before words that only begin alike ("kết thúc", "chính xác").
        ("dang vien chinh thuc", "Đã công nhận 501 đảng viên chính thức"),
        ("nữ", "Có 722 nữ"),
        ("nu", "Có 722 nữ"),
        ("Nu", "Có 722 nữ"),
        ("nước", "Cơ quan Nhà nước: 20 tổ chức"),
        # A day is found by its year.
        ("tong quan 2023", "Tổng quan"),
        ("02/06/2023", "Tổng quan"),
    ],
)
def test_what_was_meant_comes_first(browser: Browser, edition: Path, tmp_path: Path, asked: str, first: str):
    says = [
        "Từ 24,5 đến 103,6 đảng viên, theo số chính xác và kết thúc",
        "Cơ quan Nhà nước: 20 tổ chức",
        "Có 722 nữ",
        "Đã công nhận 501 đảng viên chính thức",
    ]
    copy_index(edition, tmp_path)
    pages = [["a.html", "Tổng quan", "Từ đầu nhiệm kỳ đến 02/06/2023", [["total", text] for text in says]]]
    (tmp_path / "assets/search.vi.js").write_text(f"globalThis.searchPages = {json.dumps(pages)};")
    page, _ = open_page(browser, tmp_path, "index.html")
    assert ask(page, asked)[0] == first


def test_the_search_is_worked_by_keyboard_and_says_how_much_it_found(browser: Browser, edition: Path):
    page, _ = open_page(browser, edition, "index.html")
    page.get_by_role("searchbox", name="Tìm trong các báo cáo").focus()
    page.keyboard.type("luy ke")
    expect(page.get_by_role("status")).to_have_text("Không tìm thấy.")
    page.keyboard.press("Escape")
    page.keyboard.type("da ket nap 940")
    expect(page.get_by_role("status")).to_have_text("12 kết quả")
    page.keyboard.press("ArrowDown")
    assert "kết nạp 940 đảng viên" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.id") == "find"
    page.keyboard.press("Escape")
    expect(page.locator("form.find ol a")).to_have_count(0)


def test_a_word_is_found_by_its_beginning_not_by_its_middle(browser: Browser, edition: Path):
    page, _ = open_page(browser, edition, "index.html")
    assert FINDING in ask(page, "đoàn th")
    assert ask(page, "oàn") == []


def test_what_is_searched_is_loaded_only_when_the_box_is_used(browser: Browser, edition: Path):
    page, _ = open_page(browser, edition, "index.html")
    loaded = "performance.getEntriesByType('resource').map(entry => entry.name).join()"
    assert "search.vi.js" not in page.evaluate(loaded)
    assert page.evaluate("typeof globalThis.searchPages") == "undefined"
    ask(page, "dang")
    assert page.evaluate("globalThis.searchPages.length") == 6


def test_without_scripts_there_is_no_search_box_and_every_page_is_still_listed(browser: Browser, edition: Path):
    page, _ = open_page(browser, edition, "index.html", scripts=False)
    assert not page.locator("form.find").is_visible()
    assert page.locator(".matrix a").count() == 6


def test_a_missing_file_is_said(browser: Browser, edition: Path, tmp_path: Path):
    copy_index(edition, tmp_path)
    page, _ = open_page(browser, tmp_path, "index.html")
    page.get_by_role("searchbox").fill("dang")
    expect(page.get_by_role("status")).to_have_text("Không mở được tệp dùng để tìm kiếm.")


def test_the_contents_show_where_one_is(browser: Browser, edition: Path):
    page, _ = open_page(browser, edition, "2023-midterm/admissions.vi.html")
    here = page.locator(".side .entries [aria-current]")
    for name in ("admissions-by-sector", "admissions-running-total"):
        page.locator(f"#{name}").evaluate("figure => figure.scrollIntoView({behavior: 'instant'})")
        expect(here).to_have_attribute("href", f"#{name}")
    page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
    expect(here).to_have_count(0)


def test_one_walks_through_all_periods_and_back(browser: Browser, edition: Path):
    page, faults = open_page(browser, edition, "2023-q1/overview.vi.html")
    seen = [page.url]
    for rel in ("next", "next", "prev", "prev"):
        page.locator(f".bar-row a[rel={rel}]").click()
        seen.append(page.url)
    assert [url.split("/")[-2] for url in seen] == ["2023-q1", "2023-midterm", "2023-9m", "2023-midterm", "2023-q1"]
    assert faults == []


def broken_links(out: Path) -> list[str]:
    """Return every link inside a folder of pages that leads to no file, or to no passage of it."""
    pages = {path: path.read_text(encoding="utf-8") for path in out.rglob("*.html")}
    ids = {path: set(re.findall(r'\sid="([^"]*)"', html)) for path, html in pages.items()}
    broken = []
    for path, html in pages.items():
        for address in re.findall(r'\s(?:href|src)="([^"]*)"', html):
            if re.match(r"[a-z]+:", address):
                continue
            name, _, anchor = unquote(address).partition("#")
            target = (path.parent / name).resolve() if name else path
            if not target.is_file() or (anchor and target in ids and anchor not in ids[target]):
                broken.append(f"{path.relative_to(out)}: {address}")
    return broken


def test_every_link_of_the_edition_leads_somewhere(edition: Path):
    assert broken_links(edition) == []


def test_a_link_that_leads_nowhere_is_found(edition: Path, tmp_path: Path):
    (tmp_path / "a.html").write_text('<a href="b.html"></a><a href="#c"></a><a href="https://d"></a>', encoding="utf-8")
    assert broken_links(tmp_path) == ["a.html: b.html", "a.html: #c"]
