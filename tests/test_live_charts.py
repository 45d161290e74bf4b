"""Charts in a real Chromium: drawn before any script runs, then live, the same to look at, with numbers to find."""

from __future__ import annotations

import gzip
import re
import struct
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.etree import ElementTree

import pytest
from chromium import open_page
from playwright.sync_api import Browser, Locator, Page
from render_pages import REPORTS

pytestmark = pytest.mark.browser

ADMISSIONS = "2023-midterm/admissions.vi.html"


@pytest.fixture(scope="module")
def server(sample_site: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing: the test counts requests in the browser."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=sample_site)) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def make_live(page: Page) -> list[Locator]:
    """Scroll through a page until every chart is live; return the figures that have one."""
    figures = [figure for figure in page.locator("main figure").all() if figure.locator(".chart").count()]
    for figure in figures:
        figure.scroll_into_view_if_needed()
        figure.locator(".chart[data-live]").wait_for()
    return figures


def live_figure(page: Page, figure_id: str) -> Locator:
    """Return a figure once its chart is live."""
    figure = page.locator(f"#{figure_id}")
    figure.scroll_into_view_if_needed()
    figure.locator(".chart[data-live]").wait_for()
    return figure


def tooltip(page: Page) -> str:
    return page.locator("#vg-tooltip-element.visible").inner_text()


# What is seen of a chart: the words, and how many lines, areas and bars. A point that nobody sees yet is no part of it.
SEEN = """chart => {
  const is = (element, name) => ![null, 'transparent', 'none'].includes(element.getAttribute(name));
  const seen = (element) => (is(element, 'fill') || is(element, 'stroke')) && element.getAttribute('opacity') !== '0';
  const words = [...chart.querySelectorAll('text')].filter(seen)
    .flatMap((text) => text.querySelector('tspan') ? [...text.querySelectorAll('tspan')] : [text])
    .map((text) => text.textContent).filter((text) => text.trim()).sort();
  const marks = [...chart.querySelectorAll('path, line')].filter(seen)
    .map((mark) => [mark.tagName, mark.getAttribute('fill'), mark.getAttribute('stroke')].join(' ')).sort();
  return { words, marks };
}"""


@pytest.mark.parametrize(("language", "width"), [("vi", 1280), ("vi", 360), ("en", 1280)])
@pytest.mark.parametrize("report", REPORTS)
def test_live_chart_shows_the_words_and_marks_of_the_drawing(
    browser: Browser, sample_site: Path, report: str, language: str, width: int
) -> None:
    page, faults = open_page(browser, sample_site, f"2023-midterm/{report}.{language}.html", width=width)
    figures = make_live(page)
    assert figures
    for figure in figures:
        kind = figure.locator(".chart").get_attribute("data-live")
        assert kind == ("wide" if width > 600 else "narrow")
        still = figure.locator(f".{kind} > svg").evaluate(SEEN)
        live = figure.locator(f".{kind} .live svg").evaluate(SEEN)
        assert live["words"] == still["words"], figure.get_attribute("id")
        assert live["marks"] == still["marks"], figure.get_attribute("id")
        assert not figure.locator(f".{kind} > svg").is_visible()
    assert faults == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


@pytest.mark.parametrize(
    ("language", "lines"),
    [("vi", ["31/05/2023", "Cộng dồn\t940"]), ("en", ["31 May 2023", "Running total\t940"])],
)
def test_pointer_finds_the_nearest_point_and_its_numbers(browser, sample_site, language, lines):
    page, _ = open_page(browser, sample_site, f"2023-midterm/admissions.{language}.html")
    figure = live_figure(page, "admissions-vs-target")
    box = figure.locator(".live svg").bounding_box()
    page.mouse.move(box["x"] + box["width"] - 12, box["y"] + box["height"] / 2)
    assert tooltip(page).splitlines() == lines


def test_tooltip_writes_numbers_as_the_table_does(browser, sample_site):
    page, _ = open_page(browser, sample_site, ADMISSIONS)
    figure = live_figure(page, "admitted-by-age")
    figure.locator(".live").focus()
    page.keyboard.press("ArrowDown")
    heading, *numbers = tooltip(page).splitlines()
    cells = figure.locator("tbody tr").first.locator("th, td").all_text_contents()
    assert heading == cells[0]
    assert len(numbers) == 2
    assert {line.split("\t")[1] for line in numbers} <= set(cells)


def test_keys_walk_from_mark_to_mark_and_say_each(browser, sample_site):
    page, _ = open_page(browser, sample_site, ADMISSIONS)
    figure = live_figure(page, "admissions-by-year")
    live = figure.locator(".live")
    live.focus()
    said = []
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
        said.append(live.locator("[aria-live]").text_content())
    assert said[0] == said[2] == "2020 (15/08–31/12). Kết nạp: 189. Chỉ tiêu: 160"
    assert said[1].startswith("2021. ")
    assert said[3].startswith("2023 ")
    page.keyboard.press("Escape")
    assert page.locator("#vg-tooltip-element.visible").count() == 0


def test_a_bar_that_is_picked_stands_out(browser, sample_site):
    page, _ = open_page(browser, sample_site, ADMISSIONS)
    figure = live_figure(page, "admissions-by-year")
    bars = figure.locator(".live .mark-rect.role-mark").first.locator("path")
    bars.nth(1).click()
    page.wait_for_function("bar => getComputedStyle(bar).opacity === '0.25'", arg=bars.nth(0).element_handle())
    opacities = bars.evaluate_all("bars => bars.map((bar) => getComputedStyle(bar).opacity)")
    assert opacities == ["0.25", "1", "0.25", "0.25"]


def test_full_size_opens_and_closes_by_keyboard(browser, sample_site):
    page, faults = open_page(browser, sample_site, ADMISSIONS)
    button = page.locator("#admissions-by-year [data-enlarge]")
    button.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.locator(".live svg").wait_for()
    assert dialog.get_by_role("heading").inner_text() == page.locator("#admissions-by-year-h").inner_text()
    assert dialog.locator(".live svg").bounding_box()["width"] > 1100
    assert page.evaluate("document.activeElement.closest('dialog') !== null")
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert button.evaluate("button => button === document.activeElement")
    assert faults == []


def test_first_chart_is_shown_before_the_script_of_charts_is_asked_for(browser, server):
    # Tall enough for the first chart: one below the window waits for its reader.
    page = browser.new_page(viewport={"width": 1280, "height": 1600})
    page.goto(f"{server}/{ADMISSIONS}")
    page.locator(".chart[data-live]").first.wait_for()
    times = page.evaluate("""() => ({
      paint: performance.getEntriesByName('first-contentful-paint')[0].startTime,
      loaded: performance.getEntriesByType('navigation')[0].loadEventStart,
      asked: performance.getEntriesByType('resource').find((entry) => entry.name.endsWith('vega.js')).startTime,
    })""")
    assert times["asked"] > max(times["paint"], times["loaded"])
    page.close()


@pytest.mark.parametrize("fault", ["no scripts", "script blocked", "script broken", "charts.js gone"])
def test_the_drawing_stays_whatever_happens_to_scripts(browser, sample_site, fault):
    context = browser.new_context(java_script_enabled=fault != "no scripts")
    page = context.new_page()
    if fault == "script blocked":
        page.route("**/vega.js", lambda route: route.abort())
    if fault == "script broken":
        page.route("**/vega.js", lambda route: route.fulfill(body="throw new Error('old browser')"))
    if fault == "charts.js gone":
        page.route("**/charts.js", lambda route: route.abort())
    page.goto(f"{sample_site.as_uri()}/{ADMISSIONS}")
    chart = page.locator("#admissions-vs-target .wide > svg")
    chart.scroll_into_view_if_needed()
    if fault in ("script blocked", "script broken"):
        # Waited for from outside: the page's policy forbids a script that waits inside.
        page.locator("#admissions-vs-target .wide > svg[data-live='failed']").wait_for()
    assert chart.is_visible()
    assert page.locator(".live").count() == 0
    button = page.locator("[data-enlarge]").first
    assert button.is_visible() is (fault in ("script blocked", "script broken"))
    context.close()


def test_figure_is_taken_away_as_svg_and_as_png_of_twice_the_size(browser, sample_site):
    page, faults = open_page(browser, sample_site, ADMISSIONS)
    take = page.locator("#admissions-by-year .take")
    with page.expect_download() as picture:
        take.get_by_role("button", name="PNG").click()
    with page.expect_download() as drawing:
        take.get_by_role("link", name="SVG").click()
    assert picture.value.suggested_filename == "admissions.vi.admissions-by-year.png"
    assert drawing.value.suggested_filename == "admissions.vi.admissions-by-year.svg"
    beside = sample_site / "2023-midterm" / "admissions.vi.admissions-by-year.svg"
    saved = ElementTree.parse(drawing.value.path()).getroot()
    assert [text.text for text in saved.iter() if text.text] == [
        text.text for text in ElementTree.parse(beside).getroot().iter() if text.text
    ]
    content = Path(picture.value.path()).read_bytes()
    width, height = struct.unpack(">II", content[16:24])
    assert content.startswith(b"\x89PNG")
    assert (width, height) == (2 * int(saved.get("width")), 2 * int(saved.get("height")))
    assert faults == []


def test_picture_is_there_without_scripts_too(browser, sample_site):
    page, _ = open_page(browser, sample_site, ADMISSIONS, scripts=False)
    page.locator("#admissions-by-year .take").get_by_role("link", name="SVG").click()
    assert page.url.endswith("admissions.vi.admissions-by-year.svg")
    assert "Nguồn: " in page.locator("svg").first.text_content()


# No network


@pytest.mark.parametrize("where", ["folder", "web server"])
def test_page_asks_for_its_own_files_and_nothing_else(browser, sample_site, server, where):
    root = sample_site.as_uri() if where == "folder" else server
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(root)))
    page.goto(f"{root}/{ADMISSIONS}")
    make_live(page)
    page.locator("[data-enlarge]").first.click()
    page.get_by_role("dialog").locator(".live svg").wait_for()
    assert sorted(asked) == [
        f"/{ADMISSIONS}",
        "/assets/charts.js",
        "/assets/page.js",
        "/assets/style.css",
        "/assets/vega.js",
    ]
    page.close()


ATTEMPTS = {
    "image": "new Image().src = 'https://example.org/a.png'",
    "script": "document.head.append(Object.assign(document.createElement('script'), {src: 'https://example.org/a.js'}))",
    "style": "document.head.append(Object.assign(document.createElement('link'), "
    "{rel: 'stylesheet', href: 'https://example.org/a.css'}))",
    "frame": "document.body.append(Object.assign(document.createElement('iframe'), {src: 'https://example.org/'}))",
    "fetch": "fetch('https://example.org/').catch(() => 0)",
    "beacon": "navigator.sendBeacon('https://example.org/')",
    "inline script": "document.head.append(Object.assign(document.createElement('script'), {textContent: 'hit = 1'}))",
}


@pytest.mark.parametrize("attempt", list(ATTEMPTS))
@pytest.mark.parametrize("where", ["folder", "web server"])
def test_what_somebody_injects_is_refused(browser, sample_site, server, where, attempt):
    page = browser.new_page()
    page.goto(f"{sample_site.as_uri() if where == 'folder' else server}/{ADMISSIONS}")
    page.evaluate(
        "addEventListener('securitypolicyviolation', (event) => { window.refused = event.effectiveDirective; })"
    )
    page.evaluate(f"() => {{ {ATTEMPTS[attempt]}; }}")
    page.wait_for_function("window.refused")
    assert page.evaluate("window.hit") is None
    page.close()


def test_code_in_text_is_never_run(browser, sample_site):
    page = browser.new_page()
    page.goto(f"{sample_site.as_uri()}/{ADMISSIONS}")
    html = Path(sample_site / ADMISSIONS).read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
    assert policy is not None
    assert "unsafe-eval" not in policy.group(1)
    script = re.search(r"script-src ([^;]+)", policy.group(1))
    assert script is not None
    assert "unsafe-inline" not in script.group(1)
    page.close()


# Weight

MOST_GZIPPED = 150 * 1024


def test_pages_are_light(sample_site: Path) -> None:
    pages = sorted(sample_site.glob("2023-midterm/*.html"))
    assert len(pages) == 2 * len(REPORTS)
    heavy = {page.name: size for page in pages if (size := len(gzip.compress(page.read_bytes()))) > MOST_GZIPPED}
    assert heavy == {}
