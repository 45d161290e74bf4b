"""Pages that everybody can use (WCAG 2.2 AA): what axe-core finds, what the keyboard reaches, and small screens."""

from __future__ import annotations

import os
import re
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from chromium import open_page
from playwright.sync_api import Browser, Page
from render_pages import REPORTS

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = [f"2023-midterm/{report}.vi.html" for report in REPORTS] + ["2023-midterm/admissions.en.html", "index.html"]


@cache
def axe_source() -> str:
    if find_spec("axe_playwright_python") is None:
        reason = "axe-core is not installed: nobody looked for barriers (pip install axe-playwright-python)"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def find_faults(page: Page) -> list[str]:
    """Return what axe-core finds on the page: the rule, and where."""
    # The checker comes through the debugger, which no policy of the page holds back.
    page.evaluate(axe_source())
    asked: dict[str, Any] = {
        "runOnly": {"type": "tag", "values": RULES},
        "resultTypes": ["violations"],
        "preload": False,
    }
    found = page.evaluate("(asked) => axe.run(document, asked)", asked)
    return [f"{fault['id']}: {node['target']}" for fault in found["violations"] for node in fault["nodes"]]


def wait_for_live_chart(page: Page) -> None:
    chart = page.locator(".chart").first
    if chart.count():
        chart.scroll_into_view_if_needed()
        page.locator(".chart[data-live]").first.wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_with_scripts(browser: Browser, sample_site: Path, path: str, scheme: str) -> None:
    page, faults = open_page(browser, sample_site, path, scheme=scheme)
    wait_for_live_chart(page)
    assert find_faults(page) == []
    assert faults == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["2023-midterm/admissions.vi.html", "2023-midterm/published.en.html", "index.html"])
def test_axe_finds_nothing_without_scripts(browser: Browser, sample_site: Path, path: str, scheme: str) -> None:
    page = open_without_scripts(browser, sample_site, path, scheme)
    assert page.locator(".live").count() == 0
    assert find_faults(page) == []


def open_without_scripts(browser: Browser, site: Path, path: str, scheme: str = "light") -> Page:
    """Open a page whose scripts never come: the checker itself could not run where all scripts are switched off."""
    page = browser.new_context(color_scheme=scheme, viewport={"width": 1440, "height": 900}).new_page()
    page.route("**/*.js", lambda route: route.abort())
    page.goto(f"{site.as_uri()}/{path}")
    return page


def test_axe_finds_nothing_at_full_size_and_on_a_phone(browser, sample_site):
    page, _ = open_page(browser, sample_site, "2023-midterm/overview.vi.html", width=360)
    wait_for_live_chart(page)
    page.locator(".fold summary").click()
    page.locator(".numbers summary").first.click()
    assert find_faults(page) == []
    page.locator("[data-enlarge]").first.click()
    page.get_by_role("dialog").locator(".live svg").wait_for()
    assert find_faults(page) == []


FAULTS = {
    "html-has-lang": lambda html: html.replace('<html lang="vi">', "<html>"),
    "svg-img-alt": lambda html: re.sub(r' role="img" aria-label="[^"]+"', ' role="img"', html, count=1),
    "page-has-heading-one": lambda html: html.replace("<h1>", "<p>").replace("</h1>", "</p>"),
    "color-contrast": lambda html: html.replace('<p class="source">', '<p class="source" style="color:#bbbbbb">'),
    "landmark-one-main": lambda html: html.replace("<main ", "<div ").replace("</main>", "</div>"),
    "link-name": lambda html: re.sub(r'(<a href="#about">)[^<]+', r"\1", html),
    "button-name": lambda html: re.sub(r"(<button type=\"button\") data-enlarge hidden[^>]+>[^<]+", r"\1>", html),
}


@pytest.mark.parametrize("rule", list(FAULTS))
def test_axe_finds_what_is_broken_on_purpose(browser, sample_site, tmp_path, rule):
    html = (sample_site / "2023-midterm/overview.vi.html").read_text(encoding="utf-8")
    broken = FAULTS[rule](html)
    assert broken != html
    styled = broken.replace("../assets", f"{sample_site.as_uri()}/assets")
    (tmp_path / "broken.html").write_text(styled, encoding="utf-8")
    page = open_without_scripts(browser, tmp_path, "broken.html")
    assert any(fault.startswith(f"{rule}:") for fault in find_faults(page))


# Keyboard


CONTROLS = """() => [...document.querySelectorAll('a[href], button, summary, [tabindex="0"]')]
  .filter((control) => control.checkVisibility({ visibilityProperty: true })).length"""
# Where the focus is: a number for each control, so that none is counted twice, and whether it can be seen.
FOCUSED = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  at.dataset.reached ??= String(document.querySelectorAll('[data-reached]').length + 1);
  const style = getComputedStyle(at);
  return [Number(at.dataset.reached), style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2];
}"""


@pytest.mark.parametrize("path", ["2023-midterm/overview.vi.html", "index.html"])
def test_tab_reaches_every_control_once_and_shows_where_it_is(browser, sample_site, path):
    page, _ = open_page(browser, sample_site, path)
    for chart in page.locator(".chart").all():
        chart.scroll_into_view_if_needed()
        page.wait_for_function("chart => chart.dataset.live", arg=chart.element_handle())
    page.evaluate("scrollTo(0, 0)")
    expected, reached, hidden = page.evaluate(CONTROLS), [], []
    assert expected > 6
    for _ in range(expected):
        page.keyboard.press("Tab")
        number, is_seen = page.evaluate(FOCUSED)
        reached.append(number)
        if not is_seen:
            hidden.append(page.evaluate("document.activeElement.outerHTML.slice(0, 120)"))
    assert reached == list(range(1, expected + 1))
    assert hidden == []


def test_tab_order_is_the_order_of_the_page(browser, sample_site):
    page, _ = open_page(browser, sample_site, "2023-midterm/overview.vi.html")
    assert page.locator("[tabindex]:not([tabindex='0']):not([tabindex='-1'])").count() == 0
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"


# Structure


@pytest.mark.parametrize("path", [*PAGES, "index.en.html"])
def test_page_has_one_h1_landmarks_and_headings_in_order(sample_site, path):
    html = (sample_site / path).read_text(encoding="utf-8")
    assert len(re.findall(r"<h1[ >]", html)) == 1
    for tag in ("<main id=", "<header class="):
        assert html.count(tag) == 1
    main = html[html.index("<main") : html.index("</main>")]
    after = [int(level) for level in re.findall(r"<h([1-6])[ >]", main)]
    assert all(below - above <= 1 for above, below in zip([1, *after], after, strict=False))


@pytest.mark.parametrize("path", PAGES)
def test_tables_have_a_caption_and_scopes(sample_site, path):
    html = (sample_site / path).read_text(encoding="utf-8")
    tables = re.findall(r"<table.*?</table>", html, re.S)
    assert tables
    for table in tables:
        assert re.search(r"<caption[^>]*>[^<]+</caption>", table)
        heads = re.findall(r"<th[ >][^>]*", table)
        assert heads
        assert all("scope=" in head for head in heads)


def test_the_other_language_says_so_wherever_it_stands(sample_site):
    html = (sample_site / "2023-midterm/overview.vi.html").read_text(encoding="utf-8")
    assert re.search(r'<a href="overview\.en\.html" hreflang="en" lang="en"[^>]*>English</a>', html)
    assert '<html lang="vi">' in html


# Small screens and large letters


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_lost_at_320_pixels(browser, sample_site, path):
    page, _ = open_page(browser, sample_site, path, width=320, scripts=False)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(CUT_OFF) == []


@pytest.mark.parametrize("path", ["2023-midterm/admissions.vi.html", "2023-midterm/overview.en.html", "index.html"])
def test_letters_of_twice_the_size_fit(browser, sample_site, path):
    """Zoom to 200 %: half as many CSS pixels for the same window; and letters alone twice as large (WCAG 1.4.4)."""
    page, _ = open_page(browser, sample_site, path, width=640)
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    page, _ = open_page(browser, sample_site, path, width=1280)
    page.add_style_tag(content="html { font-size: 200%; }")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert page.evaluate(CUT_OFF) == []


# Elements that hold text and hide a part of it; what is meant to be heard only, or scrolls by itself, is no loss.
CUT_OFF = """() => [...document.querySelectorAll('body *')].filter((element) => {
  const style = getComputedStyle(element);
  const isHidden = style.clipPath !== 'none' || element.closest('.hidden, .skip, svg, .scroll, caption, dialog');
  return !isHidden && style.overflowX === 'hidden' && element.scrollWidth > element.clientWidth + 1;
}).map((element) => element.outerHTML.slice(0, 100))"""
