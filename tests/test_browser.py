"""Pages in a real Chromium, opened from a folder: nothing is fetched from outside, nothing overflows, links work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from chromium import SHEET, open_page
from site_pages import SECTORS, make_job, make_jobs, masthead, notebook_of, publish_edition, sector_figure
from test_index import FakeManifest, entry, write_project

from analysis.figures.table import Column, Table
from analysis.site.publish import publish_error, publish_page, publish_site

pytestmark = pytest.mark.browser

SHOWN = "chart => getComputedStyle(chart).display !== 'none'"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A whole edition: pages, tables, an error page, both indexes."""
    out, root = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("root")
    write_project(root)
    publish_edition(out)
    failure = type("Failure", (), {"kind": "error", "cell": 1, "error_name": "E", "message": "m"})()
    publish_error(make_job("2023-q1", "2023-Q1", "structure"), failure, out)
    jobs = make_jobs()
    reports = [entry(job.params.report, job.name, job.params.language) for job in jobs]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analysis.site.index.project_root", lambda: root)
        publish_site(FakeManifest((*reports, entry("2023-q1", "structure", status="failed"))), out)
    return out


@pytest.mark.parametrize("width", [1440, 768, 360, 320])
@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize(
    "path",
    [
        "2023-midterm/admissions.vi.html",
        "2023-midterm/admissions.en.html",
        "index.html",
        "2023-q1/structure.vi.error.html",
    ],
)
def test_page_asks_for_nothing_outside_and_never_scrolls_sideways(browser, site, path, scripts, width):
    page, faults = open_page(browser, site, path, width=width, scripts=scripts)
    assert faults == []
    # The style sheet was taken, not only asked for.
    accent = page.locator(".masthead").evaluate("head => getComputedStyle(head).borderBottomWidth")
    assert accent == "3px"
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_table_of_many_columns_fits_its_sheet(browser, site):
    """Wider than the sheet, it would have the browser print all of the page smaller."""
    kinds = ("name", "text", "date", "pct", "text", "text", "count", "name", "text", "text", "url", "url", "long")
    cells = {
        "name": "Đảng bộ Khối các cơ quan và Doanh nghiệp tỉnh",
        "text": "nguồn ghi rõ",
        "long": "858; nguồn không công bố tổng số. Nguồn ghi “18%”: đúng, dù làm tròn hay cắt bỏ phần lẻ.",
        "date": "2021-12-31",
        "pct": 98.1,
        "count": 4740,
        "url": "https://www.daihoidang.lamdong.example.org/a",
    }
    columns = tuple(
        Column(f"c{place}", f"Cột {place}", "text" if kind == "long" else kind) for place, kind in enumerate(kinds)
    )
    wide = replace(sector_figure(), table=Table(columns, (tuple(cells[kind] for kind in kinds),) * 3))
    job = make_job("2023-q1", "2023-Q1", "published")
    publish_page(notebook_of(masthead(), wide), job, [job], site)
    page, _ = open_page(browser, site, job.page, width=SHEET, scripts=False)
    page.emulate_media(media="print")
    assert page.locator("table").bounding_box()["width"] <= SHEET
    assert page.evaluate("document.documentElement.scrollWidth") <= SHEET


def test_words_in_a_table_do_not_stand_one_to_a_line(browser, site):
    long = "cơ quan hành chính, đơn vị sự nghiệp, các loại hình doanh nghiệp; không nêu số từng loại"
    columns = tuple(Column(f"c{place}", f"Cột {place}", "text") for place in range(5))
    rows = (("Kết nạp từ đầu nhiệm kỳ", "940", "nêu trong bài", "940", "trùng"), ("Ngày", long, "—", long, long))
    job = make_job("2023-q1", "2023-Q1", "published", language="en")
    table = replace(sector_figure(), chart=None, table=Table(columns, rows))
    publish_page(notebook_of(masthead("en"), table), job, [job], site)
    for width, fits in ((1440, True), (360, False)):
        page, _ = open_page(browser, site, job.page, width=width)
        assert page.locator("tbody th").first.evaluate("cell => cell.getBoundingClientRect().width") >= 104
        assert page.locator(".scroll").evaluate("box => box.scrollWidth <= box.clientWidth") is fits


def test_a_request_outside_the_folder_would_be_seen_and_refused(browser, site):
    html = (site / "2023-q1" / "overview.vi.html").read_text(encoding="utf-8")
    broken = site / "2023-q1" / "broken.vi.html"
    broken.write_text(html.replace("</main>", '<img src="https://example.org/a.png" alt=""></main>'), encoding="utf-8")
    _, faults = open_page(browser, site, "2023-q1/broken.vi.html")
    assert any("example.org" in fault for fault in faults)


@pytest.mark.parametrize(("width", "wide", "narrow"), [(1440, True, False), (768, True, False), (360, False, True)])
def test_one_of_the_two_charts_is_shown(browser, site, width, wide, narrow):
    page, _ = open_page(browser, site, "2023-midterm/admissions.vi.html", width=width, scripts=False)
    assert page.locator(".chart .wide").first.evaluate(SHOWN) is wide
    assert page.locator(".chart .narrow").first.evaluate(SHOWN) is narrow
    assert page.get_by_role("img", name="Biểu đồ thanh ngang", exact=False).count() == 1


def test_language_switch_stays_on_report_period_and_figure(browser, site):
    page, _ = open_page(browser, site, "2023-midterm/admissions.vi.html#admissions-running-total")
    page.get_by_role("link", name="English").click()
    assert page.url == (site / "2023-midterm/admissions.en.html").as_uri() + "#admissions-running-total"
    assert page.locator("html").get_attribute("lang") == "en"


def test_language_switch_finds_the_figure_being_read(browser, site):
    page, _ = open_page(browser, site, "2023-midterm/admissions.vi.html")
    page.locator("#admissions-by-sector").evaluate("figure => figure.scrollIntoView({behavior: 'instant'})")
    page.locator("a[data-keeps-place]").evaluate("link => link.click()")
    page.wait_for_url("**/admissions.en.html#admissions-by-sector")


def test_language_switch_works_without_scripts(browser, site):
    page, _ = open_page(browser, site, "2023-midterm/admissions.vi.html", scripts=False)
    page.get_by_role("link", name="English").click()
    assert page.url == (site / "2023-midterm/admissions.en.html").as_uri()


def test_one_walks_from_the_index_to_a_report_and_to_the_next_period(browser, site):
    page, faults = open_page(browser, site, "index.html")
    page.get_by_role("link", name=re.compile("^Kết nạp đảng viên, Quý I năm 2023: Chưa loại hình nào đạt")).click()
    page.locator("footer").get_by_role("link", name="Kỳ sau Từ đầu nhiệm kỳ đến 02/06/2023").click()
    assert page.url == (site / "2023-midterm/admissions.vi.html").as_uri()
    page.get_by_role("link", name="Tất cả báo cáo").click()
    assert page.url == (site / "index.html").as_uri()
    assert faults == []


def test_tables_unfold_by_keyboard_and_without_scripts(browser, site):
    page, _ = open_page(browser, site, "2023-midterm/admissions.vi.html", scripts=False)
    cell = page.get_by_role("cell", name="70,67%").first
    assert not cell.is_visible()
    page.locator("#admissions-by-sector summary").focus()
    page.keyboard.press("Enter")
    assert cell.is_visible()


def test_first_key_press_offers_the_way_to_the_content(browser, site):
    page, _ = open_page(browser, site, "2023-midterm/admissions.vi.html")
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    assert focused.inner_text() == "Đến nội dung chính"
    assert focused.bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_table_is_downloaded_from_the_page(browser, site):
    page, _ = open_page(browser, site, "2023-midterm/admissions.vi.html")
    with page.expect_download() as download:
        page.locator("#admissions-by-sector .take").get_by_text("CSV").click()
    assert (
        Path(download.value.path()).read_bytes()
        == (site / "2023-midterm/admissions.vi.admissions-by-sector.csv").read_bytes()
    )


def test_hostile_names_run_nothing(browser, tmp_path):
    hostile = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
    figure = sector_figure(names=(hostile, *SECTORS[1:]))
    publish_page(notebook_of(masthead(body=hostile), figure), make_job(), make_jobs(), tmp_path)
    publish_site(FakeManifest(()), tmp_path)
    page, faults = open_page(browser, tmp_path, "2023-midterm/admissions.vi.html")
    assert faults == []
    assert page.locator(".masthead .body").inner_text() == hostile
    assert page.locator("img").count() == 0


@pytest.mark.parametrize("scripts", [True, False])
def test_print_unfolds_the_tables_and_keeps_sources(browser, site, scripts):
    page, _ = open_page(browser, site, "2023-midterm/admissions.vi.html", scripts=scripts)
    page.emulate_media(media="print")
    if scripts:
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.get_by_role("cell", name="70,67%").first.is_visible()
    assert page.locator(".source").first.is_visible()
    assert not page.locator(".take").first.is_visible()
    assert not page.locator("nav.side").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["2023-midterm/admissions.vi.html", "index.html"])
def test_text_stands_out_from_its_ground(browser, site, path, scheme):
    page, _ = open_page(browser, site, path, scheme=scheme)
    weak = page.evaluate(CONTRAST)
    assert weak == []


# Contrast of every element that holds text itself, after WCAG 2.2 (1.4.3): 4.5 to 1.
CONTRAST = """() => {
  const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = parse(colour).slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (parse(colour).length < 4 || parse(colour)[3] > 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const weak = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || element.closest(".skip") || element.tagName === "STYLE") continue;
    const style = getComputedStyle(element);
    const ink = element.closest("svg") ? style.fill : style.color;
    if (!/^rgb/.test(ink)) continue;
    const [a, b] = [light(ink), light(ground(element))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) weak.push(`${element.tagName} ${element.textContent.trim()} ${ink}`);
  }
  return weak;
}"""
